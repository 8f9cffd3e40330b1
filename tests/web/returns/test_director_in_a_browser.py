"""The director's month: sign, lock, hand in, open a figure, and put it right a month later."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engine.hazards.months import next_month
from engine.returns import bundles, locking
from engine.statistics import months_back, present_month
from tests.cast import PASSWORD, Cast
from tests.engine.returns.month import House
from tests.web.screens import Screens, faults_in

pytestmark = pytest.mark.browser


def test_a_director_closes_a_month_and_corrects_it_in_the_next(
    session: Session, cast: Cast, screens: Screens
) -> None:
    house = House(session, cast)
    house.give_password(house.director, PASSWORD)
    first = months_back(present_month(), 3)[0]
    second = next_month(first)
    stays, goes = house.hazard(first, 4), house.hazard(first, 5)
    page = screens.desk()
    screens.sign_in(page, "director")
    _close(page, first)
    expect(page.locator(".equation")).to_contain_text("期末未销号 2")
    page.locator(".equation").get_by_role("link", name="2").first.click()
    expect(page.locator("main")).to_contain_text("以下是锁定时计入的事项")
    assert page.locator("tbody tr").count() == 2
    assert faults_in(page) == []
    house.cancel(goes, second)
    page.goto("/returns")
    page.get_by_role("link", name="更正", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"确认后计入 {second}")
    page.locator("#reason-accept").fill("流程终止，撤销上账")
    page.get_by_role("button", name="全部确认").click()
    expect(page.locator("#adjustments")).to_be_visible()
    assert faults_in(page) == []
    _close(page, second)
    expect(page.locator(".equation")).to_contain_text("期末未销号 1")
    page.goto(f"/returns/{first}/cases?figure=verified")
    expect(page.get_by_text("锁定后有变动")).to_have_count(1)
    assert stays.id != goes.id


def test_a_long_month_shows_by_itself_when_it_is_locked_and_its_evidence_made(
    session: Session, cast: Cast, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "LARGEST_AT_ONCE", 1)
    monkeypatch.setattr(locking, "LARGEST_AT_ONCE", 1)
    house = House(session, cast)
    house.give_password(house.director, PASSWORD)
    month = months_back(present_month(), 3)[0]
    house.hazard(month, 4)
    page = screens.phone()
    screens.sign_in(page, "director")
    page.goto(f"/returns/{month}")
    page.get_by_role("button", name="核对无误，签字").click()
    page.get_by_role("button", name="锁定", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("锁定|确定|是")).click()
    expect(page.get_by_text("已锁定", exact=True)).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="制作佐证材料包").click()
    link = page.get_by_role("link", name="佐证材料包")
    expect(link).to_be_visible(timeout=30_000)
    expect(page.locator("main")).to_contain_text("可下载至")
    assert faults_in(page) == []
    with page.expect_download() as loading:
        link.click()
    assert loading.value.suggested_filename == f"evidence-{month}.zip"


def _close(page: Page, month: str) -> None:
    page.goto(f"/returns/{month}")
    page.get_by_role("button", name="核对无误，签字").click()
    expect(page.get_by_text("已签字", exact=True)).to_be_visible()
    page.get_by_role("button", name="锁定", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("锁定|确定|是")).click()
    expect(page.get_by_text("已锁定", exact=True)).to_be_visible()
    page.get_by_role("button", name="报送上级").click()
    expect(page.get_by_text("已报送", exact=True)).to_be_visible()
