"""Departments that supervise an enterprise beside its primary one 其他监管部门 (R-08).

What they see of it `engine.store.visibility` says; whether they still do is asked at each look. The
trail of changes keeps who did, for what, from which day to which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, placing
from engine.actors import Actor
from engine.errors import InvalidAnswers, Message
from engine.permissions import require
from engine.registry.codes import AREAS
from engine.registry.entering import get_for_change, require_office
from engine.registry.nodes import check_nodes, nodes
from engine.store import Organisation, organisations_of
from engine.store.tables import CoSupervision
from engine.values.signs import writable

_LONGEST_SUBJECT: Final = 100


def co_supervisors(session: Session, organisation_id: UUID) -> Sequence[Any]:
    """Give (id, name, area, subject, since_on) of the departments beside the primary one."""
    return session.execute(
        select(
            Organisation.id,
            Organisation.name,
            CoSupervision.area,
            CoSupervision.subject,
            CoSupervision.since_on,
        )
        .join(CoSupervision, CoSupervision.department_id == Organisation.id)
        .where(CoSupervision.organisation_id == organisation_id)
        .order_by(Organisation.name)
    ).all()


def add_co_supervisor(
    session: Session,
    organisation_id: UUID,
    department_id: UUID | None,
    *,
    area: str,
    subject: str = "",
    actor: Actor,
) -> None:
    """Say that a department supervises an enterprise besides, and for what; or say that anew.

    Raises:
        NotAllowed: only the office says so. NotFound: not in its district.
        InvalidAnswers: it is no department of the district, or is the primary one; no such area.
    """
    require_office(actor)
    organisation = get_for_change(session, organisation_id, actor=actor)
    words = " ".join(writable(subject).split())
    _check(area, words)
    if department_id is None:
        raise InvalidAnswers.at("department", "请选择部门。", "Choose a department.")
    check_nodes({"department_id": department_id}, nodes(session, actor=actor))
    if department_id == organisation.department_id:
        raise InvalidAnswers.at(
            "department",
            "主行业主管部门不必再列为其他监管部门。",
            "The primary department is not listed once more.",
        )
    before = _told(session, organisation_id)
    row = session.get(CoSupervision, (organisation_id, department_id))
    if row is None:
        row = CoSupervision(organisation_id=organisation_id, department_id=department_id)
        row.since_on = clock.local_date()
        session.add(row)
    row.area, row.subject = area, words or None
    _note(session, organisation_id, before, actor=actor)


def set_co_supervisors(
    session: Session,
    organisation_id: UUID,
    wanted: Mapping[UUID, tuple[str, str]],
    *,
    actor: Actor,
) -> None:
    """Say which departments supervise an enterprise besides, each with its area and subject.

    Raises:
        As `add_co_supervisor`.
    """
    require_office(actor)
    get_for_change(session, organisation_id, actor=actor)
    for department_id, (area, subject) in wanted.items():
        add_co_supervisor(
            session, organisation_id, department_id, area=area, subject=subject, actor=actor
        )
    for row in co_supervisors(session, organisation_id):
        if row.id not in wanted:
            end(session, organisation_id, row.id, actor=actor)


def end_co_supervisor(
    session: Session, organisation_id: UUID, department_id: UUID, *, actor: Actor
) -> None:
    """Say that a department supervises an enterprise no more; it sees nothing of it from now on.

    Where it did not, nothing happens.

    Raises:
        NotAllowed: only the office says so. NotFound: not in its district.
    """
    require_office(actor)
    get_for_change(session, organisation_id, actor=actor)
    end(session, organisation_id, department_id, actor=actor)


def end(
    session: Session, organisation_id: UUID, department_id: UUID | None, *, actor: Actor
) -> None:
    """End it where it is so: as asked, or because the department has become the primary one."""
    row = department_id and session.get(CoSupervision, (organisation_id, department_id))
    if not row:
        return
    before = _told(session, organisation_id)
    session.delete(row)
    _note(session, organisation_id, before, actor=actor)


def counted(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give (id, name, area, enterprises) for the enterprises under the actor, by department.

    They stand beside the figures and are in none of them (R-62).

    Raises:
        NotAllowed: the actor may not look at a district's figures.
    """
    require(actor, "statistics:read_district")
    statement = (
        select(
            Organisation.id,
            Organisation.name,
            CoSupervision.area,
            func.count().label("enterprises"),
        )
        .join(CoSupervision, CoSupervision.department_id == Organisation.id)
        .group_by(Organisation.id, Organisation.name, CoSupervision.area)
        .order_by(Organisation.name, CoSupervision.area)
    )
    if not actor.is_system:
        theirs = organisations_of(actor)
        statement = statement.where(CoSupervision.organisation_id.in_(theirs))
    return session.execute(statement).all()


def only_beside(session: Session, organisation_id: UUID, *, actor: Actor) -> bool:
    """Say whether the actor sees an enterprise only as one that supervises it besides."""
    if actor.organisation_kind != "department":
        return False
    beside, under = (
        organisations_of(actor, sight=sight).where(Organisation.id == organisation_id)
        for sight in ("beside", "under")
    )
    return session.scalar(beside) is not None and session.scalar(under) is None


def _check(area: str, subject: str) -> None:
    wrong: dict[str, list[Message]] = {}
    if area not in AREAS:
        wrong["area"] = [Message("请选择监管事项。", "Choose what it supervises.")]
    if len(subject) > _LONGEST_SUBJECT or (area == "other" and not subject):
        wrong["subject"] = [
            Message(
                f"选“其他”时请写明事项，不超过 {_LONGEST_SUBJECT} 个字。",
                f"Say what it is when it is another, in up to {_LONGEST_SUBJECT} characters.",
            )
        ]
    if wrong:
        raise InvalidAnswers(wrong)


def _note(session: Session, organisation_id: UUID, before: list[str], *, actor: Actor) -> None:
    session.flush()
    after = _told(session, organisation_id)
    if before == after:
        return
    placing.note(
        session, organisation_id, "corrected", clock.local_date(),
        {"co_supervisors": before}, {"co_supervisors": after}, None, actor=actor,
    )  # fmt: skip
    session.flush()


def _told(session: Session, organisation_id: UUID) -> list[str]:
    """Say in Chinese, as the trail keeps it, who supervises, for what and since when."""
    return [_words(row) for row in co_supervisors(session, organisation_id)]


def _words(row: Any) -> str:
    area = AREAS[row.area].zh if row.area else ""
    what = "：".join(part for part in (area, row.subject) if part)
    since = f"{row.since_on} 起" if row.since_on else ""
    said = "，".join(part for part in (what, since) if part)
    return f"{row.name}（{said}）" if said else str(row.name)
