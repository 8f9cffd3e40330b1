"""How far a count beside the pages is, in words."""

from __future__ import annotations

from flask_babel import gettext

from engine.board import Counting
from web.look import moment


def counting_words(counting: Counting | None) -> str:
    """Say how far a count is, and what comes next."""
    match counting:
        case None:
            return str(gettext("前面还有别的月份在等，数完就轮到这个月。"))
        case Counting(state="failed"):
            return str(gettext("没有算成，已记入“异常”，请联系运维人员。"))
        case Counting(state="running", at=at):
            return str(gettext("正在计算，%(at)s 开始。", at=moment(at)))
    return str(gettext("已排队，%(at)s 起计算。", at=moment(counting.at)))
