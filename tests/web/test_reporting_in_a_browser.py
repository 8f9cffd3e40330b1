"""A reporter's phone: three taps from the poster to the receipt, back and forth, in a cellar."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.filestore import FileStore
from engine.store import Attachment, Instance, Place
from tests.cast import Cast
from tests.web.reporting import CODE, deploy, poster
from tests.web.screens import Screens, faults_here
from web.config import Config

pytestmark = pytest.mark.browser

GPS = 0x8825


@pytest.fixture
def place(session: Session, cast: Cast) -> Place:
    """A poster of 甲, which runs what is shipped."""
    deploy(session, cast.enterprise_id)
    return poster(session, cast)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A large photo with the place where it was taken written into it."""
    path = tmp_path / "cabinet.jpg"
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 13.0, 0.0), 3: "E", 4: (121.0, 24.0, 0.0)})
    Image.effect_noise((2400, 1800), 40).convert("RGB").save(path, exif=exif)
    return path


def scan(screens: Screens, place: Place, **options: Any) -> Page:
    page = screens.phone(**options)
    page.goto(f"/r/{place.code}")
    return page


def count(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Instance.id)).all())


def check(page: Page) -> None:
    """The page is accessible and fits; every target is as large as a finger."""
    assert faults_here(page) == []


def test_three_taps_from_the_poster_to_the_receipt_and_the_progress(
    screens: Screens, session: Session, config: Config, place: Place, photo: Path
) -> None:
    page = scan(screens, place)
    check(page)
    page.set_input_files("input[type=file]", photo)
    page.locator(".photo").wait_for()
    page.get_by_label("什么情况").fill("柜门坏了，里面进水")
    page.get_by_role("button", name="不留姓名，直接发送").click()
    page.wait_for_url("**/report/sent")
    code = CODE.findall(page.locator("#ticket-code").inner_text())[0]
    check(page)
    (file,) = session.scalars(select(Attachment)).all()
    with Image.open(BytesIO(FileStore(config.data_dir).get(file.sha256))) as kept:
        assert kept.size == (1920, 1440)
        assert dict(kept.getexif()) == {}
    with page.expect_download() as saved:
        page.get_by_role("button", name="保存").click()
    assert code in saved.value.path().read_text("utf-8")
    page.get_by_role("button", name="现在看进度").click()
    page.get_by_text("正在等核查人受理").wait_for()
    assert code.replace("-", "") not in page.url
    check(page)
    page.get_by_role("button", name="从这部手机上清除").click()
    page.get_by_text("已从这部手机上清除").wait_for()
    page.get_by_label("凭证码").fill(code)
    page.keyboard.press("Enter")
    page.get_by_text("办到哪一步了").wait_for()


def test_back_gives_every_page_back_until_it_is_sent(
    screens: Screens, session: Session, place: Place, photo: Path
) -> None:
    page = scan(screens, place, color_scheme="dark")
    page.set_input_files("input[type=file]", photo)
    page.locator(".photo").wait_for()
    page.get_by_label("什么情况").fill("柜门坏了")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("heading", name="您想怎样署名？").wait_for()
    check(page)
    page.get_by_role("button", name="下一步").click()
    page.locator("[data-error-summary]:focus").wait_for()
    assert page.title().startswith("错误：")
    page.get_by_role("link", name="您的姓名").click()
    page.keyboard.type("李秀英")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("heading", name="核对后发送").wait_for()
    check(page)
    page.go_back()
    assert page.get_by_label("您的姓名").input_value() == "李秀英"
    page.go_back()
    assert page.get_by_label("什么情况").input_value() == "柜门坏了"
    assert page.locator(".photo").count() == 1
    page.go_forward()
    page.go_forward()
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/report/sent")
    page.locator("[data-report-sent=cleared]").wait_for(state="attached")
    page.reload()
    page.get_by_role("heading", name="凭证码已经显示过").wait_for()
    page.go_back()
    page.get_by_role("heading", name="报告事故隐患").wait_for()
    assert page.get_by_label("什么情况").input_value() == ""
    assert "李秀英" not in page.content()
    assert count(session) == 1


def test_in_a_cellar_the_report_waits_and_is_sent_once(
    screens: Screens, session: Session, place: Place, photo: Path
) -> None:
    page = scan(screens, place)
    page.context.set_offline(True)
    page.set_input_files("input[type=file]", photo)
    page.locator(".photo").wait_for()
    page.get_by_label("什么情况").fill("地下室没有信号")
    send = page.get_by_role("button", name="不留姓名，直接发送")
    send.click()
    page.get_by_text("联网后会自动发送").wait_for()
    send.click()
    assert count(session) == 0
    page.context.set_offline(False)
    page.wait_for_url("**/report/sent")
    assert count(session) == 1
    assert len(session.scalars(select(Attachment)).all()) == 1


def test_what_was_not_sent_is_still_there_after_the_phone_was_put_away(
    screens: Screens, session: Session, place: Place, photo: Path
) -> None:
    page = scan(screens, place)
    page.set_input_files("input[type=file]", photo)
    page.locator(".photo").wait_for()
    page.get_by_label("什么情况").fill("柜门坏了")
    key = page.locator("[name=idempotency_key]").input_value()
    page.context.set_offline(True)
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("联网后会自动发送").wait_for()
    page.context.set_offline(False)
    page.get_by_role("heading", name="您想怎样署名？").wait_for()
    page.goto("about:blank")
    page.goto(f"/r/{place.code}")
    page.get_by_text("已恢复您上次没有发出的内容").wait_for()
    assert page.get_by_label("什么情况").input_value() == "柜门坏了"
    assert page.locator(".photo").count() == 1
    assert page.locator("[name=idempotency_key]").input_value() == key
    check(page)


def test_an_answer_that_was_lost_on_the_way_is_asked_for_again(
    screens: Screens, session: Session, place: Place
) -> None:
    page = scan(screens, place)
    page.get_by_label("什么情况").fill("柜门坏了")

    def lose(route: Any) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/r/*", lose, times=1)
    page.get_by_role("button", name="不留姓名，直接发送").click()
    page.get_by_text("联网后会自动发送").wait_for()
    assert count(session) == 1
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_url("**/report/sent")
    assert CODE.search(page.locator("#ticket-code").inner_text())
    assert count(session) == 1
