"""An answer that decides is a fact each time it is given: failing twice is two failures."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.actors import SYSTEM
from engine.commands import execute
from engine.statistics import recount
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine.stories import begin, do

RESULT = {
    "type": "radio",
    "key": "result",
    "id": "result",
    "label": "验收结论",
    "values": [{"label": "合格", "value": "passed"}, {"label": "不合格", "value": "failed"}],
}
NOTE = {
    "type": "textfield",
    "key": "done_note",
    "id": "done_note",
    "label": "做了什么",
    "properties": {"fresh": "true"},
}
ROUNDS = flows.process(
    "rounds",
    flows.start(),
    flows.task("rectify", "rectifier", formKey="done"),
    flows.task("accept", "acceptor", formKey="judge"),
    '<exclusiveGateway id="choice" default="choice_to_end"/>',
    flows.END,
    flows.flows(
        ("start", "rectify"),
        ("rectify", "accept"),
        ("accept", "choice"),
        ("choice", "rectify", "result == &quot;failed&quot;"),
        ("choice", "end"),
    ),
)


@pytest.fixture
def rounds(session: Session, cast: Cast) -> None:
    """A process that goes round until the acceptance is passed."""
    forms = {
        "ask": flows.ASK,
        "done": flows.form("done", NOTE),
        "judge": flows.form("judge", RESULT),
    }
    bundle = definitions.Bundle({"bpmn": {"rounds": ROUNDS}, "form": forms})
    execute(session, definitions.deploy, bundle, organisation_id=cast.enterprise_id, actor=SYSTEM)


@pytest.mark.usefixtures("rounds")
def test_the_second_failure_counts_as_the_first(session: Session, cast: Cast) -> None:
    case = begin(session, cast.reporter, "rounds", answers={"note": "漏水"})
    for _round in range(2):
        do(session, cast.rectifier, case, "rectify", done_note="已拧紧")
        do(session, cast.acceptor, case, "accept", result="failed")
    row = session.get_one(t.Hazard, (cast.enterprise_id, case))
    assert (row.rounds, row.rectified_at, row.accepted_at) == (2, None, None)
    assert answers_of(session, "rectify") == [{"done_note": "已拧紧"}] * 2
    assert answers_of(session, "accept") == [{"result": "failed"}] * 2
    do(session, cast.rectifier, case, "rectify", done_note="换了垫片")
    do(session, cast.acceptor, case, "accept", result="passed")
    session.expire_all()
    assert session.get_one(t.Hazard, (cast.enterprise_id, case)).accepted_at is not None
    assert recount(session).differences == []


def answers_of(session: Session, element: str) -> list[dict[str, Any]]:
    """Give the answers in the history of one step, in order."""
    rows = session.scalars(
        select(t.Event.data)
        .where(t.Event.tag == "task:completed", t.Event.element == element)
        .order_by(t.Event.sequence)
    )
    return [orjson.loads(row)["answers"] for row in rows]
