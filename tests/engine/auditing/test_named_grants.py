"""An enterprise grants an organisation it names some of its histories, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, commands, instances, jobs
from engine.actors import Actor
from engine.auditing import grants, grounds, looks, named
from engine.clock import local_date
from engine.errors import GroundNeeded, InvalidAnswers, NotAllowed, NotFound
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, tags

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def case(session: Session, cast: Cast) -> UUID:
    """A report of 甲."""
    deploy(session, cast)
    return begin(session, cast.reporter, "line")


def grant(
    session: Session, cast: Cast, to: str = "乙外地公司", actor: Actor | None = None, **more: Any
) -> t.AuditGround:
    """Let 甲 grant until tomorrow, by default to 乙 and all its cases."""
    said = {"purpose": "核对闭环", "expires_on": local_date() + timedelta(days=1), **more}
    by = actor or cast.principal
    return commands.execute(session, named.grant, to, **said, actor=by)


def number_of(session: Session, case: UUID) -> str:
    """Give a case's number."""
    return str(session.scalars(select(t.Instance.number).where(t.Instance.id == case)).one())


def test_one_case_is_granted_and_only_that_one(session: Session, cast: Cast, case: UUID) -> None:
    other = begin(session, cast.reporter, "line")
    given = grant(session, cast, case_number=number_of(session, case))
    assert [row.id for row in named.cases(session, given.id, actor=cast.stranger)] == [case]
    assert named.open_case(session, given.id, case, actor=cast.stranger)[1].id == case
    with pytest.raises(NotFound):
        named.open_case(session, given.id, other, actor=cast.stranger)
    (held,) = named.held(session, actor=cast.stranger)
    assert (held.enterprise, held.number, held.holds) == (
        "甲机械有限公司",
        number_of(session, case),
        True,
    )
    (shown,) = grants.given(session, actor=cast.principal)
    assert (shown.to_organisation, shown.kind) == ("乙外地公司", "named")


def test_all_cases_are_those_of_the_enterprise(session: Session, cast: Cast, case: UUID) -> None:
    later = begin(session, cast.reporter, "line")
    begin(session, cast.sole, "line")
    given = grant(session, cast)
    rows = named.cases(session, given.id, actor=cast.stranger)
    assert [row.id for row in rows] == [later, case]
    after = named.cases(session, given.id, actor=cast.stranger, after=later)
    assert [row.id for row in after] == [case]


def test_nobody_else_reads_what_was_granted(session: Session, cast: Cast, case: UUID) -> None:
    given = grant(session, cast)
    for part, actor in cast.everybody().items():
        if part == "stranger":
            continue
        with pytest.raises((NotFound, NotAllowed)):
            named.open_case(session, given.id, case, actor=actor)
        if part in ("principal", "sole", "officer", "town", "group", "office"):
            assert named.held(session, actor=actor) == []


def test_a_grant_opens_no_other_door(session: Session, cast: Cast, case: UUID) -> None:
    grant(session, cast)
    with pytest.raises(NotFound):
        instances.get_instance(session, case, actor=cast.stranger)
    assert instances.list_instances(session, actor=cast.stranger) == []
    grant(session, cast, "区应急管理局", case_number=number_of(session, case))
    with pytest.raises(GroundNeeded):
        grounds.require_ground(session, cast.enterprise_id, actor=cast.officer)
    assert grounds.list_own(session, actor=cast.officer) == []
    # Who granted may work in the organisation that was granted, too: it is no ground of theirs.
    both = Actor(
        user_id=cast.principal.user_id,
        name="朱任",
        organisation_id=cast.department_id,
        organisation_kind="department",
        roles=frozenset({"officer"}),
    )
    assert grounds.find_in_force(session, cast.enterprise_id, actor=both) is None


def test_withdrawn_or_over_it_opens_nothing(
    session: Session, cast: Cast, case: UUID, clock: Any
) -> None:
    first, second = grant(session, cast), grant(session, cast)
    commands.execute(session, grants.withdraw, first.id, actor=cast.principal)
    for actor in (cast.stranger, cast.principal):
        with pytest.raises(NotFound):
            named.open_case(session, first.id, case, actor=actor)
    with pytest.raises(NotFound):
        commands.execute(session, grants.withdraw, first.id, actor=cast.principal)
    with pytest.raises(NotFound):
        commands.execute(session, grants.withdraw, second.id, actor=cast.stranger)
    assert named.open_case(session, second.id, case, actor=cast.stranger)
    clock.shift(timedelta(days=3))
    with pytest.raises(NotFound):
        named.open_case(session, second.id, case, actor=cast.stranger)
    assert [row.holds for row in named.held(session, actor=cast.stranger)] == [False, False]


