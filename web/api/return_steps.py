"""The steps of a return over the API, each decided once; and putting locked months right."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import returns
from engine.actors import Actor
from engine.errors import Invalid
from engine.returns import states
from web import db
from web.access import current_actor, requires
from web.api import return_shapes as told
from web.api.contract import WIDE_PAGING, Operation, after, answer, body, limit, operation
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import ID, MONTH, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("return_steps", __name__, url_prefix="/returns")

_STATE: Final = {200: ("How far it has come.", told.STATE)}
_REASON: Final = text(500, 1)
_LARGEST: Final = 10**12
#: So many differences are named in one request; all of them are accepted with null.
_MOST_KEYS: Final = 2_000


@blueprint.post("/<month>/sign")
@requires("returns:sign")
@operation(
    Operation(
        summary="Sign the figures of a month that is over",
        body=closed({}, {"note": text(500)}),
        answers=_STATE,
        creates=True,
    )
)
def sign(month: str) -> Response:
    """Sign a month."""
    given = body()
    return _step("sign_return", month, partial(returns.sign, note=given.get("note", "")), given)


@blueprint.post("/<month>/withdraw")
@requires("returns:sign")
@operation(
    Operation(summary="Take the signature back before the lock", answers=_STATE, creates=True)
)
def withdraw(month: str) -> Response:
    """Take a signature back."""
    return _step("withdraw_return", month, returns.withdraw)


@blueprint.post("/<month>/lock")
@requires("returns:lock")
@operation(
    Operation(
        summary="Lock a signed month for ever",
        answers={
            **_STATE,
            202: ("It has many lines: a job locks it; ask for the month again.", told.STATE),
        },
        creates=True,
    )
)
def lock(month: str) -> Response:
    """Lock a month."""
    return _step("lock_return", month, returns.lock_by_size)


@blueprint.post("/<month>/submit")
@requires("returns:lock")
@operation(
    Operation(summary="Hand a locked month in to the unit above", answers=_STATE, creates=True)
)
def submit(month: str) -> Response:
    """Hand a month in."""
    return _step("submit_return", month, returns.submit)


@blueprint.post("/<month>/remind")
@requires("returns:lock")
@operation(
    Operation(
        summary="Tell those below that have not handed in",
        answers={200: ("How many people were told.", shape({"people": NUMBER}))},
        creates=True,
    )
)
def remind(month: str) -> Response:
    """Tell those that are late."""

    def tell(session: Session, actor: Actor) -> Any:
        return {"people": returns.remind(session, month, actor=actor)}

    return answer(once("remind_returns", None, tell))


@blueprint.post("/<month>/entered")
@requires("returns:lock")
@operation(
    Operation(
        summary="Note that a locked month was entered in another system",
        body=closed({"profile": text(40, 1)}, {"reference": text(100)}),
        answers={201: ("Noted.", told.ENTRY)},
        creates=True,
    )
)
def entered(month: str) -> Response:
    """Tick a month off."""
    given = body()

    def tick(session: Session, actor: Actor) -> Any:
        reference = given.get("reference", "")
        row = returns.tick(session, month, given["profile"], reference=reference, actor=actor)
        return {
            "profile": row.profile,
            "reference": row.reference,
            "entered_at": row.entered_at,
            "entered_by": actor.name,
        }

    return answer(once("tick_return", given, tick), 201)


@blueprint.get("/corrections")
@requires("returns:read")
@operation(
    Operation(
        summary="What the histories say otherwise than the locked months",
        query=WIDE_PAGING,
        answers={
            200: (
                "One page; `month` is the open one in which they would be counted.",
                page_with(told.PROPOSAL, month=maybe(TEXT)),
            )
        },
    )
)
def corrections() -> Response:
    """List computed differences."""
    session, actor = db.session(), current_actor()
    found = returns.differences(session, actor=actor)
    month = returns.open_month(session, returns.own_unit(session, actor))
    if (last := after()) is not None:
        place = _read(last)
        found = [one for one in found if _place(one) > place]
    shown = found[: limit()]
    more = _write(_place(shown[-1])) if len(found) > len(shown) else None
    return answer({"month": month, "items": [told.proposal(one) for one in shown], "next": more})


@blueprint.post("/corrections/accept")
@requires("returns:sign")
@operation(
    Operation(
        summary="Sign computed differences: those named, or all",
        body=closed(
            {
                "keys": {
                    "description": "Of the differences; null for all.",
                    **maybe({"type": "array", "items": TEXT, "maxItems": _MOST_KEYS}),
                },
                "reason": _REASON,
            }
        ),
        answers={201: ("The adjusting rows.", shape({"items": listed(told.ADJUSTMENT)}))},
        creates=True,
    )
)
def accept() -> Response:
    """Sign computed differences."""
    given = body()

    def sign_them(session: Session, actor: Actor) -> Any:
        rows = returns.accept(session, given["keys"], reason=given["reason"], actor=actor)
        return _rows(session, actor, rows)

    return answer(once("accept_corrections", given, sign_them), 201)


@blueprint.post("/corrections")
@requires("returns:sign")
@operation(
    Operation(
        summary="Sign a correction that is stated by hand, and marked so for ever",
        body=closed(
            {
                "organisation_id": ID,
                "corrects": MONTH,
                "figure": {"enum": list(returns.ADJUSTABLE)},
                "delta": {"type": "integer", "minimum": -_LARGEST, "maximum": _LARGEST},
                "reason": _REASON,
            }
        ),
        answers={201: ("The adjusting row.", shape({"items": listed(told.ADJUSTMENT)}))},
        creates=True,
    )
)
def state() -> Response:
    """Sign a correction by hand."""
    given = body()
    stated = returns.Stated(
        id=uuid4(),
        enterprise_id=UUID(given["organisation_id"]),
        corrects=given["corrects"],
        figure=given["figure"],
        delta=int(given["delta"]),
        reason=given["reason"],
    )

    def sign_it(session: Session, actor: Actor) -> Any:
        return _rows(session, actor, [returns.state(session, stated, actor=actor)])

    return answer(once("state_correction", given, sign_it), 201)


def _step(name: str, month: str, run: Callable[..., Any], given: Any = None) -> Response:
    """Do a step, and say how far the month has come; what a job goes on with is not done yet."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, month, actor=actor)
        unit = returns.own_unit(session, actor)
        return told.state(month, states.get(session, unit.id, month))

    done = once(name, given, make)
    return answer(done, 202 if done["state"] == "locking" else 200)


def _rows(session: Session, actor: Actor, made: list[Any]) -> dict[str, Any]:
    """Give adjusting rows that were just signed, with their names."""
    unit, ids = returns.own_unit(session, actor), {row.id for row in made}
    known = returns.adjustments(session, unit, made[0].month)
    return {"items": [told.adjustment(row) for row in known if row.Adjustment.id in ids]}


def _place(one: returns.Proposal) -> list[str]:
    """Give where a difference stands in the list, which is in this order."""
    return [one.corrects, one.name, one.key]


def _write(place: list[str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode()


def _read(cursor: str) -> list[str]:
    try:
        found = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Invalid(
            "cursor 无效，请使用上一页给出的 next。",
            "The cursor is invalid; use the `next` of the page before.",
            field="cursor",
        )
    return found
