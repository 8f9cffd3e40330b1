"""The shapes that travel over the API, as JSON Schema; named ones are components of it."""

from __future__ import annotations

from typing import Any, Final

ID: Final[dict[str, Any]] = {"type": "string", "format": "uuid"}
TEXT: Final[dict[str, Any]] = {"type": "string"}
MOMENT: Final[dict[str, Any]] = {"type": "string", "format": "date-time"}
DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
NUMBER: Final[dict[str, Any]] = {"type": "integer"}
FLAG: Final[dict[str, Any]] = {"type": "boolean"}
MONTH: Final[dict[str, Any]] = {"type": "string", "pattern": "^2[0-9]{3}-(0[1-9]|1[0-2])$"}
ANY_OBJECT: Final[dict[str, Any]] = {"type": "object"}


def maybe(schema: dict[str, Any]) -> dict[str, Any]:
    """Give `schema`, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(schema: dict[str, Any]) -> dict[str, Any]:
    """Give an array of `schema`."""
    return {"type": "array", "items": schema}


def shape(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give an object with these properties."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }


def ref(name: str) -> dict[str, Any]:
    """Point at a named shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def page_of(name: str) -> dict[str, Any]:
    """Give one page of named shapes."""
    return shape({"items": listed(ref(name)), "next": maybe(TEXT)})


_MOMENTS_OF_HAZARD: Final = (
    "acknowledged_at", "verified_at", "registered_at", "rectified_at", "accepted_at", "closed_at",
    "dismissed_at", "cancelled_at", "told_at",
)  # fmt: skip
ANSWERS: Final = {
    "type": "object",
    "description": "Field key → answer; the form definition says which.",
    "maxProperties": 200,
}

