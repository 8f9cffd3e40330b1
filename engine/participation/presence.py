"""Who was in which team when, in an enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.hazards.months import next_month
from engine.participation.cells import Presence
from engine.statistics.span import Span
from engine.store import Membership, User
from engine.store import tables as t

#: Longer than anybody's stay.
_FOR_EVER = date.max


@dataclass(frozen=True)
class Stay:
    """Somebody was in a team from a day up to another."""

    team_id: UUID
    from_on: date
    #: The first day on which they were no longer there.
    until_on: date

    def holds_on(self, day: date) -> bool:
        """Say whether they were there on a day."""
        return self.from_on <= day < self.until_on


def stays(session: Session, organisation_id: UUID, span: Span) -> dict[UUID, list[Stay]]:
    """Give the stays that reach into a span, by person."""
    found: dict[UUID, list[Stay]] = {}
    row = t.TeamMember
    statement = select(row.user_id, row.team_id, row.from_on, row.until_on).where(
        row.organisation_id == organisation_id,
        row.from_on <= span.last_on,
        or_(row.until_on.is_(None), row.until_on > span.first_on),
    )
    for user_id, team_id, from_on, until_on in session.execute(statement):
        stay = Stay(team_id, from_on, until_on or _FOR_EVER)
        found.setdefault(user_id, []).append(stay)
    return found


def presence(
    session: Session, organisation_id: UUID, span: Span
) -> tuple[dict[UUID, set[Presence]], set[Presence]]:
    """Give who was in each team in each month of a span, and who was in none; two statements.

    Whose account was closed is there no longer: they could not report.
    """
    months = _months(span)
    people = _people(session, organisation_id)
    teams: dict[UUID, set[Presence]] = {}
    rest = {
        (month, user_id)
        for user_id, (begun, ended) in people.items()
        for month, (_first, _last) in months.items()
        if begun <= _last and ended > _first
    }
    for user_id, where in stays(session, organisation_id, span).items():
        ended = people[user_id][1] if user_id in people else _FOR_EVER
        for month, (first, last) in months.items():
            for stay in where:
                if stay.from_on <= last and min(stay.until_on, ended) > first:
                    teams.setdefault(stay.team_id, set()).add((month, user_id))
                    rest.discard((month, user_id))
    return teams, rest


def _people(session: Session, organisation_id: UUID) -> dict[UUID, tuple[date, date]]:
    """Give from when until when the account of each member was open."""
    theirs = select(Membership.user_id).where(Membership.organisation_id == organisation_id)
    statement = select(User.id, User.created_at, User.disabled_at).where(User.id.in_(theirs))
    return {
        id_: (
            clock.local_date(begun),
            _FOR_EVER if ended is None else clock.local_date(ended) + timedelta(days=1),
        )
        for id_, begun, ended in session.execute(statement)
    }


def _months(span: Span) -> dict[str, tuple[date, date]]:
    """Give the months of a span with their first and last days."""
    found, month = {}, span.first
    while month <= span.last:
        one = Span(month, month)
        found[month] = (one.first_on, one.last_on)
        month = next_month(month)
    return found
