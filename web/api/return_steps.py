"""The steps of a return over the API, each decided once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import returns
from engine.actors import Actor
from engine.returns import states
from web.access import requires
from web.api import return_shapes as told
from web.api.contract import Operation, answer, body, operation
from web.api.doing import once
from web.api.parts import closed, text
from web.api.schemas import NUMBER, shape

blueprint = Blueprint("return_steps", __name__, url_prefix="/returns")

_STATE: Final = {200: ("How far it has come.", told.STATE)}


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


def _step(name: str, month: str, run: Callable[..., Any], given: Any = None) -> Response:
    """Do a step, and say how far the month has come; what a job goes on with is not done yet."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, month, actor=actor)
        unit = returns.own_unit(session, actor)
        return told.state(month, states.get(session, unit.id, month))

    done = once(name, given, make)
    return answer(done, 202 if done["state"] == "locking" else 200)
