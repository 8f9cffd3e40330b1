"""Read-only questions about ledgers and months, always narrowed to what the actor may see."""

from engine.hazards.months import months_back
from engine.statistics.cases import cases, may_open
from engine.statistics.compare import Difference
from engine.statistics.figures import FIGURES, STANDING, Figure, get_figure
from engine.statistics.filters import (
    AGES,
    CATEGORIES,
    CHANNELS,
    HAZARD_DATES,
    HAZARD_STATES,
    KINDS,
    LEVELS,
    REWARD_DATES,
    REWARD_STATES,
    SOURCES,
    HazardFilters,
    RewardFilters,
)
from engine.statistics.listings import Balance, balance, get_hazard, hazards, rewards
from engine.statistics.monthly import Line, Table, as_tree, line, monthly, tables
from engine.statistics.overlaps import Overlaps, overlaps, region
from engine.statistics.paging import Page
from engine.statistics.recount import Recount, recount
from engine.statistics.scope import AXES, NOWHERE, Enterprise, out_of_sight
from engine.statistics.span import present_month
from engine.statistics.sums import COUNTERS
from engine.statistics.trend import Point, trend
from engine.statistics.whole import Whole

__all__ = [
    "AGES",
    "AXES",
    "CATEGORIES",
    "CHANNELS",
    "COUNTERS",
    "FIGURES",
    "HAZARD_DATES",
    "HAZARD_STATES",
    "KINDS",
    "LEVELS",
    "NOWHERE",
    "REWARD_DATES",
    "REWARD_STATES",
    "SOURCES",
    "STANDING",
    "Balance",
    "Difference",
    "Enterprise",
    "Figure",
    "HazardFilters",
    "Line",
    "Overlaps",
    "Page",
    "Point",
    "Recount",
    "RewardFilters",
    "Table",
    "Whole",
    "as_tree",
    "balance",
    "cases",
    "get_figure",
    "get_hazard",
    "hazards",
    "line",
    "may_open",
    "monthly",
    "months_back",
    "out_of_sight",
    "overlaps",
    "present_month",
    "recount",
    "region",
    "rewards",
    "tables",
    "trend",
]
