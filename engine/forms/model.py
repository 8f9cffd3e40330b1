"""The values a form definition is made of. Immutable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from typing import Any, Final

from engine.errors import Message

#: Component types that ask nothing.
STATIC_TYPES: Final = frozenset({"text", "separator"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen: `value` is kept, `label` is shown."""

    value: str
    label: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form, or a static text (`type` "text" or "separator", without a key)."""

    key: str
    #: textfield textarea number select radio checkbox checklist datetime filepicker text separator
    type: str
    label: Message
    help: Message | None = None
    required: bool = False
    #: Characters; for lists and files the number of entries is bounded by `max_entries`.
    min_length: int | None = None
    max_length: int | None = None
    #: Bounds of a number; of money in fen.
    minimum: float | None = None
    maximum: float | None = None
    #: Regular expression the whole text has to match.
    pattern: str | None = None
    #: Fixed choices; see also `source`.
    choices: tuple[Choice, ...] = ()
    #: Name of a list of choices that the caller passes in: "place", "checklist", …
    options: str | None = None
    #: Role whose members can be chosen; the value is a user id.
    people: str | None = None
    #: The field is asked only while the field `show_field` has one of `show_values`.
    show_field: str | None = None
    show_values: tuple[str, ...] = ()
    #: Typed in yuan, kept as integer fen.
    money: bool = False
    #: Decimal places of a number; 0 keeps an integer.
    digits: int = 0
    #: date or datetime
    subtype: str = "date"
    readonly: bool = False
    photo: bool = False
    multiple: bool = False
    #: File types a picker offers: "image/*,.pdf".
    accept: str = ""
    default: Any = None
    #: Has to be answered anew each time the form is asked; an earlier answer is not shown.
    fresh: bool = False
    #: Heading of the group it stands in, and whether that group starts folded.
    group: Message | None = None
    folded: bool = False
    #: The condition of that group; it has to hold besides the field's own.
    group_show_field: str | None = None
    group_show_values: tuple[str, ...] = ()
    #: Name of a list of choices for each of which this field is asked once; see `expand`.
    each: str | None = None

    @property
    def is_static(self) -> bool:
        """Say whether it only shows something."""
        return self.type in STATIC_TYPES

    @property
    def conditions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Give (field key, values) of all conditions; each has to hold for it to be asked."""
        if self.show_field is None and self.group_show_field is None:
            return ()
        both = (
            (self.group_show_field, self.group_show_values),
            (self.show_field, self.show_values),
        )
        return tuple((key, values) for key, values in both if key is not None)

    @property
    def source(self) -> str | None:
        """Give the name of the choices the caller has to pass in, or None."""
        return self.options or self.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One version of a form definition."""

    key: str
    title: Message
    fields: tuple[Field, ...]
    #: SHA-256 (hex) of the definition, independent of white space and order of keys.
    version_digest: str

    def find(self, key: str) -> Field | None:
        """Give the field with that key, or None."""
        return next((field for field in self.fields if field.key == key), None)

    @property
    def sources(self) -> frozenset[str]:
        """Give the names of all choices the caller has to pass in."""
        named = {field.source for field in self.fields} | {field.each for field in self.fields}
        return frozenset(name for name in named if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a task lets its doer see and change; everything not named may be both."""

    readonly: frozenset[str] = _field(default_factory=frozenset)
    hidden: frozenset[str] = _field(default_factory=frozenset)

    @classmethod
    def of(cls, properties: Mapping[str, str]) -> Rights:
        """Read the element properties `readonly` and `hidden`: comma lists of field keys."""
        return cls(
            readonly=_keys(properties.get("readonly", "").split(",")),
            hidden=_keys(properties.get("hidden", "").split(",")),
        )


def _keys(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(part.strip() for part in parts if part.strip())
