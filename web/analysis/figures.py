"""Figures of the analysis in words, and where each of them opens its cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request
from flask_babel import gettext, lazy_gettext

from engine.analysis import Figure
from engine.hazards.codes import CATEGORIES
from web.analysis.asking import Asked, role_name_of
from web.labels import name_of
from web.language import say

#: What a figure counts, in words.
_COUNTS: Final[Mapping[str, Any]] = {
    "cases": lazy_gettext("报告的事项"),
    "finished": lazy_gettext("已办结"),
    "closed": lazy_gettext("已销号"),
    "slow_closed": lazy_gettext("从报告到销号，最慢的一成"),
    "due": lazy_gettext("有期限的步骤"),
    "late": lazy_gettext("逾期的步骤"),
    "again": lazy_gettext("返工的事项"),
    "handovers": lazy_gettext("换手"),
    "done": lazy_gettext("已办"),
    "open": lazy_gettext("在办"),
    "claimed": lazy_gettext("领取后办结"),
    "slow": lazy_gettext("用时最长的一成"),
    "longest": lazy_gettext("用时最长的一次"),
    "checked": lazy_gettext("已对照"),
    "fits": lazy_gettext("照图"),
    "unfit": lazy_gettext("不照图"),
    "unchecked": lazy_gettext("未对照"),
    "fault": lazy_gettext("不照图"),
    "hazards": lazy_gettext("查实上账的隐患"),
    "majors": lazy_gettext("重大隐患"),
    "paid": lazy_gettext("已发奖励的隐患"),
}
#: Figures that count what happened in cases, so that one case may count several times.
_TIMES: Final = frozenset(
    ("due", "late", "handovers", "done", "open", "claimed", "slow", "longest")
)


def opens(asked: Asked, kind: str, by: str = "", of: str = "") -> str:
    """Give the address of the cases that a figure counts."""
    return asked.url("analysis.cases", figure=kind, by=by or None, of=of if by else None)


def figure_asked() -> Figure:
    """Give the figure that the address names; Invalid when there is none."""
    said = request.args
    return Figure.named(said.get("figure", "cases"), said.get("by", ""), said.get("of", ""))


def counts_times(figure: Figure) -> bool:
    """Say whether a case may count several times in a figure."""
    return figure.kind in _TIMES


def title_of(asked: Asked, figure: Figure) -> str:
    """Say what a figure counts, and of what."""
    if figure.kind == "fault":
        return fault_words(asked, figure.by, figure.of)
    counted = str(_COUNTS[figure.kind])
    of = _of_words(asked, figure)
    return f"{of}{gettext('：')}{counted}" if of else counted


def fault_words(asked: Asked, kind: str, step: str) -> str:
    """Say one departure from a diagram."""
    name = asked.step_name(step)
    match kind:
        case "skipped":
            return str(gettext("跳过“%(step)s”", step=name))
        case "unknown":
            return str(gettext("图上没有“%(step)s”", step=name))
    return str(gettext("“%(step)s”的次序或次数不对", step=name))


def back_of(asked: Asked, figure: Figure) -> tuple[str, str]:
    """Give the page of the analysis that shows a figure, and what it is called."""
    to, words = "analysis.overview", gettext("概况")
    if figure.by in ("step", "role"):
        to, words = "analysis.steps", gettext("各步用时")
    elif figure.is_of_hazards:
        to, words = "analysis.found_hazards", gettext("隐患规律")
    elif figure.by == "way":
        to, words = "analysis.ways", gettext("走法")
    elif figure.by not in ("", "month") or figure.kind in ("checked", "fits", "unfit", "unchecked"):
        to, words = "analysis.conformance", gettext("是否照图")
    return asked.url(to), str(words)


def _of_words(asked: Asked, figure: Figure) -> str:
    match figure.by:
        case "step":
            return asked.step_name(figure.of)
        case "role":
            return role_name_of(figure.of) or str(gettext("未定岗位"))
        case "month" | "item":
            return figure.of
        case "target" | "ran":
            return asked.version_name(figure.of)
        case "unit":
            return asked.unit_name(figure.of)
        case "category":
            return say(name_of(CATEGORIES, figure.of))
        case "place" | "again":
            return figure.of.partition("/")[2].partition("/")[2]
        case "way":
            return str(gettext("一种走法"))
    return ""
