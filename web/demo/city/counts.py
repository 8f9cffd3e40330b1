"""What a model told at another time adds to the months: as the recount of histories gives it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine import clock
from engine.hazards.counts import MAXIMA
from engine.hazards.ledger import CaseState, Projection, project_all
from engine.ledger import fact_of
from engine.statistics import COUNTERS
from engine.store import tables as t
from web.demo.city.models import Model

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_KINDS: Final = {"reporter": "reporters", "rewarded": "rewarded"}
Row = dict[str, Any]
#: The digest by which somebody is counted, and whether it is of one case alone.
Person = tuple[bytes, bool]


def effects(model: Model, days: int) -> Projection:
    """Give what the model's history comes to when it is told so many days later."""
    by = timedelta(days=days)

    def later(found: re.Match[str]) -> str:
        return str(date.fromisoformat(found[0]) + by)

    rows = (
        {**row, "at": row["at"] + by, "data": _DAY.sub(later, row["data"])}
        for row in model.rows[t.Event]
    )
    return project_all(CaseState(), [fact for row in rows if (fact := fact_of(row)) is not None])[1]


@dataclass
class Tally:
    """The months of one enterprise, and when a report was first rewarded."""

    owner: UUID
    months: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    persons: dict[tuple[str, str], set[Person]] = field(default_factory=lambda: defaultdict(set))
    first: tuple[datetime, UUID] | None = None

    def add(self, case: UUID, told: Projection, person: Person) -> None:
        """Count a case in."""
        for month, counters in told.months.items():
            row = self.months[month]
            for name, value in counters.items():
                so_far = row.get(name, 0)
                row[name] = max(so_far, value) if name in MAXIMA else so_far + value
        for key in told.persons:
            self.persons[key].add(person)
        if told.rewarded_at is not None and (
            self.first is None or told.rewarded_at < self.first[0]
        ):
            self.first = (told.rewarded_at, case)

    def month_rows(self) -> Iterator[Row]:
        """Yield the rows of its months."""
        for (month, kind), found in self.persons.items():
            self.months[month][_KINDS[kind]] = len(found)
        for month, counters in sorted(self.months.items()):
            zeros = dict.fromkeys(COUNTERS, 0)
            yield {"organisation_id": self.owner, "month": month, **zeros, **counters}

    def person_rows(self) -> Iterator[Row]:
        """Yield who is counted in which month."""
        for (month, kind), found in sorted(self.persons.items()):
            for digest, anonymous in sorted(found):
                yield {
                    "organisation_id": self.owner,
                    "kind": kind,
                    "digest": digest,
                    "month": month,
                    "anonymous": anonymous,
                }

    @property
    def rewarded(self) -> Mapping[str, Any]:
        """Give what the record of the mechanism says of the first reward."""
        if self.first is None:
            return {"rewarded_on": None, "rewarded_case": None}
        return {"rewarded_on": clock.local_date(self.first[0]), "rewarded_case": self.first[1]}
