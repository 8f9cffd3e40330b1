"""What those above an enterprise know of it, gathered for one page (R-01, R-15, R-50, R-61)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, registry
from engine.actors import Actor
from engine.hazards.mechanism import QUARTER
from engine.permissions import require
from engine.statistics.figures import IS_OPEN, is_overdue_at
from engine.statistics.span import month_span, present_month
from engine.store import tables as t

#: What was given in the month: in money, and otherwise.
_GIVEN: Final = ("paid_fen", "noncash_fen")


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """How an enterprise stands today; a day or a number is None where there is none."""

    established_on: date | None
    implemented_on: date | None
    #: Key of what stands in the way, "" where nothing was said.
    obstacle: str
    reminded_at: datetime | None
    #: Of the present month.
    reported: int
    verified: int
    closed: int
    paid_fen: int
    noncash_fen: int
    open_majors: int
    overdue: int
    #: When somebody last reported.
    last_report_at: datetime | None
    #: When the last self-check was signed.
    checked_at: datetime | None
    #: The last month whose return was handed in, and the last one with a signed zero statement.
    returned: str | None
    zero: str | None
    #: The last quarter that the principal signed, such as 2026Q3.
    quarter: str | None
    visited_on: date | None
    #: The next visit that is planned.
    planned_on: date | None
    open_follow_ups: int
    #: When its principal was last at a training session.
    trained_on: date | None
    practices: int
    #: Hundredths of a point, of the year of the latest sheet that the reader's unit made.
    points: int | None
    points_year: int | None


def dossier(session: Session, organisation_id: UUID, *, actor: Actor) -> Dossier:
    """Give what is known of an enterprise, in one statement beside the look into the register.

    Raises:
        NotAllowed: the role. NotFound: there is none such, or it is not under the actor.
    """
    require(actor, "registry:read")
    registry.get(session, organisation_id, actor=actor, sight="both")
    score = _score(actor, organisation_id)
    columns = {
        **_mechanism(organisation_id),
        **_figures(organisation_id),
        **_signed(organisation_id),
        **_helped(organisation_id),
        "points": score.with_only_columns(t.ScoreSheet.total).scalar_subquery(),
        "points_year": score.with_only_columns(t.ScoreScheme.year).scalar_subquery(),
    }
    row = session.execute(select(*(made.label(name) for name, made in columns.items()))).one()
    found = dict(row._mapping)
    for name in ("obstacle", "reported", "verified", "closed", *_GIVEN):
        found[name] = found[name] or ("" if name == "obstacle" else 0)
    return Dossier(**found)


def _mechanism(own: UUID) -> dict[str, Any]:
    record = t.MechanismRecord
    names = ("established_on", "implemented_on", "obstacle", "reminded_at")
    return {name: _one(getattr(record, name), record.organisation_id == own) for name in names}


def _figures(own: UUID) -> dict[str, Any]:
    month, hazard, this = t.Month, t.Hazard, present_month()
    names = ("reported", "verified", "closed", *_GIVEN)
    mine = (month.organisation_id == own, month.month == this)
    major = (hazard.kind == "hazard", IS_OPEN, hazard.level == "major")
    return {
        **{name: _one(getattr(month, name), *mine) for name in names},
        "open_majors": _count(hazard.organisation_id == own, *major),
        "overdue": _count(hazard.organisation_id == own, is_overdue_at(month_span(this))),
        "last_report_at": _one(func.max(hazard.reported_at), hazard.organisation_id == own),
    }


def _signed(own: UUID) -> dict[str, Any]:
    handed, zero, proof = t.MonthlyReturn, t.ZeroStatement, t.Evidence
    quarter = (proof.kind == QUARTER, proof.withdrawn_at.is_(None))
    is_in = handed.state == "submitted"
    check = t.SelfCheck
    return {
        "checked_at": _one(func.max(check.signed_at), check.organisation_id == own),
        "returned": _one(func.max(handed.month), handed.organisation_id == own, is_in),
        "zero": _one(func.max(zero.month), zero.organisation_id == own),
        "quarter": _one(func.max(proof.number), proof.organisation_id == own, *quarter),
    }


def _helped(own: UUID) -> dict[str, Any]:
    visit, asked, practice = t.Visit, t.FollowUp, t.Practice
    ahead = (visit.state == "planned", visit.planned_on >= clock.local_date())
    trained = (
        select(func.max(t.TrainingSession.held_on))
        .join(
            t.Attendance,
            (t.Attendance.organisation_id == t.TrainingSession.organisation_id)
            & (t.Attendance.session_id == t.TrainingSession.id),
        )
        .where(
            t.Attendance.enterprise_id == own,
            t.Attendance.position == "principal",
            t.Attendance.origin.in_(("imported", "confirmed")),
        )
    )
    return {
        "visited_on": _one(func.max(visit.visited_on), visit.enterprise_id == own),
        "planned_on": _one(func.min(visit.planned_on), visit.enterprise_id == own, *ahead),
        "open_follow_ups": _count(
            asked.organisation_id == own, asked.state == "open"
        ),
        "trained_on": trained.scalar_subquery(),
        "practices": _count(practice.organisation_id == own, practice.state == "published"),
    }  # fmt: skip


def _score(actor: Actor, own: UUID) -> Any:
    """Select the latest sheet that the actor's unit made of an enterprise."""
    sheet, scheme = t.ScoreSheet, t.ScoreScheme
    same = (scheme.organisation_id == sheet.organisation_id) & (scheme.id == sheet.scheme_id)
    return (
        select(sheet.total)
        .join(scheme, same)
        .where(sheet.scored_id == own, sheet.organisation_id == actor.organisation_id)
        .order_by(scheme.year.desc(), scheme.version.desc(), scheme.key)
        .limit(1)
    )


def _one(column: Any, *conditions: Any) -> Any:
    return select(column).where(*conditions).scalar_subquery()


def _count(*conditions: Any) -> Any:
    return select(func.count()).where(*conditions).scalar_subquery()
