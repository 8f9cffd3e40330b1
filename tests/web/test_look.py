"""The look: every macro in a real browser, phone and desk, light and dark, checked by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.web.gallery.app import ERRORS
from tests.web.gallery.fixtures import gallery, screens
from tests.web.screens import Screens, faults_in

__all__ = ["gallery", "screens"]

pytestmark = pytest.mark.browser

PAGES = (
    "/inbox",
    "/hazards",
    "/statistics",
    "/cases/1",
    "/tasks/1",
    "/tasks/2",
    "/report",
    "/done",
    "/empty",
    "/states",
    "/inbox?lang=en",
    "/report?nobody=1",
    *(f"/errors/{status}" for status in ERRORS),
)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_and_fits(screens: Screens, path: str) -> None:
    page = show(screens.phone(), path)
    settle(page)
    assert faults_in(page) == []


@pytest.mark.parametrize("path", ["/inbox", "/hazards", "/tasks/1", "/report", "/states"])
def test_targets_are_as_large_as_a_finger(screens: Screens, path: str) -> None:
    page = show(screens.phone(), path)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select, summary')]
        .filter(one => one.offsetParent && !one.closest('.footer, p, dd, .choice, .skip-link'))
        .filter(one => !one.classList.contains('photo-input'))
        .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([text]) => text)"""
    )
    assert small == []


def test_a_wrong_form_moves_the_focus_to_the_summary(screens: Screens) -> None:
    page = show(screens.phone(), "/tasks/2")
    assert page.title().startswith("错误：")
    assert page.evaluate("document.activeElement.dataset.errorSummary") == ""
    page.get_by_role("link", name="地点：请填写地点").click()
    assert page.evaluate("document.activeElement.name") == "place"
    page.get_by_role("link", name="核查结论：请选择核查结论").click()
    assert page.evaluate("document.activeElement.id") == "finding-0"


def test_a_question_appears_only_when_it_applies(screens: Screens) -> None:
    page = show(screens.phone(), "/tasks/1")
    category = page.get_by_role("group", name="隐患类别")
    assert not category.is_visible()
    page.get_by_text("属实，构成隐患").click()
    assert category.is_visible()
    page.get_by_text("物", exact=True).click()
    page.get_by_text("与已有报告重复").click()
    assert not category.is_visible()
    sent = page.evaluate("new FormData(document.querySelector('form.form')).has('category')")
    assert sent is False


def test_the_counter_counts_characters(screens: Screens) -> None:
    page = show(screens.phone(), "/tasks/1")
    page.get_by_label("隐患描述").fill("柜门𬌗坏了")
    assert page.locator("#description-count").text_content() == "还可以写 495 个字"
    page.get_by_label("隐患描述").fill("长" * 503)
    assert page.locator("#description-count").text_content() == "超出 3 个字，请删减"


def test_people_are_found_by_name(screens: Screens) -> None:
    page = show(screens.phone(), "/tasks/1")
    page.get_by_label("按姓名查找").fill("欧阳")
    assert page.locator("#rectifier-list .choice:visible").count() == 1


def test_a_second_tap_sends_nothing(screens: Screens) -> None:
    page = show(screens.phone(), "/tasks/1")
    button = page.get_by_role("button", name="提交核查结论")
    sent = button.evaluate(
        """button => {
            let sent = 0;
            addEventListener('submit', event => {
                sent += event.defaultPrevented ? 0 : 1;
                event.preventDefault();
            });
            button.click();
            button.click();
            return sent;
        }"""
    )
    assert sent == 1
    assert button.get_attribute("aria-busy") == "true"


def test_a_draft_is_saved_while_typing(screens: Screens) -> None:
    page = show(screens.phone(), "/tasks/1")
    with page.expect_request("**/draft") as request:
        page.get_by_label("地点").fill("二号车间")
    assert "二号车间" in (request.value.post_data or "")
    page.get_by_text("草稿已保存").wait_for()


