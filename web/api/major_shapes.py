"""Majors as the API shows them, and the schemas that say so. Nothing here knows who reported."""

from __future__ import annotations

from typing import Any, Final

from engine.majors import AGES, MISSING, Overview
from engine.majors.standing import Supervised
from engine.majors.told import Determination
from web.api import shapes
from web.api.schemas import DAY, FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, ref, shape
from web.majors.file import MajorFile
from web.majors.rows import Major

_DAYS: Final = ("authority_on", "congress_on", "supervised_on")
_MOMENTS: Final = ("determined_at", "guarded_at", "planned_at")
_ADDED: Final = shape(
    {
        "age_days": {
            "description": "Since it was put on the ledger, until it was closed.",
            **NUMBER,
        },
        "missing": listed({"enum": list(MISSING)}),
        "is_closed_inside": {
            "description": "Closed by the enterprise, not yet struck off by the authority.",
            **FLAG,
        },
        **dict.fromkeys(_MOMENTS, maybe(MOMENT)),
        **dict.fromkeys(_DAYS, maybe(DAY)),
    }
)
MAJOR: Final = {"allOf": [ref("Hazard"), _ADDED]}
_SAID: Final = shape({"at": MOMENT, "text": TEXT, "by": maybe(TEXT)})
_FILES: Final = {"description": "Ids; GET /attachments/{id} gives them.", **listed(TEXT)}
_DETERMINATION: Final = shape(
    {
        "at": MOMENT,
        "by": {"description": "Null to those above, and where votes are nameless.", **maybe(TEXT)},
        "criterion": TEXT,
        "level": TEXT,
        "note": TEXT,
        "proposed": {"description": "What the ticks say by themselves.", **TEXT},
        "ticks": listed(
            shape(
                {
                    "number": NUMBER,
                    "text": TEXT,
                    "is_precondition": FLAG,
                    "met": maybe(FLAG),
                    "evidence": TEXT,
                }
            )
        ),
    }
)
REPORT: Final = shape(
    {
        "addressee": {"enum": ["authority", "congress"]},
        "reported_on": DAY,
        "name": TEXT,
        "method": TEXT,
        "proof": TEXT,
        "files": _FILES,
        "by": maybe(TEXT),
        "is_from_process": FLAG,
        "certificate_number": maybe(TEXT),
    }
)
SUPERVISION: Final = shape(
    {
        "id": {"description": "Null for what only the report of a step says.", **maybe(ID)},
        "authority": TEXT,
        "case_number": TEXT,
        **dict.fromkeys(("listed_on", "due_on", "applied_on", "cancelled_on"), maybe(DAY)),
        "cancelled_by": TEXT,
        "note": TEXT,
        "files": _FILES,
        "by": maybe(TEXT),
    }
)
DOSSIER: Final = {
    "allOf": [
        MAJOR,
        shape(
            {
                "item": maybe(shape({"code": maybe(TEXT), "version": maybe(NUMBER)})),
                "determinations": listed(_DETERMINATION),
                "interim": listed(_SAID),
                "plan": {"type": "object", "additionalProperties": TEXT},
                "extensions": listed(shape({"due_on": DAY, "at": MOMENT})),
                "reports": listed(REPORT),
                "supervisions": listed(SUPERVISION),
                "papers": listed(shape({"number": TEXT, "kind": TEXT, "state": TEXT})),
            }
        ),
    ]
}
_BY_AGE: Final = shape(dict.fromkeys(AGES, NUMBER))
OVERVIEW: Final = shape(
    {
        "month": TEXT,
        **dict.fromkeys(("opening", "new", "closed", "closing"), NUMBER),
        "major_by_age": {"description": "Open majors by the days they are open.", **_BY_AGE},
        "general_by_age": _BY_AGE,
        "missing": shape(dict.fromkeys(MISSING, NUMBER)),
        "closed_inside": NUMBER,
        "supervised": NUMBER,
        "days_at_zero": maybe(NUMBER),
        "days_since_zero": maybe(NUMBER),
    }
)


def major(row: Any) -> dict[str, Any]:
    """Give a row of the register."""
    told = Major(row)
    return {
        **shapes.hazard(row),
        "age_days": told.age,
        "missing": list(told.missing),
        "is_closed_inside": told.is_closed_inside,
        **{name: getattr(row, name) for name in (*_MOMENTS, *_DAYS)},
    }


def dossier(file: MajorFile) -> dict[str, Any]:
    """Give a major with all that its page says of it."""
    told = file.dossier.told
    item = {"code": told.item.get("code"), "version": told.item_version} if told.item else None
    return {
        **major(file.row),
        "item": item,
        "determinations": [_determination(one, who) for one, who in file.determinations],
        "interim": [
            {"at": one.at, "text": one.text, "by": file.name(one.by) or None}
            for one in told.interim
        ],
        "plan": told.plan,
        "extensions": [{"due_on": due_on, "at": at} for due_on, at in told.extensions],
        "reports": [_report(one, file) for one in file.dossier.reports],
        "supervisions": [supervision(one, file) for one in file.dossier.supervisions],
        "papers": [
            {"number": one["row"].number, "kind": one["row"].kind, "state": one["progress"]}
            for one in file.papers
        ],
    }


def supervision(one: Supervised, file: MajorFile) -> dict[str, Any]:
    """Give an authority's supervision of a major."""
    return {
        "id": one.id,
        "authority": one.authority,
        "case_number": one.case_number,
        "listed_on": one.listed_on,
        "due_on": one.due_on,
        "applied_on": one.applied_on,
        "cancelled_on": one.cancelled_on,
        "cancelled_by": one.cancelled_by,
        "note": one.note,
        "files": list(one.files),
        "by": file.name(one.entered_by) or None,
    }


def overview(told: Overview) -> dict[str, Any]:
    """Give the figures of the register."""
    return {
        "month": told.month,
        "opening": told.opening,
        "new": told.new,
        "closed": told.closed,
        "closing": told.closing,
        "major_by_age": dict(told.major_by_age),
        "general_by_age": dict(told.general_by_age),
        "missing": dict(told.missing),
        "closed_inside": told.closed_inside,
        "supervised": told.supervised,
        "days_at_zero": told.days_at_zero,
        "days_since_zero": told.days_since_zero,
    }


def _determination(one: Determination, who: str) -> dict[str, Any]:
    return {
        "at": one.at,
        "by": who or None,
        "criterion": one.criterion,
        "level": one.level,
        "note": one.note,
        "proposed": one.proposed,
        "ticks": [
            {
                "number": tick.number,
                "text": tick.text,
                "is_precondition": tick.is_precondition,
                "met": tick.met,
                "evidence": tick.evidence,
            }
            for tick in one.ticks
        ],
    }


def _report(one: Any, file: MajorFile) -> dict[str, Any]:
    return {
        "addressee": one.addressee,
        "reported_on": one.reported_on,
        "name": one.name,
        "method": one.method,
        "proof": one.proof,
        "files": list(one.files),
        "by": file.name(one.by) or None,
        "is_from_process": one.is_from_process,
        "certificate_number": one.certificate_number or None,
    }
