"""The register of major hazards 重大事故隐患 (R-50…R-54, R-72, R-73; domain.md C1 29–45).

What the process has asked is read from its answers; what happens outside of it, an authority's
listing above all, is entered here, and every entry is an event of the case.
"""

from engine.majors.acting import guard, report
from engine.majors.dossier import Dossier, dossiers
from engine.majors.drawing_up import (
    ACCEPTANCE_ACTUALS,
    EVALUATIONS,
    draw_up_acceptance,
    draw_up_report,
)
from engine.majors.filters import AGES, MISSING, STANDINGS, MajorFilters, age_of
from engine.majors.publicity import Publicity, publicity
from engine.majors.publicity import names as publicity_names
from engine.majors.register import Register, closed_inside, get_major, missing_of, register
from engine.majors.sums import Overview, overview
from engine.majors.supervising import (
    apply_for_check,
    may_strike_off,
    put_under_supervision,
    require_authority,
    strike_off,
)
from engine.majors.told import Told, told

__all__ = [
    "ACCEPTANCE_ACTUALS",
    "AGES",
    "EVALUATIONS",
    "MISSING",
    "STANDINGS",
    "Dossier",
    "MajorFilters",
    "Overview",
    "Publicity",
    "Register",
    "Told",
    "age_of",
    "apply_for_check",
    "closed_inside",
    "dossiers",
    "draw_up_acceptance",
    "draw_up_report",
    "get_major",
    "guard",
    "may_strike_off",
    "missing_of",
    "overview",
    "publicity",
    "publicity_names",
    "put_under_supervision",
    "register",
    "report",
    "require_authority",
    "strike_off",
    "told",
]
