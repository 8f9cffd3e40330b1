"""Typical cases as they are looked for: by those at work on them, and by all who learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import NotFound
from engine.hazards.codes import SECTORS
from engine.permissions import allows, require
from engine.practices import rules
from engine.statistics.paging import Page, newest_first
from engine.store import organisations_of
from engine.store import tables as t

STATES: Final = (
    "nominated", "consented", "reworded", "vetted", "published", "declined", "withdrawn"
)  # fmt: skip
#: A case book holds as many as somebody will bind.
MOST_IN_BOOK: Final = 200


@dataclass(frozen=True)
class Filters:
    """Which cases to list."""

    words: str = ""
    dimension: str = ""
    sector: str = ""
    size: str = ""
    state: str = ""


def published(
    session: Session, *, filters: Filters, after: str | None = None, limit: int = 20
) -> Page[Any]:
    """Give a page of published cases, the newest first; everybody may read them.

    Columns: those of the practice, `owner` (the name, "" when it is not to be said), `studied`.
    """
    chosen = _keys().where(t.Practice.state == "published", *_matching(filters))
    return newest_first(session, shown(), chosen, t.Practice.published_at, after, limit, few=True)  # type: ignore[arg-type]


def at_work(
    session: Session, *, actor: Actor, filters: Filters, after: str | None = None, limit: int = 20
) -> Page[Any]:
    """Give a page of cases of organisations the actor sees, in any state, the newest first."""
    require(actor, "practice:nominate")
    chosen = _keys().where(
        t.Practice.organisation_id.in_(organisations_of(actor)), *_matching(filters)
    )
    return newest_first(session, shown(), chosen, t.Practice.nominated_at, after, limit, few=True)


def get(session: Session, practice_id: UUID, *, actor: Actor) -> Any:
    """Give one case: a published one to everybody, any other to those who work on it.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    require(actor, "practice:read")
    statement = shown().where(t.Practice.id == practice_id)
    seen = t.Practice.state == "published"
    if allows(actor, "practice:nominate"):
        seen = or_(seen, t.Practice.organisation_id.in_(organisations_of(actor)))
    statement = statement.where(seen)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def oversees(session: Session, row: Any, *, actor: Actor) -> bool:
    """Say whether the actor's organisation is one of those above a case's enterprise."""
    if actor.organisation_kind == "enterprise":
        return False
    wanted = organisations_of(actor).where(t.Organisation.id == row.organisation_id)
    return session.scalar(wanted) is not None


def by_slug(session: Session, slug: str) -> Any:
    """Give a published case by its public name; NotFound otherwise."""
    statement = shown().where(t.Practice.slug == slug, t.Practice.state == "published")
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def for_book(session: Session, *, filters: Filters) -> Sequence[Any]:
    """Give the published cases of a book, by sector, then the best first."""
    statement = (
        shown()
        .where(t.Practice.state == "published", *_matching(filters))
        .order_by(t.Practice.published_at.desc(), t.Practice.id.desc())
        .limit(MOST_IN_BOOK)
    )
    rows = session.execute(statement).all()
    return sorted(rows, key=lambda row: (row.sector, -row.scores.get("total", 0)))


def photo(session: Session, row: Any, number: int) -> t.Attachment:
    """Give one of the photos a published case shows, counted from 1; NotFound otherwise."""
    if not 1 <= number <= len(row.photos):
        raise NotFound()
    found = session.get(t.Attachment, (row.organisation_id, UUID(row.photos[number - 1])))
    if found is None:
        raise NotFound()
    return found


def owner_name(row: Any) -> str:
    """Give what the enterprise of a case is called in public."""
    if row.is_named:
        return str(row.owner)
    sector = SECTORS.get(row.sector)
    return f"某{sector.zh}单位" if sector else "某单位"


def uses(session: Session, row: Any) -> dict[str, int]:
    """Count who studied a case and who took it over, by kind."""
    statement = (
        select(t.PracticeUse.kind, func.count())
        .where(
            t.PracticeUse.practice_owner_id == row.organisation_id,
            t.PracticeUse.practice_id == row.id,
        )
        .group_by(t.PracticeUse.kind)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def own_uses(session: Session, row: Any, *, actor: Actor) -> dict[str, Any]:
    """Give when the actor's organisation studied a case or took it over, by kind."""
    statement = select(t.PracticeUse).where(
        t.PracticeUse.organisation_id == actor.organisation_id,
        t.PracticeUse.practice_owner_id == row.organisation_id,
        t.PracticeUse.practice_id == row.id,
    )
    found: dict[str, Any] = {}
    for one in session.scalars(statement):
        if one.kind != "studied" or one.by == actor.user_id:
            found[one.kind] = one.at
    return found


def _keys() -> Any:
    # The enterprise is joined for its size.
    keys = select(t.Practice.organisation_id, t.Practice.id)
    return keys.join(t.Organisation, t.Organisation.id == t.Practice.organisation_id)


def shown() -> Select[Any]:
    """Select cases as all of these give them."""
    studied = (
        select(func.count())
        .where(
            t.PracticeUse.practice_owner_id == t.Practice.organisation_id,
            t.PracticeUse.practice_id == t.Practice.id,
            t.PracticeUse.kind == "studied",
        )
        .correlate(t.Practice)
        .scalar_subquery()
    )
    return select(
        *t.Practice.__table__.c,
        t.Organisation.name.label("owner"),
        t.Organisation.staff_count,
        studied.label("studied"),
    ).join(t.Organisation, t.Organisation.id == t.Practice.organisation_id)


def _matching(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.state:
        found.append(t.Practice.state == filters.state)
    if filters.sector:
        found.append(t.Practice.sector == filters.sector)
    if filters.dimension in rules.DIMENSIONS:
        found.append(cast(t.Practice.dimensions, String).contains(f'"{filters.dimension}"'))
    if filters.size in rules.SIZES:
        _words, least, below = rules.SIZES[filters.size]
        found.append(t.Organisation.staff_count >= least)
        found.append(t.Organisation.staff_count < below)
    for word in filters.words.split()[:5]:
        found.append(
            or_(
                t.Practice.title.contains(word, autoescape=True),
                cast(t.Practice.story, String).contains(word, autoescape=True),
            )
        )
    return found
