"""The whole loop on phones: from what somebody saw to the money and the certificate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engine import clock, doctor
from tests.cast import Cast
from tests.databases import on_both
from tests.web.loop_on_screens import Crew, looks_well, plans, verifies
from tests.web.reporting import deploy
from tests.web.screens import Screens

pytestmark = [pytest.mark.browser, on_both]


@pytest.fixture
def crew(screens: Screens, session: Session, cast: Cast, tmp_path: Path) -> Crew:
    """The people of 甲, which runs what is shipped."""
    deploy(session, cast.enterprise_id)
    return Crew(screens, tmp_path)


def report(page: Page) -> None:
    """Report what one sees, by name."""
    page.goto("/report")
    page.get_by_label("在哪里").fill("二号车间")
    page.get_by_label("什么情况").fill("配电柜门关不严，雨天进水")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label(re.compile("^实名")).check()
    page.get_by_role("button", name="下一步").click()
    looks_well(page)
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/report/sent")
    looks_well(page)


def test_a_hazard_goes_all_the_way_round(crew: Crew, session: Session) -> None:
    reporter = crew.at("reporter")
    report(reporter)
    crew.does("verifier", "受理报告", lambda page: None)
    crew.does("verifier", "现场核查", verifies)
    crew.does("rectifier", "制定整改方案", plans)
    crew.rectifies()
    crew.does("acceptor", "验收", lambda page: page.get_by_label("合格", exact=True).check())
    crew.does("approver", "审批奖励", lambda page: page.get_by_label("是", exact=True).check())
    crew.does("finance", "发放奖励", pay)
    crew.does(
        "reporter", "确认收到奖励", lambda page: page.get_by_label("收到了", exact=True).check()
    )

    reporter.goto("/reports")
    reporter.locator("main").get_by_role("link", name="配电柜门").click()
    expect(reporter.get_by_text("已销号").first).to_be_visible()
    looks_well(reporter)
    principal = crew.at("principal")
    principal.goto("/hazards")
    principal.locator("main a[href^='/cases/']").first.click()
    principal.get_by_role("link", name="事故隐患闭环销号证明").first.click()
    principal.get_by_role("link", name="下载").first.wait_for()
    looks_well(principal)
    assert list(doctor.examine(session)) == []


def pay(page: Page) -> None:
    """Pay by transfer, from the safety expenses."""
    page.get_by_label("发放日期").fill(clock.local_date().isoformat())
    page.get_by_label("凭证号").fill("记-1103-07")
    page.get_by_label("安全生产费用").check()
    page.get_by_label("转账").check()
