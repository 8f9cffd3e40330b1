"""The one place that commits.

Web routes and the worker change things only through `execute`: begin, run the operation, commit
once. A step that lost a race is replayed; a refusal leaves everything as it was and is noted in
the instance's history.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine import history
from engine.actors import Actor
from engine.errors import Conflict, NotAllowed, Refused, Stale
from engine.store import writing

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS: Final = 6
_AFTER_COMMIT: Final = "after_commit"
#: PostgreSQL: serialization failure, deadlock, lock not available; and unique violation, for who
#: was first is seen when the command is played again, and it then says so in its own words.
_RETRY_STATES: Final = {"40001", "40P01", "55P03", "23505"}


def execute(
    session: Session,
    operation: Callable[Concatenate[Session, P], R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Run `operation(session, *args, **kwargs)` in one transaction and commit it once.

    Args:
        session: any transaction it is in is rolled back first; reading comes before, or inside.
        operation: takes the session first and never commits.
        kwargs: handed on; `actor` among them is noted when the command is refused.

    Raises:
        EngineError: as the operation raises it, after everything is rolled back.
    """
    for attempt in range(ATTEMPTS):
        session.rollback()
        session.info.pop(_AFTER_COMMIT, None)
        try:
            with writing(session):
                result = operation(session, *args, **kwargs)
                session.commit()
        except Exception as error:
            if _passes(error) and attempt + 1 < ATTEMPTS:
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - no secret
                continue
            if isinstance(error, Refused):
                _note_denial(session, operation, error, kwargs.get("actor"))
            raise
        _run_after_commit(session)
        return result
    raise AssertionError("unreachable: the last attempt returns or raises")


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Run `callback` once the present transaction is committed; never if it is not."""
    session.info.setdefault(_AFTER_COMMIT, []).append(callback)


def _run_after_commit(session: Session) -> None:
    for callback in session.info.pop(_AFTER_COMMIT, ()):
        callback()


def _passes(error: Exception) -> bool:
    """Say whether the same step may well succeed a moment later."""
    if isinstance(error, Stale):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRY_STATES or "database is locked" in str(error.orig)


def _note_denial(session: Session, operation: Any, refusal: Refused, actor: object) -> None:
    """Put the refused command into the instance's history, in a transaction of its own."""
    instance = refusal.details.get("instance_id")
    if not isinstance(refusal, NotAllowed | Conflict) or not isinstance(actor, Actor):
        return
    if instance is None or actor.organisation_id is None:
        return
    task = refusal.details.get("task_id")
    event = history.Event(
        tag="command:denied",
        data={
            "command": operation.__name__,
            "reason": refusal.message.en,
            "reason_zh": refusal.message.zh,
        },
        task_id=UUID(task) if task else None,
        # Naming who may not check their own report would name the reporter.
        role="reporter" if refusal.details.get("as_reporter") else None,
    )
    owner = UUID(refusal.details.get("organisation_id") or str(actor.organisation_id))
    with writing(session):
        history.append(session, owner, UUID(instance), [event], actor=actor)
        session.commit()
