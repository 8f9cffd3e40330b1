"""Rows as lines of text, the way PostgreSQL's COPY reads them; and read back for SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Boolean, Date, Integer, LargeBinary

from engine.store.types import Id, Json, Moment

NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_BACK: Final = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
#: Computed for each case anew, and so put at the end of its line.
LAST: Final[Mapping[str, tuple[str, ...]]] = {
    "event": ("hash",),
    "instance": ("blob", "head_hash"),
}


def columns_of(table: Any) -> list[str]:
    """Give the columns of a table in the order of its lines."""
    last = LAST.get(table.name, ())
    return [c.name for c in table.c if c.name not in last] + list(last)


def line(table: Any, row: Mapping[str, Any], *, without: Iterable[str] = ()) -> str:
    """Give a row as a line with its end; columns it does not name are null."""
    left_out = set(without)
    cells = [
        cell(row.get(name), table.c[name]) for name in columns_of(table) if name not in left_out
    ]
    return "\t".join(cells) + "\n"


def cell(value: Any, column: Any) -> str:
    """Give one value as COPY reads it."""
    if value is None:
        return NULL
    if isinstance(column.type, Json):
        value = orjson.dumps(value).decode()
    match value:
        case bool():
            return "t" if value else "f"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
        case bytes():
            return "\\\\x" + value.hex()
    return str(value).translate(_ESCAPES)


def read(table: Any, text: str) -> list[dict[str, Any]]:
    """Read lines back into rows."""
    columns = [(name, _reader(table.c[name].type)) for name in columns_of(table)]
    return [
        {
            name: None if part == NULL else reader(part)
            for (name, reader), part in zip(columns, each.split("\t"), strict=True)
        }
        for each in text.splitlines()
    ]


def _reader(kind: Any) -> Callable[[str], Any]:
    readers: tuple[tuple[type, Callable[[str], Any]], ...] = (
        (Id, UUID),
        (Moment, datetime.fromisoformat),
        (Json, lambda part: orjson.loads(_plain(part))),
        (Date, date.fromisoformat),
        (Boolean, lambda part: part == "t"),
        (Integer, int),
        (LargeBinary, lambda part: bytes.fromhex(part[3:])),
    )
    return next((reader for type_, reader in readers if isinstance(kind, type_)), _plain)


def _plain(part: str) -> str:
    if "\\" not in part:
        return part
    out, at = [], 0
    while at < len(part):
        two = part[at : at + 2]
        out.append(_BACK.get(two, part[at]))
        at += 2 if two in _BACK else 1
    return "".join(out)
