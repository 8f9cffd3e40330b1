"""The certificate's pages in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests import papers
from tests.cast import Cast
from tests.web.screens import Screens, faults_here

pytestmark = pytest.mark.browser


def _axe(page: Page) -> None:
    assert faults_here(page) == []


def test_the_paper_comes_by_itself(screens: Screens, session: Session, cast: Cast) -> None:
    page = screens.phone()
    screens.sign_in(page, "principal")
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
    page.goto(f"/certificates/{row.number}")
    expect(page.get_by_role("link", name="打开 PDF")).to_be_visible(timeout=30_000)
    _axe(page)
    page.get_by_role("link", name="核验页").click()
    expect(page.get_by_text("有效，内容完好")).to_be_visible()
    _axe(page)


def test_a_certificate_is_revoked_after_a_question(
    screens: Screens, session: Session, cast: Cast
) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    page = screens.desk(color_scheme="dark")
    screens.sign_in(page, "principal")
    page.goto(f"/certificates/{row.number}")
    page.get_by_label("作废原因").fill("验收照片有误")
    page.get_by_role("button", name="作废这份证书").click()
    page.get_by_role("dialog").get_by_role("button", name="作废").click()
    expect(page.get_by_text("证书已作废。")).to_be_visible()
    _axe(page)


def test_anybody_finds_the_way_to_check(screens: Screens, session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "receipt")
    page = screens.phone()
    page.goto("/verify")
    _axe(page)
    page.get_by_label("核验码").fill("没有这样的码")
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_role("alert")).to_contain_text("没有找到这份证书")
    _axe(page)
    page.get_by_label("核验码").fill(row.code)
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text("受理回执").first).to_be_visible()
    page.goto("/verify/AAAAAAAAAAAAAAAA")
    _axe(page)
