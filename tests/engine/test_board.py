"""The board of a district: every number is that of the list behind it, and what is kept is so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import board, commands, jobs, statistics
from engine import clock as clocks
from engine.actors import Actor
from engine.board import counted, keeping
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid, NotAllowed
from engine.statistics import AGES, HazardFilters
from engine.store import new_id
from engine.store import tables as t
from tests import cast
from tests.histories import Pen, Told

#: It is Monday, 2 November 2026.
AUGUST = datetime(2026, 8, 3, 9, 0, tzinfo=LOCAL_ZONE)
OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
NOVEMBER = datetime(2026, 11, 2, 8, 0, tzinfo=LOCAL_ZONE)
LAST_YEAR = datetime(2025, 11, 10, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def people(session: Session, clock: time_machine.Traveller) -> cast.Cast:
    """The cast, whose enterprises have been there for two years."""
    people = cast.enter(session)
    session.execute(update(t.Organisation).values(created_at=clocks.now() - timedelta(days=730)))
    session.add(
        t.MechanismRecord(
            organisation_id=people.enterprise_id,
            established_on=date(2025, 9, 1),
            implemented_on=date(2026, 10, 30),
            updated_at=clocks.now(),
        )
    )
    session.commit()
    return people


@pytest.fixture
def pen(session: Session) -> Pen:
    return Pen(session)


@pytest.fixture
def told(session: Session, people: cast.Cast, pen: Pen) -> dict[str, Told]:
    """Two open majors, one of them late, and a closed hazard of 甲; 丙 has been silent."""
    own = people.enterprise_id
    cases = {
        "old major": pen.case(own, AUGUST, place="屋顶"),
        "new major": pen.case(own, NOVEMBER, place="油库"),
        "closed": pen.case(own, OCTOBER, place="一号车间"),
        "of last year": pen.case(own, LAST_YEAR),
        "of the silent": pen.case(people.one_person_firm_id, LAST_YEAR),
        "strange": pen.case(people.strange_enterprise_id, AUGUST),
    }
    pen.register(cases["old major"], AUGUST, level="major")
    pen.complete(cases["old major"], "plan", at=AUGUST, due_on="2026-09-30")
    pen.register(cases["new major"], NOVEMBER, level="major")
    pen.register(cases["strange"], AUGUST, level="major")
    for name in ("closed", "of last year"):
        pen.register(cases[name], OCTOBER if name == "closed" else LAST_YEAR)
        pen.close(cases[name], NOVEMBER if name == "closed" else LAST_YEAR)
    pen.reward(cases["closed"], NOVEMBER, 20_000, until="paid")
    session.commit()
    return cases


def task(session: Session, case: Told, key: str, minutes: int, *, is_done: bool = True) -> None:
    """Write a step that took so long, or has been waiting for as long and is late."""
    begun = clocks.now() - timedelta(minutes=minutes)
    session.add(
        t.Task(
            organisation_id=case.instance.organisation_id,
            id=new_id(),
            instance_id=case.id,
            key=key,
            element=key,
            name=f"第{key}步",
            candidate_group="verifier",
            state="completed" if is_done else "open",
            created_at=begun,
            due_at=begun + timedelta(minutes=1),
            completed_at=clocks.now() if is_done else None,
        )
    )


def listed(session: Session, actor: Actor, **filters: Any) -> int:
    page = statistics.hazards(session, actor=actor, filters=HazardFilters(**filters), limit=500)
    return len(page.items)


@pytest.mark.usefixtures("told")
def test_its_numbers_are_those_of_the_lists(session: Session, people: cast.Cast) -> None:
    for actor in (people.office, people.officer, people.town, people.group):
        shown = board.count(session, actor=actor)
        for key in AGES:
            assert shown.ages[key] == listed(session, actor, state="open", level="major", age=key)
        assert (shown.ages["week"], shown.ages["older"]) == (1, 1)
        assert [one.place for one in shown.majors] == ["屋顶", "油库"]
        assert shown.late.open == listed(session, actor, state="open") == 2
        assert shown.late.overdue == listed(session, actor, overdue=True) == 1
        assert shown.late.overdue_major == 1
        silent = board.silent(session, actor=actor).items
        assert [(one.name, one.last_at) for one in silent] == [("丙小吃店", LAST_YEAR)]
        assert shown.silent == 1


@pytest.mark.usefixtures("told")
def test_the_indicators_are_those_of_the_months(session: Session, people: cast.Cast) -> None:
    shown = board.count(session, actor=people.office)
    assert [one.month for one in shown.sums] == ["2026-11", "2026-10", "2025-11"]
    for sums in shown.sums:
        total = statistics.monthly(session, actor=people.office, month=sums.month).total.figures
        for name in (
            "established",
            "implemented",
            "reported",
            "verified",
            "paid_fen",
            "paid_count",
        ):
            assert getattr(sums, name) == total[name]
    assert [one.reported for one in shown.sums] == [1, 1, 2]
    assert [one.paid_fen for one in shown.sums] == [20_000, 0, 0]
    assert [(one.established, one.implemented) for one in shown.sums] == [(1, 1), (1, 1), (1, 0)]


def test_the_slowest_steps_come_first(
    session: Session, people: cast.Cast, told: dict[str, Told]
) -> None:
    for minutes in (10, 20, 30, 5000):
        task(session, told["closed"], "quick", minutes)
    for minutes in (600, 700, 800):
        task(session, told["closed"], "slow", minutes)
    task(session, told["new major"], "slow", 60, is_done=False)
    task(session, told["strange"], "slow", 90_000)
    session.commit()
    slow, quick = board.count(session, actor=people.office).steps
    assert (slow.key, slow.done, slow.median, slow.p90) == ("slow", 3, 660, 780)
    assert (slow.waiting, slow.late) == (1, 1)
    assert (quick.key, quick.done, quick.median, quick.p90) == ("quick", 4, 20, 4980)
    longest = board.steps_at(session, "slow", "done", actor=people.office).items
    assert [one.minutes for one in longest] == [800, 700, 600]
    for which in ("waiting", "late"):
        (one,) = board.steps_at(session, "slow", which, actor=people.office).items
        assert one.number == told["new major"].instance.number
    with pytest.raises(Invalid):
        board.steps_at(session, "slow", "all", actor=people.office)


@pytest.mark.usefixtures("told")
def test_targets_are_counted_for_those_they_mean(session: Session, people: cast.Cast) -> None:
    session.execute(
        update(t.Organisation)
        .where(t.Organisation.id == people.one_person_firm_id)
        .values(sector="catering")
    )
    for number, (sectors, rest) in enumerate(((["industry"], False), ([], True))):
        session.add(
            t.CoverageTarget(
                organisation_id=people.office_id,
                id=new_id(),
                title=f"第{number + 1}批",
                basis="通知",
                sectors=sectors,
                is_for_the_rest=rest,
                due_on=date(2026, 6 + number, 30),
                percent=100,
                denominator_source="名册",
                created_at=clocks.now(),
            )
        )
    session.commit()
    first, second = board.count(session, actor=people.officer).targets
    assert (first.owed, first.established, first.share) == (1, 1, 100)
    assert (second.owed, second.established, second.share) == (1, 0, 0)


@pytest.mark.usefixtures("told")
def test_what_is_kept_is_what_is_counted_and_says_when(
    session: Session,
    people: cast.Cast,
    pen: Pen,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counted, "_FEW", 0)
    # How long counting takes says more about the machine than about the program.
    monkeypatch.setattr(keeping, "_SHARE", 0)
    monkeypatch.setattr(jobs, "_PATIENCE", 3600)
    assert board.read(session, actor=people.office).board is None
    commands.execute(session, keeping.enrol)
    assert not keeping.is_asked(session)
    assert jobs.run_due(session) == 4
    counted_at = clocks.now()
    for actor in (people.office, people.officer, people.town, people.group):
        shown = board.read(session, actor=actor)
        assert shown.at == counted_at
        assert shown.board == board.count(session, actor=actor)
        for month in ("2026-10", "2026-11"):
            for by in ("sector", "town", "group", "department", "enterprise"):
                told: Any = {"actor": actor, "month": month, "by": by}
                kept = board.months.table(session, **told)
                assert kept.at == counted_at
                assert kept.table == statistics.monthly(session, **told)
                assert kept.points == statistics.trend(session, actor=actor, month=month)
        kept_balance, at = board.months.ledger(session, actor=actor)
        assert (kept_balance, at) == (statistics.balance(session, actor=actor), counted_at)
    clock.shift(timedelta(minutes=20))
    pen.case(people.enterprise_id, clocks.now())
    session.commit()
    stale = board.read(session, actor=people.office)
    assert (stale.at, stale.board.sums[0].reported) == (counted_at, 1)  # type: ignore[union-attr]
    assert jobs.run_due(session) == 4
    fresh = board.read(session, actor=people.office)
    assert (fresh.at, fresh.board.sums[0].reported) == (clocks.now(), 2)  # type: ignore[union-attr]


@pytest.mark.usefixtures("told")
def test_a_board_is_counted_soon_when_asked_for(
    session: Session,
    people: cast.Cast,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert commands.execute(session, board.ask, actor=people.officer)
    monkeypatch.setattr(counted, "_FEW", 0)
    for _ in range(2):
        assert not commands.execute(session, board.ask, actor=people.office)
        assert jobs.run_due(session) == 1
        clock.shift(timedelta(minutes=2))
    owners = session.scalars(select(t.Rollup.organisation_id)).all()
    assert set(owners) == {people.department_id, people.office_id}


@pytest.mark.usefixtures("told")
def test_a_board_that_was_never_counted_says_how_far_it_is(
    session: Session,
    people: cast.Cast,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counted, "_FEW", 0)

    def counting() -> tuple[str, datetime] | None:
        session.rollback()
        found = board.read(session, actor=people.office).counting
        return (found.state, found.at) if found else None

    assert counting() is None
    commands.execute(session, keeping.enrol)
    assert counting() == ("waiting", clocks.now())
    job_id = keeping.uuid5(people.office_id, keeping.COUNT_BOARD)
    begun = clocks.now()
    job = commands.execute(session, jobs.lease, people.office_id, job_id)
    assert job is not None
    clock.shift(timedelta(seconds=30))
    assert counting() == ("running", begun)
    for _ in range(len(jobs.BACK_OFF) + 1):
        commands.execute(session, jobs.fail, job, "no")
        clock.shift(timedelta(hours=2))
        again = commands.execute(session, jobs.lease, people.office_id, job_id)
        job = again or job
    state = counting()
    assert state is not None
    assert state[0] == "failed"
    commands.execute(session, board.ask, actor=people.office)
    assert (counting() or ("",))[0] == "failed", "an incident says what is to be done"


@pytest.mark.usefixtures("told")
def test_nobody_has_a_board_counted_over_and_over(
    session: Session,
    people: cast.Cast,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counted, "_FEW", 0)
    first = commands.execute(session, board.recount, actor=people.office)
    assert first == board.Counting("waiting", clocks.now())
    assert jobs.run_due(session) == 1
    session.execute(update(t.Rollup).values(took_ms=30_000))
    session.commit()
    counted_at = clocks.now()
    clock.shift(timedelta(minutes=2))
    for _ in range(3):
        asked = commands.execute(session, board.recount, actor=people.office)
        assert asked == board.Counting("waiting", counted_at + timedelta(minutes=10))
        assert jobs.run_due(session) == 0
        clock.shift(timedelta(minutes=1))
    clock.shift(timedelta(minutes=5))
    assert jobs.run_due(session) == 1


@pytest.mark.usefixtures("told")
def test_an_old_month_of_many_is_counted_by_a_job(
    session: Session,
    people: cast.Cast,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page never counts a month of a large district: it says when it will be there."""
    told: Any = {"actor": people.office, "month": "2026-08", "by": "town"}
    now = board.months.table(session, **told)
    assert now.table == statistics.monthly(session, **told)
    monkeypatch.setattr(counted, "_FEW", 0)
    for name in ("monthly", "trend", "tables"):
        monkeypatch.setattr(board.months, name, lambda *_a, **_k: pytest.fail("counted live"))
    shown = board.months.table(session, **told)
    assert (shown.table, shown.is_stale) == (None, True)
    monkeypatch.undo()
    monkeypatch.setattr(counted, "_FEW", 0)
    ask: Any = {"actor": people.office}
    for _ in range(2):
        counting = commands.execute(session, board.months.ask, "2026-08", **ask)
        assert counting == board.Counting("waiting", clocks.now())
    assert jobs.run_due(session) == 1
    counted_at = clocks.now()
    for by in statistics.AXES:
        kept = board.months.table(session, **told | {"by": by})
        assert (kept.at, kept.is_stale) == (counted_at, False)
        assert kept.table == statistics.monthly(session, **told | {"by": by})
    clock.shift(timedelta(hours=25))
    assert board.months.table(session, **told).is_stale
    assert jobs.run_due(session) == 0, "nobody counts it by itself"
    commands.execute(session, board.months.ask, "2026-08", **ask)
    assert jobs.run_due(session) == 1
    assert board.months.table(session, **told).at == clocks.now()
    soon = commands.execute(session, board.months.ask, "2026-08", **ask)
    assert soon == board.Counting("waiting", clocks.now() + timedelta(minutes=1))


