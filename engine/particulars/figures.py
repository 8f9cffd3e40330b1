"""The lines of a view by an axis, and the enterprises behind each of its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.coverage.board import is_silent
from engine.particulars.views import STANDARDS, View
from engine.permissions import require
from engine.registry.listing import named
from engine.statistics.paging import LARGEST_PAGE, Page, after_name, name_cursor, wrong_cursor
from engine.statistics.scope import NOWHERE, at_place, names_of
from engine.statistics.tree import Branch, branches
from engine.store import Organisation, is_seen, organisations_of
from engine.store import tables as t


@dataclass(frozen=True)
class Line:
    """One line of a view."""

    #: A key on the axis; empty for the sum.
    key: str
    #: A name; for an axis of codes its code.
    name: str
    counts: Mapping[str, int]
    share: str

    @property
    def rate(self) -> float | None:
        """Give the share in percent, None where there is nobody."""
        whole = self.counts["all"]
        return round(100 * self.counts[self.share] / whole, 1) if whole else None


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which enterprises of a view: those of one count, at one place of an axis."""

    view: View = STANDARDS
    count: str = "all"
    by: str = "department"
    #: Empty: wherever they stand.
    key: str = ""
    #: A part of the name.
    name: str = ""
    #: Of `STANDARDS`: a code of what they are standardised in, and to which grade.
    sector: str = ""
    grade: str = ""


def lines(session: Session, view: View, by: str, *, actor: Actor) -> tuple[list[Line], Line]:
    """Give the lines of a view by an axis, the longest first, and their sum; two statements.

    Raises:
        NotAllowed: the role. Invalid: there is no such axis.
    """
    require(actor, "registry:read")
    axis, counts = view.axis(by), view.counts()
    sums = [func.sum(case((condition, 1), else_=0)) for condition in counts.values()]
    statement = (
        select(axis.column, *sums)
        .where(*_among(view, actor))
        .group_by(axis.column)
    )  # fmt: skip
    found = {
        NOWHERE if row[0] is None else str(row[0]): dict(
            zip(counts, map(int, row[1:]), strict=True)
        )
        for row in session.execute(statement)
    }
    names = {} if axis.words is not None else names_of(session, set(found))
    told = [Line(key, names.get(key, key), some, view.share) for key, some in found.items()]
    told.sort(key=lambda line: (line.key == NOWHERE, -line.counts["all"], line.name))
    total = {name: sum(line.counts[name] for line in told) for name in counts}
    return told, Line("", "", total, view.share)


def as_tree(session: Session, told: Sequence[Line]) -> list[Branch[Line]]:
    """Give lines by group as a tree, with what each has with all below it."""

    def join(key: str, some: Sequence[Line]) -> Line:
        counts = {name: sum(line.counts[name] for line in some) for name in some[0].counts}
        return Line(key, "", counts, some[0].share)

    return branches(session, told, join)


def enterprises(
    session: Session, chosen: Chosen, *, actor: Actor, after: str | None = None, limit: int = 50
) -> Page[Row[Any]]:
    """Give a page of the enterprises that a number counts, by name or by the day that ends it.

    Each row is an `Organisation`, the names of its nodes, its region, the days of its mechanism
    and `is_silent`.

    Raises:
        NotAllowed: the role. Invalid: a count, an axis, a key or the cursor is wrong.
    """
    require(actor, "registry:read")
    limit = max(1, min(limit, LARGEST_PAGE))
    is_dated = chosen.count in chosen.view.dated
    own = Organisation
    order: tuple[Any, ...] = (own.standard_until, own.id) if is_dated else (own.name, own.id)
    keys = select(own.id).where(*_narrowed(chosen, actor))
    if after:
        keys = keys.where(_later(after) if is_dated else after_name(own.name, own.id, after))
    ids = keys.order_by(*order).limit(limit + 1).subquery()
    record = t.MechanismRecord
    statement: Any = (
        named()
        .add_columns(
            record.drafted_on, record.established_on, record.implemented_on,
            is_silent().label("is_silent"),
        )
        .outerjoin(record, record.organisation_id == own.id)
        .join(ids, ids.c.id == own.id)
    )  # fmt: skip
    rows = session.execute(statement.order_by(*order)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1].Organisation
    place = last.standard_until.isoformat() if is_dated else last.name
    return Page(rows[:limit], name_cursor(last.id, place))


def scores(session: Session, ids: Sequence[UUID], *, actor: Actor) -> dict[UUID, Any]:
    """Give the points of each enterprise's last signed score sheet; one statement.

    Those are sheets of the actor's organisation and of nodes below it, and to an enterprise the
    ones about it. Columns: scored_id, organisation_id (whose sheet it is), scheme_id, total
    (hundredths of a point), year, signed_at.
    """
    require(actor, "registry:read")
    sheet, scheme = t.ScoreSheet, t.ScoreScheme
    statement = (
        select(
            sheet.scored_id,
            sheet.organisation_id,
            sheet.scheme_id,
            sheet.total,
            scheme.year,
            sheet.signed_at,
        )
        .join(
            scheme,
            (scheme.organisation_id == sheet.organisation_id) & (scheme.id == sheet.scheme_id),
        )
        .where(sheet.scored_id.in_(ids), sheet.state == "signed")
        .order_by(sheet.signed_at, sheet.scheme_id)
    )
    if not actor.is_system:
        mine = sheet.scored_id == actor.organisation_id
        statement = statement.where(sheet.organisation_id.in_(organisations_of(actor)) | mine)
    return {row.scored_id: row for row in session.execute(statement)}


def _among(view: View, actor: Actor) -> list[ColumnElement[bool]]:
    own = Organisation
    found = [own.kind == "enterprise", own.status == "active", view.among()]
    if not actor.is_system:
        found.append(is_seen(actor))
    return found


def _narrowed(chosen: Chosen, actor: Actor) -> list[ColumnElement[bool]]:
    view, own = chosen.view, Organisation
    found = [*_among(view, actor), view.condition(chosen.count)]
    if chosen.name:
        found.append(own.name.contains(chosen.name, autoescape=True))
    for by, key in ((chosen.by, chosen.key), ("sector", chosen.sector), ("grade", chosen.grade)):
        if key:
            found.append(_stands_at(view, by, key))
    return found


def _stands_at(view: View, by: str, key: str) -> ColumnElement[bool]:
    axis = view.axis(by)
    there = at_place(axis.column, by, key, is_code=axis.words is not None)
    # Said apart, so that an index of those that have such a code is entered.
    is_said = axis.words is not None and key != NOWHERE
    return and_(axis.column.is_not(None), there) if is_said else there


def _later(cursor: str) -> ColumnElement[bool]:
    written, _, known = cursor.partition(".")
    try:
        last, day = UUID(hex=written), date.fromisoformat(known)
    except ValueError as error:
        raise wrong_cursor() from error
    until: Final = Organisation.standard_until
    return or_(until > day, and_(until == day, Organisation.id > last))
