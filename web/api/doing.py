"""Doing something over the API: in one transaction, and with an Idempotency-Key only once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from engine import idempotency
from engine.actors import Actor
from engine.errors import InvalidAnswers
from web import db
from web.api.contract import idempotency_key, plain


def once(name: str, given: Any, make: Callable[[Session, Actor], Any]) -> dict[str, Any]:
    """Do what is asked and commit it, and give the answer; asked again, give the same answer.

    Args:
        name: what is done, as it is called in the history of a case where it is refused.
        given: the request's JSON body, None when it has none.
        make: does it and gives the answer, without secrets.
    """
    asked = [request.path, given]

    def run(session: Session, *, actor: Actor) -> dict[str, Any]:
        def answer(session: Session) -> dict[str, Any]:
            made: dict[str, Any] = plain(make(session, actor))
            return made

        return idempotency.once(session, name, idempotency_key(), asked, answer, actor=actor)

    run.__name__ = name
    return db.execute(run)


def day(given: dict[str, Any], field: str) -> date | None:
    """Give the day that a field of the body says; None where it is left out.

    Raises:
        InvalidAnswers: it is none.
    """
    said = given.get(field)
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise InvalidAnswers.at(
            field, "日期应写成 2026-11-30 的样子。", "Write the day like 2026-11-30."
        ) from error
