"""Which fields are shown, and with what in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from engine.errors import Message
from engine.forms.model import Choice, Field, Form, Rights

Choices = Mapping[str, Sequence[Choice]]

_KEY_PART: Final = re.compile(r"[A-Za-z0-9_]{1,40}")


def visible(
    form: Form, values: Mapping[str, Any], rights: Rights | None = None
) -> tuple[Field, ...]:
    """Give the fields that are shown while the fields have `values`, in order.

    Args:
        values: what is in the process data, overlaid by what is being typed.
        rights: fields it hides are left out; read-only ones stay.
    """
    hidden = rights.hidden if rights else frozenset()
    seen: dict[str, Any] = dict(values)
    found = []
    for field in form.fields:
        if is_asked(field, seen):
            if field.key not in hidden:
                found.append(field)
        else:
            seen[field.key] = None
    return tuple(found)


def is_asked(field: Field, values: Mapping[str, Any]) -> bool:
    """Say whether the conditions of `field`, if it has any, hold for `values`."""
    conditions = field.conditions
    return not conditions or all(
        not set(wanted).isdisjoint(_as_words(values.get(key))) for key, wanted in conditions
    )


def _as_words(value: Any) -> list[str]:
    """Write a value the way `showValues` names it: "true", "general", each entry of a list."""
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        return [word for entry in value for word in _as_words(entry)]
    return ["" if value is None else str(value)]


def prefilled(form: Form, current: Mapping[str, Any]) -> dict[str, Any]:
    """Give what stands in the fields before anything is typed: earlier answers, else defaults."""
    return {
        field.key: initial(field, current)
        for field in form.fields
        if not field.is_static and initial(field, current) is not None
    }


def initial(field: Field, current: Mapping[str, Any]) -> Any:
    """Give what stands in one field before anything is typed, or None."""
    earlier = None if field.fresh else current.get(field.key)
    return field.default if earlier is None else earlier


def expand(form: Form, choices: Choices) -> Form:
    """Give the form with each repeated group written out, once for each entry of its list.

    A group with `each="conditions"` asks its fields for every condition of the checklist item:
    the field `met` becomes `met_1`, `met_2`, …, and `{each}` in a label the condition's text.
    """
    if not any(field.each for field in form.fields):
        return form
    fields: list[Field] = []
    for name, group in groupby(form.fields, key=lambda field: field.each):
        templates = list(group)
        fields += templates if name is None else _written_out(templates, choices.get(name, ()))
    return replace(form, fields=tuple(fields))


def _written_out(templates: Sequence[Field], entries: Sequence[Choice]) -> Iterator[Field]:
    own = {field.key for field in templates}
    for entry in entries:
        if _KEY_PART.fullmatch(entry.value):
            for field in templates:
                yield _for_entry(field, entry, own)


def _for_entry(field: Field, entry: Choice, own: set[str]) -> Field:
    shown_by = field.show_field
    return replace(
        field,
        key=f"{field.key}_{entry.value}" if field.key else "",
        label=_named(field.label, entry.label),
        show_field=f"{shown_by}_{entry.value}" if shown_by in own else shown_by,
        each=None,
    )


def _named(label: Message, entry: Message) -> Message:
    return Message(label.zh.replace("{each}", entry.zh), label.en.replace("{each}", entry.en))
