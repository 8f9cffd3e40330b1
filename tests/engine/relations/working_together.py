"""Relations of the enterprise 甲, told quickly: 丙 works for it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.clock import local_date
from engine.commands import execute
from engine.relations import answering, proposing
from engine.relations.rules import Terms
from tests.cast import Cast


def terms(**more: Any) -> Terms:
    """Give what 甲 says of a contract: the roof of the second workshop."""
    usual = {
        "kind": "contractor",
        "subject": "二号车间屋面维修",
        "from_on": local_date(),
        "coordinator": "安全科 何核",
    }
    return Terms(**{**usual, **more})


def proposed(session: Session, cast: Cast, **more: Any) -> UUID:
    """Let 甲 propose the contract to 丙; give its id."""
    return execute(session, proposing.propose, "丙小吃店", terms(**more), actor=cast.principal).id


def in_force(session: Session, cast: Cast, **more: Any) -> UUID:
    """Let 丙 confirm it, too; give its id."""
    found = proposed(session, cast, **more)
    execute(session, answering.answer, found, agrees=True, actor=cast.sole)
    return found


def day(text: str) -> date:
    """Give a day."""
    return date.fromisoformat(text)
