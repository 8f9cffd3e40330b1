"""The reporter's phone: pictures made small, drafts kept, no network in the cellar."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.web.gallery.fixtures import gallery, screens
from tests.web.screens import Screens

__all__ = ["gallery", "screens"]
pytestmark = pytest.mark.browser

GPS, ORIENTATION = 0x8825, 0x0112


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A large photo held sideways, with the place where it was taken written into it."""
    path = tmp_path / "cabinet.jpg"
    picture = Image.effect_noise((2400, 1800), 40).convert("RGB")
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 13.0, 0.0), 3: "E", 4: (121.0, 24.0, 0.0)})
    picture.save(path, exif=exif)
    with Image.open(path) as written:
        assert written.getexif().get_ifd(GPS)
    return path


def test_a_picture_is_shrunk_turned_and_says_no_place(screens: Screens, photo: Path) -> None:
    page = open_page(screens, "/tasks/1")
    page.set_input_files("#photos_before", photo)
    page.locator("input[type=hidden][name=photos_before][value='id-cabinet.jpg']").wait_for(
        state="attached"
    )
    sent = page.request.get("/attachments/last").body()
    with Image.open(BytesIO(sent)) as small:
        assert (small.format, small.size) == ("JPEG", (1440, 1920))
        assert dict(small.getexif()) == {}
    assert len(sent) < photo.stat().st_size
    assert page.evaluate("document.getElementById('photos_before').files.length") == 0


def test_a_picture_can_be_removed(screens: Screens, photo: Path) -> None:
    page = open_page(screens, "/report")
    page.set_input_files("#photos_before", [photo, photo])
    page.locator(".photo").nth(1).wait_for()
    page.get_by_role("button", name="移除 cabinet.jpg").first.click()
    assert page.locator(".photo").count() == 1
    assert page.evaluate("document.getElementById('photos_before').files.length") == 1


def test_a_failed_upload_can_be_tried_again(screens: Screens, photo: Path) -> None:
    page = open_page(screens, "/tasks/1")
    page.route("**/attachments", lambda route: route.abort(), times=1)
    page.set_input_files("#photos_before", photo)
    page.get_by_role("button", name="没有传上，点此重试").click()
    page.locator("input[name=photos_before][value='id-cabinet.jpg']").wait_for(state="attached")
    assert page.locator(".photo.has-failed").count() == 0


def test_what_is_not_a_picture_is_refused(screens: Screens, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.jpg"
    wrong.write_text("not a picture")
    page = open_page(screens, "/report")
    page.set_input_files("#photos_before", wrong)
    page.get_by_text("notes.jpg 不是能用的图片，请换一张").wait_for()
    assert page.locator(".photo").count() == 0


def test_what_was_typed_survives_a_reload_until_it_is_sent(screens: Screens, photo: Path) -> None:
    page = open_page(screens, "/report")
    page.set_input_files("#photos_before", photo)
    page.locator(".photo").wait_for()
    page.get_by_label("隐患描述").fill("柜门坏了，里面进水")
    key = page.locator("[name=idempotency_key]").input_value()
    kept(page)
    page.reload()
    page.get_by_text("已恢复您上次没有发出的内容").wait_for()
    assert page.get_by_label("隐患描述").input_value() == "柜门坏了，里面进水"
    assert page.locator(".photo").count() == 1
    assert page.locator("[name=idempotency_key]").input_value() == key
    page.get_by_role("button", name="下一步").click()
    page.locator("[data-report-sent=cleared]").wait_for(state="attached")
    page.goto("/report")
    page.locator("[name=idempotency_key]:not([value=''])").wait_for(state="attached")
    assert page.get_by_label("隐患描述").input_value() == ""


def test_a_draft_can_be_thrown_away(screens: Screens) -> None:
    page = open_page(screens, "/report")
    page.get_by_label("隐患描述").fill("写错了")
    kept(page)
    page.reload()
    page.get_by_role("button", name="清除草稿").click()
    page.wait_for_function("() => document.getElementById('description').value === ''")


def test_without_a_network_the_report_waits_and_then_goes(screens: Screens) -> None:
    page = open_page(screens, "/report")
    page.get_by_label("隐患描述").fill("地下室没有信号")
    page.context.set_offline(True)
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("联网后会自动发送").wait_for()
    page.context.set_offline(False)
    page.wait_for_url("**/done")


def open_page(screens: Screens, path: str) -> Page:
    page = screens.phone()
    page.goto(path)
    return page


def kept(page: Page) -> None:
    """Wait until the phone has put the draft away."""
    typed = page.get_by_label("隐患描述").input_value()
    read = """typed => new Promise(resolve => {
        const opening = indexedDB.open('bihuan', 1);
        opening.onsuccess = () => {
            const drafts = opening.result.transaction('drafts').objectStore('drafts');
            const reading = drafts.get('place-3f2a');
            reading.onsuccess = () => resolve(
                (reading.result?.answers ?? []).some(([, value]) => value === typed));
        };
    })"""
    for _ in range(300):
        if page.evaluate(read, typed):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the draft was not kept")
