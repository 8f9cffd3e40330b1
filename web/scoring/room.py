"""What the pages of scores share: words, numbers, and where the evidence of a value is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, url_for

from engine.errors import Message
from engine.scoring import behind, rules, values
from web.language import say

blueprint = Blueprint("scoring", __name__, url_prefix="/scoring")

KINDS: Final[Mapping[str, Message]] = {
    "department": Message("行业主管部门", "Departments"),
    "town": Message("街镇", "Towns"),
    "group": Message("集团", "Groups"),
    "enterprise": Message("企业", "Enterprises"),
}


def points(hundredths: int | None) -> str:
    """Give points as people write them."""
    return "—" if hundredths is None else f"{hundredths / 100:g}"


def value_words(indicator: rules.Indicator, found: Mapping[str, Any]) -> str:
    """Give a value with its unit, and what it is a share of."""
    value = found.get("value")
    if value is None:
        return "—"
    if indicator.unit != "percent":
        return f"{value / 100:g}"
    part, whole = found.get("part"), found.get("whole")
    if indicator.value == "paid_rate":
        return f"{value / 100:g}%"
    return f"{value / 100:g}%（{part}/{whole}）"


def evidence(indicator: rules.Indicator, row: Any) -> str:
    """Give the address of the list behind a value, "" when there is none."""
    figure = values.FIGURES.get(indicator.value)
    if figure is not None:
        return url_for(
            "statistics.cases",
            indicator=figure,
            by=row.kind,
            key=row.scored_id,
            month=values.month_of_year(row.year),
            year=1 if figure in values.YEARLY else None,
        )
    if indicator.value not in behind.VALUES:
        return ""
    return url_for(
        "scoring.value_list",
        scheme_id=row.scheme_id,
        scored_id=row.scored_id,
        value=indicator.value,
    )


def rule_words(indicator: rules.Indicator) -> str:
    """Say in words how a value becomes points."""
    unit = "%" if indicator.unit == "percent" else ""
    match indicator.rule:
        case "share":
            full = f"{indicator.full / 100:g}{unit}"
            return say(Message(f"达到 {full} 得满分，按比例", f"Full at {full}, in proportion"))
        case "steps":
            steps = "；".join(f"{at / 100:g}{unit}：{give / 100:g}" for at, give in indicator.steps)
            return say(Message(f"分档：{steps}", f"Steps: {steps}"))
        case _:
            each = f"{indicator.each / 100:g}"
            return say(Message(f"每件扣 {each} 分", f"{each} points off for each"))
