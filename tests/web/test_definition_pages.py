"""The pages about processes: what can be started, and every version so that it can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine import commands, definitions
from engine.actors import SYSTEM
from tests import flows
from tests.cast import Cast
from tests.engine import stories
from tests.processes.player import REPORT
from tests.web.told_cases import text_of
from tests.web.visits import Client

ROOT = Path(__file__).parents[2]
READERS = ("verifier", "principal", "administrator", "officer", "office")


@pytest.fixture
def shipped(session: Session, cast: Cast) -> None:
    """The shipped processes, deployed by the district's office for all."""
    commands.execute(
        session, definitions.deploy, definitions.read_folder(ROOT),
        organisation_id=cast.office_id, actor=SYSTEM,
    )  # fmt: skip


def _deploy_own(session: Session, cast: Cast, name: str, reason: str | None = None) -> None:
    changed = flows.LINE.replace(b'name="line"', f'name="{name}"'.encode())
    commands.execute(
        session, definitions.deploy, flows.bundle(line=changed),
        organisation_id=cast.enterprise_id, actor=cast.administrator, reason=reason,
    )  # fmt: skip


def test_what_can_be_started_is_listed_with_whose_version_it_is(
    session: Session, cast: Cast, shipped: None, client: Client
) -> None:
    _deploy_own(session, cast, "本厂流程")
    for part in READERS:
        client.sign_in(cast.everybody()[part])
        page = text_of(client, "/definitions")
        assert "事故隐患报告与闭环" in page, part
        assert "滨江区安委办" in page, part
        assert ("本厂流程" in page) == (part not in ("officer", "office")), part
        assert ("上传新版本" in page) == (part == "administrator"), part


def test_without_a_process_the_page_says_what_to_do(cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    page = text_of(client, "/definitions")
    assert "还没有流程" in page
    assert 'href="/definitions/upload"' in page
    client.sign_in(cast.verifier)
    page = text_of(client, "/definitions")
    assert "请管理员先发布流程。" in page
    assert "/definitions/upload" not in page


def test_a_version_is_readable_without_a_modelling_tool(
    cast: Cast, shipped: None, client: Client
) -> None:
    client.sign_in(cast.verifier)
    page = text_of(client, "/definitions/hazard_report")
    for words in (
        "现场核查",
        "按“各步时限”",
        "按填写的“④ 整改期限”",
        "隐患等级建议",
        "从上往下，取第一条命中的规则",
        "清单列举为重大，逐条核对要件",
        "&#34;major_listed&#34;",
        "核查结论",
        "属实，构成隐患",
        "从“整改责任人”里选人",
        "“核查结论”为：属实，构成隐患、部分属实，构成隐患",
        "金额（元）",
        "整改闭环",
    ):
        assert words in page, words


def test_versions_say_who_made_them_when_and_why(
    session: Session, cast: Cast, client: Client
) -> None:
    _deploy_own(session, cast, "第一稿")
    _deploy_own(session, cast, "第二稿", "按新制度改名")
    client.sign_in(cast.verifier)
    page = text_of(client, "/definitions/line")
    assert "第二稿" in page
    assert "按新制度改名" in page
    assert "关理" in page
    assert "这不是现行版本" not in page
    old = text_of(client, "/definitions/line/1")
    assert "第一稿" in old
    assert "这不是现行版本" in old
    assert 'name="第一稿"' in client.get("/definitions/line/1/diagram.json").json["xml"]


def test_every_file_can_be_kept(cast: Cast, shipped: None, client: Client) -> None:
    client.sign_in(cast.verifier)
    answer = client.get("/definitions/hazard_report/1.bpmn")
    assert answer.data == (ROOT / "processes/bpmn/hazard_report.bpmn").read_bytes()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    wanted = {
        "bpmn/reward": "processes/bpmn/reward.bpmn",
        "dmn/reward_amount": "processes/dmn/reward_amount.dmn",
        "form/verify": "forms/verify.json",
    }
    for address, path in wanted.items():
        answer = client.get(f"/definitions/hazard_report/1/files/{address}")
        assert answer.data == (ROOT / path).read_bytes()
    for address in ("bpmn/suggestion", "dmn/none", "checklist/general"):
        assert client.get(f"/definitions/hazard_report/1/files/{address}").status_code == 404


def test_those_above_read_the_version_an_enterprise_made_for_itself(
    session: Session, cast: Cast, shipped: None, client: Client
) -> None:
    _deploy_own(session, cast, "本厂流程")
    address = f"/definitions/line/1?owner={cast.enterprise_id}"
    for part in ("officer", "town", "group", "office", "verifier"):
        client.sign_in(cast.everybody()[part])
        page = text_of(client, address)
        assert "本厂流程" in page, part
        assert "甲机械有限公司" in page, part
    for part in ("stranger", "sole"):
        client.sign_in(cast.everybody()[part])
        assert client.get(address).status_code == 404, part
        assert client.get("/definitions/line").status_code == 404, part


def test_a_group_reads_what_a_case_of_its_enterprise_runs(
    session: Session, cast: Cast, shipped: None, client: Client
) -> None:
    address = f"/definitions/hazard_report/1?owner={cast.office_id}"
    client.sign_in(cast.group)
    assert client.get(address).status_code == 404
    stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    assert "滨江区安委办" in text_of(client, address)
    client.sign_in(cast.stranger)
    assert client.get(address).status_code == 404


def test_nonsense_is_not_found(cast: Cast, shipped: None, client: Client) -> None:
    client.sign_in(cast.verifier)
    for address in (
        "/definitions/nothing",
        "/definitions/hazard_report/9",
        "/definitions/hazard_report/1?owner=x",
        "/definitions/hazard_report/1/diagram.json?process=nobody",
    ):
        assert client.get(address).status_code == 404, address


def test_who_only_reports_does_not_read_processes(
    cast: Cast, shipped: None, client: Client
) -> None:
    assert client.get("/definitions").location.startswith("/sign-in")
    client.sign_in(cast.reporter)
    for address in ("", "/hazard_report", "/hazard_report/1", "/hazard_report/1.bpmn", "/upload"):
        assert client.get(f"/definitions{address}").status_code == 403, address
