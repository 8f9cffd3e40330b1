"""What resembles a report: items of the checklist, and hazards that are open already (R-48, R-33).

The search is deterministic: the same words always find the same things. It reads words, places and
items; nothing of who reported is looked at or shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from engine import answers, checklists
from engine.hazards.counts import OPEN_STATES
from engine.store import tables as t

#: Fewer words than this resemble everything.
_SHORTEST: Final = 2
#: So many open hazards are looked at, the newest of the same item first.
_LOOKED_AT: Final = 40


@dataclass(frozen=True)
class Proposed:
    """An item of the checklist that resembles what was written."""

    code: str
    hazard: str
    #: human, object, environment or management
    category: str
    basis: Sequence[str]
    precaution: str


@dataclass(frozen=True)
class Alike:
    """An open hazard at the same place, or of the same item."""

    instance_id: UUID
    #: Its number in the ledger, or while it has none that of its report.
    number: str
    where: str
    description: str
    state: str
    reported_at: datetime
    is_same_place: bool
    is_same_item: bool


def items_like(
    session: Session, organisation_id: UUID, text: str, *, limit: int = 3
) -> list[Proposed]:
    """Give the items in force that resemble `text`, the best first; none for a word or less.

    Args:
        text: what was written of the hazard; at most 2,000 characters are read.
    """
    if len(text.strip()) < _SHORTEST:
        return []
    in_force = answers.items_in_force(session, organisation_id)
    found = checklists.alike([_item(content) for content in in_force.values()], text)
    return [
        Proposed(one.code, one.hazard, one.category, one.basis, one.precaution)
        for one in found[:limit]
    ]


def item_of(session: Session, organisation_id: UUID, code: str) -> Proposed | None:
    """Give an item that may be cited today, or None."""
    content = answers.items_in_force(session, organisation_id).get(code)
    if content is None:
        return None
    item = _item(content)
    return Proposed(item.code, item.hazard, item.category, item.basis, item.precaution)


def open_like(session: Session, known: Mapping[str, Any], case_row: Any) -> list[Alike]:
    """Give the open hazards that a report may be a second report of, the likeliest first.

    One statement, bounded: the newest of the same item and of the same place.

    Args:
        known: the case's data. case_row: its organisation_id and id.
    """
    hazard = t.Hazard
    place, item = known.get("place"), known.get("checklist_item")
    same_place = hazard.place == place if isinstance(place, str) and place else None
    same_item = hazard.checklist_item == item if isinstance(item, str) and item else None
    same = [one for one in (same_item, same_place) if one is not None]
    if not same:
        return []
    rows = session.execute(
        select(
            hazard.id, hazard.number, hazard.report_number, hazard.place, hazard.part,
            hazard.description, hazard.state, hazard.reported_at, hazard.checklist_item,
        )
        .where(
            hazard.organisation_id == case_row.organisation_id,
            hazard.id != case_row.id,
            hazard.kind == "hazard",
            hazard.state.in_(("reported", *OPEN_STATES)),
            or_(*same),
        )
        .order_by(case((and_(*same), 0), else_=1), hazard.reported_at.desc(), hazard.id)
        .limit(_LOOKED_AT)
    )  # fmt: skip
    text = str(known.get("description") or "")
    found = [
        Alike(
            instance_id=row.id,
            number=row.number or row.report_number,
            where=" ".join(filter(None, (row.place, row.part))),
            description=row.description or "",
            state=row.state,
            reported_at=row.reported_at,
            is_same_place=row.place == place,
            is_same_item=item is not None and row.checklist_item == item,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: _unlike(one, text))


def _unlike(one: Alike, text: str) -> tuple[bool, int]:
    both = one.is_same_place and one.is_same_item
    return not both, -checklists.shared(one.description, text)


def _item(content: Mapping[str, Any]) -> checklists.Item:
    return checklists.Item(
        code=content["code"],
        version=content["version"],
        sector=content["sector"],
        hazard=content["hazard"],
        category=content["category"],
        risk_types=tuple(content["risk_types"]),
        precaution=content["precaution"],
        basis=tuple(content["basis"]),
        level=content["level"],
        confidence=content["confidence"],
        review=content["review"],
    )
