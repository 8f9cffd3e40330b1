"""Parcels of typical cases that were given to the press, and who has to be told (R-20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.permissions import require
from engine.statistics.paging import Page, newest_first
from engine.store import tables as t

EXPORT: Final = "practice:export"


def listed(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = 30
) -> Page[Any]:
    """Give a page of the unit's parcels, the newest first.

    Columns: those of the parcel, `person`, `cases`, `recalled` (of these no longer published),
    `untold` (of those, where the outlet was not told yet).
    """
    require(actor, EXPORT)
    export = t.PressExport
    keys: Any = select(export.organisation_id, export.id).where(
        export.organisation_id == actor.organisation_id
    )
    at: Any = export.made_at
    return newest_first(session, _shown(), keys, at, after, limit)


def recalls(session: Session, *, actor: Actor, limit: int = 100) -> Sequence[Any]:
    """Give who has to be told that a case is no longer published, the oldest parcel first.

    Columns: export_id, outlet, made_at, practice_id, title, state, ended_reason.
    """
    require(actor, EXPORT)
    given, export, practice = t.PressExportCase, t.PressExport, t.Practice
    return session.execute(
        select(
            given.export_id,
            export.outlet,
            export.made_at,
            given.practice_id,
            practice.title,
            practice.state,
            practice.ended_reason,
        )
        .join(export, of_export())
        .join(practice, of_practice())
        .where(given.from_organisation_id == actor.organisation_id, _UNTOLD)
        .order_by(export.made_at, export.id, practice.title)
        .limit(limit)
    ).all()


def of_case(session: Session, row: Any, *, limit: int = 50) -> Sequence[Any]:
    """Give to whom a case was given: outlet, made_at, unit, told_at; for those who work on it."""
    given, export = t.PressExportCase, t.PressExport
    return session.execute(
        select(export.outlet, export.made_at, t.Organisation.name.label("unit"), given.told_at)
        .select_from(given)
        .join(export, of_export())
        .join(t.Organisation, t.Organisation.id == export.organisation_id)
        .where(given.organisation_id == row.organisation_id, given.practice_id == row.id)
        .order_by(export.made_at.desc())
        .limit(limit)
    ).all()


def _shown() -> Any:
    export, given = t.PressExport, t.PressExportCase

    def count(*conditions: Any) -> Any:
        counted = func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)
        return (
            select(counted)
            .select_from(given)
            .join(t.Practice, of_practice())
            .where(of_export())
            .correlate(export)
            .scalar_subquery()
        )

    return select(
        *export.__table__.c,
        t.User.name.label("person"),
        count(given.version.is_not(None)).label("cases"),
        count(t.Practice.state != "published").label("recalled"),
        count(_UNTOLD).label("untold"),
    ).join(t.User, t.User.id == export.made_by)


def of_export() -> ColumnElement[bool]:
    """Say in SQL that a case belongs to a parcel."""
    given, export = t.PressExportCase, t.PressExport
    return and_(given.from_organisation_id == export.organisation_id, given.export_id == export.id)


def of_practice() -> ColumnElement[bool]:
    """Say in SQL that what was given is a case."""
    given, practice = t.PressExportCase, t.Practice
    return and_(given.organisation_id == practice.organisation_id, given.practice_id == practice.id)


_UNTOLD: Final = and_(t.Practice.state != "published", t.PressExportCase.told_at.is_(None))
