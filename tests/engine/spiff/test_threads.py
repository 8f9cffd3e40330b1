"""One model serves any number of threads, each with instances of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine import spiff
from engine.errors import DefinitionRefused
from engine.spiff import Model, Workflow
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


def small(name: str) -> bytes:
    return d.file(d.process(d.start(), d.user(name), d.end(), d.flows(f"s {name} e")))


def test_a_model_is_built_once_for_its_digest() -> None:
    fetched = []

    def fetch() -> dict[str, bytes]:
        fetched.append(1)
        return {"p": small("x")}

    first = spiff.build_cached("digest-1", fetch, "p")
    assert spiff.build_cached("digest-1", fetch, "p") is first
    assert spiff.build_cached("digest-2", {"p": small("y")}, "p") is not first
    assert len(fetched) == 1


def test_all_threads_get_the_same_model() -> None:
    def get(_number: int) -> Model:
        return spiff.build_cached("digest-3", {"p": small("x")}, "p")

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(get, range(64)))) == 1


def test_the_cache_forgets_the_least_recent() -> None:
    first = spiff.build_cached("first", {"p": small("x")}, "p")
    for number in range(300):
        spiff.build_cached(f"many-{number}", {"p": small("x")}, "p")
    assert spiff.build_cached("first", {"p": small("x")}, "p") is not first


def test_what_cannot_be_built_is_not_cached() -> None:
    for _ in range(2):
        with pytest.raises(DefinitionRefused):
            spiff.build_cached("bad", {"p": b"bad"}, "p")
    assert spiff.build_cached("bad", {"p": small("x")}, "p").process_key == "p"
