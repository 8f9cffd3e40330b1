"""A case that is no longer published was given to the press: who has to be told (R-20)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import notifications
from engine.store import tables as t

RECALLED: Final = "practice_recalled"


def tell_units(session: Session, row: t.Practice) -> None:
    """Tell the units that gave a case to outlets that these have to be told it is taken back."""
    case, export = t.PressExportCase, t.PressExport
    found = session.execute(
        select(export.organisation_id, export.outlet)
        .join(
            case,
            (case.from_organisation_id == export.organisation_id) & (case.export_id == export.id),
        )
        .where(case.organisation_id == row.organisation_id, case.practice_id == row.id)
        .distinct()
        .order_by(export.organisation_id, export.outlet)
    )
    for unit_id, outlet in found:
        notifications.notify(
            session,
            organisation_id=unit_id,
            roles=("director", "officer"),
            key=RECALLED,
            facts={"title": row.title[:60], "outlet": outlet[:60]},
        )
