"""Moved at any moment to a version drawn otherwise, a case ends as one that was started there."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from engine.errors import Conflict, DefinitionRefused
from engine.spiff import Model, OpenTask, Workflow, migration
from engine.spiff.data import same
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.edits import ADDED, Redrawn
from tests.engine.spiff.shapes import SHAPES

BEGIN = {"again": True, "p": True, "q": False, "n": 0, "items": [1, 2, 3], "list": []}
#: From here on nobody asks for another round.
LAST_ROUNDS = 18
MOST_STEPS = 300


def opened(workflow: Workflow) -> list[OpenTask]:
    """The open tasks, in an order that has nothing to do with when they came up."""
    return sorted(
        workflow.open_tasks(), key=lambda t: (t.element.key, str(t.item), sorted(map(str, t.data)))
    )


def shown(workflow: Workflow) -> list[Any]:
    """Everything that can be seen of a case."""
    tasks = [[task.element.key, task.item, task.data] for task in opened(workflow)]
    return [*tasks, workflow.data, workflow.completed]


Move = tuple[str, Any, dict[str, Any]]


def choose(workflow: Workflow, chance: random.Random, step: int) -> Move:
    """Give one thing that may happen next: a message, or which of the open tasks is done."""
    ready = opened(workflow)
    if not ready or chance.random() < 0.2:
        for name in chance.sample(["M", "N"], 2):
            if waits_for(workflow, name):
                return "message", name, {"told": step}
    place = chance.randrange(len(ready))
    task = ready[place]
    seen = task.data
    answers = {
        "again": chance.random() < 0.7 and step < LAST_ROUNDS,
        "p": chance.random() < 0.5,
        "q": chance.random() < 0.5,
        "n": step,
        "nest": {**seen.get("nest", {}), task.element.id: {"at": step}},
        "list": [*seen.get("list", []), step][-20:],
        task.element.id: step,
    }
    nth = [t for t in ready[:place] if (t.element.key, t.item) == (task.element.key, task.item)]
    key = task.element.key, task.item, len(nth)
    return "task", key, {**answers, "out": step} if task.item is not None else answers


def waits_for(workflow: Workflow, name: str) -> bool:
    trial = d.reloaded(workflow)
    try:
        trial.send_message(name, {})
    except Conflict:
        return False
    return True


def play(workflow: Workflow, move: Move) -> None:
    """Let it happen."""
    what, key, said = move
    if what == "message":
        workflow.send_message(key, said)
        return
    same_ones = [t for t in opened(workflow) if (t.element.key, t.item) == key[:2]]
    workflow.complete(same_ones[key[2]].id, said)


def catch_up(workflow: Workflow, known: list[str]) -> None:
    """Do what the new version asks beside, until it stands where the old one does."""
    for _ in range(MOST_STEPS):
        added = [t for t in opened(workflow) if t.element.id.startswith(ADDED)]
        if not added or [t.element.key for t in opened(workflow)] == known:
            return
        workflow.complete(added[0].id, {})


@settings(max_examples=100)
@given(
    shape=st.sampled_from(sorted(SHAPES)),
    seed=st.integers(0, 10**6),
    steps=st.integers(0, 20),
    edits=st.integers(1, 4),
)
def test_a_moved_case_ends_as_one_that_was_started_on_the_new_version(
    shape: str, seed: int, steps: int, edits: int
) -> None:
    chance = random.Random(seed)
    content, *others = SHAPES[shape]
    old = d.model(content, *others)
    running, moves, reached = ran(old, chance, steps)
    if running.completed:
        return
    new = redrawn(content, others, reached, chance, edits)
    found = migration.move(running.dump(), old, new, {}, d.World())
    assert found.workflow is not None, found.reasons
    moved = d.reloaded(found.workflow)
    assert [t.id for t in opened(moved)] == [t.id for t in opened(running)]
    assert shown(moved) == shown(running)
    fresh = replayed(new, moves, running)
    assert [t.element.key for t in opened(fresh)] == [t.element.key for t in opened(moved)]
    go_on_alike(moved, fresh, chance, steps)


@settings(max_examples=80)
@given(
    one=st.sampled_from(sorted(SHAPES)),
    other=st.sampled_from(sorted(SHAPES)),
    seed=st.integers(0, 10**6),
    steps=st.integers(0, 15),
)
def test_moved_to_another_process_altogether_it_is_refused_or_comes_to_its_end(
    one: str, other: str, seed: int, steps: int
) -> None:
    chance = random.Random(seed)
    running, _moves, _reached = ran(d.model(*SHAPES[one]), chance, steps)
    if running.completed:
        return
    found = migration.move(running.dump(), running.model, d.model(*SHAPES[other]), {}, d.World())
    if found.workflow is None:
        assert found.reasons
        return
    moved = found.workflow
    for step in range(steps, MOST_STEPS):
        if moved.completed:
            return
        moved = d.reloaded(moved)
        play(moved, choose(moved, chance, step))
    raise AssertionError("it did not come to its end")


def ran(model: Model, chance: random.Random, steps: int) -> tuple[Workflow, list[Any], set[str]]:
    """A case after some steps, what happened at each, and what it was at or is at."""
    workflow = Workflow.start(model, BEGIN, d.World())
    moves: list[Any] = []
    for step in range(steps):
        if workflow.completed:
            break
        move = choose(workflow, chance, step)
        keys = [t.element.key for t in opened(workflow)]
        play(workflow, move)
        moves.append((keys, move))
    at = {key for keys, _move in moves for key in keys} | set(d.names(workflow))
    return workflow, moves, {key.rpartition(":")[2] for key in (*at, *workflow.path)}


def redrawn(
    content: bytes, others: list[bytes], reached: set[str], chance: random.Random, edits: int
) -> Model:
    files = [content, *others]
    place = chance.randrange(len(files))
    drawing = Redrawn(files[place], reached, chance)
    for _ in range(edits):
        drawing.edit()
    files[place] = drawing.content
    try:
        return d.model(*files)
    except DefinitionRefused:
        reject()  # such as a loop that no longer waits for anybody


def replayed(model: Model, moves: list[Any], like: Workflow) -> Workflow:
    """A case that was started on the new version and brought to the same point."""
    workflow = Workflow.start(model, BEGIN, d.World())
    for keys, move in moves:
        catch_up(workflow, keys)
        play(workflow, move)
    catch_up(workflow, [t.element.key for t in opened(like)])
    return workflow


def go_on_alike(moved: Workflow, fresh: Workflow, chance: random.Random, begun: int) -> None:
    for step in range(begun, MOST_STEPS):
        assert same(shown(moved), shown(fresh))
        if moved.completed:
            return
        move = choose(moved, chance, step)
        play(moved, move)
        play(fresh, move)
        moved = d.reloaded(moved)
    raise AssertionError("it did not come to its end")
