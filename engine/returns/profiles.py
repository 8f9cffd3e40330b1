"""Export profiles: how another system wants the figures, as mapping files (domain.md C6, R-64).

A mapping file is TOML: name, target, what a row is, columns with a field and a format each, and
code tables. It is data and is never run; whatever it says that is not known here is refused in
words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from engine.errors import InvalidAnswers, Message
from engine.outbound.rows import ENTERPRISE_FIELDS, HAZARD_FIELDS
from engine.returns.figures import KEYS

_FOLDER: Final = Path(__file__).parents[2] / "processes" / "exports"
LARGEST_FILE: Final = 64 * 1024
_MOST_COLUMNS: Final = 100
_MOST_CODES: Final = 2_000
_MOST_TOLD: Final = 10
#: Field → the formats it may have, the first being the default.
_PLAIN: Final = ("text",)
_DAYS: Final = ("YYYY-MM-DD", "YYYYMMDD", "YYYY/MM/DD", "YYYY年MM月DD日")
_MONTHS: Final = ("YYYY-MM", "YYYYMM", "YYYY年MM月")
_NUMBERS: Final = ("number",)
_MONEY: Final = ("yuan", "wan_yuan", "fen")
_OF_RETURN: Final[Mapping[str, tuple[str, ...]]] = {
    "month": _MONTHS,
    "unit": _PLAIN,
    "unit_code": _PLAIN,
    "unit_kind": _PLAIN,
    "signed_by": _PLAIN,
    "signed_on": _DAYS,
    "locked_on": _DAYS,
    "submitted_on": _DAYS,
    "digest": _PLAIN,
}
_OF_ENTERPRISE: Final[Mapping[str, tuple[str, ...]]] = dict.fromkeys(
    ("enterprise", "enterprise_code", "uscc", "sector", "department", "town", "group"), _PLAIN
)
_MOMENTS: Final = ("ISO8601", "YYYY-MM-DD HH:mm:ss", *_DAYS)
_FLAGS: Final = ("yes_no", "1_0")


def _outbound(fields: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Give the formats of what leaves for a risk-monitoring platform, by how a field ends."""
    kinds = {"_at": _MOMENTS, "_on": _DAYS, "_since": _DAYS, "_until": _DAYS}
    found = {name: kinds.get(name[name.rfind("_") :], _PLAIN) for name in fields}
    return found | {name: _FLAGS for name in ("imminent", "is_overdue") if name in found}


#: What a row may be in a mapping file of a risk-monitoring platform → its fields.
OUTBOUND: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "register": _outbound(ENTERPRISE_FIELDS),
    "hazard": _outbound(HAZARD_FIELDS),
}
#: What a row may be in a mapping file of returns.
_ROWS: Final = ("unit", "enterprise")
_TOP: Final = {"key", "name", "target", "rows", "note", "is_unofficial", "columns", "codes"}
_OF_COLUMN: Final = {"heading", "field", "format", "decimals", "codes"}
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True)
class ProfileColumn:
    """One column: its heading, what it shows, and how."""

    heading: str
    field: str
    format: str
    decimals: int
    codes: Mapping[str, str] | None


@dataclass(frozen=True)
class Profile:
    """A mapping file that was read."""

    key: str
    name: str
    target: str
    #: unit: one row; enterprise: one a line of the return; register, hazard: for a platform.
    rows: str
    note: str
    #: Whether the other system's true format is not known.
    is_unofficial: bool
    columns: tuple[ProfileColumn, ...]
    #: Of an uploaded one; 0 for one that is shipped.
    version: int = 0
    content: str = field(default="", repr=False)


def read_profile(content: bytes, *, version: int = 0, rows: Sequence[str] = _ROWS) -> Profile:
    """Read a mapping file.

    Args:
        rows: what a row of it may be.

    Raises:
        InvalidAnswers: what is wrong with it, sentence by sentence.
    """
    said = _parsed(content)
    wrong = list(_faults(said, rows))[:_MOST_TOLD]
    if wrong:
        raise InvalidAnswers({"file": wrong})
    tables = said.get("codes", {})
    return Profile(
        key=said["key"],
        name=said["name"],
        target=said.get("target", ""),
        rows=said.get("rows", "unit"),
        note=said.get("note", ""),
        is_unofficial=said.get("is_unofficial", False),
        columns=tuple(_column(one, tables, said.get("rows", "unit")) for one in said["columns"]),
        version=version,
        content=content.decode(),
    )


@cache
def shipped() -> tuple[Profile, ...]:
    """Give the profiles that come with the product."""
    return tuple(read_profile(path.read_bytes()) for path in sorted(_FOLDER.glob("*.toml")))


