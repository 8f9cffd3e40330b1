"""How long the steps of the processes take, from the task rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Integer, case, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.board.content import Step
from engine.store import tables as t
from engine.store import visible_to

#: Steps completed within so many days are counted.
DAYS: Final = 90
#: So many steps stand on a board.
_SHOWN: Final = 6
#: Up to here a step is timed by the minute, beyond by the hour: few groups, whatever the number
#: of tasks.
_BY_MINUTE: Final = 600
_MICROSECONDS: Final = 60_000_000


def slowest(session: Session, actor: Actor, now: datetime) -> list[Step]:
    """Give the steps that take longest, by their median; two statements."""
    names: dict[str, str] = {}
    taken: dict[str, dict[int, int]] = defaultdict(dict)
    for key, name, minutes, number in session.execute(visible_to(actor, _done(session, now))):
        names[key] = max(names.get(key, ""), name)
        taken[key][int(minutes)] = number
    waiting = {}
    for key, name, number, late in session.execute(visible_to(actor, _open(now))):
        names.setdefault(key, name)
        waiting[key] = (number, int(late))
    steps = [_step(key, names[key], taken[key], *waiting.get(key, (0, 0))) for key in names]
    return sorted(steps, key=lambda step: (-step.median, -step.waiting, step.key))[:_SHOWN]


def minutes_taken(session: Session) -> Any:
    """Give in SQL how many minutes a completed task was there."""
    if session.get_bind().dialect.name == "sqlite":
        begun, ended = (type_coerce(one, Integer) for one in (_CREATED, _COMPLETED))
        return (ended - begun) // _MICROSECONDS
    return cast(func.floor(func.extract("epoch", _COMPLETED - _CREATED) / 60), Integer)


_CREATED: Final[Any] = t.Task.created_at
_COMPLETED: Final[Any] = t.Task.completed_at


def was_done(now: datetime) -> Any:
    """Say in SQL that a task was completed within `DAYS`."""
    return (t.Task.state == "completed") & (t.Task.completed_at >= now - timedelta(days=DAYS))


def _done(session: Session, now: datetime) -> Any:
    minutes = minutes_taken(session)
    rounded = case((minutes < _BY_MINUTE, minutes), else_=minutes // 60 * 60).label("minutes")
    return (
        select(t.Task.key, func.max(t.Task.name), rounded, func.count())
        .where(was_done(now))
        .group_by(t.Task.key, rounded)
    )


def _open(now: datetime) -> Any:
    late = func.sum(case((t.Task.due_at < now, 1), else_=0))
    return (
        select(t.Task.key, func.max(t.Task.name), func.count(), late)
        .where(t.Task.state == "open")
        .group_by(t.Task.key)
    )


def _step(key: str, name: str, taken: Mapping[int, int], waiting: int, late: int) -> Step:
    return Step(
        key=key,
        name=name,
        done=sum(taken.values()),
        median=_at(taken, 0.5),
        p90=_at(taken, 0.9),
        waiting=waiting,
        late=late,
    )


def _at(taken: Mapping[int, int], share: float) -> int:
    """Give the least duration that at least `share` of all did not exceed."""
    wanted, seen = share * sum(taken.values()), 0
    for minutes in sorted(taken):
        seen += taken[minutes]
        if seen >= wanted:
            return minutes
    return 0
