"""What goes wrong is seen on phones as well: two failed acceptances, and nobody in time."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engine import clock, doctor, jobs
from engine.filestore import FileStore
from tests.cast import Cast
from tests.engine.stories import open_keys
from tests.loop import Loop
from tests.processes.player import CONFIRMED
from tests.web.loop_on_screens import Crew, looks_well, plans
from tests.web.screens import Screens
from web.config import Config

pytestmark = pytest.mark.browser


@pytest.fixture
def hazard(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard of 甲 that was verified and waits for its plan."""
    session.info["files"] = FileStore(config.data_dir)
    loop = Loop(session, cast)
    loop.does("verifier", "acknowledge")
    loop.does("verifier", "verify", **CONFIRMED)
    return loop


def test_a_hazard_that_fails_twice_and_is_late(
    screens: Screens, session: Session, hazard: Loop, tmp_path: Path
) -> None:
    crew = Crew(screens, tmp_path)
    crew.does("rectifier", "制定整改方案", plans)
    for round_ in ("第一次", "第二次"):
        crew.rectifies()
        crew.does("acceptor", "验收", lambda page, note=round_: _refuses(page, note))
    rectifier = crew.at("rectifier")
    rectifier.goto("/tasks")
    rectifier.locator("main").get_by_role("link", name=re.compile("^整改：")).click()
    expect(rectifier.get_by_text("上次验收没有通过")).to_be_visible()
    expect(rectifier.get_by_text("第二次：柜门仍关不严").first).to_be_visible()

    _lets_pass(session, days=30)
    principal = crew.at("principal")
    principal.goto("/notifications")
    expect(principal.get_by_text(re.compile("整改已超过期限")).first).to_be_visible()
    looks_well(principal)
    principal.goto(f"/cases/{hazard.id}")
    expect(
        principal.get_by_text("整改完成").or_(principal.get_by_text("验收")).first
    ).to_be_visible()
    looks_well(principal)
    assert "rectify" in open_keys(session, hazard.id)

    crew.rectifies()
    crew.does("acceptor", "验收", lambda page: page.get_by_label("合格", exact=True).check())
    assert "rectify" not in open_keys(session, hazard.id)
    assert list(doctor.examine(session)) == []


def _refuses(page: Page, note: str) -> None:
    page.get_by_label("不合格，退回整改").check()
    page.get_by_label("验收意见").fill(f"{note}：柜门仍关不严")


def _lets_pass(session: Session, *, days: int) -> None:
    """Let time pass for the runner of jobs: what is due by then happens now."""
    with time_machine.travel(clock.now() + timedelta(days=days)):
        while jobs.run_due(session):
            pass
