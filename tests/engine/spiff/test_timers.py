"""Timers: when they are due, that each fires once, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from engine.errors import DefinitionRefused, ExpressionError
from engine.spiff import Workflow
from tests.engine.spiff import diagrams as d

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def time() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def waiting(kind: str, expression: str) -> bytes:
    """A timer between two steps."""
    return d.drawn(
        d.start(), d.catch("w", d.timer(kind, expression)), d.user("u"), d.end(),
        d.flows("s w u e"),
    )  # fmt: skip


def beside(kind: str, expression: str, *, interrupting: bool) -> bytes:
    """A timer at the boundary of x; h is done when it fires."""
    return d.drawn(
        d.start(), d.user("x"), d.user("z"), d.end(), d.user("h"), d.end("e2"),
        d.boundary("b", "x", d.timer(kind, expression), interrupting=interrupting),
        d.flows("s x z e", "b h e2"),
    )  # fmt: skip


@pytest.mark.usefixtures("time")
@pytest.mark.parametrize(
    ("kind", "expression", "due"),
    [
        ("timeDuration", '"PT48H"', START + 48 * HOUR),
        ("timeDuration", '"P1DT12H"', START + 36 * HOUR),
        ("timeDuration", '"P2W"', START + timedelta(weeks=2)),
        ("timeDuration", '"P1M"', datetime(2026, 12, 2, 1, tzinfo=UTC)),
        ("timeDuration", '"P1Y3M"', datetime(2028, 2, 2, 1, tzinfo=UTC)),
        ("timeDuration", '"PT" + str(hours) + "H"', START + 5 * HOUR),
        ("timeDate", '"2026-12-01T09:00:00+08:00"', datetime(2026, 12, 1, 1, tzinfo=UTC)),
        ("timeDate", '"2026-12-01T09:00:00Z"', datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("timeDate", "by", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_when_a_timer_is_due(kind: str, expression: str, due: datetime) -> None:
    workflow = d.begin(waiting(kind, expression), hours=5, by="2027-01-01T08:00:00+08:00")
    assert workflow.next_due() == due
    assert d.reloaded(workflow).next_due() == due


@pytest.mark.usefixtures("time")
def test_the_last_day_of_a_month_is_kept_within_the_next() -> None:
    with time_machine.travel(datetime(2026, 1, 31, 1, tzinfo=UTC), tick=False):
        workflow = d.begin(waiting("timeDuration", '"P1M"'))
        assert workflow.next_due() == datetime(2026, 2, 28, 1, tzinfo=UTC)


def test_it_fires_once_and_not_before(time: time_machine.Coordinates) -> None:
    workflow = d.begin(waiting("timeDuration", '"PT2H"'))
    time.move_to(START + 2 * HOUR - timedelta(seconds=1))
    assert not workflow.fire_timers()
    assert d.names(workflow) == []
    time.move_to(START + 2 * HOUR)
    assert workflow.fire_timers()
    assert d.names(workflow) == ["u"]
    assert workflow.path == ["s", "w"]
    assert not workflow.fire_timers()
    assert workflow.next_due() is None


def test_after_a_restart_it_fires_once(time: time_machine.Coordinates) -> None:
    workflow = d.begin(beside("timeDuration", '"PT2H"', interrupting=False))
    blob = workflow.dump()
    time.move_to(START + 10 * HOUR)
    workflow = Workflow.load(workflow.model, blob, d.World())
    assert d.names(workflow) == ["x"], "loading alone fires nothing"
    assert workflow.fire_timers()
    assert d.names(workflow) == ["h", "x"]
    workflow = d.reloaded(workflow)
    assert not workflow.fire_timers()
    assert d.names(workflow) == ["h", "x"]
    assert workflow.next_due() is None


def test_an_interrupting_timer_ends_the_task(time: time_machine.Coordinates) -> None:
    workflow = d.begin(beside("timeDuration", '"PT2H"', interrupting=True))
    late = d.task(workflow, "x")
    time.shift(3 * HOUR)
    assert workflow.fire_timers()
    assert d.names(workflow) == ["h"]
    with pytest.raises(Exception, match="done or cancelled"):
        workflow.complete(late.id, {})
    d.do(workflow, "h")
    assert workflow.completed


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_task_that_was_done_in_time_stops_its_timer(
    time: time_machine.Coordinates, interrupting: bool
) -> None:
    workflow = d.begin(beside("timeDuration", '"PT2H"', interrupting=interrupting))
    d.do(workflow, "x")
    assert workflow.next_due() is None
    time.shift(3 * HOUR)
    assert not d.reloaded(workflow).fire_timers()
    assert d.names(workflow) == ["z"]


def test_whoever_completes_an_overdue_task_first_wins(time: time_machine.Coordinates) -> None:
    workflow = d.begin(beside("timeDuration", '"PT2H"', interrupting=True))
    time.shift(3 * HOUR)
    d.do(workflow, "x")
    assert d.names(workflow) == ["z"]


def test_a_cycle_ticks_as_often_as_it_says(time: time_machine.Coordinates) -> None:
    workflow = d.begin(beside("timeCycle", '"R3/PT1H"', interrupting=False))
    assert workflow.next_due() == START + HOUR
    for ticks in (1, 2, 3):
        time.shift(HOUR)
        workflow = d.reloaded(workflow)
        assert workflow.fire_timers()
        assert d.names(workflow) == ["h"] * ticks + ["x"]
    assert workflow.next_due() is None
    time.shift(10 * HOUR)
    assert not workflow.fire_timers()


def test_ticks_that_were_missed_are_made_up_for(time: time_machine.Coordinates) -> None:
    workflow = d.begin(beside("timeCycle", '"R5/PT1H"', interrupting=False))
    time.shift(3 * HOUR + timedelta(minutes=1))
    workflow = d.reloaded(workflow)
    workflow.fire_timers()
    assert d.names(workflow).count("h") == 3
    assert workflow.next_due() == START + 4 * HOUR


def test_after_a_long_outage_an_endless_cycle_does_not_flood(
    time: time_machine.Coordinates,
) -> None:
    workflow = d.begin(beside("timeCycle", '"R/PT1H"', interrupting=False))
    time.shift(timedelta(days=300))
    workflow.fire_timers()
    assert d.names(workflow).count("h") <= 52
    assert workflow.next_due() == START + timedelta(days=300) + HOUR


def test_handlers_of_ticks_outlive_the_task(time: time_machine.Coordinates) -> None:
    workflow = d.begin(beside("timeCycle", '"R3/PT1H"', interrupting=False))
    time.shift(2 * HOUR)
    workflow.fire_timers()
    d.do(workflow, "x")
    workflow = d.reloaded(workflow)
    assert d.names(workflow) == ["h", "h", "z"]
    for name in ("h", "z", "h"):
        assert not workflow.completed
        d.do(workflow, name)
        workflow = d.reloaded(workflow)
    assert workflow.completed


def test_a_cycle_may_start_at_a_moment(time: time_machine.Coordinates) -> None:
    workflow = d.begin(beside("timeCycle", '"R2/2030-01-01T00:00:00Z/P1D"', interrupting=False))
    assert workflow.next_due() == datetime(2030, 1, 1, tzinfo=UTC)
    time.move_to(datetime(2030, 1, 5, tzinfo=UTC))
    workflow.fire_timers()
    assert d.names(workflow) == ["h", "h", "x"]


def test_of_several_timers_the_earliest_is_next(time: time_machine.Coordinates) -> None:
    content = d.drawn(
        d.start(), d.user("x"), d.end(), d.script("h", "n = n + [1]"), d.end("e2"),
        d.script("k", "n = n + [2]"), d.end("e3"),
        d.boundary("b", "x", d.timer("timeDuration", '"PT5H"'), interrupting=False),
        d.boundary("c", "x", d.timer("timeDuration", '"PT3H"'), interrupting=False),
        d.flows("s x e", "b h e2", "c k e3"),
    )  # fmt: skip
    workflow = d.begin(content, n=[])
    assert workflow.next_due() == START + 3 * HOUR
    time.shift(4 * HOUR)
    workflow.fire_timers()
    assert workflow.next_due() == START + 5 * HOUR
    time.shift(4 * HOUR)
    workflow.fire_timers()
    assert workflow.data["n"] == [2, 1]


def test_two_interrupting_timers_due_at_once_do_not_both_win(
    time: time_machine.Coordinates,
) -> None:
    content = d.drawn(
        d.start(), d.user("x"), d.end(), d.user("h"), d.end("e2"), d.user("k"), d.end("e3"),
        d.boundary("b", "x", d.timer("timeDuration", '"PT5H"')),
        d.boundary("c", "x", d.timer("timeDuration", '"PT3H"')),
        d.flows("s x e", "b h e2", "c k e3"),
    )  # fmt: skip
    workflow = d.begin(content)
    time.shift(9 * HOUR)
    workflow.fire_timers()
    assert d.names(workflow) == ["k"], "the one that was due first"


@pytest.mark.parametrize("late", [False, True])
def test_an_event_gateway_takes_what_comes_first(
    time: time_machine.Coordinates, late: bool
) -> None:
    content = d.drawn(
        '<message id="m" name="M"/>', d.start(), d.node("eventBasedGateway", "g"),
        d.catch("cm", d.message("m")), d.catch("ct", d.timer("timeDuration", '"PT1H"')),
        d.user("a"), d.user("b"), d.end(), d.end("e2"),
        d.flows("s g cm a e", "g ct b e2"),
    )  # fmt: skip
    workflow = d.reloaded(d.begin(content))
    assert workflow.next_due() == START + HOUR
    if late:
        time.shift(2 * HOUR)
        assert workflow.fire_timers()
    else:
        workflow.send_message("M", {"k": 1})
        assert workflow.data["k"] == 1
    assert d.names(workflow) == (["b"] if late else ["a"])
    assert workflow.path == (["g", "ct"] if late else ["g", "cm"])
    assert d.reloaded(workflow).next_due() is None


def test_timers_inside_sub_processes_and_called_ones_are_found(
    time: time_machine.Coordinates,
) -> None:
    inner = d.file(
        d.process(
            d.start(), d.subprocess(
                "sp", d.start("s2"), d.catch("w", d.timer("timeDuration", '"PT7H"')), d.end("e2"),
                d.flows("s2 w e2"),
            ), d.end(), d.flows("s sp e"), id="inner",
        )
    )  # fmt: skip
    workflow = d.begin(d.drawn(d.start(), d.call("c", "inner"), d.end(), d.flows("s c e")), inner)
    workflow = d.reloaded(workflow)
    assert workflow.next_due() == START + 7 * HOUR
    time.shift(8 * HOUR)
    assert workflow.fire_timers()
    assert workflow.completed
    assert workflow.path == ["inner:w", "inner:e2", "inner:sp", "inner:e", "c", "e"]


def test_one_timer_after_the_other_may_fall_due_at_once(time: time_machine.Coordinates) -> None:
    steps = [f"w{number}" for number in range(4)]
    content = d.drawn(
        d.start(), *(d.catch(name, d.timer("timeDate", "by")) for name in steps), d.user("u"),
        d.end(), *(d.flow(one, other) for one, other in pairwise(["s", *steps, "u", "e"])),
    )  # fmt: skip
    workflow = d.begin(content, by="2026-11-03T00:00:00Z")
    time.move_to(datetime(2026, 11, 4, tzinfo=UTC))
    workflow.fire_timers()
    assert d.names(workflow) == ["u"]


def test_the_working_calendar_is_a_function_from_outside(time: time_machine.Coordinates) -> None:
    world = d.World()
    world.functions = {"due_in": lambda text: f"2026-11-0{text[0]}T17:00:00+08:00"}
    workflow = d.begin(waiting("timeDate", 'due_in("5wd")'), world=world)
    assert workflow.next_due() == datetime(2026, 11, 5, 9, tzinfo=UTC)


def test_moments_in_zones_with_summer_time_are_exact() -> None:
    """What is stored is UTC; a deadline does not move when some zone changes its clocks."""
    for text, expected in (
        ("2026-01-15T09:00:00+01:00", datetime(2026, 1, 15, 8, tzinfo=UTC)),
        ("2026-07-15T09:00:00+02:00", datetime(2026, 7, 15, 7, tzinfo=UTC)),
    ):
        with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
            assert d.begin(waiting("timeDate", "by"), by=text).next_due() == expected


@pytest.mark.usefixtures("time")
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("timeDate", "2026-12-01T09:00:00"),
        ("timeDate", "2026-12-01"),
        ("timeDate", "2026-W53-1"),
        ("timeDate", "tomorrow"),
        ("timeDate", "0001-01-01T00:00:00+14:00"),
        ("timeDate", 5),
        ("timeDate", None),
        ("timeDuration", "-PT1H"),
        ("timeDuration", "1 day"),
        ("timeDuration", "P"),
        ("timeDuration", "PT"),
        ("timeDuration", "P9999Y"),
        ("timeDuration", "PT1.5H"),
        ("timeDuration", ""),
    ],
)
def test_a_time_that_is_none_is_refused_in_words(kind: str, value: object) -> None:
    with pytest.raises(ExpressionError) as refused:
        d.begin(waiting(kind, "by"), by=value)
    assert refused.value.element == "w"


@pytest.mark.usefixtures("time")
@pytest.mark.parametrize("value", ["0 9 * * 1", "R3", "R3/PT1S", "R/-P1D", "R99999999/P1D", 3])
def test_a_cycle_that_is_none_is_refused_in_words(value: object) -> None:
    with pytest.raises(ExpressionError):
        d.begin(beside("timeCycle", "by", interrupting=False), by=value)


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("timeDuration", "PT1H"),
        ("timeDuration", '"1 day"'),
        ("timeDate", '"2026-12-01T09:00:00"'),
        ("timeDate", "5"),
    ],
)
def test_a_wrong_time_that_is_written_out_is_found_before_it_runs(
    kind: str, expression: str
) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        d.model(waiting(kind, expression))
    assert [problem.element for problem in refused.value.problems] == ["w"]
