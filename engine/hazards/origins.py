"""How a report came in: where it is from, by which way, and who typed it (domain.md C1 4 and 23).

Who typed in what somebody else said, on a slip or over the phone, is not its reporter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from engine.hazards.counts import HUMAN_SOURCES, SIGNALS

#: Sources behind which nobody of the firm stands: no identity is kept, and nobody is rewarded.
NAMELESS: Final = ("government", "transferred", *SIGNALS)
#: What `identity_mode` says of a case that no person of the firm reported.
NOBODY: Final = "none"
#: Kept of reports from before the way in was noted.
UNKNOWN_CHANNEL: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a report is from; without anything, a member's own report on a page."""

    #: A key of `codes.SOURCES`.
    source: str = "staff"
    #: A key of `codes.CHANNELS`.
    channel: str = "web"
    #: Whose inspection it was, which paper handed it over, which device it came from.
    note: str = ""
    #: Who typed in what somebody else said, or the account of a device; None for a reporter.
    entered_by: UUID | None = None

    @property
    def is_nameless(self) -> bool:
        """Say whether nobody of the firm stands behind it."""
        return self.source in NAMELESS

    @property
    def is_signal(self) -> bool:
        """Say whether a machine sent it."""
        return self.source in SIGNALS

    @property
    def is_plain(self) -> bool:
        """Say whether the reporter found and reported it themselves: what everybody may do."""
        return self.source in ("staff", "self_check") and self.entered_by is None

    @property
    def facts(self) -> dict[str, Any]:
        """What the history notes of it; never who the reporter is."""
        found: dict[str, Any] = {"source": self.source, "channel": self.channel}
        if self.note:
            found["source_note"] = self.note
        if self.entered_by is not None:
            found["entered_by"] = str(self.entered_by)
        return found

    @property
    def data(self) -> dict[str, Any]:
        """What the process finds in its data.

        A reward for what somebody else typed in is never approved by its amount alone: one person
        could type a report, verify it and be paid for it (docs/decisions/0026).
        """
        return self.facts if self.entered_by is None else {**self.facts, "reward_limit_fen": 0}


def is_from_people(row: Mapping[str, Any]) -> bool:
    """Say whether a report counts its reporter among those who report (普遍, R-31)."""
    return row["kind"] == "suggestion" or row["source"] in HUMAN_SOURCES
