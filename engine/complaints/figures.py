"""What is told of complaints in figures (R-10): never so few that somebody could be meant.

A number is told only when it is at least five and what it leaves of its sum is so, too; whoever
sees nothing cannot tell none from few.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.complaints.access import require_handler
from engine.complaints.check_ins import PATIENCE
from engine.complaints.rooms import is_district_union
from engine.permissions import require
from engine.store import organisations_of
from engine.store import tables as t

FEWEST: Final = 5
#: Only what was asked or complained of in so many days is counted.
_YEAR: Final = timedelta(days=365)
#: State or outcome of a complaint → under which heading it is counted.
_HEADINGS: Final[Mapping[str, str]] = {
    "filed": "going",
    "taken": "going",
    "advised": "going",
    "settled": "settled",
    "unfounded": "unfounded",
    "not_taken": "unfounded",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True)
class Figures:
    """Numbers as they may be told; None where it is too few to tell."""

    asked: int | None
    answered: int | None
    no: int | None
    yes: int | None
    unsaid: int | None
    unanswered: int | None
    complaints: int | None
    going: int | None
    settled: int | None
    not_settled: int | None
    unfounded: int | None
    withdrawn: int | None


def of_own(session: Session, *, actor: Actor) -> Figures:
    """Give the union of an enterprise its enterprise's figures; that of a district all of its.

    Raises:
        NotAllowed, NotFound: they are of no such union.
    """
    require_handler(session, actor)
    return _told(session, _enterprises(session, actor))


def by_enterprise(
    session: Session, *, actor: Actor, after: str = "", limit: int = 50
) -> tuple[list[tuple[str, Figures]], str | None]:
    """Give the district's union the figures of each enterprise that was asked, by name."""
    require_handler(session, actor)
    asked = select(t.CheckIn.organisation_id).where(t.CheckIn.due_on <= clock.local_date())
    statement = select(t.Organisation.id, t.Organisation.name).where(
        t.Organisation.id.in_(_enterprises(session, actor)), t.Organisation.id.in_(asked)
    )
    if after:
        statement = statement.where(t.Organisation.name > after)
    rows = session.execute(statement.order_by(t.Organisation.name).limit(limit + 1)).all()
    found = [(row.name, _told(session, [row.id])) for row in rows[:limit]]
    return found, rows[limit - 1].name if len(rows) > limit else None


def of_district(session: Session, *, actor: Actor) -> Figures:
    """Give those above the figures of all enterprises they see."""
    require(actor, "statistics:read_district")
    return _told(session, _enterprises(session, actor))


def of_enterprise(session: Session, enterprise_id: UUID, *, actor: Actor) -> Figures:
    """Give those above the figures of one enterprise that they see."""
    require(actor, "statistics:read_district")
    chosen = _enterprises(session, actor).where(t.Organisation.id == enterprise_id)
    return _told(session, chosen)


def _enterprises(session: Session, actor: Actor) -> Select[Any]:
    """Give the enterprises an actor counts: those of the whole district, for its union."""
    own = session.get(t.Organisation, actor.organisation_id)
    if own is None or not is_district_union(session, actor):
        return organisations_of(actor).where(t.Organisation.kind == "enterprise")
    above = replace(actor, organisation_id=own.parent_id, organisation_kind="office")
    return organisations_of(above).where(t.Organisation.kind == "enterprise")


def _told(session: Session, enterprises: Select[Any] | Collection[UUID]) -> Figures:
    answers = _answers(session, enterprises)
    complaints = _complaints(session, enterprises)
    asked, open_ones = sum(answers.values()), answers["open"]
    answered = asked - open_ones - answers["unanswered"]
    total = sum(complaints.values())
    parts = {key: _part(answers[key], answered) for key in ("no", "yes", "unsaid")}
    kinds = ("going", "settled", "not_settled", "unfounded", "withdrawn")
    return Figures(
        asked=_enough(asked),
        answered=_enough(answered),
        unanswered=_enough(answers["unanswered"]),
        complaints=_enough(total),
        **parts,
        **{key: _part(complaints.get(key, 0), total) for key in kinds},
    )


def _enough(count: int) -> int | None:
    return count if count >= FEWEST else None


def _part(count: int, total: int) -> int | None:
    """Give a part of a sum, unless it or the rest is too small."""
    return count if count >= FEWEST and total - count >= FEWEST else None


def _answers(session: Session, enterprises: Any) -> dict[str, int]:
    today = clock.local_date()
    late = case((t.CheckIn.due_on < today - PATIENCE, "unanswered"), else_="open")
    word = func.coalesce(t.CheckIn.answer, late).label("word")
    rows = session.execute(
        select(word, func.count())
        .where(
            t.CheckIn.organisation_id.in_(enterprises),
            t.CheckIn.due_on.between(today - _YEAR, today),
        )
        .group_by(word)
    )
    found = dict.fromkeys(("no", "yes", "unsaid", "unanswered", "open"), 0)
    return found | {row[0]: row[1] for row in rows}


def _complaints(session: Session, enterprises: Any) -> dict[str, int]:
    word = func.coalesce(t.Complaint.outcome, t.Complaint.state).label("word")
    rows = session.execute(
        select(word, func.count())
        .where(
            t.Complaint.enterprise_id.in_(enterprises),
            t.Complaint.filed_at >= clock.now() - _YEAR,
        )
        .group_by(word)
    )
    found: dict[str, int] = {}
    for state, count in rows:
        heading = _HEADINGS.get(state, "not_settled")
        found[heading] = found.get(heading, 0) + count
    return found
