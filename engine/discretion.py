"""What of a case its reader is not told: the reporter, rewards, fields hidden from their roles.

The case's page and the API both ask here, so that one never says what the other keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import orjson

from engine import casefile
from engine.actors import Actor
from engine.definitions import Loaded
from engine.permissions import allows
from engine.voting.rounds import NOTHING_SECRET, Secrets

#: Steps of the reward, whose answers are for those who may read rewards.
REWARD_TASKS: Final = frozenset({"approve_reward", "pay_reward", "confirm_reward"})
#: Outputs by which a decision table is known to be about money.
MONEY_OUTPUTS: Final = frozenset({"amount_fen", "reward_rule"})
#: What the reward's delegates put into the data beside the answers.
_REWARD_DATA: Final = frozenset({"reward_no", "amount", "reward_limit_fen"})
#: Who reports in which capacity narrows down who it was.
_REPORTER: Final = frozenset({"reporter_type"})


@dataclass(frozen=True)
class Discretion:
    """What one reader may know of cases that run one version of a process."""

    loaded: Loaded
    actor: Actor
    #: Task id → (name, candidate group), of the tasks the events to be read are about.
    tasks: Mapping[UUID, tuple[str, str]]
    #: What of the case's votes is not told to anybody yet, or ever.
    votes: Secrets = NOTHING_SECRET

    @property
    def sees_rewards(self) -> bool:
        """Say whether the reader may know what is paid."""
        return allows(self.actor, "reward:read")

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The keys of answers and data that the reader is not told."""
        hidden = casefile.hidden_fields(self.loaded, self.actor) | _REPORTER
        return hidden if self.sees_rewards else hidden | self._reward_keys()

    def is_withheld(self, element: str | None) -> bool:
        """Say whether what was answered at an element is about a reward they may not see."""
        return not self.sees_rewards and _key(element) in REWARD_TASKS

    def tells_reporter(self, tag: str, role: str, task_id: UUID | None) -> bool:
        """Say whether an event would give the reporter away: only they can have been refused."""
        group = self.tasks.get(task_id, ("", ""))[1] if task_id else ""
        return tag == "command:denied" and "reporter" in (role, group)

    def data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Give a case's data without what is hidden."""
        return {key: value for key, value in data.items() if key not in self.hidden}

    def event(self, event: Any) -> dict[str, Any]:
        """Give what the reader may know of an event.

        Returns:
            role, actor_id, on_behalf_of, task_id, element, data; empty where something is kept.
        """
        known: dict[str, Any] = orjson.loads(event.data)
        who = {
            "role": event.role,
            "actor_id": event.actor_id,
            "on_behalf_of": event.on_behalf_of,
            "task_id": event.task_id,
            "element": event.element,
        }
        if self.tells_reporter(event.tag, event.role, event.task_id):
            return {**dict.fromkeys(who), "role": "", "data": {}}
        if event.element in self.votes.nameless:
            who["actor_id"] = None
            known.pop("voter", None)
        return {**who, "data": self._event_data(event, known)}

    def _event_data(self, event: Any, known: dict[str, Any]) -> dict[str, Any]:
        about_money = event.tag.startswith("reward:") or self.is_withheld(event.element)
        if (about_money and not self.sees_rewards) or event.task_id in self.votes.untold:
            return {}
        if not self.sees_rewards and MONEY_OUTPUTS & known.get("outputs", {}).keys():
            # Which rule hit says how much: the table itself is open to all who handle cases.
            return {"decision": known["decision"]}
        answers = ("answers", "before", "outputs")
        return {
            key: self.data(value) if key in answers and isinstance(value, dict) else value
            for key, value in known.items()
        }

    def _reward_keys(self) -> frozenset[str]:
        found = set(_REWARD_DATA)
        for element in self.loaded.model.elements.values():
            form = self.loaded.forms.get(element.properties.get("formKey", ""))
            if form is not None and _key(element.key) in REWARD_TASKS:
                found |= {field.key for field in form.fields if field.key}
        for key, decision in self.loaded.decisions.items():
            outputs = {column.name for column in decision.outputs}
            if outputs & MONEY_OUTPUTS:
                found |= outputs | {f"{key}_rules", f"{key}_version"}
        return frozenset(found)


def _key(element: str | None) -> str:
    """Give the modeller's key of an element, without the process it is in."""
    return (element or "").rpartition(":")[2]
