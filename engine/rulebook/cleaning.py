"""Reading answers: each in its plain form, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.errors import InvalidAnswers, Message
from engine.rulebook.questions import Question
from engine.values.signs import writable

_EMAIL: Final = re.compile(r"[^@\s,;<>\"]{1,60}@[^@\s,;<>\"]{1,60}\.[A-Za-z]{2,20}")
_EMPTY: Final = Message("请填写这一项。", "Answer this question.")


def clean(asked: tuple[Question, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answers to `asked` in their plain form; what was not sent counts as empty.

    Args:
        given: texts as they were typed; ticks as booleans; several choices as a list.

    Raises:
        InvalidAnswers: question by question.
    """
    found: dict[str, Any] = {}
    wrong: dict[str, list[Message]] = {}
    for question in asked:
        value = _read(question, given.get(question.key))
        if isinstance(value, Message):
            wrong[question.key] = [value]
        else:
            found[question.key] = value
    if wrong:
        raise InvalidAnswers(wrong)
    return found


def line(text: Any) -> str:
    """Give a text as one line that every file can hold."""
    return " ".join(writable(text).split()) if isinstance(text, str) else ""


def _read(question: Question, value: Any) -> Any:
    """Give the plain value, or the message that says what is wrong."""
    match question.kind:
        case "flag":
            return value is True
        case "choices":
            chosen = value if isinstance(value, list | tuple) else ()
            return [key for key in question.choices or {} if key in chosen]
    text = line(value)
    if not text:
        return _EMPTY if question.required else None if question.kind != "text" else ""
    return _READERS[question.kind](question, text)


def _text(question: Question, text: str) -> str | Message:
    if len(text) > question.most:
        return Message(
            f"最多 {question.most} 个字，现在有 {len(text)} 个。",
            f"At most {question.most} characters; these are {len(text)}.",
        )
    return text


def _email(question: Question, text: str) -> str | Message:
    if not _EMAIL.fullmatch(text):
        return Message("邮箱写成 a@b.com 的样子。", "Write it like a@b.com.")
    return _text(question, text)


def _day(_question: Question, text: str) -> str | Message:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Message("请填写日期，例如 2026-11-05。", "Give a day, such as 2026-11-05.")
    if not 2000 <= day.year <= 2100:
        return Message("请检查年份。", "Check the year.")
    return day.isoformat()


def _whole(question: Question, text: str) -> int | Message:
    least = 2000 if question.most == 2100 else 1
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not least <= number <= question.most:
        return Message(
            f"请填 {least} 至 {question.most} 的整数。",
            f"Give a whole number from {least} to {question.most}.",
        )
    return number


def _money(question: Question, text: str) -> int | Message:
    """Read yuan, give fen."""
    try:
        amount = Decimal(text.replace(",", "")) * 100
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount.copy_abs() > 10**15 or amount != amount.to_integral_value():
        return Message("请填金额，例如 200 或 199.50。", "Give an amount, such as 200 or 199.50.")
    if not 0 <= amount <= question.most:
        return Message(
            f"金额应在 0 至 {question.most // 100:,} 元之间。",
            f"The amount lies between 0 and {question.most // 100:,} yuan.",
        )
    return int(amount)


def _choice(question: Question, text: str) -> str | Message:
    if text not in (question.choices or {}):
        return Message("请选择一项。", "Choose one.")
    return text


_READERS: Final = {
    "text": _text,
    "email": _email,
    "day": _day,
    "whole": _whole,
    "money": _money,
    "choice": _choice,
}
