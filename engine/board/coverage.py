"""How far the mechanism 机制 has come among the enterprises of a board (R-04, R-05)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.board.content import Target
from engine.coverage import board, targets


def reached(session: Session, actor: Actor) -> list[Target]:
    """Give the targets that concern the actor's enterprises, the earliest first."""
    found = targets.listed(session, actor=actor)
    sums = board.overview(session, found, actor=actor)
    return [
        Target(
            id=str(row.id),
            title=row.title,
            due_on=row.due_on,
            percent=row.percent,
            stage=row.stage,
            owed=sums[row.id].counts["due"],
            established=sums[row.id].counts["established"],
            implemented=sums[row.id].counts["implemented"],
        )
        for row in found
    ]
