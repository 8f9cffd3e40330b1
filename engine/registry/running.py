"""Whether an enterprise runs: suspended, closed, merged into another, opened again (R-07, R-62).

Its history stays; cases that are open go on to be handled by its own people.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import placing
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers
from engine.registry.entering import get_for_change, require_office
from engine.registry.moving import clean_reason
from engine.statistics.figures import IS_OPEN
from engine.store import Hazard, Organisation

#: What may be done → from which states, and the state after.
ACTIONS: Final = {
    "suspend": (("active",), "suspended"),
    "close": (("active", "suspended"), "closed"),
    "merge": (("active", "suspended"), "closed"),
    "reopen": (("suspended", "closed"), "active"),
}
_KINDS: Final = {
    "suspend": "suspended", "close": "closed", "merge": "merged", "reopen": "reopened",
}  # fmt: skip
_WORDS: Final = {"active": "正常", "suspended": "停业", "closed": "注销"}


def actions_for(organisation: Organisation) -> list[str]:
    """Give what may be done with an enterprise as it is."""
    return [name for name, (before, _) in ACTIONS.items() if organisation.status in before]


def act(
    session: Session,
    organisation_id: UUID,
    action: str,
    *,
    effective_on: date,
    reason: str,
    into_id: UUID | None = None,
    actor: Actor,
) -> Organisation:
    """Suspend, close, merge or reopen an enterprise from a day on.

    Args:
        action: a key of `ACTIONS`.
        into_id: for a merger, the enterprise that goes on.

    Raises:
        NotAllowed: only the office does it. NotFound: not in its district.
        Conflict: it is not in a state for that. InvalidAnswers: day, reason or the other is wrong.
    """
    require_office(actor)
    before, after = ACTIONS[action]
    organisation = get_for_change(session, organisation_id, actor=actor)
    if organisation.status not in before:
        raise Conflict(
            f"该单位现在是“{_WORDS[organisation.status]}”状态，不能这样办理。请刷新页面。",
            f"The enterprise is now {organisation.status}; this cannot be done. Reload the page.",
        )
    values: dict[str, Any] = {
        "status": after,
        "closed_on": None if after == "active" else effective_on,
        "merged_into_id": None,
    }
    if action == "merge":
        values["merged_into_id"] = _other(session, organisation, into_id, actor)
    placing.change(
        session, organisation, values, kind=_KINDS[action], on=effective_on,
        reason=clean_reason(reason), actor=actor,
    )  # fmt: skip
    return organisation


def open_hazards(session: Session, organisation_id: UUID) -> int:
    """Give how many hazards of an enterprise are on the ledger and not closed."""
    statement = select(func.count()).where(
        Hazard.organisation_id == organisation_id, Hazard.kind == "hazard", IS_OPEN
    )
    return session.scalar(statement) or 0


def _other(
    session: Session, organisation: Organisation, into_id: UUID | None, actor: Actor
) -> UUID:
    """Give the enterprise that goes on: another one, running, of the same district."""
    if into_id is None or into_id == organisation.id:
        raise InvalidAnswers.at(
            "into_id", "请选择并入的单位。", "Choose the enterprise it becomes part of."
        )
    other = get_for_change(session, into_id, actor=actor)
    if other.status != "active":
        raise InvalidAnswers.at(
            "into_id",
            "并入的单位应是正常状态。",
            "The enterprise it becomes part of has to be active.",
        )
    return other.id
