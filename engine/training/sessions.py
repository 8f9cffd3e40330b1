"""Sessions: planned, changed, listed; the code of a sign-in sheet while it is open."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from engine import attachments, clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed, NotFound
from engine.hazards.codes import SECTORS
from engine.permissions import require
from engine.statistics import Page
from engine.statistics.paging import wrong_cursor
from engine.store import Attachment, Organisation, new_id, visible_to
from engine.store.tables import Attendance, TrainingSession
from engine.training.reading import POSITIONS

#: No 0/O, 1/I/L: a code on a screen is read aloud and typed.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 8
_MOST_MATERIALS: Final = 9
_HOLDER: Final = "training_session"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a session is: checked when it is planned or changed."""

    topic: str
    #: A key of POSITIONS.
    audience: str
    #: Keys of SECTORS; empty for all.
    sectors: Sequence[str] = ()
    held_on: date | None
    minutes: int | None
    place: str = ""
    #: Ids of uploaded files.
    materials: Sequence[str] = ()


def plan(session: Session, facts: Facts, *, actor: Actor) -> TrainingSession:
    """Enter a session that the actor's unit holds or held.

    Raises:
        NotAllowed: not theirs to hold. InvalidAnswers: field by field.
    """
    _require_holder(actor)
    row = TrainingSession(
        organisation_id=actor.organisation_id,
        id=new_id(),
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    _write(session, row, facts)
    session.add(row)
    session.flush()
    return row


def change(session: Session, session_id: UUID, facts: Facts, *, actor: Actor) -> TrainingSession:
    """Change what a session of the actor's own unit is; who was there stays. Raises as `plan`."""
    row = own_session(session, session_id, actor=actor)
    _write(session, row, facts)
    return row


def withdraw(session: Session, session_id: UUID, *, actor: Actor) -> None:
    """Remove a session that nobody attended.

    Raises:
        Conflict: somebody is on its list; a list of attendees is not thrown away.
    """
    row = own_session(session, session_id, actor=actor)
    if _attendance(session, [row]).get(row.id, (0, 0))[0]:
        raise Conflict(
            "已经有签到或导入的参训人，不能删除。",
            "There are attendees on its list; it cannot be removed.",
        )
    session.delete(row)


def open_sheet(session: Session, session_id: UUID, *, actor: Actor) -> str:
    """Open the sign-in sheet of a session and give its code; an open one keeps its code."""
    row = own_session(session, session_id, actor=actor)
    if row.code is None:
        row.code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    return row.code


def close_sheet(session: Session, session_id: UUID, *, actor: Actor) -> None:
    """Close the sign-in sheet: its code leads nowhere any more."""
    own_session(session, session_id, actor=actor).code = None


def find_by_code(session: Session, code: str) -> TrainingSession | None:
    """Give the session whose open sheet has this code, however it was typed, or None."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())[:16]
    found: TrainingSession | None = session.scalar(
        select(TrainingSession).where(TrainingSession.code == plain)
    )
    return found


def get_session(session: Session, session_id: UUID, *, actor: Actor) -> TrainingSession:
    """Give a session of the actor's unit or of one below it.

    Raises:
        NotAllowed: the actor may not read sessions. NotFound: none, or not theirs to see.
    """
    require(actor, "training:hold")
    statement = select(TrainingSession).where(TrainingSession.id == session_id)
    found = session.scalar(visible_to(actor, statement))
    if found is None:
        raise NotFound()
    return found


def own_session(session: Session, session_id: UUID, *, actor: Actor) -> TrainingSession:
    """Give a session that the actor's unit holds itself, locked; nobody else changes it."""
    _require_holder(actor)
    key = (actor.organisation_id, session_id)
    found = session.get(TrainingSession, key, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def held(
    session: Session, *, actor: Actor, year: int, after: str | None = None, limit: int = 50
) -> Page[tuple[Row[Any], int, int]]:
    """Give the sessions of a year held by the actor's unit and those below it, the latest first.

    Each with how many attendees it had, and of how many enterprises.

    Raises:
        NotAllowed: the actor holds no sessions. Invalid: the cursor is wrong.
    """
    require(actor, "training:hold")
    table = TrainingSession
    statement = (
        select(*table.__table__.c, Organisation.name.label("organisation_name"))
        .join(Organisation, Organisation.id == table.organisation_id)
        .where(table.held_on >= date(year, 1, 1), table.held_on <= date(year, 12, 31))
    )
    if after is not None:
        on, session_id = _cursor(after)
        later = or_(table.held_on < on, and_(table.held_on == on, table.id < session_id))
        statement = statement.where(later)
    ordered = statement.order_by(table.held_on.desc(), table.id.desc()).limit(limit + 1)
    rows: Sequence[Any] = session.execute(visible_to(actor, ordered)).all()
    shown = rows[:limit]
    numbers = _attendance(session, shown)
    more = f"{shown[-1].held_on}.{shown[-1].id.hex}" if len(rows) > limit else None
    return Page([(row, *numbers.get(row.id, (0, 0))) for row in shown], more)


def attended(session: Session, *, actor: Actor, year: int) -> Sequence[Row[Any]]:
    """Give which of the actor's own enterprise's people were at which session of a year.

    Columns: id, organisation_id and facts of the session, holder, name, position, origin.

    Raises:
        NotAllowed: the actor may not read it.
    """
    require(actor, "training:read")
    same = and_(
        TrainingSession.organisation_id == Attendance.organisation_id,
        TrainingSession.id == Attendance.session_id,
    )
    return session.execute(
        select(
            TrainingSession.id,
            TrainingSession.organisation_id,
            TrainingSession.topic,
            TrainingSession.audience,
            TrainingSession.held_on,
            TrainingSession.minutes,
            TrainingSession.place,
            TrainingSession.materials,
            Organisation.name.label("holder"),
            Attendance.name,
            Attendance.position,
            Attendance.origin,
        )
        .join(TrainingSession, same)
        .join(Organisation, Organisation.id == TrainingSession.organisation_id)
        .where(
            Attendance.enterprise_id == actor.organisation_id,
            TrainingSession.held_on >= date(year, 1, 1),
            TrainingSession.held_on <= date(year, 12, 31),
        )
        .order_by(TrainingSession.held_on.desc(), TrainingSession.id.desc(), Attendance.name)
        .limit(1000)
    ).all()


def material(session: Session, session_id: UUID, file_id: UUID, *, actor: Actor) -> Attachment:
    """Give a file of a session to its holder, those above, and enterprises that were there.

    Raises:
        NotFound: there is no such file, or it is not theirs to read.
    """
    require(actor, "training:read")
    row = session.scalar(select(TrainingSession).where(TrainingSession.id == session_id))
    if row is None or str(file_id) not in row.materials or not _may_read(session, row, actor):
        raise NotFound()
    return session.get_one(Attachment, (row.organisation_id, file_id))


def _may_read(session: Session, row: TrainingSession, actor: Actor) -> bool:
    if actor.organisation_kind == "enterprise":
        was_there = select(Attendance.id).where(
            Attendance.enterprise_id == actor.organisation_id,
            Attendance.organisation_id == row.organisation_id,
            Attendance.session_id == row.id,
        )
        return session.scalar(was_there.limit(1)) is not None
    seen = visible_to(actor, select(TrainingSession.id).where(TrainingSession.id == row.id))
    return session.scalar(seen) is not None


def _attendance(session: Session, rows: Sequence[Any]) -> dict[UUID, tuple[int, int]]:
    """Count attendees and their enterprises of some sessions in one statement."""
    if not rows:
        return {}
    counted = select(
        Attendance.session_id, func.count(), func.count(Attendance.enterprise_id.distinct())
    ).where(
        Attendance.organisation_id.in_({row.organisation_id for row in rows}),
        Attendance.session_id.in_([row.id for row in rows]),
    )
    found = session.execute(counted.group_by(Attendance.session_id))
    return {row[0]: (row[1], row[2]) for row in found}


def _require_holder(actor: Actor) -> None:
    require(actor, "training:hold")
    if actor.organisation_kind == "enterprise":
        raise NotAllowed(
            "培训由监管部门、街镇或集团举办。",
            "Departments, towns and groups hold training sessions.",
        )


def _write(session: Session, row: TrainingSession, facts: Facts) -> None:
    _check(facts)
    row.topic, row.audience = facts.topic.strip(), facts.audience
    row.sectors = [key for key in SECTORS if key in facts.sectors]
    row.held_on, row.minutes = facts.held_on, facts.minutes  # type: ignore[assignment]
    row.place = facts.place.strip() or None
    attachments.hold(session, row.organisation_id, facts.materials, by=_HOLDER)
    row.materials = list(dict.fromkeys(facts.materials))


def _check(facts: Facts) -> None:
    wrong: dict[str, list[Message]] = {}
    if not 0 < len(facts.topic.strip()) <= 200:
        wrong["topic"] = [Message("请填写专题，最多 200 个字。", "Give a topic of at most 200.")]
    if facts.audience not in POSITIONS:
        wrong["audience"] = [Message("请选择培训对象。", "Choose whom it is for.")]
    if facts.held_on is None or not 2000 <= facts.held_on.year <= clock.local_date().year + 1:
        wrong["held_on"] = [Message("请填写举办日期。", "Give the day it is held.")]
    if facts.minutes is None or not 1 <= facts.minutes <= 10_000:
        wrong["minutes"] = [Message("请填写学时，至少 1 分钟。", "Give how long it takes.")]
    if len(facts.place.strip()) > 200:
        wrong["place"] = [Message("最多 200 个字。", "At most 200 characters.")]
    if set(facts.sectors) - SECTORS.keys():
        wrong["sectors"] = [Message("请重新选择行业。", "Choose the sectors again.")]
    if len(facts.materials) > _MOST_MATERIALS:
        wrong["materials"] = [Message("最多 9 个文件。", "At most 9 files.")]
    if wrong:
        raise InvalidAnswers(wrong)


def _cursor(text: str) -> tuple[date, UUID]:
    on, _, session_id = text.partition(".")
    try:
        return date.fromisoformat(on), UUID(hex=session_id)
    except ValueError as error:
        raise wrong_cursor() from error
