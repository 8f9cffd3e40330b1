"""The union's work on one complaint: what is to be done, doing it, talking with who complains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import (
    attachments,
    definitions,
    history,
    instances,
    messages,
    reporters,
    task_forms,
    tasks,
)
from engine.actors import Actor
from engine.complaints import access, rooms
from engine.complaints.services import DISTRICT
from engine.errors import InvalidAnswers, NotFound
from engine.store import tables as t

#: The step in which a complaint is passed on.
_PASSING: Final = "pass_on"


def open_tasks(session: Session, complaint_id: UUID, *, actor: Actor) -> list[Any]:
    """Give what the actor has to do on a complaint, as `engine.tasks.get_task` selects it."""
    row = access.get(session, complaint_id, actor=actor)
    inside = rooms.inside(actor, row)
    case = instances.get_instance(session, complaint_id, actor=inside)
    found = tasks.open_tasks_of(session, case)
    return [tasks.get_task(session, task[0], actor=inside) for task in found if inside.has(task[3])]


def open_form(
    session: Session, complaint_id: UUID, task_id: UUID, *, actor: Actor
) -> task_forms.TaskForm:
    """Give the form of a task with what stands in it.

    Raises:
        NotFound: it is no task of this complaint, or not the actor's.
    """
    row = access.get(session, complaint_id, actor=actor)
    inside = rooms.inside(actor, row)
    task = tasks.get_task(session, task_id, actor=inside)
    if task.id != complaint_id:
        raise NotFound()
    return task_forms.open_form(session, task_id, actor=inside)


def complete(
    session: Session,
    complaint_id: UUID,
    task_id: UUID,
    answers: Mapping[str, Any],
    *,
    idempotency_key: str | None = None,
    actor: Actor,
) -> tasks.Outcome:
    """Do a task of a complaint; raises as `engine.tasks.complete` does."""
    row = access.get(session, complaint_id, actor=actor)
    inside = rooms.inside(actor, row)
    task = tasks.get_task(session, task_id, actor=inside)
    if task.id != complaint_id:
        raise NotFound()
    if task.task_key == _PASSING and answers.get("pass_to") == DISTRICT:
        _require_district(session, row)
    with rooms.refusing(row.organisation_id):
        return tasks.complete(
            session, task_id, answers, actor=inside, idempotency_key=idempotency_key
        )


def said(session: Session, complaint_id: UUID, *, actor: Actor) -> list[messages.Said]:
    """Give what was said with the complainant."""
    row = access.get(session, complaint_id, actor=actor)
    return messages.read(session, complaint_id, actor=rooms.inside(actor, row))


def say(session: Session, complaint_id: UUID, text: str, *, actor: Actor) -> None:
    """Leave the complainant a message; they see the union, and no name."""
    row = access.get(session, complaint_id, actor=actor)
    inside = rooms.inside(actor, row)
    messages.mark_read(session, complaint_id, actor=inside)
    with rooms.refusing(row.organisation_id):
        messages.say(session, complaint_id, text, actor=inside)


def reveal(session: Session, complaint_id: UUID, *, reason: str, actor: Actor) -> dict[str, str]:
    """Open who complains, where they let the union know; each look is in the history.

    Raises:
        Conflict: they are known by their code only. Invalid: no reason is given.
    """
    row = access.get(session, complaint_id, actor=actor)
    inside = rooms.inside(actor, row)
    with rooms.refusing(row.organisation_id):
        return reporters.reveal(session, complaint_id, actor=inside, reason=reason)


def actor_inside(session: Session, complaint_id: UUID, *, actor: Actor) -> Actor:
    """Give the actor as one of the union's room, for a complaint that is theirs to handle."""
    return rooms.inside(actor, access.get(session, complaint_id, actor=actor))


def loaded(session: Session, row: t.Complaint) -> definitions.Loaded:
    """Give the version a complaint runs by; for a complaint that `access.get` gave."""
    case = session.get_one(t.Instance, (row.organisation_id, row.id))
    return definitions.load(session, case.definition_id)


def data(session: Session, row: t.Complaint) -> dict[str, Any]:
    """Give what was answered so far; for a complaint that `access.get` gave."""
    case = session.get_one(t.Instance, (row.organisation_id, row.id))
    return instances.read_data(session, case)


def room_name(session: Session, row: t.Complaint) -> str:
    """Give the name of the union that handles a complaint."""
    return session.get_one(t.Organisation, row.organisation_id).name


def report_number(session: Session, row: t.Complaint) -> str:
    """Give the number of the report a complaint is about; "" where it is about none."""
    if row.report_id is None:
        return ""
    found = session.get(t.Instance, (row.enterprise_id, row.report_id))
    return found.number if found else ""


def events(session: Session, row: t.Complaint) -> Sequence[t.Event]:
    """Give a complaint's history; for a complaint that `access.get` gave."""
    return history.read(session, row.organisation_id, row.id)


def files(session: Session, row: t.Complaint) -> Sequence[t.Attachment]:
    """Give a complaint's files; for a complaint that `access.get` or `filing.get_own` gave."""
    return attachments.of_case(session, row.organisation_id, row.id)


def letters(session: Session, row: t.Complaint) -> Sequence[t.UnionLetter]:
    """Give the letters to the enterprise and its replies, the first first."""
    return session.scalars(
        select(t.UnionLetter)
        .where(t.UnionLetter.room_id == row.organisation_id, t.UnionLetter.complaint_id == row.id)
        .order_by(t.UnionLetter.round)
    ).all()


def reply_files(session: Session, letter: t.UnionLetter) -> Sequence[t.Attachment]:
    """Give the files of the enterprise's reply to a letter."""
    ids = [UUID(one) for one in letter.files]
    return session.scalars(
        select(t.Attachment)
        .where(t.Attachment.organisation_id == letter.organisation_id, t.Attachment.id.in_(ids))
        .order_by(t.Attachment.uploaded_at, t.Attachment.id)
    ).all()


def is_anonymous(session: Session, row: t.Complaint) -> bool:
    """Say whether the complainant is known by their code only."""
    mode = reporters.mode_of(session, row.organisation_id, row.id)
    return mode is None or mode[0] == "anonymous"


def papers(session: Session, row: t.Complaint) -> Sequence[t.Certificate]:
    """Give the letters as papers: those to the enterprise, and the one that passed it on."""
    return session.scalars(
        select(t.Certificate)
        .where(
            t.Certificate.organisation_id == row.organisation_id,
            t.Certificate.instance_id == row.id,
        )
        .order_by(t.Certificate.id)
    ).all()


def _require_district(session: Session, row: t.Complaint) -> None:
    enterprise = session.get_one(t.Organisation, row.enterprise_id)
    district = rooms.district_of(session, enterprise)
    known = data(session, row).get("district")
    if district is None or known != str(district.id):
        raise InvalidAnswers.at(
            "pass_to",
            "区安委办还没有指定办理投诉的区总工会，请选择其他去处。",
            "The district's office has named no union to pass it on to; choose another place.",
        )
