"""No payload gets out, and none takes more than 100 ms of processor time or 50 MB.

The limits are about the evaluator alone, so time is the process's own CPU time, the best of a few
runs: what other processes do on the machine does not count. The worst payload takes well under half
of it; a payload that got past its budget would take seconds.
"""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from engine.decisions import parse
from engine.errors import DecisionError, ExpressionError
from engine.expressions import compile_expression, compile_script
from engine.values.limits import MAX_SOURCE
from tests.engine.expressions.attacks import ATTACKS, DATA, Attack
from tests.work import cpu_seconds

CPU_SECONDS = 0.1
PEAK_BYTES = 50_000_000

every_attack = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
every_expression = pytest.mark.parametrize(
    "attack",
    [one for one in ATTACKS if not one.script and len(one.text) <= MAX_SOURCE],
    ids=lambda attack: attack.name,
)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


def let_loose(attack: Attack, canary: Path) -> Any:
    text = attack.aimed_at(canary)
    if attack.script:
        return compile_script(text).run(DATA)
    return compile_expression(text).evaluate(DATA)


def test_there_are_many() -> None:
    assert len({(attack.text, attack.script) for attack in ATTACKS}) == len(ATTACKS) > 200


@every_attack
def test_an_attack_is_refused_in_both_languages(attack: Attack, canary: Path) -> None:
    before = deepcopy(DATA)
    with pytest.raises(ExpressionError) as refusal:
        let_loose(attack, canary)
    assert not canary.exists()
    assert before == DATA
    message = refusal.value.message
    assert any("\u4e00" <= sign <= "\u9fff" for sign in message.zh)
    assert message.en.isprintable()
    assert len(message.en) < 800


@every_attack
def test_an_attack_is_cheap(attack: Attack, canary: Path) -> None:
    def run() -> None:
        with pytest.raises(ExpressionError):
            let_loose(attack, canary)

    assert cpu_seconds(run, enough=CPU_SECONDS) < CPU_SECONDS


@every_attack
def test_an_attack_fills_no_memory(attack: Attack, canary: Path) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError):
            let_loose(attack, canary)
        assert tracemalloc.get_traced_memory()[1] < PEAK_BYTES
    finally:
        tracemalloc.stop()


def table(condition: str, result: str) -> bytes:
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
      namespace="urn:test"><decision id="dec" name="dec"><decisionTable><input><inputExpression>
      <text>amount</text></inputExpression></input><output name="x"/><rule>
      <inputEntry><text>{condition}</text></inputEntry>
      <outputEntry><text>{result}</text></outputEntry>
      </rule></decisionTable></decision></definitions>""".encode("utf-8", "surrogatepass")


@every_expression
@pytest.mark.parametrize("place", ["condition", "result"])
def test_an_attack_in_a_decision_cell_stays_in_its_cell(
    attack: Attack, place: str, canary: Path
) -> None:
    text = escape(attack.aimed_at(canary))
    xml = table(text, "1") if place == "condition" else table("-", text)
    values = []

    def run() -> None:
        with suppress(DecisionError):
            values.append(parse(xml)["dec"].evaluate(DATA))

    assert cpu_seconds(run, enough=2 * CPU_SECONDS) < 2 * CPU_SECONDS
    assert not canary.exists()
    assert all(len(repr(value)) < 100_000 for value in values)
