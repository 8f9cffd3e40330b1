"""The register as a list: filtered, searched, page by page, for 60,000 enterprises (R-07)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.actors import Actor
from engine.errors import Invalid
from engine.permissions import require
from engine.registry import codes
from engine.statistics.paging import LARGEST_PAGE, Page
from engine.statistics.scope import comes_after
from engine.store import Organisation, visible_to

#: Which part of the register is still to be put in order (R-08 归属待定).
GAPS: Final = ("any", "department", "town")
_DEPARTMENT, _TOWN, _GROUP, _OFFICE = (aliased(Organisation) for _ in range(4))


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which enterprises to list; whatever is empty does not narrow."""

    #: Part of the name, a social credit code or its beginning, or a short code.
    text: str = ""
    status: str = ""
    sector: str = ""
    #: A section of GB/T 4754.
    section: str = ""
    ownership: str = ""
    department_id: UUID | None = None
    town_id: UUID | None = None
    group_id: UUID | None = None
    #: One of GAPS.
    gap: str = ""


def listed(
    session: Session,
    *,
    actor: Actor,
    filters: Filters | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Row[Any]]:
    """Give a page of the register in order of name.

    Each row is an `Organisation`, the names of its `department`, `town` and `group`, and the code
    of the `region` that holds for it.

    Raises:
        NotAllowed: the actor may not read the register. Invalid: a filter or the cursor is wrong.
    """
    require(actor, "registry:read")
    limit = max(1, min(limit, LARGEST_PAGE))
    chosen = _chosen(actor, filters or Filters()).order_by(Organisation.name, Organisation.id)
    if after is not None:
        chosen = chosen.where(comes_after(session, actor, after))
    ids = chosen.limit(limit + 1).subquery()
    statement = named().join(ids, ids.c.id == Organisation.id)
    rows = session.execute(statement.order_by(Organisation.name, Organisation.id)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], rows[limit - 1].Organisation.id.hex)


def count(session: Session, *, actor: Actor, filters: Filters | None = None) -> int:
    """Give how many enterprises the filters leave.

    Raises:
        NotAllowed: the actor may not read the register. Invalid: a filter is wrong.
    """
    require(actor, "registry:read")
    ids = _chosen(actor, filters or Filters()).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def named() -> Any:
    """Select organisations with the names of the nodes they stand under, and their region."""
    return (
        select(
            Organisation,
            _DEPARTMENT.name.label("department"),
            _TOWN.name.label("town"),
            _GROUP.name.label("group"),
            func.coalesce(Organisation.region_code, _TOWN.region_code, _OFFICE.region_code).label(
                "region"
            ),
        )
        .outerjoin(_DEPARTMENT, _DEPARTMENT.id == Organisation.department_id)
        .outerjoin(_TOWN, _TOWN.id == Organisation.town_id)
        .outerjoin(_GROUP, _GROUP.id == Organisation.group_id)
        .outerjoin(
            _OFFICE,
            _OFFICE.id
            == func.coalesce(Organisation.parent_id, _TOWN.parent_id, _DEPARTMENT.parent_id),
        )
    )


def _chosen(actor: Actor, filters: Filters) -> Any:
    statement = select(Organisation.id).where(Organisation.kind == "enterprise")
    return visible_to(actor, statement).where(*_conditions(filters))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if text := filters.text.strip():
        found.append(_says(text))
    for name, known in (
        ("status", codes.STATUSES), ("ownership", codes.OWNERSHIPS), ("gap", GAPS),
        ("section", codes.SECTIONS),
    ):  # fmt: skip
        if getattr(filters, name) and getattr(filters, name) not in known:
            raise _unknown(name, getattr(filters, name))
    for name in ("status", "sector", "ownership", "department_id", "town_id", "group_id"):
        if value := getattr(filters, name):
            found.append(getattr(Organisation, name) == value)
    if filters.section:
        found.append(Organisation.industry.startswith(filters.section))
    if filters.gap:
        found.append(lacks(filters.gap))
    return found


def lacks(gap: str) -> ColumnElement[bool]:
    """Say in SQL that an enterprise has no department or town yet, and is not closed."""
    no_department = Organisation.department_id.is_(None)
    no_town = Organisation.town_id.is_(None)
    which = {"department": no_department, "town": no_town}.get(gap, or_(no_department, no_town))
    return and_(which, Organisation.status != "closed")


def _says(text: str) -> ColumnElement[bool]:
    plain = text.upper()
    return or_(
        Organisation.name.contains(text, autoescape=True),
        Organisation.uscc.startswith(plain, autoescape=True),
        Organisation.code == plain,
    )


def _unknown(name: str, value: str) -> Invalid:
    return Invalid(
        f"筛选条件“{name}”没有“{value[:40]}”这一项。",
        f"The filter '{name}' has no value '{value[:40]}'.",
        field=name,
    )
