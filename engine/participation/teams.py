"""Taking part by team: what was reported by name, for the team of the day, in months now over.

The vault tells what one person reported only to who can name them; so the digests of those who
were in a team are worked out here, and forgotten. Nothing of it is kept, logged or handed on but
the sums of groups that are large enough (engine/participation/cells).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from engine import clock, reporters, secrets
from engine.actors import Actor
from engine.errors import NotFound
from engine.hazards.counts import HUMAN_SOURCES, LEDGER_STATES
from engine.hazards.months import months_back
from engine.participation.cells import Cells
from engine.participation.figures import Figures
from engine.participation.presence import Stay, presence, stays
from engine.permissions import require
from engine.statistics.periods import span_of
from engine.statistics.span import Span, present_month
from engine.store import Hazard, Reporter
from engine.teams import Node, tree

#: A team with figures; one whose people count further up, or in the enterprise alone; one in which
#: nobody was.
STATES: Final = ("shown", "folded", "empty")


@dataclass(frozen=True)
class Row:
    """One team of the table."""

    node: Node
    #: One of `STATES`.
    state: str
    #: With all below it; only of a team that is shown.
    figures: Figures | None
    #: The path of the team in which its people count; "" for the enterprise alone.
    counted_in: str = ""
    #: Whether it is folded since it has fewer than five people, and not for the sake of another.
    is_small: bool = False


@dataclass(frozen=True)
class Teams:
    """The teams from the top down, over the months of a period that are over."""

    rows: Sequence[Row]
    #: What was counted; None while no month of the period is over.
    span: Span | None

    @property
    def silent(self) -> int:
        """Give how many teams that are shown have nobody who reported by name."""
        return sum(row.figures is not None and row.figures.reporters == 0 for row in self.rows)


@dataclass
class _Sums:
    """What is counted of one cell itself."""

    reporters: set[UUID] = field(default_factory=set)
    firsts: set[UUID] = field(default_factory=set)
    reported: int = 0
    verified: int = 0


def by_team(session: Session, period: str, *, actor: Actor) -> Teams:
    """Count the teams of the actor's enterprise; seven statements, whatever there is.

    Raises:
        NotAllowed: the role. NotFound: the actor works for no enterprise. Invalid: the period.
    """
    require(actor, "participation:read")
    own = actor.organisation_id
    if actor.organisation_kind != "enterprise" or own is None:
        raise NotFound()
    span = months_over(span_of(period))
    if span is None:
        return Teams([], None)
    nodes = tree(session, own)
    found, rest = presence(session, own, span)
    cells = Cells({node.id: node.row.parent_id for node in nodes}, found, rest)
    sums = _counted(session, own, span, cells)
    listed = [node for node in nodes if _was_open(node, span)]
    return Teams(list(_rows(listed, nodes, cells, sums)), span)


def months_over(span: Span) -> Span | None:
    """Give those months of a span that are over; None when none is.

    While a month runs, the sum of a team would say with each report where it came from.
    """
    last = min(span.last, months_back(present_month(), 2)[0])
    return Span(span.first, last) if span.first <= last else None


def _counted(session: Session, own: UUID, span: Span, cells: Cells) -> Mapping[UUID, _Sums]:
    where = stays(session, own, span)
    keys = secrets.of(session)
    people = {reporters.user_digest(keys, own, who): who for who in where}
    begun = session.execute(_first_reports(own, span))
    first = {row.user_digest: row.first_at for row in begun}
    sums: dict[UUID, _Sums] = {}
    for row in session.execute(_reports(own, span)):
        who = people.get(row.user_digest)
        team = None if who is None else _team_on(where[who], clock.local_date(row.reported_at))
        home = None if team is None else cells.home(team)
        if who is not None and home is not None:
            _add(sums.setdefault(home, _Sums()), who, row, first[row.user_digest])
    return sums


def _add(sums: _Sums, who: UUID, row: Any, first: datetime) -> None:
    sums.reporters.add(who)
    if row.reported_at == first:
        sums.firsts.add(who)
    if row.kind == "hazard":
        sums.reported += 1
        sums.verified += row.registered_at is not None and row.state in LEDGER_STATES


def _team_on(where: Iterable[Stay], day: date) -> UUID | None:
    return next((stay.team_id for stay in where if stay.holds_on(day)), None)


def _rows(
    listed: Iterable[Node], nodes: Sequence[Node], cells: Cells, sums: Mapping[UUID, _Sums]
) -> Iterable[Row]:
    paths = {node.id: node.path for node in nodes}
    figures = _with_below(nodes, cells, sums)
    for node in listed:
        home = cells.home(node.id)
        if home == node.id:
            yield Row(node, "shown", figures[node.id])
        elif cells.had_people(node.id):
            above = paths[home] if home is not None else ""
            yield Row(node, "folded", None, above, cells.is_small(node.id))
        else:
            yield Row(node, "empty", None)


def _with_below(
    nodes: Sequence[Node], cells: Cells, sums: Mapping[UUID, _Sums]
) -> dict[UUID, Figures]:
    """Give the figures of each cell: its own, and the sums of those below it.

    Somebody who reported in two teams counts in both, and so twice above them: were they counted
    once, the difference would say of who moved that they reported.
    """
    found: dict[UUID, Figures] = {}
    for node in reversed(nodes):
        if not cells.is_shown(node.id):
            continue
        own, below = sums.get(node.id, _Sums()), [found[kid] for kid in cells.kids(node.id)]
        staff = len(cells.people(node.id)) + sum(one.staff for one in below)
        found[node.id] = Figures(
            staff=max(node.row.head_count or 0, staff),
            reporters=len(own.reporters) + sum(one.reporters for one in below),
            firsts=len(own.firsts) + sum(one.firsts for one in below),
            reported=own.reported + sum(one.reported for one in below),
            verified=own.verified + sum(one.verified or 0 for one in below),
        )
    return found


def _was_open(node: Node, span: Span) -> bool:
    begun, ended = node.row.opened_on, node.row.closed_on
    return begun <= span.last_on and (ended is None or ended > span.first_on)


def _by_name(own: UUID) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL that somebody with an account reported by name, of what people report."""
    return (
        Hazard.organisation_id == own,
        Reporter.mode == "named",
        Reporter.user_digest.is_not(None),
        or_(Hazard.kind == "suggestion", Hazard.source.in_(HUMAN_SOURCES)),
    )


def _reports(own: UUID, span: Span) -> Any:
    same = and_(Reporter.organisation_id == own, Reporter.instance_id == Hazard.id)
    columns = (
        Reporter.user_digest, Hazard.reported_at, Hazard.kind, Hazard.state, Hazard.registered_at,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Reporter, same)
        .where(*_by_name(own), Hazard.reported_at >= span.start, Hazard.reported_at < span.end)
    )


def _first_reports(own: UUID, span: Span) -> Any:
    """Select when everybody first reported by name: what came before in confidence stays so."""
    same = and_(Reporter.organisation_id == own, Reporter.instance_id == Hazard.id)
    return (
        select(Reporter.user_digest, func.min(Hazard.reported_at).label("first_at"))
        .join(Hazard, same)
        .where(*_by_name(own), Hazard.reported_at < span.end)
        .group_by(Reporter.user_digest)
    )
