"""A street officer looks at the register, opens a figure and sees where the axes overlap."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.web.ledger_story import tell
from tests.web.screens import Screens

pytestmark = pytest.mark.browser


def test_from_the_register_to_a_figure_to_its_cases(
    screens: Screens, session: Session, cast: Cast
) -> None:
    tell(session, cast)
    page = screens.desk()
    screens.sign_in(page, "town")
    page.goto("/registry")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="甲机械有限公司")).to_be_visible()
    expect(main.get_by_text("乙外地公司")).to_have_count(0)
    main.get_by_label("名称或代码").fill("小吃")
    main.get_by_role("button", name="筛选", exact=True).click()
    expect(main.get_by_role("status")).to_contain_text("共 1 家")
    main.get_by_role("link", name="丙小吃店").click()
    expect(main.get_by_role("heading", level=1)).to_have_text("丙小吃店")
    expect(main.get_by_role("link", name="调整归属")).to_have_count(0), "the office moves"
    reconcile(page)


def reconcile(page: Page) -> None:
    """From the overlaps of October to the cases of one cell, and back."""
    page.goto("/registry")
    main = page.get_by_role("main")
    main.get_by_role("link", name="口径对账").click()
    main.get_by_label("月份").select_option("2026-10")
    main.get_by_role("button", name="查看").click()
    whole = main.get_by_role("row", name="全部")
    figure = whole.get_by_role("link").nth(2)
    said = figure.inner_text()
    figure.click()
    expect(main.locator("tbody tr")).to_have_count(int(said))
    main.locator("tbody a").first.click()
    expect(main.get_by_role("heading", level=1)).to_be_visible()
    page.go_back()
    main.get_by_role("link", name="口径对账").click()
    expect(main.get_by_label("月份")).to_have_value("2026-10")
