"""The shapes that travel over the API, as JSON Schema; named ones are components of it."""

from __future__ import annotations

from typing import Any, Final

ID: Final[dict[str, Any]] = {"type": "string", "format": "uuid"}
TEXT: Final[dict[str, Any]] = {"type": "string"}
MOMENT: Final[dict[str, Any]] = {"type": "string", "format": "date-time"}
DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
NUMBER: Final[dict[str, Any]] = {"type": "integer"}
FLAG: Final[dict[str, Any]] = {"type": "boolean"}
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
            "element": maybe(TEXT),
            "line": maybe(NUMBER),
            "severity": {"enum": ["error", "warning", "info"]},
            "zh": TEXT,
            "en": TEXT,
        }
    ),
    "Definition": shape(
        {"key": TEXT, "name": TEXT, "version": NUMBER, "state": TEXT, "created_at": MOMENT},
        {"reason": maybe(TEXT), "digest": TEXT},
    ),
    "DefinitionVersions": shape(
        {"key": TEXT, "name": TEXT, "version": NUMBER, "versions": listed(ref("Definition"))}
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
            "identity_mode": TEXT,
        },
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
        {"completed_at": maybe(MOMENT), "form": ref("Form"), "values": ANY_OBJECT},
    ),
    "Hazard": shape(
        {
            "report_number": TEXT,
            "number": maybe(TEXT),
            "instance_id": ID,
            "kind": TEXT,
            "state": TEXT,
            "level": maybe(TEXT),
            "category": maybe(TEXT),
            "place": maybe(TEXT),
            "reported_at": MOMENT,
            "due_on": maybe(DAY),
            "closed_at": maybe(MOMENT),
        },
        {"description": maybe(TEXT), "finding": maybe(TEXT), "rounds": NUMBER},
    ),
    "Verification": shape(
        {
            "number": TEXT,
            "kind": TEXT,
            "organisation": TEXT,
            "issued_at": MOMENT,
            "state": TEXT,
            "statement_sha256": TEXT,
            "intact": FLAG,
        },
        {"pdf_sha256": maybe(TEXT), "revoked_at": maybe(MOMENT)},
    ),
    "MonthlyRow": {"type": "object", "additionalProperties": True},
    "Monthly": shape(
        {"month": TEXT, "by": TEXT, "rows": listed(ref("MonthlyRow")), "total": ANY_OBJECT}
    ),
    "Attachment": shape({"id": ID, "sha256": TEXT, "url": TEXT}),
    "Audit": shape(
        {
            "intact": FLAG,
            "breaks": listed(shape({"instance_id": ID, "sequence": NUMBER, "fault": TEXT})),
        }
    ),
}
