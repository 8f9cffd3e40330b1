"""Moving one instance: what is kept, what begins, and what is refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from engine.errors import IntegrityError
from engine.spiff import Workflow, migration
from tests.engine.spiff import diagrams as d

NOON = datetime.fromisoformat("2026-11-02T12:00:00+00:00")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def moved(workflow: Workflow, *files: bytes, world: Any = None, **mapping: str) -> Workflow:
    """Move an instance to another drawing of its process, and load it there."""
    found = migration.move(workflow.dump(), workflow.model, d.model(*files), mapping, d.World())
    assert found.workflow is not None, found.reasons
    return d.reloaded(found.workflow, world)


def refused(workflow: Workflow, *files: bytes, **mapping: str) -> str:
    """Try to; give why not, in English."""
    found = migration.move(workflow.dump(), workflow.model, d.model(*files), mapping, d.World())
    assert found.workflow is None
    assert all(reason.zh for reason in found.reasons)
    return " ".join(reason.en for reason in found.reasons)


def line(*parts: str) -> bytes:
    """start, a, b, end, with more beside."""
    ways = [part for part in parts if part.startswith("<sequenceFlow")]
    return d.drawn(d.start(), d.end(), *parts, "" if ways else d.flows("s a b e"))


LINE = line(d.user("a"), d.user("b"))


def guarded(
    expression: str, *, on: str = "a", event: str = "t", kind: str = "timeDuration"
) -> bytes:
    return line(
        d.user("a"), d.user("b"), d.user("h"), d.end("eh"),
        d.boundary(event, on, d.timer(kind, expression), interrupting=False),
        d.flows("s a b e", f"{event} h eh"),
    )  # fmt: skip


# -- what is kept ---------------------------------------------------------------------------------


def test_an_open_task_keeps_its_id_and_its_data() -> None:
    running = d.begin(LINE, first=1)
    before = d.task(running, "a")
    after = moved(running, line(d.user("a", formKey="other"), d.user("x"), d.flows("s a x e")))
    assert d.task(after, "a").id == before.id
    assert d.task(after, "a").data == {"first": 1}
    assert d.task(after, "a").element.properties["formKey"] == "other"
    d.do(after, "a", second=2)
    assert d.names(after) == ["x"]
    d.do(after, "x")
    assert after.data == {"first": 1, "second": 2}


def test_a_task_goes_on_under_another_id_when_a_person_says_so() -> None:
    renamed = line(d.user("a2"), d.user("b"), d.flows("s a2 b e"))
    running = d.begin(LINE)
    assert "is not in the new version" in refused(running, renamed)
    assert d.names(moved(running, renamed, a="a2")) == ["a2"]


def test_a_running_timer_keeps_its_moment(clock: time_machine.Traveller) -> None:
    running = d.begin(guarded('"PT5H"'))
    clock.shift(timedelta(hours=2))
    after = moved(running, guarded('"PT24H"'))
    assert after.next_due() == NOON + timedelta(hours=5)
    clock.shift(timedelta(hours=4))
    assert after.fire_timers()
    assert d.names(after) == ["a", "h"]


def test_a_timer_that_has_fired_does_not_begin_again(clock: time_machine.Traveller) -> None:
    running = d.begin(guarded('"PT1H"'))
    clock.shift(timedelta(hours=2))
    running.fire_timers()
    d.do(running, "h")
    after = moved(d.reloaded(running), guarded('"PT3H"'))
    assert after.next_due() is None
    assert d.names(after) == ["a"]


def test_a_new_timer_on_an_open_task_counts_from_now(clock: time_machine.Traveller) -> None:
    running = d.begin(LINE)
    clock.shift(timedelta(hours=2))
    after = moved(running, guarded('"PT1H"'))
    assert after.next_due() == NOON + timedelta(hours=3)
    clock.shift(timedelta(hours=1))
    after.fire_timers()
    assert d.names(after) == ["a", "h"]
    d.do(after, "a")
    assert d.names(after) == ["b", "h"]
    assert after.next_due() is None


def test_a_timer_that_is_gone_no_longer_fires() -> None:
    after = moved(d.begin(guarded('"PT1H"')), LINE)
    assert after.next_due() is None
    d.do(after, "a")
    d.do(after, "b")
    assert after.completed


def test_a_timer_that_guards_another_step_now_begins_there() -> None:
    after = moved(d.begin(guarded('"PT1H"')), guarded('"PT1H"', on="b"))
    assert after.next_due() is None
    d.do(after, "a")
    assert after.next_due() == NOON + timedelta(hours=1)


def test_a_cycle_goes_on_ticking_where_it_was(clock: time_machine.Traveller) -> None:
    running = d.begin(guarded('"R3/PT1H"', kind="timeCycle"))
    clock.shift(timedelta(minutes=90))
    running.fire_timers()
    after = moved(d.reloaded(running), guarded('"R9/PT9H"', kind="timeCycle"))
    assert d.names(after) == ["a", "h"]
    assert after.next_due() == NOON + timedelta(hours=2)


def test_the_reminder_on_its_way_goes_on_when_its_timer_is_gone(
    clock: time_machine.Traveller,
) -> None:
    running = d.begin(guarded('"PT1H"'))
    clock.shift(timedelta(hours=2))
    running.fire_timers()
    after = moved(d.reloaded(running), guarded('"PT1H"', event="other"))
    assert d.names(after) == ["a", "h"]
    d.do(after, "h", told=True)
    d.do(after, "a", done=True)
    d.do(after, "b")
    assert after.data == {"told": True, "done": True}


def test_repeated_work_keeps_its_items_and_its_results() -> None:
    def many(name: str, until: str = "") -> bytes:
        several = d.several(items="items", item="item", output="res", each="out", until=until)
        return line(d.node("userTask", "a", several, name=name), d.user("b"))

    running = d.begin(many("one"), items=["x", "y", "z"])
    running.complete(running.open_tasks()[1].id, {"out": 5})
    after = moved(d.reloaded(running), many("other", until="len(res) > 1"))
    assert [task.item for task in after.open_tasks()] == [0, 2]
    after.complete(after.open_tasks()[1].id, {"out": 7})
    assert after.data["res"] == [5, 7]
    assert d.names(after) == ["b"]


def test_a_service_that_waits_to_be_run_again_is_run_as_the_new_version_says() -> None:
    world = d.World()
    world.answers["old"] = ValueError("no")
    running = d.begin(line(d.service("a", "old"), d.user("b")), world=world)
    after = moved(running, line(d.service("a", "new"), d.user("b")), world=world)
    after.retry(after.deferred()[0].task_id)
    assert world.calls[-1][1] == "new"
    assert d.names(after) == ["b"]


def test_what_is_inside_a_called_process_goes_on_inside() -> None:
    called = [
        d.file(d.process(d.start(), d.user("u"), *more, d.end(), d.flows(way), id="called"))
        for more, way in (([], "s u e"), ([d.user("v")], "s u v e"))
    ]
    outer = line(d.call("a", "called"), d.user("b"))
    running = d.begin(outer, called[0], x=1)
    after = moved(running, outer, called[1])
    assert d.task(after, "called:u").id == d.task(running, "called:u").id
    d.do(after, "called:u")
    d.do(after, "called:v", y=2)
    assert d.names(after) == ["b"]
    assert after.data == {"x": 1, "y": 2}


def test_an_event_gateway_keeps_its_moment_and_hears_what_is_new() -> None:
    def waits(*events: str) -> bytes:
        names = [f"c{number}" for number in range(len(events))]
        catches = [d.catch(name, event) for name, event in zip(names, events, strict=True)]
        ways = [f"g {name} x" for name in names]
        return d.drawn(
            '<message id="m" name="M"/>', '<message id="n" name="N"/>', d.start(),
            d.node("eventBasedGateway", "g"), *catches, d.xor("x"), d.user("a"), d.end(),
            d.flows("s g", *ways, "x a e"),
        )  # fmt: skip

    hour = d.timer("timeDuration", '"PT1H"')
    running = d.begin(waits(d.message("m"), hour))
    after = moved(running, waits(d.message("m"), d.timer("timeDuration", '"PT9H"'), d.message("n")))
    assert after.next_due() == NOON + timedelta(hours=1)
    after.send_message("N")
    assert d.names(after) == ["a"]
    assert moved(running, waits(d.message("m"), d.message("n"))).next_due() is None
    without = d.begin(waits(d.message("m"), d.message("n")))
    assert moved(without, waits(d.message("m"), hour)).next_due() == NOON + timedelta(hours=1)


def test_a_moved_instance_is_saved_as_one_of_its_new_version_only() -> None:
    other = line(d.user("a2"), d.user("b"), d.flows("s a2 b e"))
    running = d.begin(LINE)
    after = moved(running, other, a="a2")
    assert Workflow.load(d.model(other), after.dump(), d.World()).dump() == after.dump()
    with pytest.raises(IntegrityError):
        Workflow.load(d.model(LINE), after.dump(), d.World())


# -- what is refused ------------------------------------------------------------------------------

FORK = d.drawn(
    d.start(), d.both("g"), d.user("a"), d.user("b"), d.both("j"), d.user("c"), d.end(),
    d.flows("s g a j c e", "g b j"),
)  # fmt: skip


def many(items: str = "items", **settings: Any) -> bytes:
    several = d.several(items=items, item="item", **settings)
    return line(d.node("userTask", "a", several), d.user("b"))


INSIDE = line(
    d.subprocess("a", d.start("s2"), d.user("u"), d.end("e2"), d.flows("s2 u e2")), d.user("b")
)
CAUGHT = (
    '<message id="m" name="M"/>',
    d.start(),
    d.user("b"),
    d.end(),
    d.flows("s a b e"),
)
REFUSALS = {
    "the open task is gone": (
        LINE,
        line(d.user("b"), d.flows("s b e")),
        "'Task a' is not in the new version",
    ),
    "it is of another type": (
        LINE,
        line(d.node("manualTask", "a"), d.user("b")),
        "another type of element",
    ),
    "it is repeated now": (LINE, many(), "repeated in another way"),
    "it is repeated no longer": (many(), LINE, "repeated in another way"),
    "at once became one by one": (many(), many(sequential=True), "repeated in another way"),
    "it goes over other items": (many(), many("people"), "takes other items"),
    "it collects other results": (many(), many(output="res", each="out"), "collects other results"),
    "the sub-process around it is gone": (
        INSIDE,
        line(d.user("u"), d.user("b"), d.flows("s u b e")),
        "'a' is not in the new version",
    ),
    "it lies in a sub-process now": (
        line(d.user("u"), d.user("b"), d.flows("s u b e")),
        INSIDE,
        "lies in another sub-process",
    ),
    "it waits for something else": (
        d.drawn(*CAUGHT, d.catch("a", d.message("m"))),
        d.drawn(*CAUGHT, d.catch("a", d.timer("timeDuration", '"PT1H"'))),
        "another kind of event",
    ),
    "branches follow each other now": (
        FORK,
        d.drawn(
            d.start(), d.user("a"), d.user("b"), d.user("c"), d.end(), d.flows("s a b c e")
        ),
        "would never be here: 'Task a', 'Task b'",
    ),
    "what was alone is one of two branches now": (
        line(d.user("a"), d.user("c"), d.flows("s a c e")),
        FORK,
        "would never be here: 'Task a'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_go_on_is_refused_in_words(name: str) -> None:
    before, after, words = REFUSALS[name]
    assert words in refused(d.begin(before, items=[1, 2], people=[3]), after)


def test_a_join_that_waits_for_other_branches_is_refused() -> None:
    more = d.drawn(
        d.start(), d.both("g"), d.user("a"), d.user("b"), d.user("x"), d.both("j"), d.user("c"),
        d.end(), d.flows("s g a j c e", "g b j", "g x j"),
    )  # fmt: skip
    running = d.begin(FORK)
    d.do(running, "a")
    assert "Branches wait at 'j' already" in refused(running, more)


def test_a_new_timer_that_cannot_be_set_is_refused() -> None:
    said = refused(d.begin(LINE), guarded("deadline", kind="timeDate"))
    assert "A timer that is new at 'Task a' cannot be set" in said


def test_a_process_of_too_many_branches_moves_only_when_nothing_was_rewired() -> None:
    tasks = [f"t{number}" for number in range(18)]

    def wide(name: str, *more: str) -> bytes:
        first, *others = (d.node("userTask", task, name=name) for task in tasks)
        ways = [f"g {task} j" for task in tasks]
        return d.drawn(
            d.start(), d.both("g"), first, *others, d.both("j"), d.end(), *more,
            d.flows("s g", *ways, *(["j more e"] if more else ["j e"])),
        )  # fmt: skip

    running = d.begin(wide("one"))
    for task in tasks[::2]:
        d.do(running, task)
    assert len(moved(running, wide("other")).open_tasks()) == 9
    assert "too many parallel branches" in refused(running, wide("other", d.user("more")))


def test_what_lies_ahead_is_known_within_what_is_called_and_repeated() -> None:
    running = d.begin(FORK)
    d.do(running, "a")
    d.do(running, "b")
    assert migration.ahead(running) == {"c", "e"}
    assert {"a", "u", "b", "e"} <= migration.ahead(d.begin(INSIDE))
    assert "b" in migration.ahead(d.begin(many(), items=[1]))


# -- the plan -------------------------------------------------------------------------------------


def test_a_plan_says_what_goes_on_where_and_what_will_be_otherwise() -> None:
    old = d.model(guarded('"PT1H"'))
    new = line(
        d.user("a", formKey="f", candidateGroups="union", dueIn="3wd"), d.user("b2"),
        d.boundary("n", "a", d.timer("timeDuration", '"PT2H"')), d.flows("s a b2 e", "n b2"),
    )  # fmt: skip
    plan = migration.plan(old, d.model(new), {"h": "b2", "nobody": "a", "b": "nothing"})
    assert {row.element.key: row.target and row.target.key for row in plan.rows} == {
        "a": "a",
        "b": None,
        "h": "b2",
    }
    assert plan.wrong == ["nobody", "b"]
    a, b = plan.row("a"), plan.row("b")
    assert a is not None
    assert b is not None
    assert [change.words().en for change in a.changes] == [
        "it asks the form 'f'",
        "'union' does it",
        "its deadline is '3wd', from when it came up",
        "'t' is gone",
        "'n' is new and counts from the moment of the move",
    ]
    assert b.refusal is not None
    assert [element.key for element in b.candidates] == ["b2", "a"]
