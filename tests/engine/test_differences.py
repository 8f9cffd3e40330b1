"""What differs between two bundles, as a modeller would say it."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from engine.definitions import Bundle
from engine.definitions.differences import Differences, differences
from engine.values.compared import Aspect
from tests import flows
from tests.engine.studio_story import core

CORE = core()


def _with(kind: str, key: str, *swaps: tuple[str, str]) -> Differences:
    """Give what differs from the shipped files when in one of them texts are swapped."""
    text = CORE.of(kind)[key].decode()
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    changed = {**CORE.of(kind), key: text.encode()}
    return differences(CORE, Bundle({**CORE.contents, kind: changed}))


def _line(*elements: str, **replaced: Any) -> Bundle:
    return flows.bundle(line=flows.process("line", *elements))


def test_the_same_differs_in_nothing() -> None:
    assert differences(CORE, CORE).are_none
    # Written otherwise, it still says the same.
    pretty = {
        key: orjson.dumps(json.loads(text), option=orjson.OPT_INDENT_2)
        for key, text in CORE.of("form").items()
    }
    assert differences(CORE, Bundle({**CORE.contents, "form": pretty})).are_none


def test_a_task_changed_in_what_it_says() -> None:
    before = flows.bundle(line=flows.LINE)
    text = flows.LINE.decode()
    changed = text.replace('id="first" name="first"', 'id="first" name="现场核查"').replace(
        '"candidateGroups" value="verifier"/></spiffworkflow:properties></extensionElements>'
        '</userTask><userTask id="second"',
        '"candidateGroups" value="union"/><spiffworkflow:property name="dueIn" value="3wd"/>'
        '</spiffworkflow:properties></extensionElements></userTask><userTask id="second"',
    )
    found = differences(before, flows.bundle(line=changed.encode())).diagrams
    assert [(one.key, one.state) for one in found] == [("line", "changed")]
    (change,) = found[0].changes
    assert (change.element, change.kind, change.name, change.state) == (
        "first", "userTask", "现场核查", "changed",
    )  # fmt: skip
    assert set(change.aspects) == {
        Aspect("name", "first", "现场核查"),
        Aspect("candidateGroups", "verifier", "union"),
        Aspect("dueIn", None, "3wd"),
    }


def test_tasks_and_flows_added_and_removed() -> None:
    before = flows.bundle(line=flows.LINE)
    after = _line(
        flows.start(), flows.task("first"), flows.task("sign", "union"), flows.END,
        flows.flows(("start", "first"), ("first", "sign"), ("sign", "end")),
    )  # fmt: skip
    found = differences(before, after).diagrams[0].changes
    assert {(one.element, one.state) for one in found} == {
        ("sign", "added"), ("first_to_sign", "added"), ("sign_to_end", "added"),
        ("second", "removed"), ("first_to_second", "removed"), ("second_to_end", "removed"),
    }  # fmt: skip
    added = next(one for one in found if one.element == "sign")
    assert Aspect("candidateGroups", None, "union") in added.aspects
    flow = next(one for one in found if one.element == "first_to_sign")
    assert flow.name == "first → sign"


def test_conditions_timers_and_gateways_are_told_by_what_they_say() -> None:
    def drawn(condition: str, after: str) -> Bundle:
        return _line(
            flows.start(), flows.task("work"), flows.timer("tick", "work", after),
            '<exclusiveGateway id="choice" default="choice_to_end"/>', flows.END,
            '<endEvent id="late"/>',
            flows.flows(
                ("start", "work"), ("work", "choice"), ("choice", "work", condition),
                ("choice", "end"), ("tick", "late"),
            ),
        )  # fmt: skip

    found = differences(drawn("again", "PT1H"), drawn("not again", "PT2H")).diagrams[0].changes
    assert {(one.element, one.aspects) for one in found} == {
        ("choice_to_work", (Aspect("conditionExpression", "again", "not again"),)),
        ("tick", (Aspect("timeDuration", '"PT1H"', '"PT2H"'),)),
    }


def test_what_was_only_moved_is_counted_and_not_listed() -> None:
    found = _with("bpmn", "reward", ('<dc:Bounds x="', '<dc:Bounds x="1')).diagrams
    assert [one.changes for one in found] == [()]
    assert found[0].moved > 3


def test_a_whole_diagram_is_told_element_by_element() -> None:
    without = {key: text for key, text in CORE.of("bpmn").items() if key != "suggestion"}
    found = differences(Bundle({"bpmn": without}), Bundle({"bpmn": CORE.of("bpmn")}))
    (diagram,) = found.diagrams
    assert (diagram.key, diagram.state, diagram.name) == ("suggestion", "added", "合理化建议")
    assert {one.state for one in diagram.changes} == {"added"}


def test_forms_are_told_field_by_field() -> None:
    form = json.loads(flows.ASK)
    note, again = form["components"]
    after = {
        **form,
        "components": [
            {**note, "label": "说明", "validate": {"required": True}},
            {"type": "number", "key": "amount", "id": "amount", "label": "金额"},
            {
                "type": "select", "key": "kind", "id": "kind", "label": "类别",
                "values": [{"value": "a", "label": "甲"}],
            },
        ],
    }  # fmt: skip
    found = differences(
        Bundle({"form": {"ask": flows.ASK}}), Bundle({"form": {"ask": orjson.dumps(after)}})
    ).forms
    (change,) = found
    rows = {row.key: row for row in change.rows}
    assert {key: row.state for key, row in rows.items()} == {
        "note": "changed", "amount": "added", "kind": "added", again["key"]: "removed",
    }  # fmt: skip
    said = {aspect.what: (aspect.before, aspect.after) for aspect in rows["note"].aspects}
    assert said.pop("required") == (None, True)
    added = {aspect.what: aspect.after for aspect in rows["amount"].aspects}
    assert added == {"type": "number"}
    label = said.pop("label")
    assert (label[0].zh, label[1].zh) == ("备注", "说明")
    assert said == {}


def test_a_field_moved_past_others_is_one_move() -> None:
    asked = [{"type": "textfield", "key": key, "id": key, "label": key} for key in "abcde"]
    before = flows.form("ask", *asked)
    after = flows.form("ask", asked[4], *asked[:4])
    (found,) = differences(
        Bundle({"form": {"ask": before}}), Bundle({"form": {"ask": after}})
    ).forms
    assert [(row.key, row.state) for row in found.rows] == [("e", "moved")]


def test_tables_are_told_by_rule_and_cell() -> None:
    (table,) = _with("dmn", "reward_amount", ("<text>20000</text>", "<text>30000</text>")).tables
    assert table.key == "reward_amount"
    assert [rule.state for rule in table.rules] == ["changed"] * len(table.rules)
    for rule in table.rules:
        assert rule.before == rule.after
        differing = [cell for cell in rule.cells if cell.differs]
        assert [(cell.before, cell.after) for cell in differing] == [("20000", "30000")]


def test_a_rule_put_between_others_is_one_added_rule() -> None:
    text = CORE.of("dmn")["hazard_level"].decode()
    begin = text.index("<rule ")
    end = text.index("</rule>", begin) + len("</rule>")
    rule = text[begin:end].replace('id="', 'id="new_').replace("<text>", '<text>"new",', 1)
    changed = text[:end] + rule + text[end:]
    found = differences(
        Bundle({"dmn": {"hazard_level": text.encode()}}),
        Bundle({"dmn": {"hazard_level": changed.encode()}}),
    ).tables
    assert [(one.state, one.before, one.after) for one in found[0].rules] == [("added", None, 2)]


def test_checklists_are_told_item_by_item() -> None:
    item = {
        "code": "T-1", "version": 1, "hazard": "电线破损", "category": "object", "level": "general",
        "confidence": "A", "precaution": "更换", "basis": ["安法 36"], "risk_types": ["触电"],
        "review": "read", "sector": "general",
    }  # fmt: skip
    other = {**item, "code": "T-2", "hazard": "通道堵塞"}
    before = orjson.dumps({"sector": "general", "items": [item, other]})
    changed = {**item, "precaution": "立即断电并更换", "version": 2}
    after = orjson.dumps({"sector": "general", "items": [changed, {**other, "code": "T-3"}]})
    (found,) = differences(
        Bundle({"checklist": {"general": before}}), Bundle({"checklist": {"general": after}})
    ).checklists
    assert [(row.key, row.state) for row in found.rows] == [
        ("T-1", "changed"), ("T-3", "added"), ("T-2", "removed"),
    ]  # fmt: skip
    assert Aspect("precaution", "更换", "立即断电并更换") in found.rows[0].aspects


@pytest.mark.parametrize("kind", ["bpmn", "form", "dmn", "checklist", "scenario"])
def test_what_cannot_be_read_is_told_as_a_whole(kind: str) -> None:
    found = differences(Bundle({kind: {"x": b"<a"}}), Bundle({kind: {"x": b"<b"}}))
    assert [(one.kind, one.key, one.state) for one in found.files] == [(kind, "x", "changed")]
