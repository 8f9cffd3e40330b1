"""Boards that were counted beside the pages: a standing job for each organisation above.

A large district takes seconds to count, and its page may take milliseconds. What is kept says
when it was counted; what is shown never claims to be younger.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from engine import clock, standing
from engine.actors import Actor
from engine.board import months
from engine.board.content import Board
from engine.board.counting import count
from engine.errors import NotAllowed
from engine.jobs import Job, handler
from engine.permissions import require
from engine.store import organisations_of, upsert
from engine.store import tables as t

COUNT_BOARD: Final = "count_board"
_KIND: Final = "board"
_KINDS: Final = ("office", "department", "town", "group")
#: A board is counted again after so long, or after five hundred times what it took.
_AT_LEAST: Final = timedelta(minutes=15)
_SHARE: Final = 500
#: Over so few enterprises it is counted when the page comes, if none of late is kept.
_FEW: Final = 300
_ENROLLED: Final = 1000


@dataclass(frozen=True)
class Shown:
    """A board and the moment it was counted at; None while it never was."""

    board: Board | None
    at: datetime | None


def read(session: Session, *, actor: Actor) -> Shown:
    """Give the board of the actor's organisation.

    Raises:
        NotAllowed: the actor reads no board, or stands for no organisation above enterprises.
    """
    owner = _owner(actor)
    kept = session.execute(
        select(t.Rollup.content, t.Rollup.computed_at)
        .where(t.Rollup.organisation_id == owner, t.Rollup.kind == _KIND)
        .order_by(t.Rollup.key.desc())
        .limit(1)
    ).one_or_none()
    if kept is not None and clock.now() - kept.computed_at < _AT_LEAST:
        return Shown(Board.of_text(kept.content), kept.computed_at)
    if _is_over_few(session, actor):
        return Shown(count(session, actor=actor), clock.now())
    return Shown(Board.of_text(kept.content), kept.computed_at) if kept else Shown(None, None)


def ask(session: Session, *, actor: Actor) -> bool:
    """Count the board anew, at once where that is quick, else as soon as somebody has time.

    Returns:
        whether it is counted already.

    Raises:
        NotAllowed: as for `read`.
    """
    owner = _owner(actor)
    if _is_over_few(session, actor):
        at = clock.now()
        keep(session, owner, count(session, actor=actor).to_text(), at, 0)
        return True
    row = standing.row(owner, uuid5(owner, COUNT_BOARD), COUNT_BOARD)
    statement: Any = upsert(session)(t.Job).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[t.Job.organisation_id, t.Job.id],
            set_={"due_at": row["due_at"]},
            where=t.Job.state == "waiting",
        )
    )
    return False


def is_asked(session: Session) -> bool:
    """Say whether there is anybody to enrol; a look that locks nothing."""
    return session.scalar(_asking().limit(1)) is not None


def enrol(session: Session) -> int:
    """Give organisations above enterprises that have no such job one; say how many."""
    found = session.scalars(_asking().limit(_ENROLLED)).all()
    return standing.begin(session, COUNT_BOARD, {one: uuid5(one, COUNT_BOARD) for one in found})


def keep(
    session: Session,
    organisation_id: UUID,
    text: str,
    at: datetime,
    took_ms: int,
    *,
    kind: str = _KIND,
    key: str = "",
) -> None:
    """Keep what was counted; of boards there is one for each month in which it was."""
    row = {
        "organisation_id": organisation_id,
        "kind": kind,
        "key": key or clock.month_of(at),
        "content": text,
        "computed_at": at,
        "took_ms": took_ms,
    }
    statement: Any = upsert(session)(t.Rollup).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[t.Rollup.organisation_id, t.Rollup.kind, t.Rollup.key],
            set_={name: row[name] for name in ("content", "computed_at", "took_ms")},
            where=t.Rollup.computed_at <= at,
        )
    )


@dataclass(frozen=True)
class _Counted:
    text: str
    #: Month → its tables, of what is more than a few enterprises.
    months: dict[str, str]
    at: datetime
    took_ms: int


def _count(session: Session, job: Job) -> _Counted | None:
    """Count outside of the write transaction: nobody waits for it."""
    kind = session.scalar(
        select(t.Organisation.kind).where(t.Organisation.id == job.organisation_id)
    )
    if kind not in _KINDS:
        return None
    begun, at = time.perf_counter(), clock.now()
    actor = looking_from(job.organisation_id, kind)
    board = count(session, actor=actor)
    tables = {} if _is_over_few(session, actor) else months.count_months(session, actor)
    return _Counted(board.to_text(), tables, at, int((time.perf_counter() - begun) * 1e3))


@handler(COUNT_BOARD, prepare=_count)
def count_board(session: Session, job: Job) -> None:
    """Keep what was counted, and come back after a while."""
    counted: _Counted | None = job.prepared
    if counted is None:
        return
    owner, at, took_ms = job.organisation_id, counted.at, counted.took_ms
    keep(session, owner, counted.text, at, took_ms)
    for month, text in counted.months.items():
        keep(session, owner, text, at, took_ms, kind=months.KIND, key=month)
    pause = max(_AT_LEAST, timedelta(milliseconds=_SHARE * counted.took_ms))
    standing.again(session, job, clock.now() + pause)


def looking_from(organisation_id: UUID, kind: str) -> Actor:
    """Give who sees what a director of that organisation sees: boards are theirs."""
    return Actor(
        user_id=None,
        name="",
        organisation_id=organisation_id,
        organisation_kind=kind,
        roles=frozenset({"director"}),
    )


def _owner(actor: Actor) -> UUID:
    require(actor, "board:read")
    if actor.organisation_kind not in _KINDS or actor.organisation_id is None:
        raise NotAllowed(
            "区域看板只给区安委办、主管部门、街镇和集团看。本单位的数字在“统计”里。",
            "The board is for offices, departments, towns and groups. "
            "The figures of your own enterprise are under Statistics.",
        )
    return actor.organisation_id


def _is_over_few(session: Session, actor: Actor) -> bool:
    some = organisations_of(actor).limit(_FEW + 1).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one() <= _FEW


def _asking() -> Select[UUID]:
    """Select the organisations above enterprises that have no job for their board."""
    return select(t.Organisation.id).where(
        t.Organisation.kind.in_(_KINDS),
        t.Organisation.status == "active",
        ~exists().where(t.Job.organisation_id == t.Organisation.id, t.Job.kind == COUNT_BOARD),
    )
