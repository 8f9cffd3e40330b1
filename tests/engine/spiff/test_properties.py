"""Random runs of many shapes: saving and forgetting must never change what happens."""

from __future__ import annotations

import random
from typing import Any

import pytest

from engine import spiff
from engine.errors import Conflict
from engine.spiff import Model, Workflow
from engine.spiff.data import same
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.shapes import SHAPES

RUNS = 60
STEPS = 60
#: From here on nobody asks for another round.
LAST_ROUNDS = 25


def play(model: Model, seed: int, mode: str) -> list[Any]:
    """Play one random run; give everything that can be seen of it."""
    chance = random.Random(seed)
    begin = {"again": True, "p": True, "q": False, "n": 0, "items": [1, 2, 3], "list": []}
    workflow = Workflow.start(model, begin, d.World())
    trace: list[Any] = []
    for step in range(10 * STEPS):
        if mode != "plain":
            blob = workflow.dump(compacted=mode == "compacted")
            workflow = Workflow.load(model, blob, d.World())
        ready = workflow.open_tasks()
        trace.append([[t.element.key, t.item, t.data] for t in ready] + [workflow.data])
        if workflow.completed:
            return trace
        move(workflow, chance, step)
    pytest.fail(f"run {seed} did not come to its end: {trace[-1]}")


def move(workflow: Workflow, chance: random.Random, step: int) -> None:
    """Complete one open task with random answers, send a message, or let a voter leave."""
    ready = workflow.open_tasks()
    if chance.random() < 0.2 or not ready:
        for name in chance.sample(["M", "N"], 2):
            try:
                workflow.send_message(name, {"told": step})
                return
            except Conflict:
                continue
    task = chance.choice(ready)
    if task.seat is not None and chance.random() < 0.2:
        workflow.count_out(str(task.seat.voter))
        return
    seen = task.data
    again = chance.random() < 0.7 and step < LAST_ROUNDS
    answers = {
        "again": again,
        "p": chance.random() < 0.5,
        "q": chance.random() < 0.5,
        "n": step,
        "nest": {**seen.get("nest", {}), task.element.id: {"at": step}},
        "list": [*seen.get("list", []), step][-20:],
        task.element.id: step,
        "decision": chance.choice(["agree", "agree", "refuse"]),
    }
    workflow.complete(task.id, {**answers, "out": step} if task.item is not None else answers)


@pytest.mark.parametrize("shape", SHAPES)
def test_saving_and_forgetting_change_nothing(shape: str) -> None:
    content, *others = SHAPES[shape]
    model = d.model(content, *others)
    for seed in range(RUNS):
        plain = play(model, seed, "plain")
        assert same(play(model, seed, "saved"), plain), f"seed {seed}"
        assert same(play(model, seed, "compacted"), plain), f"seed {seed}"


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_state_gives_the_same_bytes(shape: str) -> None:
    content, *others = SHAPES[shape]
    model = spiff.build(dict(enumerate_files(content, *others)), "p")
    workflow = Workflow.start(model, {"items": [1, 2], "p": True, "q": True, "n": 0}, d.World())
    for task in workflow.open_tasks():
        workflow.complete(task.id, {"again": True})
    blob = workflow.dump()
    assert workflow.dump() == blob
    assert Workflow.load(model, blob, d.World()).dump() == blob


def enumerate_files(*contents: bytes) -> list[tuple[str, bytes]]:
    return [(f"{number}", content) for number, content in enumerate(contents)]
