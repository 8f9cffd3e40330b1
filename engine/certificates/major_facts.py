"""What the papers of a major hazard say (domain.md C7.5, C7.6). Nothing of who reported it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Hazardous:
    """What both papers say of the hazard."""

    hazard_number: str
    description: str
    place: str | None = None
    part: str | None = None
    #: human | object | environment | management
    category: str | None = None
    #: When it was reported, entered into the ledger, determined to be major.
    reported_at: datetime
    registered_at: datetime
    determined_at: datetime | None = None
    #: The document and clause it was judged by, and the version of the item that was cited.
    criterion: str = ""
    item: str = ""
    #: (condition, holds: yes, no or unknown, evidence, whether it is a precondition)
    conditions: tuple[Mapping[str, Any], ...] = ()
    #: The six elements by their keys; empty while there is no plan.
    plan: Mapping[str, str] = field(default_factory=dict)
    rectifier: str | None = None
    fund_plan: int | None = None
    due_on: date | None = None
    interim: tuple[str, ...] = ()

    def printed(self) -> dict[str, Any]:
        """Give all of it."""
        return {key: _plain(value) for key, value in asdict(self).items()}


@dataclass(frozen=True, kw_only=True)
class MajorReportFacts(Hazardous):
    """重大事故隐患报告单 (order 16 art. 14): to the authority, or to the workers' congress."""

    #: authority | congress
    addressee: str
    #: To whom exactly.
    addressed_to: str
    #: 现状及产生原因 · 危害程度和整改难易程度分析
    state_and_cause: str
    harm_and_difficulty: str
    #: Who can be asked.
    contact: str = ""

    def number(self) -> str:
        """Give the hazard's number with ZB for the authority, ZH for the congress."""
        prefix = "ZB" if self.addressee == "authority" else "ZH"
        return prefix + self.hazard_number[2:]


@dataclass(frozen=True, kw_only=True)
class MajorAcceptanceFacts(Hazardous):
    """重大事故隐患治理验收单 (domain.md C7.5): the six elements, planned and actual."""

    #: The six elements by their keys, as they came out.
    actual: Mapping[str, str]
    fund_actual: int | None = None
    rectified_at: datetime | None = None
    rounds: int = 0
    #: self | experts | institution
    evaluation: str
    evaluated_by: str
    conclusion: str
    acceptor: str
    accepted_at: datetime
    principal: str | None = None
    principal_signed_at: datetime | None = None
    #: Days on which it was reported: to the authority, to the congress.
    authority_on: date | None = None
    authority: str = ""
    congress_on: date | None = None
    #: Each authority that supervises or supervised it: name, number, days.
    supervisions: tuple[Mapping[str, Any], ...] = ()
    #: When the enterprise applied to resume what had been stopped.
    resumption_on: date | None = None

    def number(self) -> str:
        """Give the hazard's number with ZY for 治理验收."""
        return "ZY" + self.hazard_number[2:]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value
