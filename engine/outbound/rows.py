"""Enterprises and open hazards as a risk-monitoring platform takes them (R-44).

Every row has stable ids and codes, a level, a state and moments. Nothing in it names a person, and
nothing is text that somebody wrote: no description, place, address or contact, and no name of a
self-employed person's business, which is often their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.actors import Actor
from engine.errors import Invalid
from engine.permissions import require
from engine.statistics.figures import IS_OPEN
from engine.statistics.paging import LARGEST_PAGE, Page, wrong_cursor
from engine.store import Hazard, Organisation, is_seen
from engine.store.tables import Event, OrganisationChange

#: Who asks for what changed asks from so long before: what is being written now is seen then.
MARGIN: Final = timedelta(minutes=5)
_TOWN, _DEPARTMENT, _OFFICE = (aliased(Organisation) for _ in range(3))
#: What is told of an enterprise as the register has it.
_COLUMNS: Final = (
    "id", "code", "uscc", "sector", "industry", "ownership", "status", "closed_on",
    "hazard_source", "oil_storage", "monitoring", "standard_sector", "standard_grade",
    "standard_until", "department_id", "town_id", "group_id",
)  # fmt: skip
#: When something became of a hazard.
_MOMENTS: Final = (
    "reported_at", "verified_at", "registered_at", "determined_at", "planned_at", "guarded_at",
    "rectified_at", "accepted_at", "closed_at", "dismissed_at", "cancelled_at",
)  # fmt: skip
_OF_HAZARD: Final = (
    "id", "number", "level", "category", "source", "state", "imminent", "sector", "reported_at",
    "registered_at", "due_on", "rectified_at", "accepted_at", "closed_at", "supervised_on",
)  # fmt: skip
#: What may become otherwise without a moment of its own: an open one is sent back, its day or level
#: changes; supervision of a major begins and ends. The history has the moment.
_MAY_CHANGE: Final = or_(IS_OPEN, Hazard.level == "major")
ENTERPRISE_FIELDS: Final = (*_COLUMNS, "name", "region_code", "monitored_since", "updated_at")
HAZARD_FIELDS: Final = (
    *_OF_HAZARD, "enterprise_id", "enterprise_code", "uscc", "region_code", "industry",
    "is_overdue", "updated_at",
)  # fmt: skip
Row = Mapping[str, Any]


def enterprises(
    session: Session,
    *,
    actor: Actor,
    since: datetime | None = None,
    after: str | None = None,
    limit: int = LARGEST_PAGE,
) -> Page[Row]:
    """Give a page of the enterprises the actor sees, in order of id; one statement.

    Args:
        since: only those that were entered or changed since then, by themselves or because the
            town or district they inherit a region from was.

    Raises:
        NotAllowed: the role. Invalid: the cursor is wrong.
    """
    require(actor, "platform:export")
    limit = max(1, min(limit, LARGEST_PAGE))
    own = Organisation
    changed = (
        select(func.max(OrganisationChange.at))
        .where(OrganisationChange.organisation_id == own.id)
        .scalar_subquery()
    )
    statement = _placed(
        select(
            *(getattr(own, name) for name in _COLUMNS),
            own.name, own.profile, own.created_at, _region().label("region_code"),
            changed.label("changed_at"),
        )
        .select_from(own)
    ).where(*_seen(actor))  # fmt: skip
    if since is not None:
        statement = statement.where(_enterprise_changed(since))
    if after:
        statement = statement.where(own.id > _ids(after, 1)[0])
    rows = session.execute(statement.order_by(own.id).limit(limit + 1)).all()
    shown = [_enterprise(row) for row in rows[:limit]]
    return Page(shown, rows[limit - 1].id.hex if len(rows) > limit else None)


def hazards(
    session: Session,
    *,
    actor: Actor,
    since: datetime | None = None,
    after: str | None = None,
    limit: int = LARGEST_PAGE,
) -> Page[Row]:
    """Give a page of the hazards of those enterprises, in order of enterprise and id.

    One statement. Without `since` only those that are open; with it all that are on the ledger and
    of which something became since then, so that what was closed is told, too.

    Raises:
        NotAllowed: the role. Invalid: the cursor is wrong.
    """
    require(actor, "platform:export")
    limit = max(1, min(limit, LARGEST_PAGE))
    own = Organisation
    keys = (
        select(Hazard.organisation_id, Hazard.id)
        .join(own, own.id == Hazard.organisation_id)
        .where(Hazard.kind == "hazard", IS_OPEN if since is None else _hazard_changed(since))
        .where(*_seen(actor))
    )
    if after:
        keys = keys.where(_comes_after(*_ids(after, 2)))
    order = (Hazard.organisation_id, Hazard.id)
    chosen = keys.order_by(*order).limit(limit + 1).subquery()
    is_key = and_(Hazard.organisation_id == chosen.c.organisation_id, Hazard.id == chosen.c.id)
    statement = _placed(
        select(
            *(getattr(Hazard, name) for name in dict.fromkeys((*_OF_HAZARD, *_MOMENTS))),
            own.id.label("enterprise_id"), own.code.label("enterprise_code"), own.uscc,
            own.industry, _region().label("region_code"),
            case((_MAY_CHANGE, _last_event_at())).label("noted_at"),
        )
        .select_from(Hazard)
        .join(chosen, is_key)
        .join(own, own.id == Hazard.organisation_id)
    )  # fmt: skip
    rows = session.execute(statement.order_by(*order)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    shown = [_hazard(row, clock.local_date()) for row in rows[:limit]]
    return Page(shown, f"{last.enterprise_id.hex}.{last.id.hex}" if last else None)


def every(page_after: Any) -> Iterator[Row]:
    """Yield the rows of all pages, as they are read.

    Args:
        page_after: gives the page after a cursor, or the first one.
    """
    after = None
    while True:
        page = page_after(after)
        yield from page.items
        if (after := page.next) is None:
            return


def next_since() -> datetime:
    """Give the moment to ask from the next time; some rows come twice, and none is missed."""
    return clock.now() - MARGIN


def read_since(text: str) -> datetime:
    """Read a moment with its zone, or a day in China.

    Raises:
        Invalid: it is neither.
    """
    plain = text.strip()
    try:
        # In an address a plus sign that nobody escaped arrives as a space.
        found = datetime.fromisoformat(plain[:10] + plain[10:].replace(" ", "+"))
    except ValueError:
        found = None
    if found is not None and len(plain) == 10:
        found = found.replace(tzinfo=clock.LOCAL_ZONE)
    if found is None or found.tzinfo is None or not 2000 <= found.year <= 2100:
        raise Invalid(
            "since 应写成 2026-11-02T01:00:00Z 或 2026-11-02 的样子。",
            "since: a moment such as 2026-11-02T01:00:00Z, or a day such as 2026-11-02.",
            field="since",
        )
    return found


def _placed(statement: Any) -> Any:
    """Join where the enterprise inherits its region from."""
    own = Organisation
    office = func.coalesce(own.parent_id, _TOWN.parent_id, _DEPARTMENT.parent_id)
    return (
        statement.outerjoin(_TOWN, _TOWN.id == own.town_id)
        .outerjoin(_DEPARTMENT, _DEPARTMENT.id == own.department_id)
        .outerjoin(_OFFICE, _OFFICE.id == office)
    )


def _region() -> Any:
    return func.coalesce(Organisation.region_code, _TOWN.region_code, _OFFICE.region_code)


def _seen(actor: Actor) -> list[ColumnElement[bool]]:
    found = [Organisation.kind == "enterprise"]
    if not actor.is_system:
        found.append(is_seen(actor))
    return found


def _enterprise_changed(since: datetime) -> ColumnElement[bool]:
    change = OrganisationChange

    def is_changed(id_: Any) -> ColumnElement[bool]:
        return exists().where(change.organisation_id == id_, change.at >= since)

    own = Organisation
    nodes = (is_changed(own.town_id), is_changed(_OFFICE.id))
    return or_(own.created_at >= since, is_changed(own.id), *nodes)


def _hazard_changed(since: datetime) -> ColumnElement[bool]:
    known = Hazard.registered_at.is_not(None)
    moments = [getattr(Hazard, name) >= since for name in _MOMENTS]
    # Not whether there is such an event: PostgreSQL might read the history of all cases for that.
    return and_(known, or_(*moments, and_(_MAY_CHANGE, _last_event_at() >= since)))


def _last_event_at() -> Any:
    same = (Event.organisation_id == Hazard.organisation_id, Event.instance_id == Hazard.id)
    return select(func.max(Event.at)).where(*same).correlate(Hazard).scalar_subquery()


def _comes_after(organisation_id: UUID, id_: UUID) -> ColumnElement[bool]:
    own = Hazard.organisation_id
    # The bare first half is what lets the key be entered at the right place.
    return and_(own >= organisation_id, or_(own > organisation_id, Hazard.id > id_))


def _ids(cursor: str, count: int) -> list[UUID]:
    try:
        found = [UUID(hex=part) for part in cursor.split(".")]
    except ValueError as error:
        raise wrong_cursor() from error
    if len(found) != count:
        raise wrong_cursor()
    return found


def _enterprise(row: Any) -> Row:
    profile = row.profile or {}
    is_own_name = profile.get("legal_type") == "self_employed"
    since = profile.get("monitored_since")
    return {
        **{name: getattr(row, name) for name in _COLUMNS},
        "name": None if is_own_name else row.name,
        "region_code": row.region_code,
        "monitored_since": date.fromisoformat(since) if since else None,
        "updated_at": max(filter(None, (row.created_at, row.changed_at))),
    }


def _hazard(row: Any, today: date) -> Row:
    beside = ("enterprise_id", "enterprise_code", "uscc", "region_code", "industry")
    is_open = row.state in ("verified", "rectified")
    return {
        **{name: getattr(row, name) for name in (*_OF_HAZARD, *beside)},
        "is_overdue": is_open and row.due_on is not None and row.due_on < today,
        "updated_at": max(
            moment for name in (*_MOMENTS, "noted_at") if (moment := getattr(row, name))
        ),
    }
