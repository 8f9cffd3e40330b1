"""The token game: what is sound is let pass however it is drawn, what gets stuck is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.spiff.lint import lint, tokens
from engine.spiff.lint.net import Marking, Net
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import TIMER, inner, task
from tests.engine.spiff.shapes import SHAPES


def unsound(content: bytes) -> dict[str, str]:
    """Give element → rule for what does not come to its end."""
    return {p.element: p.rule for p in lint(content) if p.family == "flow"}


def tasks(*ids: str) -> str:
    return "".join(map(task, ids))


SOUND = {
    "forks within forks, one join": d.drawn(
        d.start(), d.both("f"), d.both("g"), d.both("j"), tasks("a", "b", "c"), d.end(),
        d.flows("s f a j e", "f g b j", "g c j"),
    ),
    "a rework loop around a fork": d.drawn(
        d.start(), tasks("a", "b", "c"), d.both("f"), d.both("j"), d.xor("g", "e"), d.end(),
        d.flows("s a f b j g e", "f c j", "g a? again"),
    ),
    "an inclusive join behind a loop": d.drawn(
        d.start(), d.both("f"), tasks("a", "b"), d.xor("g", "j"), d.inclusive("j"), d.end(),
        d.flows("s f a g j e", "g a? again", "f b j"),
    ),
    "branches that end by themselves": d.drawn(
        d.start(), d.both("f"), tasks("a", "b"), d.end(), d.end("e2"),
        d.flows("s f a e", "f b e2"),
    ),
    "a reminder beside a task in a loop": d.drawn(
        d.start(), task("a"), d.boundary("b", "a", TIMER, interrupting=False), d.xor("g", "e"),
        d.end(), d.end("e2"), d.flows("s a g e", "g a? again", "b e2"),
    ),
    "a deadline that leads to the same step": d.drawn(
        d.start(), tasks("a", "z"), d.boundary("b", "a", TIMER), d.end(), d.flows("s a z e", "b z"),
    ),
    "an end that stops everything": d.drawn(
        d.start(), d.both("f"), tasks("a", "b"), d.both("j"),
        d.end("e", "<terminateEventDefinition/>"), d.end("e2"),
        d.flows("s f a e", "f b j e2", "f j"),
    ),
    "a sub-process": d.drawn(d.start(), inner(), d.end(), d.flows("s x e")),
}  # fmt: skip

STUCK = {
    "a choice before a parallel join": (
        d.drawn(d.start(), d.xor("g", "b"), tasks("a", "b"), d.both("j"), d.end(),
                d.flows("s g", "g a? n", "g b", "a j", "b j e")),
        {"j": "never-ends"},
    ),
    "a choice inside one branch": (
        d.drawn(d.start(), d.both("f"), d.xor("g", "e2"), tasks("a", "b"), d.both("j"), d.end(),
                d.end("e2"), d.flows("s f a j e", "f g", "g b? n", "g e2", "b j")),
        {"j": "deadlock"},
    ),
    "two joins that wait for each other": (
        d.drawn(d.start(), d.both("f"), d.both("j"), d.both("k"), d.xor("g", "e"), d.end(),
                d.flows("s f j g e", "g k? n", "k j", "f k")),
        {"j": "never-ends", "k": "never-ends"},
    ),
    "a fork before a plain merge": (
        d.drawn(d.start(), d.both("f"), tasks("a", "b", "z"), d.xor("m"), d.end(),
                d.flows("s f a m z e", "f b m")),
        {"m": "tokens-doubled"},
    ),
    "a loop that cannot be left": (
        d.drawn(d.start(), d.xor("m"), task("a"), d.xor("g", "m"), d.end(),
                d.flows("s m a g m", "g a? n")),
        {"m": "loop-endless"},
    ),
    "within a sub-process": (
        d.drawn(d.start(),
                d.subprocess("x", d.start("s2"), d.xor("g", "b"), tasks("a", "b"), d.both("j"),
                             d.end("e2"), d.flows("s2 g", "g a? n", "g b", "a j", "b j e2")),
                d.end(), d.flows("s x e")),
        {"j": "never-ends"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_passes(name: str) -> None:
    assert unsound(SOUND[name]) == {}


@pytest.mark.parametrize("name", STUCK)
def test_what_gets_stuck_or_is_doubled_is_found(name: str) -> None:
    content, expected = STUCK[name]
    assert unsound(content) == expected


@pytest.mark.parametrize("name", SHAPES)
def test_what_always_runs_to_its_end_is_sound(name: str) -> None:
    """Those diagrams are played at random by other tests, and always come to their end."""
    assert [unsound(content) for content in SHAPES[name]] == [{}] * len(SHAPES[name])


def test_wide_diagrams_are_looked_at_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty branches with three ways each would be thousands of millions of markings."""
    looked_at = 0
    ask = Net.next

    def counted(net: Net, now: Marking, *, ahead: bool) -> Iterator[Marking]:
        nonlocal looked_at
        looked_at += 1
        return ask(net, now, ahead=ahead)

    monkeypatch.setattr(Net, "next", counted)
    branches = range(20)
    wide = d.drawn(
        d.start(), d.both("f"), d.both("j"), d.end(),
        *(tasks(f"a{n}", f"b{n}", f"c{n}") for n in branches),
        *(d.inclusive(f"i{n}", f"b{n}") + d.inclusive(f"k{n}") for n in branches),
        d.flows("s f", "j e", *(f"f a{n} i{n} b{n} k{n} j" for n in branches),
                *(f"i{n} c{n}? n" for n in branches), *(f"c{n} k{n}" for n in branches)),
    )  # fmt: skip
    assert unsound(wide) == {}
    assert 0 < looked_at <= 3 * tokens._MOST
