"""Column types that are the same value on SQLite and PostgreSQL, and small on disk."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import DateTime, Integer, LargeBinary, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Id(TypeDecorator[UUID]):
    """A UUID: 16 bytes on SQLite, native on PostgreSQL."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the column type the database really has."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(LargeBinary(16))
        return dialect.type_descriptor(Uuid(as_uuid=True))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """Turn the UUID into what the driver takes."""
        return value.bytes if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """Turn what the driver gives into a UUID."""
        return UUID(bytes=value) if isinstance(value, bytes) else value


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment: microseconds since 1970 on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the column type the database really has."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive moments; they mean a different hour on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive moment {value!r}")
        return microseconds(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC."""
        if value is None:
            return None
        return from_microseconds(value) if isinstance(value, int) else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON-plain data as compact text, keys in the order given."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
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
