"""Putting locked months right over the API: the differences, and signing them."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import returns
from engine.actors import Actor
from engine.errors import Invalid
from web import db
from web.access import current_actor, requires
from web.api import return_shapes as told
from web.api.contract import WIDE_PAGING, Operation, after, answer, body, limit, operation
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import FLAG, ID, MOMENT, MONTH, TEXT, listed, maybe, shape

blueprint = Blueprint("return_corrections", __name__, url_prefix="/returns")

_REASON: Final = text(500, 1)
_LARGEST: Final = 10**12
_BESIDE: Final = {
    "month": maybe(TEXT),
    "compared_at": {"description": "When a job compared them; null: this moment.", **maybe(MOMENT)},
}
_IS_COMPARED: Final = shape({"is_compared": FLAG})
#: So many differences are named in one request; all of them are accepted with null.
_MOST_KEYS: Final = 2_000


@blueprint.get("/corrections")
@requires("returns:read")
@operation(
    Operation(
        summary="What the histories say otherwise than the locked months",
        query=WIDE_PAGING,
        answers={
            200: (
                "One page; `month` is the open one in which they would be counted.",
                page_with(told.PROPOSAL, **_BESIDE),
            ),
            202: (
                "The unit is large: they are compared for the first time; ask again.",
                page_with(told.PROPOSAL, **_BESIDE),
            ),
        },
    )
)
def corrections() -> Response:
    """List computed differences."""
    session, actor = db.session(), current_actor()
    compared = returns.differences(session, actor=actor)
    month = returns.open_month(session, returns.own_unit(session, actor))
    beside = {"month": month, "compared_at": compared.at}
    found = compared.found
    if found is None:
        db.execute(returns.compare)
        return answer({**beside, "items": [], "next": None}, 202)
    if (last := after()) is not None:
        place = _read(last)
        found = [one for one in found if _place(one) > place]
    shown = found[: limit()]
    more = _write(_place(shown[-1])) if len(found) > len(shown) else None
    items = [told.proposal(one) for one in shown]
    return answer({**beside, "items": items, "next": more})


@blueprint.post("/corrections/compare")
@requires("returns:read")
@operation(
    Operation(
        summary="Have the locked months of a large unit compared anew",
        answers={
            200: ("Small units are compared whenever they are asked about.", _IS_COMPARED),
            202: ("A job does it.", _IS_COMPARED),
        },
        creates=True,
    )
)
def compare() -> Response:
    """Have months compared."""
    counting = once("compare_months", None, _compare)
    return answer(counting, 200 if counting["is_compared"] else 202)


def _compare(session: Session, actor: Actor) -> Any:
    return {"is_compared": returns.compare(session, actor=actor) is None}


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
