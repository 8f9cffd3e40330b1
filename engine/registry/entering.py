"""Entering an enterprise into the register and correcting what it says (R-07)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, placing
from engine.actors import Actor
from engine.errors import InvalidAnswers, Message, NotAllowed, NotFound
from engine.organisations import insert
from engine.permissions import allows, require
from engine.registry.cleaning import carried, clean
from engine.registry.fields import BY_KEY, FIELDS, NODES, Field
from engine.registry.nodes import check_nodes, district_of, nodes
from engine.relations import entered
from engine.store import Organisation, new_id, organisations_of

#: What the short code of an enterprise without a social credit code is made of.
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
#: The node of these → the axis on which what they enter stands under them.
_OWN_AXIS: Final = {kind: key for key, kind in NODES.items()}


def enter(
    session: Session, values: Mapping[str, Any], *, invitation_id: UUID | None = None, actor: Actor
) -> Organisation:
    """Enter one enterprise.

    What a department, town or group enters stands under it; what an office enters may be assigned
    later. A social credit code is missing only for the self-employed.

    Args:
        values: field key → what was written; ids of nodes for the axes.
        invitation_id: the invitation that asked for it, which is bound to it; one that names its
            social credit code is found without.

    Raises:
        NotAllowed: the actor keeps no register. InvalidAnswers: field by field.
        NotFound: no such invitation. Conflict: the social credit code is already in the register,
        or another enterprise was invited.
    """
    require_keeper(actor)
    cleaned = clean_all(values, FIELDS)
    own_axis(session, cleaned, actor)
    check_nodes(cleaned, nodes(session, actor=actor))
    _needs_code(cleaned)
    refuse_known(session, cleaned)
    organisation = make(cleaned, district_of(session, actor))
    insert(session, organisation, actor=actor)
    if invitation_id is not None:
        entered.bind(session, invitation_id, organisation, actor=actor)
    entered.find_invited(session, [organisation], actor=actor)
    return organisation


def correct(
    session: Session,
    organisation_id: UUID,
    values: Mapping[str, Any],
    *,
    reason: str | None = None,
    actor: Actor,
) -> Organisation:
    """Correct what the register says of an enterprise, but not where it stands or whether it runs.

    An enterprise corrects its own contacts, address and staff.

    Raises:
        NotAllowed: the actor may not change that. NotFound: not theirs. Conflict: nothing changed,
        or the social credit code belongs to another. InvalidAnswers: field by field.
    """
    organisation = get_for_change(session, organisation_id, actor=actor)
    fields = [field for field in changeable(actor) if field.key in values]
    cleaned = clean_all(values, fields)
    if cleaned.get("uscc") != organisation.uscc and "uscc" in cleaned:
        refuse_known(session, cleaned)
    columns, profile = parts_of(cleaned)
    kept = organisation.profile or {}
    profile = {
        key: value for key, value in profile.items() if (kept.get(key) or None) != (value or None)
    }
    new = {k: v for k, v in columns.items() if getattr(organisation, k) != v}
    if profile:
        new["profile"] = stamped({**kept, **profile})
    before = {k: kept.get(k) for k in profile} | {
        k: getattr(organisation, k) for k in new if k != "profile"
    }
    placing.change(
        session, organisation, new, kind="corrected", on=clock.local_date(), reason=reason,
        actor=actor, told=(before, {**profile, **{k: v for k, v in new.items() if k != "profile"}}),
    )  # fmt: skip
    return organisation


def require_keeper(actor: Actor) -> None:
    """Raise NotAllowed unless the actor keeps a register: offices and those under them."""
    require(actor, "registry:manage")
    if actor.organisation_kind == "enterprise":
        raise NotAllowed(
            "单位名录由区安委办、主管部门、街镇和集团维护；本单位可以更新联系人和从业人员数。",
            "The register is kept by the office, departments, towns and groups; an enterprise "
            "keeps its contacts and staff up to date.",
        )


def require_office(actor: Actor) -> None:
    """Raise NotAllowed unless the actor is of the district office: who says where others stand."""
    require(actor, "registry:manage")
    if not actor.is_system and actor.organisation_kind != "office":
        raise NotAllowed(
            "归属、状态变更由区安委办办理，请联系区安委办。",
            "The district office says where an enterprise stands and whether it runs; ask it.",
        )


def get_for_change(session: Session, organisation_id: UUID, *, actor: Actor) -> Organisation:
    """Give an enterprise the actor may change, locked.

    Raises:
        NotAllowed: the role may not. NotFound: none such, or not theirs.
    """
    require(actor, "registry:manage")
    statement = select(Organisation).where(
        Organisation.id == organisation_id, Organisation.kind == "enterprise"
    )
    if not actor.is_system:
        statement = statement.where(Organisation.id.in_(organisations_of(actor)))
    found = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def readable(actor: Actor) -> Sequence[Field]:
    """Give the fields that the actor may read: who only reads figures calls nobody (R-10)."""
    if allows(actor, "registry:manage"):
        return FIELDS
    return [field for field in FIELDS if field.part != "people"]


def changeable(actor: Actor) -> Sequence[Field]:
    """Give the fields that the actor may correct; the axes are moved, not corrected."""
    if actor.organisation_kind == "enterprise":
        return [field for field in FIELDS if field.is_own]
    return [field for field in FIELDS if field.kind != "node"]


def require_changeable(keys: Iterable[str], actor: Actor) -> None:
    """Raise InvalidAnswers at each key that the actor does not correct."""
    known = {field.key for field in changeable(actor)}
    said = Message(
        "这一项不能在这里更正；归属的变更由区安委办办理。",
        "This is not corrected here; the district office says where an enterprise stands.",
    )
    wrong = {key: [said] for key in keys if key not in known}
    if wrong:
        raise InvalidAnswers(wrong)


def clean_all(values: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """Give the cleaned values of `fields`; InvalidAnswers with everything that is wrong."""
    cleaned: dict[str, Any] = {}
    wrong: dict[str, list[Message]] = {}
    for field in fields:
        if field.kind == "node":
            cleaned[field.key] = values.get(field.key) or None
            continue
        try:
            cleaned[field.key] = clean(field, values.get(field.key))
        except InvalidAnswers as error:
            wrong[field.key] = error.errors[field.key]
    if wrong:
        raise InvalidAnswers(wrong)
    return carried(cleaned)


def own_axis(session: Session, cleaned: dict[str, Any], actor: Actor) -> None:
    """Put what a department, town or group enters under itself; InvalidAnswers for another's."""
    key = _OWN_AXIS.get(actor.organisation_kind)
    if key is None:
        return
    if cleaned.get(key) is None:
        cleaned[key] = actor.organisation_id
    elif cleaned[key] != actor.organisation_id and actor.organisation_kind != "group":
        name = BY_KEY[key].name
        raise InvalidAnswers.at(
            key,
            f"{name.zh}只能是本单位，其他单位的请由其自行登记。",
            f"{name.en}: only your own; others enter theirs.",
        )


