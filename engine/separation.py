"""Separation of duties: nobody checks their own work, whatever the diagram says.

Sources: domain.md C1 26 and 44, F.2 (practice everywhere; the law asks for a closed loop, 安法 41).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import reporters
from engine.actors import Actor
from engine.definitions import Loaded
from engine.errors import Message, SeparationOfDuties
from engine.hazards import duties
from engine.spiff import Element
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.steps import Step

_WORDS: Final = {
    "report": Message("报告人不能办理自己报告的这一步", "The reporter may not do this step"),
    "enter": Message(
        "代填这份报告的人不能审批、发放它的奖励",
        "Who typed this report in for somebody else may not approve or pay its reward",
    ),
    "rectify": Message("整改责任人不能验收自己的整改", "Nobody accepts their own rectification"),
    "approve_reward": Message("审批人不能自己发放", "Who approved a reward may not pay it"),
    "advise": Message("写意见的人不能自己签发", "Who wrote the opinion may not sign it"),
    "verify": Message("核查人不能复核自己的结论", "The verifier may not confirm their own finding"),
}
#: What a key of `duties` names in a case's data: the person who did it.
_NAMED: Final = {"rectify": "rectifier", "enter": "entered_by"}
_OTHER: Final = Message("您办理过与此相关的前一步", "You did the step that this one checks")


def check(session: Session, row: Any, step: Step, actor: Actor) -> None:
    """Raise SeparationOfDuties when the actor would check their own work.

    Args:
        row: the task as `engine.tasks.get_task` selects it.
        step: the open step; a waiver is recorded in its history.

    The one exception: in a firm of one person the principal has to do it all; that is recorded.
    """
    if not may_concern(row, step.loaded):
        return
    own = _own_work(session, row, step.loaded, step.data, actor)
    if own is None:
        return
    if not _is_sole_person(session, row.organisation_id, actor):
        raise _refusal(own, row)
    step.record("separation:waived", task=row.task_key, because="sole person")


def foresee(
    session: Session, row: Any, loaded: Loaded, data: Mapping[str, Any], actor: Actor
) -> None:
    """Raise what `check` would raise, before anything is done; nothing is recorded.

    Args:
        row: an open task with its case. loaded, data: the case's definition and data.
    """
    own = _own_work(session, row, loaded, data, actor)
    if own is not None and not _is_sole_person(session, row.organisation_id, actor):
        raise _refusal(own, row)


def barred(
    step: Step, element: Element, data: Mapping[str, Any], people: Collection[UUID]
) -> frozenset[UUID]:
    """Give those of `people` who may not vote on a task, because they did what it checks."""
    keys = duties.forbidden(element.id, element.properties)
    if not keys or not people:
        return frozenset()
    case, session = step.case, step.session
    found: set[UUID] = set()
    if "report" in keys:
        found |= reporters.among(session, case.organisation_id, case.id, people)
    for key, name in _NAMED.items():
        if key in keys:
            found |= {person for person in people if data.get(name) == str(person)}
    if step.completed_key in keys:
        # What was done a moment ago is not in the rows yet.
        found |= {person for person in people if person == step.actor.user_id}
    found |= set(
        session.scalars(
            select(t.Task.completed_by).where(
                t.Task.organisation_id == case.organisation_id,
                t.Task.instance_id == case.id,
                t.Task.key.in_(keys - {"report"}),
                t.Task.completed_by.in_(people),
            )
        )
    )
    return frozenset(found)


def may_concern(row: Any, loaded: Loaded) -> bool:
    """Say whether somebody's earlier work can keep them from this task at all."""
    return bool(_forbidden(row, loaded))


def _refusal(own: str, row: Any) -> SeparationOfDuties:
    words = _WORDS.get(own, _OTHER)
    return SeparationOfDuties(
        f"{words.zh}，请由其他人办理。",
        f"{words.en}; somebody else has to do it.",
        instance_id=str(row.id),
        task_id=str(row.task_id),
        as_reporter=own == "report",
    )


def _forbidden(row: Any, loaded: Loaded) -> frozenset[str]:
    return duties.forbidden(row.task_key, loaded.model.elements[row.element].properties)


def _own_work(
    session: Session, row: Any, loaded: Loaded, data: Mapping[str, Any], actor: Actor
) -> str | None:
    """Give the key of the actor's own work that this task checks, or None."""
    keys = _forbidden(row, loaded)
    if not keys or actor.user_id is None:
        return None
    if "report" in keys and reporters.is_reporter(
        session, row.organisation_id, row.id, actor.user_id
    ):
        return "report"
    for key, name in _NAMED.items():
        if key in keys and data.get(name) == str(actor.user_id):
            return key
    return session.scalars(
        select(t.Task.key)
        .where(
            t.Task.organisation_id == row.organisation_id,
            t.Task.instance_id == row.id,
            t.Task.key.in_(keys - {"report"}),
            t.Task.completed_by == actor.user_id,
        )
        .limit(1)
    ).first()


def _is_sole_person(session: Session, organisation_id: UUID, actor: Actor) -> bool:
    if not actor.has("principal"):
        return False
    count = session.scalar(
        select(func.count(t.Membership.user_id.distinct()))
        .join(t.User, t.User.id == t.Membership.user_id)
        .where(t.Membership.organisation_id == organisation_id, t.User.disabled_at.is_(None))
    )
    return count == 1
