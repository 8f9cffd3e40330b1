"""The register of organisations over the API: who is in it, where each stands, what changed."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import beside, registry
from engine.actors import Actor
from engine.errors import NotFound
from engine.hazards.codes import SECTORS
from engine.hazards.mechanism import STAGES
from engine.registry import Filters, codes
from web import db
from web.access import current_actor, requires
from web.api.contract import (
    PAGING,
    Operation,
    Parameter,
    after,
    answer,
    asked_id,
    limit,
    operation,
    paged,
)
from web.api.parts import page_with, text
from web.api.schemas import ANY_OBJECT, DAY, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("registry", __name__, url_prefix="/organisations")

_PLACES: Final = tuple(registry.NODES)
_CHOICES: Final = (
    Parameter("status", "Only those in this state.", {"enum": list(codes.STATUSES)}),
    Parameter("sector", "Only those of this sector.", {"enum": list(SECTORS)}),
    Parameter("section", "Only those of this section of GB/T 4754.",
              {"enum": list(codes.SECTIONS)}),
    Parameter("ownership", "Only those owned so.", {"enum": list(codes.OWNERSHIPS)}),
    Parameter("gap", "Only those that nobody is assigned to yet, and are not closed.",
              {"enum": list(registry.GAPS)}),
)  # fmt: skip
_ENTRY: Final = shape(
    {
        "id": ID,
        "kind": TEXT,
        "code": TEXT,
        "name": TEXT,
        "uscc": maybe(TEXT),
        "sector": TEXT,
        "industry": maybe(TEXT),
        "region_code": {
            "description": "Its own, or that of its town or district.",
            **maybe(TEXT),
        },
        "status": {"enum": list(codes.STATUSES)},
        "staff_count": maybe(NUMBER),
        **dict.fromkeys(_PLACES, maybe(ID)),
        **dict.fromkeys(("department", "town", "group"), maybe(TEXT)),
    }
)
_BESIDE: Final = ("id", "name", "area", "subject", "since_on")
WHOLE: Final = shape(
    {
        **_ENTRY["properties"],
        "particulars": {"description": "What the register knows, by its keys.", **ANY_OBJECT},
        "closed_on": maybe(DAY),
        "co_supervisors": listed(
            shape(
                {
                    "id": ID,
                    "name": TEXT,
                    "area": {"enum": [*codes.AREAS, None]},
                    "subject": maybe(TEXT),
                    "since_on": maybe(DAY),
                }
            )
        ),
        "merged": {
            "description": "What it was merged into, or what was merged into it.",
            **listed(shape({"id": ID, "name": TEXT})),
        },
        "open_hazards": NUMBER,
    }
)
_SUPERVISED: Final = shape(
    {
        "id": ID,
        "name": TEXT,
        "department": TEXT,
        "area": {"enum": [*codes.AREAS, None]},
        "subject": maybe(TEXT),
        "since_on": maybe(DAY),
        "stage": {"enum": list(STAGES)},
        "open_majors": NUMBER,
        "overdue": NUMBER,
        "visited_on": maybe(DAY),
        "planned_on": maybe(DAY),
    }
)
_CHANGE: Final = shape(
    {
        "id": ID,
        "kind": TEXT,
        "effective_on": DAY,
        "before": ANY_OBJECT,
        "after": ANY_OBJECT,
        "reason": maybe(TEXT),
        "at": MOMENT,
        "by": maybe(TEXT),
    }
)
NODE: Final = shape(
    {
        "id": ID,
        "kind": {"enum": ["office", *registry.NODES.values()]},
        "name": TEXT,
        "parent_id": maybe(ID),
        "region_code": maybe(TEXT),
        "contact_name": maybe(TEXT),
        "contact_phone": maybe(TEXT),
        "enterprises": NUMBER,
    }
)


@blueprint.get("")
@requires("registry:read")
@operation(
    Operation(
        summary="Enterprises in order of name; to an enterprise itself",
        query=(
            Parameter("text", "Part of the name, or a code.", text(100)),
            *_CHOICES,
            *(Parameter(key, "Only those that stand there.", ID) for key in _PLACES),
            *PAGING,
        ),
        answers={200: ("One page.", page_with(_ENTRY))},
    )
)
def index() -> Response:
    """List enterprises."""
    found = registry.listed(
        db.session(), actor=current_actor(), filters=_filters(), after=after(), limit=limit()
    )
    return paged(found, _entry)


@blueprint.get("/nodes")
@requires("registry:manage")
@operation(
    Operation(
        summary="The office, departments, towns and groups: whom to call, and how many stand under",
        answers={200: ("All on one page.", page_with(NODE))},
    )
)
def nodes() -> Response:
    """List the nodes."""
    found = registry.branches(db.session(), actor=current_actor())
    return answer({"items": [node(one) for one in found], "next": None})


@blueprint.get("/beside")
@requires("registry:read")
@operation(
    Operation(
        summary="Enterprises that one's department supervises beside their primary one",
        query=(Parameter("text", "Part of the name.", text(100)), *PAGING),
        answers={200: ("One page; none of it counts in a figure.", page_with(_SUPERVISED))},
    )
)
def supervised() -> Response:
    """List what the department supervises besides."""
    actor = current_actor()
    if actor.organisation_kind != "department":
        raise NotFound()
    words = request.args.get("text", "").strip()
    found = beside.listed(db.session(), actor=actor, text=words, after=after(), limit=limit())
    return paged(found, asdict)


@blueprint.get("/<uuid:organisation_id>")
@requires("registry:read")
@operation(
    Operation(
        summary="What the register says of an organisation",
        answers={200: ("Its entry.", WHOLE)},
    )
)
def show(organisation_id: UUID) -> Response:
    """Show one entry."""
    return answer(whole(db.session(), organisation_id, current_actor()))


@blueprint.get("/<uuid:organisation_id>/changes")
@requires("registry:read")
@operation(
    Operation(
        summary="What changed: where it stood, whether it ran, its particulars",
        answers={
            200: (
                "The latest 200, the last first; `names` says who the ids in them are.",
                page_with(_CHANGE, names={"type": "object", "additionalProperties": TEXT}),
            )
        },
    )
)
def changes(organisation_id: UUID) -> Response:
    """List the changes of an organisation."""
    session = db.session()
    actor = current_actor()
    rows = registry.changes(session, organisation_id, actor=actor, sight="both")
    names = registry.names_in(session, rows)
    return answer({"names": names, "items": [_change(row) for row in rows], "next": None})


def whole(session: Session, organisation_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give what the register says of an organisation."""
    row = registry.get(session, organisation_id, actor=actor, sight="both")
    one = row.Organisation
    supervisors = registry.co_supervisors(session, organisation_id)
    return {
        **_entry(row),
        "particulars": _particulars(one),
        "closed_on": one.closed_on,
        "co_supervisors": [{name: getattr(each, name) for name in _BESIDE} for each in supervisors],
        "merged": [{"id": r.id, "name": r.name} for r in registry.relatives(session, one)],
        "open_hazards": registry.open_hazards(session, organisation_id),
    }


