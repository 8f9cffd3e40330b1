"""The hazard process played to its end, one story a path."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from engine.errors import InvalidAnswers
from tests.processes.player import (
    AUTHORITY,
    DONE,
    PAID,
    PLAN,
    REPORT,
    SIX_ELEMENTS,
    UNION,
    Case,
)
from tests.processes.stories import MONDAY, fixed, major, rewarded, verified


def test_a_general_hazard_goes_round_once() -> None:
    case = rewarded(fixed(verified()))
    assert case.done
    assert case.called("register_hazard") == case.called("close_hazard") == 1
    assert case.called("tell_reporter", message="closed") == 1
    assert case.called("notify", message="imminent") == 0


def test_the_reward_does_not_wait_for_the_rectification() -> None:
    case = verified()
    assert set(case.open()) == {"plan", "pay_reward"}
    rewarded(case)
    assert case.called("record_receipt") == 1
    assert case.called("close_hazard") == 0
    assert fixed(case).done


def test_closing_does_not_wait_for_the_reward() -> None:
    case = fixed(verified())
    assert case.called("close_hazard") == 1
    assert not case.done
    assert rewarded(case).done


def test_the_reporter_hears_before_the_hazard_is_closed() -> None:
    order = [name for name, _params in fixed(verified()).services]
    assert order.index("tell_reporter") < order.index("close_hazard")


def test_imminent_danger_tells_people_before_anything_else() -> None:
    case = Case(**REPORT, imminent=True)
    assert case.services[0] == (
        "notify",
        {"to": "principal,verifier,rectifier", "message": "imminent"},
    )
    assert case.open() == ["acknowledge"]
    assert case.data["acknowledge_due"] == "1h"


def test_a_failed_acceptance_goes_back_as_often_as_it_takes() -> None:
    case = rewarded(verified()).does("plan", **PLAN)
    for _round in range(3):
        case.does("rectify", **DONE).does("accept", result="failed", accept_note="还在漏水")
        assert case.open() == ["rectify"]
    assert case.does("rectify", **DONE).does("accept", result="passed").done


def test_a_second_acceptance_must_be_answered_anew() -> None:
    case = rewarded(verified()).does("plan", **PLAN)
    case.does("rectify", **DONE).does("accept", result="failed").does("rectify", **DONE)
    with pytest.raises(InvalidAnswers) as refused:
        case.does("accept")
    assert list(refused.value.errors) == ["result"]


def test_fixed_on_the_spot_skips_the_plan_but_not_the_acceptance() -> None:
    case = rewarded(verified(fixed_on_spot=True))
    assert case.open() == ["rectify"]
    assert case.data["due_on"] == "2026-03-05"
    assert case.does("rectify", **DONE).open() == ["accept"]
    assert case.does("accept", result="passed").done


def test_a_major_hazard_is_reported_twice_planned_in_six_elements_and_signed() -> None:
    case = major()
    assert set(case.open()) == {"report_authority", "approve_reward"}
    case.does("report_authority", **AUTHORITY)
    assert "report_union" in case.open()
    case.does("report_union", **UNION)
    with pytest.raises(InvalidAnswers) as refused:
        case.does("plan", **PLAN)
    assert set(refused.value.errors) == set(SIX_ELEMENTS)
    case.does("plan", **PLAN, **SIX_ELEMENTS).does("rectify", **DONE)
    case.does("accept", result="passed")
    assert "sign_closure" in case.open()
    assert case.called("close_hazard") == 0
    case.does("sign_closure", closure_signed=False, return_reason="照片不清")
    assert "rectify" in case.open()
    case.does("rectify", **DONE).does("accept", result="passed")
    case.does("sign_closure", closure_signed=True)
    assert case.called("close_hazard") == 1
    case.does("approve_reward", approved=True)
    assert rewarded(case).done


def test_under_listed_supervision_closing_waits_for_the_authority() -> None:
    case = major().does(
        "report_authority", **AUTHORITY, supervised=True, supervised_by="区应急管理局"
    )
    case.does("report_union", **UNION).does("plan", **PLAN, **SIX_ELEMENTS)
    case.does("rectify", **DONE).does("accept", result="passed")
    with pytest.raises(InvalidAnswers) as refused:
        case.does("sign_closure", closure_signed=True)
    assert list(refused.value.errors) == ["authority_cancelled_on"]
    case.does("sign_closure", closure_signed=True, authority_cancelled_on="2026-03-19")
    assert case.called("close_hazard") == 1


def test_a_determination_may_find_it_general() -> None:
    case = verified(level="major").does("determine", level="general")
    assert set(case.open()) == {"plan", "pay_reward"}
    assert case.data["level"] == "general"


def test_a_hit_on_the_list_of_majors_only_opens_the_determination() -> None:
    listed = Case(**REPORT, known={"checklist_level": "major_listed"}, conditions=("甲", "乙"))
    case = verified(case=listed, level="general")
    assert case.open() == ["determine"]
    with pytest.raises(InvalidAnswers) as refused:
        case.does("determine", level="major")
    assert set(refused.value.errors) == {"met_1", "met_2"}
    ticks = {"met_1": "yes", "evidence_1": "照片", "met_2": "no"}
    with pytest.raises(InvalidAnswers) as refused:
        case.does("determine", level="general", **ticks)
    assert list(refused.value.errors) == ["evidence_2"]
    case.does("determine", level="general", **ticks, evidence_2="台账齐全")
    assert case.data["level"] == "general"


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ("duplicate", "duplicate"),
        ("unfounded", "dismissed"),
        ("unverifiable", "dismissed"),
    ],
)
def test_what_is_no_hazard_is_thanked_and_told_why(finding: str, message: str) -> None:
    case = verified(finding=finding)
    assert case.done
    assert case.called("dismiss_report") == case.called("tell_reporter", message=message) == 1
    assert case.called("register_hazard") == case.called("propose_reward") == 0


def test_true_but_no_hazard_still_gets_a_little_by_rule() -> None:
    case = verified(finding="not_a_hazard")
    assert case.called("tell_reporter", message="not_a_hazard") == 1
    assert case.data["amount_fen"] == 2_000
    assert rewarded(case).done


def test_malice_needs_two_people() -> None:
    case = verified(finding="malicious")
    assert case.open() == ["second_opinion"]
    assert not case.called("dismiss_report")
    case.does("second_opinion", malicious_agreed=True)
    assert case.done
    assert case.called("propose_reward") == 0


def test_without_a_second_person_it_is_verified_again(travel: time_machine.Traveller) -> None:
    case = verified(finding="malicious").does("second_opinion", malicious_agreed=False)
    assert case.open() == ["verify"]
    case.does("verify", finding="malicious")
    travel.shift(timedelta(days=14))
    case.wait(MONDAY + timedelta(days=14))
    assert case.open() == ["verify"]
    assert case.does("verify", finding="unfounded").done


def test_over_the_limit_somebody_approves() -> None:
    case = verified(case=Case(**REPORT, limit_fen=5_000))
    assert "approve_reward" in case.open()
    case.does("approve_reward", approved=True, amount="150.00", change_reason="描述很清楚")
    assert case.data["amount"] == 15_000
    assert case.called("approve_reward", automatic=False) == 1
    assert "pay_reward" in case.open()


def test_a_refused_reward_ends_with_a_reason() -> None:
    case = verified(case=Case(**REPORT, limit_fen=0))
    with pytest.raises(InvalidAnswers) as refused:
        case.does("approve_reward", approved=False)
    assert list(refused.value.errors) == ["refusal_reason"]
    case.does("approve_reward", approved=False, refusal_reason="与他人约定轮流报告")
    assert case.called("refuse_reward") == 1
    assert case.called("tell_reporter", message="reward_refused") == 1
    assert case.open() == ["plan"]
    assert fixed(case).done


def test_a_reward_that_did_not_come_is_looked_into() -> None:
    case = fixed(verified()).does("pay_reward", **PAID)
    case.does("confirm_reward", received="no")
    assert case.called("notify", message="reward_not_received") == 1
    assert case.open() == ["confirm_reward"]
    assert case.does("confirm_reward", received="yes").done


def test_every_report_is_answered_with_a_receipt_at_once() -> None:
    assert Case(**REPORT).called("issue_certificate", kind="receipt") == 1
