"""The history in words: what happened, by whom in which role, and never who reported."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, definitions, incidents, instances, messages, reporters, tasks
from engine.actors import SYSTEM
from engine.errors import AlreadyDone, NotAllowed, SeparationOfDuties
from engine.permissions import PERMISSIONS
from engine.store import Event, Membership, new_id
from tests import flows
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.processes.player import CONFIRMED, PAID
from tests.web.told_cases import begun, planned, text_of
from tests.web.visits import Client
from web.config import Config
from web.event_words import LOOKS

pytestmark = pytest.mark.usefixtures("grounds")

ENGINE = Path(__file__).parents[2] / "engine"


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard that was just reported in confidence."""
    return begun(session, cast, config)


def _story(page: str) -> str:
    """Give the words of the timeline, newest first, without its marks."""
    found = page[page.index('id="story"') : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def _told(client: Client, case: Loop | UUID) -> str:
    instance = case.id if isinstance(case, Loop) else case
    return _story(text_of(client, f"/cases/{instance}"))


def test_answers_are_told_in_the_words_of_the_form(cast: Cast, loop: Loop, client: Client) -> None:
    planned(loop)
    client.sign_in(cast.principal)
    story = _told(client, loop)
    assert "现场核查 何核（核查人）" in story
    assert "核查结论：属实，构成隐患" in story
    assert "隐患类别 设施设备的不安全状态" in story
    assert "① 整改责任人 郑改" in story
    assert "③ 整改资金（元） ¥3,000.00" in story
    assert "finding" not in story
    assert "confirmed" not in story


def test_a_changed_answer_says_what_stood_there(cast: Cast, loop: Loop, client: Client) -> None:
    planned(loop)
    loop.does("rectifier", "rectify", done_note="已更换", photos_after=[loop._photo()],
              control_type="engineering")  # fmt: skip
    loop.does("acceptor", "accept", result="failed", accept_note="柜门关不严", due_on="2026-11-20")
    client.sign_in(cast.officer)
    story = _told(client, loop)
    assert "验收结论：不合格，退回整改" in story
    assert "新的整改期限 原来： 2026-11-13 → 现在： 2026-11-20" in story


def test_the_reporter_is_only_ever_the_reporter(cast: Cast, loop: Loop, client: Client) -> None:
    planned(loop)
    loop.does("approver", "approve_reward", approved=True)
    loop.does("finance", "pay_reward", **PAID)
    loop.does("reporter", "confirm_reward", received="yes")
    commands.execute(loop.session, messages.say, loop.id, "在东门", actor=cast.reporter)
    for part in ("verifier", "union", "principal", "officer", "office"):
        client.sign_in(cast.everybody()[part])
        for address in (f"/cases/{loop.id}", f"/cases/{loop.id}/print"):
            page = text_of(client, address)
            assert "包晓" not in page
            assert str(cast.reporter.user_id) not in page
            assert "正式职工" not in page
    story = _told(client, loop)
    assert "提交报告 报告人" in story
    assert "确认收到奖励 报告人" in story
    assert "发送了一条留言 报告人" in story
    assert "在东门" not in story


def test_who_was_refused_their_own_report_is_not_told(
    session: Session, cast: Cast, loop: Loop, client: Client
) -> None:
    """The verifier who reported tries to verify: that somebody tried must not give them away."""
    session.add(
        Membership(
            user_id=cast.reporter.user_id, organisation_id=cast.enterprise_id, role="verifier"
        )
    )
    session.commit()
    both = replace(cast.reporter, roles=frozenset({"reporter", "verifier"}))
    task = stories.open_task(session, loop.id, "acknowledge")
    commands.execute(session, tasks.complete, task, {}, actor=both)
    task = stories.open_task(session, loop.id, "verify")
    with pytest.raises(SeparationOfDuties):
        commands.execute(session, tasks.complete, task, dict(CONFIRMED), actor=both)
    client.sign_in(cast.principal)
    story = _told(client, loop)
    refusal = story.split("一次操作被拒绝", 1)[1].split("受理报告", 1)[0]
    assert "报告人" not in refusal
    assert "核查" not in refusal
    assert "包晓" not in refusal


def test_who_confirms_twice_is_not_told(cast: Cast, loop: Loop, client: Client) -> None:
    planned(loop)
    loop.does("approver", "approve_reward", approved=True)
    loop.does("finance", "pay_reward", **PAID)
    task = stories.open_task(loop.session, loop.id, "confirm_reward")
    both = replace(cast.reporter, roles=frozenset({"reporter", "verifier"}))
    commands.execute(loop.session, tasks.complete, task, {"received": "yes"}, actor=both)
    with pytest.raises(AlreadyDone):
        commands.execute(loop.session, tasks.complete, task, {"received": "yes"}, actor=both)
    client.sign_in(cast.principal)
    story = _told(client, loop)
    assert story.count("一次操作被拒绝") == 1
    assert "包晓" not in story


def test_any_other_refusal_says_who_tried_what_and_why(
    cast: Cast, loop: Loop, client: Client
) -> None:
    task = stories.open_task(loop.session, loop.id, "acknowledge")
    with pytest.raises(NotAllowed):
        commands.execute(loop.session, tasks.complete, task, {}, actor=cast.finance)
    client.sign_in(cast.officer)
    story = _told(client, loop)
    assert "一次操作被拒绝 蔡务（财务）" in story
    assert "办理“受理报告”：这项任务由其他岗位办理。" in story


def test_what_is_paid_is_told_only_to_those_who_may_know(
    cast: Cast, loop: Loop, client: Client
) -> None:
    planned(loop)
    loop.does("approver", "approve_reward", approved=True)
    loop.does("finance", "pay_reward", **PAID)
    client.sign_in(cast.union)
    story = _told(client, loop)
    assert "¥100.00" in story
    assert "记-0305-12" in story
    client.sign_in(cast.acceptor)
    story = _told(client, loop)
    assert "发放奖励 蔡务（财务）" in story
    assert "内容涉及奖励，只给经办奖励的人看。" in story
    for word in ("100.00", "记-0305-12", "JL-CN001", "R1"):
        assert word not in story


def test_what_the_diagram_hides_from_a_role_is_not_told_to_it(
    session: Session, cast: Cast, client: Client
) -> None:
    second = flows.task("second", "rectifier", hidden="note")
    ways = flows.flows(("start", "first"), ("first", "second"), ("second", "end"))
    diagram = flows.process("line", flows.start(), flows.task("first"), second, flows.END, ways)
    commands.execute(
        session, definitions.deploy, flows.bundle(line=diagram),
        organisation_id=cast.enterprise_id, actor=SYSTEM,
    )  # fmt: skip
    instance = stories.begin(session, cast.reporter, "line", answers={"note": "开始"})
    stories.do(session, cast.verifier, instance, "first", note="只给核查人看")
    for part, sees in (("verifier", True), ("officer", True), ("rectifier", False)):
        client.sign_in(cast.everybody()[part])
        for address in (f"/cases/{instance}", f"/cases/{instance}/print"):
            assert ("只给核查人看" in text_of(client, address)) == sees, part


def test_looks_into_the_vault_and_what_was_done_to_the_case_are_told_with_reasons(
    cast: Cast, loop: Loop, client: Client
) -> None:
    def act(operation: object, reason: str) -> None:
        commands.execute(loop.session, operation, loop.id, actor=cast.principal, reason=reason)  # type: ignore[arg-type]

    act(reporters.reveal, "商定发放方式")
    act(instances.suspend, "停产检修")
    act(instances.resume, "检修结束")
    act(instances.cancel, "重复登记")
    client.sign_in(cast.officer)
    story = _told(client, loop)
    for words in ("查看报告人身份", "商定发放方式", "暂停办理", "停产检修", "恢复办理", "检修结束",
                  "撤销事项", "重复登记", "朱任（主要负责人）"):  # fmt: skip
        assert words in story


def test_what_the_machine_did_is_told(cast: Cast, loop: Loop, client: Client) -> None:
    planned(loop)
    incident = commands.execute(
        loop.session, incidents.open_incident, organisation_id=cast.enterprise_id, job_id=new_id(),
        instance_id=loop.id, kind="delegate", element="tell_finished", error="线路不通",
    )  # fmt: skip
    commands.execute(loop.session, incidents.retry, incident, actor=cast.administrator)
    client.sign_in(cast.officer)
    story = _told(client, loop)
    assert "管理员重试 关理（管理员）" in story
    assert "系统异常，等待管理员处理 系统" in story
    assert "线路不通" in story
    assert "隐患上账 何核（核查人）" in story
    assert "隐患等级建议 系统" in story
    assert "决策表第 1 版，第 " in story
    assert "核查 3 个工作日" in story


def test_a_long_history_is_read_page_by_page(session: Session, cast: Cast, client: Client) -> None:
    stories.deploy(session, cast)
    instance = stories.begin(session, cast.reporter, "loop")
    for number in range(60):
        stories.do(session, cast.verifier, instance, "work", note=f"第{number}轮", again=True)
    client.sign_in(cast.verifier)
    newest = text_of(client, f"/cases/{instance}")
    assert "第 12 至 61 条，共 61 条" in newest
    assert "第59轮" in newest
    assert "第8轮" not in newest
    assert f'href="/cases/{instance}?before=12#story"' in newest
    oldest = text_of(client, f"/cases/{instance}?before=12")
    assert "第 1 至 11 条，共 61 条" in oldest
    assert "第8轮" in oldest
    assert "更早的记录" not in oldest
    assert "回到最新的记录" in oldest


def test_the_page_knows_every_tag_the_engine_writes() -> None:
    texts = [path.read_text("utf-8") for path in ENGINE.rglob("*.py")]
    subjects = "|".join(sorted({tag.partition(":")[0] for tag in LOOKS}))
    found = {tag for text in texts for tag in re.findall(rf'"((?:{subjects}):[a-z_]+)"', text)}
    assert found - PERMISSIONS.keys() == LOOKS.keys()


def test_a_tag_nobody_knows_stands_for_itself(
    session: Session, cast: Cast, loop: Loop, client: Client
) -> None:
    event = session.scalars(select(Event).where(Event.instance_id == loop.id)).first()
    assert event is not None
    event.tag = "weather:changed"
    session.commit()
    client.sign_in(cast.officer)
    assert "weather:changed" in _told(client, loop)


def test_a_one_person_firm_is_told_of_without_saying_who_reported(
    session: Session, cast: Cast, client: Client
) -> None:
    """The sole person verified their own report and accepted their own work; both are waived."""
    stories.deploy(session, cast)
    instance = stories.begin(session, cast.sole, "checked")
    for key in ("verify", "rectify", "accept"):
        stories.do(session, cast.sole, instance, key)
    assert stories.tags(session, instance).count("separation:waived") == 2
    client.sign_in(cast.officer)
    story = _told(client, instance)
    assert story.count("一人单位，允许自查自办") == 2
    first, second = story.split("一人单位，允许自查自办")[1:]
    assert first.split("第 ")[0].endswith("accept ")
    assert not second.split("第 ")[0].endswith("verify ")
