"""How stages, counts and kinds of evidence are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from engine.coverage import kinds
from engine.errors import Message
from engine.hazards.codes import SECTORS
from engine.hazards.mechanism import QUARTER, STATED

STAGES: Final[Mapping[str, Message]] = {
    "none": Message("未建", "Nothing yet"),
    "drafted": Message("在建", "Drafted"),
    "established": Message("已建立", "Established"),
    "implemented": Message("已实施", "Implemented"),
    "stalled": Message("停滞", "Standing still"),
    "not_applicable": Message("不适用", "Not applicable"),
}
#: Stage → colour and sign; never colour alone.
TONES: Final = {
    "none": ("tone-late", "cross"),
    "drafted": ("tone-soon", "edit"),
    "established": ("tone-going", "stamp"),
    "implemented": ("tone-done", "check"),
    "stalled": ("tone-soon", "pause"),
    "not_applicable": ("tone-calm", "pause"),
}
#: The columns of the board, as they are headed.
COUNTS: Final[Mapping[str, Message]] = {
    "due": Message("应建", "Owe it"),
    "established": Message("已建立", "Established"),
    "implemented": Message("已实施", "Implemented"),
    "open": Message("未达标", "Not there yet"),
    "overdue": Message("已逾期", "Overdue"),
    "explained": Message("已说明原因", "Reason given"),
    "drafted": Message("在建", "Drafted"),
    "nothing": Message("未建", "Nothing yet"),
    "stalled": Message("停滞", "Standing still"),
    "not_applicable": Message("不适用", "Not applicable"),
}
BOARD_AXES: Final[Mapping[str, Any]] = {
    "department": lazy_gettext("按主管部门"),
    "town": lazy_gettext("按街镇"),
    "group": lazy_gettext("按集团"),
    "sector": lazy_gettext("按行业"),
}
#: How the first column of a table by an axis is headed.
AXIS_HEADINGS: Final[Mapping[str, Any]] = {
    "department": lazy_gettext("主管部门"),
    "town": lazy_gettext("街镇"),
    "group": lazy_gettext("集团"),
    "sector": lazy_gettext("行业"),
    "enterprise": lazy_gettext("单位名称"),
}
IMPLEMENTED_BY: Final[Mapping[str, Message]] = {
    "report": Message("首次查实并奖励的报告", "the first report verified and rewarded"),
    "zero_statement": Message("首次签认的零报告", "the first zero statement"),
    "stated": Message("此前填报的日期", "the day stated before"),
}
_OTHER_KINDS: Final[Mapping[str, Message]] = {
    STATED: Message("此前填报的日期", "Day stated before"),
    QUARTER: Message("季度签认", "Quarter signed"),
}


def kind_name(key: str) -> Message:
    """Give the name of a kind of evidence."""
    if key in kinds.KINDS:
        return kinds.KINDS[key].name
    return _OTHER_KINDS.get(key, Message(key, key))


def target_scope(target: Any, ownerships: Mapping[str, Message]) -> Message:
    """Say whom a target means."""
    named = [SECTORS[key] for key in target.sectors if key in SECTORS]
    named += [ownerships[key] for key in target.ownerships if key in ownerships]
    if not named:
        if target.is_for_the_rest:
            return Message("其余全部单位", "All others")
        return Message("全部单位", "All enterprises")
    zh, en = "、".join(one.zh for one in named), ", ".join(one.en for one in named)
    if target.is_for_the_rest:
        return Message(f"其余单位中的{zh}", f"Of the others: {en}")
    return Message(zh, en)
