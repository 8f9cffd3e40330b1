"""Which version runs now: an organisation's own, else the one it inherits.

A version may be scheduled: it counts from its moment on without anything having to happen then. One
that is suspended does not count; the one before it does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.errors import NotFound
from engine.store import tables as t

#: Processes of those above enterprises, and of unions; no enterprise begins one.
FOR_OVERSIGHT: Final = frozenset({"guidance_visit", "retaliation_complaint"})


def find_latest(
    session: Session,
    organisation: t.Organisation,
    key: str,
    *,
    without: Collection[UUID] = (),
) -> t.Definition | None:
    """Give the definition that a new instance of `key` starts with, or None.

    The organisation's own comes first, then its primary department's, then the office's: an
    enterprise runs its sector's flow until it draws its own.

    Args:
        without: versions to pass over, as if they were suspended.
    """
    chain = inheritance(session, organisation)
    return nearest(session, organisation, chain, key, without=without)


def get_latest(session: Session, organisation: t.Organisation, key: str) -> t.Definition:
    """As `find_latest`, but raise NotFound when there is none."""
    found = find_latest(session, organisation, key)
    if found is None:
        raise NotFound(
            f"没有可以启动的流程“{key}”。请管理员先发布流程。",
            f"There is no process '{key}' to start. Ask an administrator to deploy it.",
        )
    return found


def find_inherited(session: Session, organisation: t.Organisation, key: str) -> t.Definition | None:
    """Give the definition that the organisation would run if it had none of its own, or None."""
    return nearest(session, organisation, inheritance(session, organisation)[1:], key)


def nearest(
    session: Session,
    organisation: t.Organisation,
    chain: Sequence[UUID],
    key: str,
    *,
    without: Collection[UUID] = (),
    meant: ColumnElement[bool] | None = None,
) -> t.Definition | None:
    """Give the version in force of the first of `chain` that has one for `organisation`.

    Args:
        meant: what is for it; by default what is its own, of its sector or of none.
    """
    if not chain:
        return None
    statement = (
        select(t.Definition)
        .where(t.Definition.organisation_id.in_(chain), t.Definition.key == key, *_counts())
        .where(meant_for(organisation) if meant is None else meant)
        .order_by(_place(chain), begin().desc(), t.Definition.version.desc())
        .limit(1)
    )
    if without:
        statement = statement.where(t.Definition.id.not_in(without))
    return session.scalar(statement)


def startable(session: Session, organisation: t.Organisation) -> list[t.Definition]:
    """Give the definition in force of every key the organisation can start, by key."""
    chain = inheritance(session, organisation)
    rows = session.execute(
        select(t.Definition.key, t.Definition.id)
        .where(t.Definition.organisation_id.in_(chain), *_counts(), meant_for(organisation))
        .order_by(t.Definition.key, _place(chain), begin().desc(), t.Definition.version.desc())
    )
    first: dict[str, UUID] = {}
    for row in rows:
        if organisation.kind != "enterprise" or row.key not in FOR_OVERSIGHT:
            first.setdefault(row.key, row.id)
    if not first:
        return []
    wanted = select(t.Definition).where(t.Definition.id.in_(first.values()))
    return list(session.scalars(wanted.order_by(t.Definition.key)))


def inheritance(session: Session, organisation: t.Organisation) -> list[UUID]:
    """Give the organisations whose definitions `organisation` runs, nearest first."""
    chain = [organisation.id]
    next_up = organisation.department_id or organisation.parent_id
    above, top = aliased(t.Organisation), aliased(t.Organisation)
    while next_up is not None and next_up not in chain:
        chain.append(next_up)
        # Two steps at once: that is all there is in a district.
        found = session.execute(
            select(above.parent_id, top.parent_id)
            .outerjoin(top, top.id == above.parent_id)
            .where(above.id == next_up)
        ).one()
        next_up = found[0]
        if next_up is not None and next_up not in chain:
            chain.append(next_up)
            next_up = found[1]
    return chain


def begin() -> ColumnElement[Any]:
    """Give the moment from which a version counts, for statements."""
    return func.coalesce(t.Definition.starts_at, t.Definition.created_at)


def begins_at(row: Any) -> Any:
    """Give the moment from which a version counts."""
    return row.starts_at or row.created_at


def meant_for(organisation: t.Organisation) -> ColumnElement[bool]:
    """Say which versions are for an organisation: all its own, and of those above it all but the
    packs of other sectors. One department looks after several sectors.
    """
    return or_(
        t.Definition.organisation_id == organisation.id, pack_fits(("general", organisation.sector))
    )


def pack_fits(sectors: Collection[str]) -> ColumnElement[bool]:
    """Say which versions come from no sector pack, or from one of `sectors`."""
    begins = (t.Definition.pack.startswith(f"{one} ", autoescape=True) for one in sectors)
    return or_(t.Definition.pack.is_(None), *begins)


def is_scheduled(row: Any) -> bool:
    """Say whether a version has yet to begin."""
    return row.state == "active" and bool(begins_at(row) > clock.now())


def _counts() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Say which versions count now: not suspended, and begun."""
    begun = or_(t.Definition.starts_at.is_(None), t.Definition.starts_at <= clock.now())
    return t.Definition.state == "active", begun


def _place(chain: Sequence[UUID]) -> ColumnElement[Any]:
    """Give the place of a version's owner in the chain."""
    return case(
        *((t.Definition.organisation_id == owner, place) for place, owner in enumerate(chain))
    )
