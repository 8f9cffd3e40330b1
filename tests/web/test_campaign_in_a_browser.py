"""A selection on screens: opened, entered, recommended, judged by two, decided, printed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.clock import local_date
from engine.practices import vetting
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.campaign_story import STORY, Selecting
from tests.web.screens import Screens, faults_in

pytestmark = pytest.mark.browser


def test_from_the_call_to_the_printed_result(
    screens: Screens, session: Session, cast: Cast
) -> None:
    selecting = Selecting(session, cast)
    let_in(session, "second", "fourth")
    desk = screens.desk()
    screens.sign_in(desk, "office")
    address = opens(desk)
    enters(screens, address)
    recommends(screens, address)
    # The days go by.
    yesterday = local_date() - timedelta(days=1)
    session.execute(
        update(t.Campaign).where(t.Campaign.state == "open").values(closes_on=yesterday)
    )
    session.commit()
    shares_out(desk, address)
    for login in ("second", "fourth"):
        judges(screens, login)
    decides(desk, address)
    assert selecting.row().state == "draft", "another one, that nobody opened"


def let_in(session: Session, *logins: str) -> None:
    """Give people the password that the whole cast has."""
    known = select(t.User.password_digest).where(t.User.login == "office")
    people = update(t.User).where(t.User.login.in_(logins))
    session.execute(people.values(password_digest=session.scalar(known)))
    session.commit()


def opens(page: Page) -> str:
    """The director plans a selection and opens it."""
    page.goto("/practices")
    page.get_by_role("main").get_by_role("link", name="征集评选").click()
    page.get_by_role("link", name="发起征集评选").first.click()
    page.get_by_label("名称", exact=True).fill("年度优秀案例评选")
    page.get_by_label("文件依据").fill("长安委〔2025〕1号")
    today = local_date()
    page.get_by_label("开始日期").fill((today - timedelta(days=5)).isoformat())
    page.get_by_label("截止日期").fill(today.isoformat())
    for kind in ("街镇", "企业"):
        page.get_by_label(kind, exact=True).check()
    page.get_by_label("联系人和电话").fill("管信 021-5555")
    page.get_by_label("另外要回答的问题 1 问题").fill("花费多少")
    expect(page.get_by_label("评分表 1 标准")).to_have_value("创新性")
    assert faults_in(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="存为草稿").click()
    page.get_by_role("button", name="发布征集").click()
    page.get_by_role("dialog").get_by_role("button", name="发布征集").click()
    expect(page.get_by_text("征集中")).to_be_visible()
    return page.url


def enters(screens: Screens, address: str) -> None:
    """The enterprise enters its own case from a phone."""
    page = screens.phone()
    screens.sign_in(page, "principal")
    page.goto(address)
    page.get_by_role("link", name="报送案例").first.click()
    page.get_by_role("link", name="第 1 个案例的标题").click()
    page.get_by_label("花费多少").fill("三千元")
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("已报送。")).to_be_visible()
    assert faults_in(page) == []
    page.context.close()


def recommends(screens: Screens, address: str) -> None:
    """The street recommends another."""
    page = screens.desk()
    screens.sign_in(page, "town")
    page.goto(address)
    page.get_by_role("link", name="报送案例").first.click()
    page.get_by_role("link", name="第 2 个案例的标题").click()
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_role("alert")).to_contain_text("请写推荐意见")
    page.get_by_label("推荐意见").fill("做法实在")
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("江湾街道").last).to_be_visible()
    page.context.close()


def shares_out(page: Page, address: str) -> None:
    """The director ends it, chooses two reviewers and shares the cases out."""
    page.goto(address)
    page.get_by_role("button", name="结束征集，开始评审").click()
    page.get_by_role("dialog").get_by_role("button", name="结束征集").click()
    page.get_by_role("link", name="评审人和分派").click()
    for person in ("石科", "管信"):
        page.get_by_label(person).check()
    page.get_by_role("button", name="加入名单").click()
    page.get_by_role("button", name="平均分派").click()
    expect(page.get_by_text("新分派了 4 份评分表")).to_be_visible()


def judges(screens: Screens, login: str) -> None:
    """A reviewer gives two sheets, and sees nothing of the other's."""
    page = screens.phone()
    screens.sign_in(page, login)
    page.goto("/campaigns/reviews")
    for number in (2, 1):
        page.get_by_role("link", name=f"第 {number} 个案例的标题").first.click()
        for label, points in (("创新性", 10 * number), ("成效", 30), ("可推广", 20)):
            page.get_by_label(f"{label}（").fill(str(points))
        page.get_by_role("button", name="提交评分").click()
        expect(page.get_by_text("评分已提交")).to_be_visible()
    page.context.close()


def decides(page: Page, address: str) -> None:
    """The director prefers the second, says why, publishes and prints."""
    page.goto(address)
    page.get_by_role("link", name="名次和决定").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("第 2 个案例的标题")
    awards = page.get_by_role("combobox")
    awards.nth(0).select_option("二等奖")
    awards.nth(1).select_option("一等奖")
    decide(page)
    expect(page.get_by_role("alert")).to_contain_text("与名次不一致")
    for number in (1, 2):
        page.get_by_label(f"与名次不同的理由 第 {number} 个案例的标题").fill("听取现场核查意见")
    decide(page)
    page.get_by_role("button", name="公布结果").click()
    page.get_by_role("dialog").get_by_role("button", name="公布结果").click()
    expect(page.get_by_text("结果已公布").first).to_be_visible()
    link = page.get_by_role("link", name="结果公示 PDF")
    paper = page.request.get(str(link.get_attribute("href")))
    assert paper.ok
    assert paper.body().startswith(b"%PDF")


def decide(page: Page) -> None:
    page.get_by_role("button", name="决定结果").click()
    page.get_by_role("dialog").get_by_role("button", name="决定").click()


def test_the_enterprise_sees_what_the_check_changed(
    screens: Screens, session: Session, cast: Cast
) -> None:
    selecting = Selecting(session, cast)
    case = selecting.cases[0]
    words = {"title": "第 1 个案例的标题", "dimensions": ["machine"]}
    mended = {**STORY, "action": "加防水罩，价格略去"}
    selecting.does(vetting.check_secrecy, case, **words, story=mended, actor=cast.officer)
    page = screens.phone()
    screens.sign_in(page, "principal")
    page.goto("/notifications")
    notice = page.locator("li", has_text="保密审查改动了典型案例")
    notice.get_by_role("button", name="查看").click()
    page.get_by_role("link", name="第 1 个案例的标题").click()
    main = page.get_by_role("main")
    expect(main.locator("del")).to_have_text("加防水罩")
    expect(main.locator("ins")).to_have_text("加防水罩，价格略去")
    assert faults_in(page) == []
    main.get_by_role("button", name="同意").click()
    expect(main.get_by_text("待审查评审")).to_be_visible()
