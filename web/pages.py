"""What every page knows: who is here, where they may go, what they have not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext

from engine import inbox, notifications, permissions
from web.access import current_account
from web.assets import asset
from web.db import session
from web.language import current_language, drawn, say


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation."""

    label: str
    url: str
    #: Whether the present page belongs to it.
    active: bool
    #: How many things wait there, in words, or "".
    badge: str = ""


#: Endpoint, permission, label; in the order of a working day.
_NAVIGATION: Final = (
    ("tasks.inbox", "task:work", lazy_gettext("待办")),
    ("reports.start", "report:create", lazy_gettext("报告隐患")),
    ("reports.mine", "report:create", lazy_gettext("我的报告")),
    ("ledgers.hazards", "ledger:read", lazy_gettext("隐患台账")),
    ("ledgers.rewards", "reward:read", lazy_gettext("奖励台账")),
    ("statistics.monthly", "statistics:read", lazy_gettext("统计")),
    ("definitions.index", "definition:read", lazy_gettext("流程")),
    ("studio.index", "definition:deploy", lazy_gettext("设计")),
    ("admin.incidents", "incident:read", lazy_gettext("异常")),
    ("people.index", "people:manage", lazy_gettext("人员")),
    ("places.index", "place:manage", lazy_gettext("张贴点")),
    ("organisations.settings", "organisation:manage", lazy_gettext("单位设置")),
)


def set_up(app: Flask) -> None:
    """Give the templates of `app` what all of them use."""
    app.context_processor(_context)
    app.jinja_env.globals |= {"asset": asset, "say": say}
    app.jinja_env.filters["drawn"] = drawn
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def navigation() -> list[Entry]:
    """Give the pages the visitor may open, in order; none for somebody not signed in."""
    account = current_account()
    if account is None:
        return []
    return [
        Entry(str(label), url_for(endpoint), _is_active(endpoint), _badge(endpoint))
        for endpoint, permission, label in _NAVIGATION
        if endpoint in current_app.view_functions and permissions.allows(account.actor, permission)
    ]


def waiting() -> inbox.Counts | None:
    """Give how many tasks wait for the visitor, asked once a request; None for who does none."""
    account = current_account()
    if account is None or not permissions.allows(account.actor, "task:work"):
        return None
    if "waiting" not in g:
        g.waiting = inbox.count(session(), actor=account.actor)
    found: inbox.Counts = g.waiting
    return found


def _badge(endpoint: str) -> str:
    counts = waiting() if endpoint == "tasks.inbox" else None
    if counts is None or not counts.mine + counts.group:
        return ""
    total = counts.mine + counts.group
    return str(total) if total < inbox.COUNTED_TO else "99+"


def _context() -> dict[str, Any]:
    account = current_account()
    return {
        "actor": account.actor if account else None,
        "organisation_name": account.organisation_name if account else "",
        "nav": navigation(),
        "unread": _unread(),
        "language": current_language(),
    }


def _is_active(endpoint: str) -> bool:
    """Say whether the page is that one, or one of its room where no other entry leads."""
    rooms = [other.partition(".")[0] for other, *_ in _NAVIGATION]
    room = endpoint.partition(".")[0]
    return request.endpoint == endpoint or (request.blueprint == room and rooms.count(room) == 1)


def _unread() -> int:
    account = current_account()
    if account is None:
        return 0
    return notifications.unread(session(), actor=account.actor)
