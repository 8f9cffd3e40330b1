"""How a major stands with authorities: who supervises it, who has struck it off, reports made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import SYSTEM
from engine.hazards.facts import plain_date
from engine.hazards.reports import Report
from engine.majors.told import Told, told
from engine.store.tables import MajorReport, Supervision


@dataclass(frozen=True)
class Supervised:
    """One authority's supervision of a major, as far as anybody said."""

    #: The id of the entry; None for what only the process's report says.
    id: UUID | None
    authority: str
    case_number: str
    listed_on: date | None
    due_on: date | None
    applied_on: date | None
    cancelled_on: date | None
    cancelled_by: str
    files: tuple[str, ...]
    note: str
    entered_by: UUID | None

    @property
    def is_open(self) -> bool:
        """Say whether it has not been struck off."""
        return self.cancelled_on is None


def supervised(row: Any, told_of: Told, entries: Iterable[Supervision]) -> list[Supervised]:
    """Give the supervisions of a major: those entered, and the one its report names.

    The day that was given when the closure was signed ends whatever had been listed by then:
    nobody enters it twice.
    """
    ended = plain_date(told_of.answers.get("authority_cancelled_on"))
    found = [_entered(one, ended) for one in entries]
    name = told_of.supervised_by
    if name and all(one.authority != name for one in found):
        at = told_of.when("supervised_by")
        found.insert(
            0,
            Supervised(
                id=None,
                authority=name,
                case_number=told_of.text("case_no"),
                listed_on=clock.local_date(at) if at else None,
                due_on=None,
                applied_on=None,
                cancelled_on=ended,
                cancelled_by="",
                files=(),
                note="",
                entered_by=told_of.who("supervised_by"),
            ),
        )
    return found


def reports_of(told_of: Told, entries: Iterable[MajorReport]) -> list[Report]:
    """Give all reports of a major, those of the process and those entered, in order of days."""
    entered = [
        Report(
            addressee=one.addressee,
            reported_on=one.reported_on,
            name=one.name,
            method=one.method,
            proof=one.note or "",
            files=tuple(one.proof),
            at=one.entered_at,
            by=one.entered_by,
            is_from_process=False,
            certificate_number=one.certificate_number or "",
        )
        for one in entries
    ]
    return sorted([*told_of.reports, *entered], key=lambda one: (one.reported_on, one.at))


def entries(session: Session, table: Any, rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    """Give the entries of `table` about majors, by their cases, in one statement."""
    keys = [(row.organisation_id, row.id) for row in rows]
    found: dict[UUID, list[Any]] = {case: [] for _owner, case in keys}
    if not keys:
        return found
    statement = (
        select(table)
        .where(tuple_(table.organisation_id, table.instance_id).in_(keys))
        .order_by(table.entered_at, table.id)
    )
    for one in session.scalars(statement):
        found[one.instance_id].append(one)
    return found


def open_count(session: Session, row: Any) -> int:
    """Count the supervisions of a major that no authority has ended."""
    listed: Sequence[Supervision] = entries(session, Supervision, [row])[row.id]
    said = told(session, [row], actor=SYSTEM)[row.id]
    return sum(one.is_open for one in supervised(row, said, listed))


def _entered(one: Supervision, ended: date | None) -> Supervised:
    said = ended if ended is not None and one.listed_on <= ended else None
    return Supervised(
        id=one.id,
        authority=one.authority,
        case_number=one.case_number,
        listed_on=one.listed_on,
        due_on=one.due_on,
        applied_on=one.applied_on,
        cancelled_on=one.cancelled_on or said,
        cancelled_by=one.cancelled_by or "",
        files=tuple(one.files),
        note=one.note or "",
        entered_by=one.entered_by,
    )
