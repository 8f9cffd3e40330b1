"""What relations are called, what one may say of them, and when one holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, or_

from engine import clock
from engine.errors import InvalidAnswers, Message
from engine.store import tables as t
from engine.values.signs import writable


@dataclass(frozen=True)
class Kind:
    """What a kind of relation is called: itself, its host, and the other side."""

    name: Message
    host: Message
    other: Message
    #: Whether the law asks for a safety agreement of its own (安法 49).
    needs_agreement: bool


KINDS: Final[Mapping[str, Kind]] = {
    "contractor": Kind(
        Message("承包", "Contract"),
        Message("发包单位", "Client"),
        Message("承包单位", "Contractor"),
        needs_agreement=True,
    ),
    "tenant": Kind(
        Message("承租", "Lease"),
        Message("出租单位", "Landlord"),
        Message("承租单位", "Tenant"),
        needs_agreement=True,
    ),
    "supplier": Kind(
        Message("供应", "Supply"),
        Message("采购单位", "Buyer"),
        Message("供应单位", "Supplier"),
        needs_agreement=False,
    ),
    "agency": Kind(
        Message("劳务派遣", "Labour dispatch"),
        Message("用工单位", "Receiving employer"),
        Message("劳务派遣单位", "Dispatching agency"),
        needs_agreement=False,
    ),
}
STATES: Final[Mapping[str, Message]] = {
    "invited": Message("已邀请，待登记", "Invited, to be entered"),
    "expired": Message("邀请已过期", "Invitation expired"),
    "proposed": Message("待对方确认", "Waits for an answer"),
    "to_come": Message("已确认，未开始", "Confirmed, not yet begun"),
    "in_force": Message("有效", "In force"),
    "lapsed": Message("已到期", "Over"),
    "refused": Message("对方没有确认", "Declined"),
    "withdrawn": Message("已撤回", "Withdrawn"),
    "ended": Message("已结束", "Ended"),
}
#: What is still going on: one of a kind and subject with the same party.
OPEN: Final = ("invited", "proposed", "in_force")
AGREEMENTS: Final[Mapping[str, Message]] = {
    "there": Message("已签", "Signed"),
    "missing": Message("没有协议", "Missing"),
    "over": Message("协议已过期", "Agreement over"),
    "not_needed": Message("不要求", "Not required"),
}
#: The kinds of reporters who work for somebody else than the host, or rent from it.
OUTSIDE_TYPES: Final = ("contractor", "tenant", "dispatched")
INVITED_FOR: Final = timedelta(days=30)
#: So many days before a relation is over both sides are told.
ENDING_WITHIN: Final = timedelta(days=30)
MOST_FILES: Final = 9
#: Relations of one host that are open at once.
MOST_OPEN: Final = 2000
#: Invitations of one host that wait at once: keepers are not to be flooded.
MOST_INVITED: Final = 100
LONGEST: Final = {"name": 200, "subject": 200, "coordinator": 100}
_REASON: Final = (2, 500)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a relation is about, as its host writes it."""

    kind: str
    subject: str
    from_on: date | None
    until_on: date | None = None
    coordinator: str = ""
    is_offered: bool = True


def clean_terms(terms: Terms) -> Terms:
    """Give what was written without odd signs and blanks.

    Raises:
        InvalidAnswers: field by field.
    """
    terms = replace(terms, subject=plain(terms.subject), coordinator=plain(terms.coordinator))
    wrong: dict[str, list[Message]] = {}
    if terms.kind not in KINDS:
        wrong["kind"] = [Message("请选择关系。", "Choose a relation.")]
    for key, zh, en in (
        ("subject", "请写明项目、场所或内容，2 至 200 字。", "Say what it is about."),
        ("coordinator", "请写明本单位谁负责统一协调。", "Say who coordinates on your side."),
    ):
        if not 2 <= len(getattr(terms, key)) <= LONGEST[key]:
            wrong[key] = [Message(zh, en)]
    if terms.from_on is None or not _is_near(terms.from_on):
        wrong["from_on"] = [Message("请填写开始日期。", "Give the day it begins.")]
    elif terms.until_on is not None and not terms.from_on <= terms.until_on:
        wrong["until_on"] = [
            Message("结束日期不能早于开始日期。", "It cannot end before it begins.")
        ]
    if terms.until_on is not None and not _is_near(terms.until_on):
        wrong["until_on"] = [Message("请填写正确的结束日期。", "Give a day that can be right.")]
    if wrong:
        raise InvalidAnswers(wrong)
    return terms


def clean_reason(reason: str, field: str = "reason") -> str:
    """Give a reason; InvalidAnswers when there is none, or too long a one."""
    found = writable(reason).strip()
    least, most = _REASON
    if not least <= len(found) <= most:
        raise InvalidAnswers.at(
            field,
            f"请写明原因，{least} 至 {most} 字。",
            f"Say why, in {least} to {most} characters.",
        )
    return found


def plain(text: str) -> str:
    """Give one line of text without signs that files cannot hold."""
    return " ".join(writable(text).split())


def state_of(row: Any, today: date | None = None, now: datetime | None = None) -> str:
    """Give the state a relation is in today, a key of `STATES`."""
    today = today or clock.local_date()
    if row.state == "invited" and row.expires_at <= (now or clock.now()):
        return "expired"
    if row.state != "in_force":
        return str(row.state)
    if row.until_on is not None and row.until_on < today:
        return "lapsed"
    return "to_come" if row.from_on > today else "in_force"


def agreement_of(row: Any, today: date | None = None) -> str:
    """Say how it stands with a relation's safety agreement, a key of `AGREEMENTS`."""
    if row.agreement_on is not None:
        over = row.agreement_until is not None and row.agreement_until < (
            today or clock.local_date()
        )
        return "over" if over else "there"
    return "missing" if KINDS[row.kind].needs_agreement else "not_needed"


def holds(today: date | None = None) -> ColumnElement[bool]:
    """Say in SQL that a relation is in force today."""
    today, row = today or clock.local_date(), t.Relation
    return (
        (row.state == "in_force")
        & (row.from_on <= today)
        & or_(row.until_on.is_(None), row.until_on >= today)
    )


def _is_near(day: date) -> bool:
    return 1990 <= day.year <= 2100
