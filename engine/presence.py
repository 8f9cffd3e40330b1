"""Whether an enterprise was there in a month: entered in the register, and not closed all through.

Who was not there has nothing to report and nothing to sign for (R-62).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Message
from engine.statistics.span import Span, month_span
from engine.store import tables as t


def absence(session: Session, organisation_id: UUID, month: str) -> Message | None:
    """Say in words why an enterprise was not there in a month; None when it was, if for a day.

    Args:
        month: "2026-11", counted in China.

    Raises:
        Invalid: the month is not written so.
    """
    return absences(session, organisation_id, [month]).get(month)


def absences(session: Session, organisation_id: UUID, months: Sequence[str]) -> dict[str, Message]:
    """Give those of `months` in which an enterprise was not there, with the reason in words.

    One of which no placement was ever noted was always there until it closed.

    Raises:
        Invalid: a month is not written like 2026-11.
    """
    stays = session.execute(
        select(t.Placement.from_on, t.Placement.until_on, t.Placement.status)
        .where(t.Placement.organisation_id == organisation_id)
        .order_by(t.Placement.from_on)
    ).all()
    closed_on = session.scalar(
        select(t.Organisation.closed_on).where(t.Organisation.id == organisation_id)
    )
    found = {month: _why(stays, closed_on, month_span(month)) for month in months}
    return {month: words for month, words in found.items() if words is not None}


def _why(stays: Sequence[Any], closed_on: date | None, span: Span) -> Message | None:
    first_on = span.last_on.replace(day=1)
    if not stays:
        is_gone = closed_on is not None and closed_on <= first_on
        return _closed(closed_on, span.first) if is_gone and closed_on else None
    if stays[0].from_on > span.last_on:
        return _not_yet(stays[0].from_on, span.first)
    within = [stay for stay in stays if _reaches(stay.from_on, stay.until_on, first_on, span)]
    if not within or any(stay.status != "closed" for stay in within):
        return None
    return _closed(within[0].from_on, span.first)


def _reaches(from_on: date, until_on: date | None, first_on: date, span: Span) -> bool:
    return from_on <= span.last_on and (until_on is None or until_on > first_on)


def _not_yet(entered_on: date, month: str) -> Message:
    begins = f"{entered_on:%Y-%m}"
    return Message(
        f"本单位 {entered_on} 才登记入册，{month} 还不在册，没有这个月要报的内容。"
        f"请从 {begins} 起办理；登记日期不对的，请联系区安委办更正。",
        f"The enterprise was entered on {entered_on}: in {month} it was not in the register "
        f"yet and has nothing to report. Begin with {begins}; ask the district office if the day "
        "is wrong.",
    )


def _closed(closed_on: date, month: str) -> Message:
    return Message(
        f"本单位自 {closed_on} 起已关闭或并入他家，{month} 整月没有生产经营，不用再报。"
        "登记不对的，请联系区安委办更正。",
        f"The enterprise has been closed, or part of another, since {closed_on}: in all of {month} "
        "it was not running and has nothing to report. Ask the district office if that is wrong.",
    )
