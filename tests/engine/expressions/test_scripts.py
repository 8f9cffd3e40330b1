"""Scripts change data all at once or not at all, and leave plain data behind."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import ExpressionError
from engine.expressions import compile_script


def test_a_script_computes_fields() -> None:
    script = compile_script(
        """
        total = sum([l.price * l.qty for l in lines])
        if total > 100 && !urgent:
            order.level = "high"
            order["rank"] = 1
        elif total > 10:
            order.level = "middle"
        else:
            order.level = "low"
        for l in lines:
            l.net = l.price * l.qty
            seen = null
        total += 1
        lines[0] = {"net": lines[0].net}
        pass
        """
    )
    data = {
        "lines": [{"price": 60, "qty": 2}, {"price": 1, "qty": 1}],
        "order": {},
        "urgent": False,
    }
    assert script.run(data) == {
        "lines": [{"net": 120}, {"price": 1, "qty": 1, "net": 1}],
        "order": {"level": "high", "rank": 1},
        "urgent": False,
        "total": 122,
        "seen": None,
    }


def test_the_data_it_was_given_is_never_touched() -> None:
    data: dict[str, Any] = {"order": {"tags": ["a"]}, "n": 1}
    before = deepcopy(data)
    after = compile_script("order.tags = order.tags + ['b']\nn = 2\norder.new = order.tags").run(
        data
    )
    assert data == before
    assert after == {"order": {"tags": ["a", "b"], "new": ["a", "b"]}, "n": 2}
    after["order"]["tags"].append("c")
    assert after["order"]["new"] == ["a", "b"]


def test_a_script_that_fails_in_its_last_line_changes_nothing() -> None:
    data: dict[str, Any] = {"order": {"total": 1}}
    with pytest.raises(ExpressionError, match=r"line 3: field 'missing' is not known here"):
        compile_script("order.total = 2\nx = 1\ny = missing").run(data)
    assert data == {"order": {"total": 1}}


def test_a_loop_variable_stays_in_its_loop() -> None:
    assert compile_script("for x in xs:\n    x = x + 1\n    last = x").run({"xs": [1, 2]}) == {
        "xs": [1, 2],
        "last": 3,
    }
    with pytest.raises(ExpressionError, match="field 'x' is not known"):
        compile_script("for x in xs:\n    y = x\nz = x").run({"xs": [1]})


def test_what_a_script_reads_and_writes_is_known() -> None:
    script = compile_script(
        "total = price * 2\n"
        "if vip:\n    rebate = 1\n"
        "total = total - rebate\n"
        "for l in lines:\n    l.done = true\n    order.count = total\n"
        "items[0] = 1"
    )
    assert script.names == {"price", "vip", "rebate", "lines", "order", "items"}
    assert script.assigned == {"total", "rebate", "order", "items"}


def test_a_field_assigned_in_both_branches_is_known_afterwards() -> None:
    script = compile_script("if a:\n    x = 1\nelse:\n    x = 2\ny = x")
    assert script.names == {"a"}


def test_results_become_plain() -> None:
    after = compile_script(
        "day = date(2026, 3, 1)\nspan = duration(hours=26)\nwhole = d * 2\npart = d\nat = moment"
    ).run({"d": Decimal("1.5"), "moment": date(2026, 3, 2)})
    assert after == {
        "d": 1.5, "moment": "2026-03-02", "day": "2026-03-01", "span": "P1DT2H", "whole": 3,
        "part": 1.5, "at": "2026-03-02",
    }  # fmt: skip
    assert type(after["whole"]) is int


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("x = 2 ** 63", "more than 64 bits"),
        ("x = [1]\nx[0] = x", "nested too deeply"),
        ("x = text + text\ny = [x, x, x, x, x, x, x, x, x, x, x]", "too much process data"),
    ],
)
def test_what_cannot_be_stored_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ExpressionError, match=complaint):
        compile_script(source).run({"text": "a" * 10_000})


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("x = 1\nwhile true:\n    x = 2", "line 2: a 'while' loop is not allowed"),
        ("import os", "line 1: an 'import' statement is not allowed"),
        ("x = 1\n\ny = x +", "cannot be read"),
        ("n.a = 1", "'n.a' cannot be assigned"),
        ("xs[5] = 1", r"'xs\[5\]' cannot be assigned"),
        ("xs['a'] = 1", "cannot be assigned"),
        ("order[1] = 1", "cannot be assigned"),
        ("a, b = 1, 2", "nothing can be assigned there"),
        ("_x = 1", "may not begin with '_'"),
        ("undefined += 1", "field 'undefined' is not known here"),
        ("x = lenght(xs)", "no function 'lenght'"),
        ("", "the expression is empty"),
    ],
)
def test_a_mistake_is_explained_with_its_line(source: str, complaint: str) -> None:
    with pytest.raises(ExpressionError, match=complaint):
        compile_script(source).run({"n": 1, "xs": [1], "order": {}})


def test_an_error_deep_inside_names_the_innermost_line() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_script("x = 1\nfor v in xs:\n    if v:\n        y = v.a\n").run({"xs": [0, 7]})
    assert "line 4: " in caught.value.message.en
    assert "第 4 行" in caught.value.message.zh
    assert caught.value.message.en.count("line") == 1


def test_a_script_may_call_added_functions() -> None:
    script = compile_script("due = due_in('3wd')", functions={"due_in"})
    assert script.calls == {"due_in"}
    assert script.run({}, {"due_in": lambda text: timedelta(days=3)}) == {"due": "P3D"}


def test_windows_line_ends_and_indentation_are_understood() -> None:
    assert compile_script("\r\n    x = 1\r\n    if x:\r\n        y = 2\r\n  ").run({}) == {
        "x": 1,
        "y": 2,
    }
