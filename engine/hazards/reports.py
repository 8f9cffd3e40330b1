"""Reports of a major to the authority and to the workers' congress (安全生产法 arts. 41, 101)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.hazards.facts import plain_date

ADDRESSEES: Final = ("authority", "congress")
#: Addressee → how a report may be handed over.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "authority": ("system", "written", "phone", "in_person"),
    "congress": ("congress", "union", "written"),
}
#: Addressee → the keys of the task that asks for it, and of its fields: day, name, method, proof,
#: files.
TASKS: Final = {"authority": "report_authority", "congress": "report_union"}
_FIELDS: Final = {
    "authority": (
        "reported_to_authority",
        "authority_name",
        "authority_method",
        "authority_proof",
        "authority_files",
    ),
    "congress": ("reported_to_union", "", "union_method", "union_proof", "union_files"),
}


@dataclass(frozen=True)
class Report:
    """One report of a major: to whom, when, how, with what proof."""

    addressee: str
    reported_on: date
    #: To whom exactly; empty where the process does not ask.
    name: str
    method: str
    proof: str
    files: tuple[str, ...]
    at: datetime
    by: UUID | None
    #: Whether a step of the process asked for it, or it was entered into the register.
    is_from_process: bool = True
    #: The number of the printed report.
    certificate_number: str = ""


def reports_in(answers: Mapping[str, Any], at: datetime, by: UUID | None) -> Iterator[Report]:
    """Yield the reports that the answers of one step tell of."""
    for addressee, (day, name, method, proof, files) in _FIELDS.items():
        reported_on = plain_date(answers.get(day))
        if reported_on is not None:
            yield Report(
                addressee=addressee,
                reported_on=reported_on,
                name=_text(answers.get(name)),
                method=_text(answers.get(method)),
                proof=_text(answers.get(proof)),
                files=_ids(answers.get(files)),
                at=at,
                by=by,
            )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()
