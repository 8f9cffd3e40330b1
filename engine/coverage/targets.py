"""Coverage targets as data: who is to have the mechanism by when (R-04, R-05; domain.md C6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Session, aliased

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed, NotFound
from engine.hazards.codes import SECTORS
from engine.hazards.waves import BASIS, FIRST_WAVES, SOURCE
from engine.permissions import require
from engine.store import new_id, organisations_of
from engine.store import tables as t

#: Who may set targets: the office for its district, a department for its own.
SETTERS: Final = ("office", "department")
OWNERSHIPS: Final = {
    "district_soe": Message("区属国企", "District state-owned"),
    "municipal_soe": Message("市属国企", "Municipal state-owned"),
    "central_soe": Message("央企", "Central state-owned"),
    "collective": Message("集体", "Collective"),
    "private": Message("民营", "Private"),
    "foreign": Message("外资", "Foreign"),
    "public": Message("事业单位", "Public institution"),
}
STAGES: Final = ("established", "implemented")
#: So many at once; the board counts them side by side.
MOST: Final = 12


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A target as somebody sets it."""

    title: str
    basis: str
    sectors: tuple[str, ...] = ()
    ownerships: tuple[str, ...] = ()
    is_for_the_rest: bool = False
    due_on: date | None
    percent: int | None = 100
    stage: str = "implemented"
    denominator_source: str = SOURCE
    responsible_id: UUID | None = None


def plant(session: Session, organisation_id: UUID) -> None:
    """Give an office the two waves of the notice, unless it has targets already."""
    if session.scalar(select(_TARGET.id).where(_TARGET.organisation_id == organisation_id)):
        return
    session.add_all(
        _TARGET(
            organisation_id=organisation_id,
            id=new_id(),
            title=wave.title,
            basis=BASIS,
            sectors=list(wave.sectors),
            ownerships=list(wave.ownerships),
            is_for_the_rest=wave.is_for_the_rest,
            due_on=wave.due_on,
            percent=wave.percent,
            stage=wave.stage,
            denominator_source=SOURCE,
            created_at=clock.now(),
        )
        for wave in FIRST_WAVES
    )
    session.flush()


def adopt(session: Session, *, actor: Actor) -> None:
    """Take over the two waves of the notice, where an office has no target yet."""
    own = _setter(actor)
    if actor.organisation_kind != "office":
        raise NotAllowed("通知的目标由安委办设置。", "The office sets the targets of the notice.")
    plant(session, own)


def save(
    session: Session, wanted: Wanted, target_id: UUID | None = None, *, actor: Actor
) -> t.CoverageTarget:
    """Set a target, or change one of one's own.

    Raises:
        NotAllowed: the role, or neither office nor department. NotFound: not one's own.
        InvalidAnswers: field by field. Conflict: there are too many.
    """
    own = _setter(actor)
    _check(session, wanted, actor)
    if target_id is None:
        _refuse_many(session, own)
        row = _TARGET(
            organisation_id=own, id=new_id(), created_at=clock.now(), created_by=actor.user_id
        )
        session.add(row)
    else:
        row = _get_own(session, target_id, own)
    for name, value in vars(wanted).items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.title, row.basis = wanted.title.strip(), wanted.basis.strip()
    session.flush()
    return row


def withdraw(session: Session, target_id: UUID, *, actor: Actor) -> None:
    """Take a target of one's own off the board."""
    row = _get_own(session, target_id, _setter(actor))
    row.withdrawn_at = clock.now()
    session.flush()


def listed(session: Session, *, actor: Actor) -> Sequence[t.CoverageTarget]:
    """Give the targets that mean enterprises of the actor, the first due first.

    Raises:
        NotAllowed: the role.
    """
    require(actor, "coverage:read")
    statement = select(_TARGET).where(_TARGET.withdrawn_at.is_(None))
    if not actor.is_system:
        statement = statement.where(_TARGET.organisation_id.in_(_setters_over(actor)))
    return session.scalars(statement.order_by(_TARGET.due_on, _TARGET.id)).all()


def get(session: Session, target_id: UUID, *, actor: Actor) -> t.CoverageTarget:
    """Give a target that means enterprises of the actor; NotFound otherwise."""
    found = next((row for row in listed(session, actor=actor) if row.id == target_id), None)
    if found is None:
        raise NotFound()
    return found


def get_own(session: Session, target_id: UUID, *, actor: Actor) -> t.CoverageTarget:
    """Give one of the targets that the actor's own organisation set; NotFound otherwise."""
    return _get_own(session, target_id, _setter(actor))


def may_set(actor: Actor) -> bool:
    """Say whether the actor's organisation is one that sets targets."""
    return actor.organisation_kind in SETTERS


def meant(target: t.CoverageTarget, others: Sequence[t.CoverageTarget]) -> ColumnElement[bool]:
    """Say in SQL that a target is about an enterprise.

    Args:
        others: all targets; "and all others" leaves out who is meant by an earlier one of the
            same setter.
    """
    condition = and_(_is_under(target.organisation_id), _named(target))
    if not target.is_for_the_rest:
        return condition
    earlier = [
        _named(one)
        for one in others
        if one.organisation_id == target.organisation_id
        and (one.due_on, str(one.id)) < (target.due_on, str(target.id))
        and not one.is_for_the_rest
    ]
    return and_(condition, not_(or_(false(), *earlier)))


