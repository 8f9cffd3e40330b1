"""The shipped decision tables: what they say for the cases people meet."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from engine import decisions
from engine.hazards import deadlines
from tests.processes.player import all_decisions

HAZARD = {"kind": "hazard", "finding": "confirmed", "level": "general"}
MAJOR = {**HAZARD, "level": "major"}
SUGGESTION = {"kind": "suggestion"}


def decide(key: str, **data: Any) -> Any:
    decision = all_decisions()[key]
    return decisions.to_plain(decision.evaluate({**dict.fromkeys(decision.names), **data}))


@pytest.mark.parametrize(
    ("data", "fen", "number"),
    [
        (HAZARD, 10_000, "R15"),
        ({**HAZARD, "finding": "partly"}, 10_000, "R15"),
        ({**HAZARD, "report_quality": "good"}, 20_000, "R14"),
        ({**HAZARD, "fixed_on_spot": True}, 5_000, "R13"),
        ({**HAZARD, "fixed_on_spot": True, "report_quality": "good"}, 8_000, "R12"),
        ({**HAZARD, "on_duty_finding": True, "report_quality": "good"}, 3_000, "R11"),
        ({**HAZARD, "averted_accident": True}, 100_000, "R10"),
        (MAJOR, 100_000, "R09"),
        ({**MAJOR, "report_quality": "good"}, 200_000, "R08"),
        ({**MAJOR, "on_duty_finding": True}, 50_000, "R07"),
        ({**MAJOR, "averted_accident": True}, 500_000, "R06"),
        ({"kind": "hazard", "finding": "not_a_hazard"}, 2_000, "R05"),
        ({"kind": "hazard", "finding": "not_a_hazard", "report_quality": "good"}, 5_000, "R04"),
        ({"kind": "hazard", "finding": "unfounded"}, 0, "R03"),
        ({"kind": "hazard", "finding": "unverifiable"}, 0, "R03"),
        ({"kind": "hazard", "finding": "duplicate"}, 0, "R02"),
        ({**MAJOR, "finding": "malicious"}, 0, "R01"),
        ({**MAJOR, "source": "special_check"}, 0, "R19"),
        ({**HAZARD, "source": "iot"}, 0, "R19"),
        ({**HAZARD, "source": "self_check"}, 10_000, "R15"),
        ({**SUGGESTION, "adopted": True}, 5_000, "R17"),
        ({**SUGGESTION, "adopted": True, "report_quality": "good"}, 10_000, "R16"),
        ({**SUGGESTION, "adopted": False}, 0, "R99"),
    ],
)
def test_what_a_report_is_worth(data: dict[str, Any], fen: int, number: str) -> None:
    assert decide("reward_amount", **data) == {"amount_fen": fen, "reward_rule": number}


def test_every_rule_of_the_reward_table_can_be_met_and_has_its_own_number() -> None:
    decision = all_decisions()["reward_amount"]
    values: dict[str, list[Any]] = {
        "kind": ["hazard", "suggestion"],
        "finding": [None, "confirmed", "not_a_hazard", "duplicate", "unfounded", "malicious"],
        "level": [None, "general", "major"],
        "report_quality": [None, "good"],
        "source": [None, "government"],
        **{name: [False, True] for name in
           ("fixed_on_spot", "on_duty_finding", "averted_accident", "adopted")},
    }  # fmt: skip
    assert values.keys() == decision.names
    met = {
        hit.rule: hit.outputs["reward_rule"]
        for case in itertools.product(*values.values())
        for hit in decision.explain(dict(zip(values, case, strict=True)))
    }
    assert len(met) == len(set(met.values())) == 19


@pytest.mark.parametrize(
    ("data", "level", "needed"),
    [
        ({"level": "general"}, "general", False),
        ({"level": "general", "checklist_level": "general"}, "general", False),
        ({"level": "general", "imminent": True}, "general", False),
        ({"level": "major"}, "major", True),
        ({"level": "general", "checklist_level": "major_listed"}, "major", True),
        ({"level": "general", "checklist_level": "needs_judgement"}, "general", True),
        (
            {"level": "general", "checklist_level": "needs_judgement", "imminent": True},
            "major",
            True,
        ),
    ],
)
def test_the_level_is_proposed_and_a_hit_opens_the_determination(
    data: dict[str, Any], level: str, needed: bool
) -> None:
    proposal = {"proposed_level": level, "determination_needed": needed}
    assert decide("hazard_level", **data) == proposal


def test_every_deadline_is_one_the_calendar_understands() -> None:
    cases = itertools.product((False, True), (None, "general", "major"), (None, "major_listed"))
    for imminent, level, listed in cases:
        given = decide("deadline", imminent=imminent, level=level, checklist_level=listed)
        assert all(deadlines.parse(text).count for text in given.values())


def test_danger_and_majors_leave_less_time() -> None:
    usual = decide("deadline", imminent=False, level="general")
    listed = decide("deadline", imminent=False, checklist_level="major_listed")
    danger = decide("deadline", imminent=True)
    assert (usual["acknowledge_due"], usual["verify_due"]) == ("24h", "3wd")
    assert listed["verify_due"] == "24h"
    assert (danger["acknowledge_due"], danger["verify_due"]) == ("1h", "2h")


def test_a_reward_is_paid_within_fifteen_working_days_of_verification() -> None:
    given = decide("deadline", level="general")
    spans = [deadlines.parse(given[step]) for step in ("approve_due", "pay_due")]
    assert {span.unit for span in spans} == {"working_days"}
    assert sum(span.count for span in spans) <= 15
