"""How stories about the shipped processes begin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.processes.player import CONFIRMED, DONE, PAID, PLAN, REPORT, Case

#: A Monday morning in China; the stories of this folder begin then.
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SUGGESTION = {"description": "在坡道加防滑条"}


def verified(*, case: Case | None = None, **answers: Any) -> Case:
    """A report that was acknowledged and verified as a general hazard, unless said otherwise."""
    case = case or Case(**REPORT)
    return case.does("acknowledge").does("verify", **{**CONFIRMED, **answers})


def rewarded(case: Case) -> Case:
    """Its reward was paid and confirmed."""
    return case.does("pay_reward", **PAID).does("confirm_reward")


def fixed(case: Case) -> Case:
    """It was planned, rectified and accepted."""
    return case.does("plan", **PLAN).does("rectify", **DONE).does("accept", result="passed")


def major() -> Case:
    """A report that was verified and determined as a major hazard."""
    case = verified(level="major")
    assert case.open() == ["determine"]
    return case.does("determine", level="major", determination_note="符合第十三条（一）")