def test_names_that_cannot_be_granted_all_get_the_same_answer(session: Session, cast: Cast) -> None:
    closed = t.Organisation(
        id=new_id(), kind="enterprise", name="丁歇业公司", code="CN009", status="closed",
        created_at=session.get_one(t.Organisation, cast.enterprise_id).created_at,
    )  # fmt: skip
    session.add(closed)
    session.commit()
    said = set()
    for name in ("没有的公司", "甲机械有限公司", "丁歇业公司", "乙外地", "%", "", "￾", "乙" * 999):
        with pytest.raises(InvalidAnswers) as refused:
            grant(session, cast, name)
        said.add(str(refused.value.errors["organisation"]))
    assert len(said) == 1
    assert session.scalars(select(t.AuditGround)).all() == []


def test_what_is_missing_is_said(session: Session, cast: Cast, case: UUID) -> None:
    wrong: Any
    for field, wrong in (
        ("purpose", {"purpose": " "}),
        ("expires_on", {"expires_on": local_date() - timedelta(days=1)}),
        ("expires_on", {"expires_on": local_date() + timedelta(days=400)}),
        ("case_number", {"case_number": ""}),
        ("case_number", {"case_number": "BG-没有"}),
    ):
        with pytest.raises(InvalidAnswers) as refused:
            grant(session, cast, **wrong)
        assert list(refused.value.errors) == [field]
    with pytest.raises(InvalidAnswers):
        grant(session, cast, "甲机械有限公司", cast.stranger, case_number=number_of(session, case))
    for actor in (cast.verifier, cast.union, cast.officer):
        with pytest.raises(NotAllowed):
            grant(session, cast, actor=actor)


def test_it_is_found_by_its_credit_code(session: Session, cast: Cast) -> None:
    session.get_one(t.Organisation, cast.strange_enterprise_id).uscc = "91350100M000100Y43"
    session.commit()
    given = grant(session, cast, " 91350100m000100y43 ")
    assert given.organisation_id == cast.strange_enterprise_id


def test_every_look_is_a_row_and_an_event(session: Session, cast: Cast, case: UUID) -> None:
    given = grant(session, cast)
    for what in ("history", "replay", "file"):
        session.rollback()
        look = looks.look_as_granted(session, given, case, what, actor=cast.stranger)
        assert look is not None
        assert commands.execute(session, looks.note, look, actor=named.looker(cast.stranger))
        assert looks.look_as_granted(session, given, case, what, actor=cast.stranger) is None
    assert tags(session, case) == ["instance:started", *["case:looked"] * 3]
    events = session.scalars(select(t.Event).where(t.Event.tag == "case:looked")).all()
    assert {one.role for one in events} == {"grantee"}
    assert {one.actor_id for one in events} == {cast.stranger.user_id}
    assert list(audit.verify(session, instance_id=case)) == []
    rows = session.scalars(select(t.AuditLook)).all()
    assert {one.from_organisation_id for one in rows} == {cast.strange_enterprise_id}


def test_who_reads_holds_no_role_of_the_house(session: Session, cast: Cast, case: UUID) -> None:
    given = grant(session, cast)
    reader = named.reader(given, cast.stranger)
    with pytest.raises(NotAllowed):
        instances.list_instances(session, actor=reader)
    with pytest.raises(NotFound):
        instances.get_instance(session, case, actor=reader)


def test_who_is_granted_is_told_of_it_and_of_its_end(
    session: Session, cast: Cast, case: UUID, clock: time_machine.Traveller
) -> None:
    number = number_of(session, case)
    one, every = grant(session, cast, case_number=number), grant(session, cast)
    commands.execute(session, grants.withdraw, every.id, actor=cast.principal)
    clock.shift(timedelta(days=3))
    session.rollback()
    while jobs.run_due(session):
        pass
    session.rollback()
    kinds = ("grant_given", "grant_withdrawn", "grant_over")
    notice = t.Notification
    told = session.scalars(select(notice).where(notice.kind.in_(kinds)).order_by(notice.id)).all()
    assert {row.user_id for row in told} == {cast.stranger.user_id}
    assert {row.instance_id for row in told} == {None}
    assert [(row.kind, number in row.zh, row.zh.count("全部事项")) for row in told] == [
        ("grant_given", True, 0),
        ("grant_given", False, 1),
        ("grant_withdrawn", False, 1),
        ("grant_over", True, 0),
    ]
    assert f"{one.reference}" in told[-1].zh
    assert "2026-11-03" in told[0].zh
    assert not [row for row in told if "甲机械有限公司" not in row.zh or "核对闭环" in row.zh]
