"""How good a report is, from facts alone (R-22); what it is worth is decided by the verifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Message

#: Fact → the fields that answer it, and what it is called. domain.md R-22, C1 8-9, 11, 12, 16-17.
FACTS: Final[Mapping[str, tuple[tuple[str, ...], Message]]] = {
    "photo": (("photos_before",), Message("有照片", "A photo")),
    "spot": (("part", "equipment"), Message("写明具体部位", "The exact spot")),
    "basis": (
        ("checklist_item", "basis"),
        Message("对照了清单或依据", "A checklist item or basis"),
    ),
    "suggestion": (("suggestion",), Message("提了措施或建议", "What was done, or a suggestion")),
}
#: So many facts make a good report: a photo, a spot, and a basis or a suggestion.
_ENOUGH: Final = 3


@dataclass(frozen=True)
class Quality:
    """What the facts propose: normal or good, and which of them hold."""

    facts: Mapping[str, bool]

    @property
    def score(self) -> int:
        """Give how many of the four hold."""
        return sum(self.facts.values())

    @property
    def proposed(self) -> str:
        """Give normal or good, a value of `report_quality`."""
        return "good" if self.score >= _ENOUGH else "normal"


def quality_of(report: Mapping[str, Any]) -> Quality:
    """Give what a report holds, by the answers it came in with.

    Args:
        report: the answers to the start form, by field key; others' answers are no merit of it.
    """
    return Quality(
        {
            key: any(_says(report.get(field)) for field in fields)
            for key, (fields, _words) in FACTS.items()
        }
    )


def _says(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
