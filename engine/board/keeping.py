"""Boards that were counted beside the pages: a standing job for each organisation above.

A large district takes seconds to count, and its page may take milliseconds. What is kept says
when it was counted; what is shown never claims to be younger.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from engine import clock, standing
from engine.actors import Actor
from engine.board import months
from engine.board.content import Board
from engine.board.counted import (
    KINDS,
    Counting,
    find_counting,
    is_over_few,
    keep,
    looking_from,
    order,
)
from engine.board.counting import count
from engine.errors import NotAllowed
from engine.jobs import Job, handler
from engine.permissions import require
from engine.store import tables as t

__all__ = ["ask", "enrol", "is_asked", "keep", "looking_from", "read", "recount"]

COUNT_BOARD: Final = "count_board"
_KIND: Final = "board"
#: A board is counted again after so long, or after five hundred times what it took.
_AT_LEAST: Final = timedelta(minutes=15)
_SHARE: Final = 500
_ENROLLED: Final = 1000


@dataclass(frozen=True)
class Shown:
    """A board and the moment it was counted at; None while it never was."""

    board: Board | None
    at: datetime | None
    #: While it never was: how far the first count is.
    counting: Counting | None = None


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
    if is_over_few(session, actor):
        return Shown(count(session, actor=actor), clock.now())
    if kept is None:
        return Shown(None, None, find_counting(session, owner, uuid5(owner, COUNT_BOARD)))
    return Shown(Board.of_text(kept.content), kept.computed_at)


def ask(session: Session, *, actor: Actor) -> bool:
    """Have the board counted anew as `recount` does; say whether it is counted already.

    Raises:
        NotAllowed: as for `read`.
    """
    return recount(session, actor=actor) is None


def recount(session: Session, *, actor: Actor) -> Counting | None:
    """Have the board counted anew, at once where that is quick, else as soon as somebody has time.

    Returns:
        None when it is counted already; else when a job is going to.

    Raises:
        NotAllowed: as for `read`.
    """
    owner = _owner(actor)
    if is_over_few(session, actor):
        at = clock.now()
        keep(session, owner, count(session, actor=actor).to_text(), at, 0)
        return None
    return order(session, owner, uuid5(owner, COUNT_BOARD), COUNT_BOARD, kept=_KIND)


def is_asked(session: Session) -> bool:
    """Say whether there is anybody to enrol; a look that locks nothing."""
    return session.scalar(_asking().limit(1)) is not None


def enrol(session: Session) -> int:
    """Give organisations above enterprises that have no such job one; say how many."""
    found = session.scalars(_asking().limit(_ENROLLED)).all()
    return standing.begin(session, COUNT_BOARD, {one: uuid5(one, COUNT_BOARD) for one in found})


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
    if kind not in KINDS:
        return None
    begun, at = time.perf_counter(), clock.now()
    actor = looking_from(job.organisation_id, kind)
    board = count(session, actor=actor)
    tables = {} if is_over_few(session, actor) else months.count_months(session, actor)
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


def _owner(actor: Actor) -> UUID:
    require(actor, "board:read")
    if actor.organisation_kind not in KINDS or actor.organisation_id is None:
        raise NotAllowed(
            "区域看板只给区安委办、主管部门、街镇和集团看。本单位的数字在“统计”里。",
            "The board is for offices, departments, towns and groups. "
            "The figures of your own enterprise are under Statistics.",
        )
    return actor.organisation_id


def _asking() -> Select[UUID]:
    """Select the organisations above enterprises that have no job for their board."""
    return select(t.Organisation.id).where(
        t.Organisation.kind.in_(KINDS),
        t.Organisation.status == "active",
        ~exists().where(t.Job.organisation_id == t.Organisation.id, t.Job.kind == COUNT_BOARD),
    )
