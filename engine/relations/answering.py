"""What is done to a relation: confirmed or declined, withdrawn, changed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine import attachments, clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed, NotFound
from engine.permissions import require
from engine.relations import rules, telling, trail
from engine.relations.rules import Terms
from engine.store import tables as t

_HOLDER: Final = "relation"


def answer(
    session: Session, relation_id: UUID, *, agrees: bool, reason: str = "", actor: Actor
) -> None:
    """Confirm a relation that one's enterprise was asked for, or decline it with a reason.

    Raises:
        NotAllowed: the role. NotFound: one was not asked. Conflict: it was answered, or withdrawn.
        InvalidAnswers: declined without a reason.
    """
    row = _locked(session, relation_id, actor, "relation:answer")
    if row.related_id is None or row.related_id != actor.organisation_id:
        raise NotFound()
    _require(row, "proposed")
    own = telling.name_of(session, row.related_id)
    if agrees:
        row.state, row.answered_at = "in_force", clock.now()
        trail.note(session, row, "confirmed", actor)
        key, facts = "relation_confirmed", {"name": own}
    else:
        why = rules.clean_reason(reason)
        row.state, row.answered_at = "refused", clock.now()
        trail.note(session, row, "refused", actor, data={"reason": why})
        key, facts = "relation_refused", {"name": own, "reason": why}
    telling.tell(session, row, row.organisation_id, key, telling.KEEPERS, **facts)


def withdraw(session: Session, relation_id: UUID, reason: str, *, actor: Actor) -> None:
    """Take back a proposal or an invitation that was not answered; raises as `end`."""
    row = _own(session, relation_id, actor)
    _require(row, "proposed", "invited")
    why = rules.clean_reason(reason)
    row.state, row.ended_at = "withdrawn", clock.now()
    trail.note(session, row, "withdrawn", actor, data={"reason": why})


def end(session: Session, relation_id: UUID, reason: str, *, actor: Actor) -> None:
    """End a relation, as either side may; what was passed on goes on where it is.

    Raises:
        NotAllowed: the role. NotFound: not theirs. Conflict: it is not in force.
        InvalidAnswers: no reason.
    """
    row = _locked(session, relation_id, actor, "relation:manage")
    _require(row, "in_force")
    why = rules.clean_reason(reason)
    row.state, row.ended_at = "ended", clock.now()
    trail.note(session, row, "ended", actor, data={"reason": why})
    is_host = row.organisation_id == actor.organisation_id
    other = row.related_id if is_host else row.organisation_id
    telling.tell(
        session, row, other, "relation_ended", telling.KEEPERS,
        name=telling.own_name(session, actor), reason=why,
    )  # fmt: skip


def change(
    session: Session,
    relation_id: UUID,
    *,
    until_on: date | None,
    coordinator: str,
    is_offered: bool,
    actor: Actor,
) -> None:
    """Change until when a relation of one's own side lasts, who coordinates, who may choose it.

    Raises:
        NotAllowed, NotFound, Conflict: as `end`. InvalidAnswers: field by field.
    """
    row = _own(session, relation_id, actor)
    _require(row, *rules.OPEN)
    terms = Terms(
        kind=row.kind, subject=row.subject, from_on=row.from_on, until_on=row.until_on,
        coordinator=row.coordinator, is_offered=row.is_offered,
    )  # fmt: skip
    wanted = replace(terms, until_on=until_on, coordinator=coordinator, is_offered=is_offered)
    wanted = rules.clean_terms(wanted)
    keys = [key for key in ("until_on", "coordinator", "is_offered")
            if getattr(wanted, key) != getattr(terms, key)]  # fmt: skip
    if not keys:
        return
    for key in keys:
        setattr(row, key, getattr(wanted, key))
    if "until_on" in keys:
        row.ending_told_at = None
    told = {key: str(getattr(wanted, key) or "") for key in keys if key != "is_offered"}
    trail.note(session, row, "changed", actor, data=told)


def sign(
    session: Session,
    relation_id: UUID,
    *,
    signed_on: date | None,
    until_on: date | None = None,
    files: Sequence[str] = (),
    actor: Actor,
) -> None:
    """Enter the safety agreement of a relation one is host of; the one before stays on record.

    Args:
        files: ids of uploaded files, at least one; those of the agreement so far may be among them.

    Raises:
        NotAllowed, NotFound, Conflict: as `end`. InvalidAnswers: field by field.
    """
    row = _own(session, relation_id, actor)
    _require(row, *rules.OPEN)
    _check_agreement(signed_on, until_on, files)
    before = [str(one) for one in row.agreement_files]
    files = list(dict.fromkeys(files))
    new = [one for one in files if one not in before]
    attachments.hold(session, row.organisation_id, new, by=_HOLDER)
    row.agreement_on, row.agreement_until, row.agreement_files = signed_on, until_on, files
    row.missing_told_at = None
    told = {"day": str(signed_on), "until": str(until_on or ""), "files": files}
    trail.note(session, row, "agreement", actor, data=told)


def _check_agreement(signed_on: date | None, until_on: date | None, files: Sequence[str]) -> None:
    wrong: dict[str, list[Message]] = {}
    if signed_on is None or signed_on.year < 1990 or signed_on > clock.local_date():
        wrong["signed_on"] = [
            Message("请填写签订日期，不能晚于今天。", "Give the day it was signed.")
        ]
    elif until_on is not None and not signed_on <= until_on <= date(2100, 1, 1):
        wrong["until_on"] = [Message("请填写正确的到期日。", "Give a last day that can be right.")]
    if not 1 <= len(files) <= rules.MOST_FILES:
        most = rules.MOST_FILES
        wrong["files"] = [Message(f"请上传 1 至 {most} 个文件。", f"Upload 1 to {most} files.")]
    if wrong:
        raise InvalidAnswers(wrong)


def _own(session: Session, relation_id: UUID, actor: Actor) -> t.Relation:
    row = _locked(session, relation_id, actor, "relation:manage")
    if row.organisation_id != actor.organisation_id:
        raise NotAllowed(
            "这一项由发包、出租一方办理。", "The host of the relation does this.",
            relation_id=str(relation_id),
        )  # fmt: skip
    return row


def _locked(session: Session, relation_id: UUID, actor: Actor, permission: str) -> t.Relation:
    require(actor, permission)
    own = t.Relation
    mine = and_(own.organisation_id == actor.organisation_id, own.id == relation_id)
    asked = and_(own.related_id == actor.organisation_id, own.id == relation_id)
    found = session.scalar(
        select(own)
        .where(or_(mine, asked))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound()
    return found


def _require(row: t.Relation, *states: str) -> None:
    if row.state not in states:
        state = rules.STATES[rules.state_of(row)]
        raise Conflict(
            f"这项关系现在是“{state.zh}”，不能这样办理。请刷新页面。",
            f"This relation is “{state.en.lower()}” by now; reload the page.",
            relation_id=str(row.id),
        )
