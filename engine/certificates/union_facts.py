"""What the letters of a union say (R-10, R-74)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class UnionLetterFacts:
    """工会意见书 (R-10, 安法 54, 55): what the union writes to the principal, and no more."""

    #: GH-<org>-YYYY-NNNNN; also the letter's number.
    letter_number: str
    #: Counts from 1.
    round: int
    enterprise: str
    text: str
    demands: tuple[str, ...] = ()
    reply_by: date

    def number(self) -> str:
        """Give the letter's own number."""
        return self.letter_number

    def printed(self) -> dict[str, Any]:
        """Give all of it."""
        return _plain(asdict(self))


@dataclass(frozen=True, kw_only=True)
class UnionReferralFacts:
    """移送函 (R-74): a complaint that is not settled goes to somebody else."""

    #: YS-<org>-YYYY-NNNNN; also the letter's number.
    referral_number: str
    complaint_number: str
    enterprise: str
    to: str
    letter_number: str | None = None
    findings: str = ""
    text: str = ""

    def number(self) -> str:
        """Give the letter's own number."""
        return self.referral_number

    def printed(self) -> dict[str, Any]:
        """Give all of it."""
        return _plain(asdict(self))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat()
        if isinstance(value, date)
        else list(value)
        if isinstance(value, tuple)
        else value
        for key, value in values.items()
    }
