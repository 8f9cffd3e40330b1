"""What many cases have in common: ways, times, bottlenecks, and what a diagram allows (R-57).

The trace of a case is its tasks. No page shows a person or a single reporter: steps have roles.

told = analyse(session, Filters(period="last_month"), actor=actor)
"""

from engine.analysis.filters import SOURCES, Filters, Question, ask, keys_of, units_of
from engine.analysis.keeping import AT_ONCE, Analysis, analyse, order, progress
from engine.analysis.listing import Told, cases_of, digest_of, every_case, versions_named
from engine.analysis.periods import PERIODS, Period, period_of
from engine.analysis.spread import Spread

__all__ = [
    "AT_ONCE",
    "PERIODS",
    "SOURCES",
    "Analysis",
    "Filters",
    "Period",
    "Question",
    "Spread",
    "Told",
    "analyse",
    "ask",
    "cases_of",
    "digest_of",
    "every_case",
    "keys_of",
    "order",
    "period_of",
    "progress",
    "units_of",
    "versions_named",
]
