"""A request that is sent again is answered again, not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, Invalid, Stale
from engine.store import tables as t
from engine.store import upsert

_LONGEST = 200


def once(
    session: Session,
    operation: str,
    key: str | None,
    request: Any,
    make: Callable[[Session], dict[str, Any]],
    *,
    actor: Actor,
) -> dict[str, Any]:
    """Give what `make` answers, and for the same key again what it answered then.

    Args:
        key, request: as for `find_answer`.
        make: does what is asked and gives its JSON-plain answer, without secrets.
    """
    known = find_answer(session, actor, operation, key, request)
    if known is not None:
        return known
    response = make(session)
    keep_answer(session, actor, operation, key, request, response)
    return response


def find_answer(
    session: Session, actor: Actor, operation: str, key: str | None, request: Any
) -> dict[str, Any] | None:
    """Give the answer once given to this request, or None when it is new.

    Args:
        key: the client's Idempotency-Key; None means the client does not care.
        request: JSON-plain description of what is asked.

    Raises:
        Invalid: the key is too long or empty.
        Conflict: the key was used for something else.
    """
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST:
        raise Invalid(
            f"Idempotency-Key 应为 1 到 {_LONGEST} 个字符。",
            f"An Idempotency-Key has 1 to {_LONGEST} characters.",
        )
    found = session.execute(
        select(t.Idempotency.request_digest, t.Idempotency.response).where(
            t.Idempotency.organisation_id == _owner(actor),
            t.Idempotency.digest == _digest(actor, operation, key),
        )
    ).one_or_none()
    if found is None:
        return None
    if found.request_digest != _request_digest(request):
        raise Conflict(
            "这个 Idempotency-Key 已用于另一个请求，请换一个。",
            "This Idempotency-Key was used for another request; choose a new one.",
        )
    response: dict[str, Any] = found.response
    return response


def keep_answer(
    session: Session,
    actor: Actor,
    operation: str,
    key: str | None,
    request: Any,
    response: dict[str, Any],
) -> None:
    """Remember what this request was answered with; it must hold no secret.

    Raises:
        Stale: the same request was answered meanwhile; replayed, its answer is found.
    """
    if key is None:
        return
    statement = upsert(session)(t.Idempotency).values(
        organisation_id=_owner(actor),
        digest=_digest(actor, operation, key),
        request_digest=_request_digest(request),
        response=response,
        created_at=clock.now(),
    )
    kept = session.execute(
        statement.on_conflict_do_nothing().returning(t.Idempotency.created_at)
    ).one_or_none()
    if kept is None:
        raise Stale("同样的请求正在办理。", "The same request is being worked on.")


def _owner(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise Invalid("缺少单位。", "An organisation is missing.")
    return actor.organisation_id


def _digest(actor: Actor, operation: str, key: str) -> bytes:
    who = actor.user_id.hex if actor.user_id else "receipt"
    return hashlib.sha256(f"{who}\n{operation}\n{key}".encode()).digest()


def _request_digest(request: Any) -> bytes:
    return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS, default=str)).digest()
