"""An enterprise redraws its flow: drawn, refused, mended, tried, published, and then it runs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, doctor
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.processes.player import (
    AUTHORITY,
    CONFIRMED,
    DONE,
    PLAN,
    REPORT,
    SIX_ELEMENTS,
    UNION,
)
from tests.web.screens import Screens
from tests.web.studio_desk import Desk
from tests.web.told_cases import begun, planned
from web.config import Config

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard under the flow as it is shipped."""
    return planned(begun(session, cast, config))


def test_an_enterprise_redraws_its_flow_and_works_by_it(
    screens: Screens, session: Session, cast: Cast, loop: Loop
) -> None:
    older = loop.id
    desk = Desk(screens, None, "administrator")
    page = desk.page
    desk.redraw("事故隐患报告与闭环")
    second_acceptance(desk)
    another_question(page)
    another_amount(page)
    # Only a hint: nothing in the flow asks for the new answer.
    desk.until_broken("field-unread")
    assert desk.problems() == ["field-unread"]
    desk.save()
    a_scenario_tells(page)
    tried(page)
    published(page)

    newer = stories.begin(
        session,
        cast.reporter,
        "hazard_report",
        answers={**REPORT, "identity_mode": "named", "photos_before": [loop._photo()]},
    )
    loop.id = newer
    goes_as_drawn(loop)
    assert list(doctor.examine(session)) == []

    # Each case shows the diagram it began with.
    screens.sign_in(page, "principal")
    for case, there in ((newer, 1), (older, 0)):
        page.goto(f"/cases/{case}")
        page.locator(".diagram.is-ready").wait_for()
        page.get_by_role("link", name=re.compile("^整改闭环")).click()
        page.locator("[data-element-id=sign_closure]").first.wait_for()
        assert page.locator("[data-element-id=accept_union]").count() == there


def second_acceptance(desk: Desk) -> None:
    """Draw that the union accepts a major once more; the first attempt is refused."""
    page = desk.page
    page.locator(".studio-file[data-key=rectification]").click()
    page.locator("[data-element-id=sign_gate]").first.wait_for()
    desk.run("studio.shell.board.lookAt('sign_gate')")
    page.locator(".djs-context-pad [data-action='append.append-task']").click()
    page.keyboard.type("工会复验")
    desk.run("get('directEditing').complete()")
    desk.select(
        desk.run("return get('elementRegistry').find((one) => one.type === 'bpmn:Task').id")
    )
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.get_by_role("option", name="人工任务").click()
    desk.write("id", "accept_union")
    # The line that led to the signature now begins behind the new task.
    desk.run(
        "const task = get('elementRegistry').get('accept_union');"
        "const flow = get('elementRegistry').get('sign_gate_to_sign_closure');"
        "get('modeling').reconnectStart(flow, task, { x: task.x + 50, y: task.y + 80 });"
    )
    desk.until_broken("law-own-work")
    desk.save()
    refused(desk)
    desk.select("accept_union")
    desk.choose("form", "accept")
    desk.choose("who", "role")
    desk.choose("role", "union")
    desk.choose("deadline", "span")
    desk.write("deadline-count", "2")
    for task in ("rectify", "accept"):
        desk.select("accept_union")
        desk.tick(f"reviewer_not-{task}")
    desk.property("rework-to").select_option("rectify")
    desk.property("rework-field").select_option("result")
    desk.property("rework-value").select_option("failed")
    desk.press("rework-draw")
    desk.select(desk.run("return get('elementRegistry').get('accept_union').incoming[0].id"))
    desk.press("condition-add")
    page.locator("[name=condition-field]").first.select_option("level")
    desk.unfold()
    page.locator("[name=condition-value]").first.select_option("major")
    expect(desk.property("condition")).to_have_value('level == "major"')
    desk.until_clean()


def refused(desk: Desk) -> None:
    """What the law forbids cannot be published; the page says what and why."""
    page = desk.page
    page.get_by_role("link", name="发布").click()
    errors = page.get_by_role("region", name=re.compile("^还不能发布"))
    expect(errors).to_contain_text("“工会复验”没有排除整改的人")
    expect(errors).to_contain_text("《安全生产法》第四十一条")
    errors.get_by_role("link", name="回去修改").click()
    desk.ready()
    page.locator(".studio-file[data-key=rectification]").click()
    page.locator("[data-element-id=accept_union]").first.wait_for()


