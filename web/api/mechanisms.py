"""What an enterprise does for its mechanism over the API: evidence, statements, signatures."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.coverage import evidence, kinds, obstacles, offers, quarters, zero
from engine.coverage.evidence import own_enterprise
from engine.hazards.mechanism import CHAPTERS
from web import db
from web.access import current_actor, requires
from web.api import coverage_shapes as told
from web.api.contract import Operation, answer, body, operation
from web.api.doing import day, once
from web.api.parts import closed, ids, number, page_with, text
from web.api.schemas import DAY, FLAG, maybe
from web.coverage.record import Record

blueprint = Blueprint("mechanisms", __name__, url_prefix="/coverage")

#: What the kinds ask for beside the rest; the engine says which of it a kind needs.
_DETAILS: Final = closed(
    {},
    {
        "chapters": {
            "description": "rules: chapter → page or article.",
            **closed({}, dict.fromkeys(CHAPTERS, text(40))),
        },
        "signer": text(50),
        "protects": FLAG,
        "method": {"enum": list(kinds.METHODS)},
        "channel": {"enum": list(kinds.CHANNELS)},
        "passed": FLAG,
        "result": text(200),
        "version": text(60),
        "posts": text(200),
        "source": {"enum": list(kinds.FUNDS)},
        "budget_fen": number(1, 10**12),
        "year": number(2000, 2100),
        "people": number(1, 1_000_000),
    },
)


@blueprint.post("/evidence")
@requires("coverage:enter")
@operation(
    Operation(
        summary="Enter evidence for the mechanism of one's own enterprise; its stage follows",
        body=closed(
            {"kind": {"enum": list(kinds.KINDS)}, "on": DAY},
            {
                "title": text(200),
                "number": text(60),
                "details": _DETAILS,
                "files": ids(evidence.MOST_FILES),
                "note": text(2000),
            },
        ),
        answers={201: ("Entered.", told.EVIDENCE)},
        creates=True,
    )
)
def enter() -> Response:
    """Enter evidence."""
    given = body()
    piece = evidence.Given(**{**given, "on": day(given, "on")})

    def make(session: Session, actor: Actor) -> Any:
        return told.evidence(evidence.enter(session, piece, actor=actor))

    return answer(once("enter_evidence", given, make), 201)


@blueprint.post("/evidence/<uuid:evidence_id>/withdraw")
@requires("coverage:record")
@operation(
    Operation(
        summary="Withdraw evidence: it stays to be read, and proves nothing any more",
        body=closed({"reason": text(500, 1)}),
        answers={200: ("Withdrawn.", told.EVIDENCE)},
        creates=True,
    )
)
def withdraw(evidence_id: UUID) -> Response:
    """Withdraw evidence."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        row = evidence.withdraw(session, evidence_id, given["reason"], actor=actor)
        return told.evidence(row)

    return answer(once("withdraw_evidence", given, make))


@blueprint.get("/offers")
@requires("coverage:record")
@operation(
    Operation(
        summary="What the system itself knows of one's mechanism and is not yet taken as evidence",
        answers={200: ("All on one page.", page_with(told.OFFER))},
    )
)
def list_offers() -> Response:
    """List what is offered."""
    found = offers.offers(db.session(), actor=current_actor())
    return answer({"items": [told.offer(one) for one in found.values()], "next": None})


@blueprint.post("/offers/<kind>")
@requires("coverage:record")
@operation(
    Operation(
        summary="Take what is offered as evidence; rules are the principal's to take",
        answers={201: ("Entered.", told.EVIDENCE)},
        creates=True,
    )
)
def take(kind: str) -> Response:
    """Take an offer."""

    def make(session: Session, actor: Actor) -> Any:
        return told.evidence(offers.take(session, kind, actor=actor))

    return answer(once("take_offer", None, make), 201)


@blueprint.get("/zero-statements")
@requires("coverage:sign")
@operation(
    Operation(
        summary="One's own zero statements, and which of the last twelve months can be signed for",
        answers={200: ("All on one page.", page_with(told.ZERO, months=told.MONTHS))},
    )
)
def list_zero() -> Response:
    """List zero statements."""
    session, own = db.session(), own_enterprise(current_actor(), "coverage:sign")
    months = [{"month": one.month, "state": one.state} for one in zero.standings(session, own)]
    items = [told.zero(row) for row in zero.listed(session, own)]
    return answer({"months": months, "items": items, "next": None})


@blueprint.post("/zero-statements")
@requires("coverage:sign")
@operation(
    Operation(
        summary="Sign that nobody of one's own enterprise reported anything in a month",
        body=closed({"month": text(7), "note": text(500, 1)}),
        answers={201: ("Signed.", told.ZERO)},
        creates=True,
    )
)
def sign_zero() -> Response:
    """Sign a zero statement."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        return told.zero(zero.sign(session, given["month"], given["note"], actor=actor))

    return answer(once("sign_zero", given, make), 201)


@blueprint.get("/quarters")
@requires("coverage:sign")
@operation(
    Operation(
        summary="The last four quarters of one's own enterprise, with figures and signature",
        answers={200: ("All on one page.", page_with(told.QUARTER))},
    )
)
def list_quarters() -> Response:
    """List quarters."""
    found = quarters.quarters(db.session(), actor=current_actor())
    return answer({"items": [told.quarter(one) for one in found], "next": None})


@blueprint.post("/quarters/<key>/sign")
@requires("coverage:sign")
@operation(
    Operation(
        summary="Sign a quarter that is over, with its figures as they are now",
        body=closed({}, {"note": text(500)}),
        answers={201: ("Signed; it is a piece of evidence.", told.EVIDENCE)},
        creates=True,
    )
)
def sign_quarter(key: str) -> Response:
    """Sign a quarter."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        return told.evidence(quarters.sign(session, key, given.get("note", ""), actor=actor))

    return answer(once("sign_quarter", given, make), 201)


@blueprint.post("/records/<uuid:organisation_id>/obstacle")
@requires("coverage:explain")
@operation(
    Operation(
        summary="Say why an enterprise is not there yet, as it or those above it; null takes it "
        "back",
        body=closed({"obstacle": maybe({"enum": list(obstacles.OBSTACLES)})}, {"note": text(500)}),
        answers={200: ("Noted.", told.OBSTACLE)},
        creates=True,
    )
)
def explain(organisation_id: UUID) -> Response:
    """Say why."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        reason = given["obstacle"] or ""
        row = obstacles.explain(
            session, organisation_id, reason, given.get("note", ""), actor=actor
        )
        return {name: getattr(row, name) for name in told.OBSTACLE["properties"]}

    return answer(once("explain_coverage", given, make))


@blueprint.get("/records/<uuid:organisation_id>/reminders")
@requires("coverage:read")
@operation(
    Operation(
        summary="The last reminders an enterprise has got, the newest first",
        answers={200: ("All on one page.", page_with(told.REMINDER))},
    )
)
def list_reminders(organisation_id: UUID) -> Response:
    """List reminders."""
    found = Record(db.session(), organisation_id, current_actor()).reminders
    items = [{"at": one.at, "zh": one.zh, "en": one.en} for one in found]
    return answer({"items": items, "next": None})
