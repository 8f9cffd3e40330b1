"""Organisations: the office and its departments and towns, the groups, and the enterprises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock, notifications, placing
from engine.actors import Actor
from engine.coverage import targets
from engine.errors import Conflict, Invalid, InvalidAnswers, NotFound
from engine.hazards import uscc as social_credit_code
from engine.membership import clean_name
from engine.permissions import PERMISSIONS, require, require_over
from engine.places import (
    create_place,
    find_place,
    get_place,
    guest,
    places,
    renew_place,
    revoke_place,
)
from engine.settings import DEFAULTS, clean_settings, setting
from engine.store import Membership, Organisation, User, new_id, visible_to
from engine.store.visibility import UNDER, Sight

__all__ = [
    "DEFAULTS",
    "KINDS",
    "active_members",
    "clean_code",
    "clean_settings",
    "clean_uscc",
    "create",
    "create_place",
    "find_by_code",
    "find_place",
    "get",
    "get_place",
    "guest",
    "insert",
    "listed",
    "members_with_role",
    "places",
    "renew_place",
    "revoke_place",
    "setting",
    "update_settings",
]

KINDS: Final = ("office", "department", "town", "group", "enterprise")
_CODE: Final = re.compile(r"[A-Z0-9]{2,16}")


def create(
    session: Session,
    *,
    kind: str,
    name: str,
    code: str,
    uscc: str | None = None,
    parent_id: UUID | None = None,
    department_id: UUID | None = None,
    town_id: UUID | None = None,
    group_id: UUID | None = None,
    sector: str = "general",
    industry: str | None = None,
    ownership: str | None = None,
    staff_count: int | None = None,
    profile: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    actor: Actor,
) -> Organisation:
    """Enter an organisation: done by the system, or by the district office for its district.

    Args:
        kind: one of `KINDS`. code: 2 to 16 capital letters and digits, unique.
        uscc: unified social credit code (GB 32100-2015); checked by its check digit.
        department_id, town_id, group_id: an enterprise's place on the three axes (R-01). One that
            an office enters is under that office until it has a department and a town.
        industry, ownership, profile: as `engine.registry` cleans them.

    Raises:
        InvalidAnswers: field by field. Conflict: code or USCC is taken.
    """
    require(actor, "organisation:manage")
    if kind == "enterprise" and actor.organisation_kind == "office":
        parent_id = parent_id or actor.organisation_id
    if not actor.is_system:
        _only_for_own_district(session, actor, kind, (parent_id, department_id, town_id))
    organisation = Organisation(
        id=new_id(),
        kind=_clean_kind(kind),
        name=clean_name(name),
        code=clean_code(code),
        uscc=clean_uscc(uscc),
        parent_id=parent_id,
        department_id=department_id,
        town_id=town_id,
        group_id=group_id,
        sector=sector,
        industry=industry,
        ownership=ownership,
        staff_count=staff_count,
        status="active",
        profile=dict(profile) if profile else None,
        settings=clean_settings({}, settings or {}),
        created_at=clock.now(),
    )
    insert(session, organisation, actor=actor)
    if kind == "office":
        targets.plant(session, organisation.id)
    return organisation


def get(
    session: Session, organisation_id: UUID, *, actor: Actor, sight: Sight = UNDER
) -> Organisation:
    """Give an organisation the actor may see; NotFound otherwise."""
    statement = select(Organisation).where(Organisation.id == organisation_id)
    found = session.scalar(visible_to(actor, statement, sight=sight))
    if found is None:
        raise NotFound()
    return found


def find_by_code(session: Session, code: str) -> Organisation | None:
    """Give the organisation with this short code, or None."""
    return session.scalar(select(Organisation).where(Organisation.code == code.strip().upper()))


def listed(session: Session, *, actor: Actor, kind: str | None = None) -> list[Organisation]:
    """Give the organisations the actor may see, by name, of one kind if `kind` is given."""
    statement: Select[Organisation] = select(Organisation).order_by(
        Organisation.name, Organisation.id
    )
    if kind is not None:
        statement = statement.where(Organisation.kind == kind)
    return list(session.scalars(visible_to(actor, statement)))


def update_settings(
    session: Session, organisation_id: UUID, changes: Mapping[str, Any], *, actor: Actor
) -> Organisation:
    """Change some settings of an organisation; the others stay.

    Args:
        changes: keys of `DEFAULTS` with their new values.

    Raises:
        InvalidAnswers: an unknown key or a wrong value.
    """
    require_over(session, actor, "organisation:manage", organisation_id)
    organisation = session.get_one(Organisation, organisation_id, with_for_update=True)
    by_two = setting(organisation, "publish_by_two")
    organisation.settings = clean_settings(organisation.settings, changes)
    if by_two and not setting(organisation, "publish_by_two"):
        # Who alone takes the second person away does not do it unseen.
        notifications.tell_about_definition(
            session, [organisation_id], "definition_by_one", {"author": actor.name},
            roles=PERMISSIONS["definition:approve"], but=actor.user_id,
        )  # fmt: skip
    session.flush()
    return organisation


def members_with_role(session: Session, organisation_id: UUID, role: str) -> list[tuple[UUID, str]]:
    """Give (user id, name) of the active members holding `role`, by name."""
    statement = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == role,
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in session.execute(statement)]


def active_members(session: Session, organisation_id: UUID) -> frozenset[UUID]:
    """Give the ids of all active members; one of them means a one-person firm."""
    statement = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id, User.disabled_at.is_(None))
    )
    return frozenset(session.scalars(statement))


def clean_uscc(text: str | None) -> str | None:
    """Give the unified social credit code in its plain form, or None when empty.

    Raises:
        InvalidAnswers: wrong length, characters or check digit (GB 32100-2015).
    """
    if not text or not text.strip():
        return None
    try:
        return social_credit_code.clean(text)
    except Invalid as error:
        raise InvalidAnswers.at("uscc", error.message.zh, error.message.en) from error


def insert(session: Session, organisation: Organisation, *, actor: Actor) -> None:
    """Write a new organisation whose values are clean, with where it stands and since when.

    Raises:
        Conflict: code or USCC is taken.
    """
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError as error:
        raise Conflict(
            "单位代码或统一社会信用代码已被登记，请查重。",
            "This code or social credit code is already entered; look for the duplicate.",
        ) from error
    placing.begin(session, organisation, actor=actor)
    session.flush()


def _only_for_own_district(
    session: Session, actor: Actor, kind: str, nodes: tuple[UUID | None, ...]
) -> None:
    """An office enters departments, towns, groups and enterprises under itself."""
    own = actor.organisation_id
    inside = {own, *(organisation.id for organisation in listed(session, actor=actor))}
    named = {node for node in nodes if node is not None}
    if actor.organisation_kind != "office" or kind == "office" or not named or named - inside:
        raise NotFound()


def _clean_kind(kind: str) -> str:
    if kind not in KINDS:
        raise InvalidAnswers.at("kind", "请选择单位类型。", "Choose a kind.")
    return kind


def clean_code(code: str) -> str:
    """Give a short code in capitals; InvalidAnswers unless it is 2 to 16 letters and digits."""
    plain = code.strip().upper()
    if not _CODE.fullmatch(plain):
        raise InvalidAnswers.at(
            "code",
            "单位代码用 2 至 16 个大写字母或数字。",
            "The code has 2 to 16 capital letters and digits.",
        )
    return plain