def _named(target: t.CoverageTarget) -> ColumnElement[bool]:
    if not target.sectors and not target.ownerships:
        return true()
    ownership = func.coalesce(t.Organisation.ownership, "")
    return or_(t.Organisation.sector.in_(target.sectors), ownership.in_(target.ownerships))


def _is_under(setter: UUID) -> ColumnElement[bool]:
    """Say that an enterprise is in an office's district, or a department's own."""
    organisation = t.Organisation
    nodes = select(organisation.id).where(organisation.parent_id == setter).correlate(None)
    return or_(
        organisation.department_id == setter,
        organisation.parent_id == setter,
        organisation.department_id.in_(nodes),
        organisation.town_id.in_(nodes),
    )


def _setters_over(actor: Actor) -> Any:
    """Select who sets targets for the actor: itself, and offices and departments over its own."""
    place = t.Organisation
    own = select(place.id).where(place.id == actor.organisation_id)
    match actor.organisation_kind:
        case "office":
            # What a department asks of its own concerns its office, too.
            return own.union(select(place.id).where(place.parent_id == actor.organisation_id))
        case "enterprise":
            over = _over(place.id == actor.organisation_id)
            direct = select(place.department_id).where(place.id == actor.organisation_id)
            return own.union(*over, direct.where(place.department_id.is_not(None)))
        case "group":
            return own.union(*_over(place.id.in_(organisations_of(actor))))
    return own.union(select(place.parent_id).where(place.id == actor.organisation_id))


def _over(enterprises: ColumnElement[bool]) -> list[Any]:
    """Select the offices of enterprises: above their department, their town, or themselves."""
    place, node = t.Organisation, aliased(t.Organisation)
    among = select(node.parent_id).join(
        place, or_(node.id == place.department_id, node.id == place.town_id)
    )
    entered = select(place.parent_id).where(place.parent_id.is_not(None))
    return [among.where(enterprises, node.parent_id.is_not(None)), entered.where(enterprises)]


def _check(session: Session, wanted: Wanted, actor: Actor) -> None:
    wrong: dict[str, list[Message]] = {}
    if not 2 <= len(wanted.title.strip()) <= 200:
        wrong["title"] = [Message("名称为 2 至 200 字。", "The title has 2 to 200 characters.")]
    if not 2 <= len(wanted.basis.strip()) <= 500:
        wrong["basis"] = [Message("请写明文件依据。", "Name the document it comes from.")]
    if wanted.due_on is None or not 2000 <= wanted.due_on.year <= 2100:
        wrong["due_on"] = [Message("请填写截止日期。", "Give the deadline.")]
    if wanted.percent is None or not 1 <= wanted.percent <= 100:
        wrong["percent"] = [Message("目标为 1 至 100%。", "The aim lies between 1 and 100 %.")]
    if not set(wanted.sectors) <= SECTORS.keys():
        wrong["sectors"] = [Message("没有这个行业。", "There is no such sector.")]
    if not set(wanted.ownerships) <= OWNERSHIPS.keys():
        wrong["ownerships"] = [Message("没有这种性质。", "There is no such ownership.")]
    if wanted.stage not in STAGES:
        wrong["stage"] = [Message("请选择“已建立”或“已实施”。", "Choose one of the two stages.")]
    if not 2 <= len(wanted.denominator_source.strip()) <= 200:
        wrong["denominator_source"] = [
            Message("请写明应建数的来源。", "Say where the number of those meant comes from.")
        ]
    if wanted.responsible_id is not None:
        own = organisations_of(actor).where(t.Organisation.id == wanted.responsible_id)
        if session.scalar(own) is None:
            wrong["responsible_id"] = [Message("没有这个单位。", "There is no such organisation.")]
    if wrong:
        raise InvalidAnswers(wrong)


def _setter(actor: Actor) -> UUID:
    require(actor, "coverage:target")
    if not may_set(actor) or actor.organisation_id is None:
        raise NotAllowed(
            "目标由安委办或行业主管部门设置。", "Targets are set by the office or a department."
        )
    return actor.organisation_id


def _get_own(session: Session, target_id: UUID, own: UUID) -> t.CoverageTarget:
    row = session.get(_TARGET, (own, target_id))
    if row is None or row.withdrawn_at is not None:
        raise NotFound()
    return row


def _refuse_many(session: Session, own: UUID) -> None:
    there = and_(_TARGET.organisation_id == own, _TARGET.withdrawn_at.is_(None))
    if (session.scalar(select(func.count()).select_from(_TARGET).where(there)) or 0) >= MOST:
        raise Conflict(
            f"最多同时有 {MOST} 个目标，请先撤下不再用的。",
            f"There can be {MOST} targets at a time; take one off first.",
        )


_TARGET: Final = t.CoverageTarget
