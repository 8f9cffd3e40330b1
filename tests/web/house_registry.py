"""What of the register stands in the house: an entry, and a sheet that the office looked at."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import commands
from engine.registry import importing
from tests.cast import Cast
from tests.engine.registry.sheets import code, workbook
from tests.web.access_table import ROUTES


def register(session: Session, cast: Cast) -> dict[str, Any]:
    """Give what of it is in addresses."""
    sheet = workbook([["江湾铸造公司", code(1), "工贸", "区应急管理局"], ["坏公司", "1", "工贸"]])
    batch = commands.execute(session, importing.preview, sheet, "名录.xlsx", actor=cast.office)
    routes = [route for route in ROUTES if " /registry/" in route]
    nodes = [f"{method} /registry/nodes/<uuid:organisation_id>" for method in ("GET", "POST")]
    return {
        **{f"{route} organisation_id": cast.enterprise_id for route in routes},
        **{f"{route} organisation_id": cast.department_id for route in nodes},
        **{
            f"GET /api/v1/organisations/<any(standards,monitoring):what>{part} what": "standards"
            for part in ("", "/enterprises")
        },
        "batch_id": batch.id,
        "department_id": cast.department_id,
        **{
            f"{route} what": "standards" if "any(standards" in route else "take" for route in routes
        },
        "GET /registry/overlaps/cases query": "?parts=d.none&indicator=verified",
    }
