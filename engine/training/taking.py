"""A list of attendees taken in: looked at first, each bad line shown; the good come in once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid, Message
from engine.store.tables import Attendance, TrainingSession
from engine.training.attendance import confirm, enterprises_named, new_row, plain
from engine.training.reading import MOST_ROWS, Row, read_rows
from engine.training.sessions import own_session

_AT_ONCE = 500


def preview(
    session: Session, session_id: UUID, cells: Iterable[Sequence[Any]], *, actor: Actor
) -> list[Row]:
    """Read a list and say of each line whether it can be taken in; nothing is written.

    Raises:
        NotAllowed, NotFound: not the actor's session. Invalid: nothing in it, or too much.
    """
    return _judged(session, own_session(session, session_id, actor=actor), cells, actor)


def take(
    session: Session, session_id: UUID, cells: Iterable[Sequence[Any]], *, actor: Actor
) -> tuple[int, int]:
    """Take in the good lines of a list; gives how many came in and how many did not.

    Who is on the list already is not entered twice, however often the list is sent; who had signed
    is confirmed by it.
    """
    lesson = own_session(session, session_id, actor=actor)
    rows = _judged(session, lesson, cells, actor)
    _confirm(session, lesson, [row for row in rows if row.is_known], actor)
    good = [row for row in rows if row.is_good]
    made = [_values(lesson, row) for row in good]
    for start in range(0, len(made), _AT_ONCE):
        session.execute(insert(Attendance), made[start : start + _AT_ONCE])
    return len(good), len(rows) - len(good)


def _judged(
    session: Session, lesson: TrainingSession, cells: Iterable[Sequence[Any]], actor: Actor
) -> list[Row]:
    rows = read_rows(cells, lesson.audience)
    if not rows:
        raise Invalid(
            "没有读到名单。每行写：单位、姓名、岗位（可不写）。",
            "No line was found. A line has enterprise, name and, if you like, position.",
        )
    if len(rows) > MOST_ROWS:
        raise Invalid(
            f"一次最多 {MOST_ROWS} 行，请分几次导入。", f"At most {MOST_ROWS} lines at once."
        )
    found = enterprises_named(session, (row.enterprise for row in rows), actor)
    known = _known(session, lesson)
    for row in rows:
        row.enterprise_id = found.get(plain(row.enterprise))
        if row.enterprise and row.enterprise_id is None:
            row.faults.append(
                Message(
                    "没有找到这家单位，请写全称、统一社会信用代码或单位代码。",
                    "No such enterprise among yours; give its full name or code.",
                )
            )
        if not row.faults and row.enterprise_id is not None:
            row_id = new_row(lesson, row.enterprise_id, row.name, row.position, "imported").id
            row.is_known = row_id in known
            known.add(row_id)
    return rows


def _confirm(session: Session, lesson: TrainingSession, rows: Sequence[Row], actor: Actor) -> None:
    """Confirm those of the list who had signed themselves: the holder says they were there."""
    ids = [_values(lesson, row)["id"] for row in rows]
    for start in range(0, len(ids), _AT_ONCE):
        confirm(session, lesson.id, ids[start : start + _AT_ONCE], actor=actor)


def _known(session: Session, lesson: TrainingSession) -> set[UUID]:
    return set(
        session.scalars(
            select(Attendance.id).where(
                Attendance.organisation_id == lesson.organisation_id,
                Attendance.session_id == lesson.id,
            )
        )
    )


def _values(lesson: TrainingSession, row: Row) -> dict[str, Any]:
    assert row.enterprise_id is not None  # noqa: S101 - a good row has its enterprise
    made = new_row(lesson, row.enterprise_id, row.name, row.position, "imported")
    return {column.key: getattr(made, column.key) for column in Attendance.__table__.c}
