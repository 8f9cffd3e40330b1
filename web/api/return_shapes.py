"""Returns, lines and corrections as the API shows them, and the schemas that say so."""

from __future__ import annotations

from typing import Any, Final

from engine import returns
from engine.returns import View
from engine.returns.figures import LEFT
from engine.statistics import FIGURES
from web.api import shapes
from web.api.schemas import (
    DAY,
    FLAG,
    ID,
    MOMENT,
    NUMBER,
    TEXT,
    listed,
    maybe,
    ref,
    shape,
)

STATES: Final = {"enum": ["draft", "signed", "locking", "locked", "submitted"]}
_NUMBERS: Final = {"type": "object", "additionalProperties": NUMBER}
FIGURES_OF: Final = {
    "description": "Figure → number, adjusting rows counted in; money in fen.", **_NUMBERS,
}  # fmt: skip
ADJUSTED_OF: Final = {"description": "Figure → how much of it is adjusting rows.", **_NUMBERS}
STATE: Final = shape(
    {
        "month": TEXT,
        "state": STATES,
        "signed_at": maybe(MOMENT),
        "locked_at": maybe(MOMENT),
        "submitted_at": maybe(MOMENT),
        "digest": maybe(TEXT),
    }
)
UNIT: Final = shape({"id": ID, "kind": TEXT, "name": TEXT})
PART: Final = shape(
    {
        "organisation_id": ID,
        "kind": TEXT,
        "name": TEXT,
        "state": STATES,
        "submitted_at": maybe(MOMENT),
    }
)
ENTRY: Final = shape(
    {"profile": TEXT, "reference": maybe(TEXT), "entered_at": MOMENT, "entered_by": TEXT}
)
RETURN: Final = shape(
    {
        **STATE["properties"],
        "unit": UNIT,
        "is_over": FLAG,
        "absence": {
            "description": "Why an enterprise hands none in: it was not there in the month.",
            **maybe(shape({"zh": TEXT, "en": TEXT})),
        },
        "signed_by": maybe(TEXT),
        "locked_by": maybe(TEXT),
        "submitted_by": maybe(TEXT),
        "submitted_to": maybe(TEXT),
        "note": maybe(TEXT),
        "definitions_version": TEXT,
        "figures": FIGURES_OF,
        "adjusted": ADJUSTED_OF,
        "missing": {
            "description": "Of an office or a group: those below that have not locked the month.",
            **listed(PART),
        },
        "lines_written": {"description": "Of one that is being locked.", **NUMBER},
        "entered": listed(ENTRY),
    }
)
LINE: Final = shape(
    {
        "organisation_id": ID,
        "name": TEXT,
        "sector": TEXT,
        "department_id": maybe(ID),
        "town_id": maybe(ID),
        "group_id": maybe(ID),
        "has_left": FLAG,
        "figures": {**FIGURES_OF, "description": "Without those that are zero; money in fen."},
        "adjusted": ADJUSTED_OF,
    }
)
COUNTED: Final = shape(
    {
        "value": {"description": "What it adds to the figure, in the figure's unit.", **NUMBER},
        "is_otherwise_now": FLAG,
    },
    {
        "hazard": ref("Hazard"),
        "reward": shape(
            {
                "number": TEXT,
                "state": TEXT,
                "instance_id": ID,
                "report_number": maybe(TEXT),
                "hazard_number": maybe(TEXT),
                "organisation_id": ID,
                "organisation": TEXT,
                "approved_fen": maybe(NUMBER),
                "paid_fen": maybe(NUMBER),
                "noncash_fen": maybe(NUMBER),
                "method": maybe(TEXT),
                "paid_at": maybe(MOMENT),
            }
        ),
        "organisation": shape({"id": ID, "name": TEXT, "sector": TEXT}),
    },
)
ADJUSTMENT: Final = shape(
    {
        "id": ID,
        "month": TEXT,
        "corrects": TEXT,
        "organisation_id": ID,
        "organisation": TEXT,
        "figure": TEXT,
        "delta": NUMBER,
        "report_number": maybe(TEXT),
        "origin": {"enum": ["computed", "stated"]},
        "reason": TEXT,
        "signed_at": MOMENT,
        "signed_by": TEXT,
    }
)
PROPOSAL: Final = shape(
    {
        "key": TEXT,
        "organisation_id": ID,
        "organisation": TEXT,
        "corrects": TEXT,
        "figure": TEXT,
        "delta": NUMBER,
        "instance_id": maybe(ID),
    }
)
RECEIVED: Final = {"month": TEXT, "due_on": DAY, "is_late": FLAG}


