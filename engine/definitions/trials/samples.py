"""Sample answers 样例: what fills a form so that a trial can go on."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from engine import forms
from engine.clock import LOCAL_ZONE
from engine.definitions.trials.world import SAMPLE_FILE
from engine.forms.values import is_empty

#: How far ahead a sample of a deadline lies.
_AHEAD: Final = timedelta(days=14)
_FEN: Final = 10_000


def sample_answers(
    form: forms.Form,
    *,
    values: Mapping[str, Any],
    at: datetime,
    choices: Mapping[str, Sequence[forms.Choice]] | None = None,
    rights: forms.Rights | None = None,
    compared: Mapping[str, Sequence[Any]] | None = None,
    chance: random.Random | None = None,
) -> dict[str, Any]:
    """Give raw answers to what has to be answered and is not yet.

    Args:
        values: what is known: data of the case and what stands in the form.
        at: the moment at which it is answered.
        compared: field → what conditions compare it with.
        chance: chooses among what could be answered; without it the first choice counts.
    """
    writer = _Writer(dict(values), at, choices or {}, compared or {}, chance)
    fixed = rights.readonly | rights.hidden if rights else frozenset()
    for field in forms.expand(form, writer.choices).fields:
        writer.decides = _decides(form, field)
        if not field.is_static and not field.readonly and field.key not in fixed:
            writer.take(field)
    return writer.answers


def _decides(form: forms.Form, field: forms.Field) -> bool:
    """Say whether not ticking it asks something too, so that it has to be answered."""
    return any((field.key, "false") in _pairs(other) for other in form.fields)


def _pairs(field: forms.Field) -> list[tuple[str, str]]:
    return [(key, value) for key, values in field.conditions for value in values]


class _Writer:
    """Fills in one form from the top."""

    def __init__(
        self,
        known: dict[str, Any],
        at: datetime,
        choices: Mapping[str, Sequence[forms.Choice]],
        compared: Mapping[str, Sequence[Any]],
        chance: random.Random | None,
    ) -> None:
        self.known = known
        self.at = at
        self.choices = choices
        self.compared = compared
        self.chance = chance
        self.decides = False
        self.answers: dict[str, Any] = {}

    def take(self, field: forms.Field) -> None:
        """Answer one field, if it is asked and has no answer."""
        if not forms.is_asked(field, self.known):
            self.known[field.key] = None
            return
        stands = None if field.fresh else self.known.get(field.key)
        stands = field.default if stands is None else stands
        if not is_empty(stands) and self.chance is None:
            self.known[field.key] = stands
            return
        value = self._value(field)
        if value is not None:
            self.answers[field.key] = self.known[field.key] = value

    def _value(self, field: forms.Field) -> Any:
        if field.type == "checkbox":
            return self._tick(field)
        if not field.required and (self.chance is None or self.chance.random() < 0.5):
            return None
        match field.type:
            case "select" | "radio":
                return self._choice(field)
            case "checklist":
                found = self._choice(field)
                return None if found is None else [found]
            case "filepicker":
                return [SAMPLE_FILE]
            case "number":
                return self._number(field)
            case "datetime":
                return self._moment(field)
        return self._text(field)

    def _tick(self, field: forms.Field) -> bool | None:
        if self.chance is not None:
            return True if field.required else self.chance.random() < 0.5
        return True if field.required or self.decides else None

    def _choice(self, field: forms.Field) -> str | None:
        passed = self.choices.get(field.key) or self.choices.get(field.source or "") or ()
        values = [choice.value for choice in (*field.choices, *passed)]
        return self._one(values) if values else None

    def _number(self, field: forms.Field) -> int | float:
        hints = [n for n in self.compared.get(field.key, ()) if _is_number(n)]
        least = field.minimum if field.minimum is not None else 0
        most = field.maximum if field.maximum is not None else max(least, 10**9)
        usable = [n for n in hints if least <= n <= most]
        value = self._one(usable) if usable else min(max(least, _FEN if field.money else 1), most)
        return value if field.digits else int(value)

    def _moment(self, field: forms.Field) -> str:
        moment = self.at.astimezone(LOCAL_ZONE) + (_AHEAD if "due" in field.key else timedelta())
        if field.subtype == "date":
            return moment.date().isoformat()
        return moment.strftime("%Y-%m-%dT%H:%M")

    def _text(self, field: forms.Field) -> str:
        hints = [text for text in self.compared.get(field.key, ()) if isinstance(text, str)]
        text = self._one(hints) if hints else f"样例：{field.label.zh}"
        text = text.ljust(field.min_length or 0, "。")
        return text[: field.max_length or 60]

    def _one(self, values: Sequence[Any]) -> Any:
        return values[0] if self.chance is None else self.chance.choice(list(values))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
