"""Series of numbers without gaps between committed steps."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.store.runtime import Counter


def next_number(session: Session, organisation_id: UUID, series: str) -> int:
    """Give the next number of `series` in `organisation_id`, from 1, in one statement.

    The row stays locked until the transaction ends, so a number is never given twice and a
    step that is rolled back leaves no gap.
    """
    key = {"organisation_id": organisation_id, "name": series, "value": 1}
    value: int = session.connection().execute(_count_on(upsert(session)), key).scalar_one()
    return value


@cache
def _count_on(upsert_into: Any) -> Any:
    return (
        upsert_into(Counter)
        .on_conflict_do_update(
            index_elements=["organisation_id", "name"], set_={"value": Counter.value + 1}
        )
        .returning(Counter.value)
    )


def upsert(session: Session) -> Any:
    """Give the `insert` of the session's database that knows ON CONFLICT."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.get(
        session.get_bind().dialect.name, insert
    )