@pytest.mark.usefixtures("told")
def test_few_months_wait_at_a_time(
    session: Session, people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask: Any = {"actor": people.office}
    assert commands.execute(session, board.months.ask, "2026-01", **ask) is None
    monkeypatch.setattr(counted, "_FEW", 0)
    found = [
        commands.execute(session, board.months.ask, f"2026-0{number}", **ask)
        for number in range(1, 6)
    ]
    assert [one is not None for one in found] == [True, True, True, False, False]
    assert jobs.run_due(session) == 3
    assert commands.execute(session, board.months.ask, "2026-04", **ask) is not None
    for wrong in ("2026-13", "", "￾", "9" * 40):
        with pytest.raises(Invalid):
            commands.execute(session, board.months.ask, wrong, **ask)
        with pytest.raises(Invalid):
            board.months.table(session, month=wrong, by="town", **ask)


@pytest.mark.usefixtures("told")
def test_a_small_district_sees_what_is_true_now(session: Session, people: cast.Cast) -> None:
    shown = board.read(session, actor=people.officer)
    assert (shown.at, shown.board) == (clocks.now(), board.count(session, actor=people.officer))


def test_an_enterprise_has_no_board(session: Session, people: cast.Cast) -> None:
    for actor in (people.principal, people.administrator):
        with pytest.raises(NotAllowed):
            board.read(session, actor=actor)
