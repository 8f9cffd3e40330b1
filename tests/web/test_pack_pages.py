"""The pages of sector packs: choose, install or adapt, and print what then runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from engine import commands, definitions, organisations
from engine.actors import SYSTEM
from engine.definitions import packs
from engine.definitions.packs import installing
from engine.store import tables as t
from tests import readers
from tests.cast import Cast
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web import packs as pages

CHANGED = (
    ("dmn", "reward_amount", "<text>20000</text>", "<text>31700</text>"),
    ("dmn", "deadline", '<text>"10wd"</text>', '<text>"7wd"</text>'),
    ("bpmn", "hazard_report", 'name="切断气源"', 'name="关阀断电"'),
)


@pytest.fixture
def gas(session: Session, cast: Cast) -> None:
    """The general flow runs for all; 甲 is a gas firm."""
    session.get_one(t.Organisation, cast.enterprise_id).sector = "gas"
    session.commit()
    commands.execute(
        session, definitions.deploy, packs.bundle_of("general"),
        organisation_id=cast.office_id, actor=SYSTEM,
    )  # fmt: skip


def deploy_own(session: Session, cast: Cast) -> None:
    """Let 甲 publish the gas pack with another name, amount and span of its own."""
    contents = {kind: dict(files) for kind, files in packs.bundle_of("gas").contents.items()}
    for kind, key, old, new in CHANGED:
        text = contents[kind][key].decode()
        assert old in text
        contents[kind][key] = text.replace(old, new).encode()
    del contents["scenario"]
    commands.execute(
        session, definitions.deploy, definitions.Bundle(contents),
        organisation_id=cast.enterprise_id, actor=cast.administrator,
    )  # fmt: skip


def test_the_wizard_leads_from_the_sector_to_the_papers(
    cast: Cast, gas: None, client: Client
) -> None:
    client.sign_in(cast.administrator)
    page = text_of(client, "/packs")
    assert page.index("燃气") < page.index("危险化学品")
    assert "本单位行业" in page
    page = text_of(client, "/packs/gas")
    for words in ("与通用流程哪里不同", "书面告知用户", "建城规〔2023〕4号", "30 分钟", "切断气源"):
        assert words in page
    assert "现行的流程与这个行业包不同的有：" in page
    answer = client.submit("/packs/gas/install")
    assert answer.status_code == 303
    assert answer.location.endswith("/packs/gas/print")
    page = text_of(client, "/packs/gas/print")
    assert "行业包已安装" in page
    assert "燃气事故隐患报告与闭环" in page
    assert "现行的流程就是这个行业包。" in text_of(client, "/packs/gas")
    assert "燃气 第 1 版" in text_of(client, "/definitions/hazard_report")
    diagram = client.get("/packs/gas/diagram.json?process=rectification").json
    assert "整改闭环" in diagram["xml"]
    assert client.get("/packs/gas/diagram.json?process=nothing").status_code == 404
    assert client.get("/packs/steam").status_code == 404


def test_a_newer_pack_is_told_with_what_would_change(
    cast: Cast, gas: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(cast.administrator)
    client.submit("/packs/gas/install")
    newer = replace(packs.get_pack("gas"), version=2)
    contents = {kind: dict(files) for kind, files in packs.bundle_of("gas").contents.items()}
    text = contents["dmn"]["deadline"].decode().replace('"10wd"', '"8wd"')
    contents["dmn"]["deadline"] = text.encode()
    for module in (installing, pages):
        monkeypatch.setattr(module, "get_pack", lambda key: newer)
        monkeypatch.setattr(module, "bundle_of", lambda key: definitions.Bundle(contents))
    page = text_of(client, "/packs/gas")
    assert "来自第 1 版，这个行业包已经是第 2 版" in page
    assert "不同的有：各步时限" in page
    page = text_of(client, "/packs/gas/compare")
    assert "8wd" in page
    assert "决策表" in page
    assert client.submit("/packs/gas/install").status_code == 303
    assert "现行的流程就是这个行业包。" in text_of(client, "/packs/gas")


def test_adapting_begins_a_draft_in_the_studio(cast: Cast, gas: None, client: Client) -> None:
    client.sign_in(cast.administrator)
    answer = client.submit("/packs/heritage/adapt")
    assert answer.status_code == 303
    page = text_of(client, answer.location)
    assert "文物保护（行业包第 1 版）" in page


def test_where_two_publish_a_pack_goes_through_a_draft(
    session: Session, cast: Cast, gas: None, client: Client
) -> None:
    commands.execute(
        session, organisations.update_settings, cast.enterprise_id,
        {"publish_by_two": True}, actor=cast.administrator,
    )  # fmt: skip
    client.sign_in(cast.administrator)
    assert "由另一人同意" in text_of(client, "/packs/gas")
    answer = client.submit("/packs/gas/install")
    assert answer.status_code == 409
    assert "由两人发布" in answer.text


def test_those_who_only_read_install_nothing(cast: Cast, gas: None, client: Client) -> None:
    client.sign_in(cast.verifier)
    page = text_of(client, "/packs/gas")
    assert "改成自己的" not in page
    assert "/packs/gas/print" in page
    assert client.submit("/packs/gas/install").status_code == 403


def test_the_handbook_says_what_the_enterprise_runs(
    session: Session, cast: Cast, gas: None, client: Client
) -> None:
    deploy_own(session, cast)
    client.sign_in(cast.principal)
    answer = client.get("/packs/gas/handbook.pdf")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    text = readers.text(answer.data)
    for chapter in ("一、报告内容", "二、报告途径", "三、核查整改", "四、及时奖励", "五、结果应用"):
        assert chapter in text, chapter
    assert "¥317.00" in text
    assert "¥200.00（含）以下" in text
    assert "7个工作日" in text
    assert "10个工作日" not in text
    assert "1.关阀断电" in text
    assert "1.切断气源" not in text
    assert "GA-05" in text
    assert "建城规〔2023〕4号" in text
    assert "甲机械有限公司" in text
    assert "（待核对）" in text
    again = client.get("/packs/gas/handbook.pdf")
    assert again.data == answer.data


def test_rules_and_notice_come_from_the_same_source(
    session: Session, cast: Cast, gas: None, client: Client
) -> None:
    place = commands.execute(
        session, organisations.create_place, cast.enterprise_id,
        name="一号门", actor=cast.administrator,
    )  # fmt: skip
    deploy_own(session, cast)
    client.sign_in(cast.administrator)
    rules = readers.text(client.get("/packs/gas/rules.pdf").data)
    for words in ("第一条", "（单位公章）", "¥317.00", "7个工作日", "关阀断电", "（一号门等处）"):
        assert words in rules, words
    notice = client.get(f"/packs/gas/notice.pdf?place={place.id}").data
    assert readers.pages(notice) == 1
    assert [code.endswith(f"/r/{place.code}") for code in readers.codes(notice)] == [True]
    text = readers.text(notice)
    for words in ("向谁报", "怎么报", "报什么", "奖多少", "何核", "¥317.00", "12350", "匿名"):
        assert words in text, words
    assert client.get("/packs/gas/notice.pdf?place=nowhere").status_code == 404
    assert client.get(f"/packs/gas/notice.pdf?place={cast.group_id}").status_code == 404
    client.sign_in(cast.group)
    assert client.get("/packs/gas/rules.pdf").status_code == 404


def test_a_flow_that_nobody_laid_out_is_not_drawn_but_told(
    session: Session, cast: Cast, gas: None, client: Client
) -> None:
    bundle = packs.bundle_of("general")
    drawn = bundle.of("bpmn")["hazard_report"].decode()
    start, end = drawn.index("<bpmndi:BPMNDiagram"), drawn.index("</bpmndi:BPMNDiagram>")
    bare = drawn[:start] + drawn[end + len("</bpmndi:BPMNDiagram>") :]
    commands.execute(
        session, definitions.deploy,
        definitions.filled_up(
            session,
            session.get_one(t.Organisation, cast.enterprise_id),
            definitions.Bundle({"bpmn": {"hazard_report": bare.encode()}}),
        ),
        organisation_id=cast.enterprise_id, actor=cast.administrator,
    )  # fmt: skip
    client.sign_in(cast.principal)
    text = readers.text(client.get("/packs/gas/handbook.pdf").data)
    assert "流程图：事故隐患报告与闭环（没有画布局" in text
    assert "流程图：整改闭环（1/2）" in text
    assert "1.受理报告" in text
