"""Alarms of devices: the same case as a report, counted beside, verified by people, never paid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, definitions, places, signals, statistics
from engine.actors import SYSTEM
from engine.commands import execute
from engine.errors import InvalidAnswers, NotAllowed, NotFound
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.loop import ROOT
from tests.processes.player import CONFIRMED

pytestmark = pytest.mark.usefixtures("clock")


def test_an_alarm_begins_the_same_case_once(session: Session, cast: Cast) -> None:
    code = stage(session, cast)
    first = send(session, cast, code)
    again = send(session, cast, code, alarm="另一句话")
    assert (first.is_known, again.is_known) == (False, True)
    assert first.instance_id == again.instance_id
    # The same moment in another zone is the same moment; another device is not the same.
    elsewhere = clock.now().astimezone(timezone(timedelta(hours=-3)))
    assert send(session, cast, code, at=elsewhere).is_known
    assert not send(session, cast, code, device="smoke-2-08").is_known
    assert stories.open_keys(session, first.instance_id) == ["acknowledge"]
    row = session.get_one(t.Hazard, (cast.enterprise_id, first.instance_id))
    assert (row.source, row.channel, row.place, row.part) == ("iot", "signal", "二号车间", "配电间")
    event = session.scalars(
        select(t.Event).where(t.Event.instance_id == first.instance_id, t.Event.sequence == 1)
    ).one()
    assert (event.actor_id, event.role) == (None, "system")
    assert orjson.loads(event.data)["source_note"] == "smoke-2-07 97%"
    assert not session.scalars(select(t.Reporter)).all()


def test_an_alarm_counts_beside_and_is_never_paid(session: Session, cast: Cast) -> None:
    code = stage(session, cast, pays_all=True)
    case = send(session, cast, code).instance_id
    stories.do(session, cast.verifier, case, "acknowledge")
    stories.do(session, cast.verifier, case, "verify", **CONFIRMED)
    month = session.scalars(select(t.Month)).one()
    assert (month.signals, month.signals_verified, month.reported, month.reporters) == (1, 1, 0, 0)
    assert not session.scalars(select(t.Reward)).all()
    assert "approve_reward" not in stories.open_keys(session, case)
    assert statistics.recount(session).differences == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": "staff"}, "source"),
        ({"place_code": "NOWHERE"}, "place_code"),
        ({"confidence": 1.5}, "confidence"),
        ({"confidence": float("nan")}, "confidence"),
        ({"alarm": "\ufffe"}, "alarm"),
        ({"device": " "}, "device"),
        ({"place_code": "A\0B"}, "place_code"),
        ({"at": datetime(2099, 1, 1, tzinfo=UTC)}, "at"),
        ({"at": datetime(2020, 1, 1, tzinfo=UTC)}, "at"),
    ],
    ids=[
        "source",
        "place",
        "too-sure",
        "not-a-number",
        "unprintable",
        "nameless",
        "torn",
        "ahead",
        "old",
    ],
)
def test_what_is_wrong_is_named(
    session: Session, cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    code = stage(session, cast)
    with pytest.raises(InvalidAnswers) as refused:
        send(session, cast, **{"code": code, **wrong})
    assert set(refused.value.errors) == {field}


def test_not_everybody_may_send_alarms_and_not_everywhere(session: Session, cast: Cast) -> None:
    code = stage(session, cast)
    with pytest.raises(NotAllowed):
        send(session, cast, code, part="finance")
    with pytest.raises(NotFound):
        send(session, cast, code, definition_key="guidance_visit")
    with pytest.raises(InvalidAnswers):
        send(session, cast, code, part="stranger")


def stage(session: Session, cast: Cast, *, pays_all: bool = False) -> str:
    """Let 甲 run the shipped processes and have a poster; gives the poster's code."""
    bundle = definitions.read_folder(ROOT)
    owner = cast.enterprise_id
    execute(session, definitions.deploy, bundle, organisation_id=owner, actor=SYSTEM)
    if pays_all:
        table = bundle.of("dmn")["reward_amount"]
        rule = b'<text>"special_check","government","transferred","iot","ai"</text>'
        changed = table.replace(rule, b'<text>"government"</text>')
        assert changed != table
        # An enterprise's own table that knows nothing of machines.
        files = {**bundle.contents, "dmn": {**bundle.of("dmn"), "reward_amount": changed}}
        other = definitions.Bundle(files)
        execute(session, definitions.deploy, other, organisation_id=owner, actor=SYSTEM)
    row = execute(
        session, places.create_place, owner, name="二号车间", part="配电间",
        actor=cast.administrator,
    )  # fmt: skip
    return str(row.code)


def send(
    session: Session, cast: Cast, code: str = "", *, part: str = "reporter", **said: Any
) -> signals.Taken:
    """Send an alarm of the smoke detector."""
    told = {
        "device": "smoke-2-07",
        "source": "iot",
        "alarm": "烟雾浓度超过报警值",
        "place_code": code,
        "at": clock.now(),
        "confidence": 0.97,
        **said,
    }
    actor = cast.everybody()[part]
    return execute(session, signals.take, signals.Signal(**told), actor=actor)
