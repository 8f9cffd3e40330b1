"""Types that a table names (DMN 1.3, 7.3.2): what data is turned into, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.decisions.scope import Scope, Test
from engine.decisions.values import from_plain
from engine.errors import ExpressionError
from engine.values.limits import kind
from engine.values.moments import Months, read_date, read_duration, read_moment, read_time


@dataclass(frozen=True, slots=True)
class Base:
    """A built-in type: the Python types of its values, and how one is read from a text."""

    types: tuple[type, ...]
    read: Callable[[str], Any] | None = None


_NUMBER, _STRING, _BOOLEAN = Base((Decimal,)), Base((str,)), Base((bool,))
_MOMENT = Base((datetime,), read_moment)
_SPAN = Base((timedelta, Months), read_duration)

_BASES: dict[str, Base] = {
    "number": _NUMBER,
    "integer": _NUMBER,
    "long": _NUMBER,
    "double": _NUMBER,
    "string": _STRING,
    "boolean": _BOOLEAN,
    "date": Base((date,), read_date),
    "time": Base((time,), read_time),
    "dateTime": _MOMENT,
    "date and time": _MOMENT,
    "dayTimeDuration": _SPAN,
    "days and time duration": _SPAN,
    "yearMonthDuration": _SPAN,
    "years and months duration": _SPAN,
}


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type: built in, or drawn as an item definition.

    base: None for "any value".
    allowed: the test of its allowed values, with their text in `allowed_text`.
    components: types of the fields of a record.
    collection: a list of such values.
    """

    name: str
    base: Base | None = None
    allowed: Test | None = None
    allowed_text: str = ""
    components: Mapping[str, ItemType] = field(default_factory=dict)
    collection: bool = False

    def convert(self, value: Any, where: str) -> Any:
        """Bring plain data to this type; raise ExpressionError if it is of another kind.

        Nothing (null) is of every type. Text is read where a date or duration is wanted.
        """
        if value is None:
            return None
        if self.collection:
            entries = value if type(value) is list else [value]
            return [self._convert_one(entry, where) for entry in entries]
        return self._convert_one(value, where)

    def _convert_one(self, value: Any, where: str) -> Any:
        value = from_plain(value, where)
        if value is None:
            return None
        if self.components:
            return self._convert_record(value, where)
        value = self._convert_scalar(value, where)
        if self.allowed is not None and self.allowed(value, Scope({})) is not True:
            raise not_allowed(value, where, self.allowed_text)
        return value

    def _convert_record(self, value: Any, where: str) -> Any:
        if type(value) is not dict:
            raise self._wrong_kind(value, where)
        return {
            key: self.components[key].convert(entry, f"{where}.{key}")
            if key in self.components
            else entry
            for key, entry in value.items()
        }

    def _convert_scalar(self, value: Any, where: str) -> Any:
        if self.base is None or type(value) in self.base.types:
            return value
        if type(value) is str and self.base.read is not None:
            return self.base.read(value)
        raise self._wrong_kind(value, where)

    def _wrong_kind(self, value: Any, where: str) -> ExpressionError:
        zh, en = kind(value)
        return ExpressionError(
            f"“{where}”应该是 {self.name} 类型，而不是{zh}。",
            f"'{where}' must be of type {self.name}, not {en}",
            field=where,
        )


ANY = ItemType("Any")


def not_allowed(value: Any, where: str, allowed: str) -> ExpressionError:
    """Say that a value is none of the allowed ones."""
    shown = str(value)[:40]
    return ExpressionError(
        f"“{where}”的值“{shown}”不在允许的范围内：{allowed}。",
        f"'{shown}' is no allowed value of '{where}': {allowed}",
        field=where,
    )


def built_in(name: str) -> ItemType | None:
    """Give the built-in type called `name` ("feel:string" too); ANY for none or "Any"."""
    plain = name.removeprefix("feel:")
    if plain in ("", "Any"):
        return ANY
    base = _BASES.get(plain)
    return None if base is None else ItemType(plain, base)
