"""The event log as XES (IEEE 1849-2016), read by OpyenXes: a reader that knows nothing of us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from opyenxes.data_in.XUniversalParser import XUniversalParser
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import analysis
from engine.analysis import Filters, xes
from engine.store import tables as t
from engine.values.signs import writable
from tests.cast import STAFF, enter
from tests.engine.analysis_story import OCTOBER, RECTIFY, Desk, Done

MONTHS = Filters(period="months", first="2026-10", last="2026-10")
NAME = '甲 <机械> & "有限" 公司\x0b'
#: What XML 1.0 has no place for: controls, halves of pairs, and the two that are no characters.
FORBIDDEN = "\x00\x01\x08\x0b\x0c\x0e\x1f\ud800\udbff\udc00\udfff\ufffe\uffff"


@pytest.fixture
def desk(session: Session, clock: time_machine.Traveller) -> Desk:
    return Desk(session, enter(session))


def read(path: Path) -> Any:
    with path.open(encoding="utf-8") as file:
        (log,) = XUniversalParser().parse(file)
    return log


def told(thing: Any) -> dict[str, Any]:
    return {key: one.get_value() for key, one in thing.get_attributes().items()}


def written(session: Session, desk: Desk, path: Path) -> str:
    question = analysis.ask(session, MONTHS, actor=desk.cast.officer)
    text = "".join(xes.written("十月", analysis.every_case(session, question)))
    path.write_text(text, encoding="utf-8")
    return text


def test_another_program_reads_the_log(session: Session, desk: Desk, tmp_path: Path) -> None:
    desk.case(
        [
            Done("acknowledge", 0, 5, claimed=2, due=24),
            Done("verify", 5, 30),
            Done("determine", 30, 31, state="cancelled"),
            Done(RECTIFY, 30),
        ],
        is_finished=False,
    )
    closed = {"closed_at": OCTOBER + timedelta(hours=1)}
    desk.case(["acknowledge", "verify"], hazard=closed, owner=desk.cast.one_person_firm_id)
    owner = t.Organisation.id == desk.cast.enterprise_id
    session.execute(update(t.Organisation).where(owner).values(name=NAME))
    session.commit()
    path = tmp_path / "october.xes"
    written(session, desk, path)

    log = read(path)
    assert told(log)["concept:name"] == "十月"
    prefixes = {one.get_prefix() for one in log.get_extensions()}
    assert prefixes == {"concept", "time", "lifecycle", "org"}
    assert [one.name() for one in log.get_classifiers()] == ["Step", "StepAndTransition"]
    first, second = sorted(log, key=lambda trace: told(trace)["concept:name"])
    case = told(first)
    assert case["organisation"] == NAME.rstrip("\x0b"), "what XML cannot hold is left out"
    assert (case["concept:name"], case["version"], case["state"]) == ("BG-CN001-00001", 1, "active")
    assert told(second)["state"] == "completed"
    events = [told(event) for event in first]
    assert [(one["concept:name"], one["lifecycle:transition"]) for one in events] == [
        ("report", "complete"),
        ("acknowledge", "schedule"),
        ("acknowledge", "start"),
        ("acknowledge", "complete"),
        ("verify", "schedule"),
        ("verify", "complete"),
        ("determine", "schedule"),
        (RECTIFY, "schedule"),
        ("determine", "withdraw"),
    ]
    assert events[2]["time:timestamp"] == (OCTOBER + timedelta(hours=2)).astimezone(UTC)
    assert events[2]["due"] == (OCTOBER + timedelta(hours=24)).astimezone(UTC)
    assert {one.get("org:role") for one in events} == {"verifier", "rectifier", None}
    assert len({one["concept:instance"] for one in events}) == 5, "each step pairs its events"
    ends = [told(event)["concept:name"] for event in second]
    assert [one for one in ends if one in ("report", "closure", "end")] == [
        "report",
        "closure",
        "end",
    ]


def test_nobody_is_in_the_log(session: Session, desk: Desk, tmp_path: Path) -> None:
    case = desk.case(["acknowledge", "verify"])
    session.execute(
        update(t.Task)
        .where(t.Task.instance_id == case)
        .values(completed_by=desk.cast.verifier.user_id, assignee_id=desk.cast.verifier.user_id)
    )
    session.commit()
    text = written(session, desk, tmp_path / "log.xes")
    people = [*STAFF.values(), *(str(one.user_id) for one in desk.cast.everybody().values())]
    assert not [one for one in people if one in text]
    assert "org:resource" not in text


def test_a_log_without_cases_is_a_log(session: Session, desk: Desk, tmp_path: Path) -> None:
    written(session, desk, tmp_path / "empty.xes")
    assert len(read(tmp_path / "empty.xes")) == 0


def test_moments_are_told_with_their_offset(session: Session, desk: Desk, tmp_path: Path) -> None:
    desk.case(["acknowledge"])
    session.commit()
    text = written(session, desk, tmp_path / "log.xes")
    begun = datetime(2026, 10, 12, 1, 0, tzinfo=UTC).isoformat()
    assert f'<date key="begun" value="{begun}"/>' in text


@pytest.mark.parametrize("sign", FORBIDDEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_what_xml_forbids_is_left_out(sign: str, tmp_path: Path) -> None:
    text = "".join(xes.written(f"甲{sign}乙 <&> \"'\U0001f9ef\x85\ufffd", []))
    path = tmp_path / "log.xes"
    path.write_text(text, encoding="utf-8")
    expat.ParserCreate().Parse(path.read_bytes(), True)
    (name,) = etree.parse(path).xpath("/log/string[@key='concept:name']/@value")
    assert name == "甲乙 <&> \"'\U0001f9ef\x85\ufffd"
    assert told(read(path))["concept:name"] == name


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_is_read_back_without_what_xml_forbids(text: str) -> None:
    log = "".join(xes.written(text, [])).encode()
    (name,) = etree.fromstring(log).xpath("/log/string[@key='concept:name']/@value")
    assert name == writable(text)
    assert not set(name) & set(FORBIDDEN)
