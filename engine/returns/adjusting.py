"""Adjusting rows 调整行: what puts a locked month right, counted in the open one (R-57, R-61)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, NotFound
from engine.permissions import require
from engine.returns import states
from engine.returns.carrying import open_month
from engine.returns.compared import chosen
from engine.returns.figures import ADJUSTABLE
from engine.returns.proposals import START, Proposal
from engine.returns.units import Unit, own_unit, select_standing
from engine.returns.versions import keys_of
from engine.statistics.span import month_span
from engine.store import tables as t

#: Names the ids of rows that follow from what they put right: two who accept write the same row.
_ROWS: Final = UUID("6b1c3d7e-9f53-4d0e-8a57-2b7f6f0c8e11")
_LARGEST: Final = 10**12


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A correction that a signer states by hand."""

    #: From the form, so that sending it twice writes it once.
    id: UUID
    enterprise_id: UUID
    corrects: str
    figure: str
    delta: int
    reason: str


def accept(
    session: Session, keys: Collection[str] | None, *, reason: str, actor: Actor
) -> list[t.Adjustment]:
    """Sign computed differences: those named by `keys`, or all with None.

    Raises:
        NotAllowed: the role does not sign. InvalidAnswers: no reason. Conflict: the open month is
        signed, or the differences are not there any more, such as when somebody was first.
    """
    unit, month = _open(session, actor)
    reason = _clean(reason)
    found = chosen(session, unit, month, keys)
    if not found:
        raise Conflict(
            "这些差异已经不在了，可能已有人确认。请重新比对，或刷新页面查看。",
            "These differences are gone; somebody may have accepted them. Compare again, or load "
            "the page again.",
        )
    known = _earlier(session, unit, month)
    rows = [
        _row(
            unit,
            month,
            one,
            known.get((one.enterprise_id, one.corrects, one.figure), 0),
            reason,
            actor,
        )
        for one in found
    ]
    session.add_all(rows)
    session.flush()
    return rows


