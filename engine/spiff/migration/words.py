"""Why an instance cannot move, and what changes where it waits, in both languages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.errors import Message
from engine.spiff.refusals import title

if TYPE_CHECKING:
    from engine.spiff.elements import Element


def gone(old: Element | None) -> Message:
    """The element is not in the new version."""
    name = title(old)
    return Message(
        f"“{name}”在新版本里没有了。请指定由哪一步接着办，或等它办完。",
        f"'{name}' is not in the new version; say which step goes on in its place, or wait until "
        "it is done.",
    )


def elsewhere(old: Element | None) -> Message:
    """The element lies in another process or sub-process now."""
    name = title(old)
    return Message(
        f"“{name}”在新版本里换到了另一个子流程，办到一半的不能搬进去。请等它办完。",
        f"'{name}' lies in another sub-process in the new version, and what is half done cannot be "
        "carried into it; wait until it is done.",
    )


def other_kind(old: Element | None, new: Element | None) -> Message:
    """The element is of another type."""
    return Message(
        f"“{title(old)}”在新版本里是另一类元素（“{title(new)}”），不能接着办。",
        f"'{title(old)}' is another type of element in the new version ('{title(new)}'); it cannot "
        "go on there.",
    )


def repeats_otherwise(old: Element | None) -> Message:
    """The element is repeated in another way."""
    name = title(old)
    return Message(
        f"“{name}”在新版本里重复办理的方式不同（一次、并行、依次或循环），办到一半的不能改。",
        f"'{name}' is repeated in another way in the new version (once, at the same time, one "
        "after the other, in a loop); what is half done cannot be changed to it.",
    )


def other_items(old: Element | None) -> Message:
    """A running multi-instance goes over other items."""
    name = title(old)
    return Message(
        f"“{name}”正在按名单逐项办理，新版本用的是另一份名单或另一组结果字段。请等它办完。",
        f"'{name}' is going over its items, and the new version takes other items or collects "
        "other results; wait until it is done.",
    )


def other_ballot(old: Element | None) -> Message:
    """A vote is going on, and the new version counts otherwise."""
    name = title(old)
    return Message(
        f"“{name}”正在表决，新版本的表决办法不同。表决按开始时的办法结束，请等它结束。",
        f"A vote is going on at '{name}', and the new version counts otherwise; a vote ends by the "
        "rules it began with: wait until it has ended.",
    )


def other_event(old: Element | None) -> Message:
    """What waits, waits for another kind of event."""
    name = title(old)
    return Message(
        f"“{name}”在新版本里等的是另一种事件，正在等的不能改。",
        f"'{name}' waits for another kind of event in the new version; what waits already cannot "
        "be changed to it.",
    )


def join_changed(new: Element | None) -> Message:
    """Tokens wait at a join that is reached by other branches now."""
    name = title(new)
    return Message(
        f"已有分支在“{name}”等待汇合，新版本里汇合的分支变了，会等不到或多等。请等它们汇合。",
        f"Branches wait at '{name}' already, and other branches meet there in the new version; "
        "wait until they have met.",
    )


def not_reachable(names: Collection[str], *, known: bool) -> Message:
    """No instance started on the new version could be where this one is."""
    zh = "、".join(f"“{name}”" for name in names)
    en = ", ".join(f"'{name}'" for name in names)
    if known:
        return Message(
            f"按新版本开始的事项不会同时停在这里：{zh}。照搬会漏办或重复办，请等它往前走。",
            f"A case started on the new version would never be here: {en}. Steps would be left "
            "out or done twice; wait until it has gone on.",
        )
    return Message(
        f"新版本的并行分支太多，无法确认能从这里接着办：{zh}。请等它往前走。",
        "The new version has too many parallel branches to be sure that it can go on from here: "
        f"{en}. Wait until it has gone on.",
    )


def not_begun(new: Element | None, why: Message) -> Message:
    """What the new version waits for beside a step cannot begin."""
    return Message(
        f"“{title(new)}”在新版本里新增的定时算不出时间：{why.zh}",
        f"A timer that is new at '{title(new)}' cannot be set: {why.en}",
    )


EVENT_ADDED: Final = "event-added"
EVENT_GONE: Final = "event-gone"
EVENT_KEPT: Final = "event-kept"
_CHANGES: Final = {
    EVENT_ADDED: ("新增“{0}”，从迁移时起算", "'{0}' is new and counts from the moment of the move"),
    EVENT_GONE: ("不再有“{0}”", "'{0}' is gone"),
    EVENT_KEPT: (
        "“{0}”改了，已在计时的仍按原来的时间",
        "'{0}' differs; what runs keeps its moment",
    ),
    "name": ("名称改为“{0}”", "it is called '{0}'"),
    "form": ("改用表单“{0}”", "it asks the form '{0}'"),
    "role": ("改由“{0}”办理", "'{0}' does it"),
    "assignee": ("改由字段“{0}”里的人办理", "it is for the person in the field '{0}'"),
    "due": ("期限改为“{0}”，从任务产生时算起", "its deadline is '{0}', from when it came up"),
    "service": ("改为调用“{0}”", "it calls '{0}'"),
}


@dataclass(frozen=True)
class Change:
    """One thing that will be otherwise; a page may say its value in its own words.

    kind: event-added, event-gone, event-kept, name, form, role, assignee, due or service.
    """

    kind: str
    value: str

    def words(self, value: str = "") -> Message:
        """Say it, with `value` in place of the bare one."""
        zh, en = _CHANGES[self.kind]
        said = value or self.value
        return Message(zh.format(said or "—"), en.format(said or "-"))
