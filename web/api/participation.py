"""Who takes part, over the API: sums by team or by axis, never persons (R-02)."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from engine.participation import keeping, trend
from engine.participation.figures import Figures
from engine.participation.teams import STATES, by_team
from engine.statistics import AXES
from engine.statistics.periods import periods
from web import db
from web.access import current_actor, requires
from web.api.contract import PAGING, Operation, Parameter, answer, limit, operation
from web.api.schemas import MOMENT, MONTH, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("participation", __name__)

_SHARE: Final = maybe({"type": "number"})
_COUNTS: Final = ("staff", "reporters", "firsts", "reported")
_FIGURES: Final = shape(
    {
        **dict.fromkeys(_COUNTS, NUMBER),
        "verified": {"description": "Of those reported; not counted by axis.", **maybe(NUMBER)},
        "share_percent": _SHARE,
        "per_hundred": _SHARE,
        "verified_percent": _SHARE,
    }
)
_LINE: Final = shape(
    {
        "key": TEXT,
        "name": TEXT,
        "state": {
            "description": "A team that is folded has fewer than five people, or would let the "
            "figures of such a one be worked out.",
            "enum": list(STATES),
        },
        "counted_in": {"description": "The team in which a folded one counts.", **maybe(TEXT)},
        "figures": maybe(_FIGURES),
    }
)
_TABLE: Final = shape(
    {
        "period": TEXT,
        "by": TEXT,
        "until": {
            "description": "The last month counted by team; null while none is over.",
            **maybe(MONTH),
        },
        "total": _FIGURES,
        "items": listed(_LINE),
        "at": {"description": "When a job counted it; null: this moment.", **maybe(MOMENT)},
        "next": maybe(TEXT),
    }
)
_COUNTED: Final = shape({"period": TEXT, "by": TEXT, "at": maybe(MOMENT)})
_PERIOD: Final = Parameter(
    "period",
    "2026-11, 2026-Q4 or 2026; the present month without it.",
    {"type": "string", "pattern": "^2[0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]))?$"},
)
_BY: Final = Parameter(
    "by",
    "What a line is; an enterprise is always told its own teams. Others: department without it.",
    {"enum": ["team", *AXES]},
)


@blueprint.get("/participation")
@requires("participation:read")
@operation(
    Operation(
        summary="How many of the staff reported in a period, and how many for the first time",
        query=(_PERIOD, _BY, *PAGING),
        answers={
            200: ("The lines, and what they come to; enterprises by page.", _TABLE),
            202: ("There are many enterprises: a job counts them; ask again.", _COUNTED),
        },
    )
)
def table() -> Response:
    """Give the lines of a period."""
    session, actor = db.session(), current_actor()
    period = request.args.get("period") or periods()[0]
    if actor.organisation_kind == "enterprise":
        return answer(_teams(period))
    by = request.args.get("by") or "department"
    shown = keeping.read(
        session, period, by, actor=actor, after=request.args.get("cursor") or None, limit=limit()
    )
    if shown.is_stale:
        db.execute(keeping.ask, period, by)
    found = shown.table
    if found is None:
        return answer({"period": period, "by": by, "at": None}, 202)
    items = [
        {"key": line.key, "name": line.name, "state": "shown", "counted_in": None,
         "figures": _told(line.figures)}
        for line in found.lines
    ]  # fmt: skip
    return answer(
        {"period": period, "by": found.by, "until": None, "total": _told(found.total),
         "items": items, "next": found.next, "at": shown.at}
    )  # fmt: skip


def _teams(period: str) -> dict[str, Any]:
    session, actor = db.session(), current_actor()
    found = by_team(session, period, actor=actor)
    items = [
        {
            "key": str(row.node.id),
            "name": row.node.path,
            "state": row.state,
            "counted_in": row.counted_in or None,
            "figures": _told(row.figures) if row.figures is not None else None,
        }
        for row in found.rows
    ]
    return {
        "period": period,
        "by": "team",
        "until": found.span.last if found.span is not None else None,
        "total": _told(trend.whole_enterprise(session, period, actor=actor)),
        "items": items,
        "at": None,
        "next": None,
    }


def _told(figures: Figures) -> dict[str, Any]:
    return {
        **{name: getattr(figures, name) for name in (*_COUNTS, "verified")},
        "share_percent": figures.share,
        "per_hundred": figures.per_hundred,
        "verified_percent": figures.verified_share,
    }
