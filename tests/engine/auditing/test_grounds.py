"""Nobody looks into an enterprise's histories from above without saying on what ground."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import commands
from engine.actors import Actor
from engine.auditing import grants, grounds
from engine.clock import local_date
from engine.errors import GroundNeeded, InvalidAnswers, NotAllowed, NotFound
from tests.cast import Cast
from tests.looking import state_ground

pytestmark = pytest.mark.usefixtures("clock")


def _holds(session: Session, cast: Cast, actor: Actor) -> bool:
    session.rollback()
    try:
        return grounds.require_ground(session, cast.enterprise_id, actor=actor) is not None
    except GroundNeeded:
        return False


def _today(session: Session, actor: Actor, **what: Any) -> Any:
    return state_ground(session, actor, **{"expires_on": None, **what})


def test_a_ground_holds_for_who_stated_it_until_the_end_of_its_day(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    assert not _holds(session, cast, cast.officer)
    _today(session, cast.officer, enterprise_id=cast.enterprise_id, purpose="")
    assert _holds(session, cast, cast.officer)
    assert not _holds(session, cast, cast.town)
    clock.shift(timedelta(days=1))
    assert not _holds(session, cast, cast.officer)


def test_a_ground_for_one_enterprise_opens_no_other(session: Session, cast: Cast) -> None:
    _today(session, cast.officer, enterprise_id=cast.one_person_firm_id)
    assert not _holds(session, cast, cast.officer)
    with pytest.raises(GroundNeeded):
        grounds.require_ground(session, None, actor=cast.officer)
    for_all = _today(session, cast.officer)
    found = grounds.require_ground(session, cast.enterprise_id, actor=cast.officer)
    assert found is not None
    assert found.id == for_all.id


def test_the_enterprise_itself_needs_none(session: Session, cast: Cast) -> None:
    assert grounds.require_ground(session, cast.enterprise_id, actor=cast.verifier) is None


def test_what_those_above_do_among_themselves_needs_none(session: Session, cast: Cast) -> None:
    for actor in (cast.office, cast.officer):
        assert grounds.require_ground(session, cast.department_id, actor=actor) is None


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"kind": "grant"}, "kind"),
        ({"kind": "curiosity"}, "kind"),
        ({"reference": "  "}, "reference"),
        ({"reference": "x" * 201}, "reference"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "x" * 501}, "purpose"),
        ({"days": -1}, "expires_on"),
        ({"days": 30}, "expires_on"),
    ],
)
def test_what_is_missing_is_named(
    session: Session, cast: Cast, what: dict[str, Any], field: str
) -> None:
    last = local_date() + timedelta(days=what.get("days", 0))
    said = {key: value for key, value in what.items() if key != "days"}
    with pytest.raises(InvalidAnswers) as caught:
        state_ground(session, cast.officer, **{"expires_on": last, **said})
    assert list(caught.value.errors) == [field]


def test_who_may_not_look_states_nothing(session: Session, cast: Cast) -> None:
    for actor in (cast.principal, cast.administrator, cast.stranger):
        with pytest.raises(NotAllowed):
            _today(session, actor)
    with pytest.raises(NotFound):
        _today(session, cast.officer, enterprise_id=cast.strange_enterprise_id)
    with pytest.raises(NotFound):
        _today(session, cast.officer, enterprise_id=cast.town_id)


def test_one_ends_ones_own_ground_early(session: Session, cast: Cast) -> None:
    row = _today(session, cast.officer)
    with pytest.raises(NotFound):
        commands.execute(session, grounds.end, row.id, actor=cast.town)
    commands.execute(session, grounds.end, row.id, actor=cast.officer)
    assert not _holds(session, cast, cast.officer)
    with pytest.raises(NotFound):
        commands.execute(session, grounds.end, row.id, actor=cast.officer)
    (listed,) = grounds.list_own(session, actor=cast.officer)
    assert (listed.reference, bool(listed.holds)) == (row.reference, False)


def test_an_enterprise_is_found_as_people_write_it(session: Session, cast: Cast) -> None:
    for text in ("甲机械有限公司", " cn001 "):
        found = grounds.find_enterprise(session, text, actor=cast.officer)
        assert found is not None
        assert found.id == cast.enterprise_id
    assert grounds.find_enterprise(session, "乙外地公司", actor=cast.officer) is None
    assert grounds.find_enterprise(session, "甲", actor=cast.officer) is None


def _grant(session: Session, cast: Cast, to: Any, **what: Any) -> Any:
    said = {"purpose": "请指导整改闭环", "expires_on": local_date() + timedelta(days=60)}
    return commands.execute(session, grants.grant, to, actor=cast.principal, **{**said, **what})


def test_a_grant_is_the_ground_of_everybody_in_the_organisation(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    row = _grant(session, cast, cast.department_id)
    assert row.reference == "SQ-CN001-2026-00001"
    assert _holds(session, cast, cast.officer)
    assert not _holds(session, cast, cast.town)
    with pytest.raises(NotFound):
        commands.execute(session, grounds.end, row.id, actor=cast.officer)
    clock.shift(timedelta(days=59))
    assert _holds(session, cast, cast.officer)
    clock.shift(timedelta(days=2))
    assert not _holds(session, cast, cast.officer)


def test_the_enterprise_withdraws_what_it_granted(session: Session, cast: Cast) -> None:
    row = _grant(session, cast, cast.office_id)
    assert _holds(session, cast, cast.office)
    with pytest.raises(NotFound):
        commands.execute(session, grants.withdraw, row.id, actor=cast.stranger)
    commands.execute(session, grants.withdraw, row.id, actor=cast.principal)
    assert not _holds(session, cast, cast.office)
    (given,) = grants.given(session, actor=cast.union)
    assert (given.to_organisation, bool(given.holds)) == ("滨江区安委办", False)


def test_only_those_above_can_be_granted(session: Session, cast: Cast) -> None:
    names = {row.name for row in grants.grantable(session, actor=cast.principal)}
    assert names == {"区应急管理局", "江湾街道", "滨江城投集团", "滨江区安委办"}
    with pytest.raises(NotFound):
        _grant(session, cast, cast.strange_enterprise_id)
    with pytest.raises(NotAllowed):
        commands.execute(
            session, grants.grant, cast.town_id, purpose="x", expires_on=local_date(),
            actor=cast.verifier,
        )  # fmt: skip
    with pytest.raises(InvalidAnswers) as caught:
        _grant(session, cast, cast.town_id, purpose=" ", expires_on=local_date() + timedelta(400))
    assert set(caught.value.errors) == {"purpose", "expires_on"}
