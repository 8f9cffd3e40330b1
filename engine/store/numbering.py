"""Series of numbers without gaps between committed steps."""

from __future__ import annotations

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
    statement = (
        upsert(session)(Counter)
        .values(organisation_id=organisation_id, name=series, value=1)
        .on_conflict_do_update(
            index_elements=["organisation_id", "name"], set_={"value": Counter.value + 1}
        )
        .returning(Counter.value)
    )
    value: int = session.connection().execute(statement).scalar_one()
    return value


def upsert(session: Session) -> Any:
    """Give the `insert` of the session's database that knows ON CONFLICT."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.get(
        session.get_bind().dialect.name, insert
    )
