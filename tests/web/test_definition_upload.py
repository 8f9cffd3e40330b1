"""Uploading a process: checked first, told what to mend, deployed when nothing is wrong."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine import commands, definitions
from engine.actors import SYSTEM
from engine.store import Definition, Resource
from tests import flows
from tests.cast import Cast
from tests.web.told_cases import text_of
from tests.web.visits import Client

ROOT = Path(__file__).parents[2]
UPLOAD = "/definitions/upload"


def _send(client: Client, files: dict[str, bytes], **fields: Any) -> TestResponse:
    data = {
        "files": [(BytesIO(content), name) for name, content in files.items()],
        "borrow": "y",
        **fields,
    }
    return client.submit(UPLOAD, data, content_type="multipart/form-data")


def _versions(session: Session, organisation_id: object) -> dict[str, int]:
    session.rollback()
    rows = session.execute(
        select(Definition.key, func.max(Definition.version))
        .where(Definition.organisation_id == organisation_id)
        .group_by(Definition.key)
    )
    return {row[0]: row[1] for row in rows}


@pytest.fixture
def shipped(session: Session, cast: Cast) -> None:
    """The shipped processes, deployed by the district's office for all."""
    commands.execute(
        session, definitions.deploy, definitions.read_folder(ROOT),
        organisation_id=cast.office_id, actor=SYSTEM,
    )  # fmt: skip


def test_a_diagram_and_its_form_become_a_version(
    session: Session, cast: Cast, client: Client
) -> None:
    client.sign_in(cast.administrator)
    answer = _send(
        client, {"line.bpmn": flows.LINE, "whatever (2).json": flows.ASK}, reason="第一版"
    )
    assert answer.location == "/definitions/line"
    page = text_of(client, "/definitions/line")
    assert "已发布：line 第 1 版" in page
    assert "第一版" in page
    assert "关理" in page
    again = _send(client, {"line.bpmn": flows.LINE, "ask.json": flows.ASK})
    assert again.location == "/definitions"
    assert "没有产生新版本" in text_of(client, "/definitions")
    assert _versions(session, cast.enterprise_id) == {"line": 1}


def test_what_is_wrong_is_listed_with_element_and_line(
    session: Session, cast: Cast, client: Client
) -> None:
    broken = flows.process("line", flows.start(), flows.task("first", "nobody"), flows.END,
                           flows.flows(("start", "first")))  # fmt: skip
    client.sign_in(cast.administrator)
    answer = _send(client, {"line.bpmn": broken}, reason="试一下")
    assert answer.status_code == 422
    assert "不能发布" in answer.text
    assert "<title>错误：" in answer.text
    assert "试一下" in answer.text
    assert "first" in answer.text
    assert "错误" in answer.text
    assert _versions(session, cast.enterprise_id) == {}


def test_only_checking_changes_nothing(session: Session, cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    answer = _send(client, {"line.bpmn": flows.LINE, "ask.json": flows.ASK}, check="1")
    assert answer.status_code == 200
    assert "检查通过，可以发布" in answer.text
    assert _versions(session, cast.enterprise_id) == {}


def test_one_changed_diagram_is_enough(
    session: Session, cast: Cast, shipped: None, client: Client
) -> None:
    """Forms, tables and called processes come from the office's version, which stays."""
    changed = (
        (ROOT / "processes/bpmn/rectification.bpmn")
        .read_bytes()
        .replace("提醒整改责任人：到期".encode(), "提醒整改责任人".encode())
    )
    client.sign_in(cast.administrator)
    answer = _send(client, {"整改 (1).bpmn": changed}, reason="改名")
    assert answer.location == "/definitions/hazard_report"
    assert _versions(session, cast.enterprise_id) == {"hazard_report": 1}
    page = text_of(client, "/definitions/hazard_report")
    assert "甲机械有限公司" in page
    xml = client.get("/definitions/hazard_report/1/diagram.json?process=rectification").json["xml"]
    assert "提醒整改责任人：到期" not in xml
    kept = set(
        session.execute(
            select(Resource.kind, Resource.key).where(
                Resource.organisation_id == cast.enterprise_id
            )
        ).all()
    )
    assert ("bpmn", "reward") in kept
    assert ("form", "verify") in kept
    # A form of the suggestions only is not taken along.
    assert ("form", "consider") not in kept
    assert ("bpmn", "suggestion") not in kept


def test_warnings_are_about_what_was_sent_alone(
    session: Session, cast: Cast, client: Client
) -> None:
    commands.execute(
        session, definitions.deploy, flows.bundle(loop=flows.LOOP),
        organisation_id=cast.office_id, actor=SYSTEM,
    )  # fmt: skip
    client.sign_in(cast.administrator)
    answer = _send(client, {"ask.json": flows.ASK}, check="1")
    assert "检查通过，可以发布" in answer.text
    assert "提醒" not in answer.text
    answer = _send(client, {"loop.bpmn": flows.LOOP}, check="1")
    assert "提醒" in answer.text
    assert "dueIn" in answer.text


def test_a_changed_table_makes_versions_of_all_who_use_it(
    session: Session, cast: Cast, shipped: None, client: Client
) -> None:
    table = (ROOT / "processes/dmn/reward_amount.dmn").read_bytes()
    changed = table.replace(b"<text>20000</text>", b"<text>30000</text>")
    assert changed != table
    client.sign_in(cast.administrator)
    _send(client, {"reward_amount.dmn": changed})
    assert _versions(session, cast.enterprise_id) == {"hazard_report": 1, "suggestion": 1}


def test_without_borrowing_what_is_missing_is_told(
    session: Session, cast: Cast, shipped: None, client: Client
) -> None:
    diagram = (ROOT / "processes/bpmn/hazard_report.bpmn").read_bytes()
    client.sign_in(cast.administrator)
    answer = client.submit(
        UPLOAD, {"files": (BytesIO(diagram), "hazard_report.bpmn")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "流程“hazard_report”要调用它" in answer.text


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"a.bpmn": b""},
        {"a.bpmn": b"<not xml"},
        {"a.bpmn": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'},
        {"a.dmn": b"<definitions/>"},
        {"a.json": b"{"},
        {"a.json": b'{"components": 1}'},
        {"a.json": b'{"id": 5, "components": []}'},
        {"photo.png": b"\x89PNG\x00\x01"},
        {"../../x.bpmn": b"\x00"},
        {"line.bpmn": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'},
    ],
    ids=str,
)
def test_whatever_is_sent_is_answered_with_a_sentence(
    session: Session, cast: Cast, client: Client, files: dict[str, bytes]
) -> None:
    client.sign_in(cast.administrator)
    answer = _send(client, files)
    assert answer.status_code == 422
    assert "root:" not in answer.text
    assert _versions(session, cast.enterprise_id) == {}


def test_others_may_not_deploy(session: Session, cast: Cast, shipped: None, client: Client) -> None:
    for part in ("reporter", "verifier", "principal", "union", "officer", "office"):
        client.sign_in(cast.everybody()[part])
        assert client.get(UPLOAD).status_code == 403, part
        answer = _send(client, {"line.bpmn": flows.LINE, "ask.json": flows.ASK})
        assert answer.status_code == 403, part
    assert _versions(session, cast.enterprise_id) == {}
