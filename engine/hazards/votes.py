"""Votes: when several people decide on one task (pure).

会签 everybody signs, 或签 the first decides, 票签 a ratio, 依次 one after the other. A vote is
decided at the first moment at which the votes still to come could change nothing, and stays so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

KINDS: Final = ("all", "any", "ratio", "sequence")
#: What happens when nobody can vote.
NOBODY: Final = ("principal", "pass", "fail")
_LONGEST_RATIO: Final = 20


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """How several decide on a task, as its properties say."""

    #: One of `KINDS`.
    decide: str
    #: Roles or a field, as written; empty for the lane's role.
    voters: str
    #: What part of the voters has to agree; 1 unless a ratio decides.
    ratio: Fraction
    field: str
    agrees: str
    opinion: str
    #: One of `NOBODY`.
    nobody: str
    #: Voters see the votes that were given before theirs.
    is_open: bool

    @classmethod
    def of(cls, properties: Mapping[str, str]) -> Ballot | None:
        """Give how several decide; None for a task that whoever takes it decides."""
        decide = properties.get("decide", "").strip()
        if decide not in KINDS:
            return None
        ratio = read_ratio(properties.get("ratio", "")) if decide == "ratio" else None
        nobody = properties.get("nobody", "").strip()
        return cls(
            decide=decide,
            voters=properties.get("voters", "").strip(),
            ratio=ratio or Fraction(1),
            field=properties.get("vote_field", "").strip() or "decision",
            agrees=properties.get("vote_for", "").strip() or "agree",
            opinion=properties.get("opinion_field", "").strip() or "opinion",
            nobody=nobody if nobody in NOBODY else "principal",
            is_open=properties.get("vote_open", "").strip() == "true",
        )

    @property
    def is_sequence(self) -> bool:
        """Say whether one is asked after the other."""
        return self.decide == "sequence"

    def is_for(self, answers: Mapping[str, Any]) -> bool:
        """Say whether the answers to the task's form agree."""
        value = answers.get(self.field)
        said = str(value).lower() if isinstance(value, bool) else str(value)
        return said == self.agrees

    def outcome(self, votes: Sequence[bool], voters: int) -> str:
        """Give what the votes come to: open, passed or failed.

        Args:
            votes: the votes given so far, in their order; True agrees.
            voters: how many may vote, those who have included; at least one.
        """
        if self.decide == "any":
            if not votes:
                return "open"
            return "passed" if votes[0] else "failed"
        agreed = sum(votes)
        possible = voters - (len(votes) - agreed)
        needed = self.ratio * voters
        if agreed >= needed:
            return "passed"
        return "open" if possible >= needed else "failed"


def read_ratio(text: str) -> Fraction | None:
    """Read "2/3", "0.6" or "60%"; None for what is no number above 0 and at most 1."""
    said = "".join(text.split())
    hundred = said.endswith("%")
    said = said.removesuffix("%")
    if not said or len(said) > _LONGEST_RATIO or set(said) - set("0123456789./"):
        return None
    try:
        ratio = Fraction(said) / (100 if hundred else 1)
    except (ValueError, ZeroDivisionError):
        return None
    return ratio if 0 < ratio <= 1 else None
