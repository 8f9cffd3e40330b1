"""What is told of those who take part: a few counts, and the shares that follow from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The counts of an enterprise, a team, or all that stand at a place."""

    staff: int = 0
    #: Distinct people who reported; of them those who never had before, in that enterprise.
    reporters: int = 0
    firsts: int = 0
    #: Hazards reported; of them those that are on the ledger by now, None where not counted.
    reported: int = 0
    verified: int | None = None

    @property
    def share(self) -> float | None:
        """Give how many percent of the staff reported (普遍)."""
        return _percent(self.reporters, self.staff)

    @property
    def per_hundred(self) -> float | None:
        """Give how many hazards were reported for a hundred of the staff."""
        return _percent(self.reported, self.staff)

    @property
    def verified_share(self) -> float | None:
        """Give how many percent of what was reported is on the ledger."""
        return None if self.verified is None else _percent(self.verified, self.reported)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
