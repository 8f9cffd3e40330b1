"""The words of notices about relations between enterprises; no diagram says them."""

from __future__ import annotations

from typing import Final

from engine.errors import Message

#: To members, about those they work with. Never what was reported, and never by whom.
RELATION_WORDS: Final = {
    "relation_proposed": Message(
        "{host} 提出与本单位登记{kind}关系（{subject}），请在“相关方”确认。",
        "{host} proposes a relation with you ({kind_en}: {subject}); answer under Related parties.",
    ),
    "relation_invited": Message(
        "{host} 邀请的单位“{name}”还没有登记，请在“单位名录”的“受邀待登记”办理。",
        "“{name}”, invited by {host}, is not in the register yet; see Invited in the register.",
    ),
    "relation_confirmed": Message(
        "{name} 确认了{kind}关系（{subject}）。",
        "{name} confirmed the relation ({kind_en}: {subject}).",
    ),
    "relation_refused": Message(
        "{name} 没有确认{kind}关系（{subject}）：{reason}",
        "{name} declined the relation ({kind_en}: {subject}): {reason}",
    ),
    "relation_ended": Message(
        "{name} 结束了{kind}关系（{subject}）：{reason}",
        "{name} ended the relation ({kind_en}: {subject}): {reason}",
    ),
    "relation_unsigned": Message(
        "与 {name} 的{kind}关系（{subject}）没有有效的安全生产管理协议，请签订并上传。",
        "No valid safety agreement with {name} ({kind_en}: {subject}); sign and upload it.",
    ),
    "relation_ending": Message(
        "与 {name} 的{kind}关系（{subject}）将于 {day} 到期，要继续请办理延期。",
        "The relation with {name} ({kind_en}: {subject}) ends on {day}; extend it if it goes on.",
    ),
    "hazard_passed": Message(
        "{host} 转来一项需要本单位处理的隐患，请在“相关方”接收或退回。",
        "{host} passed a hazard on to you; take it on or send it back under Related parties.",
    ),
    "hazard_taken": Message("{name} 接收了转办的隐患。", "{name} took the passed hazard on."),
    "hazard_sent_back": Message(
        "{name} 退回了转办的隐患：{reason}", "{name} sent the passed hazard back: {reason}"
    ),
    "hazard_called_back": Message(
        "{host} 收回了转来的一项隐患：{reason}", "{host} called a passed hazard back: {reason}"
    ),
}
