"""Whoever moves and reports how, in whatever order: the figures are those of a recount, and no
group of fewer than five can be told or worked out from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine import clock, teams
from engine.actors import Actor
from engine.clock import LOCAL_ZONE
from engine.participation import axes, trend
from engine.participation.teams import by_team
from engine.reporters import Identity
from engine.statistics import recount
from engine.store import Membership, User, new_id
from tests import cast
from tests.histories import Pen

FIRST = datetime(2026, 8, 20, 9, 0, tzinfo=LOCAL_ZONE)
NOW = datetime(2026, 12, 10, 9, 0, tzinfo=LOCAL_ZONE)
PERIODS = ("2026-08", "2026-09", "2026-11", "2026-12", "2026-Q3", "2026-Q4", "2026")
#: Team → the one above.
TREE = {"一车间": None, "甲班": "一车间", "乙班": "一车间", "一组": "甲班", "二车间": None}
PEOPLE = 16

#: Days later, who, and what: a report of some mode, or a move.
steps = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(0, PEOPLE - 1),
        st.sampled_from(
            ["named", "named", "named", "confidential", "anonymous", None, *TREE, "甲班", "乙班"]
        ),
    ),
    max_size=40,
)


class Told:
    """What happened, written down once more: by day, not by what the engine keeps."""

    def __init__(self) -> None:
        #: Person → from which day on in which team.
        self.moves: dict[UUID, list[tuple[date, str | None]]] = {}
        #: Who reported by name on which day.
        self.reports: list[tuple[UUID, date]] = []
        self.modes: Counter[str] = Counter()

    def team_on(self, who: UUID, day: date) -> str | None:
        return next((t for on, t in reversed(self.moves.get(who, [])) if on <= day), None)

    def within(self, names: set[str], first: date, last: date) -> list[UUID]:
        """Give who reported by name from one of some teams, once a report."""
        return [
            who for who, day in self.reports
            if first <= day <= last and self.team_on(who, day) in names
        ]  # fmt: skip

    def people(self, names: set[str], first: date, last: date) -> set[tuple[str, UUID]]:
        """Give who was in one of some teams in which month."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return {
            (f"{day:%Y-%m}", who)
            for who in self.moves for day in days if self.team_on(who, day) in names
        }  # fmt: skip


@pytest.fixture
def crew(session: Session) -> Iterator[cast.Cast]:
    with time_machine.travel(FIRST, tick=False):
        yield cast.enter(session)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps, period=st.sampled_from(PERIODS), begin=st.integers(3, PEOPLE))
def test_figures_are_those_of_a_recount_and_single_nobody_out(
    session: Session,
    crew: cast.Cast,
    steps: list[tuple[int, int, str | None]],
    period: str,
    begin: int,
) -> None:
    try:
        told = live(session, crew, steps, begin)
        check(session, crew, told, period)
    finally:
        session.rollback()


def live(session: Session, crew: cast.Cast, steps: Iterable[Any], begin: int) -> Told:
    told, pen, admin, moment = Told(), Pen(session), crew.administrator, FIRST
    ids: dict[str | None, UUID | None] = {None: None}
    for name, above in TREE.items():
        ids[name] = teams.open_team(session, name=name, parent_id=ids[above], actor=admin).id
    people = newcomers(session, crew.enterprise_id)
    # The first many work in the teams of one workshop from the first day on.
    steps = [(0, n, ("甲班", "乙班", "一组")[n % 3]) for n in range(begin)] + list(steps)
    for days, index, what in steps:
        moment = min(moment + timedelta(days=days, minutes=1), NOW)
        who = people[index]
        with time_machine.travel(moment, tick=False):
            if what is None or what in TREE:
                teams.put(session, {who: ids[what]}, actor=admin)
                told.moves.setdefault(who, []).append((clock.local_date(), what))
                continue
            identity = Identity(mode=what, user_id=who, name="甲")
            pen.case(crew.enterprise_id, moment, identity=identity)
            told.modes[what] += 1
            if what == "named":
                told.reports.append((who, clock.local_date()))
    return told


def newcomers(session: Session, organisation_id: UUID) -> list[UUID]:
    ids = [new_id() for _ in range(PEOPLE)]
    session.add_all(
        User(id=one, login=f"p{one.hex}", name="人", session_epoch=0, created_at=clock.now())
        for one in ids
    )
    session.flush()
    session.add_all(
        Membership(user_id=one, organisation_id=organisation_id, role="reporter") for one in ids
    )
    session.flush()
    return ids


def check(session: Session, crew: cast.Cast, told: Told, period: str) -> None:
    with time_machine.travel(NOW, tick=False):
        found = by_team(session, period, actor=crew.verifier)
        check_whole(session, crew.principal, told)
        assert recount(session).differences == []
        if found.span is None:
            assert period == "2026-12"
            return
    first, last = found.span.first_on, found.span.last_on
    assert last < date(2026, 12, 1)
    shown = {row.node.row.name: row.figures for row in found.rows if row.figures is not None}
    for name, figures in shown.items():
        reports = told.within(below(name), first, last)
        assert figures.reported == len(reports)
        assert len(set(reports)) <= figures.reporters <= figures.staff
        if not shown.keys() & (below(name) - {name}):
            assert figures.reporters == len(set(reports))
        kids = [kid for kid in shown if TREE[kid] == name]
        everybody = told.people(below(name), first, last)
        assert is_cover(everybody)
        rest = set().union(below(name), set()).difference(*(below(kid) for kid in kids))
        assert is_cover(told.people(rest, first, last))
    tops = set().union(*(below(name) for name in shown if TREE[name] is None))
    left = told.people(set(TREE) - tops, first, last)
    # Beside these are the ten of the cast, who are in no team.
    assert is_cover(left | {(month, new_id()) for month, _ in left for _ in range(10)})


def check_whole(session: Session, actor: Actor, told: Told) -> None:
    """The enterprise's own figures count everybody, however openly they reported."""
    figures = trend.whole_enterprise(session, "2026", actor=actor)
    assert figures.reported == sum(told.modes.values())
    line = axes.table(session, "2026", "enterprise", actor=actor).lines[0]
    assert (line.figures.reporters, line.figures.firsts) == (figures.reporters, figures.firsts)
    # Whoever is anonymous counts each time, and is nobody's first time.
    assert figures.firsts == figures.reporters - told.modes["anonymous"]
    assert figures.firsts >= len({who for who, _day in told.reports})


def below(name: str) -> set[str]:
    found = {name}
    for team, above in TREE.items():
        if above in found:
            found.add(team)
    return found


def is_cover(people: Iterable[tuple[str, UUID]]) -> bool:
    return all(count >= 5 for count in Counter(month for month, _ in people).values())
