"""What an editor offers to choose from: roles, people, delegates, messages, deadlines, places."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, url_for

from engine import people
from engine.actors import ENTERPRISE_ROLES, TASK_ROLES
from engine.errors import Message
from engine.expressions import HELPER_NAMES
from engine.notices import MEMBER_WORDS, REPORTER_WORDS
from engine.spiff.lint import FUNCTIONS
from web import db
from web.access import current_actor, own_organisation
from web.language import say

#: What a service task may call, with the parameters it takes.
DELEGATES: Final[dict[str, tuple[Message, tuple[str, ...]]]] = {
    "register_hazard": (Message("上账，给隐患编号", "Enter the hazard in the ledger"), ()),
    "dismiss_report": (Message("不予上账", "Dismiss the report"), ()),
    "close_hazard": (Message("销号，出具销号证书", "Close the hazard, with a certificate"), ()),
    "propose_reward": (Message("在奖励台账登记一笔", "Open a line in the reward ledger"), ()),
    "approve_reward": (Message("记录奖励已批准", "Note the approved reward"), ("automatic",)),
    "refuse_reward": (Message("记录不予奖励", "Note that no reward is given"), ()),
    "record_payment": (Message("记录奖励已发放", "Note that the reward was paid"), ()),
    "record_receipt": (Message("记录报告人已领取", "Note that the reporter has it"), ()),
    "tell_reporter": (Message("答复报告人", "Leave the reporter a message"), ("message",)),
    "notify": (Message("通知岗位", "Tell members"), ("to", "message")),
    "escalate": (Message("逾期上报", "Tell those above that it is overdue"), ("to", "message")),
    "issue_certificate": (Message("出具证书", "Have a certificate made"), ("kind",)),
    "plan_visit": (Message("登记合规指导计划", "Enter a guidance visit"), ()),
    "record_visit": (Message("记录逐项结果", "Note what the visit found"), ()),
    "issue_opinion": (Message("出具指导意见书", "Issue the opinion letter"), ()),
    "record_recheck": (Message("记录复查结果", "Note what the re-check found"), ()),
    "close_visit": (Message("结束合规指导", "Close the guidance visit"), ()),
    "tell_visited": (Message("告知被指导企业", "Tell the enterprise visited"), ("message",)),
    "enter_complaint": (Message("登记投诉", "Enter a complaint"), ()),
    "move_complaint": (
        Message("记录投诉进展", "Note how far a complaint is"),
        ("state", "message"),
    ),
    "issue_union_letter": (Message("出具工会意见书", "Issue the union's letter"), ("message",)),
    "pass_complaint": (Message("移送投诉", "Pass a complaint on"), ("message",)),
    "close_complaint": (Message("结束投诉", "Close a complaint"), ("outcome", "message")),
    "tell_union": (Message("告知工会", "Tell the union"), ("message",)),
    "tell_employer": (Message("告知主要负责人", "Tell the principal"), ("message",)),
}
_DEADLINES: Final = (
    ("wd", "{n}wd", Message("工作日", "Working days")),
    ("d", "{n}d", Message("天", "Days")),
    ("h", "{n}h", Message("小时", "Hours")),
    ("field", "{field}", Message("由字段决定", "As a field says")),
)
_CERTIFICATES: Final = {
    "receipt": Message("受理回执", "Receipt"),
    "closure": Message("销号证书", "Closure certificate"),
    "reward": Message("奖励证书", "Reward certificate"),
}
_SYSTEM: Final = Message("系统（由机器办理）", "System (done by the machine)")
#: Places of the studio → endpoint; those that are there are told.
_PLACES: Final = {
    "index": "studio.index",
    "content": "studio.content",
    "discard": "studio.discard",
    "proposals": "studio_lint.propose",
    "lint": "studio_lint.lint",
    "fix": "studio_lint.fix",
    "preview": "form_preview.preview",
    "pack": "packing.draft",
    "try": "trials.show",
    "scenarios": "scenarios.index",
    "publish": "publishing.ask",
}


def catalogue(draft: Any) -> dict[str, Any]:
    """Give everything the editor of a draft may choose from, in the language of the page."""
    # Those above enterprises draw the flows of enterprises, and their own.
    known = ENTERPRISE_ROLES if current_actor().organisation_kind == "enterprise" else TASK_ROLES
    roles = [{"id": role, "name": say(name)} for role, name in known.items()]
    return {
        "roles": [*roles, {"id": "system", "name": say(_SYSTEM)}],
        "people": _people(),
        "delegates": [
            {"key": key, "zh": words.zh, "en": words.en, "params": list(params)}
            for key, (words, params) in DELEGATES.items()
        ],
        "messages": [
            *_messages("reporter", REPORTER_WORDS),
            *_messages("members", MEMBER_WORDS),
        ],
        "certificates": _named(_CERTIFICATES),
        "functions": sorted(HELPER_NAMES | FUNCTIONS),
        "deadlines": [
            {"kind": kind, "pattern": pattern, "zh": words.zh, "en": words.en}
            for kind, pattern, words in _DEADLINES
        ],
        "urls": urls(draft),
    }


def urls(draft: Any) -> dict[str, str]:
    """Give where the pages and data of a draft are."""
    known = current_app.url_map
    found = {}
    for name, endpoint in _PLACES.items():
        if endpoint in current_app.view_functions:
            takes = {argument for rule in known.iter_rules(endpoint) for argument in rule.arguments}
            values: dict[str, Any] = {"draft_id": draft.id} if takes else {}
            found[name] = url_for(endpoint, **values)
    return found


def _people() -> list[dict[str, Any]]:
    members = people.members(db.session(), own_organisation(), actor=current_actor())
    return [
        {"id": str(user.id), "name": user.name, "roles": sorted(roles)}
        for user, roles in members
        if user.disabled_at is None
    ]


def _messages(to: str, words: Any) -> list[dict[str, str]]:
    return [{"key": key, "to": to, "zh": one.zh, "en": one.en} for key, one in words.items()]


def _named(words: dict[str, Message]) -> list[dict[str, str]]:
    return [{"key": key, "zh": one.zh, "en": one.en} for key, one in words.items()]
