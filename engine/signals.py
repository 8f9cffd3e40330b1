"""Alarms of devices and of image recognition: they begin the same case as a report (R-45).

A machine only points at something. People verify it like everything else; it is counted beside
what people report and is never rewarded. The same alarm sent again begins nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, definitions, starting
from engine.actors import Actor
from engine.errors import InvalidAnswers, Message, NotFound
from engine.hazards.counts import SIGNALS
from engine.hazards.origins import Origin
from engine.permissions import require
from engine.store import tables as t

_USUAL: Final = "hazard_report"
_SUGGESTION: Final = "suggestion"
#: Devices' clocks are never quite right.
_AHEAD: Final = timedelta(minutes=10)
#: An alarm from before this is no news; it was kept back too long to be acted on.
_OLDEST: Final = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One alarm as a gateway sends it."""

    #: The device's own name or number, unique in the enterprise.
    device: str
    #: iot (a sensor) or ai (a picture was recognised).
    source: str
    #: What the device says, in a few words: 烟雾浓度 12 %/m.
    alarm: str
    #: The code of the place, as on its poster.
    place_code: str
    #: When it went off, with an offset.
    at: datetime
    #: How sure the device is, from 0 to 1.
    confidence: float | None = None
    #: An attachment that was sent before.
    picture: UUID | None = None
    imminent: bool = False
    definition_key: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of an alarm."""

    instance_id: UUID
    number: str
    #: Whether it had been sent before, so that nothing began.
    is_known: bool


def take(session: Session, signal: Signal, *, actor: Actor) -> Taken:
    """Begin a case with an alarm, or give the one that the same alarm began.

    The same alarm is the same device at the same moment.

    Raises:
        NotAllowed: the role. NotFound: nothing can be started here.
        InvalidAnswers: field by field.
    """
    require(actor, "signal:send")
    _check(signal)
    place = _place(session, signal, actor)
    process = _process(session, signal, actor)
    key = f"{signal.device}@{signal.at.astimezone(UTC).isoformat(timespec='milliseconds')}"
    known = session.execute(
        select(t.Instance.id, t.Instance.number).where(
            t.Instance.organisation_id == actor.organisation_id,
            t.Instance.key == process.key,
            t.Instance.business_key == key,
        )
    ).one_or_none()
    if known is not None:
        return Taken(known.id, known.number, is_known=True)
    started = starting.start(
        session,
        definition_key=process.key,
        answers=_answers(signal, place),
        actor=actor,
        identity=None,
        origin=_origin(signal, actor),
        business_key=key,
    )
    return Taken(started.instance_id, started.number, is_known=False)


def _origin(signal: Signal, actor: Actor) -> Origin:
    note = signal.device
    if signal.confidence is not None:
        note += f" {signal.confidence:.0%}"
    return Origin(source=signal.source, channel="signal", note=note, entered_by=actor.user_id)


def _answers(signal: Signal, place: Any) -> dict[str, Any]:
    """Give what the start form is answered with; what it does not ask falls away."""
    return {
        "kind": "hazard",
        "place": place.name,
        "part": place.part,
        "description": f"{signal.alarm}（{signal.device}）",
        "found_at": signal.at.isoformat(),
        "equipment": signal.device,
        "imminent": signal.imminent,
        "photos_before": [str(signal.picture)] if signal.picture else [],
    }


def _place(session: Session, signal: Signal, actor: Actor) -> Any:
    found = session.execute(
        select(t.Place.name, t.Place.part).where(
            t.Place.organisation_id == actor.organisation_id,
            t.Place.code == signal.place_code.strip().upper(),
            t.Place.revoked_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise InvalidAnswers.at(
            "place_code",
            "本单位没有这个地点编码。编码在“地点”页和张贴页的网址里。",
            "Your enterprise has no place of that code. It is in the address on its poster.",
        )
    return found


def _check(signal: Signal) -> None:
    """Raise InvalidAnswers, naming every field that is wrong."""
    wrong: dict[str, list[Message]] = {}
    if signal.source not in SIGNALS:
        wrong["source"] = [Message("请填 iot 或 ai。", "Say iot or ai.")]
    for name in ("device", "alarm", "place_code"):
        value = getattr(signal, name)
        if not value.strip() or not value.isprintable():
            wrong[name] = [Message("请填写能打印的文字。", "Write something that can be printed.")]
    now = clock.now()
    if not now - _OLDEST <= signal.at <= now + _AHEAD:
        wrong["at"] = [
            Message(
                "时间应在最近 31 天内，也不能在以后。请校准设备的时钟。",
                "The moment lies within the last 31 days and not ahead; set the device's clock.",
            )
        ]
    if signal.confidence is not None and not 0 <= signal.confidence <= 1:
        wrong["confidence"] = [Message("应在 0 到 1 之间。", "It lies between 0 and 1.")]
    if wrong:
        raise InvalidAnswers(wrong)


def _process(session: Session, signal: Signal, actor: Actor) -> t.Definition:
    """Give the process to start: the one named, else the one reports usually begin."""
    owner = session.get(t.Organisation, actor.organisation_id)
    found = {one.key: one for one in definitions.startable(session, owner)} if owner else {}
    found.pop(_SUGGESTION, None)
    wanted = signal.definition_key or (_USUAL if _USUAL in found else min(found, default=""))
    if owner is None or owner.kind != "enterprise" or wanted not in found:
        raise NotFound(
            "这里没有可以启动的隐患报告流程。",
            "There is no process here that an alarm could begin.",
        )
    return found[wanted]
