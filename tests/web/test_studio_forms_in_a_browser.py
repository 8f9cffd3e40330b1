"""Forms and tables are redrawn in a real browser; what comes out, the engine takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from engine import forms
from tests.cast import Cast
from tests.web.editors import Editor, desk, open_editor
from tests.web.screens import Screens, faults_here

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORMS = Path(__file__).parents[2] / "forms"
VERIFY = (FORMS / "verify.json").read_text()


def test_what_is_not_changed_comes_back_as_it_was(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    strange = json.loads(VERIFY)
    strange["components"][0] |= {"layout": {"row": "Row_1"}, "theirs": [1]}
    strange["components"][0]["properties"]["theirs"] = "kept"
    files = [path for path in FORMS.glob("*.json") if path.name != "schema.json"]
    texts = [path.read_text() for path in files]
    for text in [*texts, json.dumps(strange, ensure_ascii=False, indent=4)]:
        editor = open_editor(page, "forms", "form", text)
        page.locator("[data-field-type=textfield].fjs-palette-field").click()
        page.get_by_role("button", name="撤销").click()
        assert len(editor.told) == 2
        assert editor.text == text


def test_a_question_is_added_and_seen_as_on_a_phone(screens: Screens, cast: Cast) -> None:
    page = desk(screens, color_scheme="dark")
    elsewhere = {
        "key": "kind",
        "label": "报告类型",
        "kind": "choice",
        "values": [],
        "type": "radio",
    }
    editor = open_editor(page, "forms", "verify", VERIFY, [elsewhere, {"key": "choice_1"}])
    page.locator("[data-id=field_level]").click()
    page.locator("[data-field-type=radio].fjs-palette-field").click()
    # The name that another form uses is not taken.
    assert _after(editor, "level")["key"] == "choice_2"
    _fill(page, "题目", "要不要停工")
    _fill(page, "英文题目", "Stop work")
    _fill(page, "选项 1 的文字", "要")
    _fill(page, "选项 1 的英文", "Yes")
    _fill(page, "选项 1 的值", "stop")
    page.get_by_label("必须填写").check()
    page.get_by_text("什么时候问").click()
    page.get_by_label("取决于").select_option("level")
    page.get_by_label("可能是重大").check()
    added = forms.read(editor.text.encode()).find("choice_2")
    assert added is not None
    assert (added.label.zh, added.label.en, added.required) == ("要不要停工", "Stop work", True)
    assert next((one.value, one.label.en) for one in added.choices) == ("stop", "Yes")
    assert (added.show_field, added.show_values) == ("level", ("general", "major"))
    page.get_by_role("tab", name="手机上的样子").click()
    phone = page.frame_locator("iframe")
    expect(phone.get_by_role("heading", name="现场核查")).to_be_visible()
    expect(phone.get_by_text("要不要停工")).to_be_hidden()
    phone.get_by_text("属实，构成隐患", exact=True).click()
    phone.get_by_text("可能是重大").click()
    expect(phone.get_by_text("要不要停工")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(phone.get_by_text("要不要停工")).to_be_hidden()
    assert faults_here(page) == []


def test_questions_are_moved_by_mouse_and_by_keyboard(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    editor = open_editor(page, "forms", "verify", VERIFY)
    new = page.locator("[data-field-type=textarea].fjs-palette-field")
    _drag(page, new, page.locator("[data-id=field_duplicate_of]"), 5)
    assert _keys(editor)[:3] == ["finding", "note_1", "duplicate_of"]
    _drag(
        page, page.locator("[data-id=field_finding]"), page.locator("[data-id=field_category]"), 70
    )
    assert _keys(editor)[:3] == ["note_1", "duplicate_of", "finding"]
    page.get_by_role("button", name="上移", exact=True).press("Enter")
    assert _keys(editor)[:3] == ["note_1", "finding", "duplicate_of"]
    page.get_by_role("button", name="删除", exact=True).press("Enter")
    assert _keys(editor)[:2] == ["note_1", "duplicate_of"]
    page.get_by_role("button", name="撤销").press("Enter")
    assert forms.read(editor.text.encode()).find("finding")


def test_a_group_takes_questions_but_no_group(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    groups = [_group("甲", "a"), _group("乙", "b")]
    form = {"id": "two", "type": "default", "schemaVersion": 17, "components": groups}
    editor = open_editor(page, "forms", "two", json.dumps(form))
    inside = page.locator("[data-id=field_b]")
    _drag(page, page.locator("[data-field-type=textarea].fjs-palette-field"), inside, 60)
    assert _keys_in_groups(editor) == [["a"], ["b", "note_1"]]
    _drag(page, page.locator(".fjs-element[data-field-type=group]").first, inside, 60)
    assert _keys_in_groups(editor) == [["b", "note_1"], ["a"]]


def test_what_depends_on_a_field_follows_its_name(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    editor = open_editor(page, "forms", "verify", VERIFY)
    page.locator("[data-id=field_finding]").click()
    page.locator("summary", has_text="更多").click()
    _fill(page, "字段名", "fixed_on_spot")
    expect(page.get_by_role("alert")).to_contain_text("已经有字段")
    assert editor.told == []
    _fill(page, "字段名", "outcome")
    form = forms.read(editor.text.encode())
    assert {field.show_field for field in form.fields} <= {None, "outcome"}
    page.locator("[data-id=field_level]").click()
    page.get_by_label("题型").select_option("select")
    page.get_by_label("选项从哪里来").select_option("people:acceptor")
    level = forms.read(editor.text.encode()).find("level")
    assert level is not None
    assert (level.type, level.people, level.show_field) == ("select", "acceptor", "outcome")
    page.locator("[data-id=field_level]").press("Control+z")
    level = forms.read(editor.text.encode()).find("level")
    assert level is not None
    assert level.people is None


def test_amounts_are_bounded_in_yuan_and_kept_in_fen(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    editor = open_editor(
        page, "forms", "approve_reward", (FORMS / "approve_reward.json").read_text()
    )
    page.locator("[data-field-type=number].fjs-palette-field").click()
    page.get_by_label("这是金额，按元填写").check()
    _fill(page, "最大（元）", "12.5")
    added = forms.read(editor.text.encode()).find("number_1")
    assert added is not None
    assert (added.money, added.maximum) == (True, 1250)


def test_a_text_that_is_no_form_is_mended_by_hand(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    editor = open_editor(page, "forms", "verify", VERIFY[:-20])
    page.get_by_label("表单的原文").fill(VERIFY)
    page.get_by_role("button", name="再打开").click()
    expect(page.locator("[data-id=field_finding]")).to_be_visible()
    assert editor.text == VERIFY


def _fill(page: Page, label: str, text: str) -> None:
    control = page.get_by_label(label, exact=True)
    control.fill(text)
    control.blur()


def _keys(editor: Editor) -> list[Any]:
    return [one.get("key") for one in json.loads(editor.text)["components"]]


def _group(label: str, key: str) -> dict[str, Any]:
    question = {"type": "textfield", "id": f"field_{key}", "key": key, "label": key}
    return {"type": "group", "label": label, "components": [question]}


def _keys_in_groups(editor: Editor) -> list[list[str]]:
    groups = json.loads(editor.text)["components"]
    return [sorted(one["key"] for one in group["components"]) for group in groups]


def _after(editor: Editor, key: str) -> Any:
    return json.loads(editor.text)["components"][_keys(editor).index(key) + 1]


def _drag(page: Page, source: Locator, target: Locator, below: int) -> None:
    """Drag to that many points below the upper edge of the target, as a hand does: not at once."""
    start, end = source.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 30, steps=5)
    page.mouse.move(end["x"] + 100, end["y"] + below, steps=15)
    page.mouse.up()
