"""Making a decision that a definition has pinned, and saying which rules made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine import decisions
from engine.definitions.load import Loaded
from engine.errors import DecisionError
from engine.hazards.counts import SIGNALS

#: The output of a table that says how much is paid, in fen.
AMOUNT: Final = "amount_fen"


@dataclass(frozen=True)
class Made:
    """A decision that was made."""

    decision: str
    #: Which version of its table; 0 for one that is not deployed yet.
    version: int
    #: The rules that hit, counted from 1.
    rules: list[int]
    outputs: dict[str, Any]
    #: What the table's author wrote beside those rules.
    notes: list[str]

    @property
    def facts(self) -> dict[str, Any]:
        """What the history notes of it."""
        return {
            "decision": self.decision,
            "version": self.version,
            "rules": self.rules,
            "outputs": self.outputs,
        }

    @property
    def fields(self) -> dict[str, Any]:
        """What it adds to the data of the case."""
        return {
            **self.outputs,
            f"{self.decision}_rules": self.rules,
            f"{self.decision}_version": self.version,
        }


def without_reward(made: Made, data: Mapping[str, Any]) -> Made:
    """Give a decision about money as it is for what a machine sent: a machine is never paid.

    An enterprise's own table need not know where reports are from (R-45).
    """
    if data.get("source") not in SIGNALS or not made.outputs.get(AMOUNT):
        return made
    return replace(made, outputs={**made.outputs, AMOUNT: 0})


def decide(loaded: Loaded, decision_id: str, data: Mapping[str, Any]) -> Made:
    """Evaluate a pinned decision.

    Raises:
        DecisionError: there is none of that name, or it cannot be made.
    """
    decision = loaded.decisions.get(decision_id)
    if decision is None:
        raise DecisionError(
            f"流程里没有决策表“{decision_id}”。",
            f"The definition has no decision '{decision_id}'.",
            decision=decision_id,
        )
    # A question that was not asked on this path counts as not answered.
    known = {**dict.fromkeys(decision.names), **data}
    result = decisions.to_plain(decision.evaluate(known))
    hits = decision.explain(known)
    return Made(
        decision=decision_id,
        version=loaded.pinned["dmn", loaded.tables[decision_id]].version,
        rules=[hit.rule for hit in hits],
        outputs=result if isinstance(result, dict) else {decision.outputs[0].name: result},
        notes=[hit.annotation for hit in hits if hit.annotation],
    )