def refuse_known(session: Session, cleaned: Mapping[str, Any]) -> None:
    """Raise InvalidAnswers when the social credit code is in the register already."""
    uscc = cleaned.get("uscc")
    known = uscc and session.scalar(select(Organisation.id).where(Organisation.uscc == uscc))
    if known:
        raise InvalidAnswers.at(
            "uscc",
            "这个统一社会信用代码已经登记，请在名录中查找。",
            "This social credit code is in the register already; look for it there.",
        )


def make(cleaned: Mapping[str, Any], office_id: UUID | None) -> Organisation:
    """Give a new enterprise of cleaned values, not yet written."""
    columns, profile = parts_of(cleaned)
    return Organisation(
        id=new_id(),
        kind="enterprise",
        code=_code(cleaned.get("uscc")),
        parent_id=office_id,
        status="active",
        settings={},
        created_at=clock.now(),
        profile=stamped({key: value for key, value in profile.items() if value}),
        **columns,
    )


def parts_of(cleaned: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what is kept in columns, and what in the profile."""
    columns = {key: value for key, value in cleaned.items() if BY_KEY[key].is_column}
    return columns, {key: value for key, value in cleaned.items() if key not in columns}


def stamped(profile: dict[str, Any]) -> dict[str, Any]:
    """Give the profile with the day it was last changed (domain.md C2 更新时间)."""
    return {**profile, "updated_on": clock.local_date().isoformat()}


def _needs_code(cleaned: Mapping[str, Any]) -> None:
    if cleaned.get("uscc") is None and cleaned.get("legal_type") != "self_employed":
        raise InvalidAnswers.at(
            "uscc",
            "请填写统一社会信用代码；只有个体工商户可以没有。",
            "Give the social credit code; only the self-employed may have none.",
        )


def _code(uscc: str | None) -> str:
    """Give a short code for numbers: the organisation's own nine signs of its credit code."""
    if uscc:
        return uscc[8:17]
    return "G" + "".join(secrets.choice(_SIGNS) for _ in range(9))
