"""Alarms of devices over the API (R-45)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import idempotency, signals
from engine.actors import Actor
from engine.errors import InvalidAnswers
from engine.hazards.counts import SIGNALS
from engine.signals import Signal
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, answer, body, idempotency_key, operation
from web.api.schemas import FLAG, ID, MOMENT, TEXT, shape

blueprint = Blueprint("signals", __name__)

_SIGNAL: Final = {
    **shape(
        {
            "device": {"type": "string", "minLength": 1, "maxLength": 60},
            "source": {"enum": list(SIGNALS)},
            "alarm": {"type": "string", "minLength": 1, "maxLength": 300},
            "place_code": {"type": "string", "minLength": 1, "maxLength": 16},
            "at": MOMENT,
        },
        {
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "picture": ID,
            "imminent": FLAG,
            "definition_key": {"type": "string", "maxLength": 64},
        },
    ),
    "additionalProperties": False,
}
_TAKEN: Final = shape({"instance_id": ID, "report_number": TEXT})


@blueprint.post("/signals")
@requires("signal:send")
@operation(
    Operation(
        summary="Begin a case with the alarm of a sensor or of image recognition",
        body=_SIGNAL,
        answers={
            201: ("A case has begun; people verify it.", _TAKEN),
            200: ("The same device sent this moment before: the case it began.", _TAKEN),
        },
        creates=True,
    )
)
def take() -> Response:
    """Take an alarm in."""
    given = body()
    picture = given.get("picture")
    signal = Signal(
        **{name: given[name].strip() for name in ("device", "source", "alarm", "place_code")},
        at=_moment(given["at"]),
        confidence=given.get("confidence"),
        picture=UUID(picture) if picture else None,
        imminent=given.get("imminent", False),
        definition_key=given.get("definition_key", ""),
    )
    make = partial(_take, signal, current_actor())
    found = db.execute(idempotency.once, "signal", idempotency_key(), given, make)
    return answer({name: found[name] for name in _TAKEN["properties"]}, found["status"])


def _take(signal: Signal, actor: Actor, session: Session) -> dict[str, Any]:
    taken = signals.take(session, signal, actor=actor)
    return {
        "instance_id": str(taken.instance_id),
        "report_number": taken.number,
        "status": 200 if taken.is_known else 201,
    }


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
    except (ValueError, OverflowError):
        offset = None
    if offset is None:
        raise InvalidAnswers.at(
            "at",
            "请写成带时区的时刻，例如 2026-11-02T09:30:00+08:00。",
            "Write a moment with its offset, such as 2026-11-02T09:30:00+08:00.",
        )
    return moment
