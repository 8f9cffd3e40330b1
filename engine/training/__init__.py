"""Training sessions with attendance and coverage (R-42, R-43; domain.md C6).

Those above enterprises hold sessions; a person is there for one enterprise, in one position. Who is
not trained is a list of enterprises by name, with whom to call.
"""

from engine.training.attendance import attendees, confirm, enterprises_named, remove, sign
from engine.training.coverage import Coverage, counts, coverage, untrained
from engine.training.reading import POSITIONS, Row, read_rows
from engine.training.sessions import (
    Facts,
    attended,
    change,
    close_sheet,
    find_by_code,
    get_session,
    held,
    material,
    open_sheet,
    own_session,
    plan,
    withdraw,
)
from engine.training.taking import preview, take

__all__ = [
    "POSITIONS",
    "Coverage",
    "Facts",
    "Row",
    "attended",
    "attendees",
    "change",
    "close_sheet",
    "confirm",
    "counts",
    "coverage",
    "enterprises_named",
    "find_by_code",
    "get_session",
    "held",
    "material",
    "open_sheet",
    "own_session",
    "plan",
    "preview",
    "read_rows",
    "remove",
    "sign",
    "take",
    "untrained",
    "withdraw",
]
