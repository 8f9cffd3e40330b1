"""A list of attendees as people have it: pasted cells, CSV or the rows of a workbook. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final
from uuid import UUID

from engine.errors import Message

#: Position → its name. The audience of a session is one of them.
POSITIONS: Final[Mapping[str, Message]] = {
    "principal": Message("主要负责人", "Principal"),
    "fire_safety": Message("消防安全责任人", "Fire-safety responsible person"),
    "safety_officer": Message("安全管理人员", "Safety officer"),
    "verifier": Message("核查人", "Verifier"),
    "staff": Message("员工", "Staff"),
}
#: Column → the headings it is known by.
_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "enterprise": ("单位", "企业", "统一社会信用代码", "enterprise", "unit"),
    "name": ("姓名", "参训", "name"),
    "position": ("岗位", "职务", "身份", "position"),
}
_USUAL: Final = ("enterprise", "name", "position")
MOST_ROWS: Final = 5_000
#: So many lines are read, headings and empty ones among them, and so many cells of each: what
#: somebody sends may unpack to far more than it weighs.
MOST_LINES: Final = 2 * MOST_ROWS
MOST_COLUMNS: Final = 30
LONGEST: Final = 200


@dataclass
class Row:
    """One line of a list of attendees, and what is wrong with it."""

    #: As in the list that was given, counted from 1.
    line: int
    enterprise: str
    name: str
    #: A key of POSITIONS, "" when it is none.
    position: str
    enterprise_id: UUID | None = None
    faults: list[Message] = field(default_factory=list)
    #: Already on the session's list.
    is_known: bool = False

    @property
    def is_good(self) -> bool:
        """Say whether it can be taken in."""
        return not self.faults and not self.is_known


def cells_of(text: str) -> list[list[str]]:
    """Give the cells of pasted text or CSV: by tabs when there are any, else by commas."""
    plain = text.lstrip("\ufeff").replace("，", ",")
    first = next((line for line in plain.splitlines() if line.strip()), "")
    delimiter = "\t" if "\t" in first else ("；" if "；" in first else ",")
    if len(delimiter.encode()) > 1:
        plain, delimiter = plain.replace(delimiter, ";"), ";"
    read = csv.reader(StringIO(plain, newline=None), delimiter=delimiter, strict=False)
    return [[cell.strip()[: LONGEST + 1] for cell in row] for row in _safely(read)]


def read_rows(cells: Iterable[Sequence[Any]], audience: str) -> list[Row]:
    """Read lines of an enterprise, a name and perhaps a position; a heading may stand above.

    Args:
        audience: the position of whoever says none.
    """
    found: list[Row] = []
    usual: Mapping[str, int] = {key: at for at, key in enumerate(_USUAL)}
    columns = usual
    for line, row in enumerate(cells, start=1):
        texts = [_text(cell) for cell in row]
        if not any(texts):
            continue
        heading = _heading(texts) if not found and columns is usual else None
        if heading:
            columns = heading
            continue
        found.append(_row(line, texts, columns, audience))
    return found[: MOST_ROWS + 1]


def _row(line: int, texts: Sequence[str], columns: Mapping[str, int], audience: str) -> Row:
    def cell(key: str) -> str:
        at = columns.get(key)
        return texts[at] if at is not None and at < len(texts) else ""

    said = cell("position")
    row = Row(line, cell("enterprise"), cell("name"), _position(said) if said else audience)
    if not row.enterprise:
        row.faults.append(Message("没有写单位。", "The enterprise is missing."))
    if not row.name or len(row.name) > 100:
        row.faults.append(
            Message("姓名要写，最多 100 个字。", "Give a name of at most 100 characters.")
        )
    if not row.position:
        names = "、".join(name.zh for name in POSITIONS.values())
        english = ", ".join(name.en for name in POSITIONS.values())
        row.faults.append(
            Message(
                f"岗位“{said[:20]}”不认识，可写：{names}。", f"Unknown position; use {english}."
            )
        )
    return row


def _position(text: str) -> str:
    plain = text.strip().lower()
    for key, name in POSITIONS.items():
        if plain in (key, name.zh, name.en.lower()):
            return key
    return ""


def _heading(texts: Sequence[str]) -> dict[str, int] | None:
    """Give the column of each heading, or None when this is no row of headings."""
    found: dict[str, int] = {}
    for at, text in enumerate(texts):
        for key, words in _HEADINGS.items():
            if key not in found and any(word in text.lower() for word in words) and len(text) <= 20:
                found[key] = at
                break
    return found if {"enterprise", "name"} <= found.keys() else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return " ".join(shown.split())[: LONGEST + 1]


def _safely(read: Any) -> Iterator[list[str]]:
    """Yield what can be read; a line that cannot ends the list."""
    for _ in range(MOST_LINES):
        try:
            yield next(read)
        except (StopIteration, csv.Error):
            return