def another_question(page: Page) -> None:
    """Ask in the verification whether work was stopped."""
    page.get_by_role("tab", name="表单").click()
    page.locator(".studio-file[data-key=verify]").click()
    page.locator("[data-id=field_level]").click()
    page.locator("[data-field-type=radio].fjs-palette-field").click()
    for label, text in (("题目", "要不要停工"), ("选项 1 的文字", "停"), ("选项 1 的值", "stop")):
        control = page.get_by_label(label, exact=True)
        control.fill(text)
        control.blur()


def another_amount(page: Page) -> None:
    """Give 1,500 yuan for a major instead of 1,000."""
    page.get_by_role("tab", name="决策表").click()
    page.locator(".studio-file[data-key=reward_amount]").click()
    amount = page.locator("td[data-element-id=reward_amount_rule_9_output_1]")
    expect(amount).to_have_attribute("data-hint", "1,000.00 元")
    amount.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("150000")
    page.keyboard.press("Enter")
    expect(amount).to_have_attribute("data-hint", "1,500.00 元")


def a_scenario_tells(page: Page) -> None:
    """The flow's own tests say what has changed: the union's step is new to one of them."""
    page.get_by_role("link", name="试运行").click()
    page.get_by_role("link", name="场景").click()
    expect(page.get_by_text("1 个场景没有通过")).to_be_visible()
    page.get_by_role("link", name=re.compile("打开 重大隐患")).click()
    expect(page.get_by_role("heading", name="现在该谁办")).to_be_visible()


def tried(page: Page) -> None:
    """Go on from there with samples to the end, and keep that as the scenario."""
    taken = page.get_by_text(re.compile(r"^已走 \d+ 步$"))
    while not page.get_by_role("heading", name="走完了").count():
        before = taken.inner_text()
        page.get_by_role("button", name="填入样例").click()
        page.get_by_text("已填入样例").wait_for()
        page.get_by_role("button", name="办完这一步").click()
        expect(taken).not_to_have_text(before)
    expect(page.get_by_role("heading", name="走完了")).to_be_visible()
    page.get_by_text("存为场景").click()
    page.get_by_label("场景名称").fill("重大隐患：工会再验收")
    page.get_by_role("button", name="保存场景").click()
    expect(page.get_by_text("个场景都通过了")).to_be_visible()
    page.get_by_role("link", name="回到草稿").click()
    page.locator("#studio.is-ready").wait_for()
    page.get_by_role("link", name="发布").click()
    expect(page.get_by_text("检查通过，试运行场景也都通过")).to_be_visible()


def published(page: Page) -> None:
    """Publish with a reason, at once."""
    page.get_by_label("理由").fill("重大隐患由工会再验收一次")
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url("**/definitions/hazard_report/2")
    expect(page.get_by_text("重大隐患由工会再验收一次").first).to_be_visible()


def goes_as_drawn(loop: Loop) -> None:
    """A major goes round: determined, reported twice, accepted by two, signed, rewarded."""
    loop.does("verifier", "acknowledge")
    loop.does("verifier", "verify", **{**CONFIRMED, "level": "major", "choice_2": "stop"})
    loop.does("verifier", "determine", level="major", determination_note="符合第十三条（一）")
    loop.does("verifier", "report_authority", **AUTHORITY)
    loop.does("verifier", "report_union", **UNION)
    rectifier = str(loop.cast.rectifier.user_id)
    due_on = (clock.local_date() + timedelta(days=29)).isoformat()
    plan = {**PLAN, **SIX_ELEMENTS, "rectifier": rectifier, "due_on": due_on}
    loop.does("rectifier", "plan", **plan)
    loop.does("rectifier", "rectify", **{**DONE, "photos_after": [loop._photo()]})
    loop.does("acceptor", "accept", result="passed")
    assert "sign_closure" not in stories.open_keys(loop.session, loop.id)
    loop.does("union", "accept_union", result="passed")
    loop.does("principal", "sign_closure", closure_signed=True)
    amount = select(t.Reward.computed_fen).where(t.Reward.instance_id == loop.id)
    assert loop.session.scalars(amount).all() == [150_000]