COMPONENTS: Final[dict[str, dict[str, Any]]] = {
    "Problem": shape(
        {"type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT},
        {
            "errors": {"type": "object", "additionalProperties": listed(TEXT)},
            "problems": listed(ANY_OBJECT),
            "by": TEXT,
            "at": maybe(MOMENT),
            "incident": TEXT,
        },
    ),
    "LintProblem": shape(
        {
            "rule": TEXT,
            "family": TEXT,
            "element": maybe(TEXT),
            "line": maybe(NUMBER),
            "severity": {"enum": ["error", "warning", "info"]},
            "zh": TEXT,
            "en": TEXT,
            "fix": maybe(TEXT),
        }
    ),
    "Definition": shape(
        {"key": TEXT, "name": TEXT, "version": NUMBER, "state": TEXT, "created_at": MOMENT},
        {"starts_at": maybe(MOMENT), "reason": maybe(TEXT), "pack": maybe(TEXT), "digest": TEXT},
    ),
    "DefinitionVersion": shape(
        {
            "key": TEXT,
            "name": TEXT,
            "version": NUMBER,
            "state": {"enum": ["active", "suspended"]},
            "standing": {"enum": ["in_force", "scheduled", "suspended", "earlier"]},
            "created_at": MOMENT,
            "starts_at": maybe(MOMENT),
        },
        {
            "author": maybe(TEXT),
            "approver": maybe(TEXT),
            "reason": maybe(TEXT),
            "pack": maybe(TEXT),
            "digest": TEXT,
        },
    ),
    "DefinitionVersions": shape(
        {"key": TEXT, "name": TEXT, "version": NUMBER, "versions": listed(ref("DefinitionVersion"))}
    ),
    "Form": shape({"components": listed(ANY_OBJECT)}, {"id": TEXT, "type": TEXT}),
    "Started": shape({"instance_id": ID, "report_number": TEXT}, {"receipt_code": maybe(TEXT)}),
    "OpenTask": shape(
        {"id": ID, "key": TEXT, "name": TEXT, "candidate_group": TEXT, "assignee_id": maybe(ID)}
    ),
    "Outcome": shape({"instance_id": ID, "state": TEXT, "open_tasks": listed(ref("OpenTask"))}),
    "Instance": shape(
        {
            "id": ID,
            "definition_key": TEXT,
            "number": TEXT,
            "title": TEXT,
            "state": {"enum": ["active", "suspended", "completed", "cancelled"]},
            "started_at": MOMENT,
            "ended_at": maybe(MOMENT),
        },
        {
            "definition_version": NUMBER,
            "data": ANY_OBJECT,
            "open_tasks": listed(ref("OpenTask")),
            "votes": listed(ref("VoteRound")),
            "identity_mode": TEXT,
        },
    ),
    "VoteRound": shape(
        {
            "element": TEXT,
            "state": {"enum": ["open", "passed", "failed", "ended"]},
            "opened_at": MOMENT,
            "ended_at": maybe(MOMENT),
            "voters": NUMBER,
            "voted": NUMBER,
            "votes": listed(
                shape(
                    {
                        "user_id": maybe(ID),
                        "role": TEXT,
                        "choice": {"enum": ["for", "against"]},
                        "opinion": maybe(TEXT),
                        "at": MOMENT,
                    }
                )
            ),
        }
    ),
    "Event": shape(
        {
            "sequence": NUMBER,
            "at": MOMENT,
            "tag": TEXT,
            "role": TEXT,
            "actor_id": maybe(ID),
            "task_id": maybe(ID),
            "element": maybe(TEXT),
            "data": ANY_OBJECT,
            "hash": TEXT,
            "previous_hash": TEXT,
        }
    ),
    "Diagram": shape(
        {
            "xml": TEXT,
            "called": {"type": "object", "additionalProperties": TEXT},
            "elements": {
                "type": "object",
                "additionalProperties": shape({"passed": NUMBER, "open": FLAG}),
            },
        }
    ),
    "Task": shape(
        {
            "id": ID,
            "instance_id": ID,
            "key": TEXT,
            "name": TEXT,
            "candidate_group": TEXT,
            "assignee_id": maybe(ID),
            "state": {"enum": ["open", "completed", "cancelled"]},
            "created_at": MOMENT,
            "due_at": maybe(MOMENT),
            "number": TEXT,
            "title": TEXT,
        },
        {
            "completed_at": maybe(MOMENT),
            "form": ref("Form"),
            "values": ANY_OBJECT,
            "vote": shape({"voters": NUMBER, "voted": NUMBER}),
        },
    ),
    "Hazard": shape(
        {
            "report_number": TEXT,
            "number": maybe(TEXT),
            "closure_number": maybe(TEXT),
            "instance_id": ID,
            "organisation_id": ID,
            "organisation": TEXT,
            "kind": {"enum": ["hazard", "suggestion"]},
            "state": {
                "enum": ["reported", "verified", "rectified", "closed", "dismissed", "cancelled"]
            },
            "level": maybe(TEXT),
            "category": maybe(TEXT),
            "finding": maybe(TEXT),
            "source": TEXT,
            "channel": TEXT,
            "place": maybe(TEXT),
            "part": maybe(TEXT),
            "description": maybe(TEXT),
            "checklist_item": maybe(TEXT),
            "imminent": FLAG,
            "fixed_on_spot": FLAG,
            "control_type": maybe(TEXT),
            "rectifier": maybe(TEXT),
            "rounds": NUMBER,
            "reported_at": MOMENT,
            **dict.fromkeys(_MOMENTS_OF_HAZARD, maybe(MOMENT)),
            "due_on": maybe(DAY),
            "overdue_days": {
                "description": "Working days past `due_on` by the enterprise's calendar.",
                **maybe(NUMBER),
            },
            "sector": TEXT,
            **dict.fromkeys(("department_id", "town_id", "group_id"), maybe(ID)),
        }
    ),
    "Figure": shape(
        {
            "key": TEXT,
            "unit": {"enum": ["count", "fen", "persons", "enterprises"]},
            "zh": TEXT,
            "en": TEXT,
        }
    ),
    "Figures": {
        "description": "The key of each figure → its value in the month; `year`: since January.",
        **shape({"year": {"type": "object", "additionalProperties": NUMBER}}),
        "additionalProperties": NUMBER,
    },
    "MonthlyRow": {
        **shape(
            {
                "key": TEXT,
                "name": TEXT,
                "year": {"type": "object", "additionalProperties": NUMBER},
            }
        ),
        "additionalProperties": NUMBER,
    },
    "Monthly": shape(
        {
            "month": TEXT,
            "by": TEXT,
            "figures": listed(ref("Figure")),
            "rows": listed(ref("MonthlyRow")),
            "total": ref("Figures"),
            "next": maybe(TEXT),
        }
    ),
    "Attachment": shape({"id": ID, "sha256": TEXT, "url": TEXT}),
    "Audit": shape(
        {
            "intact": FLAG,
            "breaks": listed(
                shape({"organisation_id": ID, "instance_id": ID, "sequence": NUMBER, "fault": TEXT})
            ),
            "broken_seals": listed(
                shape(
                    {
                        "organisation_id": ID,
                        "day": DAY,
                        "instance_id": maybe(ID),
                        "fault": TEXT,
                    }
                )
            ),
        }
    ),
}