def state(session: Session, stated: Stated, *, actor: Actor) -> t.Adjustment:
    """Sign a correction by hand, which is shown as such for ever.

    Raises:
        NotAllowed: the role does not sign. NotFound: no such enterprise under the unit.
        InvalidAnswers: reason, figure, month or number is wrong. AlreadyDone: sent twice.
        Conflict: the open month is signed.
    """
    unit, month = _open(session, actor)
    sent = session.get(t.Adjustment, (unit.id, stated.id))
    if sent is not None:
        raise AlreadyDone(
            "这条更正已经记下了。", "This correction is entered already.", by="", at=sent.signed_at
        )
    reason = _clean(stated.reason)
    _check(session, unit, month, stated)
    row = t.Adjustment(
        organisation_id=unit.id,
        id=stated.id,
        month=month,
        corrects=stated.corrects,
        enterprise_id=stated.enterprise_id,
        figure=stated.figure,
        delta=stated.delta,
        instance_id=None,
        origin="stated",
        reason=reason,
        signed_at=clock.now(),
        signed_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row


def adjustments(
    session: Session,
    unit: Unit,
    month: str,
    *,
    figure: str | None = None,
    enterprise_id: UUID | None = None,
    limit: int | None = None,
) -> Sequence[Any]:
    """Give the adjusting rows of a month, with the enterprise's name and the signer's.

    Args:
        figure, enterprise_id: only those of it. limit: no more than so many.
    """
    row = t.Adjustment
    chosen = [row.organisation_id == unit.id, row.month == month]
    if figure is not None:
        chosen.append(row.figure == figure)
    if enterprise_id is not None:
        chosen.append(row.enterprise_id == enterprise_id)
    return session.execute(
        select(
            t.Adjustment,
            t.Organisation.name.label("enterprise"),
            t.User.name.label("signer"),
            t.Hazard.report_number,
        )
        .join(t.Organisation, t.Organisation.id == t.Adjustment.enterprise_id)
        .join(t.User, t.User.id == t.Adjustment.signed_by)
        .outerjoin(
            t.Hazard,
            (t.Hazard.organisation_id == t.Adjustment.enterprise_id)
            & (t.Hazard.id == t.Adjustment.instance_id),
        )
        .where(*chosen)
        .order_by(row.corrects, t.Organisation.name, row.id)
        .limit(limit)
    ).all()


def _open(session: Session, actor: Actor) -> tuple[Unit, str]:
    """Give the unit and its open month, for somebody who may sign in it."""
    require(actor, "returns:sign")
    unit = own_unit(session, actor)
    month = open_month(session, unit)
    if month is None:
        raise Conflict(
            "还没有锁定过的月份，没有需要更正的内容。",
            "No month is locked yet, so there is nothing to put right.",
        )
    if unit.is_office:
        raise Conflict(
            "汇总表不直接更正：请由归口部门在其月报中更正，汇总随之调整。",
            "A roll-up is not put right by itself: the department corrects its own return, and the "
            "roll-up follows.",
        )
    row = states.find(session, unit.id, month)
    if row is not None and row.state != "draft":
        raise Conflict(
            f"{month} 的月报已经签字，不能再加调整行。请先撤回签字。",
            f"The return of {month} is signed; withdraw the signature before adding rows.",
        )
    return unit, month


def _earlier(session: Session, unit: Unit, month: str) -> dict[tuple[UUID, str, str], int]:
    """Give how many rows the month has for each enterprise, corrected month and figure."""
    key = (t.Adjustment.enterprise_id, t.Adjustment.corrects, t.Adjustment.figure)
    statement = select(*key, func.count()).where(
        t.Adjustment.organisation_id == unit.id, t.Adjustment.month == month
    )
    rows = session.execute(statement.group_by(*key))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _row(unit: Unit, month: str, one: Proposal, earlier: int, reason: str, actor: Actor) -> Any:
    return t.Adjustment(
        organisation_id=unit.id,
        id=uuid5(_ROWS, f"{unit.id} {month} {one.key} {earlier}"),
        month=month,
        corrects=one.corrects,
        enterprise_id=one.enterprise_id,
        figure=one.figure,
        delta=one.delta,
        instance_id=one.instance_id,
        origin="computed",
        reason=reason,
        signed_at=clock.now(),
        signed_by=actor.user_id,
    )


def _check(session: Session, unit: Unit, month: str, stated: Stated) -> None:
    own = t.Organisation.id == stated.enterprise_id
    if session.scalar(select_standing(unit, month_span(month)).where(own)) is None:
        raise NotFound()
    if stated.figure not in ADJUSTABLE or stated.figure == START:
        raise InvalidAnswers.at(
            "figure",
            "这个指标不能更正，请另选一个。",
            "This figure cannot be put right; choose another.",
        )
    locked = states.find(session, unit.id, stated.corrects)
    if locked is None or not states.is_frozen(locked):
        raise InvalidAnswers.at(
            "corrects",
            "只能更正本单位已锁定的月份。",
            "Only a month that this unit has locked can be put right.",
        )
    if stated.figure not in keys_of(locked.definitions_version):
        raise InvalidAnswers.at(
            "figure",
            f"{stated.corrects} 按当时的口径没有这个指标，请另选一个。",
            f"{stated.corrects} was counted by definitions without this figure; choose another.",
        )
    if not stated.delta or abs(stated.delta) > _LARGEST:
        raise InvalidAnswers.at(
            "delta",
            "请填写要增加或减少的数，不能是 0。",
            "Give the number to add or take away; not 0.",
        )


def _clean(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise InvalidAnswers.at("reason", "请写明更正的理由。", "Say why it is put right.")
    if len(text) > 500:
        raise InvalidAnswers.at("reason", "理由最多 500 字。", "At most 500 characters.")
    return text
