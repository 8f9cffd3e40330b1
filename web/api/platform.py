"""What a city's risk-monitoring platform fetches: enterprises and hazards, and no person (R-44)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, request

from engine import statistics
from engine.outbound import rows
from engine.registry import codes
from web import db
from web.access import current_actor, requires
from web.api.contract import WIDE_PAGING, Operation, Parameter, after, limit, operation, paged
from web.api.parts import page_with, text
from web.api.schemas import DAY, FLAG, ID, MOMENT, TEXT, maybe, shape

blueprint = Blueprint("platform", __name__, url_prefix="/platform")

_SINCE: Final = Parameter(
    "since",
    "A moment with its zone, or a day in China: only what changed since then.",
    text(40, 1),
)
_NEXT: Final = {
    "next_since": {
        "description": "What to ask with as `since` the next time; some rows come twice, none is "
        "missed.",
        **MOMENT,
    }
}
_CODES: Final = {
    "ownership": codes.OWNERSHIPS,
    "hazard_source": codes.SOURCES,
    "oil_storage": codes.OIL,
    "monitoring": codes.MONITORING,
    "standard_grade": codes.GRADES,
}
_ENTERPRISE: Final = shape(
    {
        "id": ID,
        "code": TEXT,
        "name": {"description": "Not of the self-employed.", **maybe(TEXT)},
        "uscc": maybe(TEXT),
        "region_code": maybe(TEXT),
        "sector": TEXT,
        "industry": maybe(TEXT),
        "status": {"enum": list(codes.STATUSES)},
        "closed_on": maybe(DAY),
        **{name: maybe({"enum": list(words)}) for name, words in _CODES.items()},
        "monitored_since": maybe(DAY),
        "standard_sector": maybe(TEXT),
        "standard_until": maybe(DAY),
        **dict.fromkeys(("department_id", "town_id", "group_id"), maybe(ID)),
        "updated_at": MOMENT,
    }
)
_HAZARD: Final = shape(
    {
        "id": ID,
        "number": maybe(TEXT),
        "enterprise_id": ID,
        "enterprise_code": TEXT,
        "uscc": maybe(TEXT),
        "region_code": maybe(TEXT),
        "sector": TEXT,
        "industry": maybe(TEXT),
        "level": maybe({"enum": list(statistics.LEVELS)}),
        "category": maybe({"enum": list(statistics.CATEGORIES)}),
        "source": {"enum": list(statistics.SOURCES)},
        "state": TEXT,
        "imminent": FLAG,
        "is_overdue": FLAG,
        "due_on": maybe(DAY),
        "supervised_on": maybe(DAY),
        "reported_at": MOMENT,
        **dict.fromkeys(
            ("registered_at", "rectified_at", "accepted_at", "closed_at"), maybe(MOMENT)
        ),
        "updated_at": MOMENT,
    }
)


@blueprint.get("/enterprises")
@requires("platform:export")
@operation(
    Operation(
        summary="Enterprises with ids and codes, without any person, in order of id",
        query=(_SINCE, *WIDE_PAGING),
        answers={200: ("One page.", page_with(_ENTERPRISE, **_NEXT))},
    )
)
def enterprises() -> Response:
    """List enterprises for a platform."""
    return _answer(rows.enterprises)


@blueprint.get("/hazards")
@requires("platform:export")
@operation(
    Operation(
        summary="Open hazards, or with `since` all of the ledger that changed, without any person",
        query=(_SINCE, *WIDE_PAGING),
        answers={200: ("One page.", page_with(_HAZARD, **_NEXT))},
    )
)
def hazards() -> Response:
    """List hazards for a platform."""
    return _answer(rows.hazards)


def _answer(ask: Any) -> Response:
    asked: str | None = request.args.get("since")
    since: datetime | None = rows.read_since(asked) if asked is not None else None
    next_since = rows.next_since()
    found = ask(db.session(), actor=current_actor(), since=since, after=after(), limit=limit())
    return paged(found, lambda row: dict(row), next_since=next_since)