def node(one: registry.Branch) -> dict[str, Any]:
    """Give a department, town or group."""
    return {
        "id": one.node.id,
        "kind": one.node.kind,
        "name": one.node.name,
        "parent_id": one.node.parent_id,
        "region_code": one.region,
        "contact_name": one.contact.get("contact_name"),
        "contact_phone": one.contact.get("contact_phone"),
        "enterprises": one.enterprises,
    }


def _filters() -> Filters:
    said = {each.name: request.args.get(each.name, "").strip() for each in fields(Filters)}
    places = {key: asked_id(key) for key in _PLACES}
    return Filters(**{**said, **places})  # type: ignore[arg-type]


def _entry(row: Any) -> dict[str, Any]:
    one = row.Organisation
    columns = (
        "id", "kind", "code", "name", "uscc", "sector", "industry", "status", "staff_count",
        *_PLACES,
    )  # fmt: skip
    places = ("department", "town", "group")
    return {
        **{name: getattr(one, name) for name in columns},
        **{name: getattr(row, name) for name in places},
        "region_code": row.region,
    }


def _particulars(one: Any) -> dict[str, Any]:
    profile = one.profile or {}
    return {
        each.key: getattr(one, each.key) if each.is_column else profile.get(each.key)
        for each in registry.readable(current_actor())
    }


def _change(row: Any) -> dict[str, Any]:
    one = row.OrganisationChange
    hidden = {each.key for each in registry.FIELDS}
    hidden -= {each.key for each in registry.readable(current_actor())}
    hidden.add("updated_on")
    keys = [key for key in one.after if one.before.get(key) != one.after[key] and key not in hidden]
    return {
        "id": one.id,
        "kind": one.kind,
        "effective_on": one.effective_on,
        "before": {key: one.before.get(key) for key in keys},
        "after": {key: one.after[key] for key in keys},
        "reason": one.reason,
        "at": one.at,
        "by": row.person,
    }
