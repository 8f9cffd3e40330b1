"""Self-checks over the API: begun at a place, filled in, reported from, signed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import people, reporters, selfcheck, starting
from engine.actors import Actor
from engine.hazards.origins import Origin
from web import db
from web.access import current_actor, requires
from web.api import contract
from web.api.contract import Operation, answer, body, operation, paged
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import (
    ANSWERS,
    ANY_OBJECT,
    FLAG,
    ID,
    MOMENT,
    NUMBER,
    TEXT,
    listed,
    maybe,
    shape,
)
from web.limits import UPLOADS, limiter

blueprint = Blueprint("checks", __name__, url_prefix="/checks")

_ONE: Final = "/<uuid:check_id>"
_CHECK: Final = shape(
    {
        "id": ID,
        "place": TEXT,
        "person": {"description": "Who makes it, and signs it.", **TEXT},
        "begun_at": MOMENT,
        "signed_at": maybe(MOMENT),
        "looked_at": {"description": "Items, once it is signed.", **maybe(NUMBER)},
        "hazards": maybe(NUMBER),
    }
)
_ENTRY: Final = shape(
    {
        "code": TEXT,
        "item": {"description": "As it was when the round began.", **ANY_OBJECT},
        "found": {"enum": ["", *selfcheck.FOUND]},
        "note": TEXT,
        "instance_id": {"description": "To who makes the check.", **maybe(ID)},
        "number": maybe(TEXT),
    }
)
_WHOLE: Final = shape({**_CHECK["properties"], "is_own": FLAG, "entries": listed(_ENTRY)})
_ITEM: Final = shape({"code": TEXT, "item": ANY_OBJECT})
_RESULT: Final = closed({"found": {"enum": ["", *selfcheck.FOUND]}}, {"note": text(300)})
_NOW: Final = {200: ("The round as it is now.", _WHOLE)}


@blueprint.get("/items")
@requires("check:make")
@operation(
    Operation(
        summary="The enterprise's report list in force",
        answers={200: ("All on one page, by code.", page_with(_ITEM))},
    )
)
def items() -> Response:
    """List the items in force."""
    known = selfcheck.items(db.session(), actor=current_actor())
    rows = [{"code": code, "item": known[code]} for code in sorted(known)]
    return answer({"items": rows, "next": None})


@blueprint.get("")
@requires("check:make")
@operation(
    Operation(
        summary="The rounds of one's enterprise, or one's own, the newest first",
        query=contract.WIDE_PAGING,
        answers={200: ("One page.", page_with(_CHECK))},
    )
)
def index() -> Response:
    """List rounds."""
    found = selfcheck.listed(
        db.session(), actor=current_actor(), after=contract.after(), limit=contract.limit()
    )
    return paged(found, lambda row: {name: getattr(row, name) for name in _CHECK["properties"]})


@blueprint.post("")
@requires("check:make")
@operation(
    Operation(
        summary="Begin a round at a place over some items of the list",
        body=closed(
            {
                "place": text(100, 1),
                "codes": {
                    "type": "array",
                    "items": text(60),
                    "minItems": 1,
                    "maxItems": selfcheck.MOST,
                },
            }
        ),
        answers={201: ("Begun.", _WHOLE)},
        creates=True,
    )
)
def begin() -> Response:
    """Begin a round."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        check_id = selfcheck.begin(session, given["place"], given["codes"], actor=actor)
        return _whole(session, check_id, actor)

    return answer(once("begin_check", given, make), 201)


@blueprint.get(_ONE)
@requires("check:make")
@operation(Operation(summary="One round with its items", answers=_NOW))
def show(check_id: UUID) -> Response:
    """Show a round."""
    return answer(_whole(db.session(), check_id, current_actor()))


@blueprint.post(f"{_ONE}/fill")
@requires("check:make")
@operation(
    Operation(
        summary="Note what was found so far; what is not named stays",
        body=closed(
            {
                "results": {
                    "description": "Code → what was found.",
                    "type": "object",
                    "additionalProperties": _RESULT,
                    "maxProperties": selfcheck.MOST,
                }
            }
        ),
        answers=_NOW,
        creates=True,
    )
)
def fill(check_id: UUID) -> Response:
    """Note what was found."""
    return _step(check_id, "fill_check", partial(selfcheck.fill, results=body()["results"]))


@blueprint.post(f"{_ONE}/sign")
@requires("check:make")
@operation(
    Operation(
        summary="Sign a round: every item was looked at, every hazard reported or accounted for",
        answers=_NOW,
        creates=True,
    )
)
def sign(check_id: UUID) -> Response:
    """Sign a round."""
    return _step(check_id, "sign_check", selfcheck.sign)


@blueprint.post(f"{_ONE}/items/<code>/report")
@requires("check:make")
@limiter.limit(UPLOADS)
@operation(
    Operation(
        summary="Report what was found at an item, by name; place and item are those of the round",
        body=closed({"definition_key": text(64, 1), "answers": ANSWERS}),
        answers={201: ("The case.", shape({"instance_id": ID, "report_number": TEXT}))},
        creates=True,
    )
)
def report(check_id: UUID, code: str) -> Response:
    """Report a hazard from a round."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        row, entry = selfcheck.reportable(session, check_id, code, actor=actor)
        known = {"description": entry.note} if entry.note else {}
        of_round = {"place": row.place, "checklist_item": code, "identity_mode": "named"}
        started = starting.start(
            session,
            definition_key=given["definition_key"],
            answers={**known, **given["answers"], **of_round},
            # The record of the check says who it was, so the report does.
            identity=reporters.identity_of(actor, mode="named"),
            origin=Origin(source="self_check", channel="api"),
            business_key=selfcheck.business_key(check_id, code),
            actor=actor,
        )
        return {"instance_id": started.instance_id, "report_number": started.number}

    return answer(once("report_from_check", given, make), 201)


def _step(check_id: UUID, name: str, run: Callable[..., Any]) -> Response:
    """Do something about a round, and give it as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, check_id, actor=actor)
        return _whole(session, check_id, actor)

    given = body() if request.get_data(cache=True) else None
    return answer(once(name, given, make))


def _whole(session: Session, check_id: UUID, actor: Actor) -> dict[str, Any]:
    row, entries = selfcheck.show(session, check_id, actor=actor)
    is_own = row.begun_by == actor.user_id
    plain = [name for name in _CHECK["properties"] if name != "person"]
    return {
        **{name: getattr(row, name) for name in plain},
        "person": people.names(session, [row.begun_by]).get(row.begun_by, ""),
        "is_own": is_own,
        "entries": [_entry(one, is_own=is_own) for one in entries],
    }


def _entry(one: selfcheck.Entry, *, is_own: bool) -> dict[str, Any]:
    """Give an item; which case came of it leads to who reported it, and is told to them alone."""
    return {
        "code": one.code,
        "item": one.item,
        "found": one.found,
        "note": one.note,
        "instance_id": one.instance_id if is_own else None,
        "number": (one.number or None) if is_own else None,
    }
