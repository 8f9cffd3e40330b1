"""The principal's sign-off of a quarter (R-43; order 16 art. 14): what was shown, signed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.coverage import evidence, records
from engine.errors import AlreadyDone, InvalidAnswers, NotFound
from engine.hazards.mechanism import QUARTER
from engine.permissions import require
from engine.statistics.figures import IS_OPEN, is_overdue_at
from engine.statistics.span import Span, month_span, present_month
from engine.store import tables as t

#: A quarter is filed within so many days of its end (order 16 art. 14).
FILED_WITHIN: Final = timedelta(days=15)
_COUNTED: Final = (
    "reported", "verified", "verified_major", "closed", "closed_major", "paid_fen", "noncash_fen",
)  # fmt: skip
_LONGEST: Final = 500


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a principal answers for, now and in the quarter that is signed."""

    open_major: int
    overdue: int
    #: Approved and not yet paid.
    unpaid: int
    unpaid_fen: int


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """A quarter of a year, and its figures."""

    #: "2026Q3"
    key: str
    span: Span
    figures: dict[str, int]
    file_by: date
    #: Whether the enterprise was here by its end; nobody is late for what was before.
    is_asked: bool
    signed: t.Evidence | None


def standing(session: Session, *, actor: Actor) -> Standing:
    """Give what stands open in the actor's own enterprise.

    Raises:
        NotAllowed: the role, or not an enterprise.
    """
    require(actor, "coverage:sign")
    own = evidence.own_enterprise(actor, "coverage:sign")
    hazard, reward = t.Hazard, t.Reward
    open_major, overdue = (
        select(func.count())
        .select_from(hazard)
        .where(hazard.organisation_id == own, *conditions)
        .scalar_subquery()
        for conditions in (
            (hazard.kind == "hazard", IS_OPEN, hazard.level == "major"),
            (is_overdue_at(month_span(present_month())),),
        )
    )
    unpaid = (
        select(func.count(), func.coalesce(func.sum(reward.approved_fen), 0), open_major, overdue)
        .select_from(reward)
        .where(reward.organisation_id == own, reward.state == "approved")
    )
    count, fen, majors, late = session.execute(unpaid).one()
    return Standing(open_major=majors, overdue=late, unpaid=count, unpaid_fen=int(fen))


def quarters(session: Session, *, actor: Actor, count: int = 4) -> list[Quarter]:
    """Give the last quarters that are over, the latest first, each with its figures.

    Raises:
        NotAllowed: not the principal of an enterprise.
    """
    own = evidence.own_enterprise(actor, "coverage:sign")
    spans = last_quarters(count)
    entered_on = clock.local_date(session.get_one(t.Organisation, own).created_at)
    month = t.Month
    columns: list[Any] = [getattr(month, name) for name in _COUNTED]
    rows = session.execute(
        select(month.month, *columns).where(
            month.organisation_id == own,
            month.month.between(spans[-1].first, spans[0].last),
        )
    ).all()
    signed = {
        row.number: row
        for row in session.scalars(
            select(t.Evidence).where(t.Evidence.organisation_id == own, t.Evidence.kind == QUARTER)
        )
    }
    return [
        Quarter(
            key=key_of(span),
            span=span,
            figures={
                name: sum(getattr(r, name) for r in rows if span.first <= r.month <= span.last)
                for name in _COUNTED
            },
            file_by=span.last_on + FILED_WITHIN,
            is_asked=entered_on <= span.last_on,
            signed=signed.get(key_of(span)),
        )
        for span in spans
    ]


def sign(session: Session, key: str, note: str = "", *, actor: Actor) -> t.Evidence:
    """Sign a quarter that is over, with its figures and what stands open, as they are now.

    Args:
        key: "2026Q3", one of the last four that are over.

    Raises:
        NotAllowed: not the principal. NotFound: another quarter. AlreadyDone: it is signed.
        InvalidAnswers: the note is too long.
    """
    own = evidence.own_enterprise(actor, "coverage:sign")
    # Two who sign at once come one after the other.
    records.refresh(session, own)
    found = next((one for one in quarters(session, actor=actor) if one.key == key), None)
    if found is None:
        raise NotFound(
            "只能签认最近四个已经结束的季度。", "Only one of the last four quarters can be signed."
        )
    if found.signed is not None:
        raise AlreadyDone(
            f"{key} 已经签认。",
            f"{key} is signed already.",
            by=str(found.signed.details.get("signer", "")),
            at=found.signed.entered_at,
        )
    if len(note.strip()) > _LONGEST:
        raise InvalidAnswers.at(
            "note", f"说明不超过 {_LONGEST} 字。", f"At most {_LONGEST} characters."
        )
    frozen = {**found.figures, **asdict(standing(session, actor=actor))}
    given = evidence.Given(
        kind=QUARTER,
        on=clock.local_date(),
        title=f"{key[:4]}年第{key[-1]}季度事故隐患统计分析",
        number=key,
        details={"figures": frozen, "signer": actor.name},
        note=note.strip(),
    )
    return evidence.add(session, own, given, by=actor.user_id)


def last_quarters(count: int) -> list[Span]:
    """Give the last quarters that are over, the latest first."""
    month = present_month()
    year, quarter = int(month[:4]), (int(month[5:]) - 1) // 3
    spans = []
    for _ in range(count):
        year, quarter = (year, quarter - 1) if quarter else (year - 1, 3)
        spans.append(Span(f"{year}-{3 * quarter + 1:02d}", f"{year}-{3 * quarter + 3:02d}"))
    return spans


def key_of(span: Span) -> str:
    """Give a quarter's key, such as 2026Q3."""
    return f"{span.first[:4]}Q{(int(span.first[5:]) + 2) // 3}"
