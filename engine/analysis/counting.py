"""What is counted of a case: said once, for the sums and for the lists behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.analysis.order import Way
from engine.analysis.reading import Step


def is_due(step: Step) -> bool:
    """Say whether a step had a deadline that counts: one that was dropped has none."""
    return step.due is not None and step.state != "cancelled"


def is_late(step: Step, at: int) -> bool:
    """Say whether a step was done after its deadline, or is open past it at a moment."""
    return is_due(step) and (step.ended or at) > (step.due or 0)


def is_done(step: Step) -> bool:
    """Say whether somebody did it."""
    return step.state not in ("open", "cancelled") and step.ended is not None


def took(step: Step) -> int:
    """Give the seconds from opening to completion, for one that is done; never less than none."""
    return max(0, (step.ended or step.opened) - step.opened)


def repeated(done: Sequence[Step]) -> list[str]:
    """Give the steps that a case did more than once."""
    counted = Counter(one.element for one in done)
    return [element for element, times in counted.items() if times > 1]


def handovers(done: Sequence[Step], way: Way) -> int:
    """Count how often a case passed from one role to another; branches do not count as passing."""
    return sum(
        before >= 0 and done[before].role != step.role
        for step, before in zip(done, way.after, strict=True)
    )
