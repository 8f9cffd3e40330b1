"""The words of notices about typical cases and campaigns; they belong to no case's diagram."""

from __future__ import annotations

from typing import Final

from engine.errors import Message

#: To members. Titles are cut to what a line holds.
CAMPAIGN_WORDS: Final = {
    "practice_reworded": Message(
        "保密审查改动了典型案例“{title}”的文字。请在“典型案例”里看改了什么，同意后才能继续评审、发布。",
        "The secrecy check changed the words of the typical case “{title}”. See what changed under "
        "“Typical cases”; it goes on only once you agree.",
    ),
    "practice_exported": Message(
        "{by}把本单位的典型案例“{title}”提供给了{outlet}。撤回案例，会请它停用。",
        "{by} gave your typical case “{title}” to {outlet}. If you withdraw the case, it is asked "
        "to stop using it.",
    ),
    "practice_recalled": Message(
        "典型案例“{title}”已撤回，曾经提供给{outlet}。请通知它停用，并在“媒体素材”里记录。",
        "The typical case “{title}” was taken back; it had been given to {outlet}. Tell it to stop "
        "using it, and note that under Press.",
    ),
    "campaign_revoked": Message(
        "“{title}”在“{campaign}”获得的“{award}”已撤销：{reason}",
        "The award “{award}” of “{title}” in “{campaign}” was revoked: {reason}",
    ),
    "campaign_case_gone": Message(
        "获奖案例“{title}”已经撤回（“{campaign}”，“{award}”）。奖项仍作为历史保留，页面和公示上会注明；需要撤销的，"
        "请在报送页办理并写明理由。",
        "The awarded case “{title}” was taken back (“{campaign}”, “{award}”). The award stays as "
        "history and says so; to revoke it, open the entry and give a reason.",
    ),
    "campaign_opened": Message(
        "{by}开始“{title}”，请在 {opens_on} 至 {closes_on} 报送典型案例。",
        "{by} begins “{title}”; hand in typical cases from {opens_on} to {closes_on}.",
    ),
    "campaign_reminder": Message(
        "{by}提醒：“{title}”还没有收到本单位报送的案例，{closes_on} 截止。",
        "{by} reminds you: “{title}” has no case from you yet; it closes on {closes_on}.",
    ),
    "campaign_extended": Message(
        "“{title}”的截止日期延长到 {closes_on}：{reason}",
        "“{title}” now closes on {closes_on}: {reason}",
    ),
    "campaign_cancelled": Message(
        "“{title}”取消：{reason}",
        "“{title}” is cancelled: {reason}",
    ),
    "campaign_review": Message(
        "请您评审“{title}”的 {count} 个案例；与本人或本单位有关的，请回避。",
        "Please judge {count} case(s) of “{title}”; step back from what concerns you or your unit.",
    ),
    "campaign_stepped_back": Message(
        "{reviewer}回避了“{title}”的案例“{entry}”，请另派评审人。",
        "{reviewer} stepped back from the case “{entry}” of “{title}”; ask somebody else.",
    ),
    "campaign_result": Message(
        "“{title}”的结果已公布，在“典型案例”的“征集评选”里查看。",
        "The result of “{title}” is published; see it under “Typical cases”, “Campaigns”.",
    ),
}  # fmt: skip
