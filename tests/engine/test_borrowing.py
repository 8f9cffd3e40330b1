"""What an organisation draws is judged with what it runs, and with no more of that than it uses."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from engine import commands, definitions
from engine.actors import SYSTEM
from engine.definitions import Bundle
from engine.definitions.drafts import blank
from engine.definitions.findings import findings
from engine.spiff.diagram import Diagram
from engine.store import Organisation
from tests import flows
from tests.cast import Cast
from tests.engine.studio_story import ROOT, core


def test_a_flow_of_its_own_is_not_judged_by_other_peoples_parts(
    session: Session, cast: Cast
) -> None:
    _in_force(session, cast)
    enterprise = session.get_one(Organisation, cast.enterprise_id)
    drawn = blank.blank("巡查", "patrol")
    assert [one.problem for one in findings(session, enterprise, drawn)] == []
    filled = definitions.filled_up(session, enterprise, drawn)
    assert set(filled.of("bpmn")) == {"patrol"}


def test_what_a_flow_calls_comes_along(session: Session, cast: Cast) -> None:
    _in_force(session, cast)
    enterprise = session.get_one(Organisation, cast.enterprise_id)
    diagram = blank.blank("巡查", "patrol").of("bpmn")["patrol"]
    calling = diagram.replace(b"<bpmn:serviceTask", b'<bpmn:callActivity calledElement="reward"')
    calling = calling.replace(b"</bpmn:serviceTask>", b"</bpmn:callActivity>")
    drawn = Bundle({"bpmn": {"patrol": calling}})
    assert set(definitions.filled_up(session, enterprise, drawn).of("bpmn")) == {"patrol", "reward"}
    # A changed form makes a new version of whoever asks it, with all of its parts.
    form = Bundle({"form": {"verify": (ROOT / "forms" / "verify.json").read_bytes()}})
    whole = definitions.filled_up(session, enterprise, form).of("bpmn")
    assert {"hazard_report", "rectification", "reward"} <= set(whole)


def test_a_diagram_is_read_no_oftener_for_having_more_wrong(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long flow whose every step names an unknown role is told at once, not in minutes."""
    enterprise = session.get_one(Organisation, cast.enterprise_id)
    read: list[bytes] = []
    reading = Diagram.read

    def counted(content: bytes) -> Diagram:
        read.append(content)
        return reading(content)

    monkeypatch.setattr(Diagram, "read", counted)
    counts = []
    for steps in (3, 30):
        read.clear()
        found = findings(session, enterprise, _of_strangers(steps))
        strange = [one.file for one in found if one.problem.rule == "group-unknown"]
        assert strange == ["long"] * steps
        counts.append(len(read))
    assert counts[0] == counts[1]


def _of_strangers(steps: int) -> Bundle:
    """A flow of tasks in a row for a role that nobody knows."""
    names = [f"step{number}" for number in range(steps)]
    return Bundle(
        {
            "bpmn": {
                "long": flows.process(
                    "long",
                    flows.start(),
                    *(flows.task(name, group="strangers") for name in names),
                    flows.END,
                    flows.flows(*pairwise(["start", *names, "end"])),
                )
            }
        }
    )


def _in_force(session: Session, cast: Cast) -> None:
    office = cast.office_id
    commands.execute(session, definitions.deploy, core(), organisation_id=office, actor=SYSTEM)
