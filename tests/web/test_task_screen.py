"""A verifier in the workshop: a phone, a photo, an interruption."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engine import instances
from tests.cast import Cast
from tests.engine.stories import open_keys, open_task
from tests.pictures import photo
from tests.web.screens import Screens, faults_here
from tests.web.told_cases import begun
from web.config import Config

pytestmark = pytest.mark.browser


def test_a_check_with_a_photo_survives_an_interruption(
    screens: Screens, session: Session, cast: Cast, config: Config, tmp_path: Path
) -> None:
    case = begun(session, cast, config)
    case.does("verifier", "acknowledge")
    task = f"/tasks/{open_task(session, case.id, 'verify')}"
    picture = tmp_path / "cabinet.webp"
    picture.write_bytes(photo("brown"))

    first = _opened(screens, task)
    expect(first.get_by_label("隐患类别")).to_be_hidden()
    first.get_by_label("属实，构成隐患", exact=True).check()
    first.get_by_label("隐患类别").select_option("object")
    first.get_by_label("一般", exact=True).check()
    first.set_input_files("#answer-photos_check", picture)
    first.locator("input[type=hidden][name=photos_check]").wait_for(state="attached")
    first.get_by_label("核查说明").fill("柜门关不严，进过水")
    with first.expect_response("**/draft"):
        pass
    first.get_by_text("草稿已保存").wait_for()
    _is_accessible(first)
    first.context.close()

    again = _opened(screens, task)
    again.get_by_text("填到一半的内容").wait_for()
    assert again.get_by_label("核查说明").input_value() == "柜门关不严，进过水"
    assert again.get_by_label("隐患类别").input_value() == "object"
    assert again.locator(".photo img[src$='/small']").count() >= 1
    again.get_by_role("button", name="提交").dblclick()
    again.get_by_text("“现场核查”已办完").wait_for()
    assert "plan" in open_keys(session, case.id)
    row = instances.get_instance(session, case.id, actor=cast.verifier)
    assert len(instances.read_data(session, row)["photos_check"]) == 1


def _opened(screens: Screens, path: str) -> Page:
    page = screens.phone()
    screens.sign_in(page, "verifier")
    page.goto(path)
    return page


def _is_accessible(page: Page) -> None:
    assert faults_here(page) == []
