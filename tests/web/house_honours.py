"""The furnished house's honours: one to be decided, one that waits for 包晓, one that is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock, commands
from engine.actors import Actor
from engine.honours import deciding, proposing
from tests.cast import Cast

_ONE = "/honours/<uuid:honour_id>"


def honours(session: Session, cast: Cast) -> dict[str, Any]:
    """Give what of them stands in addresses."""
    year = str(clock.local_date().year)

    def proposed(title: str, **whose: Any) -> UUID:
        given = {"title": title, "reason": "报告及时，整改认真"}
        row = commands.execute(
            session, proposing.propose, period=year, given=given, actor=cast.union, **whose
        )
        return row.id

    def decided(title: str, who: Actor) -> UUID:
        row_id = proposed(title, user_id=who.user_id)
        commands.execute(session, deciding.decide, row_id, actor=cast.principal)
        return row_id

    team = proposed("先进班组", team="一号车间")
    waits = decided("安全标兵", cast.reporter)
    shown = decided("安全之星", cast.reporter)
    commands.execute(session, deciding.agree, shown, actor=cast.reporter)
    return {
        "honour_id": shown,
        **{f"POST {_ONE}/{step} honour_id": team for step in ("decide", "decline", "drop")},
        **{f"POST {_ONE}/{step} honour_id": waits for step in ("agree", "refuse")},
        "GET /honours/list.pdf query": f"?period={year}",
    }
