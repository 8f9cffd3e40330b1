"""The studio speaks Chinese: bpmn.io's words, the walk-through's and our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.web.screens import Screens
from tests.web.studio_desk import Desk, begun

pytestmark = [pytest.mark.browser]

_PACKAGES = Path(__file__).parents[2] / "frontend" / "node_modules"
_SOURCES = ("bpmn-js/lib", "diagram-js/lib", "diagram-js-minimap/dist/index.esm.js")
_TRANSLATED = re.compile(r"""\b_?translate\(\s*(['"])((?:\\.|(?!\1).)+)\1\s*[,)]""")
_LABELLED = re.compile(
    r"""\b(?:label|title|[A-Z_]+_MSG)\s*[:=]\s*(['"])([A-Z][^'"]*|flow el[^'"]*)\1"""
)
#: Files whose sentences are handed to `translate` in a variable.
_NAMED = ("ReplaceOptions.js", "PopupEntries.js", "ModelingFeedback.js")
#: Examples in the comments of the sources.
_NO_SENTENCE = {"HELLO {you}"}
#: What is Latin in a Chinese sentence: names, and the words a file is written in.
_LATIN = re.compile(r"[A-Za-z]{2,}")
_ALLOWED = {"BPMN", "DMN", "ID", "BPMN.iO", "bpmn.io", "Ctrl", "patrol"}
#: One of each kind that can be drawn; the flow between two of them is looked at too.
_KINDS = (
    "StartEvent", "EndEvent", "IntermediateThrowEvent", "Task", "UserTask", "ServiceTask",
    "SendTask", "ReceiveTask", "ManualTask", "BusinessRuleTask", "ScriptTask", "CallActivity",
    "SubProcess", "Transaction", "ExclusiveGateway", "ParallelGateway", "InclusiveGateway",
    "EventBasedGateway", "ComplexGateway", "DataObjectReference", "DataStoreReference", "Group",
    "TextAnnotation",
)  # fmt: skip
_EVENTS = ("Message", "Timer", "Conditional", "Signal", "Error", "Escalation", "Compensate")
#: Draws one of each and opens whatever menu it has; gives what is written on the way.
_WALK = """
const seen = [];
const look = (place) => document.querySelectorAll(place).forEach((one) => seen.push(
    one.innerText, ...[...one.querySelectorAll('[title]')].map((inner) => inner.title)));
const root = get('elementRegistry').get('patrol_pool');
const menu = (target, id) => {
  if (get('popupMenu').isEmpty(target, id)) return;
  get('popupMenu').open(target, id, { x: 10, y: 10 });
  look('.djs-popup');
  get('popupMenu').close();
};
const made = [];
const draw = (type, more = {}) => {
  const shape = get('elementFactory').createShape({ type: `bpmn:${type}`, ...more });
  made.push(get('modeling').createShape(shape, { x: 500, y: 275 }, root));
};
KINDS.forEach((kind) => draw(kind));
const event = (kind) => ({ eventDefinitionType: `bpmn:${kind}EventDefinition` });
const places = ['StartEvent', 'EndEvent', 'IntermediateCatchEvent', 'IntermediateThrowEvent'];
EVENTS.forEach((kind) => places.forEach((place) => draw(place, event(kind))));
draw('SubProcess', { isExpanded: true });
const host = made.find((one) => one.type === 'bpmn:UserTask');
EVENTS.concat('Cancel').forEach((kind) => made.push(get('modeling').createShape(
  get('elementFactory').createShape({ type: 'bpmn:BoundaryEvent', ...event(kind) }),
  { x: host.x, y: host.y }, host, { attach: true })));
const registry = get('elementRegistry');
const there = ['handle_to_tell_answer', 'verifier', 'patrol_pool', 'handle', 'tell_answer'];
made.push(...there.map((id) => registry.get(id)));
for (const element of made) {
  get('contextPad').open(element);
  look('.djs-context-pad');
  menu(element, 'bpmn-replace');
}
const pair = ['handle', 'tell_answer', 'begun'].map((id) => registry.get(id));
get('contextPad').open(pair);
look('.djs-context-pad');
menu(pair, 'align-elements');
menu(pair, 'bpmn-replace');
get('contextPad').close();
get('searchPad').open();
look('.djs-search-container');
get('searchPad').close();
get('minimap').toggle();
look('.djs-minimap');
look('.djs-palette');
return [...seen, ...made.map((one) => one.id)];
"""


def test_no_word_is_left_in_english(screens: Screens, session: Session, cast: Cast) -> None:
    desk = Desk(screens, begun(session, cast.administrator), "administrator")
    for sentence in _sentences():
        desk.page.evaluate(
            "(text) => document.getElementById('studio').studio.translate(text)", sentence
        )
    lists = f"const KINDS = {list(_KINDS)!r}; const EVENTS = {list(_EVENTS)!r};"
    found = desk.run(lists + _WALK)
    assert desk.run("return [...studio.missing]") == []
    drawn = [word for word in found if re.fullmatch(r"\w+_\w{7}|[a-z_]+", word)]
    assert len(drawn) > len(_KINDS) + len(_EVENTS)
    assert sum("（不中断）" in word for word in found) > 1
    assert _latin(word for word in found if word not in drawn) == set()

    # What a menu says while somebody looks for an entry in it.
    desk.select("handle")
    desk.page.locator(".djs-context-pad [data-action=replace]").click()
    desk.page.locator(".djs-popup input").press_sequentially("1")
    count = desk.page.locator(".djs-popup-search-count")
    count.wait_for(state="attached")
    assert _latin([count.text_content() or "none"]) == set()
    desk.page.keyboard.press("Escape")

    # What the properties say of each of them.
    for element in drawn:
        if desk.run(f"return Boolean(get('elementRegistry').get('{element}')?.parent)"):
            desk.run(f"get('selection').select(get('elementRegistry').get('{element}'))")
            desk.unfold()
            assert _latin(desk.said()) == set(), element
            assert all(re.search("[一-鿿]", help) for help in desk.helped()), element


def test_a_walk_through_is_in_chinese(screens: Screens, session: Session, cast: Cast) -> None:
    desk = Desk(screens, begun(session, cast.administrator), "administrator")
    page = desk.page
    page.get_by_role("button", name="走查", exact=True).click()
    page.locator(".bts-palette [title=打开或收起走查记录]").click()
    page.locator(".bts-context-pad:not(.hidden)").first.click()
    page.locator(".bts-log", has_text="已答复").wait_for()
    page.locator(".bts-log", has_text="流程走完").wait_for()
    said = desk.run(
        "const parts = [...document.querySelectorAll('.bts-log, .bts-notifications, .bts-palette,"
        " .bts-context-pad, .bts-set-animation-speed, .bts-element-notification, .bts-scopes')];"
        "return parts.flatMap((part) => [part.innerText, ...[part, ...part.querySelectorAll('*')]"
        ".flatMap((one) => [one.title, one.getAttribute('aria-label')])]).filter(Boolean);"
    )
    # Each run has a name of letters and digits that nobody chose.
    runs = desk.run(
        "return [...document.querySelectorAll('[data-scope-id]')].map((one) => one.dataset.scopeId)"
    )
    for run in runs:
        said = [one.replace(run, "") for one in said]
    assert _latin(said) == set()
    # Looking is no change.
    page.get_by_role("button", name="走查", exact=True).click()
    assert desk.run("return studio.draft.isDirty") is False


def _sentences() -> Iterator[str]:
    """Yield what the sources hand to `translate`; nothing where they are not installed."""
    for source in _SOURCES:
        place = _PACKAGES / source
        for file in [place] if place.is_file() else place.rglob("*.js"):
            text = file.read_text(encoding="utf-8")
            found = {match[1] for match in _TRANSLATED.findall(text)}
            if file.name in _NAMED:
                found |= {match[1] for match in _LABELLED.findall(_uncommented(text))}
            # "Align elements " goes on with a side, which the walk through the menus says.
            yield from sorted(one for one in found - _NO_SENTENCE if not one.endswith(" "))


def _uncommented(source: str) -> str:
    return re.sub(r"^\s*(//|\*|/\*).*$", "", source, flags=re.MULTILINE)


def _latin(texts: Iterator[str] | list[str]) -> set[str]:
    """Give the Latin words in what is said; a key in brackets behind its name is none."""
    plain = (re.sub(r"（[^（）]*）", "", text) for text in texts)
    return {word for text in plain for word in _LATIN.findall(text)} - _ALLOWED
