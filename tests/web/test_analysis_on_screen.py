"""The analysis in a real browser: heat on the diagram, and a count that shows itself when done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from engine import clock
from engine.analysis import keeping
from tests.cast import Cast
from tests.engine.analysis_story import RECTIFY, USUAL, Desk, Done
from tests.web.screens import Screens

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_many_cases_are_counted_while_the_page_waits_and_then_shown_as_heat(
    session: Session,
    cast: Cast,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    desk = Desk(session, cast)
    begun = clock.now() - timedelta(days=5)
    for _ in range(2):
        desk.case([*USUAL[:2], Done(RECTIFY, 2, 50)], at=begun)
    session.commit()
    # The server begins only now: its runner writes, and the rows are written without its locks.
    screens: Screens = request.getfixturevalue("screens")
    page = screens.desk()
    screens.sign_in(page, "principal")
    page.goto("/analysis/heat")
    heat = page.locator(".diagram-heat")
    expect(heat).to_have_count(3, timeout=20_000)
    assert sorted(heat.all_inner_texts()) == ["1 小时", "1 小时", "2 天"]
    hottest = page.locator(".djs-element.is-heat-5")
    assert hottest.get_attribute("data-element-id") == "rectify_hazard", "what it calls is hottest"
    page.get_by_role("link", name="整改闭环").click()
    expect(page.locator(".djs-element.is-heat-5")).to_have_attribute("data-element-id", "rectify")
    expect(page.locator(".diagram-heat")).to_have_text("2 天")