def test_a_dangerous_button_asks_first(screens: Screens) -> None:
    page = show(screens.desk(), "/states")
    page.get_by_role("button", name="撤销报告").click()
    dialog = page.get_by_role("dialog", name="确定撤销这份报告吗？撤销后不能恢复。")
    dialog.get_by_role("button", name="取消").click()
    assert page.url.endswith("/states")
    page.get_by_role("button", name="撤销报告").click()
    dialog.get_by_role("button", name="撤销").click()
    page.wait_for_url("**/done")


def test_keys_move_through_a_list_and_can_be_turned_off(screens: Screens) -> None:
    page = show(screens.desk(), "/hazards")
    press(page, "j", "j", "j", "k")
    assert page.evaluate("document.activeElement.textContent") == "YH-0021-2026-00032"
    press(page, "/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.get_by_role("button", name="键盘快捷键").click()
    page.get_by_role("button", name="关闭单键快捷键").click()
    page.locator("h1").click()
    press(page, "j")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_all_places_open_from_below_on_a_phone(screens: Screens) -> None:
    page = show(screens.phone(), "/inbox")
    sheet = page.get_by_role("navigation", name="栏目", exact=True)
    more = page.get_by_role("button", name="更多")
    more.click()
    assert more.get_attribute("aria-expanded") == "true"
    assert not sheet.get_by_role("link", name="张贴点").is_visible()
    sheet.get_by_text("设置", exact=True).press("Enter")
    sheet.get_by_role("link", name="张贴点").wait_for()
    page.keyboard.press("Escape")
    assert more.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.dataset.openSheet") == ""


def test_the_theme_is_chosen_and_kept(screens: Screens) -> None:
    page = show(screens.desk(), "/inbox")
    page.get_by_label("语言和外观").click()
    page.get_by_role("button", name="深色").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_the_receipt_code_is_grouped(screens: Screens) -> None:
    page = show(screens.phone(), "/done")
    assert page.locator("#ticket-code").text_content() == "4821-9033-7715-0264"


def test_rows_are_cards_on_a_phone_and_still_a_table(screens: Screens) -> None:
    page = show(screens.phone(), "/hazards")
    cell = page.get_by_role("cell", name="二号车间东门配电柜")
    label = cell.evaluate("one => getComputedStyle(one, '::before').content")
    assert label == '"地点"'
    assert page.get_by_role("row").count() == 6


def test_the_diagram_shows_the_way_and_the_place(screens: Screens) -> None:
    page = show(screens.desk(), "/cases/1")
    page.locator(".diagram.is-ready").wait_for()
    current = page.locator("g.is-current").evaluate_all(
        "all => all.map(one => one.dataset.elementId)"
    )
    assert sorted(current) == ["accept", "approve"]
    assert page.locator("g.djs-connection.is-passed").count() == 8
    assert page.locator("[data-element-id=dismissed].is-passed").count() == 0
    assert page.get_by_text("×3").is_visible()
    assert page.locator(".bjs-powered-by").is_visible()


def test_charts_stand_beside_their_tables(screens: Screens) -> None:
    page = show(screens.desk(), "/statistics")
    page.locator("[data-chart] svg").nth(2).wait_for()
    assert page.get_by_role("img", name="隐患报告与销号").is_visible()
    assert page.get_by_role("cell", name="15,100").is_visible()


def test_the_layout_leaves_a_page_its_own_names(screens: Screens) -> None:
    page = show(screens.desk(), "/names")
    assert page.locator("#names").text_content() == "三号仓库·李秀英·等待中"


def test_filters_are_folded_away_on_a_phone_only(screens: Screens) -> None:
    field = show(screens.desk(), "/hazards").get_by_label("编号或地点")
    assert field.is_visible()
    phone = show(screens.phone(), "/hazards")
    assert not phone.get_by_label("编号或地点").is_visible()
    phone.get_by_role("button", name="筛选 已选 1 项").click()
    assert phone.get_by_label("编号或地点").is_visible()


def show(page: Page, path: str) -> Page:
    page.goto(path)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def settle(page: Page) -> None:
    """Wait until what is drawn by scripts is there."""
    for _ in page.locator("[data-chart]").all():
        page.locator("[data-chart] svg").first.wait_for()
    if page.locator("[data-diagram]").count():
        page.locator(".diagram.is-ready").wait_for()
