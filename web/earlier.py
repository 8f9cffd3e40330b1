"""What was answered in a case before a task, in the words of the forms that asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from flask_babel import gettext

from engine import casefile, forms, people, task_forms
from engine.answers import conditions_of
from web import db
from web.answer_words import Told, Words, ids_in
from web.case_file import CaseFile
from web.event_words import OUTPUTS
from web.language import say

#: What a report says of itself and its reporter; whoever works on the case sees it elsewhere or
#: need not know it.
_NOT_TOLD: Final = frozenset({"kind", "identity_mode", "reporter_type"})
#: The steps of the reward are for those who may read rewards.
REWARD_STEPS: Final = frozenset({"approve_reward", "pay_reward", "confirm_reward"})


@dataclass(frozen=True)
class Answered:
    """One step that was done, with its answers as they stand now."""

    name: str
    #: "" for a reporter.
    by: str
    at: datetime | None
    told: Told


class Earlier:
    """The report and the steps that were done, each answer with the step that gave it last."""

    def __init__(self, file: CaseFile, is_reporters: bool) -> None:
        self._file = file
        #: A reporter sees what they reported and what became of their reward, nothing else.
        self._is_reporters = is_reporters

    @cached_property
    def report(self) -> Told:
        """What was reported."""
        return self._told[0]

    @cached_property
    def steps(self) -> list[Answered]:
        """The steps, the latest first; those that left no answer are not among them."""
        return [
            Answered(step.name, step.done_by or "", step.completed_at, told)
            for step, told in zip(reversed(self._steps), reversed(self._told[1:]), strict=True)
            if told.changes or told.photos or told.files
        ]

    def proposals(self, form: forms.Form | None) -> list[dict[str, Any]]:
        """Give what decision tables proposed for a question of `form`, and by which rules.

        A table proposes an answer to the question `level` in its column `proposed_level`.
        """
        asked = {f"proposed_{one.key}" for one in form.fields} if form else set()
        found = []
        for one in self._file.decisions:
            columns = self._file.loaded.decisions[one["key"]].outputs
            if asked.isdisjoint(column.name for column in columns):
                continue
            facts = [
                {"label": column.label, "value": _result(self._file.data[column.name])}
                for column in columns
                if self._file.data.get(column.name) is not None
            ]
            found.append({**one, "facts": facts})
        return found

    @cached_property
    def reward(self) -> Any:
        """The reward, or None."""
        found = casefile.rewards(db.session(), self._file.row)
        return found[-1] if found else None

    @cached_property
    def _steps(self) -> list[Any]:
        if self._is_reporters:
            return []
        found = task_forms.steps_before(db.session(), self._file.row)
        may_read_rewards = self._file.may("reward:read")
        voted = {
            one.id
            for one in self._file.loaded.model.elements.values()
            if one.ballot is not None and one.ballot.decide != "any"
        }
        kept = [step for step in found if step.key not in voted]
        return [step for step in kept if may_read_rewards or step.key not in REWARD_STEPS]

    @cached_property
    def _told(self) -> list[Told]:
        """Tell the report and each step: what a later step asked again is told there alone."""
        loaded = self._file.loaded
        keys = [loaded.model.start_form, *(step.form_key for step in self._steps)]
        asked = [loaded.forms.get(key or "") for key in keys]
        told: list[Told] = []
        taken: set[str] = set(_NOT_TOLD)
        for form in reversed(asked):
            if form is None:
                told.append(Told())
                continue
            whole = forms.expand(form, {"conditions": self._conditions})
            asked_for = forms.visible(whole, self._file.data)
            mine = {one.key: self._answers.get(one.key) for one in asked_for if one.key}
            fresh = {key: value for key, value in mine.items() if key not in taken}
            taken |= fresh.keys()
            told.append(_without_counts(self._words.tell(whole, fresh, {}), whole))
        return told[::-1]

    @property
    def _conditions(self) -> list[forms.Choice]:
        return conditions_of(self._file.item) if self._file.item else []

    @cached_property
    def _answers(self) -> Mapping[str, Any]:
        """The case's data; a tick that was not made says nothing."""
        data = {key: value for key, value in self._file.data.items() if value is not False}
        item = self._file.item
        if item and data.get("checklist_item"):
            data["checklist_item"] = f"{item['code']} {item['hazard']}"
        return data

    @cached_property
    def _words(self) -> Words:
        cited = ids_in(str(value) for value in self._answers.values())
        names = people.names(db.session(), cited)
        return Words(names, self._file.files, self._file.hidden)


def _result(value: Any) -> str:
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    return say(OUTPUTS[value]) if value in OUTPUTS else str(value)


def _without_counts(told: Told, form: forms.Form) -> Told:
    """Leave out how many files there are: they are shown."""
    files = {one.key for one in form.fields if one.type == "filepicker"}
    return replace(told, changes=[one for one in told.changes if one.key not in files])
