"""Related parties over the API: who works for whom, what was passed on, who leaders bring."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request

from engine import registry
from engine.clock import local_date
from engine.relations import listing, passed, passing, rules
from web import db
from web.access import current_actor, requires
from web.api.contract import (
    PAGING,
    Operation,
    Parameter,
    after,
    answer,
    limit,
    operation,
    paged,
)
from web.api.parts import page_with
from web.api.schemas import DAY, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("relations", __name__)

_STAGE: Final = {"enum": ["none", "established", "implemented"]}
_PARTY: Final = shape({"id": maybe(ID), "name": TEXT, "mechanism": _STAGE})
_RELATION: Final = shape(
    {
        "id": ID,
        "kind": {"enum": list(rules.KINDS)},
        "state": {"enum": list(rules.STATES)},
        "host": _PARTY,
        "other": _PARTY,
        "subject": TEXT,
        "from_on": DAY,
        "until_on": maybe(DAY),
        "coordinator": TEXT,
        "agreement": {"enum": list(rules.AGREEMENTS)},
        "agreement_on": maybe(DAY),
        "agreement_until": maybe(DAY),
        "passed": {
            "description": "Hazards passed on by it, and not called back.",
            **shape({"waiting": NUMBER, "taken": NUMBER, "refused": NUMBER}),
        },
    }
)
_RECEIVED: Final = shape(
    {
        "id": ID,
        "relation_id": ID,
        "host": TEXT,
        "place": TEXT,
        "description": TEXT,
        "wanted": TEXT,
        "due_on": maybe(DAY),
        "state": {"enum": list(passing.STATES)},
        "passed_on": DAY,
        "answered_at": maybe(MOMENT),
        "reason": maybe(TEXT),
        "instance_id": {"description": "The own case that was begun with it.", **maybe(ID)},
    }
)
_LEADER: Final = shape(
    {
        "id": ID,
        "name": TEXT,
        "established_on": maybe(DAY),
        "implemented_on": maybe(DAY),
        "lead_days": {"type": "integer"},
        "related": {
            "description": "Enterprises that work for it or rent from it today.",
            **shape({"all": NUMBER, "established": NUMBER, "implemented": NUMBER}),
        },
    }
)


@blueprint.get("/relations")
@requires("relation:read")
@operation(
    Operation(
        summary="The relations of the own enterprise, the newest first",
        query=(
            Parameter(
                "side", "host: those it gives work or lets to; other: those it works for or rents "
                "from.", {"enum": list(listing.SIDES)},
            ),
            *PAGING,
        ),
        answers={200: ("One page.", page_with(_RELATION))},
    )
)  # fmt: skip
def index() -> Response:
    """List one's relations."""
    session, side = db.session(), request.args.get("side", "host")
    found = listing.listed(session, side, actor=current_actor(), after=after(), limit=limit())
    counts = listing.passed(session, found.items)
    return paged(found, lambda row: _relation(row, counts))


@blueprint.get("/relations/received")
@requires("relation:read")
@operation(
    Operation(
        summary="Hazards that hosts passed on to the own enterprise, the newest first",
        query=PAGING,
        answers={200: ("One page: what the host released, and no more.", page_with(_RECEIVED))},
    )
)
def received() -> Response:
    """List what was passed on to one."""
    found = passed.received(db.session(), actor=current_actor(), after=after(), limit=limit())
    return paged(found, _received)


@blueprint.get("/relations/<uuid:relation_id>")
@requires("relation:read")
@operation(Operation(summary="One relation, to either side", answers={200: ("It.", _RELATION)}))
def show(relation_id: UUID) -> Response:
    """Show one relation."""
    session = db.session()
    row = listing.get(session, relation_id, actor=current_actor())
    return answer(_relation(row, listing.passed(session, [row])))


@blueprint.get("/organisations/<uuid:organisation_id>/relations")
@requires("registry:read")
@operation(
    Operation(
        summary="The confirmed relations of an enterprise one may see, on both sides",
        query=PAGING,
        answers={200: ("One page, the newest first.", page_with(_RELATION))},
    )
)
def of_enterprise(organisation_id: UUID) -> Response:
    """List the relations of an enterprise."""
    session = db.session()
    found = listing.of_enterprise(
        session, organisation_id, actor=current_actor(), after=after(), limit=limit()
    )
    counts = listing.passed(session, found.items)
    return paged(found, lambda row: _relation(row, counts))


@blueprint.get("/organisations/leading")
@requires("statistics:read_district")
@operation(
    Operation(
        summary="State-owned enterprises of the district as they led the way, and whom they bring",
        answers={
            200: (
                "All on one page, the earliest first.",
                shape({"due_on": DAY, "items": listed(_LEADER)}),
            )
        },
    )
)
def leading() -> Response:
    """List who led the way."""
    found = registry.leading(db.session(), actor=current_actor())
    return answer({"due_on": registry.LEAD_DUE, "items": [_leader(one) for one in found]})


def _relation(row: Any, counts: Any) -> dict[str, Any]:
    numbers = counts.get(row.id, listing.Passed())
    columns = ("id", "kind", "subject", "from_on", "until_on", "coordinator", "agreement_on",
               "agreement_until")  # fmt: skip
    host = (row.organisation_id, row.host, row.host_established_on, row.host_implemented_on)
    other = (row.related_id, row.other, row.established_on, row.implemented_on)
    return {
        **{name: getattr(row, name) for name in columns},
        "state": rules.state_of(row),
        "host": _party(*host),
        "other": _party(*other),
        "agreement": rules.agreement_of(row),
        "passed": {name: getattr(numbers, name) for name in ("waiting", "taken", "refused")},
    }


def _party(id_: UUID | None, name: str, established: Any, implemented: Any) -> dict[str, Any]:
    stage = "implemented" if implemented else "established" if established else "none"
    return {"id": id_, "name": name, "mechanism": stage}


def _received(row: Any) -> dict[str, Any]:
    columns = ("id", "relation_id", "host", "place", "description", "wanted", "due_on", "state",
               "answered_at", "reason")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in columns},
        "passed_on": local_date(row.passed_at),
        "instance_id": row.taken_id,
    }


def _leader(one: registry.Leader) -> dict[str, Any]:
    names = ("id", "name", "established_on", "implemented_on", "lead_days")
    led = one.led
    return {
        **{name: getattr(one, name) for name in names},
        "related": {
            "all": led.related, "established": led.established, "implemented": led.implemented,
        },
    }  # fmt: skip
