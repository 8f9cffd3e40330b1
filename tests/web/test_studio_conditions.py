"""Conditions that the studio builds of rows mean to the engine what they say on the page."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine import definitions, spiff
from engine.expressions import compile_expression

ROOT = Path(__file__).parents[2]
MODULE = ROOT / "frontend" / "src" / "studio" / "conditions.js"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="no node on the path")

CHOICE = {"key": "finding", "kind": "choice", "choices": [{"value": "confirmed"}]}
FLAG = {"key": "imminent", "kind": "boolean", "choices": []}
NUMBER = {"key": "amount", "kind": "number", "choices": []}
DATE = {"key": "due_on", "kind": "date", "choices": []}
SEVERAL = {"key": "risks", "kind": "choices", "choices": []}
FIELDS = [CHOICE, FLAG, NUMBER, DATE, SEVERAL]
DATA = {
    "finding": "confirmed",
    "imminent": True,
    "amount": 500,
    "due_on": "2026-03-01",
    "risks": ["fire"],
    "nothing": None,
}


def _in_node(script: str, given: Any) -> Any:
    code = (
        f'import * as made from "{MODULE.as_uri()}";'
        "const given = JSON.parse(process.argv[1]);"
        f"console.log(JSON.stringify({script}));"
    )
    command = [str(NODE), "--input-type=module", "-e", code, "--", json.dumps(given)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("row", "means"),
    [
        ({"field": "finding", "operator": "==", "value": "confirmed"}, True),
        ({"field": "finding", "operator": "!=", "value": "confirmed"}, False),
        ({"field": "finding", "operator": "in", "value": "confirmed, partly"}, True),
        ({"field": "finding", "operator": "not in", "value": "partly"}, True),
        ({"field": "imminent", "operator": "==", "value": "true"}, True),
        ({"field": "imminent", "operator": "==", "value": "false"}, False),
        ({"field": "amount", "operator": "<", "value": "500"}, False),
        ({"field": "amount", "operator": ">=", "value": "500"}, True),
        ({"field": "due_on", "operator": "<=", "value": "2026-03-01"}, True),
        ({"field": "due_on", "operator": ">", "value": "2026-03-01"}, False),
        ({"field": "risks", "operator": "contains", "value": "fire"}, True),
        ({"field": "risks", "operator": "lacks", "value": "fire"}, False),
        ({"field": "nothing", "operator": "empty", "value": ""}, True),
        ({"field": "amount", "operator": "filled", "value": ""}, True),
        # What somebody types cannot become part of the expression.
        ({"field": "finding", "operator": "==", "value": '" or "a" == "a'}, False),
    ],
)
def test_a_row_means_what_it_says(row: dict[str, str], means: bool) -> None:
    both = [{"join": "and", "rows": [row, row]}, {"join": "or", "rows": [row, row]}]
    written = _in_node(
        "given.both.map((one) => made.writeCondition(one, given.fields))",
        {"both": both, "fields": FIELDS},
    )
    for source in written:
        assert bool(compile_expression(source, set()).evaluate(DATA)) is means, source


def test_what_the_shipped_flows_say_is_read_and_written_alike() -> None:
    bundle = definitions.read_folder(ROOT).by_process()
    sources = {
        site.source
        for key in bundle.processes()
        for site in spiff.build(bundle.of("bpmn"), key).expressions()
        if site.kind == "conditionExpression" and site.source.strip()
    }
    listed = sorted(sources)
    read = _in_node("given.map((one) => made.readCondition(one))", listed)
    # Nearly all of them can be built of rows; the others are shown as text.
    assert sum(one is not None for one in read) > 0.7 * len(listed) > 5
    kinds = {"fields": [], "read": [one for one in read if one]}
    again = _in_node("given.read.map((one) => made.writeCondition(one, given.fields))", kinds)
    # Even where the page knows nothing of the fields, what it did not change stays as it was.
    assert again == [text for text, one in zip(listed, read, strict=True) if one]


def test_what_rows_cannot_say_is_left_alone() -> None:
    texts = ["a == 1 and b == 2 or c == 3", "len(a) > 2", "a == b", "(a or b) and c", "a == 1 +"]
    assert _in_node("given.map((one) => made.readCondition(one))", texts) == [None] * len(texts)
