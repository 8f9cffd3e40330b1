"""A host passes a hazard on to the one whose work it is; that one begins a case of its own.

The other side is the reporter's employer, perhaps. It reads what the host wrote for it and nothing
of the host's case: no number, no moment, no photo, no words of the report, and not whether anybody
reported at all (docs/decisions/0031).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, history
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message
from engine.permissions import role_for
from engine.relations import concerning, rules, telling, trail
from engine.store import new_id
from engine.store import tables as t
from engine.values.signs import writable

STATES: Final = {
    "sent": Message("待对方接收", "Waits for an answer"),
    "taken": Message("已接收", "Taken on"),
    "refused": Message("已退回", "Sent back"),
    "withdrawn": Message("已收回", "Called back"),
}
_OPEN: Final = ("verified", "rectified")
#: So many signs in a row as the reporter wrote them would tell who wrote them.
_TELLING: Final = 20
_TOLD: Final = Message(
    "和报告人的原话有一长段相同，对方可能认出是谁写的。请用自己的话写。",
    "A long part is as the reporter wrote it, and may tell who wrote it. Use your own words.",
)
_LIMITS: Final = {"place": (2, 200), "description": (4, 1000), "wanted": (2, 500)}


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the host releases."""

    place: str
    description: str
    #: What the other side is asked to do.
    wanted: str
    due_on: date | None = None
    #: The host has looked whether it tells who reported, when, or how it was found.
    is_checked: bool = False


