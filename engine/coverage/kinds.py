"""What each kind of evidence asks for (domain.md C3, R-26, R-27, R-29)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Message
from engine.hazards.mechanism import CHAPTERS

Wrong = dict[str, list[Message]]
Details = dict[str, Any]

CHAPTER_NAMES: Final = {
    "content": Message("报告内容", "What is reported"),
    "channels": Message("报告途径", "How it is reported"),
    "handling": Message("核查整改", "Verifying and rectifying"),
    "rewards": Message("及时奖励", "Prompt rewards"),
    "results": Message("结果应用", "What results are used for"),
}
#: Ways to report (R-27).
CHANNELS: Final = {
    "poster": Message("张贴二维码", "QR poster"),
    "web": Message("网页或手机", "Web page or phone"),
    "phone": Message("电话", "Telephone"),
    "box": Message("意见箱、纸条", "Paper slip or box"),
    "meeting": Message("班前会", "Shift meeting"),
    "email": Message("电子邮箱", "E-mail"),
    "other": Message("其他", "Other"),
}
#: How the rules were made public.
METHODS: Final = {
    "board": Message("公示栏", "Notice board"),
    "meeting": Message("会议宣讲", "Read out at a meeting"),
    "network": Message("内部网络", "Internal network"),
    "handbook": Message("发放手册", "Handed out"),
    "other": Message("其他", "Other"),
}
#: Where the money comes from; the first is 财资〔2022〕136号 art. 5(4).
FUNDS: Final = {
    "safety_expense": Message("安全生产费用", "Safety expenses"),
    "cost": Message("成本费用", "Ordinary cost"),
    "union_funds": Message("工会经费", "Union funds"),
    "other": Message("其他", "Other"),
}
_HIGHEST_FEN: Final = 10**12


@dataclass(frozen=True)
class Kind:
    """One kind of evidence: what it is called, what it needs, how its details are read."""

    name: Message
    hint: Message
    clean: Callable[[Mapping[str, Any], Wrong], Details]
    needs_file: bool = False


def _nothing(_given: Mapping[str, Any], _wrong: Wrong) -> Details:
    return {}


def _rules(given: Mapping[str, Any], wrong: Wrong) -> Details:
    """Chapter → where it stands; one that is not there is left out."""
    pages = given.get("chapters") or {}
    chapters = {key: _text(pages.get(key), 40) for key in CHAPTERS}
    there = {key: page for key, page in chapters.items() if page}
    if not there:
        wrong["chapters"] = [
            Message(
                "请写明五章各在第几页或第几条。", "Say on which page or in which article each is."
            )
        ]
    signer = _text(given.get("signer"), 50)
    if not signer:
        wrong["signer"] = [Message("请填写签发人。", "Say who signed them.")]
    return {"chapters": there, "signer": signer, "protects": bool(given.get("protects"))}


def _publication(given: Mapping[str, Any], wrong: Wrong) -> Details:
    return {"method": _one_of("method", given, METHODS, wrong)}


def _channel(given: Mapping[str, Any], wrong: Wrong) -> Details:
    result = _text(given.get("result"), 200)
    if not result:
        wrong["result"] = [Message("请写明测试的结果。", "Say what the test showed.")]
    channel = _one_of("channel", given, CHANNELS, wrong)
    return {"channel": channel, "passed": given.get("passed") is True, "result": result}


def _version(given: Mapping[str, Any], wrong: Wrong) -> Details:
    version = _text(given.get("version"), 60)
    if not version:
        wrong["version"] = [Message("请填写版本。", "Give the version.")]
    return {"version": version, "posts": _text(given.get("posts"), 200)}


def _funds(given: Mapping[str, Any], wrong: Wrong) -> Details:
    amount, year = given.get("budget_fen"), given.get("year")
    if not isinstance(amount, int) or not 0 < amount <= _HIGHEST_FEN:
        wrong["budget"] = [
            Message("请填写年度预算（元），应大于 0。", "Give the year's budget, more than 0.")
        ]
    if not isinstance(year, int) or not 2000 <= year <= 2100:
        wrong["year"] = [Message("请填写预算年度，例如 2026。", "Give the year, such as 2026.")]
    source = _one_of("source", given, FUNDS, wrong)
    return {"source": source, "budget_fen": amount, "year": year}


def _training(given: Mapping[str, Any], wrong: Wrong) -> Details:
    people = given.get("people")
    if not isinstance(people, int) or not 0 < people <= 1_000_000:
        wrong["people"] = [Message("请填写参加人数。", "Say how many took part.")]
    return {"people": people}


def _one_of(
    field: str, given: Mapping[str, Any], words: Mapping[str, Message], wrong: Wrong
) -> str:
    value = str(given.get(field) or "")
    if value not in words:
        wrong[field] = [Message("请选择一项。", "Choose one.")]
    return value


def _text(value: Any, limit: int) -> str:
    return value.strip()[:limit] if isinstance(value, str) else ""


#: In the order in which a mechanism is built; `hazards.mechanism.REQUIRED` says which are a must.
KINDS: Final[Mapping[str, Kind]] = {
    "rules": Kind(
        Message("制度文件", "Rules document"),
        Message(
            "主要负责人签发的内部报告奖励制度，五章齐全。",
            "The rules, signed by the principal, with all five chapters.",
        ),
        _rules,
        needs_file=True,
    ),
    "union_opinion": Kind(
        Message("工会或职工意见", "Opinion of the union or staff"),
        Message(
            "制定制度听取工会或职工代表大会意见（安全生产法第七条）。",
            "The union or the workers' congress was heard (Work Safety Law art. 7).",
        ),
        _nothing,
        needs_file=True,
    ),
    "publication": Kind(
        Message("公示", "Publication"),
        Message("怎么公布的，附照片。", "How they were made public, with a photo."),
        _publication,
        needs_file=True,
    ),
    "channels": Kind(
        Message("报告途径", "Ways to report"),
        Message(
            "每条途径试报一次，写明日期和结果；至少一条通过。",
            "Try each way once and say when and how it went; at least one has to work.",
        ),
        _channel,
    ),
    "checklist": Kind(
        Message("报告清单", "Checklist"),
        Message("正在用的报告清单的版本和适用岗位。", "The version in use, and for which posts."),
        _version,
    ),
    "reward_table": Kind(
        Message("奖励标准", "Reward table"),
        Message("正在用的奖励标准表的版本。", "The version of the reward table in use."),
        _version,
    ),
    "funds": Kind(
        Message("资金", "Funds"),
        Message("奖励资金的来源和年度预算。", "Where the money comes from, and the year's budget."),
        _funds,
    ),
    "process": Kind(
        Message("流程", "Process"),
        Message("发布在本系统的办理流程。", "The process that runs in this system."),
        _version,
    ),
    "training": Kind(
        Message("培训", "Training"),
        Message("就本机制做过的培训。", "Training about the mechanism."),
        _training,
    ),
}