def state(month: str, row: Any) -> dict[str, Any]:
    """Give how far a month has come.

    Args:
        row: its return, None as long as it was never signed.
    """
    return {
        "month": month,
        "state": row.state if row else "draft",
        "signed_at": row.signed_at if row else None,
        "locked_at": row.locked_at if row else None,
        "submitted_at": row.submitted_at if row else None,
        "digest": row.digest.hex() if row and row.digest else None,
    }


def unit(one: returns.Unit) -> dict[str, Any]:
    """Give an organisation that hands in."""
    return {"id": one.id, "kind": one.kind, "name": one.name}


def part(one: returns.Part) -> dict[str, Any]:
    """Give a unit that hands in to another, with how far it has come."""
    return {
        "organisation_id": one.id,
        "kind": one.kind,
        "name": one.name,
        "state": one.state,
        "submitted_at": one.submitted_at,
    }


def whole(shown: View, entered: dict[str, Any]) -> dict[str, Any]:
    """Give a month of a unit with its totals.

    Args:
        entered: what `returns.entered` gives.
    """
    row, names, why = shown.row, shown.names, shown.absence
    people = ("signed_by", "locked_by", "submitted_by", "submitted_to")
    return {
        **state(shown.month, row),
        "unit": unit(shown.unit),
        "is_over": shown.is_over,
        "absence": {"zh": why.zh, "en": why.en} if why else None,
        **{column: names.get(column) for column in people},
        "note": row.note if row else None,
        "definitions_version": shown.definitions.version,
        "figures": {key: shown.figures.get(key, 0) for key in shown.keys},
        "adjusted": _adjusted(shown.figures),
        "missing": [part(one) for one in shown.missing],
        "lines_written": shown.locking.written if shown.locking else 0,
        "entered": [
            {
                "profile": key,
                "reference": one.reference,
                "entered_at": one.entered_at,
                "entered_by": name,
            }
            for key, (one, name) in sorted(entered.items())
        ],
    }


def line(one: returns.Line) -> dict[str, Any]:
    """Give an enterprise's line."""
    return {
        "organisation_id": one.enterprise_id,
        "name": one.name,
        "sector": one.sector,
        "department_id": one.department_id,
        "town_id": one.town_id,
        "group_id": one.group_id,
        "has_left": bool(one.figures.get(LEFT)),
        "figures": {key: value for key in returns.KEYS if (value := one.figures.get(key))},
        "adjusted": _adjusted(one.figures),
    }


def counted(one: returns.Counted, opens: str) -> dict[str, Any]:
    """Give what a figure counts: a hazard, a reward or an enterprise. Who reported is not in it."""
    row = one.row
    found = {"value": one.value, "is_otherwise_now": one.is_otherwise_now}
    match opens:
        case "hazard":
            return {**found, "hazard": shapes.hazard(row)}
        case "reward":
            return {**found, "reward": _reward(row)}
    place = {"id": row.enterprise_id, "name": row.name, "sector": row.sector}
    return {**found, "organisation": place}


def adjustment(row: Any) -> dict[str, Any]:
    """Give an adjusting row, one of `returns.adjustments`."""
    one = row.Adjustment
    return {
        "id": one.id,
        "month": one.month,
        "corrects": one.corrects,
        "organisation_id": one.enterprise_id,
        "organisation": row.enterprise,
        "figure": one.figure,
        "delta": one.delta,
        "report_number": row.report_number,
        "origin": one.origin,
        "reason": one.reason,
        "signed_at": one.signed_at,
        "signed_by": row.signer,
    }


def proposal(one: returns.Proposal) -> dict[str, Any]:
    """Give a computed difference."""
    return {
        "key": one.key,
        "organisation_id": one.enterprise_id,
        "organisation": one.name,
        "corrects": one.corrects,
        "figure": one.figure,
        "delta": one.delta,
        "instance_id": one.instance_id,
    }


def _adjusted(figures: dict[str, int]) -> dict[str, int]:
    mark = returns.ADJUSTED
    return {key: value for key in FIGURES if (value := figures.get(mark + key))}


def _reward(row: Any) -> dict[str, Any]:
    names = (
        "number", "state", "instance_id", "report_number", "hazard_number", "organisation_id",
        "approved_fen", "paid_fen", "noncash_fen", "method", "paid_at",
    )  # fmt: skip
    return {**{name: getattr(row, name) for name in names}, "organisation": row.organisation_name}
