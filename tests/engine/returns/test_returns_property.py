"""Whatever happens to cases, and wherever enterprises move: every locked month is in balance.

And every draft before it has the totals of its lines, and lists behind a figure what it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import returns
from engine.actors import Actor
from engine.hazards.months import next_month
from engine.returns.digests import digest_of, lines_in_order
from engine.returns.figures import LEFT, STATED, balances, counted, total_of
from engine.returns.packing import BITS, unpack
from engine.statistics import months_back
from engine.store import Hazard, Organisation, new_id
from engine.store import tables as t
from tests import cast
from tests.engine.returns.drafts import check_draft
from tests.engine.returns.month import House, at
from tests.histories import Pen, Told

#: The last is counted by version 2 of the indicators, the others by version 1.
MONTHS = ("2026-10", "2026-11", "2026-12")
#: What happens often is named twice.
WHAT = (
    "open", "open", "told late", "close", "closed late", "cancel", "cancel", "major", "reward",
    "points", "goods", "honour",
)  # fmt: skip
happenings = st.tuples(
    st.sampled_from(MONTHS),
    st.sampled_from(WHAT),
    st.integers(0, 30),
)
#: After which month an enterprise moves to the other department, and whether by hand something
#: is stated.
moves = st.lists(st.tuples(st.sampled_from(MONTHS), st.integers(0, 1)), max_size=2)


@pytest.fixture
def house(session: Session) -> Iterator[House]:
    with time_machine.travel(at("2027-01", 20), tick=False):
        yield House(session, cast.enter(session))


@settings(
    max_examples=6,
    # Making a failure smaller takes minutes; its seed is printed and makes it again.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=st.lists(happenings, max_size=24),
    moving=moves,
    stated=st.integers(-2, 2),
)
def test_every_locked_month_is_in_balance(
    house: House,
    history: list[tuple[str, str, int]],
    moving: list[tuple[str, int]],
    stated: int,
) -> None:
    session = house.session
    try:
        other = _other_department(house)
        directors = [house.director, other]
        told = _Telling(house)
        for month in MONTHS:
            for _month, name, which in [one for one in history if one[0] == month]:
                told.happen(month, name, which)
            with time_machine.travel(at(next_month(month), 3), tick=False):
                for director in directors:
                    _close(session, director, month, stated)
                _close(session, house.cast.office, month, 0)
                _check(session, month)
                for when, which in moving:
                    if when == month:
                        _move(house, which, directors, next_month(month))
    finally:
        session.rollback()


class _Telling:
    """Tells what happens in each month, also what changes the months before."""

    def __init__(self, house: House) -> None:
        self.pen = Pen(house.session)
        self.owners = (house.cast.enterprise_id, house.cast.one_person_firm_id)
        self.cases: list[Told] = []
        self.began: list[datetime] = []

    def happen(self, month: str, name: str, which: int) -> None:
        """Let one thing happen in `month`, or be told of the month before in it."""
        pen, day = self.pen, 1 + which % 20
        if name in ("open", "told late"):
            when = at(month if name == "open" else _previous(month), day)
            told = pen.case(self.owners[which % 2], when, source="staff", person=b"p")
            pen.register(told, when)
            self.cases.append(told)
            self.began.append(when)
            return
        if not self.cases:
            return
        place = which % len(self.cases)
        told, moment = self.cases[place], at(month, 25)
        match name:
            case "close":
                pen.close(told, moment)
            case "cancel":
                pen.tell(told, "instance:cancelled", at=moment)
            case "major":
                pen.complete(told, "determine", at=moment, level="major")
            case "reward" | "points" | "goods" | "honour":
                facts = {"points_rate": 25} if name == "points" else {}
                pen.reward(told, moment, 1_000 * (1 + which), method=name, **facts)
            case "closed late":
                # Nothing is closed before it was reported.
                late = at(_previous(month), 27)
                pen.close(told, late if self.began[place] < late else moment)


def _close(session: Session, director: Actor, month: str, stated: int) -> None:
    """Settle what differs, sign and lock; the lock has to succeed."""
    if returns.differences(session, actor=director).found:
        returns.accept(session, None, reason="复核", actor=director)
    assert returns.differences(session, actor=director).found == []
    unit = returns.own_unit(session, director)
    if stated and returns.open_month(session, unit) and not unit.is_office:
        _state(session, director, month, stated)
    check_draft(session, director, month)
    returns.sign(session, month, actor=director)
    returns.lock(session, month, actor=director)


def _state(session: Session, director: Actor, month: str, delta: int) -> None:
    lines = returns.lines(session, returns.view(session, month, actor=director), limit=1).items
    if not lines or lines[0].figures.get(LEFT):
        return
    before = returns.open_month(session, returns.own_unit(session, director))
    assert before == month
    returns.state(
        session,
        returns.Stated(
            id=new_id(),
            enterprise_id=lines[0].enterprise_id,
            corrects=MONTHS[0],
            figure="verified",
            delta=delta,
            reason="纸质台账补录",
        ),
        actor=director,
    )


def _check(session: Session, month: str) -> None:
    moved = {"moved_in": 0, "moved_out": 0}
    for row in session.scalars(select(t.MonthlyReturn).where(t.MonthlyReturn.month == month)):
        lines = list(lines_in_order(session, row.organisation_id, month))
        assert row.figures == total_of(line.figures for line in lines)
        assert row.digest == digest_of(session, row)
        assert balances(row.figures)
        before = session.get(t.MonthlyReturn, (row.organisation_id, _previous(month)))
        if before is not None:
            assert row.figures.get("opening", 0) == before.figures.get("closing", 0)
        for line in lines:
            _check_line(session, line, month)
            if line.organisation_id != _office(session) and month != MONTHS[0]:
                moved["moved_in"] += counted(line.figures, "moved_in")
                moved["moved_out"] += line.figures.get("moved_out", 0)
    # What one department hands over is what the other takes on.
    assert moved["moved_in"] == moved["moved_out"]


def _office(session: Session) -> UUID:
    return session.scalars(select(Organisation.id).where(Organisation.kind == "office")).one()


def _check_line(session: Session, line: t.ReturnLine, month: str) -> None:
    assert balances(line.figures)
    cases, figures = unpack(line.cases), line.figures
    values = cases.values()
    for key in BITS:
        if key in ("opening", "moved_in", "moved_out", "closing"):
            continue
        assert values.get(key, 0) == counted(figures, key), key
    assert values.get("closing", 0) == figures.get("closing", 0) - figures.get(STATED, 0)
    open_now = set(
        session.scalars(
            select(Hazard.id).where(
                Hazard.organisation_id == line.enterprise_id,
                Hazard.kind == "hazard",
                Hazard.source.in_(("staff", "self_check")),
                Hazard.registered_at < at(next_month(month), 1, 0),
                Hazard.state.in_(("verified", "rectified", "closed")),
                Hazard.closed_at.is_(None) | (Hazard.closed_at >= at(next_month(month), 1, 0)),
            )
        )
    )
    if not figures.get(LEFT):
        assert set(cases.of("closing")) == open_now


def _previous(month: str) -> str:
    return months_back(month, 2)[0]


def _other_department(house: House) -> Actor:
    session = house.session
    found = session.scalar(select(Organisation).where(Organisation.code == "D2"))
    if found is None:
        found = Organisation(
            id=new_id(),
            kind="department",
            name="区建管委",
            code="D2",
            parent_id=house.cast.office_id,
            created_at=at("2026-01", 2),
        )
        session.add(found)
        session.commit()
        house.other = house.person("other", found.id, "director", "洪局")  # type: ignore[attr-defined]
    for row in session.scalars(select(Organisation).where(Organisation.kind == "enterprise")):
        if row.department_id is not None:
            row.department_id = house.cast.department_id
    session.execute(delete(t.Placement))
    return house.other  # type: ignore[attr-defined, no-any-return]


def _move(house: House, which: int, directors: list[Actor], month: str) -> None:
    """Let an enterprise stand under the other department from the first of `month` on."""
    session = house.session
    owner = (house.cast.enterprise_id, house.cast.one_person_firm_id)[which]
    row = session.get_one(Organisation, owner)
    here = row.department_id
    there = next(d.organisation_id for d in directors if d.organisation_id != here)
    day = date.fromisoformat(f"{month}-01")
    last = session.scalar(
        select(t.Placement).where(
            t.Placement.organisation_id == owner, t.Placement.until_on.is_(None)
        )
    )
    if last is not None and last.from_on == day:
        return
    if last is None:
        session.add(_placement(row, date(2026, 1, 1), day, here))
    else:
        last.until_on = day
    session.flush()
    session.add(_placement(row, day, None, there))
    row.department_id = there
    session.flush()


def _placement(
    row: Organisation, first: date, until: date | None, department_id: UUID | None
) -> t.Placement:
    return t.Placement(
        organisation_id=row.id,
        from_on=first,
        until_on=until,
        department_id=department_id,
        town_id=row.town_id,
        group_id=row.group_id,
        sector=row.sector,
    )
