"""Reward money is whole fen, and sharing it loses none."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.hazards import rewards


@given(st.integers(0, rewards.MAX_FEN))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert rewards.to_fen(rewards.to_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"), [("200", 20_000), (" ¥1,200.50 ", 120_050), ("￥0.05", 5), ("0", 0)]
)
def test_people_may_write_it_their_way(text: str, fen: int) -> None:
    assert rewards.to_fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", "abc", "1.234", "-1", "nan", "inf", "1e99", "1e999999", "1" * 40, "10000000000.01"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        rewards.to_fen(text)


def test_three_reporters_share_two_thousand_yuan() -> None:
    assert rewards.split(200_000, {"a": 34, "b": 33, "c": 33}) == {
        "a": 68_000,
        "b": 66_000,
        "c": 66_000,
    }


def test_the_odd_fen_goes_to_whoever_lost_most_the_first_named_first() -> None:
    assert rewards.split(10, {"a": 33, "b": 33, "c": 34}) == {"a": 3, "b": 3, "c": 4}
    assert rewards.split(1, {"a": 50, "b": 50}) == {"a": 1, "b": 0}


cuts = st.lists(st.integers(1, 99), max_size=8, unique=True).map(sorted)


@given(st.integers(0, rewards.MAX_FEN), cuts)
def test_nothing_is_lost_and_nobody_is_off_by_a_fen(total: int, at: list[int]) -> None:
    bounds = [0, *at, 100]
    shares = {str(n): high - low for n, (low, high) in enumerate(itertools.pairwise(bounds))}
    parts = rewards.split(total, shares)
    assert sum(parts.values()) == total
    assert all(abs(parts[name] * 100 - total * shares[name]) < 100 for name in shares)


@pytest.mark.parametrize(
    "shares", [{}, {"a": 99}, {"a": 60, "b": 41}, {"a": 0, "b": 100}, {"a": -1, "b": 101}]
)
def test_shares_must_make_a_hundred(shares: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        rewards.split(100, shares)
