"""The auditor's way: state a ground, walk through a case, take the signed file home, be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engine import commands, tasks
from engine.errors import NotAllowed
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.web.screens import Screens, faults_in
from tests.web.told_cases import begun, planned
from web.cli import command_line
from web.config import Config

pytestmark = pytest.mark.browser


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard whose acceptance failed; its rectifier had tried to accept it, and was refused."""
    loop = planned(begun(session, cast, config))
    done = {"done_note": "用胶带封住", "photos_after": [loop._photo()]}
    loop.does("rectifier", "rectify", **done, control_type="engineering")
    accept = stories.open_task(session, loop.id, "accept")
    with pytest.raises(NotAllowed):
        commands.execute(session, tasks.complete, accept, {}, actor=cast.rectifier)
    loop.does("acceptor", "accept", result="failed", accept_note="柜门关不严")
    return loop


def test_an_auditor_walks_through_a_case_and_is_seen(
    loop: Loop, screens: Screens, tmp_path: Path
) -> None:
    page = screens.desk()
    screens.sign_in(page, "officer")
    page.goto("/hazards")
    page.get_by_role("link", name="YH-CN001-2026-00001").click()
    _state_a_ground(page)
    expect(page).to_have_url(f"{screens.url}/cases/{loop.id}")
    page.get_by_role("link", name="审计", exact=True).click()
    denied = page.locator("#denied")
    expect(denied).to_contain_text("办理“验收”")
    assert faults_in(page) == []
    page.get_by_role("link", name="逐步回放").click()
    _walk_to(page, "不合格")
    expect(page.locator(".replay-answers .is-new").first).to_contain_text("不合格")
    expect(page.locator("[data-element=rectify]")).to_have_class("is-passed is-open")
    expect(page.locator("[data-element=accept]")).to_have_class("is-passed is-just")
    assert faults_in(page) == []
    file = tmp_path / "case.jsonl"
    page.goto(f"/cases/{loop.id}/audit")
    with page.expect_download() as download:
        page.get_by_role("link", name="存证文件").click()
    download.value.save_as(file)
    found = CliRunner().invoke(command_line, ["audit", "verify", "--file", str(file)])
    assert found.exit_code == 0, found.output
    _is_seen(screens)


def _state_a_ground(page: Page) -> None:
    page.wait_for_url("**/audit/grounds/new?**")
    page.get_by_label("检查计划").check()
    page.get_by_label("文号或编号").fill("检查计划 12 号")
    assert faults_in(page) == []
    page.get_by_role("button", name="登记并继续").click()


def _walk_to(page: Page, words: str) -> None:
    """Press the arrow key until the event says it."""
    event, slider = page.locator(".replay-event"), page.locator("#replay-at")
    expect(slider).to_have_value("1")
    for number in range(2, 60):
        page.keyboard.press("ArrowRight")
        expect(slider).to_have_value(str(number))
        if words in event.inner_text():
            return
    raise AssertionError(words)


def _is_seen(screens: Screens) -> None:
    page = screens.phone()
    screens.sign_in(page, "principal")
    page.goto("/audit/looks")
    for words in ("下载存证文件", "回放经过", "查看办理记录", "检查计划 12 号"):
        expect(page.locator("table").get_by_text(words).first).to_be_visible()
    assert faults_in(page) == []
