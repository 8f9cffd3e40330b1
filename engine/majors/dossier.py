"""A major with all that is known of it: its row, what its steps answered, what was entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.reports import Report
from engine.majors.standing import Supervised, entries, reports_of, supervised
from engine.majors.told import Told, told
from engine.store.tables import MajorReport, Supervision


@dataclass(frozen=True)
class Dossier:
    """All that the register holds of one major."""

    row: Any
    told: Told
    #: Those the process asked for and those entered, in order of days.
    reports: Sequence[Report]
    supervisions: Sequence[Supervised]

    def to(self, addressee: str) -> list[Report]:
        """Give the reports to the authority, or to the congress."""
        return [one for one in self.reports if one.addressee == addressee]


def dossiers(session: Session, rows: Iterable[Any], *, actor: Actor) -> list[Dossier]:
    """Give the dossiers of a page of the register in few statements.

    Args:
        rows: rows of the register, which the actor may see.
    """
    rows = list(rows)
    said = told(session, rows, actor=actor)
    reports = entries(session, MajorReport, rows)
    listed = entries(session, Supervision, rows)
    return [
        Dossier(
            row,
            said[row.id],
            reports_of(said[row.id], reports[row.id]),
            supervised(row, said[row.id], listed[row.id]),
        )
        for row in rows
    ]
