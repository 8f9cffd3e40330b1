"""The parts an analysis is made of, each held against another way to say the same."""

from __future__ import annotations

import statistics
from datetime import datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.order import Ordering
from engine.analysis.periods import period_of
from engine.analysis.spread import EXACT, Spread
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid

BESIDE = {("a", "x"), ("x", "a"), ("b", "x"), ("x", "b"), ("a", "y"), ("y", "a")}
LETTERS = st.lists(st.sampled_from("abxyz"), max_size=9)


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=200))
def test_percentiles_are_those_of_the_values(values: list[int]) -> None:
    told = Spread(values)
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    assert told.median == pytest.approx(statistics.median(values), abs=1)
    assert told.p90 == pytest.approx(tenths[8], abs=1)
    assert Spread.load(told.dump()).dump() == told.dump()


def test_many_values_are_told_within_one_percent() -> None:
    values = [(n * 7919) % 1_000_000 for n in range(5 * EXACT)]
    told = Spread(values)
    assert not told.is_exact
    assert told.count == len(values)
    assert told.median == pytest.approx(statistics.median(values), rel=0.011)
    assert told.p90 == pytest.approx(sorted(values)[int(0.9 * len(values))], rel=0.011)
    assert len(told.dump()[3]) < 1_000, "memory is bounded"


@given(st.lists(st.integers(-5, 10**7), max_size=300), st.booleans())
def test_what_lies_beyond_a_percentile_is_found_again(values: list[int], are_many: bool) -> None:
    """The list behind a figure asks of each value what the figure has counted."""
    many = values * (EXACT // max(1, len(values)) + 2) if are_many else values
    told = Spread(many)
    line = told.mark(0.9)
    assert told.beyond(0.9) == sum(line is not None and line.is_passed(one) for one in many)
    assert Spread.load(told.dump()).beyond(0.9) == told.beyond(0.9)
    assert told.longest == max([0, *values])


@given(st.integers(0, 3 * EXACT), st.integers(0, 3 * EXACT))
def test_two_parts_together_are_the_whole(one: int, other: int) -> None:
    first, second = (Spread(range(0, 40 * count, 40)) for count in (one, other))
    whole = Spread([*range(0, 40 * one, 40), *range(0, 40 * other, 40)])
    first.merge(second)
    assert (first.count, first.total) == (whole.count, whole.total)
    if whole.count:
        assert first.median == pytest.approx(whole.median, rel=0.03, abs=40)


@given(LETTERS, st.randoms(use_true_random=False))
def test_the_order_of_what_runs_side_by_side_says_nothing(steps: list[str], chance: object) -> None:
    ordering = Ordering(BESIDE)
    swapped = list(steps)
    for _ in range(20):
        at = chance.randrange(max(1, len(swapped) - 1))  # type: ignore[attr-defined]
        if at + 1 < len(swapped) and (swapped[at], swapped[at + 1]) in BESIDE:
            swapped[at], swapped[at + 1] = swapped[at + 1], swapped[at]
    assert ordering.way(steps).path == ordering.way(swapped).path
    assert sorted(ordering.way(steps).path) == sorted(steps)


def test_a_branch_is_followed_as_far_as_it_goes() -> None:
    ordering = Ordering(BESIDE, {"a": 0, "b": 1, "x": 2, "y": 3, "z": 4})
    assert ordering.way(["x", "a", "b", "z"]).path == ("a", "b", "x", "z")
    assert ordering.way(["x", "a", "b", "z"]).after == (-1, -1, 1, 2)
    assert ordering.way(["y", "x"]).path == ("y", "x"), "their order is not free"


@pytest.mark.parametrize(
    ("name", "span", "before"),
    [
        ("this_month", ("2027-01", "2027-01"), ("2026-12", "2026-12")),
        ("last_month", ("2026-12", "2026-12"), ("2026-11", "2026-11")),
        ("last_3_months", ("2026-11", "2027-01"), ("2026-08", "2026-10")),
        ("last_12_months", ("2026-02", "2027-01"), ("2025-02", "2026-01")),
        ("this_year", ("2027-01", "2027-01"), ("2026-12", "2026-12")),
        ("this_quarter", ("2027-01", "2027-03"), ("2026-10", "2026-12")),
        ("last_quarter", ("2026-10", "2026-12"), ("2026-07", "2026-09")),
    ],
)
def test_relative_periods(name: str, span: tuple[str, str], before: tuple[str, str]) -> None:
    with time_machine.travel(datetime(2027, 1, 31, 23, 0, tzinfo=LOCAL_ZONE), tick=False):
        told = period_of(name)
    assert (told.span.first, told.span.last) == span
    assert (told.before.first, told.before.last) == before


def test_months_by_name() -> None:
    told = period_of("months", "2026-09", "2026-11")
    assert told.months == ["2026-09", "2026-10", "2026-11"]
    assert (told.before.first, told.before.last) == ("2026-06", "2026-08")
    for first, last in (("2026-11", "2026-09"), ("2026-1", "2026-02"), ("2020-01", "2026-01")):
        with pytest.raises(Invalid):
            period_of("months", first, last)
