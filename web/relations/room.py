"""What the pages of relations share: the room, words, how a relation is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.permissions import allows
from engine.relations import listing, passing, rules
from web.access import current_actor
from web.language import say

blueprint = Blueprint("relations", __name__, url_prefix="/relations")

Page = str | tuple[str, int] | AnyResponse

#: State → colour and sign.
TONES: Final[Mapping[str, tuple[str, str]]] = {
    "invited": ("soon", "message"), "expired": ("late", "late"), "proposed": ("soon", "clock"),
    "to_come": ("going", "clock"), "in_force": ("done", "check"), "lapsed": ("late", "late"),
    "refused": ("calm", "cross"), "withdrawn": ("calm", "cross"), "ended": ("calm", "info"),
    "sent": ("soon", "clock"), "taken": ("done", "check"),
    "there": ("done", "check"), "missing": ("late", "late"), "over": ("late", "late"),
    "not_needed": ("calm", "info"),
}  # fmt: skip


def shown(row: Any, passed: Mapping[Any, listing.Passed] | None = None) -> dict[str, Any]:
    """Give a relation as pages show it, from the side of the visitor's enterprise."""
    is_host = row.organisation_id == current_actor().organisation_id
    kind = rules.KINDS[row.kind]
    days = ("established_on", "implemented_on")
    ends = days if is_host else tuple(f"host_{key}" for key in days)
    return {
        "row": row,
        "is_host": is_host,
        "kind": say(kind.name),
        "own_part": say(kind.host if is_host else kind.other),
        "other_part": say(kind.other if is_host else kind.host),
        "other": row.other if is_host else row.host,
        "state": state(rules.state_of(row), rules.STATES),
        "agreement": agreement(row),
        "mechanism": mechanism(*(getattr(row, key) for key in ends)) if row.related_id else None,
        "passed": (passed or {}).get(row.id, listing.Passed()),
    }


def agreement(row: Any) -> dict[str, str] | None:
    """Say how it stands with the safety agreement; nothing where none is to be there yet."""
    found = rules.agreement_of(row)
    if row.state != "in_force" and found != "there":
        return None
    return state(found, rules.AGREEMENTS)


def state(key: str, words: Mapping[str, Any]) -> dict[str, str]:
    """Give a state as a badge shows it: key, words, tone, icon."""
    tone, icon = TONES[key]
    return {"key": key, "words": say(words[key]), "tone": tone, "icon": icon}


def passed_state(key: str) -> dict[str, str]:
    """Give the state of something that was passed on as a badge shows it."""
    return state(key, passing.STATES)


def mechanism(established: Any, implemented: Any) -> dict[str, str]:
    """Say how far the other side's mechanism is, as its coverage record has it."""
    if implemented:
        return {"words": gettext("已实施"), "tone": "done", "icon": "check"}
    if established:
        return {"words": gettext("已建立"), "tone": "going", "icon": "check"}
    return {"words": gettext("未建立"), "tone": "soon", "icon": "clock"}


def may(permission: str) -> bool:
    """Say whether the visitor holds a permission."""
    return allows(current_actor(), permission)
