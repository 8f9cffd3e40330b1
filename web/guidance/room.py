"""What the pages of guidance visits share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint

from engine.errors import Message

blueprint = Blueprint("guidance", __name__, url_prefix="/guidance")

VISIT_STATES: Final[Mapping[str, Message]] = {
    "planned": Message("已计划", "Planned"),
    "visited": Message("已现场指导", "Visited"),
    "advised": Message("已出意见书", "Letter issued"),
    "rechecked": Message("继续完善", "Another round"),
    "closed": Message("已结束", "Closed"),
    "cancelled": Message("已撤销", "Called off"),
}
FOLLOW_UP_STATES: Final[Mapping[str, Message]] = {
    "open": Message("待答复", "To be answered"),
    "answered": Message("已答复，待复查", "Answered, to be checked"),
    "passed": Message("已完成", "Done"),
    "failed": Message("没有完成", "Not done"),
}
FOUND: Final[Mapping[str, Message]] = {
    "yes": Message("是", "Yes"),
    "partly": Message("部分", "Partly"),
    "no": Message("否", "No"),
    "not_looked": Message("没看", "Not looked at"),
}
TONES: Final[Mapping[str, str]] = {
    "planned": "calm", "visited": "going", "advised": "going", "rechecked": "soon",
    "closed": "done", "cancelled": "calm",
    "open": "soon", "answered": "going", "passed": "done", "failed": "late",
    "yes": "done", "partly": "soon", "no": "late", "not_looked": "calm",
}  # fmt: skip
