"""The safety records of those who agreed to it, for those who appraise (R-30), a page at a time.

Honours that are shown stand beside them. Who did not agree is not there, and not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine import reporters, secrets
from engine.actors import Actor
from engine.honours import finding
from engine.permissions import require
from engine.safety_record import Record, counted
from engine.statistics.paging import LARGEST_PAGE, Page, wrong_cursor
from engine.statistics.span import Span, month_span
from engine.store import tables as t

#: Scopes that begin so tell of reports in confidence, too.
_CONFIDENTIAL: Final = "all_"
_PAGE: Final = 50


@dataclass(frozen=True)
class Shown:
    """The record of somebody who agreed that it is seen."""

    user_id: UUID
    name: str
    scope: str
    given_at: datetime
    total: Record
    #: Honours that are shown; columns: title, period.
    honours: Sequence[Any] = ()


def agreed(
    session: Session,
    *,
    actor: Actor,
    year: int | None = None,
    after: str | None = None,
    limit: int = _PAGE,
) -> Page[Shown]:
    """Give a page of the records of the members who agreed to it, in order of name.

    Four statements, however many agreed.

    Args:
        year: of that year alone. after: the cursor of the page before.

    Raises:
        NotAllowed: the actor does not appraise. Invalid: the cursor or the year is wrong.
    """
    require(actor, "safety_record:appraise")
    limit = max(1, min(limit, LARGEST_PAGE))
    people = _agreeing(session, actor, after, limit + 1)
    page = people[:limit]
    counted = _of_many(session, [one.user_id for one in page], actor, year)
    titles = finding.titles_of(session, [one.user_id for one in page], actor=actor)
    shown = []
    for person in page:
        parts = [
            part
            for mode, part in counted.get(person.user_id, ())
            if mode == "named" or person.scope.startswith(_CONFIDENTIAL)
        ]
        total = _together(year, parts)
        if not person.scope.endswith("amounts"):
            total = replace(total, paid_fen=None, noncash_fen=None)
        honours = titles.get(person.user_id, ())
        given = (person.user_id, person.name, person.scope, person.given_at)
        shown.append(Shown(*given, total, honours))
    return Page(shown, page[-1].user_id.hex if len(people) > limit else None)


def _agreeing(session: Session, actor: Actor, after: str | None, count: int) -> Sequence[Any]:
    member = (
        select(t.Membership.user_id)
        .where(t.Membership.organisation_id == actor.organisation_id)
        .distinct()
    )
    statement = (
        select(
            t.SafetyConsent.user_id, t.User.name, t.SafetyConsent.scope, t.SafetyConsent.given_at
        )
        .join(t.User, t.User.id == t.SafetyConsent.user_id)
        .where(
            t.SafetyConsent.organisation_id == actor.organisation_id,
            t.SafetyConsent.withdrawn_at.is_(None),
            t.User.disabled_at.is_(None),
            t.SafetyConsent.user_id.in_(member),
        )
        .order_by(t.User.name, t.User.id)
        .limit(count)
    )
    if after is not None:
        statement = statement.where(_later(session, after))
    return session.execute(statement).all()


def _later(session: Session, after: str) -> ColumnElement[bool]:
    try:
        last_id = UUID(hex=after)
    except ValueError as error:
        raise wrong_cursor() from error
    name = session.scalar(select(t.User.name).where(t.User.id == last_id))
    if name is None:
        raise wrong_cursor()
    same = and_(t.User.name == name, t.User.id > last_id)
    return and_(t.User.name >= name, or_(t.User.name > name, same))


def _of_many(
    session: Session, people: Sequence[UUID], actor: Actor, year: int | None
) -> dict[UUID, list[tuple[str, Record]]]:
    """Count what people who agreed reported, by person and by how openly; one statement."""
    owner = actor.organisation_id
    if owner is None or not people:
        return {}
    keys = secrets.of(session)
    digests = {reporters.user_digest(keys, owner, person): person for person in people}
    theirs = select(t.Reporter.instance_id, t.Reporter.user_digest).where(
        t.Reporter.organisation_id == owner, t.Reporter.user_digest.in_(list(digests))
    )
    source = theirs.subquery()
    cases = counted(source, owner, source.c.user_digest)
    if year is not None:
        span = Span(month_span(f"{year}-01").first, f"{year}-12")
        cases = cases.where(t.Hazard.reported_at >= span.start, t.Hazard.reported_at < span.end)
    one = cases.subquery()
    is_hazard, verified = one.c.kind == "hazard", one.c.verified == 1
    counts = {
        "reported": is_hazard,
        "verified": and_(is_hazard, verified),
        "major": and_(is_hazard, verified, one.c.level == "major"),
        "closed": and_(is_hazard, verified, one.c.state == "closed"),
        "suggestions": ~is_hazard,
        "adopted": and_(~is_hazard, one.c.state == "closed"),
        "rewards": one.c.rewarded == 1,
    }
    sums = [func.sum(case((holds, 1), else_=0)).label(key) for key, holds in counts.items()]
    sums += [func.sum(one.c.paid).label("paid_fen"), func.sum(one.c.noncash).label("noncash_fen")]
    by = (one.c.user_digest, one.c.mode)
    statement = select(*by, *sums).group_by(*by)
    found: dict[UUID, list[tuple[str, Record]]] = {}
    for row in session.execute(statement):
        sums_of = {key: int(getattr(row, key)) for key in counts}
        amounts = {"paid_fen": int(row.paid_fen), "noncash_fen": int(row.noncash_fen)}
        record = Record(year=year, **sums_of, **amounts)
        found.setdefault(digests[row.user_digest], []).append((row.mode, record))
    return found


def _together(year: int | None, parts: Sequence[Record]) -> Record:
    names = [field.name for field in fields(Record) if field.name != "year"]
    sums = {name: sum(getattr(part, name) or 0 for part in parts) for name in names}
    return Record(year=year, **sums)
