"""What the engine lets run fits when it is replayed; what it would not let run does not."""

from __future__ import annotations

import random

import pytest

from engine.spiff import Model, Workflow
from engine.spiff.replaying import independent, net_of, replay
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.shapes import SHAPES
from tests.engine.spiff.test_properties import STEPS, move
from tests.processes.player import model

RUNS = 12
RECTIFICATION = ("plan", "rectify", "accept")
REWARD = ("approve_reward", "pay_reward", "confirm_reward")


def steps(*names: str) -> list[str]:
    """Give steps of the shipped process by their short names."""
    called = {**dict.fromkeys(RECTIFICATION, "rectification:"), **dict.fromkeys(REWARD, "reward:")}
    return [called.get(name, "") + name for name in names]


class Watched(Workflow):
    """Notes every task that is completed."""

    done: list[str]

    def complete(self, task_id, *args, **kwargs):  # type: ignore[no-untyped-def]
        done = next(task for task in self.open_tasks() if task.id == task_id)
        super().complete(task_id, *args, **kwargs)
        self.done.append(done.element.key)


def ran(built: Model, seed: int) -> list[str]:
    """Let the engine play a random run; give the steps that were done."""
    chance = random.Random(seed)
    begin = {"again": True, "p": True, "q": False, "n": 0, "items": [1, 2, 3], "list": []}
    workflow = Watched.start(built, begin, d.World())
    assert isinstance(workflow, Watched)
    workflow.done = []
    for step in range(10 * STEPS):
        if workflow.completed:
            break
        move(workflow, chance, step)
    return workflow.done


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_the_engine_ran_fits(shape: str) -> None:
    built = d.model(*SHAPES[shape])
    net = net_of(built)
    for seed in range(RUNS):
        done = ran(built, seed)
        told = replay(net, done)
        assert told.fits, f"seed {seed}: {done} {told}"


@pytest.mark.parametrize("shape", ["exclusive", "parallel", "called process", "event gateway"])
def test_a_run_without_its_first_step_does_not_fit(shape: str) -> None:
    built = d.model(*SHAPES[shape])
    net = net_of(built)
    for seed in range(RUNS):
        done = ran(built, seed)
        assert not replay(net, done[1:]).fits, done


USUAL = steps("acknowledge", "verify", *RECTIFICATION, *REWARD)


def test_the_shipped_process_lets_rectification_and_reward_fall_between_each_other() -> None:
    net = net_of(model("hazard_report"))
    mixed = steps(
        "acknowledge", "verify", "plan", "approve_reward", "rectify", "pay_reward", "accept"
    )
    assert replay(net, USUAL).fits
    assert replay(net, mixed).fits
    assert replay(
        net, steps("acknowledge", "verify", "rectify", "accept", "rectify", "accept")
    ).fits


def test_what_is_missing_is_named() -> None:
    told = replay(net_of(model("hazard_report")), [one for one in USUAL if one != "verify"])
    assert not told.fits
    assert told.skipped == ("verify",)
    assert told.extra == ()


def test_a_step_that_came_too_early_is_named_by_its_place() -> None:
    early = steps("pay_reward", "acknowledge", "verify", "rectify", "accept")
    told = replay(net_of(model("hazard_report")), early)
    assert [early[at] for at in told.extra] == ["reward:pay_reward"]


def test_the_way_between_the_steps_is_told_too() -> None:
    told = replay(net_of(model("hazard_report")), USUAL)
    passed = {name for process, name in told.passed if process == "hazard_report"}
    assert {"reported", "register", "both_start", "finished", "verify_to_finding_gate"} <= passed
    assert "dismiss" not in passed
    assert told.passed["rectification", "rectify"] == 1


def test_a_case_too_tangled_to_decide_is_left_open() -> None:
    told = replay(net_of(model("hazard_report")), USUAL, most=5)
    assert not told.is_decided
    assert not told.fits


def test_only_branches_of_one_split_run_side_by_side() -> None:
    beside = independent(net_of(model("hazard_report")))
    rectify, pay = steps("rectify", "pay_reward")
    assert (rectify, pay) in beside
    assert (pay, rectify) in beside
    assert not any("verify" in pair for pair in beside)
    assert not any(all(one.startswith("reward:") for one in pair) for pair in beside)
