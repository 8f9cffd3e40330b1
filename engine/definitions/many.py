"""Which version each of many organisations runs, in few statements; `in_force` says it of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.definitions.in_force import begin
from engine.store import tables as t
from engine.values.batches import batches

#: So many organisations are looked up with one statement.
_BATCH: Final = 500


@dataclass(frozen=True)
class Line:
    """Whose versions an organisation runs, nearest first, and which of their packs are for it."""

    owners: tuple[UUID, ...]
    sector: str

    def takes(self, owner: UUID, pack: str | None) -> bool:
        """Say whether a version is for the organisation: its own, of its sector's pack, or none."""
        if owner == self.owners[0]:
            return True
        return owner in self.owners and (
            pack is None or pack.startswith(("general ", f"{self.sector} "))
        )


def lines_of(session: Session, organisation_ids: Collection[UUID]) -> dict[UUID, Line]:
    """Give the lines of organisations by their ids; those that do not exist are left out."""
    found: dict[UUID, Line] = {}
    above: dict[UUID, UUID | None] = {}
    for some in batches(organisation_ids, _BATCH):
        rows = session.execute(
            select(
                t.Organisation.id,
                func.coalesce(t.Organisation.department_id, t.Organisation.parent_id).label("up"),
                t.Organisation.sector,
            ).where(t.Organisation.id.in_(some))
        ).all()
        _climb(session, {row.up for row in rows}, above)
        for row in rows:
            found[row.id] = Line(tuple(_owners(row, above)), row.sector)
    return found


def in_force_of(
    session: Session, lines: dict[UUID, Line], key: str, *, at: datetime
) -> dict[UUID, UUID]:
    """Give the version that a new case of `key` began with at a moment, for each organisation.

    Those for which there is none are left out. A version that was suspended since does not count.

    Args:
        lines: as `lines_of` gives them.
    """
    found: dict[UUID, UUID] = {}
    for some in batches(lines, _BATCH):
        owners = {owner for one in some for owner in lines[one].owners}
        drawn = _versions(session, owners, key, at)
        for one in some:
            line = lines[one]
            versions = (row for owner in line.owners for row in drawn.get(owner, ()))
            first = next((row for row in versions if line.takes(row[0], row[2])), None)
            if first is not None:
                found[one] = first[1]
    return found


def _versions(
    session: Session, owners: Collection[UUID], key: str, at: datetime
) -> dict[UUID, list[Sequence[Any]]]:
    """Give owner → (owner, id, pack) of the versions that count, the latest first."""
    rows = session.execute(
        select(t.Definition.organisation_id, t.Definition.id, t.Definition.pack)
        .where(
            t.Definition.organisation_id.in_(owners),
            t.Definition.key == key,
            t.Definition.state == "active",
            begin() <= at,
        )
        .order_by(begin().desc(), t.Definition.version.desc())
    )
    found: dict[UUID, list[Sequence[Any]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _climb(
    session: Session, wanted: Collection[UUID | None], above: dict[UUID, UUID | None]
) -> None:
    """Add what stands above those wanted, up to the top."""
    unknown = {one for one in wanted if one is not None} - above.keys()
    while unknown:
        rows = session.execute(
            select(t.Organisation.id, t.Organisation.parent_id).where(
                t.Organisation.id.in_(unknown)
            )
        )
        above.update({row.id: row.parent_id for row in rows})
        unknown = {up for one in unknown if (up := above.get(one)) is not None} - above.keys()


def _owners(row: Any, above: dict[UUID, UUID | None]) -> Iterator[UUID]:
    seen, one = set(), row.id
    yield one
    seen.add(one)
    one = row.up
    while one is not None and one not in seen:
        yield one
        seen.add(one)
        one = above.get(one)
