"""The first two coverage targets, as the notice of 2025-01-26 sets them (R-04, R-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Wave:
    """Who is to have the mechanism by when."""

    title: str
    sectors: tuple[str, ...] = ()
    ownerships: tuple[str, ...] = ()
    is_for_the_rest: bool = False
    due_on: date
    percent: int = 100
    #: 建立并实施: both are asked for.
    stage: str = "implemented"


BASIS: Final = (
    "长安委〔2025〕1号《推动建立完善生产经营单位事故隐患内部报告奖励机制专项行动实施方案》一"
)
#: Where the number of those who owe it comes from.
SOURCE: Final = "本系统登记的在营生产经营单位"
FIRST_WAVES: Final = (
    Wave(
        title="区属国有企业和危险化学品、建筑施工、燃气、工贸",
        sectors=("hazchem", "construction", "gas", "industry_trade"),
        ownerships=("district_soe",),
        due_on=date(2025, 6, 30),
    ),
    Wave(
        title="教育、医疗、养老机构等其他行业领域",
        is_for_the_rest=True,
        due_on=date(2025, 12, 31),
    ),
)
