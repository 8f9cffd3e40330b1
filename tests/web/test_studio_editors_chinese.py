"""Whoever draws in Chinese meets no English: every word of both editors is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.cast import Cast
from tests.web.editors import desk, open_editor
from tests.web.screens import Screens

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORMS = Path(__file__).parents[2] / "forms"
#: Names that are the same in every language, and what the sign of bpmn.io says of itself.
_SAME = r"DMN|S-FEEL|FEEL|PDF|BPMN\.iO|Powered by bpmn\.io"
#: What the modeller of the test wrote: an id, a variable, a parameter with its type.
_WRITTEN = r"^(all|twice|n: number)$"
#: Gives every text that can be seen or heard and has Latin words, but no Chinese in it. What people
#: wrote themselves (cells, code, fields in English) is theirs.
_ENGLISH = """(same) => {
  const theirs = "td.cell, code, [lang=en], .cm-content, .cm-completionLabel, .input-values";
  const seen = { visibilityProperty: true, opacityProperty: true };
  const named = ["title", "aria-label", "placeholder", "data-placeholder", "alt"];
  const texts = [];
  for (const element of document.querySelectorAll("#place, #place *, body > .gu-mirror *")) {
    if (!element.checkVisibility(seen)) continue;
    texts.push(...named.map((name) => element.getAttribute(name) ?? ""));
    if (element.closest(theirs)) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    texts.push(...own.map((node) => node.textContent));
    if (element.matches("input, textarea") && element.readOnly) texts.push(element.value);
  }
  const without = (text) => text.replace(/"[^"]*"/g, "").replace(new RegExp(same, "g"), "").trim();
  const isEnglish = (text) => /[A-Za-z]{2,}/.test(text) && !/[\\u4e00-\\u9fff]/.test(text);
  return [...new Set(texts.map(without).filter(isEnglish))];
}"""

_TYPES = ("string", "number", "boolean", "date", "time", "dateTime", "dayTimeDuration")
_CELLS = {
    "string": '"a"',
    "number": "1",
    "boolean": "true",
    "date": 'date("2026-03-01")',
    "time": 'time("10:00:00")',
    "dateTime": 'date and time("2026-03-01T10:00:00")',
    "dayTimeDuration": 'duration("PT24H")',
}


def test_forms(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    open_editor(page, "forms", "empty", _empty(page))
    assert _english(page) == []
    for button in page.locator(".fjs-palette-field").all():
        button.click()
        _unfold(page)
        assert _english(page) == [], button.inner_text()
        _choose_each(page)
    source = page.locator(".fjs-palette-field").first.bounding_box()
    assert source
    page.mouse.move(source["x"] + 9, source["y"] + 9)
    page.mouse.down()
    page.mouse.move(source["x"] + 400, source["y"] + 90, steps=9)
    assert _english(page) == []
    page.mouse.up()
    for path in (FORMS / "report.json", FORMS / "determine.json"):
        open_editor(page, "forms", path.stem, path.read_text())
        for question in page.locator(".fjs-element[data-id]:not([data-field-type=default])").all():
            question.press("Enter")
            assert _english(page) == [], question.inner_text()


def test_tables(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    field = {"key": "lvl", "label": "等级", "kind": "choice", "values": []}
    open_editor(page, "tables", "every", _every_type(), [field])
    assert _english(page) == []
    for step in _steps(page):
        assert _english(page) == [], step
    for tab in page.locator(".table-tab").all():
        tab.click()
        assert _english(page) == [], tab.inner_text()
    # Nothing was asked for that has no Chinese, even where it was not seen.
    assert page.evaluate("[...bihuanTables.missing]") == []


def test_tables_in_english(screens: Screens, cast: Cast) -> None:
    page = desk(screens)
    page.context.add_cookies([{"name": "language", "value": "en", "url": screens.url}])
    open_editor(page, "tables", "every", _every_type())
    assert "Hit policy" in page.locator("#place").inner_text()
    open_editor(page, "forms", "report", (FORMS / "report.json").read_text())
    page.locator("[data-field-type=radio].fjs-palette-field").click()
    words = page.locator(".form-settings").inner_text() + page.locator(".form-palette").inner_text()
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in words)


def _english(page: Page) -> list[str]:
    return list(page.evaluate(_ENGLISH, f"{_SAME}|{_WRITTEN}"))


def _empty(page: Page) -> str:
    open_editor(page, "forms", "x", "{}")
    return str(page.evaluate("bihuanForms.blank('empty', '空表')"))


def _unfold(page: Page) -> None:
    page.locator(".form-settings details").evaluate_all("all => all.map((one) => one.open = true)")


def _choose_each(page: Page) -> None:
    """Choose everything that the settings of the question offer; other settings may then appear."""
    selects = page.locator(".form-settings select")
    for at in range(selects.count()):
        offered = selects.nth(at).locator("option")
        for value in offered.evaluate_all("all => all.map((one) => one.value)"):
            _unfold(page)
            selects.nth(at).select_option(value)
            assert _english(page) == [], value


def _steps(page: Page) -> Iterator[str]:
    """Open everything that opens in a table, one thing after the other."""
    for at, kind in enumerate(_TYPES * 2):
        cell = page.locator("td.input-cell, td.output-cell").nth(at)
        cell.click(button="right")
        yield f"menu of {kind}"
        _close(page)
        cell.click()
        yield f"cell of {kind}"
        yield from _simple(cell, kind)
    for head in ("th.input-cell", "th.output-cell"):
        for at in range(len(_TYPES)):
            page.locator(head).nth(at).dblclick()
            yield f"{head} {at}"
            _close(page)
        page.locator(head).first.click(button="right")
        yield f"menu of {head}"
        _close(page)
    page.locator("td.rule-index").first.click(button="right")
    yield "menu of a rule"
    _close(page)
    page.locator(".hit-policy .dms-input-select").click()
    yield "hit policies"


def _close(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator(".table-help").click()


def _simple(cell: Locator, kind: str) -> Iterator[str]:
    """Choose each way of comparing in the small window of a cell, and open what it then offers."""
    page = cell.page
    ways = page.locator(".tjs-context-menu .dms-input-select, .context-menu .dms-input-select")
    offered = page.locator(".dms-select-options .option")
    _open_simple(cell)
    yield f"simple {kind}"
    for at in range(_count_first(ways, offered)):
        _open_simple(cell)
        ways.first.click()
        offered.nth(at).click()
        yield f"{kind}, way {at}"
        for more in range(1, ways.count()):
            ways.nth(more).click()
            yield f"{kind}, way {at}, {more}"
            offered.first.click()
    _close(page)


def _open_simple(cell: Locator) -> None:
    _close(cell.page)
    cell.click()
    cell.page.locator(".simple-mode-button").click()


def _count_first(ways: Locator, offered: Locator) -> int:
    if not ways.count():
        return 0
    ways.first.click()
    return offered.count()


def _every_type() -> str:
    """Give a file with columns of each type, an expression, a model and a drawing."""
    inputs = "".join(
        f'<input id="i{at}" label="条件{at}"><inputExpression id="e{at}" typeRef="{kind}">'
        f"<text>f{at}</text></inputExpression></input>"
        for at, kind in enumerate(_TYPES)
    )
    outputs = "".join(
        f'<output id="o{at}" label="结果{at}" name="r{at}" typeRef="{kind}" />'
        for at, kind in enumerate(_TYPES)
    )
    asked = "".join(f'<inputEntry id="ie{at}"><text>-</text></inputEntry>' for at in range(7))
    given = "".join(
        f'<outputEntry id="oe{at}"><text>{_CELLS[kind]}</text></outputEntry>'
        for at, kind in enumerate(_TYPES)
    )
    shapes = "".join(
        f'<dmndi:DMNShape id="s_{one}" dmnElementRef="{one}">'
        f'<dc:Bounds x="{100 + 200 * at}" y="100" width="160" height="80" /></dmndi:DMNShape>'
        for at, one in enumerate(("every", "twice", "model"))
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
  xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="all" name="全部" namespace="urn:all">
  <decision id="every" name="各种类型"><decisionTable id="t" hitPolicy="UNIQUE">
    {inputs}{outputs}<rule id="r1"><description>说明</description>{asked}{given}</rule>
  </decisionTable></decision>
  <decision id="twice" name="两倍"><variable id="v" name="twice" typeRef="number" />
    <literalExpression id="le"><text>f1 * 2</text></literalExpression></decision>
  <businessKnowledgeModel id="model" name="算法"><encapsulatedLogic id="el">
    <formalParameter id="p" name="n" typeRef="number" />
    <literalExpression id="be"><text>n + 1</text></literalExpression>
  </encapsulatedLogic></businessKnowledgeModel>
  <dmndi:DMNDI><dmndi:DMNDiagram id="d">{shapes}</dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>"""
