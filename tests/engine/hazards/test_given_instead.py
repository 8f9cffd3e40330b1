"""What is given instead of money is kept as what it is, and counted beside what is paid."""

from __future__ import annotations

from typing import Any

import pytest

from engine.hazards.rewards import given, points_for
from tests.engine.hazards.test_ledger import Story


def test_what_is_no_money_is_counted_beside_what_was_paid() -> None:
    story = Story()
    story.reward(number="JL-1", fen=20_000)
    ways: list[dict[str, Any]] = [
        given(5_000, {"method": "points", "points_rate": 25}),
        given(3_000, {"method": "goods", "gift": " 手套一副 "}),
        given(9_000, {"method": "honour", "gift": "安全之星"}),
        # As it was told before it was kept apart.
        {"method": "goods", "paid_fen": 700},
    ]
    for number, (fen, way) in enumerate(zip((5_000, 3_000, 9_000, 700), ways, strict=True), 2):
        facts = {"number": f"JL-{number}"}
        story.tell("reward:proposed", computed_fen=fen, **facts)
        story.tell("reward:approved", approved_fen=fen, **facts)
        story.tell("reward:paid", **way, **facts)
        story.tell("reward:received", **facts)
    points, goods, honour, earlier = (story.state.rewards[f"JL-{n}"] for n in (2, 3, 4, 5))
    assert (points["points"], points["points_rate"], points["gift"]) == (1_250, 25, None)
    assert (goods["gift"], goods["points"], goods["noncash_fen"]) == ("手套一副", None, 3_000)
    assert (honour["paid_fen"], honour["noncash_fen"]) == (0, 0)
    assert (earlier["paid_fen"], earlier["noncash_fen"]) == (0, 700)
    # The story adds up what is told; a month keeps the largest.
    assert story.november.pop("max_noncash_fen") == 5_000
    assert {k: n for k, n in story.november.items() if k != "max_noncash_fen"} == {
        "reported": 1,
        "approved_fen": 37_700,
        "approved_count": 5,
        "paid_fen": 20_000,
        "paid_count": 5,
        "max_paid_fen": 20_000,
        "noncash_fen": 8_700,
        "noncash_count": 4,
        "received_fen": 8_700,
    }


@pytest.mark.parametrize(
    ("fen", "rate", "points"), [(5_050, 25, 1_263), (1, 0.01, 0), (10**12, 10_000, 10**14)]
)
def test_points_follow_from_the_amount_and_the_rate(fen: int, rate: float, points: int) -> None:
    assert points_for(fen, rate) == points
