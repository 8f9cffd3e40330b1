"""What each certificate says: the facts its caller gives, and the part of them that is printed.

`printed` is frozen in the statement. What may not be printed is not in it at all: for a reporter
who is confidential or anonymous neither a name, nor a spot, nor a day, nor a number that leads to
one (domain.md B7, C7.1); never a receipt code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from engine.certificates.major_facts import MajorAcceptanceFacts, MajorReportFacts
from engine.certificates.reward_facts import RewardFacts
from engine.certificates.union_facts import UnionLetterFacts, UnionReferralFacts
from engine.errors import DelegateError


class Facts(Protocol):
    """What every kind of certificate can tell of itself."""

    def number(self) -> str:
        """Give the number the certificate is issued under, before any "-2" of a second issue."""

    def printed(self) -> dict[str, Any]:
        """Give the JSON-plain facts that are frozen and printed."""


@dataclass(frozen=True, kw_only=True)
class ClosureFacts:
    """事故隐患闭环销号证明 (domain.md C7.4). Says nothing of who reported."""

    #: XH-<org>-YYYY-NNNNN; also the certificate's number.
    closure_number: str
    hazard_number: str
    #: general | major
    level: str
    #: human | object | environment | management
    category: str | None = None
    place: str | None = None
    part: str | None = None
    description: str
    #: Law, article, version; or checklist items, in words.
    basis: tuple[str, ...] = ()
    reported_at: datetime
    registered_at: datetime
    #: The five 五落实: who, what, money (fen, or words), by when, what if.
    rectifier: str | None = None
    measures: str | None = None
    funds: int | str | None = None
    due_on: date | None = None
    contingency: str | None = None
    fixed_on_spot: bool = False
    #: eliminate | substitute | engineering | administrative | ppe
    control_type: str | None = None
    done_note: str | None = None
    rectified_at: datetime | None = None
    #: How often it went back to rectification.
    rounds: int = 0
    #: SHA-256 (hex) of attachments, in the order shown.
    photos_before: tuple[str, ...] = ()
    photos_after: tuple[str, ...] = ()
    #: Name and role of the one who accepted, and what they noted.
    acceptor: str
    acceptor_role: str
    accepted_at: datetime
    acceptance_note: str | None = None
    #: The principal accepted because nobody else is there (one-person firm).
    principal_accepted: bool = False
    #: Majors: the principal who signed the closure, and when.
    principal: str | None = None
    principal_signed_at: datetime | None = None
    #: Majors under 挂牌督办: the authority, its case number.
    supervised_by: str | None = None
    supervision_number: str | None = None
    closed_at: datetime
    process_name: str
    process_version: int
    #: The instance's number, as people cite it.
    instance_number: str

    def number(self) -> str:
        """Give the closure's own number."""
        return self.closure_number

    def printed(self) -> dict[str, Any]:
        """Give all of it."""
        return _plain(asdict(self))


@dataclass(frozen=True, kw_only=True)
class ReceiptFacts:
    """受理回执 (domain.md C7.13). The receipt code is not part of it, on purpose."""

    #: BG-<org>-YYYYMMDD-NNNN; the certificate's number is the same with SL.
    report_number: str
    #: hazard | suggestion
    kind: str = "hazard"
    reported_at: datetime
    #: What happens next, and by when.
    next_step: str = "受理"
    next_due_at: datetime | None = None
    #: Whether there is a receipt code to follow the report with.
    by_code: bool = True
    #: Whom to ask inside, as "安全管理部 021-6200 0000".
    contact: str | None = None

    def number(self) -> str:
        """Give the report's number with SL for 受理."""
        return _renamed(self.report_number, "SL")

    def printed(self) -> dict[str, Any]:
        """Give all of it."""
        return _plain(asdict(self))


@dataclass(frozen=True, kw_only=True)
class ClaimFacts:
    """匿名奖励领取凭证 (domain.md C7.2). Whoever brings it and the receipt code is paid."""

    #: JL-<org>-YYYY-NNNNN; the slip's number is the same with LQ.
    reward_number: str
    #: fen, as approved
    amount_fen: int
    claim_until: date | None = None
    claim_at: str | None = None
    #: The one person who notes who came and keeps it apart; empty: nobody asks who comes.
    keeper: str | None = None
    #: What the payer does about tax, in words; the program does not decide it.
    tax_note: str | None = None

    def number(self) -> str:
        """Give the reward's number with LQ for 领取."""
        return _renamed(self.reward_number, "LQ")

    def printed(self) -> dict[str, Any]:
        """Give all of it."""
        return _plain(asdict(self))


@dataclass(frozen=True, kw_only=True)
class GuidanceFacts:
    """合规指导意见书 (domain.md C7.9, R-39). Not a penalty, and it says so."""

    #: YJ-<org>-YYYY-NNNNN; also the letter's number.
    opinion_number: str
    #: ZD-<org>-YYYY-NNNNN: the visit's.
    visit_number: str
    enterprise: str
    plan_number: str | None = None
    visited_on: date | None = None
    #: Who went, by name.
    visitors: str
    #: Who received them, and as what.
    met: str | None = None
    #: (group, question, what was found in words, note) of each item of the checklist.
    findings: tuple[tuple[str, str, str, str], ...] = ()
    other_findings: str | None = None
    opinion: str
    #: What the enterprise is asked to do, and by when.
    asked: tuple[str, ...] = ()
    answer_by: date | None = None
    signer: str | None = None
    signed_at: datetime | None = None
    process_version: int

    def number(self) -> str:
        """Give the letter's own number."""
        return self.opinion_number

    def printed(self) -> dict[str, Any]:
        """Give all of it."""
        return _plain(asdict(self))


KINDS: Final[Mapping[str, type[Facts]]] = {
    "reward": RewardFacts,
    "closure": ClosureFacts,
    "receipt": ReceiptFacts,
    "claim": ClaimFacts,
    "guidance": GuidanceFacts,
    "union_letter": UnionLetterFacts,
    "union_referral": UnionReferralFacts,
    "major_authority": MajorReportFacts,
    "major_congress": MajorReportFacts,
    "major_acceptance": MajorAcceptanceFacts,
}


def read(kind: str, given: Mapping[str, Any]) -> Facts:
    """Read the facts of a certificate.

    Raises:
        DelegateError: there is no such kind, or a fact is unknown or missing.
    """
    if kind not in KINDS:
        raise DelegateError(
            f"没有这种证书：{kind}。可用：{'、'.join(KINDS)}。",
            f"There is no certificate of kind {kind}; there are {', '.join(KINDS)}.",
        )
    try:
        return KINDS[kind](**{key: _frozen(value) for key, value in given.items()})
    except TypeError as error:
        raise DelegateError(
            f"证书 {kind} 的内容不齐或多余：{error}",
            f"The facts of a {kind} certificate are incomplete or unknown: {error}",
        ) from error


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _renamed(number: str, prefix: str) -> str:
    return prefix + number[2:]
