"""What every page knows: who is here, where they may go, what they have not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext

from engine import inbox, law, notifications, permissions
from engine.complaints import access
from web.access import current_account
from web.assets import asset
from web.db import session
from web.given import given
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
    #: The key of its group; see `_NAVIGATION`.
    group: str = "work"
    #: Whether the present page is at least of its room.
    near: bool = False


@dataclass(frozen=True)
class Group:
    """Entries that belong together, shown folded when there are several."""

    key: str
    label: str
    entries: Sequence[Entry]
    #: Whether its entries stand behind its name, rather than each for itself.
    folded: bool
    #: Whether the entries are shown when the page comes.
    open: bool

    @property
    def active(self) -> bool:
        """Say whether the present page belongs to one of the entries."""
        return any(entry.active or entry.near for entry in self.entries)


#: Group → its entries: endpoint, permission, label. Groups and entries in the order of a working
#: day. A group of which a visitor may open one entry only is not folded.
_NAVIGATION: Final[Mapping[str, Sequence[tuple[str, str, Any]]]] = {
    "work": (
        ("tasks.inbox", "task:work", lazy_gettext("待办")),
        ("reports.start", "report:create", lazy_gettext("报告隐患")),
        ("reports.mine", "report:create", lazy_gettext("我的报告")),
        ("selfcheck.index", "check:make", lazy_gettext("自查")),
        ("principal.show", "coverage:sign", lazy_gettext("第一责任人")),
    ),
    "ledgers": (
        ("ledgers.hazards", "ledger:read", lazy_gettext("隐患台账")),
        ("majors.index", "major:read", lazy_gettext("重大隐患")),
        ("ledgers.rewards", "reward:read", lazy_gettext("奖励台账")),
    ),
    # Coverage, months, registers, the district board.
    "oversight": (
        ("board.show", "board:read", lazy_gettext("看板")),
        ("coverage.show", "coverage:remind", lazy_gettext("机制覆盖")),
        ("mechanism.own", "coverage:enter", lazy_gettext("机制建设")),
        ("rulebook.index", "rulebook:read", lazy_gettext("制度制定")),
        ("registry.index", "registry:read", lazy_gettext("单位名录")),
        ("relations.index", "relation:read", lazy_gettext("相关方")),
        ("statistics.monthly", "statistics:read", lazy_gettext("统计")),
        ("participation.show", "participation:read", lazy_gettext("参与情况")),
        ("returns.index", "returns:read", lazy_gettext("月报")),
        ("analysis.overview", "analysis:read", lazy_gettext("分析")),
    ),
    # Visits, typical cases, training, scoring.
    "guidance": (
        ("complaints.index", "complaint:handle", lazy_gettext("权益投诉")),
        ("letters.index", "letter:read", lazy_gettext("工会来函")),
        ("guidance.index", "guidance:read", lazy_gettext("合规指导")),
        ("training.index", "training:read", lazy_gettext("培训")),
        ("practices.index", "practice:read", lazy_gettext("典型案例")),
        ("documents.index", "document:read", lazy_gettext("文件资料")),
        ("scoring.index", "score:read", lazy_gettext("考核评分")),
        ("honours.index", "honour:read", lazy_gettext("荣誉榜")),
        ("safety_record.agreed", "safety_record:appraise", lazy_gettext("职工安全贡献")),
    ),
    "audit": (
        ("auditing.looks_into_ours", "auditing:seen", lazy_gettext("查阅记录")),
        ("auditing.own_grounds", "auditing:state", lazy_gettext("查阅依据")),
        ("auditing.all_looks", "auditing:oversee", lazy_gettext("查阅监督")),
    ),
    "design": (
        ("definitions.index", "definition:read", lazy_gettext("流程")),
        ("studio.index", "definition:deploy", lazy_gettext("设计")),
    ),
    "settings": (
        ("admin.incidents", "incident:read", lazy_gettext("异常")),
        ("people.index", "people:manage", lazy_gettext("人员")),
        ("teams.index", "team:manage", lazy_gettext("车间和班组")),
        ("places.index", "place:manage", lazy_gettext("张贴点")),
        ("organisations.settings", "organisation:manage", lazy_gettext("单位设置")),
    ),
}
_GROUPS: Final = {
    "work": lazy_gettext("日常工作"),
    "ledgers": lazy_gettext("台账"),
    "oversight": lazy_gettext("统筹"),
    "guidance": lazy_gettext("指导"),
    "audit": lazy_gettext("审计"),
    "design": lazy_gettext("流程设计"),
    "settings": lazy_gettext("设置"),
}
#: Entries for what only enterprises have, though those above hold the permission, too.
_OF_ENTERPRISES: Final = frozenset({"teams.index"})
_ENTRIES: Final = [(group, *entry) for group, found in _NAVIGATION.items() for entry in found]


def _room(endpoint: str) -> str:
    return endpoint.partition(".")[0]


#: Room → how many entries lead there.
_ROOMS: Final = Counter(_room(endpoint) for _, endpoint, *_ in _ENTRIES)
#: As many entries as a desk shows without scrolling: then nothing need be opened first.
_SHORT: Final = 11


def set_up(app: Flask) -> None:
    """Give the templates of `app` what all of them use."""
    app.context_processor(_context)
    app.jinja_env.globals |= {"asset": asset, "say": say, "cite": law.cite}
    app.jinja_env.filters |= {"drawn": drawn, "given": given}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def navigation() -> list[Entry]:
    """Give the pages the visitor may open, in order; none for somebody not signed in."""
    account = current_account()
    if account is None:
        return []
    return [
        Entry(
            str(label),
            url_for(endpoint),
            _is_active(endpoint),
            _badge(endpoint),
            group,
            request.blueprint == _room(endpoint),
        )
        for group, endpoint, permission, label in _ENTRIES
        if endpoint in current_app.view_functions
        and permissions.allows(account.actor, permission)
        and (endpoint != "complaints.index" or access.is_asked(session(), account.actor))
        and (endpoint not in _OF_ENTERPRISES or account.actor.organisation_kind == "enterprise")
    ]


def grouped(entries: Sequence[Entry]) -> list[Group]:
    """Give the entries in their groups; what one does every day is never folded away."""
    short = len(entries) <= _SHORT
    groups = []
    for key, label in _GROUPS.items():
        of = [entry for entry in entries if entry.group == key]
        here = any(entry.active or entry.near for entry in of)
        if of:
            folded = key != "work" and len(of) > 1
            groups.append(Group(key, str(label), of, folded, open=short or here))
    return groups


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
    entries = navigation()
    return {
        "actor": account.actor if account else None,
        "organisation_name": account.organisation_name if account else "",
        "nav": entries,
        "nav_groups": grouped(entries),
        "unread": _unread(),
        "language": current_language(),
    }


def _is_active(endpoint: str) -> bool:
    """Say whether the page is that one, or one of its room where no other entry leads."""
    room = _room(endpoint)
    return request.endpoint == endpoint or (request.blueprint == room and _ROOMS[room] == 1)


def _unread() -> int:
    account = current_account()
    if account is None:
        return 0
    return notifications.unread(session(), actor=account.actor)
