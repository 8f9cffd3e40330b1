"""Pages of long lists by cursor: the hundredth page costs what the first one costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.errors import Invalid
from engine.store.types import from_microseconds, microseconds

T = TypeVar("T")
#: The most rows one page may ask for.
LARGEST_PAGE: Final = 500


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list, and the cursor that asks for the next part; None at the end."""

    items: Sequence[T]
    next: str | None


def newest_first(
    session: Session,
    shown: Select[Any],
    chosen: Select[Any],
    at: InstrumentedAttribute[datetime],
    after: str | None,
    limit: int,
    *,
    few: bool = False,
    owners: Select[Any] | None = None,
    owner: Any = None,
) -> Page[Row[Any]]:
    """Give the rows of a table that come after the cursor, newest first.

    Args:
        shown: what to show of a row, with what is joined to it.
        chosen: the keys (organisation_id, id) of the rows to list, from their table alone: so
            only the rows of this page are ever joined to anything.
        at: the column that orders the list; it is among those shown, and so is the id.
        after: the cursor of the page before; None for the first page.
        limit: how many rows; at most `LARGEST_PAGE`.
        few: `chosen` leaves few rows: find those and sort them. Otherwise walk in order of time
            and skip what does not fit, which is quick when much of it fits.
        owners: the ids of the organisations whose rows are listed, when an index that begins with
            the organisation gives each one's rows in order: no more than a page is read of each.
        owner: the column by which a row is theirs; without it its `organisation_id`.

    Raises:
        Invalid: the cursor is not one that was given out.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    table, by = at.class_, aside(at) if few else at
    if after is not None:
        chosen = chosen.where(_older(by, table.id, *place_of(after)))
    if owners is not None:
        whose = table.organisation_id if owner is None else owner
        keys = _of_owners(session, chosen, at, by, limit + 1, owners, whose).subquery()
    else:
        keys = chosen.order_by(by.desc(), table.id.desc()).limit(limit + 1).subquery()
    is_key = and_(table.organisation_id == keys.c.organisation_id, table.id == keys.c.id)
    found = session.execute(shown.join(keys, is_key)).all()
    rows = sorted(found, key=lambda row: (getattr(row, at.key), row.id), reverse=True)
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], cursor(getattr(last, at.key), last.id))


def _of_owners(
    session: Session,
    chosen: Select[Any],
    at: Any,
    by: Any,
    count: int,
    owners: Select[Any],
    whose: Any,
) -> Select[Any]:
    """Give the keys of one page of what many organisations have.

    SQLite reads no more than a page of each by itself; PostgreSQL would read and sort everything
    unless it is told to take a page of each.
    """
    table = at.class_
    ordered = chosen.order_by(by.desc(), table.id.desc()).limit(count)
    if session.get_bind().dialect.name != "postgresql":
        return ordered.where(whose.in_(owners))
    owner = owners.subquery()
    page = ordered.add_columns(at).where(whose == owner.c.id).lateral()
    merged: Select[Any] = select(page.c.organisation_id, page.c.id).select_from(owner)
    newest = (page.c[at.key].desc(), page.c.id.desc())
    return merged.join(page, true()).order_by(*newest).limit(count)


def aside(column: Any) -> Any:
    """Give the column's value in a form by which no index is entered.

    SQLite knows nothing of how much a condition leaves over, and takes any index that fits.
    """
    return func.coalesce(column, column)


def _older(
    at: Any, id_: InstrumentedAttribute[UUID], moment: datetime, id_after: UUID
) -> ColumnElement[bool]:
    # The bare first half is what lets an index be entered at the right place.
    return and_(at <= moment, or_(at < moment, id_ < id_after))


def older_than(at: Any, id_: Any, after: str) -> ColumnElement[bool]:
    """Say in SQL that a row of a list, newest first, comes after a cursor of `cursor`.

    Raises:
        Invalid: the cursor is not one that was given out.
    """
    return _older(at, id_, *place_of(after))


def name_cursor(id_: UUID, name: str) -> str:
    """Give the cursor that asks for what comes after a row in a list in order of name."""
    return f"{id_.hex}.{name}"


def after_name(name: Any, id_: Any, after: str) -> ColumnElement[bool]:
    """Say in SQL that a row of a list in order of name, then id, comes after a `name_cursor`.

    Raises:
        Invalid: the cursor is not one that was given out.
    """
    written, _, known = after.partition(".")
    try:
        last = UUID(hex=written)
    except ValueError as error:
        raise wrong_cursor() from error
    # The bare first half is what lets an index be entered at the right place.
    return and_(name >= known, or_(name > known, id_ > last))


def cursor(at: datetime, id_: UUID) -> str:
    """Give the cursor that asks for what comes after that row."""
    return f"{microseconds(at):x}-{id_.hex}"


def place_of(written: str) -> tuple[datetime, UUID]:
    """Give the moment and the id of the row that a cursor was made from.

    Raises:
        Invalid: it is not one that was given out.
    """
    at, _, id_ = written.partition("-")
    try:
        return from_microseconds(int(at, 16)), UUID(hex=id_)
    except (ValueError, OverflowError) as error:
        raise wrong_cursor() from error


def wrong_cursor() -> Invalid:
    """Give the refusal of a page cursor that was never given out, for lists of any order."""
    return Invalid(
        "翻页位置不对，请回到第一页。",
        "The page cursor is wrong; go back to the first page.",
        field="after",
    )