def formats_of(name: str, rows: str) -> tuple[str, ...]:
    """Give the formats a field may have in such rows; none for a field that is not known."""
    if rows in OUTBOUND:
        return OUTBOUND[rows].get(name, ())
    group, _, key = name.partition(".")
    if group in ("figures", "adjusted") and key in KEYS:
        return _MONEY if key.endswith("_fen") else _NUMBERS
    if rows == "enterprise" and name in _OF_ENTERPRISE:
        return _OF_ENTERPRISE[name]
    return _OF_RETURN.get(name, ())


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_FILE:
        raise InvalidAnswers.at(
            "file", "文件太大，最多 64 KB。", "The file is too large; at most 64 KB."
        )
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise InvalidAnswers.at(
            "file", "文件不是 UTF-8 文本，请另存为 UTF-8。", "The file is no UTF-8 text."
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise InvalidAnswers.at(
            "file",
            f"文件不是正确的 TOML：{str(error)[:200]}",
            f"The file is no valid TOML: {str(error)[:200]}",
        ) from error


def _faults(said: dict[str, Any], rows: Sequence[str]) -> Iterator[Message]:
    """Yield what is wrong, in the order of the file."""
    for name in sorted(set(said) - _TOP):
        yield _unknown(name, _TOP)
    if not isinstance(said.get("key"), str) or not _KEY.fullmatch(said["key"]):
        yield Message(
            "key 应是 2 至 40 个小写字母、数字或下划线，以字母开头。",
            "key: 2 to 40 small letters, digits or underscores, a letter first.",
        )
    if not _is_text(said.get("name"), 200):
        yield Message("请写 name（名称），最多 200 字。", "Give a name of at most 200 characters.")
    for name in ("target", "note"):
        if name in said and not _is_text(said[name], 500, empty=True):
            yield Message(
                f"{name} 应是文字，最多 500 字。", f"{name}: text, at most 500 characters."
            )
    if said.get("rows", "unit") not in rows:
        yield Message(f"rows 只能是 {' 或 '.join(rows)}。", f"rows is {' or '.join(rows)}.")
    if not isinstance(said.get("is_unofficial", False), bool):
        yield Message("is_unofficial 只能是 true 或 false。", "is_unofficial is true or false.")
    yield from _faults_of_codes(said.get("codes", {}))
    columns = said.get("columns")
    if not isinstance(columns, list) or not 0 < len(columns) <= _MOST_COLUMNS:
        yield Message(
            f"请用 [[columns]] 写 1 至 {_MOST_COLUMNS} 列。",
            f"Give 1 to {_MOST_COLUMNS} columns as [[columns]].",
        )
        return
    for number, column in enumerate(columns, 1):
        yield from _faults_of_column(number, column, said)


def _faults_of_codes(tables: Any) -> Iterator[Message]:
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        yield Message("codes 应是码表，如 [codes.sectors]。", "codes are tables: [codes.sectors].")
        return
    if sum(len(one) for one in tables.values()) > _MOST_CODES:
        yield Message(
            f"码表合计最多 {_MOST_CODES} 项。", f"Code tables have at most {_MOST_CODES} entries."
        )
    for name, table in tables.items():
        if not all(_is_text(code, 100, empty=True) for code in table.values()):
            yield Message(
                f"码表 {name[:40]} 的值都应是引号里的文字。",
                f"The values of the code table {name[:40]} have to be quoted texts.",
            )


def _faults_of_column(number: int, column: Any, said: dict[str, Any]) -> Iterator[Message]:
    if not isinstance(column, dict):
        yield Message(f"第 {number} 列写法不对。", f"Column {number} is not written as a table.")
        return
    for name in sorted(set(column) - _OF_COLUMN):
        yield _unknown(f"columns.{name}", _OF_COLUMN)
    if not _is_text(column.get("heading"), 100):
        yield Message(
            f"第 {number} 列缺少 heading（列名），最多 100 字。",
            f"Column {number} needs a heading of at most 100 characters.",
        )
    rows = said.get("rows", "unit")
    shown: Any = column.get("field")
    formats = (
        formats_of(shown, rows if isinstance(rows, str) else "") if _is_text(shown, 60) else ()
    )
    if not formats:
        yield Message(
            f"第 {number} 列的 field“{str(shown)[:40]}”不认识，或不能用在每行一{_of(rows)}的表里。",
            f"Column {number}: the field '{str(shown)[:40]}' is not known for such rows.",
        )
    elif column.get("format", formats[0]) not in formats:
        yield Message(
            f"第 {number} 列的 format 可以是：{'、'.join(formats)}。",
            f"Column {number}: the format is one of {', '.join(formats)}.",
        )
    decimals = column.get("decimals", 2)
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 6:
        yield Message(
            f"第 {number} 列的 decimals 应是 0 至 6。", f"Column {number}: decimals are 0 to 6."
        )
    codes, tables = column.get("codes"), said.get("codes", {})
    if codes is not None and (not isinstance(codes, str) or codes not in tables):
        yield Message(
            f"第 {number} 列用的码表“{str(codes)[:40]}”没有写在 [codes] 里。",
            f"Column {number}: there is no code table '{str(codes)[:40]}'.",
        )


def _of(rows: Any) -> str:
    return {"unit": "家报送单位", "hazard": "项隐患"}.get(str(rows), "家生产经营单位")


def _unknown(name: str, known: set[str]) -> Message:
    return Message(
        f"“{name[:40]}”不认识，可以写的有：{'、'.join(sorted(known))}。",
        f"'{name[:40]}' is not known; there are {', '.join(sorted(known))}.",
    )


def _is_text(value: Any, most: int, *, empty: bool = False) -> bool:
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        return False
    return empty or bool(value.strip())


def _column(said: dict[str, Any], tables: Mapping[str, Any], rows: str) -> ProfileColumn:
    formats = formats_of(said["field"], rows)
    return ProfileColumn(
        heading=said["heading"],
        field=said["field"],
        format=said.get("format", formats[0]),
        decimals=said.get("decimals", 2),
        codes=tables[said["codes"]] if "codes" in said else None,
    )
