"""The monthly table as a file, and how its figures are grouped on a page (domain.md C5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from flask_babel import gettext

from engine.statistics import COUNTERS, FIGURES, Figure, Line
from web.exports import Column, Sheet
from web.labels import AXES
from web.language import say

#: What a printed table has room for.
_ON_PAPER: Final = (
    "obliged", "established", "implemented", "reported", "verified", "verified_major", "closed",
    "opening", "closing", "overdue", "approved_fen", "paid_fen", "paid_count", "noncash_count",
)  # fmt: skip


def groups() -> list[tuple[str, list[Figure]]]:
    """Give the figures under the three indicators and what stands beside them."""
    named = {
        gettext("一、机制建设"): (
            "obliged", "established", "established_new", "implemented", "silent",
        ),
        gettext("二、发现和报告的事故隐患"): (
            "reported", "verified", "verified_major", "category_human", "category_object",
            "category_environment", "category_management", "dismissed", "closed", "closed_major",
            "opening", "closing", "overdue", "reporters",
        ),
        gettext("三、奖励金额"): (
            "paid_fen", "paid_count", "max_paid_fen", "noncash_count", "noncash_fen", "rewarded",
            "approved_fen", "approved_count", "received_fen",
        ),
        gettext("四、合理化建议"): ("reported_suggestions", "adopted"),
        gettext("五、另行统计，不计入以上各项"): (
            "withdrawn", "signals", "signals_verified", "signals_closed", "others",
            "others_verified", "others_closed",
        ),
    }  # fmt: skip
    return [(name, [FIGURES[key] for key in keys]) for name, keys in named.items()]


def sheet(
    month: str,
    by: str,
    lines: Iterable[tuple[str, Line]],
    total: Callable[[], Line],
    kind: str,
    *,
    issuer: str,
    warning: str = "",
) -> Sheet:
    """Give the monthly table: a line each, the month's figures, then the year's.

    Args:
        lines: (name, line) pairs. total: gives their sum, once all of them were read.
        warning: what the file says when it does not hold all lines.
    """
    keys = [key for key in FIGURES if kind != "pdf" or key in _ON_PAPER]
    year = [key for key in keys if key in COUNTERS] if kind != "pdf" else []
    so_far = gettext("（本年累计）")
    columns = [
        Column(gettext("名称"), width=26),
        *(Column(_heading(FIGURES[key]), _kind(key), 11) for key in keys),
        *(Column(_heading(FIGURES[key]) + so_far, _kind(key), 11) for key in year),
    ]
    return Sheet(
        title=gettext("事故隐患内部报告奖励机制月报表"),
        name=f"monthly-{month}-{by}",
        columns=columns,
        rows=(_cells(name, line, keys, year) for name, line in lines),
        foot=lambda: _cells(gettext("合计"), total(), keys, year),
        notes=[
            month,
            say(AXES[by]),
            gettext(
                "奖励金额分已批准、已发放、已领取三项，单位为元；已发放只含货币，非现金奖励另列。"
            ),
            gettext("人数在每个单位内去重，合计为各单位之和。"),
        ],
        signers=[gettext("制表人"), gettext("审核人"), gettext("单位负责人")],
        issuer=issuer,
        warning=lambda: warning,
    )


def _cells(name: str, line: Line, keys: Sequence[str], year: Sequence[str]) -> list[Any]:
    return [name, *(line.figures[key] for key in keys), *(line.year[key] for key in year)]


def _heading(figure: Figure) -> str:
    said = say(figure.name)
    return f"{said}{gettext('（元）')}" if figure.unit == "fen" else said


def _kind(key: str) -> str:
    return "money" if FIGURES[key].unit == "fen" else "number"
