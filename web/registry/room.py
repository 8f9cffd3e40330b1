"""The room of the register: one blueprint, and what all of its pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from engine import registry
from engine.actors import Actor
from engine.permissions import allows
from engine.registry import Field, Node
from engine.registry.codes import STATUSES, industry_name
from web import db
from web.access import current_actor
from web.labels import name_of
from web.language import say

blueprint = Blueprint("registry", __name__, url_prefix="/registry")

#: What may be done with an enterprise, in words.
ACTIONS: Final = ("suspend", "close", "merge", "reopen")


def is_office(actor: Actor) -> bool:
    """Say whether somebody is of the district office, who says where others stand."""
    return actor.organisation_kind == "office" and allows(actor, "registry:manage")


def is_keeper(actor: Actor) -> bool:
    """Say whether somebody keeps a register, and not only its own entry."""
    return actor.organisation_kind != "enterprise"


def node_choices(found: Sequence[Node], kind: str, none: str) -> list[tuple[str, str]]:
    """Give the nodes of a kind for a select; groups with their parents in front."""
    chosen = registry.of_kind(found, kind)
    return [("", none), *((str(node.id), node.path or node.name) for node in chosen)]


def needed(_form: Any, _field: Any) -> None:
    """Say that a field is no optional one; what is missing the engine says in its own words."""


needed.field_flags = {"required": True}  # type: ignore[attr-defined]


def options(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    """Give pairs of value and words as a select takes them."""
    return [SelectChoice(value, words) for value, words in pairs]


def all_nodes(*also: UUID | None) -> list[Node]:
    """Give the nodes the visitor may choose from."""
    return registry.nodes(db.session(), actor=current_actor(), also=also)


def shown(field: Field, value: Any, names: Mapping[str, str]) -> str:
    """Say the value of a field in words."""
    if value in (None, "", []):
        return ""
    match field.kind:
        case "choice":
            return say(name_of(field.names, value))
        case "tags":
            return str(gettext("、")).join(say(name_of(field.names, key)) for key in value)
        case "industry":
            return f"{value} {say(industry_name(value))}"
        case "node":
            return names.get(str(value), str(value))
    return str(value)


def label(key: str) -> str:
    """Say what a key of the trail of changes is called."""
    field = registry.BY_KEY.get(key)
    if field is not None:
        return say(field.name)
    return {
        "status": str(gettext("状态")),
        "closed_on": str(gettext("停业或注销日期")),
        "merged_into_id": str(gettext("并入")),
        "co_supervisors": str(gettext("其他监管部门")),
    }.get(key, key)


def told(key: str, value: Any, names: Mapping[str, str]) -> str:
    """Say a value of the trail of changes in words."""
    field = registry.BY_KEY.get(key)
    if field is not None:
        return shown(field, value, names) or "—"
    if key == "status":
        return say(name_of(STATUSES, value))
    if isinstance(value, list):
        return str(gettext("、")).join(map(str, value)) or "—"
    return names.get(str(value), str(value)) if value else "—"
