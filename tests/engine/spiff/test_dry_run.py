"""A process is played with made-up answers to see whether it can come to its end."""

from __future__ import annotations

import pytest

from engine.spiff.dry_run import dry_run
from tests.engine.spiff import diagrams as d
from tests.processes.player import bundle, model


@pytest.mark.parametrize("key", bundle("processes/bpmn"))
def test_what_is_shipped_can_be_played_to_its_end(key: str) -> None:
    played = dry_run(model(key))
    assert played.completed
    assert played.error is None
    assert played.path


def test_answers_are_made_from_what_they_are_compared_with() -> None:
    content = d.drawn(
        d.start(), d.user("x"), d.xor("g", "x"), d.end(),
        d.flows("s x g", 'g e? level == "major" and amount > 41', "g x"),
    )  # fmt: skip
    assert dry_run(d.model(content)).completed


def test_timers_fire_and_messages_and_signals_come() -> None:
    content = d.drawn(
        '<message id="m" name="M"/>', '<signal id="sg" name="SG"/>', d.start(),
        d.catch("t", d.timer("timeDuration", '"P10D"')), d.catch("c", d.message("m")),
        d.catch("n", '<signalEventDefinition signalRef="sg"/>'), d.end(), d.flows("s t c n e"),
    )  # fmt: skip
    assert dry_run(d.model(content)).path == ["s", "t", "c", "n", "e"]


def test_an_event_gateway_goes_one_of_its_ways() -> None:
    content = d.drawn(
        '<message id="m" name="M"/>', d.start(), d.node("eventBasedGateway", "g"),
        d.catch("c", d.message("m")), d.catch("t", d.timer("timeDuration", '"P10D"')), d.end(),
        d.flows("s g c e", "g t e"),
    )  # fmt: skip
    assert dry_run(d.model(content)).completed


def test_a_collection_has_items() -> None:
    content = d.drawn(
        d.start(), d.user("x", d.several(items="people", item="person")), d.end(), d.flows("s x e")
    )
    assert dry_run(d.model(content)).path.count("x") == 2


def test_what_never_ends_says_where_it_waits() -> None:
    content = d.drawn(
        d.start(), d.user("x"), d.xor("g", "x"), d.end(), d.flows("s x g", "g e? 1 > 2", "g x")
    )
    played = dry_run(d.model(content))
    assert not played.completed
    assert played.waits_at == ["x"]


def test_what_stops_a_process_is_told() -> None:
    content = d.drawn(d.start(), d.script("x", "a = 1 / 0"), d.end(), d.flows("s x e"))
    played = dry_run(d.model(content))
    assert not played.completed
    assert played.error is not None


def test_the_same_seed_plays_the_same() -> None:
    shipped = model("hazard_report")
    assert dry_run(shipped, seed=7) == dry_run(shipped, seed=7)
