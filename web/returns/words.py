"""What the states and figures of a return are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine import returns
from engine.errors import Message
from engine.statistics import FIGURES
from web.labels import sector_name

STATES: Final[Mapping[str, Message]] = {
    "draft": Message("草稿", "Draft"),
    "signed": Message("已签字", "Signed"),
    "locking": Message("锁定中", "Being locked"),
    "locked": Message("已锁定", "Locked"),
    "submitted": Message("已报送", "Handed in"),
}
#: State → how it is coloured.
TONES: Final = {
    "draft": "calm",
    "signed": "going",
    "locking": "going",
    "locked": "going",
    "submitted": "done",
}
KINDS: Final[Mapping[str, Message]] = {
    "office": Message("区安委办汇总", "District office"),
    "department": Message("行业主管部门", "Department"),
    "town": Message("街镇", "Town"),
    "group": Message("区属集团", "Group"),
    "enterprise": Message("生产经营单位", "Enterprise"),
}
ORIGINS: Final[Mapping[str, Message]] = {
    "computed": Message("系统比对", "Computed"),
    "stated": Message("人工填写", "Stated by hand"),
}


def figure_name(key: str, shown: returns.View | None = None) -> Message:
    """Give a figure's name, by the definitions of a return where one is given."""
    if shown is not None and key in shown.definitions.indicators:
        return shown.definitions.indicators[key].name
    if key == "moved_in":
        return Message("调入（含期初更正）", "Moved in")
    if key == "moved_out":
        return Message("调出", "Moved out")
    return FIGURES[key].name


def unit_of(key: str) -> str:
    """Give the unit of a figure: fen, count, persons or enterprises."""
    return FIGURES[key].unit if key in FIGURES else "count"


def meaning(key: str, shown: returns.View) -> Any:
    """Give what a figure counts, by the definitions of the return."""
    found = shown.definitions.indicators.get(key)
    return found.meaning if found else None


def sector(key: str) -> Message:
    """Give the name of a sector."""
    return sector_name(key)
