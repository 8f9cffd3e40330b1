"""Targets are data; the board counts them over what one may see, and its numbers open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import organisations
from engine.actors import SYSTEM, Actor
from engine.clock import LOCAL_ZONE
from engine.coverage import board, kpis, obstacles, reminders, targets, units
from engine.coverage.units import Chosen
from engine.errors import Conflict, Invalid, InvalidAnswers, NotAllowed, NotFound
from engine.store import Notification, Organisation, new_id
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.coverage_story import establish
from tests.histories import Pen

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def waves(session: Session, cast: Cast) -> list[t.CoverageTarget]:
    """The two waves of the notice; 甲 is of the first, 丙 of the second, a school is closed."""
    targets.adopt(session, actor=cast.office)
    session.get_one(Organisation, cast.enterprise_id).sector = "gas"
    session.get_one(Organisation, cast.one_person_firm_id).sector = "commercial"
    session.add(
        Organisation(
            id=new_id(),
            kind="enterprise",
            name="旧址小学",
            code="XX009",
            sector="education",
            status="closed",
            department_id=cast.department_id,
            created_at=OCTOBER,
        )
    )
    session.flush()
    return list(targets.listed(session, actor=cast.office))


def counts(session: Session, target: t.CoverageTarget, actor: Actor, *names: str) -> list[int]:
    total = board.board(session, target, "town", actor=actor).total
    return [total.counts[name] for name in names]


def names_of(session: Session, chosen: Chosen, actor: Actor) -> list[str]:
    return [row.name for row in units.enterprises(session, chosen, actor=actor).items]


def test_the_two_waves_mean_everybody_once(
    session: Session, cast: Cast, waves: list[t.CoverageTarget]
) -> None:
    first, second = waves
    assert [one.due_on for one in waves] == [date(2025, 6, 30), date(2025, 12, 31)]
    assert names_of(session, Chosen(target=first), cast.office) == ["甲机械有限公司"]
    assert names_of(session, Chosen(target=second), cast.office) == ["丙小吃店"]
    closed = Chosen(target=second, count="not_applicable")
    assert names_of(session, closed, cast.office) == ["旧址小学"]
    session.get_one(Organisation, cast.one_person_firm_id).ownership = "district_soe"
    session.flush()
    assert counts(session, first, cast.office, "due") == [2]
    assert counts(session, second, cast.office, "due") == [0]


def test_the_board_follows_the_record(
    session: Session, cast: Cast, waves: list[t.CoverageTarget]
) -> None:
    first = waves[0]
    told = ("due", "established", "implemented", "open", "overdue", "nothing")
    assert counts(session, first, cast.group, *told) == [1, 0, 0, 1, 1, 1]
    establish(session, cast.principal, date(2026, 9, 1))
    assert counts(session, first, cast.group, *told) == [1, 1, 0, 1, 1, 0]
    pen = Pen(session)
    case = pen.case(cast.enterprise_id, OCTOBER)
    pen.register(case, OCTOBER)
    pen.reward(case, OCTOBER, 10_000)
    assert counts(session, first, cast.group, *told) == [1, 1, 1, 0, 0, 0]
    found = board.board(session, first, "department", actor=cast.office)
    assert [(line.name, line.rate("implemented")) for line in found.lines] == [
        ("区应急管理局", 100.0)
    ]


def test_every_number_lists_exactly_its_enterprises(
    session: Session, cast: Cast, waves: list[t.CoverageTarget]
) -> None:
    _many(session, cast, 5)
    establish(session, cast.principal, date(2026, 9, 1))
    establish(session, cast.sole, date(2026, 9, 1), but=["funds"])
    obstacles.explain(session, cast.one_person_firm_id, "funds", actor=cast.town)
    for target in waves:
        summed = board.overview(session, waves, actor=cast.office)[target.id].counts
        for by in ("department", "sector"):
            found = board.board(session, target, by, actor=cast.office)
            assert found.total.counts == summed
            for line in found.lines:
                for count, number in line.counts.items():
                    chosen = Chosen(target=target, count=count, by=by, key=line.key)
                    listed = names_of(session, chosen, cast.office)
                    assert len(listed) == number, (target.title, by, line.name, count)


def test_silence_for_ninety_days_is_shown(
    session: Session,
    cast: Cast,
    waves: list[t.CoverageTarget],
    clock: time_machine.Traveller,
) -> None:
    establish(session, cast.principal, date(2026, 9, 1))
    pen = Pen(session)
    case = pen.case(cast.enterprise_id, OCTOBER)
    pen.register(case, OCTOBER)
    pen.reward(case, OCTOBER, 10_000)
    clock.move_to(OCTOBER + timedelta(days=89))
    assert counts(session, waves[0], cast.office, "stalled") == [0]
    clock.move_to(OCTOBER + timedelta(days=90))
    assert counts(session, waves[0], cast.office, "stalled", "implemented") == [1, 1]
    pen.case(cast.enterprise_id, OCTOBER + timedelta(days=90))
    assert counts(session, waves[0], cast.office, "stalled") == [0]


def test_everybody_counts_only_their_own(
    session: Session, cast: Cast, waves: list[t.CoverageTarget]
) -> None:
    for actor in (cast.officer, cast.town, cast.group, cast.office):
        assert len(targets.listed(session, actor=actor)) == 2
        assert counts(session, waves[0], actor, "due") == [1]
    assert targets.listed(session, actor=cast.stranger) == []
    with pytest.raises(NotFound):
        targets.get(session, waves[0].id, actor=cast.stranger)
    assert names_of(session, Chosen(target=waves[0]), cast.stranger) == []
    with pytest.raises(NotAllowed):
        targets.listed(session, actor=cast.reporter)


def test_targets_are_set_changed_and_taken_off(
    session: Session, cast: Cast, waves: list[t.CoverageTarget]
) -> None:
    wanted = targets.Wanted(
        title="2026 年商业综合体", basis="2026 年工作要点", sectors=("commercial",),
        due_on=date(2026, 12, 31), percent=90, stage="established",
    )  # fmt: skip
    row = targets.save(session, wanted, actor=cast.office)
    assert counts(session, row, cast.office, "due", "open", "overdue") == [1, 1, 0]
    later = targets.Wanted(**{**vars(wanted), "due_on": date(2026, 10, 1)})
    targets.save(session, later, row.id, actor=cast.office)
    assert counts(session, row, cast.office, "overdue") == [1]
    wrong = targets.Wanted(title="", basis="", sectors=("moon",), due_on=None, percent=0)
    with pytest.raises(InvalidAnswers) as refused:
        targets.save(session, wrong, actor=cast.office)
    assert set(refused.value.errors) == {"title", "basis", "sectors", "due_on", "percent"}
    for actor in (cast.officer, cast.group, cast.administrator):
        with pytest.raises(NotAllowed):
            targets.save(session, wanted, actor=actor)
    targets.withdraw(session, row.id, actor=cast.office)
    assert row not in targets.listed(session, actor=cast.office)
    with pytest.raises(NotFound):
        targets.withdraw(session, row.id, actor=cast.office)
    for _number in range(targets.MOST - 2):
        targets.save(session, wanted, actor=cast.office)
    with pytest.raises(Conflict):
        targets.save(session, wanted, actor=cast.office)


def test_a_new_office_has_the_targets_of_the_notice(session: Session, cast: Cast) -> None:
    row = organisations.create(
        session, kind="office", name="新区安委办", code="NEWAB", actor=SYSTEM
    )
    planted = select(t.CoverageTarget).where(t.CoverageTarget.organisation_id == row.id)
    assert len(session.scalars(planted).all()) == 2


def test_reminders_reach_principals_once_a_day(
    session: Session,
    cast: Cast,
    waves: list[t.CoverageTarget],
    clock: time_machine.Traveller,
) -> None:
    chosen = Chosen(target=waves[0], count="open")
    done = reminders.remind(session, chosen, actor=cast.group)
    assert (done.enterprises, done.people, done.more) == (1, 2, False)
    told = session.scalars(
        select(Notification.user_id).where(Notification.kind == reminders.KEY)
    ).all()
    assert set(told) == {cast.principal.user_id, cast.administrator.user_id}
    assert reminders.remind(session, chosen, actor=cast.office).enterprises == 0
    clock.shift(timedelta(days=1))
    assert reminders.remind(session, chosen, actor=cast.office).enterprises == 1
    row = units.enterprises(session, chosen, actor=cast.office).items[0]
    assert row.reminded_at is not None
    assert len(reminders.reminders(session, cast.enterprise_id)) == 2
    for actor in (cast.principal, cast.stranger):
        with pytest.raises(NotAllowed):
            reminders.remind(session, chosen, actor=actor)


def test_lists_are_turned_page_by_page_and_narrowed(
    session: Session, cast: Cast, waves: list[t.CoverageTarget]
) -> None:
    _many(session, cast, 7)
    chosen = Chosen(target=waves[0], count="nothing")
    seen, after = [], ""
    while after is not None:
        page = units.enterprises(session, chosen, actor=cast.office, after=after, limit=3)
        seen += [row.name for row in page.items]
        after = page.next
    assert sorted(seen) == sorted(["甲机械有限公司", *(f"燃气站{n}" for n in range(7))])
    assert len(seen) == len(set(seen))
    named = Chosen(target=waves[0], name="气站3")
    assert names_of(session, named, cast.office) == ["燃气站3"]
    at_town = Chosen(target=waves[0], by="town", key=str(cast.town_id))
    assert names_of(session, at_town, cast.office) == ["甲机械有限公司"]
    nowhere = Chosen(target=waves[0], by="town", key="none")
    assert len(names_of(session, nowhere, cast.office)) == 7
    for wrong in ({"key": "x"}, {"by": "moon", "key": "x"}, {"count": "moon"}):
        with pytest.raises(Invalid):
            names_of(session, Chosen(target=waves[0], **wrong), cast.office)
    with pytest.raises(Invalid):
        units.enterprises(session, chosen, actor=cast.office, after="garbage")


def test_the_statements_do_not_grow_with_the_enterprises(
    session: Session, cast: Cast, waves: list[t.CoverageTarget], statements: list[str]
) -> None:
    def looked() -> int:
        statements.clear()
        board.overview(session, waves, actor=cast.office)
        board.board(session, waves[0], "department", actor=cast.office)
        units.enterprises(session, Chosen(target=waves[0]), actor=cast.office)
        kpis.kpis(session, "town", actor=cast.office)
        return len(statements)

    before = looked()
    _many(session, cast, 30)
    assert looked() == before


def test_the_three_figures_of_how_people_report(session: Session, cast: Cast) -> None:
    pen = Pen(session)
    waited = (0, 30, 90)
    for number, minutes in enumerate(waited):
        found = (OCTOBER - timedelta(minutes=minutes)).isoformat()
        pen.case(cast.enterprise_id, OCTOBER, person=f"{number % 2}".encode(), found_at=found)
    pen.case(cast.enterprise_id, OCTOBER, source="government")
    one = next(k for k in kpis.kpis(session, "department", actor=cast.office))
    assert (one.name, one.reporters, one.staff) == ("区应急管理局", 2, 160)
    assert (one.reported, one.found, one.own_accord) == (3, 4, 75.0)
    assert one.delay == timedelta(minutes=30)
    own = kpis.kpis(session, actor=cast.principal)
    assert [(k.staff, k.universal) for k in own] == [(80, 2.5)]


def test_why_not_is_counted(session: Session, cast: Cast, waves: list[t.CoverageTarget]) -> None:
    obstacles.explain(session, cast.enterprise_id, "funds", actor=cast.town)
    assert counts(session, waves[0], cast.office, "open", "explained") == [1, 1]
    chosen = Chosen(target=waves[0], count="explained")
    row = units.enterprises(session, chosen, actor=cast.office).items[0]
    assert row.obstacle == "funds"


@pytest.fixture
def statements(database: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database, "before_cursor_execute", listen)
    yield seen
    event.remove(database, "before_cursor_execute", listen)


def _many(session: Session, cast: Cast, count: int) -> None:
    session.add_all(
        Organisation(
            id=new_id(),
            kind="enterprise",
            name=f"燃气站{number}",
            code=f"RQ{number:03d}",
            sector="gas",
            department_id=cast.department_id,
            created_at=OCTOBER,
        )
        for number in range(count)
    )
    session.flush()
