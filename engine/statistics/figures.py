"""Every figure of the monthly table: its name, and in SQL the cases it counts (domain.md C5).

`engine.hazards.counts` says the same of one row in Python; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, literal_column, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from engine import clock
from engine.errors import Invalid, Message
from engine.hazards.counts import HUMAN_SOURCES, LEDGER_STATES, OPEN_STATES, SIGNALS
from engine.statistics.paging import aside
from engine.statistics.span import Span
from engine.store import Hazard, Reward

Condition = Callable[[Span], ColumnElement[bool]]


@dataclass(frozen=True)
class Figure:
    """One figure of the monthly table."""

    key: str
    name: Message
    #: count | fen | persons | enterprises
    unit: str
    #: Which list it opens: hazard, reward, enterprise, or empty: persons are never listed.
    opens: str = ""
    #: Says which rows of that list it counts.
    condition: Condition = lambda _span: true()
    #: The column that orders that list: the moment by which a row belongs to a month.
    moment: Any = None


def get_figure(key: str) -> Figure:
    """Give a figure by its key.

    Raises:
        Invalid: there is none of that name.
    """
    if key not in FIGURES:
        raise Invalid(
            f"没有名为“{key[:40]}”的指标。", f"There is no figure '{key[:40]}'.", field="indicator"
        )
    return FIGURES[key]


#: Written as in the index over open hazards; with parameters the index would not be used.
IS_OPEN: Final = Hazard.state.in_([literal_column(f"'{state}'") for state in OPEN_STATES])


def is_open_at(moment: datetime) -> ColumnElement[bool]:
    """Say in SQL that a hazard of any source was on the ledger and not closed at `moment`."""
    if moment > clock.now():
        return and_(Hazard.kind == "hazard", IS_OPEN)
    return and_(
        Hazard.kind == "hazard",
        Hazard.state.in_(LEDGER_STATES),
        Hazard.registered_at < moment,
        or_(Hazard.closed_at.is_(None), Hazard.closed_at >= moment),
    )


def is_overdue_at(span: Span) -> ColumnElement[bool]:
    """Say in SQL that a hazard was open and past its day when `span` ended, or is so today."""
    return and_(is_open_at(span.end), Hazard.due_on < _past(span))


def is_still_overdue(span: Span) -> ColumnElement[bool]:
    """Say in SQL that a hazard was overdue when `span` ended and is open to this day."""
    registered = aside(Hazard.registered_at) < span.end
    return and_(_HUMAN, IS_OPEN, registered, Hazard.due_on < _past(span))


def _past(span: Span) -> date:
    """Give the first day that is not over yet when `span` ends, or today."""
    return min(clock.local_date(), span.last_on + timedelta(days=1))


def _hazards(
    key: str, zh: str, en: str, moment: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]
) -> Figure:
    condition = _within(moment, *conditions)
    return Figure(key, Message(zh, en), "count", "hazard", condition, moment)


def _standing(key: str, zh: str, en: str, condition: Condition) -> Figure:
    return Figure(key, Message(zh, en), "count", "hazard", condition, Hazard.registered_at)


def _rewards(
    key: str,
    zh: str,
    en: str,
    unit: str,
    moment: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
) -> Figure:
    return Figure(key, Message(zh, en), unit, "reward", _within(moment, *conditions), moment)


def _enterprises(key: str, zh: str, en: str) -> Figure:
    return Figure(key, Message(zh, en), "enterprises", "enterprise")


def _persons(key: str, zh: str, en: str) -> Figure:
    return Figure(key, Message(zh, en), "persons")


def _within(moment: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> Condition:
    return lambda span: and_(*conditions, moment >= span.start, moment < span.end)


_HAZARD = Hazard.kind == "hazard"
_SUGGESTION = Hazard.kind == "suggestion"
_HUMAN = and_(_HAZARD, Hazard.source.in_(HUMAN_SOURCES))
_SIGNAL = and_(_HAZARD, Hazard.source.in_(SIGNALS))
_OTHER = and_(_HAZARD, Hazard.source.not_in((*HUMAN_SOURCES, *SIGNALS)))
_ON_LEDGER = Hazard.state.in_(LEDGER_STATES)
_CLOSED = Hazard.state == "closed"
_MAJOR = Hazard.level == "major"
_APPROVED = Reward.state.in_(("approved", "paid", "received"))
_GIVEN = Reward.state.in_(("paid", "received"))
#: What was given instead of money is counted apart from what was paid (C5 14).
_NONCASH = Reward.noncash_fen.is_not(None)


def _all() -> Iterator[Figure]:
    """Yield the figures in the order of the table."""
    registered, closed_at = Hazard.registered_at, Hazard.closed_at
    on_ledger, closed = (_HUMAN, _ON_LEDGER), (_HUMAN, _CLOSED)
    yield _enterprises("obliged", "应建单位", "Enterprises obliged")
    yield _enterprises("established", "已建立机制单位", "Mechanism established")
    yield _enterprises("established_new", "其中本月新增", "Established this month")
    yield _enterprises("implemented", "已实施机制单位", "Mechanism implemented")
    yield _enterprises("silent", "本月无报告单位", "Without a report this month")
    yield _hazards("reported", "收到隐患报告", "Reported", Hazard.reported_at, _HUMAN)
    yield _hazards("verified", "查实上账隐患", "Verified", registered, *on_ledger)
    yield _hazards("verified_major", "其中重大", "Major", registered, *on_ledger, _MAJOR)
    for category, zh, en in _CATEGORIES:
        of_class = Hazard.category == category
        yield _hazards(f"category_{category}", zh, en, registered, *on_ledger, of_class)
    dismissed = (_HUMAN, Hazard.state == "dismissed")
    yield _hazards(
        "dismissed", "不予上账", "Not put on the ledger", Hazard.dismissed_at, *dismissed
    )
    yield _hazards("closed", "整改销号", "Rectified and closed", closed_at, *closed)
    yield _hazards("closed_major", "其中重大", "Major closed", closed_at, *closed, _MAJOR)
    yield _standing(
        "opening", "期初未销号", "Open before", lambda span: and_(_HUMAN, is_open_at(span.start))
    )
    yield _standing(
        "closing", "期末未销号", "Open at the end", lambda span: and_(_HUMAN, is_open_at(span.end))
    )
    yield _standing(
        "overdue", "其中逾期", "Overdue", lambda span: and_(_HUMAN, is_overdue_at(span))
    )
    yield _hazards(
        "reported_suggestions", "合理化建议", "Suggestions", Hazard.reported_at, _SUGGESTION
    )
    yield _hazards("adopted", "建议采纳", "Adopted", closed_at, _SUGGESTION, _CLOSED)
    yield _persons("reporters", "报告人数", "Persons who reported")
    approved, given = (Reward.approved_at, _APPROVED), (Reward.paid_at, _GIVEN)
    paid, noncash = (*given, ~_NONCASH), (*given, _NONCASH)
    yield _rewards("approved_fen", "已批准奖励", "Rewards approved", "fen", *approved)
    yield _rewards("approved_count", "批准人次", "Approvals", "count", *approved)
    yield _rewards("paid_fen", "已发放奖励", "Rewards paid", "fen", *paid)
    yield _rewards("paid_count", "受奖人次", "Rewards given", "count", *given)
    yield _rewards("max_paid_fen", "单笔最高", "Largest payment", "fen", *paid)
    yield _rewards("noncash_count", "非现金奖励件数", "Non-cash rewards", "count", *noncash)
    yield _rewards("noncash_fen", "非现金奖励折值", "Worth of non-cash rewards", "fen", *noncash)
    received = (Reward.received_at, Reward.state == "received")
    yield _rewards("received_fen", "已领取奖励", "Rewards received", "fen", *received)
    yield _persons("rewarded", "受奖人数", "Persons rewarded")
    withdrawn = (_HAZARD, registered.is_not(None))
    yield _hazards("withdrawn", "上账后撤销", "Withdrawn", Hazard.cancelled_at, *withdrawn)
    for origin, of_origin, zh, en in _BESIDE:
        yield _hazards(origin, zh, en, Hazard.reported_at, of_origin)
        yield _hazards(
            f"{origin}_verified", f"{zh}查实", f"{en} verified", registered, of_origin, _ON_LEDGER
        )
        yield _hazards(
            f"{origin}_closed", f"{zh}销号", f"{en} closed", closed_at, of_origin, _CLOSED
        )


_CATEGORIES: Final = (
    ("human", "人的因素", "Human"),
    ("object", "物的因素", "Object"),
    ("environment", "环境因素", "Environment"),
    ("management", "管理因素", "Management"),
)
_BESIDE: Final = (
    ("signals", _SIGNAL, "物联网和智能识别信号", "Signals"),
    ("others", _OTHER, "检查和转办", "Inspections"),
)
#: In the order of the table.
FIGURES: Final[Mapping[str, Figure]] = {figure.key: figure for figure in _all()}
#: What an enterprise, not a month, is asked for; they have no sum over a year.
STANDING: Final = frozenset(
    {"obliged", "established", "implemented", "silent", "opening", "closing", "overdue"}
)
