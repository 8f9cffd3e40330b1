"""Decision tables are changed in a real browser; what comes out, the engine takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from engine import decisions
from tests.cast import Cast
from tests.web.editors import Editor, desk, open_editor
from tests.web.screens import Screens, faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLES = Path(__file__).parents[2] / "processes" / "dmn"
REWARD = (TABLES / "reward_amount.dmn").read_text()
LEVEL = {
    "key": "level",
    "label": "等级",
    "kind": "choice",
    "values": [{"value": "general", "label": "一般"}, {"value": "major", "label": "重大"}],
}
AREA = {"key": "area", "label": "区域", "kind": "choice", "values": [{"value": "a", "label": "甲"}]}
ASKED = {
    "source": "staff",
    "kind": "hazard",
    "finding": "confirmed",
    "level": "general",
    "fixed_on_spot": False,
    "on_duty_finding": False,
    "report_quality": "normal",
    "averted_accident": False,
    "adopted": None,
    "area": "a",
}


def test_an_amount_is_changed(screens: Screens, cast: Cast) -> None:
    page = desk(screens, color_scheme="dark")
    editor = open_editor(page, "tables", "reward_amount", REWARD, [LEVEL])
    amount = _cell(page, 15, "output_1")
    expect(amount).to_have_attribute("data-hint", "100.00 元")
    expect(_cell(page, 9, "input_3")).to_have_attribute("data-hint", "重大")
    assert editor.told == []
    _write(page, amount, "12000")
    expect(amount).to_have_attribute("data-hint", "120.00 元")
    assert _amount(editor) == 12000
    # Only that line is another; the order of attributes in the drawing says nothing.
    before, after = REWARD.splitlines(), editor.text.splitlines()
    changed = [line for line in after if line not in before and "dc:Bounds" not in line]
    assert [line.strip() for line in changed] == [
        '<outputEntry id="reward_amount_rule_15_output_1"><text>12000</text></outputEntry>'
    ]
    assert faults_here(page) == []
    undo = page.get_by_role("button", name="撤销")
    while undo.is_enabled():
        undo.click()
    expect(amount).to_have_attribute("data-hint", "100.00 元")
    assert editor.text == REWARD


def test_a_condition_on_a_field_and_a_rule_are_added(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    editor = open_editor(page, "tables", "reward_amount", REWARD, [LEVEL, AREA])
    page.get_by_label("按表单的字段加一列条件").select_option("area")
    page.get_by_role("button", name="添加这一列").click()
    expect(page.locator("thead").get_by_text("区域")).to_be_visible()
    assert _amount(editor) == 10000
    page.get_by_role("button", name="添加规则").click()
    page.locator("td[data-row-id=reward_amount_rule_1].input-cell").first.click(button="right")
    page.get_by_text("删除规则").click()
    expect(page.locator("td[data-row-id=reward_amount_rule_1]")).to_have_count(0)
    table = decisions.parse(editor.text.encode())["reward_amount"]
    assert "area" in table.names
    assert (len(table.rules), table.rules[0].id) == (19, "reward_amount_rule_2")


def test_files_that_are_only_opened_tell_of_no_change(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    for path in TABLES.glob("*.dmn"):
        editor = open_editor(page, "tables", path.stem, path.read_text(), readOnly=True)
        expect(page.locator("td.cell").first).to_be_visible()
        assert editor.told == []
    blank = page.evaluate("bihuanTables.blank('fine', '罚款 <1>')")
    assert decisions.parse(blank.encode())["fine"].name == "罚款 <1>"


def test_a_text_that_is_no_table_is_mended_by_hand(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    editor = open_editor(page, "tables", "reward_amount", REWARD[:-40])
    page.get_by_label("决策表的原文").fill(REWARD)
    page.get_by_role("button", name="再打开").click()
    expect(_cell(page, 1, "output_1")).to_be_visible()
    assert editor.text == REWARD


def _cell(page: Page, rule: int, column: str) -> Locator:
    return page.locator(f"td[data-element-id=reward_amount_rule_{rule}_{column}]")


def _write(page: Page, cell: Locator, text: str) -> None:
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _amount(editor: Editor) -> int:
    table = decisions.parse(editor.text.encode())["reward_amount"]
    return int(decisions.to_plain(table.evaluate(ASKED))["amount_fen"])
