"""Writes that every step sends: their text is made once, then only values travel.

SQLAlchemy makes a cached statement ready anew each time it is executed; for a short write that
costs more than the database itself. A `Write` keeps the text and how each value is turned into
what the driver takes, for each kind of database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

Values = Mapping[str, Any]
_Binder = Callable[[Values], Any]


class Write:
    """An INSERT, UPDATE or DELETE over named values. Make one at import, run it ever after."""

    def __init__(self, statement: UpdateBase, columns: Sequence[str] | None = None) -> None:
        """Keep `statement`; of an INSERT `columns` says which are written, by default all."""
        self._statement = statement
        self._columns = columns
        self._ready: dict[str, tuple[str, _Binder]] = {}

    def run(self, session: Session, rows: Sequence[Values]) -> int:
        """Run it once for each of `rows`; give how many rows of the table were touched."""
        if not rows:
            return 0
        connection = session.connection()
        dialect = connection.dialect
        text, binder = self._ready.get(dialect.name) or self._prepare(dialect)
        # Drivers take one row faster when it does not come in a list.
        bound = binder(rows[0]) if len(rows) == 1 else [binder(row) for row in rows]
        return connection.exec_driver_sql(text, bound).rowcount

    def _prepare(self, dialect: Dialect) -> tuple[str, _Binder]:
        is_insert = isinstance(self._statement, Insert)
        compiled: Any = self._statement.compile(
            dialect=dialect, column_keys=self._columns if is_insert else None
        )
        converters = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in compiled.binds.items()
        }
        made = self._ready[dialect.name] = str(compiled), _binder(compiled.positiontup, converters)
        return made


def _binder(order: Sequence[str] | None, converters: Mapping[str, Any]) -> _Binder:
    """Give the function that turns named values into what the driver takes."""
    steps = [(name, converters[name]) for name in order or converters]

    def positional(values: Values) -> tuple[Any, ...]:
        return tuple(
            [values[name] if convert is None else convert(values[name]) for name, convert in steps]
        )

    def named(values: Values) -> dict[str, Any]:
        return {
            name: values[name] if convert is None else convert(values[name])
            for name, convert in steps
        }

    return named if order is None else positional
