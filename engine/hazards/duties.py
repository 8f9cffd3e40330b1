"""Who may not do a task because they did the one that it checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Task key → keys of the tasks whose doer may not do it; "report" stands for the reporter, "enter"
#: for who typed in what somebody else reported (docs/decisions/0026).
RULES: Final[Mapping[str, frozenset[str]]] = {
    "verify": frozenset({"report"}),
    "determine": frozenset({"report"}),
    "second_opinion": frozenset({"report", "verify"}),
    "accept": frozenset({"rectify"}),
    "approve_reward": frozenset({"report", "enter"}),
    "pay_reward": frozenset({"report", "enter", "approve_reward"}),
    "sign_opinion": frozenset({"advise"}),
}


def forbidden(task_key: str, properties: Mapping[str, str]) -> frozenset[str]:
    """Give the keys of the tasks whose doer may not do this one.

    Args:
        properties: of its element; `reviewer_not` adds to the rules and never takes away.
    """
    said = properties.get("reviewer_not", "").split(",")
    return RULES.get(task_key, frozenset()) | {key.strip() for key in said if key.strip()}
