"""Numbers inside JSON, asked for in SQL: the same question on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement


class _NumberIn(FunctionElement[int]):
    """The whole number that a JSON object has under a key."""

    name = "number_in"
    type = BigInteger()
    inherit_cache = True


def number_in(column: Any, key: str) -> ColumnElement[int]:
    """Give in SQL the whole number under `key` of a JSON object; null where there is none.

    Args:
        column: one of type Json, holding an object. key: without quotation marks.
    """
    return _NumberIn(column, key)


def parsed(session: Session, column: Any) -> Any:
    """Give in SQL a JSON column as the database holds JSON: read once, then asked for many keys."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(column, JSONB)
    return column


def numbers_of(session: Session, column: Any) -> Any:
    """Give in SQL the entries of a JSON object as rows: `key`, and `value` as a whole number.

    To be joined to the column's table on true.
    """
    if session.get_bind().dialect.name == "postgresql":
        read = parsed(session, column)
        entries = func.jsonb_each_text(read).table_valued("key", "value")
    else:
        entries = func.json_each(column).table_valued("key", "value")
    return entries.alias("entry")


@compiles(_NumberIn, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, key = (compiler.process(one, **options) for one in element.clauses)
    return f"json_extract({column}, '$.\"' || {key} || '\"')"


@compiles(_NumberIn, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, key = (compiler.process(one, **options) for one in element.clauses)
    return f"((({column})::jsonb ->> {key})::bigint)"
