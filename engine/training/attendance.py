"""Who was there: signed with the code of the sheet, confirmed by the holder, read from a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, Invalid, InvalidAnswers, Message, NotFound
from engine.hazards import uscc
from engine.store import Organisation, organisations_of
from engine.store.tables import Attendance, TrainingSession
from engine.training.reading import POSITIONS
from engine.training.sessions import find_by_code, get_session, own_session

_AT_ONCE = 500


def sign(
    session: Session,
    code: str,
    *,
    enterprise: str,
    name: str,
    position: str,
    actor: Actor | None = None,
) -> TrainingSession:
    """Put a participant on the sheet that is open under `code`: the code is all they need.

    Until the holder confirms it, nobody is counted as trained.

    Args:
        enterprise: its full name or its unified social credit code; looked up exactly.
        actor: nobody has to be known to sign; who signs is who the sheet says.

    Raises:
        NotFound: no sheet is open under this code. InvalidAnswers: field by field.
        Conflict: they have signed already.
    """
    lesson = find_by_code(session, code)
    if lesson is None:
        raise NotFound(
            "签到已结束，或签到码不对。请问主办方。", "The sheet is closed, or the code is wrong."
        )
    found = enterprises_named(session, [enterprise], _holder(session, lesson))
    wrong: dict[str, list[Message]] = {}
    if not found:
        wrong["enterprise"] = [
            Message(
                "没有找到这家单位。请填营业执照上的全称或统一社会信用代码；仍找不到请问主办方。",
                "No such enterprise here. Give its full name or social credit code, or ask the "
                "holder.",
            )
        ]
    if not 0 < len(name.strip()) <= 100:
        wrong["name"] = [Message("请填写姓名。", "Give your name.")]
    if position not in POSITIONS:
        wrong["position"] = [Message("请选择岗位。", "Choose your position.")]
    if wrong:
        raise InvalidAnswers(wrong)
    row = new_row(lesson, found[_plain(enterprise)], name, position, "signed")
    if session.get(Attendance, (row.organisation_id, row.session_id, row.id)) is not None:
        raise Conflict("您已经签到，不用再签。", "You have signed already.")
    session.add(row)
    session.flush()
    return lesson


def confirm(
    session: Session, session_id: UUID, ids: Sequence[UUID] | None = None, *, actor: Actor
) -> int:
    """Say that those who signed were really there; gives how many.

    Args:
        ids: of attendees; by default all who signed.
    """
    lesson = own_session(session, session_id, actor=actor)
    statement = update(Attendance).where(*_of(lesson), Attendance.origin == "signed")
    if ids is not None:
        statement = statement.where(Attendance.id.in_(ids))
    done = session.execute(statement.values(origin="confirmed"))
    return int(done.rowcount)  # type: ignore[attr-defined]


def remove(session: Session, session_id: UUID, attendee_id: UUID, *, actor: Actor) -> None:
    """Take somebody off a list: they were not there, or were entered wrongly."""
    lesson = own_session(session, session_id, actor=actor)
    done = session.execute(delete(Attendance).where(*_of(lesson), Attendance.id == attendee_id))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound()


def attendees(
    session: Session, session_id: UUID, *, actor: Actor, limit: int = 5_000
) -> Sequence[Any]:
    """Give who was at a session: by enterprise and name.

    Columns: id, name, position, origin, at, enterprise, enterprise_id, sector.
    """
    lesson = get_session(session, session_id, actor=actor)
    return session.execute(
        select(
            Attendance.id,
            Attendance.name,
            Attendance.position,
            Attendance.origin,
            Attendance.at,
            Attendance.enterprise_id,
            Organisation.name.label("enterprise"),
            Organisation.sector,
        )
        .join(Organisation, Organisation.id == Attendance.enterprise_id)
        .where(*_of(lesson))
        .order_by(Organisation.name, Attendance.name, Attendance.id)
        .limit(limit)
    ).all()


def enterprises_named(session: Session, texts: Iterable[str], actor: Actor) -> dict[str, UUID]:
    """Give the enterprises the actor may see, by exact name, short code or social credit code.

    Returns:
        the text as `plain` gives it → the enterprise; what is not there, or not clear, is left out.
    """
    wanted = {plain for text in texts if (plain := _plain(text))}
    listed = sorted(wanted)
    found: dict[str, set[UUID]] = {}
    for start in range(0, len(listed), _AT_ONCE):
        part = listed[start : start + _AT_ONCE]
        upper = [text.upper() for text in part]
        statement = select(
            Organisation.id, Organisation.name, Organisation.code, Organisation.uscc
        ).where(
            Organisation.kind == "enterprise",
            Organisation.id.in_(organisations_of(actor)),
            or_(
                Organisation.name.in_(part),
                Organisation.code.in_(upper),
                Organisation.uscc.in_([_uscc(text) for text in part]),
            ),
        )
        for row in session.execute(statement):
            for said in (row.name, row.code, row.uscc):
                if said:
                    found.setdefault(said.upper(), set()).add(row.id)
    known = {}
    for text in wanted:
        ids = found.get(text.upper()) or found.get(_uscc(text)) or set()
        if len(ids) == 1:
            known[text] = next(iter(ids))
    return known


def new_row(
    lesson: TrainingSession, enterprise_id: UUID, name: str, position: str, origin: str
) -> Attendance:
    """Give the row of an attendee; the same person twice has the same id."""
    plain = " ".join(name.split())
    return Attendance(
        organisation_id=lesson.organisation_id,
        session_id=lesson.id,
        id=uuid5(lesson.id, f"{enterprise_id} {plain} {position}"),
        enterprise_id=enterprise_id,
        name=plain,
        position=position,
        origin=origin,
        at=clock.now(),
    )


def plain(text: str) -> str:
    """Give the text under which `enterprises_named` tells of an enterprise."""
    return _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _uscc(text: str) -> str:
    try:
        return uscc.clean(text)
    except Invalid:
        return ""


def _of(lesson: TrainingSession) -> tuple[Any, ...]:
    return (
        Attendance.organisation_id == lesson.organisation_id,
        Attendance.session_id == lesson.id,
    )


def _holder(session: Session, lesson: TrainingSession) -> Actor:
    """Give an actor who sees what the holder sees and may do nothing."""
    holder = session.get_one(Organisation, lesson.organisation_id)
    return Actor(
        user_id=None,
        name="",
        organisation_id=holder.id,
        organisation_kind=holder.kind,
    )
