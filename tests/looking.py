"""Those above an enterprise say on what ground they look, before a story lets them open a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import commands
from engine.actors import Actor
from engine.auditing import grounds
from engine.clock import local_date
from engine.store import tables as t
from tests.cast import Cast


def state_ground(session: Session, actor: Actor, **what: Any) -> t.AuditGround:
    """State one ground; by default an inspection plan that covers every enterprise for a month."""
    last = local_date() + timedelta(days=grounds.LONGEST_DAYS - 1)
    said = {
        "kind": "plan",
        "reference": "检查计划 12 号",
        "purpose": "年度检查",
        "expires_on": last,
    }
    said |= what
    return commands.execute(session, grounds.state, actor=actor, **said)


def state_grounds(session: Session, cast: Cast) -> None:
    """Let each of those above the enterprise state a ground."""
    for actor in (cast.officer, cast.town, cast.group, cast.office):
        state_ground(session, actor)
