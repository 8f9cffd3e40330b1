"""How a complaint stands, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.errors import Message
from web.language import say

STATES: Final[Mapping[str, Message]] = {
    "filed": Message("等待受理", "To be taken up"),
    "taken": Message("正在调查", "Being looked into"),
    "advised": Message("已发意见书", "Letter sent"),
    "passed": Message("已移送", "Passed on"),
    "withdrawn": Message("已撤回", "Taken back"),
    "not_taken": Message("不受理", "Not taken up"),
    "unfounded": Message("未查实", "Not borne out"),
    "settled": Message("已解决", "Settled"),
    "not_settled": Message("没有解决", "Not settled"),
}
_TONES: Final = {
    "filed": "soon", "taken": "going", "advised": "going", "passed": "going", "settled": "done",
    "not_settled": "late",
}  # fmt: skip


def state_of(row: Any) -> dict[str, str]:
    """Give how a complaint stands, in words and as a tone."""
    key = row.outcome or row.state
    return {"words": say(STATES[key]), "tone": _TONES.get(key, "calm")}
