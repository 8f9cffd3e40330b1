"""Cuts S-FEEL text into tokens. Names may hold spaces and signs, so the known names are needed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.errors import ExpressionError
from engine.expressions.spelling import unreadable
from engine.values.limits import MAX_SOURCE

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)"
    r"|(?P<name>[^\W0-9]\w*)"
    r"|(?P<sign>\*\*|\.\.|[<>!]=|[-+*/<>=().,\[\]?@])",
    re.DOTALL,
)
_LONGEST_NUMBER = 60

#: Function names of the language that hold spaces.
SPACED_FUNCTIONS = (
    "date and time",
    "ends with",
    "list contains",
    "lower case",
    "starts with",
    "string length",
    "upper case",
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: `kind` is text, number, name, sign or end; `value` of a text or number."""

    kind: str
    text: str
    value: Any = None


_END = Token("end", "")


def special_names(names: frozenset[str]) -> tuple[str, ...]:
    """Give the names that are no plain words, the longest first, with the functions' names."""
    spaced = [name for name in names if not name.isidentifier() and name.strip()]
    return tuple(sorted((*spaced, *SPACED_FUNCTIONS), key=len, reverse=True))


def tokens(text: str, special: tuple[str, ...]) -> list[Token]:
    """Cut `text` into tokens, an end token last; raise ExpressionError for an unknown sign."""
    if len(text) > MAX_SOURCE:
        raise ExpressionError(
            f"内容太长，最多 {MAX_SOURCE} 个字符。",
            f"it is too long; {MAX_SOURCE} characters are allowed",
        )
    found: list[Token] = []
    position = 0
    while position < len(text):
        token, position = _next(text, position, special)
        if token is not None:
            found.append(token)
    return [*found, _END]


def _next(text: str, position: int, special: tuple[str, ...]) -> tuple[Token | None, int]:
    for name in special:
        end = position + len(name)
        if text.startswith(name, position) and not _runs_on(text, end):
            return Token("name", name), end
    match = _TOKEN.match(text, position)
    if match is None:
        raise unreadable(text, position)
    kind, piece = match.lastgroup or "", match.group()
    return (None if kind == "space" else _token(kind, piece)), match.end()


def _runs_on(text: str, end: int) -> bool:
    """Tell whether the word before `end` goes on, so that it is not the name it looked like."""
    return text[end - 1].isalnum() and end < len(text) and (text[end].isalnum() or text[end] == "_")


def _token(kind: str, piece: str) -> Token:
    if kind == "number":
        return Token(kind, piece, _number(piece))
    return Token(kind, piece, _text(piece)) if kind == "text" else Token(kind, piece)


def _number(piece: str) -> Decimal:
    if len(piece) > _LONGEST_NUMBER:
        raise ExpressionError("数字太长。", "a number is too long")
    return Decimal(piece)


def _text(piece: str) -> str:
    try:
        value = str(json.loads(piece, strict=False))
        value.encode()
    except ValueError:
        raise ExpressionError(
            "文字里的反斜杠写法不对；反斜杠要写成 \\\\ 。",
            "a text holds a wrong escape; write a backslash as \\\\",
        ) from None
    return value
