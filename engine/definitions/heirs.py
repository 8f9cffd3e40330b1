"""Who inherits a version, and telling them: an enterprise runs its sector's until it adapts it.

Those who merely inherit get a new version by itself and are told so; those who drew their own keep
it, are told what is new, and decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.definitions.in_force import begins_at, find_inherited, find_latest
from engine.store import tables as t

_TOLD: Final = ("administrator",)
#: How many steps up from an own version the inherited one is looked for.
_FARTHEST: Final = 200


@dataclass(frozen=True)
class Newer:
    """The sector published a version after the one that an organisation drew its own from."""

    own: t.Definition
    base: t.Definition
    newer: t.Definition


def find_newer(session: Session, organisation: t.Organisation, key: str) -> Newer | None:
    """Give what is to be decided, None when the organisation has not adapted or has decided."""
    own = find_latest(session, organisation, key)
    if own is None or own.organisation_id != organisation.id:
        return None
    inherited = find_inherited(session, organisation, key)
    if inherited is None:
        return None
    base, kept = _drawn_from(session, own)
    if base is None or str(inherited.id) in kept or not _is_newer(inherited, base):
        return None
    return Newer(own, base, inherited)


def tell(session: Session, publisher: t.Organisation, made: t.Definition) -> None:
    """Tell the administrators below the publisher that there is a new version."""
    inheriting, adapted = _below(session, publisher.id, made)
    facts = {
        "owner": publisher.name,
        "name": made.name,
        "version": made.version,
        "since": begins_at(made).astimezone(clock.LOCAL_ZONE).strftime("%Y-%m-%d %H:%M"),
    }
    for organisations, words in (
        (inheriting, "definition_inherited"),
        (adapted, "definition_newer"),
    ):
        notifications.tell_about_definition(session, organisations, words, facts, roles=_TOLD)


def _below(session: Session, top: UUID, made: t.Definition) -> tuple[list[UUID], list[UUID]]:
    """Give the organisations that run `top`'s version, and those that run their own instead.

    What is below an organisation that adapted runs that one's version, and is not asked.
    """
    own = frozenset(
        session.scalars(
            select(t.Definition.organisation_id)
            .where(t.Definition.key == made.key, t.Definition.state == "active")
            .distinct()
        )
    )
    children = _children(session, (made.pack or "").split(" ")[0])
    inheriting: list[UUID] = []
    adapted: list[UUID] = []
    waiting, seen = [top], {top}
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child in seen:
                continue
            seen.add(child)
            (adapted if child in own else inheriting).append(child)
            if child not in own:
                waiting.append(child)
    return inheriting, adapted


def _children(session: Session, sector: str) -> dict[UUID, list[UUID]]:
    """Give the organisations that inherit from each, nearest only; see `in_force.inheritance`.

    Args:
        sector: the one whose pack it is about; enterprises of others do not inherit that.
    """
    found: dict[UUID, list[UUID]] = {}
    wanted = select(
        t.Organisation.id,
        func.coalesce(t.Organisation.department_id, t.Organisation.parent_id),
    ).where(t.Organisation.status == "active")
    if sector not in ("", "general"):
        others = t.Organisation.kind != "enterprise"
        wanted = wanted.where(or_(others, t.Organisation.sector == sector))
    rows = session.execute(wanted)
    for child, above in rows:
        if above is not None:
            found.setdefault(above, []).append(child)
    return found


def _drawn_from(session: Session, own: t.Definition) -> tuple[t.Definition | None, set[str]]:
    """Give the inherited version at the root of an own one, and the newer ones declined since."""
    kept: set[str] = set()
    row: t.Definition | None = own
    for _step in range(_FARTHEST):
        if row is None or row.organisation_id != own.organisation_id:
            return row, kept
        kept |= {one["newer"] for one in row.changes or () if one["what"] == "kept"}
        row = session.get(t.Definition, row.base_id) if row.base_id else None
    return None, kept


def _is_newer(inherited: t.Definition, base: t.Definition) -> bool:
    if inherited.organisation_id == base.organisation_id:
        return inherited.version > base.version
    return bool(begins_at(inherited) > begins_at(base))
