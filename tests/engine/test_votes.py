"""Counting votes: decided at the first sure moment, and never otherwise after."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from engine.hazards.votes import KINDS, Ballot, read_ratio


def ballot(decide: str, ratio: str = "2/3") -> Ballot:
    found = Ballot.of({"decide": decide, "ratio": ratio})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("2/3", Fraction(2, 3)),
        (" 0.6 ", Fraction(3, 5)),
        (".5", Fraction(1, 2)),
        ("60%", Fraction(3, 5)),
        ("100 %", Fraction(1)),
        ("1", Fraction(1)),
    ],
)
def test_a_ratio_is_read_exactly(text: str, ratio: Fraction) -> None:
    assert read_ratio(text) == ratio


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "1.1", "101%", "4/3", "1/0", "x", "nan", "1e-3", "½", "9" * 30, "/", "%"],
)
def test_what_is_no_ratio_is_none(text: str) -> None:
    assert read_ratio(text) is None


@pytest.mark.parametrize(
    ("ratio", "votes", "voters", "outcome"),
    [
        ("2/3", "++", 3, "passed"),
        ("2/3", "+-", 3, "open"),
        ("2/3", "+-+", 3, "passed"),
        ("2/3", "--", 3, "failed"),
        ("0.67", "++", 3, "open"),
        ("0.67", "++-", 3, "failed"),
        ("2/3", "++++", 6, "passed"),
        ("2/3", "---", 6, "failed"),
        ("2/3", "--+++", 6, "open"),
        ("60%", "+++", 5, "passed"),
        ("60%", "++--", 5, "open"),
        ("1", "+++", 4, "open"),
        ("0.0001", "---", 4, "open"),
        ("0.0001", "---+", 4, "passed"),
    ],
)
def test_a_ratio_at_its_boundary(ratio: str, votes: str, voters: int, outcome: str) -> None:
    assert ballot("ratio", ratio).outcome([vote == "+" for vote in votes], voters) == outcome


def test_the_first_to_answer_decides_either_way() -> None:
    assert ballot("any").outcome([], 3) == "open"
    assert ballot("any").outcome([True], 3) == "passed"
    assert ballot("any").outcome([False], 3) == "failed"


def test_a_single_voter_decides_in_every_kind() -> None:
    for kind in KINDS:
        assert [ballot(kind).outcome([vote], 1) for vote in (True, False)] == ["passed", "failed"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_decided_when_nothing_to_come_could_change_it_and_not_before(kind: str) -> None:
    """Every order of votes of up to six voters, against looking at all that may still come."""
    ratios = ("1/2", "2/3", "0.67", "3/4", "1/6", "1") if kind == "ratio" else ("",)
    for ratio, voters in product(ratios, range(1, 7)):
        rule = ballot(kind, ratio)
        for votes in product((True, False), repeat=voters):
            for given in range(voters + 1):
                begun = votes[:given]
                ends = {
                    rule.outcome([*begun, *rest], voters)
                    for rest in product((True, False), repeat=voters - given)
                }
                expected = ends.pop() if len(ends) == 1 else "open"
                assert rule.outcome(begun, voters) == expected, (ratio, voters, begun)


def test_what_is_decided_stays_so_in_large_rounds() -> None:
    chance = random.Random(7)
    for _ in range(200):
        kind = chance.choice(KINDS)
        rule = ballot(kind, f"{chance.randint(1, 99)}%")
        voters = chance.randint(1, 80)
        votes = [chance.random() < 0.6 for _ in range(voters)]
        seen = [rule.outcome(votes[:given], voters) for given in range(voters + 1)]
        decided = [outcome for outcome in seen if outcome != "open"]
        assert len(set(decided)) == 1
        assert seen[: len(seen) - len(decided)] == ["open"] * (len(seen) - len(decided))
        if kind != "any":
            backwards = [rule.outcome(votes[::-1], voters), rule.outcome(sorted(votes), voters)]
            assert set(backwards) == set(decided), "the order of votes does not matter"


def test_what_is_not_said_has_its_usual_meaning() -> None:
    assert Ballot.of({}) is None
    assert Ballot.of({"decide": "one"}) is None
    found = Ballot.of({"decide": "all"})
    assert found is not None
    assert (found.field, found.agrees, found.opinion) == ("decision", "agree", "opinion")
    assert (found.nobody, found.is_open, found.voters) == ("principal", False, "")


@pytest.mark.parametrize(
    ("agrees", "value", "is_for"),
    [("agree", "agree", True), ("agree", "refuse", False), ("true", True, True),
     ("true", False, False), ("agree", None, False), ("3", 3, True)],
)  # fmt: skip
def test_a_vote_is_read_from_its_field(agrees: str, value: object, is_for: bool) -> None:
    found = Ballot.of({"decide": "all", "vote_field": "v", "vote_for": agrees})
    assert found is not None
    assert found.is_for({"v": value}) is is_for
    assert not found.is_for({})
