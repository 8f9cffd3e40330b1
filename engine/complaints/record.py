"""The rows of complaints and letters as projections of history, in the step's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.store import tables as t

KEY: Final = "retaliation_complaint"

Row = Mapping[str, Any]
Data = Mapping[str, Any]


def apply(session: Session, rows: Iterable[Row]) -> None:
    """Write what new events of a complaint change in its rows; most change nothing.

    Args:
        rows: the events as written, mappings with the columns of the event table, in order.
    """
    for row in rows:
        rule = _RULES.get(row["tag"])
        if rule is not None:
            rule(session, row, orjson.loads(row["data"]))


def letter_id(complaint_id: UUID, turn: int) -> UUID:
    """Give the id of a round's letter: the same history always gives the same row."""
    return uuid5(complaint_id, f"letter {turn}")


def of_filed(row: Row, data: Data) -> dict[str, Any]:
    """Give the row that a complaint begins with."""
    report = data.get("report")
    return {
        "organisation_id": row["organisation_id"],
        "id": row["instance_id"],
        "handler_id": UUID(data["handler"]),
        "enterprise_id": UUID(data["enterprise"]),
        "number": data["number"],
        "state": "filed",
        "report_id": UUID(report) if report else None,
        "accused": data["accused"],
        "barred": "".join(f",{one}" for one in data["barred"]) + ",",
        "filed_at": row["at"],
    }


def _filed(session: Session, row: Row, data: Data) -> None:
    session.connection().execute(insert(t.Complaint), of_filed(row, data))


def _moved(session: Session, row: Row, data: Data) -> None:
    _change(session, row, state=data["state"])


def _advised(session: Session, row: Row, data: Data) -> None:
    _change(session, row, state="advised")
    _close_letters(session, row)
    enterprise, issuer = session.connection().execute(
        select(t.Complaint.enterprise_id, t.Organisation.name)
        .join(t.Organisation, t.Organisation.id == t.Complaint.organisation_id)
        .where(*_this(row))
    ).one()  # fmt: skip
    session.connection().execute(
        insert(t.UnionLetter),
        {
            "organisation_id": enterprise,
            "id": letter_id(row["instance_id"], data["round"]),
            "room_id": row["organisation_id"],
            "complaint_id": row["instance_id"],
            "round": data["round"],
            "number": data["number"],
            "issuer": issuer,
            "text": data["text"],
            "demands": data["demands"],
            "demand_other": (data.get("demand_other") or "")[:1000] or None,
            "reply_by": date.fromisoformat(data["reply_by"]),
            "sent_at": row["at"],
            "state": "open",
            "files": [],
        },
    )


def _passed(session: Session, row: Row, data: Data) -> None:
    district = data.get("district")
    _change(session, row, state="passed", district_id=UUID(district) if district else None)


def _closed(session: Session, row: Row, data: Data) -> None:
    _change(session, row, state="closed", outcome=data["outcome"], closed_at=row["at"])
    _close_letters(session, row)


def _withdrawn(session: Session, row: Row, data: Data) -> None:
    _change(session, row, state="withdrawn", closed_at=row["at"])
    _close_letters(session, row)


def _close_letters(session: Session, row: Row) -> None:
    """Nobody need reply any more, or reply again."""
    session.connection().execute(
        update(t.UnionLetter.__table__)  # type: ignore[arg-type]
        .where(
            t.UnionLetter.room_id == row["organisation_id"],
            t.UnionLetter.complaint_id == row["instance_id"],
        )
        .values(state="closed")
    )


def _change(session: Session, row: Row, **changes: Any) -> None:
    session.connection().execute(
        update(t.Complaint.__table__)  # type: ignore[arg-type]
        .where(*_this(row))
        .values(changes)
    )


def _this(row: Row) -> tuple[Any, Any]:
    return (
        t.Complaint.organisation_id == row["organisation_id"],
        t.Complaint.id == row["instance_id"],
    )


_RULES: Final[Mapping[str, Callable[[Session, Row, Data], None]]] = {
    "complaint:filed": _filed,
    "complaint:moved": _moved,
    "complaint:advised": _advised,
    "complaint:passed": _passed,
    "complaint:closed": _closed,
    "instance:cancelled": _withdrawn,
}
