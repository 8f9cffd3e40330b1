"""The stage of a mechanism follows from its evidence, whatever order it came in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hazards.mechanism import (
    CHAPTERS,
    REQUIRED,
    STALLED_AFTER,
    STATED,
    Days,
    Proof,
    days_of,
    lacking,
    stage_of,
)

MAY = date(2025, 5, 6)
JUNE = date(2025, 6, 20)
WHOLE = {"rules": {"chapters": dict.fromkeys(CHAPTERS, "1")}, "channels": {"passed": True}}
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def proof(kind: str, on: date) -> Proof:
    return Proof(kind, on, WHOLE.get(kind, {}))


def all_on(on: date) -> list[Proof]:
    return [proof(kind, on) for kind in REQUIRED]


def test_established_on_the_day_of_the_last_piece() -> None:
    proofs = [*all_on(MAY)[:-1], proof("funds", JUNE)]
    found = days_of(proofs)
    assert (found.drafted_on, found.established_on, found.implemented_on) == (MAY, JUNE, None)


@pytest.mark.parametrize("missing", REQUIRED)
def test_without_one_piece_it_is_only_drafted(missing: str) -> None:
    proofs = [one for one in all_on(MAY) if one.kind != missing]
    assert days_of(proofs, rewarded_on=JUNE) == Days(drafted_on=MAY)
    assert lacking(proofs) == (missing,)


def test_rules_without_a_chapter_and_a_way_that_failed_prove_nothing() -> None:
    torn = Proof("rules", MAY, {"chapters": dict.fromkeys(CHAPTERS[:4], "1")})
    dead = Proof("channels", MAY, {"passed": False})
    others = [one for one in all_on(MAY) if one.kind not in ("rules", "channels")]
    assert lacking([*others, torn, dead]) == ("rules", "channels")
    assert torn.missing == ("results",)


def test_what_was_lived_before_counts_from_the_day_it_was_established() -> None:
    found = days_of(all_on(JUNE), rewarded_on=MAY)
    assert (found.implemented_on, found.implemented_by) == (JUNE, "report")
    found = days_of(all_on(MAY), zero_on=JUNE)
    assert (found.implemented_on, found.implemented_by) == (JUNE, "zero_statement")


def test_days_stated_before_count_and_say_so() -> None:
    stated = [
        Proof(STATED, MAY, {"stage": "established"}),
        Proof(STATED, JUNE, {"stage": "implemented"}),
    ]
    found = days_of(stated)
    assert found == Days(MAY, MAY, JUNE, "stated")


@pytest.mark.parametrize(
    ("known", "last_sign_on", "stage"),
    [
        (Days(), None, "none"),
        (Days(drafted_on=MAY), None, "drafted"),
        (Days(MAY, MAY), None, "established"),
        (Days(MAY, MAY, MAY), JUNE, "implemented"),
        (Days(MAY, MAY, JUNE), None, "implemented"),
        (Days(MAY, MAY, MAY), JUNE - timedelta(days=20), "stalled"),
    ],
)
def test_the_stages(known: Days, last_sign_on: date | None, stage: str) -> None:
    today = JUNE + STALLED_AFTER - timedelta(days=1)
    assert stage_of(known, is_active=True, last_sign_on=last_sign_on, today=today) == stage
    assert stage_of(known, is_active=False, today=today) == "not_applicable"


@given(
    on=st.lists(st.tuples(st.sampled_from(REQUIRED), days), max_size=20),
    zero_on=st.none() | days,
    rewarded_on=st.none() | days,
)
def test_no_stage_comes_before_the_one_it_needs(
    on: list[tuple[str, date]], zero_on: date | None, rewarded_on: date | None
) -> None:
    proofs = [proof(kind, day) for kind, day in on]
    found = days_of(proofs, zero_on=zero_on, rewarded_on=rewarded_on)
    assert found == days_of(proofs[::-1], zero_on=zero_on, rewarded_on=rewarded_on)
    if found.established_on is not None:
        assert found.drafted_on is not None
        assert found.drafted_on <= found.established_on
        assert not lacking(proofs)
    if found.implemented_on is not None:
        assert found.established_on is not None
        assert found.established_on <= found.implemented_on
        assert not zero_on == rewarded_on is None
    else:
        assert found.established_on is None or zero_on == rewarded_on is None
