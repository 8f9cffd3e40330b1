"""Plain data: what JSON can hold, and nothing else.

Process data is stored as JSON. Within an expression dates and decimals may occur too; on the way
back into data they become text and numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.errors import ExpressionError
from engine.values.limits import clean, kind
from engine.values.moments import Months, write_duration

#: How much data one process may hold, in bytes of its texts and keys and eight a number.
MAX_BYTES = 200_000
MAX_NESTING = 32
_INTEGER = range(-(2**63), 2**63)

Leaf = Callable[[object, "Path"], object]


class Path:
    """Where in the data we are; written out only when something is wrong there."""

    __slots__ = ("key", "parent")

    def __init__(self, parent: Path | None = None, key: str | int | None = None) -> None:
        self.parent = parent
        self.key = key

    def __str__(self) -> str:
        before = str(self.parent) if self.parent else ""
        if self.key is None:
            return before
        if isinstance(self.key, int):
            return f"{before}[{self.key}]"
        key = clean(self.key, 40)
        return f"{before}.{key}" if before else key


class _Walk:
    """Rebuilds a value from fresh lists and records, counting its size on the way."""

    __slots__ = ("leaf", "left")

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self.left = MAX_BYTES

    def rebuild(self, value: object, path: Path, depth: int) -> object:
        if type(value) is dict:
            return self._record(value, path, depth)
        if type(value) is list:
            return self._list(value, path, depth)
        self._take(_text_size(value, path) if type(value) is str else 8)
        return self.leaf(value, path)

    def _record(self, value: dict[object, object], path: Path, depth: int) -> dict[str, object]:
        self._descend(depth, path)
        fresh: dict[str, object] = {}
        for key, entry in value.items():
            if type(key) is not str:
                raise _bad_key(key, path)
            self._take(_text_size(key, path))
            fresh[key] = self.rebuild(entry, Path(path, key), depth + 1)
        return fresh

    def _list(self, value: list[object], path: Path, depth: int) -> list[object]:
        self._descend(depth, path)
        return [self.rebuild(entry, Path(path, i), depth + 1) for i, entry in enumerate(value)]

    def _descend(self, depth: int, path: Path) -> None:
        self._take(8)
        if depth >= MAX_NESTING:
            raise _refused(path, "嵌套太深", "is nested too deeply")

    def _take(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise ExpressionError(
                f"流程数据太多，最多 {MAX_BYTES // 1000} kB。附件请用上传，不要写进数据。",
                f"there is too much process data; {MAX_BYTES // 1000} kB are allowed, "
                "upload files as attachments instead",
            )


def _text_size(text: str, path: Path) -> int:
    try:
        return len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        zh, en = "含有不能保存的字符", "holds characters that cannot be stored"
        raise _refused(path, zh, en) from None


def _refused(path: Path, zh: str, en: str) -> ExpressionError:
    where = str(path)
    zh_where = f"数据“{where}”" if where else "数据"
    en_where = f"the data at '{where}'" if where else "the data"
    return ExpressionError(f"{zh_where}{zh}。", f"{en_where} {en}", field=where)


def _bad_key(key: object, path: Path) -> ExpressionError:
    zh, en = kind(key)
    return _refused(path, f"的字段名必须是文字，不能是{zh}", f"has a key that is not text but {en}")


def _strict(value: object, path: Path) -> object:
    """Give a JSON scalar back; refuse everything else."""
    if value is None or type(value) is bool or type(value) is str:
        return value
    if type(value) is int:
        if value in _INTEGER:
            return value
        raise _refused(path, "的整数超过 64 位", "is an integer of more than 64 bits")
    if type(value) is float:
        if math.isfinite(value):
            return value
        raise _refused(path, "不是有限的数", "is not a finite number")
    raise _refused(path, "的类型不能保存", "is of a kind that cannot be stored")


def _plain_decimal(value: Decimal, path: Path) -> object:
    if not value.is_finite() or value.adjusted() > 300:
        raise _refused(path, "不是可用的数", "is not a usable number")
    return _strict(int(value) if value == value.to_integral_value() else float(value), path)


def _plain_leaf(value: object, path: Path) -> object:
    """Turn a decimal into a number and a date, moment or duration into ISO text."""
    if type(value) is Decimal:
        return _plain_decimal(value, path)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return write_duration(value)
    return str(value) if isinstance(value, Months) else _strict(value, path)


def _inner_leaf(value: object, path: Path) -> object:
    """Let through what may occur inside an expression."""
    inner = (Decimal, date, datetime, time, timedelta)
    return value if type(value) in inner else _strict(value, path)


def check_data(value: object) -> None:
    """Accept only plain data: None, bool, int of 63 bits, finite float, str, list, str-keyed dict.

    Raises:
        ExpressionError: another type, more than MAX_BYTES, or nested deeper than MAX_NESTING.
    """
    _Walk(_strict).rebuild(value, Path(), 0)


def to_plain(value: object) -> object:
    """Give a fresh, plain copy of `value`.

    An integral Decimal becomes an int, any other a float; dates and durations become ISO text.

    Raises:
        ExpressionError: as `check_data`.
    """
    return _Walk(_plain_leaf).rebuild(value, Path(), 0)


def copy_data(value: object) -> object:
    """Give a fresh copy of data to work on; dates and decimals in it are kept as they are."""
    return _Walk(_inner_leaf).rebuild(value, Path(), 0)
