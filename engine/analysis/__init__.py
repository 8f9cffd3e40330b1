"""What many cases have in common: ways, times, bottlenecks, and what a diagram allows (R-57).

The trace of a case is its tasks. No page shows a person or a single reporter: steps have roles.

told = analyse(session, Filters(period="last_month"), actor=actor)
"""

from engine.analysis.figures import Figure, count_of
from engine.analysis.filters import SOURCES, Filters, Question, ask, keys_of, units_of
from engine.analysis.keeping import AT_ONCE, Analysis, analyse, order, progress
from engine.analysis.listing import (
    Counted,
    Told,
    behind,
    every_case,
    units_named,
    versions_named,
)
from engine.analysis.narrowing import place_key
from engine.analysis.periods import PERIODS, Period, period_of
from engine.analysis.spread import Spread
from engine.analysis.verdicts import digest_of

__all__ = [
    "AT_ONCE",
    "PERIODS",
    "SOURCES",
    "Analysis",
    "Counted",
    "Figure",
    "Filters",
    "Period",
    "Question",
    "Spread",
    "Told",
    "analyse",
    "ask",
    "behind",
    "count_of",
    "digest_of",
    "every_case",
    "keys_of",
    "order",
    "period_of",
    "place_key",
    "progress",
    "units_named",
    "units_of",
    "versions_named",
]
