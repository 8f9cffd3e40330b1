"""Sums and states that are kept beside what they come from: sheets, self-checks, typical cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import selfcheck
from engine.doctor.findings import Finding
from engine.scoring import schemes
from engine.store import tables as t

_TOGETHER: Final = 200
#: Event → the state a typical case is in from then on; what was checked stays where it was.
_STATES: Final[Mapping[str, str | None]] = {
    "practice:nominated": "nominated",
    "practice:consented": "consented",
    "practice:checked": None,
    "practice:reworded": "reworded",
    "practice:vetted": "vetted",
    "practice:published": "published",
    "practice:declined": "declined",
    "practice:withdrawn": "withdrawn",
}
#: Event → what it says of a column.
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "practice:consented": {"is_named": "named", "agreed_version": "version"},
    "practice:vetted": {"scores": "scores"},
    "practice:published": {"level": "level"},
    "practice:declined": {"ended_reason": "reason"},
    "practice:withdrawn": {"ended_reason": "reason"},
}


def examine_kept(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """Compare score sheets, campaign sheets, self-checks and typical cases with their sources.

    Args:
        organisation_id: look at the rows of one organisation only.
    """
    for look in (_score_sheets, _campaign_sheets, _self_checks, _practices):
        yield from look(session, organisation_id)


def _score_sheets(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """The total of a sheet is the sum of its indicators and of a bonus within its bounds (R-55)."""
    bounds: dict[UUID, int] = {}
    for row in _rows(session, t.ScoreSheet, organisation_id):
        if row.scheme_id not in bounds:
            scheme = session.get_one(t.ScoreScheme, (row.organisation_id, row.scheme_id))
            bounds[row.scheme_id] = schemes.read(scheme).bonus_most
        given = sum(one["points"] for one in row.items.get("bonus", ()))
        found = sum(one["points"] for one in row.items.get("indicators", {}).values())
        found += min(bounds[row.scheme_id], given)
        what = f"the sheet of {row.scored_id} by scheme {row.scheme_id}"
        if found != row.total:
            text = f"{what}: its total is {row.total}, its items come to {found}"
            yield _finding(row, "scores", text)
        if (row.state == "signed") != (row.signed_at is not None and row.signed_by is not None):
            text = f"{what}: it is {row.state}, signed at {row.signed_at} by {row.signed_by}"
            yield _finding(row, "scores", text)


def _campaign_sheets(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """The total of a reviewer's sheet is the sum of its lines; one not given has none."""
    for row in _rows(session, t.CampaignReview, organisation_id):
        found = sum(row.scores.values()) if row.state == "given" else None
        if row.total != found:
            what = f"the sheet of {row.reviewer_id} for entry {row.entry_id}"
            text = f"{what}: its total is {row.total}, its lines come to {found}"
            yield _finding(row, "campaigns", text)


def _self_checks(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """What a signed round counts is what it found; one that is open counts nothing (R-53)."""
    for row in _rows(session, t.SelfCheck, organisation_id):
        kept = (row.looked_at, row.hazards)
        found = selfcheck.counted(session, row) if row.signed_at is not None else (None, None)
        if kept != found:
            text = f"{row.id}: it counts {kept} looked at and hazards, its results say {found}"
            yield _finding(row, "self-checks", text)
        if strange := row.results.keys() - {one["code"] for one in row.items}:
            text = (
                f"{row.id}: it has results of {', '.join(sorted(strange))}, which it does not ask"
            )
            yield _finding(row, "self-checks", text)


def _practices(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """A typical case stands where the history of its hazard says (R-16, R-65)."""
    for row in _rows(session, t.Practice, organisation_id):
        for column, value in _told(session, row).items():
            kept = getattr(row, column)
            if kept != value:
                text = f"{row.id}: {column} is {kept}, the history says {value}"
                yield _finding(row, "practices", text, row.instance_id)
        is_out = row.published_at is not None and row.slug is not None
        if row.state == "published" and not (is_out and row.agreed_version == row.version):
            text = f"{row.id}: it is published without an address, a day or consent to its words"
            yield _finding(row, "practices", text, row.instance_id)
        if row.state != "published" and row.slug is not None:
            text = f"{row.id}: it is {row.state} and still has a public address"
            yield _finding(row, "practices", text, row.instance_id)


def _told(session: Session, row: t.Practice) -> dict[str, Any]:
    """Give what the history says of a typical case; nothing of one that tells of no case."""
    if row.instance_id is None:
        return {}
    event = t.Event
    events = session.execute(
        select(event.tag, event.data)
        .where(
            event.organisation_id == row.organisation_id,
            event.instance_id == row.instance_id,
            event.tag.in_(_STATES),
        )
        .order_by(event.sequence)
    )
    # Nothing said of it is a contradiction, too.
    found: dict[str, Any] = {"state": None}
    for tag, text in events:
        data = orjson.loads(text)
        if data.get("practice") != str(row.id):
            continue
        found["state"] = _STATES[tag] or found["state"]
        if "version" in data:
            found["version"] = data["version"]
        said = _SAID.get(tag, {})
        found |= {column: data[key] for column, key in said.items() if key in data}
    return found


def _rows(session: Session, table: Any, organisation_id: UUID | None) -> Iterator[Any]:
    statement = select(table).order_by(*table.__table__.primary_key.columns)
    if organisation_id is not None:
        statement = statement.where(table.organisation_id == organisation_id)
    yield from session.scalars(statement.execution_options(yield_per=_TOGETHER))


def _finding(row: Any, subject: str, text: str, instance_id: UUID | None = None) -> Finding:
    return Finding(
        organisation_id=row.organisation_id, instance_id=instance_id, subject=subject, text=text
    )
