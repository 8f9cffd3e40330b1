"""Column types that are the same value on SQLite and PostgreSQL, and small on disk."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import DateTime, Integer, LargeBinary, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# These types see every value that goes into or comes out of the database. They hand SQLAlchemy the
# bare conversion, or none where the driver needs none, instead of being asked for each value.

_Processor = Callable[[Any], Any] | None


class Id(TypeDecorator[UUID]):
    """A UUID: 16 bytes on SQLite, native on PostgreSQL."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the column type the database really has."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(LargeBinary(16))
        return dialect.type_descriptor(Uuid(as_uuid=True))

    def bind_processor(self, dialect: Dialect) -> _Processor:
        """Give what turns a UUID into what the driver takes."""
        return _bytes_of_id if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> _Processor:
        """Give what turns what the driver gives into a UUID."""
        return _id_of_bytes if dialect.name == "sqlite" else None


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment: microseconds since 1970 on SQLite, timestamptz on PostgreSQL.

    Naive moments are refused; they mean a different hour on every machine.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the column type the database really has."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> _Processor:
        """Give what turns a moment into what the driver takes."""
        return _count_of_moment if dialect.name == "sqlite" else _aware

    def result_processor(self, dialect: Dialect, coltype: object) -> _Processor:
        """Give what turns what the driver gives into a moment in UTC."""
        return _moment_of_count if dialect.name == "sqlite" else _in_utc


class Json(TypeDecorator[Any]):
    """JSON-plain data as compact text, keys in the order given."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> _Processor:
        """Give what writes compact JSON."""
        return _text_of_json

    def result_processor(self, dialect: Dialect, coltype: object) -> _Processor:
        """Give what reads it back."""
        return _json_of_text


def _bytes_of_id(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _id_of_bytes(value: bytes | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


def _count_of_moment(value: datetime | None) -> int | None:
    return None if value is None else microseconds(_aware(value))


def _moment_of_count(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)


def _aware(value: Any) -> Any:
    if value is not None and value.tzinfo is None:
        raise ValueError(f"naive moment {value!r}")
    return value


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _text_of_json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _json_of_text(value: str | None) -> Any:
    return None if value is None else orjson.loads(value)


def microseconds(moment: datetime) -> int:
    """Give `moment` as whole microseconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    """Give the UTC moment `value` microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=value)


_last = 0
_lock = threading.Lock()


def new_id() -> UUID:
    """Give a time-ordered id (UUID version 7, RFC 9562 5.7): neighbours in time are on one page.

    Ids of one process rise strictly, also within a millisecond (RFC 9562 6.2, method 3).
    """
    global _last
    with _lock:
        # 48 bits of milliseconds and 12 bits of their fraction, counted on when time stands still.
        _last = max(_last + 1, time.time_ns() * 4096 // 1_000_000)
        moment = _last
    value = (moment >> 12 & (2**48 - 1)) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def random_id() -> UUID:
    """Give an id nobody can guess and that tells nothing of when it was made."""
    return uuid4()
