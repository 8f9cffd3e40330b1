"""Targets, lines and records of mechanisms as the API shows them, and the schemas that say so."""

from __future__ import annotations

from typing import Any, Final

from engine.coverage import board as boards
from engine.coverage import kpis, quarters, targets
from engine.coverage import zero as zero_statements
from engine.coverage.board import COUNTS
from engine.coverage.evidence import Given
from engine.hazards.mechanism import REQUIRED, STAGES
from web.api.schemas import ANY_OBJECT, DAY, FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape
from web.coverage.sheets import Unit

_SHARE: Final = maybe({"type": "number"})
_COUNTED: Final = shape(dict.fromkeys(COUNTS, NUMBER))
SET: Final = shape(
    {
        "id": ID,
        "title": TEXT,
        "basis": TEXT,
        "sectors": listed(TEXT),
        "ownerships": listed(TEXT),
        "is_for_the_rest": FLAG,
        "due_on": DAY,
        "percent": NUMBER,
        "stage": {"enum": list(targets.STAGES)},
        "denominator_source": TEXT,
        "organisation_id": {"description": "Who set it.", **ID},
        "responsible_id": maybe(ID),
    }
)
TARGET: Final = shape(
    {
        **SET["properties"],
        "counts": {"description": "`stalled` is counted on the board alone.", **_COUNTED},
    }
)
LINE: Final = shape({"key": TEXT, "name": TEXT, "counts": _COUNTED, "percent": _SHARE})
BOARD: Final = shape({"target_id": ID, "by": TEXT, "lines": listed(LINE), "total": LINE})
DAYS: Final = dict.fromkeys(("drafted_on", "established_on", "implemented_on"), maybe(DAY))
ENTERPRISE: Final = shape(
    {
        "id": ID,
        "name": TEXT,
        "sector": TEXT,
        "stage": {"enum": list(STAGES)},
        **DAYS,
        "staff_count": maybe(NUMBER),
        **dict.fromkeys(("department", "town", "group"), maybe(TEXT)),
        "obstacle": maybe(TEXT),
        "obstacle_note": maybe(TEXT),
        "reminded_at": maybe(MOMENT),
    }
)
KPI: Final = shape(
    {
        "key": TEXT,
        "name": TEXT,
        **dict.fromkeys(("reporters", "staff", "reported", "found"), NUMBER),
        "universal_percent": {"description": "Those who reported, of the staff.", **_SHARE},
        "own_accord_percent": {"description": "What staff reported, of all found.", **_SHARE},
        "delay_seconds": {
            "description": "The middle time from finding to reporting.",
            **maybe(NUMBER),
        },
    }
)
EVIDENCE: Final = shape(
    {
        "id": ID,
        "kind": TEXT,
        "on": DAY,
        "title": TEXT,
        "number": maybe(TEXT),
        "details": ANY_OBJECT,
        "files": listed(TEXT),
        "note": maybe(TEXT),
        "entered_at": MOMENT,
        "withdrawn_at": maybe(MOMENT),
        "withdrawn_reason": maybe(TEXT),
    }
)
OFFER: Final = shape({"kind": TEXT, "on": DAY, "title": TEXT, "details": ANY_OBJECT, "note": TEXT})
ZERO: Final = shape({"month": TEXT, "note": TEXT, "signed_at": MOMENT})
MONTHS: Final = listed(shape({"month": TEXT, "state": {"enum": list(zero_statements.STATES)}}))
QUARTER: Final = shape(
    {
        "quarter": TEXT,
        "figures": {"type": "object", "additionalProperties": NUMBER},
        "file_by": DAY,
        "is_asked": {"description": "Whether the enterprise was here by its end.", **FLAG},
        "signed_at": maybe(MOMENT),
    }
)
OBSTACLE: Final = shape({"obstacle": maybe(TEXT), "obstacle_note": maybe(TEXT)})
REMINDER: Final = shape({"at": MOMENT, "zh": TEXT, "en": TEXT})
REMINDED: Final = shape(
    {
        "enterprises": NUMBER,
        "people": NUMBER,
        "more": {"description": "Whether some were left for the next call.", **FLAG},
        "unreached": {"description": "Nobody there has an account; call them.", **NUMBER},
    }
)
RECORD: Final = shape(
    {
        "organisation_id": ID,
        "organisation": TEXT,
        "stage": {"enum": list(STAGES)},
        **DAYS,
        "implemented_by": maybe(TEXT),
        "last_sign_on": {"description": "The last report or zero statement.", **maybe(DAY)},
        "lacking": listed({"enum": list(REQUIRED)}),
        "evidence": listed(EVIDENCE),
        "zero_statements": listed(ZERO),
        "targets": listed(
            shape(
                {"id": ID, "title": TEXT, "due_on": DAY, "reached_on": maybe(DAY), "is_late": FLAG}
            )
        ),
        "obstacle": maybe(TEXT),
        "obstacle_note": maybe(TEXT),
    }
)


def target(one: Any, counts: Any) -> dict[str, Any]:
    """Give a target with how far it is."""
    return {**bare_target(one), "counts": dict(counts)}


def bare_target(one: Any) -> dict[str, Any]:
    """Give a target as it was set."""
    return {name: getattr(one, name) for name in SET["properties"]}


def line(one: boards.Line, stage: str) -> dict[str, Any]:
    """Give a line of the board."""
    return {
        "key": one.key,
        "name": one.name,
        "counts": dict(one.counts),
        "percent": one.rate(stage),
    }


def enterprise(row: Any) -> dict[str, Any]:
    """Give an enterprise behind a number."""
    names = [name for name in ENTERPRISE["properties"] if name != "stage"]
    return {**{name: getattr(row, name) for name in names}, "stage": Unit(row).stage}


def kpi(one: kpis.Kpi) -> dict[str, Any]:
    """Give how people of an enterprise, or of all at one place, report."""
    return {
        "key": one.key,
        "name": one.name,
        "reporters": one.reporters,
        "staff": one.staff,
        "reported": one.reported,
        "found": one.found,
        "universal_percent": one.universal,
        "own_accord_percent": one.own_accord,
        "delay_seconds": None if one.delay is None else int(one.delay.total_seconds()),
    }


def evidence(row: Any) -> dict[str, Any]:
    """Give a piece of evidence."""
    found = {name: getattr(row, name) for name in EVIDENCE["properties"]}
    return {**found, "files": [str(one) for one in row.files]}


def offer(given: Given) -> dict[str, Any]:
    """Give what the system offers as evidence."""
    return {name: getattr(given, name) for name in OFFER["properties"]}


def zero(row: Any) -> dict[str, Any]:
    """Give a zero statement."""
    return {name: getattr(row, name) for name in ZERO["properties"]}


def quarter(one: quarters.Quarter) -> dict[str, Any]:
    """Give a quarter with its figures."""
    return {
        "quarter": one.key,
        "figures": one.figures,
        "file_by": one.file_by,
        "is_asked": one.is_asked,
        "signed_at": one.signed.entered_at if one.signed else None,
    }
