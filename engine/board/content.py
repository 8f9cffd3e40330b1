"""What stands on a board, as it is kept and as it is shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import orjson

_DAYS: Final = ("registered_on", "due_on")


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target of coverage (R-04, R-05): who owes it, who has come so far."""

    id: str
    title: str
    due_on: date
    percent: int
    #: established | implemented
    stage: str
    owed: int
    established: int
    implemented: int

    @property
    def reached(self) -> int:
        """Give how many have come as far as the target asks."""
        return self.implemented if self.stage == "implemented" else self.established

    @property
    def share(self) -> int:
        """Give the whole per cent reached; one that lacks a single enterprise is not 100."""
        return 100 * self.reached // self.owed if self.owed else 100


@dataclass(frozen=True, kw_only=True)
class Major:
    """One open major hazard."""

    report_number: str
    number: str
    enterprise: str
    place: str
    registered_on: date
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class Late:
    """What is open, and what of it is past its day."""

    open: int
    overdue: int
    overdue_major: int


@dataclass(frozen=True, kw_only=True)
class Sums:
    """The three indicators of one month (R-57), with what explains them."""

    month: str
    established: int
    implemented: int
    reported: int
    verified: int
    paid_fen: int
    #: What was given instead of money, and how often.
    noncash_fen: int
    noncash_count: int
    paid_count: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the processes: how long it takes, and what waits at it."""

    key: str
    name: str
    #: Completed in the last ninety days; minutes that half, and nine of ten, took at most.
    done: int
    median: int
    p90: int
    waiting: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board as it stood on a day."""

    month: str
    on: date
    enterprises: int
    targets: list[Target]
    #: Key of `engine.statistics.AGES` → open majors of that age.
    ages: dict[str, int]
    #: The oldest of them.
    majors: list[Major]
    late: Late
    #: The present month, the one before, and the same a year ago.
    sums: list[Sums]
    #: The slowest first.
    steps: list[Step]
    silent: int

    def to_text(self) -> str:
        """Give it as JSON, the same for the same figures."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def of_text(cls, text: str) -> Board:
        """Read what `to_text` wrote."""
        kept: dict[str, Any] = orjson.loads(text)
        return cls(
            **kept
            | {
                "on": date.fromisoformat(kept["on"]),
                "targets": [Target(**_dated(one, "due_on")) for one in kept["targets"]],
                "majors": [
                    Major(**_dated(one, "registered_on", "due_on")) for one in kept["majors"]
                ],
                "late": Late(**kept["late"]),
                "sums": [Sums(**one) for one in kept["sums"]],
                "steps": [Step(**one) for one in kept["steps"]],
            }
        )


def _dated(row: dict[str, Any], *names: str) -> dict[str, Any]:
    days = {name: date.fromisoformat(row[name]) for name in names if row[name]}
    return row | days
