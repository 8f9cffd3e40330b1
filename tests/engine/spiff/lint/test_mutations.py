"""Whatever is done to a diagram, lint and the proposals answer, in words, and never stumble."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.errors import DefinitionRefused
from engine.spiff import build, processes_in
from engine.spiff.importing import apply, proposals
from engine.spiff.lint import lint
from tests.engine.spiff.lint.mutations import damaged
from tests.processes.player import bundle

CORPUS = Path(__file__).parents[5] / "shared" / "corpora" / "miwg"
DRAWN = [path.read_bytes() for path in sorted(CORPUS.glob("reference/*.bpmn"))]
FILES = [*bundle("processes/bpmn").values(), *DRAWN]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_diagram_is_judged_in_words(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        content = damaged(chance.choice(FILES), chance)
        problems = lint(content)
        assert all(problem.zh and problem.en and problem.rule for problem in problems)
        if all(problem.severity == "warning" for problem in problems):
            _build(content)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_diagram_is_mended_or_left(seed: int) -> None:
    chance = random.Random(1000 + seed)
    content = damaged(chance.choice(FILES), chance)
    try:
        offered = proposals(content)
    except DefinitionRefused:
        return
    some = {proposal.id for proposal in offered if chance.random() < 0.7}
    lint(apply(content, some))
    lint(apply(content, {proposal.id for proposal in offered}))


def _build(content: bytes) -> None:
    """What lint lets pass is understood by the engine; only what is called may be missing."""
    for key in processes_in(content):
        try:
            build({"p": content}, key)
        except DefinitionRefused as refusal:
            rules = {problem.rule for problem in refusal.problems}
            assert "not-understood" not in rules
