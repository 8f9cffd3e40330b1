"""One model serves any number of threads, each with instances of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.spiff import Workflow
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.test_properties import SHAPES, play

THREADS = 8


@pytest.fixture
def hurried() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("shape", ["parallel", "parallel instances", "called several at once"])
def test_instances_of_one_model_do_not_disturb_each_other(shape: str) -> None:
    content, *others = SHAPES[shape]
    model = d.model(content, *others)
    alone = [play(model, seed, "compacted") for seed in range(16)]
    fresh = d.model(content, *others)
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(lambda seed: play(fresh, seed, "compacted"), range(16)))
    assert together == alone


@pytest.mark.usefixtures("hurried")
def test_every_thread_packs_with_its_own_compressor() -> None:
    model = d.model(d.drawn(d.start(), d.user("x"), d.end(), d.flows("s x e")))

    def save(number: int) -> Any:
        workflow = Workflow.start(model, {"text": str(number) * 2000}, d.World())
        return Workflow.load(model, workflow.dump(), d.World()).data["text"]

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(save, range(400))) == [str(number) * 2000 for number in range(400)]
