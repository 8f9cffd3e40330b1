"""An enterprise builds its mechanism: evidence, the first reward, zero statements, quarters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import given as example
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine import doctor, statistics
from engine.clock import LOCAL_ZONE
from engine.coverage import evidence, obstacles, quarters, zero
from engine.errors import AlreadyDone, Conflict, EngineError, InvalidAnswers, NotAllowed, NotFound
from engine.hazards.mechanism import REQUIRED
from engine.store import Attachment
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.coverage_story import enter, establish, given
from tests.histories import Pen

SEPTEMBER = datetime(2026, 9, 10, 9, 0, tzinfo=LOCAL_ZONE)
OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
pytestmark = pytest.mark.usefixtures("clock")


def record(session: Session, cast: Cast) -> t.MechanismRecord:
    session.expire_all()
    return session.get_one(t.MechanismRecord, cast.enterprise_id)


def test_the_last_piece_establishes_it_and_its_withdrawal_undoes_that(
    session: Session, cast: Cast
) -> None:
    establish(session, cast.administrator, date(2026, 9, 1), but=["funds"])
    assert record(session, cast).established_on is None
    last = enter(session, cast.verifier, "funds", date(2026, 9, 15))
    assert record(session, cast).established_on == date(2026, 9, 15)
    evidence.withdraw(session, last.id, "预算被否", actor=cast.principal)
    assert record(session, cast).established_on is None
    kept = evidence.listed(session, cast.enterprise_id)
    assert [row.withdrawn_reason for row in kept if row.id == last.id] == ["预算被否"]
    with pytest.raises(Conflict):
        evidence.withdraw(session, last.id, "再来一次", actor=cast.principal)
    assert statistics.recount(session).differences == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("rules", {"files": ()}, "files"),
        ("rules", {"details": {"chapters": {}, "signer": "朱任"}}, "chapters"),
        ("funds", {"details": {"budget_fen": 0}}, "budget"),
        ("funds", {"details": {"budget_fen": "many"}}, "budget"),
        ("channels", {"details": {"channel": "pigeon"}}, "channel"),
        ("training", {"on": date(2026, 12, 1)}, "on"),
        ("training", {"on": None}, "on"),
        ("training", {"files": [str(uuid4())]}, "files"),
        ("training", {"note": "长" * 3000}, "note"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    session: Session, cast: Cast, kind: str, change: dict[str, Any], field: str
) -> None:
    right = given(session, cast.principal, kind, date(2026, 10, 1))
    details = {**right.details, **change.get("details", {})}
    wrong = evidence.Given(**{**vars(right), **change, "details": details})
    with pytest.raises(InvalidAnswers) as refused:
        evidence.enter(session, wrong, actor=cast.principal)
    assert list(refused.value.errors) == [field]


def test_who_may_enter_and_withdraw(session: Session, cast: Cast) -> None:
    row = enter(session, cast.principal, "training", date(2026, 10, 1))
    for actor in (cast.reporter, cast.finance, cast.officer, cast.office):
        with pytest.raises(NotAllowed):
            enter(session, actor, "training", date(2026, 10, 1))
    with pytest.raises(NotFound):
        evidence.withdraw(session, row.id, "不是我的", actor=cast.stranger)
    with pytest.raises(InvalidAnswers):
        evidence.withdraw(session, row.id, "  ", actor=cast.principal)


def test_the_union_enters_its_own_opinion_and_nothing_else(session: Session, cast: Cast) -> None:
    """Work Safety Law art. 7: the union is heard; what it said, it may say itself (R-10)."""
    row = enter(session, cast.union, "union_opinion", date(2026, 9, 1))
    assert row.entered_by == cast.union.user_id
    for kind in ("rules", "funds"):
        with pytest.raises(NotAllowed):
            enter(session, cast.union, kind, date(2026, 9, 1))
    with pytest.raises(NotAllowed):
        evidence.withdraw(session, row.id, "不是我说的", actor=cast.union)


def test_files_are_held_and_then_not_forgotten(session: Session, cast: Cast) -> None:
    row = enter(session, cast.principal, "publication", date(2026, 10, 1))
    held = session.get_one(Attachment, (cast.enterprise_id, UUID(row.files[0])))
    assert held.held_by == "evidence"
    stolen = evidence.Given(kind="training", on=date(2026, 10, 1), details={"people": 1})
    stolen = evidence.Given(**{**vars(stolen), "files": row.files})
    with pytest.raises(InvalidAnswers):
        evidence.enter(session, stolen, actor=cast.stranger)


def test_the_first_reward_implements_it_in_the_step_itself(session: Session, cast: Cast) -> None:
    pen = Pen(session)
    early = pen.case(cast.enterprise_id, SEPTEMBER)
    pen.reward(early, SEPTEMBER, 5_000)
    told = pen.case(cast.enterprise_id, SEPTEMBER)
    pen.register(told, SEPTEMBER)
    establish(session, cast.principal, date(2026, 9, 1))
    assert record(session, cast).implemented_on is None, "the first was rewarded, not verified"
    pen.reward(told, OCTOBER, 10_000, until="approved")
    assert record(session, cast).implemented_on is None
    number = f"JL-{told.id.hex[-8:].upper()}"
    pen.tell(told, "reward:paid", at=OCTOBER, number=number, paid_fen=10_000)
    found = record(session, cast)
    assert (found.implemented_on, found.implemented_by) == (date(2026, 10, 12), "report")
    assert found.rewarded_case == told.id
    later = pen.case(cast.enterprise_id, OCTOBER)
    pen.register(later, OCTOBER)
    pen.reward(later, OCTOBER + timedelta(days=9), 10_000)
    assert record(session, cast).rewarded_case == told.id
    assert statistics.recount(session).differences == []


def test_a_record_that_says_otherwise_is_found(session: Session, cast: Cast) -> None:
    establish(session, cast.principal, date(2026, 9, 1))
    record(session, cast).established_on = date(2026, 1, 1)
    session.commit()
    found = statistics.recount(session).differences
    assert [(one.table, one.column) for one in found] == [("mechanism_record", "established_on")]
    assert any("established_on" in one.text for one in doctor.examine(session))


def test_a_month_in_which_nothing_was_reported_is_signed(session: Session, cast: Cast) -> None:
    establish(session, cast.principal, date(2026, 9, 1))
    Pen(session).case(cast.enterprise_id, SEPTEMBER)
    with pytest.raises(Conflict):
        zero.sign(session, "2026-09", "没有", actor=cast.principal)
    with pytest.raises(InvalidAnswers):
        zero.sign(session, "2026-11", "本月还没有过完", actor=cast.principal)
    with pytest.raises(InvalidAnswers):
        zero.sign(session, "2026-10", " ", actor=cast.principal)
    with pytest.raises(NotAllowed):
        zero.sign(session, "2026-10", "组织排查两次", actor=cast.administrator)
    zero.sign(session, "2026-10", "组织排查两次", actor=cast.principal)
    found = record(session, cast)
    assert (found.implemented_on, found.implemented_by) == (date(2026, 11, 2), "zero_statement")
    with pytest.raises(AlreadyDone):
        zero.sign(session, "2026-10", "组织排查两次", actor=cast.principal)
    assert statistics.recount(session).differences == []


def test_the_principal_signs_a_quarter_with_what_stood_open(session: Session, cast: Cast) -> None:
    pen = Pen(session)
    told = pen.case(cast.enterprise_id, SEPTEMBER)
    pen.register(told, SEPTEMBER, level="major")
    pen.complete(told, "plan", at=SEPTEMBER, due_on="2026-10-01")
    pen.reward(told, SEPTEMBER, 10_000, until="approved")
    standing = quarters.standing(session, actor=cast.principal)
    assert vars(standing) == {
        "open_major": 1, "overdue": 1, "unpaid": 1, "unpaid_fen": 10_000,
    }  # fmt: skip
    assert quarters.quarters(session, actor=cast.principal)[0].key == "2026Q3"
    row = quarters.sign(session, "2026Q3", "已通报", actor=cast.principal)
    assert row.details["figures"]["verified_major"] == 1
    assert row.details["signer"] == "朱任"
    with pytest.raises(AlreadyDone):
        quarters.sign(session, "2026Q3", actor=cast.principal)
    with pytest.raises(NotFound):
        quarters.sign(session, "2026Q4", actor=cast.principal)
    with pytest.raises(Conflict):
        evidence.withdraw(session, row.id, "手误", actor=cast.principal)
    assert record(session, cast).drafted_on is None, "a signature is no part of the mechanism"


def test_why_there_is_none_yet_is_said_from_both_sides(session: Session, cast: Cast) -> None:
    obstacles.explain(session, cast.enterprise_id, "funds", actor=cast.principal)
    obstacles.explain(session, cast.enterprise_id, "drafting", "下月发布", actor=cast.officer)
    found = record(session, cast)
    assert (found.obstacle, found.obstacle_note) == ("drafting", "下月发布")
    with pytest.raises(NotFound):
        obstacles.explain(session, cast.enterprise_id, "funds", actor=cast.stranger)
    with pytest.raises(InvalidAnswers):
        obstacles.explain(session, cast.enterprise_id, "weather", actor=cast.principal)
    with pytest.raises(NotAllowed):
        obstacles.explain(session, cast.enterprise_id, "funds", actor=cast.finance)


happenings = st.one_of(
    st.tuples(st.just("enter"), st.sampled_from(REQUIRED), st.integers(0, 300)),
    st.tuples(st.just("all"), st.just(""), st.integers(0, 300)),
    st.tuples(st.just("withdraw"), st.just(""), st.integers(0, 30)),
    st.tuples(st.just("pay"), st.just(""), st.integers(0, 300)),
    st.tuples(st.just("zero"), st.just(""), st.integers(0, 11)),
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(st.lists(happenings, min_size=3, max_size=14))
def test_whatever_happens_a_recount_says_the_same(
    session: Session, cast: Cast, steps: list[tuple[str, str, int]]
) -> None:
    pen, today = Pen(session), date(2026, 11, 2)
    try:
        for what, kind, number in steps:
            with time_machine.travel(datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL_ZONE), tick=False):
                _happen(session, cast, pen, what, kind, number, today)
        assert statistics.recount(session).differences == []
    finally:
        session.rollback()


def _happen(
    session: Session, cast: Cast, pen: Pen, what: str, kind: str, number: int, today: date
) -> None:
    on = today - timedelta(days=number)
    match what:
        case "enter":
            enter(session, cast.principal, kind, on)
        case "all":
            establish(session, cast.principal, on)
        case "withdraw":
            there = evidence.listed(session, cast.enterprise_id)
            live = [row for row in there if row.withdrawn_at is None]
            if live:
                row = live[number % len(live)]
                evidence.withdraw(session, row.id, "更正", actor=cast.principal)
        case "pay":
            at = datetime(on.year, on.month, on.day, 10, tzinfo=LOCAL_ZONE)
            told = pen.case(cast.enterprise_id, at)
            if number % 3:
                pen.register(told, at)
            pen.reward(told, at, 1_000)
        case "zero":
            try:
                zero.sign(session, zero.signable()[number], "排查过", actor=cast.principal)
            except EngineError:
                return
