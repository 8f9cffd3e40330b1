"""The enterprises behind a number of the board, page by page, in order of name."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from engine.actors import Actor
from engine.coverage.board import BOARD_AXES, condition_of, is_silent
from engine.coverage.targets import listed, meant
from engine.errors import Invalid
from engine.permissions import require
from engine.statistics.paging import LARGEST_PAGE, Page, wrong_cursor
from engine.statistics.scope import AXES, at_place
from engine.store import organisations_of
from engine.store import tables as t


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which enterprises of a target: those of one count, at one place of an axis."""

    target: t.CoverageTarget
    count: str = "due"
    by: str = "department"
    #: Empty: wherever they stand.
    key: str = ""
    #: A part of the name.
    name: str = ""


def enterprises(
    session: Session, chosen: Chosen, *, actor: Actor, after: str = "", limit: int = 50
) -> Page[Row[Any]]:
    """Give a page of the enterprises that a number counts, in order of name.

    Each row has id, name, sector, ownership, status, staff_count, profile (with the contacts),
    the days and the obstacle of its record, when it was last reminded, `is_silent`, and the names
    `department`, `town`, `group`.

    Args:
        after: the cursor of the page before.

    Raises:
        NotAllowed: the role. Invalid: a count, an axis, a key or the cursor is wrong.
    """
    require(actor, "coverage:read")
    limit = max(1, min(limit, LARGEST_PAGE))
    organisation, record = t.Organisation, t.MechanismRecord
    over = {axis: aliased(organisation) for axis in ("department", "town", "group")}
    statement: Any = select(
        organisation.id,
        organisation.name,
        organisation.sector,
        organisation.ownership,
        organisation.status,
        organisation.staff_count,
        organisation.profile,
        record.drafted_on,
        record.established_on,
        record.implemented_on,
        record.obstacle,
        record.obstacle_note,
        record.reminded_at,
        is_silent().label("is_silent"),
        *(over[axis].name.label(axis) for axis in over),
    ).select_from(organisation)
    statement = statement.outerjoin(record, record.organisation_id == organisation.id)
    for axis, above in over.items():
        statement = statement.outerjoin(above, above.id == AXES[axis])
    statement = statement.where(*_narrowed(session, chosen, actor))
    if after:
        statement = statement.where(_after(after))
    rows = session.execute(statement.order_by(*_ORDER).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], _cursor(rows[limit - 1]))


def ids(session: Session, chosen: Chosen, *, actor: Actor) -> Select[Any]:
    """Select the ids of the enterprises that a number counts."""
    organisation, record = t.Organisation, t.MechanismRecord
    statement = select(organisation.id).outerjoin(record, record.organisation_id == organisation.id)
    return statement.where(*_narrowed(session, chosen, actor))


def _narrowed(session: Session, chosen: Chosen, actor: Actor) -> list[ColumnElement[bool]]:
    organisation = t.Organisation
    conditions = [
        organisation.kind == "enterprise",
        condition_of(chosen.target, chosen.count),
        meant(chosen.target, listed(session, actor=actor)),
    ]
    if not actor.is_system:
        conditions.append(organisation.id.in_(organisations_of(actor)))
    if chosen.name:
        conditions.append(organisation.name.contains(chosen.name, autoescape=True))
    if chosen.key:
        conditions.append(_stands_at(chosen.by, chosen.key))
    return conditions


def _stands_at(by: str, key: str) -> ColumnElement[bool]:
    if by not in BOARD_AXES:
        raise Invalid("汇总口径不对。", "There is no such axis.", field="by")
    return at_place(AXES[by].expression, by, key, is_code=by == "sector")


def _after(cursor: str) -> ColumnElement[bool]:
    try:
        name, id_ = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
        place = (str(name), UUID(id_))
    except (ValueError, TypeError) as error:
        raise wrong_cursor() from error
    organisation = t.Organisation
    return or_(
        organisation.name > place[0],
        and_(organisation.name == place[0], organisation.id > place[1]),
    )


def _cursor(row: Row[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([row.name, str(row.id)])).decode()


_ORDER: Final = (t.Organisation.name, t.Organisation.id)
