"""What is told of complaints in figures (R-10): never so few that somebody could be meant.

A number is told only when it is at least five, and what is left untold of its sum is so, too:
else the rest could be worked out. Whoever sees nothing cannot tell none from few.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.complaints.access import require_handler
from engine.complaints.check_ins import PATIENCE
from engine.complaints.rooms import is_district_union
from engine.permissions import require
from engine.statistics.paging import after_name, name_cursor
from engine.store import organisations_of
from engine.store import tables as t

FEWEST: Final = 5
#: Only what was asked or complained of in so many days is counted.
_YEAR: Final = timedelta(days=365)
_KINDS: Final = ("going", "settled", "not_settled", "unfounded", "withdrawn")
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
    own = t.Organisation
    asked = exists().where(t.CheckIn.organisation_id == own.id, t.CheckIn.due_on.between(*_year()))
    statement = select(own.id, own.name).where(own.id.in_(_enterprises(session, actor)), asked)
    if after:
        statement = statement.where(after_name(own.name, own.id, after))
    rows = session.execute(statement.order_by(own.name, own.id).limit(limit + 1)).all()
    shown = rows[:limit]
    told = _told_each(session, [row.id for row in shown])
    more = name_cursor(shown[-1].id, shown[-1].name) if len(rows) > limit else None
    return [(row.name, told[row.id]) for row in shown], more


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


def _told(session: Session, enterprises: Select[Any]) -> Figures:
    answers, complaints = _answers(enterprises), _complaints(enterprises)
    return _figures(_counted(session, answers), _counted(session, complaints))


def _told_each(session: Session, enterprises: Collection[UUID]) -> dict[UUID, Figures]:
    """Give the figures of some enterprises; two statements, however many they are."""
    counted: list[dict[UUID, dict[str, int]]] = [{}, {}]
    owners = (t.CheckIn.organisation_id, t.Complaint.enterprise_id)
    statements = (_answers(enterprises), _complaints(enterprises))
    for found, owner, statement in zip(counted, owners, statements, strict=True):
        each = statement.add_columns(owner.label("owner")).group_by(owner)
        for row in session.execute(each):
            found.setdefault(row.owner, {})[row.word] = row.number
    answers, complaints = counted
    return {one: _figures(answers.get(one, {}), complaints.get(one, {})) for one in enterprises}


def _counted(session: Session, statement: Select[Any]) -> dict[str, int]:
    return {row.word: row.number for row in session.execute(statement)}


def _figures(answers: Mapping[str, int], states: Mapping[str, int]) -> Figures:
    said = {key: answers.get(key, 0) for key in ("no", "yes", "unsaid")}
    complaints = dict.fromkeys(_KINDS, 0)
    for state, count in states.items():
        complaints[_HEADINGS.get(state, "not_settled")] += count
    return Figures(
        asked=_enough(sum(answers.values())),
        answered=_enough(sum(said.values())),
        unanswered=_enough(answers.get("unanswered", 0)),
        complaints=_enough(sum(complaints.values())),
        **_parts(said),
        **_parts(complaints),
    )


def _enough(count: int) -> int | None:
    return count if count >= FEWEST else None


def _parts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Give the parts of a sum that is told: none that is too small, or lets one be worked out."""
    told = {key: count for key, count in counts.items() if count >= FEWEST}
    while told and len(told) < len(counts) and sum(counts.values()) - sum(told.values()) < FEWEST:
        del told[min(told, key=lambda key: told[key])]
    return {key: told.get(key) for key in counts}


def _answers(enterprises: Any) -> Select[Any]:
    late = case((t.CheckIn.due_on < clock.local_date() - PATIENCE, "unanswered"), else_="open")
    word: Any = func.coalesce(t.CheckIn.answer, late).label("word")
    return (
        select(word, func.count().label("number"))
        .where(t.CheckIn.organisation_id.in_(enterprises), t.CheckIn.due_on.between(*_year()))
        .group_by(word)
    )


def _complaints(enterprises: Any) -> Select[Any]:
    word: Any = func.coalesce(t.Complaint.outcome, t.Complaint.state).label("word")
    return (
        select(word, func.count().label("number"))
        .where(
            t.Complaint.enterprise_id.in_(enterprises),
            t.Complaint.filed_at >= clock.now() - _YEAR,
        )
        .group_by(word)
    )


def _year() -> tuple[date, date]:
    today = clock.local_date()
    return today - _YEAR, today
