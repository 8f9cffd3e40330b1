"""Determination: 并且, 或者 and 前提, ticked one by one, with evidence."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.hazards.levels import (
    Condition,
    Criterion,
    Determination,
    Tick,
    criterion_of,
    determine,
    ticks_in,
)

YES, NO, UNKNOWN = Tick(True, "照片 3"), Tick(False), Tick(None)
PRE, FIRST, SECOND = (
    Condition("前提：有限空间", pre=True),
    Condition("没有台账"),
    Condition("没有标志"),
)
BOTH = Criterion((PRE, FIRST, SECOND), "all")
EITHER = Criterion((PRE, FIRST, SECOND), "any")


@pytest.mark.parametrize(
    ("criterion", "ticks", "verdict", "open_ones"),
    [
        (BOTH, (YES, YES, YES), "major", ()),
        (BOTH, (YES, YES, NO), "general", ()),
        (BOTH, (NO, YES, YES), "general", ()),
        (BOTH, (YES, YES, UNKNOWN), "undecided", (3,)),
        (BOTH, (UNKNOWN, YES, NO), "general", ()),
        (EITHER, (YES, NO, YES), "major", ()),
        (EITHER, (YES, NO, NO), "general", ()),
        (EITHER, (NO, YES, YES), "general", ()),
        (EITHER, (YES, UNKNOWN, YES), "major", ()),
        (EITHER, (UNKNOWN, YES, UNKNOWN), "undecided", (1, 3)),
        (EITHER, (YES, NO, UNKNOWN), "undecided", (3,)),
    ],
)
def test_the_verdict_follows_from_the_ticks(
    criterion: Criterion, ticks: tuple[Tick, ...], verdict: str, open_ones: tuple[int, ...]
) -> None:
    assert determine(criterion, ticks) == Determination(verdict, open_ones)


def test_a_condition_that_holds_needs_evidence() -> None:
    with pytest.raises(Invalid) as refused:
        determine(BOTH, (YES, Tick(True, "  "), NO))
    assert refused.value.details == {"condition": 2}


def test_every_condition_has_to_be_answered() -> None:
    with pytest.raises(Invalid):
        determine(BOTH, (YES, YES))


marks = st.sampled_from([YES, NO, UNKNOWN])


@given(st.tuples(marks, marks, marks), st.sampled_from([BOTH, EITHER]))
def test_undecided_means_that_both_verdicts_are_still_possible(
    ticks: tuple[Tick, ...], criterion: Criterion
) -> None:
    settled = [[tick] if tick is not UNKNOWN else [YES, NO] for tick in ticks]
    possible = {determine(criterion, way).verdict for way in itertools.product(*settled)}
    verdict = determine(criterion, ticks).verdict
    assert possible == ({"major", "general"} if verdict == "undecided" else {verdict})


def test_a_frozen_item_carries_its_criterion() -> None:
    item = {"logic": "any", "conditions": [{"text": "甲", "pre": True}, {"text": "乙"}]}
    assert criterion_of(item) == Criterion((Condition("甲", True), Condition("乙")), "any")
    assert criterion_of({"conditions": []}) is None


def test_ticks_are_read_from_the_answers_of_the_form() -> None:
    data = {"met_1": "yes", "evidence_1": "照片", "met_2": "no", "evidence_2": None}
    assert ticks_in(data, 3) == (Tick(True, "照片"), Tick(False), Tick(None))
