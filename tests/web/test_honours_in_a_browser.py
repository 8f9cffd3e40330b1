"""An honour from the union's desk over the principal's phone to the person: yes, then no."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.web.screens import Screens, faults_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("cast")]


def test_proposed_decided_agreed_to_and_taken_back(screens: Screens, cast: Cast) -> None:
    desk = screens.desk()
    screens.sign_in(desk, "union")
    proposes(desk)
    boss = screens.phone()
    screens.sign_in(boss, "principal")
    decides(boss)
    person = screens.phone()
    screens.sign_in(person, "reporter")
    agrees(person)
    on_the_list = desk.get_by_role("main").get_by_role("link", name=cast.reporter.name)
    desk.goto("/honours")
    expect(on_the_list).to_be_visible()
    assert faults_in(desk) == []
    takes_it_back(person)
    desk.goto("/honours")
    expect(on_the_list).to_have_count(0)


def proposes(page: Page) -> None:
    """Find 包晓 by name and propose them."""
    page.goto("/honours")
    main = page.get_by_role("main")
    main.get_by_role("link", name="推荐和决定").first.click()
    main.get_by_role("link", name="推荐个人或集体").first.click()
    main.get_by_label("按姓名找人").fill("包")
    main.get_by_role("button", name="筛选", exact=True).click()
    main.get_by_role("link", name="推荐 包晓").click()
    main.get_by_label("荣誉名称").fill("安全之星")
    main.get_by_role("button", name="推荐", exact=True).click()
    expect(main.get_by_role("alert")).to_contain_text("事由")
    expect(main.get_by_label("荣誉名称")).to_have_value("安全之星")
    assert faults_in(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    main.get_by_label("事由").fill("巡检细，报告及时")
    main.get_by_role("button", name="推荐", exact=True).click()
    expect(main.get_by_text("已推荐，等主要负责人决定。")).to_be_visible()


def decides(page: Page) -> None:
    """Come by the notice, and say yes."""
    page.goto("/notifications")
    main = page.get_by_role("main")
    expect(main).to_contain_text("有人推荐授予“安全之星”")
    main.get_by_role("button", name="查看").click()
    main.get_by_role("link", name="包晓").click()
    main.get_by_role("button", name="同意授予").click()
    expect(main.get_by_text("待本人同意")).to_be_visible()


def agrees(page: Page) -> None:
    """Read what is to be shown, and agree."""
    page.goto("/honours")
    main = page.get_by_role("main")
    main.get_by_role("link", name="去看看").click()
    main.get_by_role("link", name="安全之星").click()
    expect(main).to_contain_text("收不回来")
    main.get_by_role("button", name="同意公布").click()
    expect(main.get_by_text("已在荣誉榜公布")).to_be_visible()
    assert faults_in(page) == []


def takes_it_back(page: Page) -> None:
    """Agree to be named on sheets as well, then take everything back, asked once more."""
    page.goto("/honours/consent")
    main = page.get_by_role("main")
    main.get_by_role("button", name="同意署名").click()
    expect(main.get_by_text("同意署名。")).to_be_visible()
    main.get_by_role("button", name="全部撤回").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(main.get_by_text("已撤回。以后印的")).to_be_visible()
    expect(main.get_by_text("已授予，本人不公布")).to_be_visible()
