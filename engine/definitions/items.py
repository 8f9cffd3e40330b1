"""Checklist items as versioned rows (R-33): a report cites one version for ever."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import checklists
from engine.store import new_id
from engine.store import tables as t


def keep_checklists(
    session: Session, organisation_id: UUID, resources: Mapping[str, t.Resource]
) -> None:
    """Store the items of checklists that are new or changed."""
    for resource in resources.values():
        known = session.scalar(
            select(func.count())
            .select_from(t.ChecklistItem)
            .where(t.ChecklistItem.resource_id == resource.id)
        )
        if known:
            continue
        for item in checklists.read_items(resource.content):
            _keep_item(session, organisation_id, resource.id, item)
    session.flush()


def _keep_item(
    session: Session, organisation_id: UUID, resource_id: UUID, item: checklists.Item
) -> None:
    frozen = checklists.freeze(item)
    latest = session.scalar(
        select(t.ChecklistItem)
        .where(
            t.ChecklistItem.organisation_id == organisation_id,
            t.ChecklistItem.code == item.code,
        )
        .order_by(t.ChecklistItem.version.desc())
        .limit(1)
    )
    if latest is not None and latest.content == frozen:
        return
    session.add(
        t.ChecklistItem(
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
    )
