"""The suggestion process, one story a path."""

from __future__ import annotations

from tests.processes.player import Case
from tests.processes.stories import SUGGESTION, rewarded


def test_an_adopted_suggestion_is_answered_and_rewarded() -> None:
    case = Case("suggestion", **SUGGESTION)
    assert case.open() == ["consider"]
    case.does("consider", adopted=True, reply="下月安装")
    assert case.called("tell_reporter", message="adopted") == 1
    assert (case.data["amount_fen"], case.data["reward_rule"]) == (5_000, "R17")
    assert rewarded(case).done


def test_a_suggestion_that_is_not_adopted_is_answered() -> None:
    case = Case("suggestion", **SUGGESTION).does("consider", adopted=False, reply="已有防滑条")
    assert case.done
    assert case.called("tell_reporter", message="not_adopted") == 1
    assert case.called("propose_reward") == 0


def test_a_suggestion_is_answered_with_a_receipt_at_once() -> None:
    assert Case("suggestion", **SUGGESTION).called("issue_certificate", kind="receipt") == 1
