"""Checklist items as versioned rows (R-33): a report cites one version for ever."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import checklists
from engine.definitions.reader import READER
from engine.store import new_id
from engine.store import tables as t


def keep_checklists(
    session: Session, organisation_id: UUID, contents: Mapping[UUID, bytes]
) -> None:
    """Store the items of checklists that are new or changed.

    Args:
        contents: the id of a stored checklist → what it holds.
    """
    if not contents:
        return
    seen = select(t.ChecklistItem.resource_id).where(t.ChecklistItem.resource_id.in_(contents))
    known = set(session.scalars(seen.distinct()))
    new = {id_: content for id_, content in contents.items() if id_ not in known}
    latest = _latest(session, organisation_id) if new else {}
    for resource_id, content in new.items():
        for item in READER.items(content):
            row = _new_version(organisation_id, resource_id, item, latest.get(item.code))
            if row is not None:
                latest[item.code] = row
                session.add(row)
    session.flush()


def _latest(session: Session, organisation_id: UUID) -> dict[str, t.ChecklistItem]:
    """Give the latest version of each of an organisation's items by code."""
    rows = session.scalars(
        select(t.ChecklistItem)
        .where(t.ChecklistItem.organisation_id == organisation_id)
        .order_by(t.ChecklistItem.version)
    )
    return {row.code: row for row in rows}


def _new_version(
    organisation_id: UUID,
    resource_id: UUID,
    item: checklists.Item,
    latest: t.ChecklistItem | None,
) -> t.ChecklistItem | None:
    """Give the next version of an item, None when nothing about it is new."""
    frozen = checklists.freeze(item)
    if latest is not None and latest.content == frozen:
        return None
    return t.ChecklistItem(
        id=new_id(),
        organisation_id=organisation_id,
        resource_id=resource_id,
        code=item.code,
        version=latest.version + 1 if latest else item.version,
        sector=item.sector,
        hazard=item.hazard,
        category=item.category,
        level=item.level,
        confidence=item.confidence,
        effective_from=item.effective_from,
        effective_to=item.effective_to,
        superseded_by=item.superseded_by,
        content=frozen,
    )
