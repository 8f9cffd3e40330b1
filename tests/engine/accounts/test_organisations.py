"""Organisations: entered once, found by those above, set by their own administrator."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import organisations
from engine.actors import SYSTEM, Actor
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from tests.cast import Cast

#: The example of GB 32100-2015's own check digit rule.
USCC = "91110000600037341L"


def create(session: Session, actor: Actor = SYSTEM, **changes: Any) -> organisations.Organisation:
    facts = {"kind": "enterprise", "name": "丁化工有限公司", "code": "CN009", "uscc": USCC}
    return organisations.create(session, actor=actor, **{**facts, **changes})  # type: ignore[arg-type]


def test_an_enterprise_is_found_by_its_code(session: Session, cast: Cast) -> None:
    made = create(session)
    assert organisations.find_by_code(session, " cn009 ") is made
    assert organisations.find_by_code(session, "CN010") is None


@pytest.mark.parametrize(
    "uscc", ["91110000600037341M", "9111000060003734", "x" * 18, "91110000600037341L1"]
)
def test_a_wrong_social_credit_code_is_refused(session: Session, cast: Cast, uscc: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        create(session, uscc=uscc)
    assert list(refused.value.errors) == ["uscc"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "company"),
        ("code", "a"),
        ("code", "has space"),
        ("code", "../x"),
        ("name", " "),
        ("name", "x" * 101),
    ],
)
def test_wrong_facts_are_refused(session: Session, cast: Cast, field: str, value: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        create(session, **{field: value})
    assert list(refused.value.errors) == [field]


def test_code_and_social_credit_code_are_unique(session: Session, cast: Cast) -> None:
    create(session)
    with pytest.raises(Conflict):
        create(session, uscc=None)
    with pytest.raises(Conflict):
        create(session, code="CN010")


def test_only_the_office_enters_enterprises_and_only_in_its_district(
    session: Session, cast: Cast
) -> None:
    chief = Actor(
        user_id=cast.office.user_id,
        name="安主",
        organisation_id=cast.office_id,
        organisation_kind="office",
        roles=frozenset({"administrator"}),
    )
    made = create(session, chief, department_id=cast.department_id, town_id=cast.town_id)
    assert made.town_id == cast.town_id
    waiting = create(session, chief, code="CN012", uscc=None)
    assert waiting.parent_id == cast.office_id, "to be assigned by the office"
    with pytest.raises(NotFound):
        create(session, chief, code="CN011", uscc=None, department_id=cast.strange_enterprise_id)
    with pytest.raises(NotFound):
        create(session, chief, kind="office", code="CN011", uscc=None, parent_id=cast.office_id)
    with pytest.raises(NotFound):
        create(session, cast.administrator, code="CN011", uscc=None, town_id=cast.town_id)
    with pytest.raises(NotAllowed):
        create(session, cast.verifier, code="CN011", uscc=None)


def test_each_sees_what_is_below(session: Session, cast: Cast) -> None:
    def seen(actor: Actor) -> set[str]:
        return {row.code for row in organisations.listed(session, actor=actor, kind="enterprise")}

    assert seen(cast.verifier) == {"CN001"}
    assert seen(cast.officer) == seen(cast.town) == seen(cast.group) == {"CN001", "CN003"}
    assert seen(cast.office) == {"CN001", "CN003"}
    assert seen(cast.stranger) == {"CN002"}


def test_a_stranger_does_not_find_the_enterprise(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        organisations.get(session, cast.enterprise_id, actor=cast.stranger)
    assert organisations.get(session, cast.enterprise_id, actor=cast.officer).code == "CN001"


def test_settings_have_defaults_and_are_changed_one_by_one(session: Session, cast: Cast) -> None:
    own = organisations.get(session, cast.enterprise_id, actor=cast.administrator)
    assert organisations.setting(own, "anonymous_reports") is True
    organisations.update_settings(
        session, own.id, {"anonymous_reports": False}, actor=cast.administrator
    )
    organisations.update_settings(
        session, own.id, {"calendar": {"2026-10-10": True}}, actor=cast.administrator
    )
    session.expire_all()
    own = organisations.get(session, cast.enterprise_id, actor=cast.administrator)
    assert own.settings == {"anonymous_reports": False, "calendar": {"2026-10-10": True}}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("anonymous_reports", "yes"),
        ("reward_limit_fen", -1),
        ("reward_limit_fen", 10**9),
        ("reward_limit_fen", True),
        ("calendar", {"2026-13-01": True}),
        ("calendar", []),
        ("calendar", {"2026-10-10": "班"}),
        ("mechanism", {"established_on": "2026-01-01"}),
        ("unknown", 1),
    ],
)
def test_wrong_settings_are_refused(session: Session, cast: Cast, key: str, value: Any) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        organisations.update_settings(
            session, cast.enterprise_id, {key: value}, actor=cast.administrator
        )
    assert list(refused.value.errors) == [key]


def test_only_the_own_administrator_changes_settings(session: Session, cast: Cast) -> None:
    changes = {"anonymous_reports": False}
    with pytest.raises(NotFound):
        organisations.update_settings(session, cast.enterprise_id, changes, actor=cast.stranger)
    with pytest.raises(NotAllowed):
        organisations.update_settings(session, cast.enterprise_id, changes, actor=cast.principal)


def test_members_with_a_role_are_the_active_ones(session: Session, cast: Cast) -> None:
    found = organisations.members_with_role(session, cast.enterprise_id, "rectifier")
    assert {name for _, name in found} == {"郑改", "童事"}
    assert organisations.members_with_role(session, cast.one_person_firm_id, "acceptor") == [
        (cast.sole.user_id, "单一")
    ]
    assert organisations.active_members(session, cast.one_person_firm_id) == {cast.sole.user_id}
