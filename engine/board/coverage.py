"""How far the mechanism 机制 has come among the enterprises of a board (R-04, R-05)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select, true
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.board.content import Target
from engine.store import organisations_of
from engine.store import tables as t


def targets(session: Session, actor: Actor) -> list[Target]:
    """Give the targets that concern the actor's enterprises, the earliest first.

    Two statements: the targets, and all that is to be counted for them in one.
    """
    rows = session.scalars(_concerning(session, actor)).all()
    if not rows:
        return []
    counted = _counted(session, actor, list(_meant(rows)))
    return [
        Target(
            id=str(row.id),
            title=row.title,
            due_on=row.due_on,
            percent=row.percent,
            stage=row.stage,
            owed=counted[3 * number],
            established=counted[3 * number + 1],
            implemented=counted[3 * number + 2],
        )
        for number, row in enumerate(rows)
    ]


def stages(session: Session, actor: Actor, days: Sequence[date]) -> list[tuple[int, int]]:
    """Give for each day how many enterprises had established and implemented the mechanism."""
    record = t.MechanismRecord
    columns = [
        _how_many(column <= day)
        for day in days
        for column in (record.established_on, record.implemented_on)
    ]
    told = _over_enterprises(session, actor, columns)
    return list(zip(told[::2], told[1::2], strict=True))


def _concerning(session: Session, actor: Actor) -> Any:
    """Select the targets of the office above, or of any for a group, and the actor's own."""
    office = select(t.Organisation.parent_id).where(t.Organisation.id == actor.organisation_id)
    owner = t.CoverageTarget.organisation_id
    theirs = or_(owner == actor.organisation_id, owner.in_(office))
    if actor.organisation_kind == "group":
        offices = select(t.Organisation.id).where(t.Organisation.kind == "office")
        theirs = or_(theirs, owner.in_(offices))
    return (
        select(t.CoverageTarget)
        .where(theirs, t.CoverageTarget.withdrawn_at.is_(None))
        .order_by(t.CoverageTarget.due_on, t.CoverageTarget.created_at, t.CoverageTarget.id)
    )


def _meant(rows: Sequence[t.CoverageTarget]) -> Iterator[ColumnElement[bool]]:
    """Yield for each target which enterprises it means."""
    earlier: list[ColumnElement[bool]] = []
    for row in rows:
        named = [
            column.in_(values)
            for column, values in (
                (t.Organisation.sector, row.sectors),
                (t.Organisation.ownership, row.ownerships),
            )
            if values
        ]
        meant = or_(*named) if named else true()
        if row.is_for_the_rest and earlier:
            # An enterprise that says nothing of its ownership is not among those named.
            meant = and_(meant, not_(func.coalesce(or_(*earlier), False)))
        elif named:
            earlier.append(meant)
        yield meant


def _counted(session: Session, actor: Actor, meant: Sequence[ColumnElement[bool]]) -> list[int]:
    today, record = clock.local_date(), t.MechanismRecord
    is_active = t.Organisation.status == "active"
    columns = [
        _how_many(and_(is_active, which, *reached))
        for which in meant
        for reached in (
            (),
            (record.established_on <= today,),
            (record.implemented_on <= today,),
        )
    ]
    return _over_enterprises(session, actor, columns)


def _over_enterprises(session: Session, actor: Actor, columns: Sequence[Any]) -> list[int]:
    statement = (
        select(*columns)
        .select_from(t.Organisation)
        .outerjoin(t.MechanismRecord, t.MechanismRecord.organisation_id == t.Organisation.id)
        .where(t.Organisation.kind == "enterprise", t.Organisation.id.in_(organisations_of(actor)))
    )
    return [int(number) for number in session.execute(statement).one()]


def _how_many(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
