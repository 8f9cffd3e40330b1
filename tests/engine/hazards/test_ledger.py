"""The ledgers and the months as projections of history, told as cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.hazards.facts import EventFact
from engine.hazards.ledger import CaseState, Projection, concerns, project, project_all

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
RECTIFIER = UUID("018f0000-0000-7000-8000-000000000001")
APPROVER = UUID("018f0000-0000-7000-8000-000000000002")


class Story:
    """A case told event by event, an hour apart unless said otherwise."""

    def __init__(self, **answers: Any) -> None:
        self.at = START
        self.state = CaseState()
        self.months: dict[str, dict[str, int]] = {}
        self.events: list[EventFact] = []
        kind = answers.pop("kind", "hazard")
        self.tell("instance:started", kind=kind, number="BG-1", answers=answers)

    def tell(self, tag: str, element: str = "", **data: Any) -> Projection:
        event = EventFact(tag, self.at, data, element=element, actor_id=APPROVER)
        self.events.append(event)
        changes = project(self.state, event)
        self.state, _ = project_all(self.state, [event])
        for month, counters in changes.months.items():
            kept = self.months.setdefault(month, {})
            for counter, change in counters.items():
                kept[counter] = kept.get(counter, 0) + change
        self.at += timedelta(hours=1)
        return changes

    def complete(self, element: str, **answers: Any) -> Projection:
        return self.tell("task:completed", element, answers=answers)

    def register(self, **facts: Any) -> Projection:
        facts = {"number": "YH-1", "level": "general", "category": "object", **facts}
        return self.tell("hazard:registered", **facts)

    def reward(self, number: str = "JL-1", fen: int = 20_000) -> None:
        self.tell("reward:proposed", number=number, computed_fen=fen, rule="reward_amount")
        self.tell("reward:approved", approved_fen=fen, automatic=False, reason="")
        self.tell("reward:paid", paid_fen=fen, paid_on="2026-11-03", voucher="V-9")

    @property
    def hazard(self) -> dict[str, Any]:
        assert self.state.hazard is not None
        return dict(self.state.hazard)

    @property
    def november(self) -> dict[str, int]:
        return {name: n for name, n in self.months.get("2026-11", {}).items() if n}


def test_a_report_opens_a_row_and_is_counted() -> None:
    story = Story(place="一号车间", description="配电柜进水", imminent=True, name="张三")
    assert story.hazard == {
        "kind": "hazard",
        "state": "reported",
        "source": "staff",
        "channel": "unknown",
        "report_number": "BG-1",
        "place": "一号车间",
        "description": "配电柜进水",
        "imminent": True,
        "fixed_on_spot": False,
        "rounds": 0,
        "reported_at": START,
    }
    assert story.november == {"reported": 1}


def test_who_reported_reaches_no_column() -> None:
    story = Story(reporter_name="张三", phone="13800000000", description="x")
    assert "张三" not in str(story.hazard)
    assert "138" not in str(story.hazard)
    assert APPROVER not in story.hazard.values()


def test_the_whole_loop_sets_every_moment_and_counts_once() -> None:
    story = Story(description="x")
    story.complete("acknowledge")
    story.complete("verify", finding="confirmed", category="object", level="general")
    assert story.hazard["state"] == "reported", "not on the ledger before it has a number"
    story.register(finding="confirmed")
    story.complete("rectify:plan", rectifier=str(RECTIFIER), due_on="2026-11-20")
    story.complete("rectify:rectify", control_type="engineering")
    assert story.hazard["state"] == "rectified"
    story.complete("rectify:accept", result="passed")
    story.tell("hazard:closed", number="XH-1")
    story.tell("reporter:told", message="closed")
    row = story.hazard
    hours = {
        name: (row[name] - START) // timedelta(hours=1)
        for name in (
            "reported_at", "acknowledged_at", "verified_at", "registered_at", "rectified_at",
            "accepted_at", "closed_at", "told_at",
        )
    }  # fmt: skip
    assert list(hours.values()) == [0, 1, 2, 3, 5, 6, 7, 8]
    assert (row["state"], row["closure_number"], row["rounds"]) == ("closed", "XH-1", 0)
    assert (row["rectifier_id"], row["due_on"]) == (RECTIFIER, date(2026, 11, 20))
    assert story.november == {"reported": 1, "verified": 1, "category_object": 1, "closed": 1}


def test_each_failed_acceptance_is_a_round_and_sends_it_back() -> None:
    story = Story()
    story.register()
    for _ in range(2):
        story.complete("rectify")
        story.complete("accept", result="failed")
    assert (story.hazard["rounds"], story.hazard["state"]) == (2, "verified")
    assert story.hazard["rectified_at"] is None
    story.complete("rectify")
    story.complete("accept", result="passed")
    assert (story.hazard["rounds"], story.hazard["state"]) == (2, "rectified")


def test_what_was_rectified_before_it_was_registered_waits_for_acceptance() -> None:
    story = Story()
    story.complete("rectify")
    assert story.hazard["state"] == "reported"
    story.register()
    assert story.hazard["state"] == "rectified"


def test_a_principal_who_does_not_sign_sends_it_back() -> None:
    story = Story()
    story.register(level="major")
    story.complete("rectify")
    story.complete("accept", result="passed")
    story.complete("rectification:sign_closure", closure_signed=False)
    assert (story.hazard["state"], story.hazard["rounds"]) == ("verified", 0)
    story.complete("rectify")
    story.complete("sign_closure", closure_signed=True)
    assert story.hazard["state"] == "rectified"


def test_a_month_that_ended_with_it_overdue_learns_of_its_closure() -> None:
    story = Story()
    story.register()
    story.complete("plan", due_on="2026-12-31")
    story.at = datetime(2027, 2, 5, tzinfo=UTC)
    story.tell("hazard:closed", number="XH-1")
    late = {month for month, counters in story.months.items() if "late_closed" in counters}
    assert late == {"2026-12", "2027-01"}


def test_a_dismissed_report_is_received_but_not_verified() -> None:
    story = Story()
    story.tell("report:dismissed", finding="not_a_hazard")
    assert (story.hazard["state"], story.hazard["finding"]) == ("dismissed", "not_a_hazard")
    assert story.november == {"reported": 1, "dismissed": 1}


def test_each_moment_counts_in_its_own_month_in_china() -> None:
    story = Story()
    story.at = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    story.register()
    story.at = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    story.tell("hazard:closed", number="XH-1")
    assert story.months["2026-11"]["verified"] == 1
    assert story.months["2026-12"] == {"closed": 1}


def test_a_level_corrected_later_moves_the_month_it_belongs_to() -> None:
    story = Story()
    story.register(level="general", category="object")
    story.at = datetime(2026, 12, 5, tzinfo=UTC)
    change = story.complete("determine", level="major", category="management")
    assert change.months == {
        "2026-11": {"verified_major": 1, "category_object": -1, "category_management": 1}
    }
    story.tell("hazard:closed", number="XH-1")
    assert story.months["2026-12"] == {"closed": 1, "closed_major": 1}


def test_a_report_found_to_be_a_suggestion_is_counted_as_one() -> None:
    story = Story()
    story.complete("verify", kind="suggestion")
    assert story.november == {"reported_suggestions": 1}


@pytest.mark.parametrize("answer", [True, False, None])
def test_a_suggestion_is_adopted_when_somebody_says_so(answer: bool | None) -> None:
    story = Story(kind="suggestion")
    if answer is not None:
        story.complete("consider", adopted=answer)
    story.tell("instance:completed")
    assert story.hazard["state"] == ("closed" if answer else "dismissed")
    assert story.november == {"reported_suggestions": 1} | ({"adopted": 1} if answer else {})


def test_adopted_means_nothing_for_a_hazard() -> None:
    story = Story()
    story.complete("consider", adopted=True)
    assert story.hazard["state"] == "reported"


@pytest.mark.parametrize(
    ("source", "counted"),
    [
        ("staff", {"reported": 1, "verified": 1, "category_object": 1, "closed": 1}),
        ("self_check", {"reported": 1, "verified": 1, "category_object": 1, "closed": 1}),
        ("iot", {"signals": 1, "signals_verified": 1, "signals_closed": 1}),
        ("ai", {"signals": 1, "signals_verified": 1, "signals_closed": 1}),
        ("government", {"others": 1, "others_verified": 1, "others_closed": 1}),
    ],
)
def test_only_people_feed_the_indicator(source: str, counted: dict[str, int]) -> None:
    story = Story(source=source)
    story.register()
    story.tell("hazard:closed", number="XH-1")
    assert story.november == counted


def test_a_cancelled_case_leaves_the_ledger_and_pays_nothing_more() -> None:
    story = Story()
    story.register()
    story.tell("reward:proposed", number="JL-1", computed_fen=100)
    story.tell("reward:approved", approved_fen=100)
    story.tell("instance:cancelled", reason="重复登记")
    assert story.hazard["state"] == "cancelled"
    assert story.state.rewards["JL-1"]["state"] == "refused"
    assert story.november == {"reported": 1, "withdrawn": 1}


def test_what_is_closed_and_paid_stays_so_when_the_rest_is_cancelled() -> None:
    story = Story()
    story.register()
    story.reward()
    story.tell("hazard:closed", number="XH-1")
    counted = story.november
    story.tell("instance:cancelled", reason="x")
    assert story.hazard["state"] == "closed"
    assert story.november == counted


def test_a_reward_is_approved_paid_and_received_as_three_sums() -> None:
    story = Story()
    story.reward(fen=20_000)
    story.at = datetime(2026, 12, 1, tzinfo=UTC)
    change = story.tell("reward:received")
    assert change.months == {"2026-12": {"received_fen": 20_000}}
    reward = story.state.rewards["JL-1"]
    assert reward["approved_by"] == APPROVER
    assert (reward["paid_on"], reward["voucher"]) == (date(2026, 11, 3), "V-9")
    assert story.november == {
        "reported": 1,
        "approved_fen": 20_000,
        "approved_count": 1,
        "paid_fen": 20_000,
        "paid_count": 1,
        "max_paid_fen": 20_000,
    }


def test_nobodys_name_stands_under_an_automatic_approval() -> None:
    story = Story()
    story.tell("reward:proposed", number="JL-1", computed_fen=5_000)
    story.tell("reward:approved", approved_fen=5_000, automatic=True)
    assert story.state.rewards["JL-1"]["approved_by"] is None


def test_a_reward_is_paid_once_whatever_comes_twice() -> None:
    story = Story()
    story.reward(fen=100)
    counted = story.november
    again = story.tell("reward:paid", paid_fen=900, paid_on="2026-11-09")
    assert again == Projection()
    assert story.november == counted


def test_a_refused_reward_may_be_proposed_again() -> None:
    story = Story()
    story.tell("reward:proposed", number="JL-1", computed_fen=100)
    story.tell("reward:approved", approved_fen=100)
    story.tell("reward:refused", reason="预算已用完")
    assert story.november == {"reported": 1}
    story.reward(number="JL-1", fen=80)
    assert story.november["approved_fen"] == 80


def test_two_reporters_have_two_rewards_and_the_events_name_them() -> None:
    story = Story()
    for number, fen in (("JL-1", 300), ("JL-2", 200)):
        story.tell("reward:proposed", number=number, computed_fen=fen)
    story.tell("reward:approved", number="JL-1", approved_fen=300)
    story.tell("reward:approved", number="JL-2", approved_fen=200)
    story.tell("reward:paid", number="JL-2", paid_fen=200)
    story.tell("reward:paid", number="JL-1", paid_fen=300)
    assert {n: r["state"] for n, r in story.state.rewards.items()} == {
        "JL-1": "paid",
        "JL-2": "paid",
    }
    assert story.november["paid_fen"] == 500
    assert story.november["paid_count"] == 2


def test_persons_are_counted_by_month_and_never_named() -> None:
    story = Story()
    paid = project_all(story.state, _reward_events())[1]
    assert paid.persons == {("2026-11", "rewarded")}
    assert project_all(CaseState(), story.events)[1].persons == {("2026-11", "reporter")}


def test_a_process_that_reports_nothing_has_no_row() -> None:
    story = Story(kind="visit")
    story.complete("verify", level="major")
    story.register()
    assert story.state.hazard is None
    assert story.months == {}


def test_answers_that_fit_no_column_do_not_stop_the_case() -> None:
    story = Story(description=["not", "text"], imminent="perhaps", place="地" * 300)
    story.complete("verify", level="terrible", category=7, due_on="soon", rectifier="小王")
    row = story.hazard
    assert len(row["place"]) == 100
    assert row["imminent"] is False
    assert row.keys().isdisjoint({"description", "level", "category", "due_on", "rectifier_id"})


def test_the_same_history_gives_the_same_rows_told_at_once_or_step_by_step() -> None:
    story = Story(description="x")
    story.complete("verify", finding="confirmed", level="major")
    story.register(level="major")
    story.reward()
    story.complete("rectify")
    story.complete("accept", result="failed")
    story.complete("rectify")
    story.complete("accept", result="passed")
    story.tell("hazard:closed", number="XH-1")
    state, changes = project_all(CaseState(), story.events)
    assert state == story.state
    assert changes.months == story.months


def test_events_that_change_no_ledger_are_known_beforehand() -> None:
    assert not concerns("task:claimed", "verify", ())
    assert not concerns("task:completed", "tidy_up", ["colour"])
    assert concerns("task:completed", "tidy_up", ["level"])
    assert concerns("task:completed", "rectify", ())
    assert concerns("reward:paid", "", ())


def _reward_events() -> list[EventFact]:
    story = Story()
    story.reward()
    return story.events[1:]
