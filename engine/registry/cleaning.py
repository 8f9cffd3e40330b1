"""Checks what people write about an enterprise, on a page or in a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from engine.errors import InvalidAnswers, Message
from engine.hazards import uscc as social_credit_code
from engine.hazards.codes import STANDARD_SECTORS, STANDARD_WORDS
from engine.organisations import clean_uscc
from engine.registry import codes
from engine.registry.fields import Field

#: People part tags as they please.
_BETWEEN: Final = re.compile(r"[、，,;；\s]+")
_PHONE: Final = re.compile(r"[0-9+（）() ·\-－转]{5,30}")
_MOST_STAFF: Final = 1_000_000
#: A tag that is a particular of its own by now → that particular.
_TAGS_OF_BEFORE: Final = {"oil": "oil_storage", "monitored": "monitoring"}
#: A spreadsheet counts days from here, up to the end of 2099.
_SERIAL_ZERO: Final = date(1899, 12, 30)
_LAST_SERIAL: Final = 73_051


def clean(field: Field, value: Any) -> Any:
    """Give the value of a field as it is kept; None (tags: an empty list) for nothing.

    Args:
        value: text from a page, or text, a number, a day or a truth from a cell.

    Raises:
        InvalidAnswers: it is wrong; at the field's key.
    """
    if value is None or value in ("", []) or (isinstance(value, str) and not value.strip()):
        if field.is_needed:
            verb = "请选择" if field.kind in ("choice", "tags") else "请填写"
            raise _wrong(field, f"{verb}{field.name.zh}。", f"Fill in: {field.name.en}.")
        return [] if field.kind == "tags" else None
    return _CLEANERS[field.kind](field, value)


def carried(values: dict[str, Any]) -> dict[str, Any]:
    """Give values as they are kept by now, where they were read when some were kept otherwise."""
    found = dict(values)
    typed = found.get("standard_sector")
    if typed and typed not in STANDARD_SECTORS:
        found["standard_sector"] = STANDARD_WORDS.get(typed, "other")
        found["standard_note"] = found.get("standard_note") or typed
    tags = found.get("tags") or []
    for tag, key in _TAGS_OF_BEFORE.items():
        if tag in tags:
            found[key] = found.get(key) or "yes"
    if tags:
        found["tags"] = [tag for tag in tags if tag not in _TAGS_OF_BEFORE]
    return found


def warnings(values: Mapping[str, Any]) -> list[Message]:
    """Give what is odd about cleaned values without being wrong."""
    uscc = values.get("uscc")
    if uscc and social_credit_code.inner_check_fails(uscc):
        return [
            Message(
                "信用代码中的组织机构代码校验位不符，请核对。",
                "The organisation code inside the credit code fails its own check; look again.",
            )
        ]
    return []


def _text(field: Field, value: Any) -> str:
    plain = " ".join(_words(value).split())
    if len(plain) > field.most or not plain.isprintable():
        raise _wrong(
            field,
            f"{field.name.zh}最多 {field.most} 个字，不能有特殊字符。",
            f"{field.name.en}: at most {field.most} characters, none of them invisible.",
        )
    return plain


def _phone(field: Field, value: Any) -> str:
    plain = _text(field, value)
    if not _PHONE.fullmatch(plain):
        raise _wrong(
            field,
            f"{field.name.zh}只含数字和 +、-、括号，例如 021-62520000。",
            f"{field.name.en}: digits, + - and brackets, as 021-62520000.",
        )
    return plain


def _number(field: Field, value: Any) -> int:
    try:
        number = float(_words(value).replace(",", "").replace("，", ""))
    except ValueError:
        number = -1
    if not 0 <= number <= _MOST_STAFF or number != int(number):
        raise _wrong(
            field,
            f"{field.name.zh}应为 0 至 100 万的整数。",
            f"{field.name.en}: a whole number up to 1,000,000.",
        )
    return int(number)


def _choice(field: Field, value: Any) -> str:
    return _key_of(field, _words(value).strip())


def _tags(field: Field, value: Any) -> list[str]:
    parts = value if isinstance(value, list) else _BETWEEN.split(_words(value).strip())
    chosen = {_key_of(field, str(part)) for part in parts if part}
    return [key for key in field.names if key in chosen]


def _key_of(field: Field, text: str) -> str:
    for key, words in field.names.items():
        if text in (key, words.zh, words.en):
            return key
    if text in field.also:
        return field.also[text]
    offered = "、".join(words.zh for words in field.choices.values())
    raise _wrong(
        field,
        f"{field.name.zh}没有“{text[:30]}”，可填：{offered}。",
        f"{field.name.en} knows no “{text[:30]}”; one of "
        + ", ".join(words.en for words in field.choices.values())
        + ".",
    )


def _date(field: Field, value: Any) -> str | date:
    """Give a day: as such for a column, as text for the profile."""
    day = _day(field, value)
    return day if field.is_column else day.isoformat()


def _day(field: Field, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and 1 <= value < _LAST_SERIAL:
        return _SERIAL_ZERO + timedelta(days=int(value))
    plain = re.sub(r"[年月/.]", "-", _words(value).strip()).rstrip("日")
    try:
        return date(*map(int, plain.split("-")))
    except (ValueError, TypeError, OverflowError) as error:
        raise _wrong(
            field,
            f"{field.name.zh}应写成 2026-12-31 的样子。",
            f"{field.name.en}: write it like 2026-12-31.",
        ) from error


def _region(field: Field, value: Any) -> str:
    found = codes.region(_words(value))
    if found is None:
        raise _wrong(
            field,
            f"{field.name.zh}为 6、9 或 12 位数字，例如 310105。",
            f"{field.name.en}: 6, 9 or 12 digits, as 310105.",
        )
    return found


def _uscc(field: Field, value: Any) -> str | None:
    return clean_uscc(_words(value))


def _industry(field: Field, value: Any) -> str:
    found = codes.industry(_words(value))
    if found is None:
        raise _wrong(
            field,
            f"“{_words(value)[:12]}”不是国民经济行业代码，或门类字母与代码不符，例如 C2614。",
            f"“{_words(value)[:12]}” is no GB/T 4754 code, or its section does not fit; as C2614.",
        )
    return found


def _words(value: Any) -> str:
    """Give a cell as text; a whole number without the point a spreadsheet gives it."""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def _wrong(field: Field, zh: str, en: str) -> InvalidAnswers:
    return InvalidAnswers.at(field.key, zh, en)


_CLEANERS: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    "text": _text,
    "phone": _phone,
    "number": _number,
    "choice": _choice,
    "tags": _tags,
    "date": _date,
    "uscc": _uscc,
    "industry": _industry,
    "region": _region,
}
