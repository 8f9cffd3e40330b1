"""What happens when somebody is late: a reminder, then the principal, then the department."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.processes.player import (
    AUTHORITY,
    CONFIRMED,
    DONE,
    PAID,
    PLAN,
    REPORT,
    SIX_ELEMENTS,
    UNION,
    Case,
)
from tests.processes.stories import MONDAY, SUGGESTION, fixed, major, verified

#: Step → the last moment in time, and what is said one second later.
LATE = {
    "acknowledge": ("2026-03-03T01:00:00Z", "acknowledge_overdue"),
    "verify": ("2026-03-05T15:59:59Z", "verify_overdue"),
    "plan": ("2026-03-05T15:59:59Z", "plan_overdue"),
    "accept": ("2026-03-05T15:59:59Z", "accept_overdue"),
    "approve_reward": ("2026-03-09T15:59:59Z", "reward_overdue"),
    "pay_reward": ("2026-03-16T15:59:59Z", "reward_overdue"),
}


@pytest.mark.parametrize("step", LATE)
def test_a_late_step_goes_up_and_stays_open(travel: time_machine.Traveller, step: str) -> None:
    case = Case(**REPORT, limit_fen=0 if step == "approve_reward" else 20_000)
    way = [("acknowledge", {}), ("verify", CONFIRMED), ("plan", PLAN), ("rectify", DONE)]
    while step not in case.open():
        key, answers = way.pop(0)
        case.does(key, **answers)
    last, message = datetime.fromisoformat(LATE[step][0]), LATE[step][1]
    for moment, calls in ((last - timedelta(seconds=1), 0), (last + timedelta(seconds=1), 1)):
        travel.move_to(moment)
        case.wait(moment)
        assert case.called("escalate", to="principal", message=message) == calls
    assert step in case.open()


def overdue_rectification(case: Case, travel: time_machine.Traveller) -> Case:
    """Let 2026-03-20 go by, and then three days more."""
    travel.move_to(datetime(2026, 3, 20, 16, 0, tzinfo=UTC))
    case.wait(datetime(2026, 3, 20, 16, 0, tzinfo=UTC))
    assert case.called("notify", message="rectify_due") == 1
    assert case.called("escalate", message="rectify_overdue") == 0
    travel.move_to(datetime(2026, 3, 23, 16, 0, tzinfo=UTC))
    case.wait(datetime(2026, 3, 23, 16, 0, tzinfo=UTC))
    assert "rectify" in case.open()
    return case


def test_overdue_rectification_reminds_and_then_goes_to_the_principal(
    travel: time_machine.Traveller,
) -> None:
    case = overdue_rectification(verified().does("plan", **PLAN), travel)
    assert case.called("escalate", to="principal", message="rectify_overdue") == 1
    assert case.called("escalate", to="department") == 0


def test_an_overdue_major_goes_to_the_department_too(travel: time_machine.Traveller) -> None:
    case = major().does("report_authority", **AUTHORITY).does("report_union", **UNION)
    case.does("plan", **PLAN, **SIX_ELEMENTS)
    overdue_rectification(case, travel)
    assert case.called("escalate", to="principal", message="rectify_overdue") == 1
    assert case.called("escalate", to="department", message="rectify_overdue") == 1


def test_a_late_double_report_goes_up(travel: time_machine.Traveller) -> None:
    case = major()
    travel.shift(timedelta(days=2))
    case.wait(MONDAY + timedelta(days=2))
    assert case.called("escalate", to="principal", message="report_overdue") == 1


def test_a_late_answer_to_a_suggestion_goes_up(travel: time_machine.Traveller) -> None:
    case = Case("suggestion", **SUGGESTION)
    travel.shift(timedelta(days=30))
    case.wait(MONDAY + timedelta(days=30))
    assert case.called("escalate", to="principal", message="consider_overdue") == 1
    assert case.open() == ["consider"]


def test_nobody_waits_for_a_confirmation_for_ever(travel: time_machine.Traveller) -> None:
    case = fixed(verified()).does("pay_reward", **PAID)
    travel.shift(timedelta(days=30))
    case.wait(MONDAY + timedelta(days=30))
    assert case.done
    assert case.called("notify", message="reward_unconfirmed") == 1
    assert case.called("record_receipt") == 0
