"""The interchange test suite of BPMN's working group: what others draw is named and made to run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from engine import spiff
from engine.errors import DefinitionRefused
from engine.spiff.diagram import Diagram
from engine.spiff.dry_run import dry_run
from engine.spiff.importing import apply, proposals
from engine.spiff.lint import lint

CORPUS = Path(__file__).parents[5] / "shared" / "corpora" / "miwg"
FILES = sorted(CORPUS.rglob("*.bpmn"))
DRAWN_ONLY = ("participant", "dataStoreReference", "dataObjectReference", "group", "category")

pytestmark = pytest.mark.skipif(not FILES, reason=f"the corpus is not at {CORPUS}")


@cache
def mended(path: Path) -> bytes:
    content = path.read_bytes()
    return apply(content, {proposal.id for proposal in proposals(content)})


def ids(content: bytes, *kinds: str) -> set[str | None]:
    root = etree.fromstring(content)
    return {node.get("id") for kind in kinds for node in root.iter(f"{{*}}{kind}")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_right_is_called_wrong(path: Path) -> None:
    found = [problem for problem in lint(path.read_bytes()) if problem.severity == "error"]
    assert [problem for problem in found if problem.family != "engine"] == []
    assert all(problem.fix for problem in found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_with_all_proposals_accepted_nothing_is_refused(path: Path) -> None:
    assert [problem for problem in lint(mended(path)) if problem.severity == "error"] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_only_drawn_stays(path: Path) -> None:
    content = path.read_bytes()
    assert ids(content, *DRAWN_ONLY) == ids(mended(path), *DRAWN_ONLY)
    assert apply(content, []) == content


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_layout_stays(path: Path) -> None:
    """What is still there is drawn where it was; only what became another kind changes its size."""
    before, after = _middles(path.read_bytes()), _middles(mended(path))
    moved = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert moved == set()


def _middles(content: bytes) -> dict[str | None, tuple[float, float]]:
    found = {}
    for shape in etree.fromstring(content).iter("{*}BPMNShape"):
        bounds = shape.find("{*}Bounds")
        assert bounds is not None
        x, y, width, height = (float(bounds.get(n) or 0) for n in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (round(x + width / 2, 2), round(y + height / 2, 2))
    return found


def test_most_of_them_run_to_their_end() -> None:
    ended, runnable = 0, 0
    for path in FILES:
        content = mended(path)
        keys = [scope.id for scope in Diagram.read(content).processes if _runs(scope.node)]
        runnable += bool(keys)
        ended += bool(keys) and all(_comes_to_its_end(content, key) for key in keys)
    assert runnable == len(FILES)
    assert ended / runnable >= 0.9


def _runs(process: etree._Element) -> bool:
    return process.get("isExecutable") != "false"


def _comes_to_its_end(content: bytes, key: str) -> bool:
    try:
        return dry_run(spiff.build({"p": content}, key)).completed
    except DefinitionRefused:
        return False