def pass_on(session: Session, instance_id: UUID, words: Words, *, actor: Actor) -> UUID:
    """Pass a hazard of one's own ledger on to whom it concerns; gives the id of what was passed.

    Raises:
        NotAllowed: the role. NotFound: not their case. Conflict: it is no open hazard, concerns
        nobody of a relation in force, or was passed on already. InvalidAnswers: field by field.
    """
    case = concerning.own_case(session, instance_id, actor)
    party, relation, line = _passable(session, case)
    words = _clean(words)
    _check(words, line.description or "")
    row = t.PassedHazard(
        organisation_id=case.organisation_id,
        id=new_id(),
        relation_id=party.id,
        instance_id=case.id,
        to_id=relation.related_id,
        place=words.place,
        description=words.description,
        wanted=words.wanted,
        due_on=words.due_on,
        state="sent",
        passed_at=clock.now(),
        passed_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    trail.note(session, row, "passed", actor, relation_id=party.id)
    host = telling.name_of(session, case.organisation_id)
    telling.tell(session, relation, row.to_id, "hazard_passed", telling.HANDLERS, host=host)
    note(session, row, "relation:passed", party.noted, actor)
    return row.id


def call_back(session: Session, instance_id: UUID, reason: str, *, actor: Actor) -> None:
    """Call back what one passed on of a case and nobody took on yet, with a reason.

    Raises:
        NotAllowed: the role. NotFound: not their case. Conflict: nothing waits for an answer.
        InvalidAnswers: no reason.
    """
    case = concerning.own_case(session, instance_id, actor)
    row = session.scalar(
        select(t.PassedHazard)
        .where(
            t.PassedHazard.organisation_id == case.organisation_id,
            t.PassedHazard.instance_id == case.id,
            t.PassedHazard.state.in_(("sent", "taken")),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Conflict("没有等对方接收的转办。", "Nothing waits to be taken on.")
    require_sent(row)
    why = rules.clean_reason(reason)
    row.state, row.answered_at, row.reason = "withdrawn", clock.now(), why
    trail.note(
        session, row, "called_back", actor, relation_id=row.relation_id, data={"reason": why}
    )
    host = telling.name_of(session, row.organisation_id)
    telling.tell(
        session, relation_of(session, row), row.to_id, "hazard_called_back", telling.HANDLERS,
        host=host, reason=why,
    )  # fmt: skip
    note(session, row, "relation:answered", {"state": "withdrawn"}, actor)


def note(
    session: Session, row: t.PassedHazard, tag: str, data: dict[str, Any], actor: Actor, *,
    by_other: bool = False,
) -> None:  # fmt: skip
    """Put into the host's case what became of it; of the other side's people nobody is named."""
    event = history.Event(tag=tag, data=data, by_system=by_other)
    role = "" if by_other else role_for(actor, "relation:pass")
    history.append(session, row.organisation_id, row.instance_id, [event], actor=actor, role=role)


def is_passable(session: Session, case: Any) -> bool:
    """Say whether a case's hazard may be passed on now."""
    try:
        _passable(session, case)
    except Conflict:
        return False
    return True


def _passable(session: Session, case: Any) -> tuple[concerning.Party, t.Relation, t.Hazard]:
    said = concerning.of_case(session, case)
    party = concerning.find(session, case.organisation_id, said.id if said else None)
    line = session.get(t.Hazard, (case.organisation_id, case.id))
    if line is None or line.kind != "hazard" or line.state not in _OPEN:
        raise Conflict(
            "只有已上账、没有销号的隐患可以转给相关方。",
            "Only a hazard that is on the books and not closed can be passed on.",
        )
    if party is None:
        raise Conflict(
            "请先选择这项隐患涉及哪家相关方；关系要在有效期内。",
            "Say first whom this hazard concerns; the relation has to be in force.",
        )
    passed = t.PassedHazard
    known = select(passed.id).where(
        passed.organisation_id == case.organisation_id,
        passed.instance_id == case.id,
        passed.state.in_(("sent", "taken")),
    )
    if session.scalar(known) is not None:
        raise Conflict("这项隐患已经转给相关方。", "This hazard was passed on already.")
    relation = session.get_one(t.Relation, (case.organisation_id, party.id))
    return party, relation, line


def _clean(words: Words) -> Words:
    return replace(
        words, place=rules.plain(words.place), description=writable(words.description).strip(),
        wanted=writable(words.wanted).strip(),
    )  # fmt: skip


def _check(words: Words, reported: str) -> None:
    wrong: dict[str, list[Message]] = {}
    for key, (least, most) in _LIMITS.items():
        if not least <= len(getattr(words, key)) <= most:
            wrong[key] = [
                Message(f"请填写 {least} 至 {most} 字。", f"{least} to {most} characters.")
            ]
    for key in ("description", "wanted"):
        if key not in wrong and _repeats(getattr(words, key), reported):
            wrong[key] = [_TOLD]
    today = clock.local_date()
    if words.due_on is not None and not today <= words.due_on <= date(2100, 1, 1):
        wrong["due_on"] = [Message("期限不能早于今天。", "It cannot be due before today.")]
    if not words.is_checked:
        wrong["is_checked"] = [
            Message(
                "请核对后勾选：对方可能就是报告人的用人单位。",
                "Check it and tick this: they may be the reporter's employer.",
            )
        ]
    if wrong:
        raise InvalidAnswers(wrong)


def _repeats(text: str, reported: str) -> bool:
    """Say whether a long run of signs is the same in both, blanks aside."""
    new, old = ("".join(one.split()) for one in (text, reported))
    runs = {old[at : at + _TELLING] for at in range(len(old) - _TELLING + 1)}
    return any(new[at : at + _TELLING] in runs for at in range(len(new) - _TELLING + 1))


def require_sent(row: t.PassedHazard) -> None:
    """Raise Conflict unless it still waits for an answer."""
    if row.state != "sent":
        state = STATES[row.state]
        raise Conflict(
            f"这一项{state.zh}，不能再办理。请刷新页面。",
            f"This one was {state.en.lower()}; reload the page.",
        )


def relation_of(session: Session, row: t.PassedHazard) -> t.Relation:
    """Give the relation by which something was passed on."""
    return session.get_one(t.Relation, (row.organisation_id, row.relation_id))
