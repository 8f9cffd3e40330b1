"""Rows of the two ledgers as pages and files show them. Nothing here knows who reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from engine import clock
from engine.errors import Message
from engine.hazards.counts import OPEN_STATES
from engine.hazards.deadlines import overdue_days
from web.exports import Column, Rows, Sheet
from web.given import given
from web.labels import (
    CATEGORIES,
    CHANNELS,
    CONTROL_TYPES,
    FINDINGS,
    FUNDING_LINES,
    LEVELS,
    METHODS,
    REWARD_STATES,
    SOURCES,
    name_of,
    rule_version,
    state_of,
)
from web.language import say


class Hazard:
    """A row of the hazard ledger."""

    def __init__(self, row: Any, *, may_open: bool = True) -> None:
        self.row = row
        self.may_open = may_open

    @property
    def number(self) -> str:
        """Give its ledger number, or while it has none its report number."""
        return str(self.row.number or self.row.report_number)

    @property
    def url(self) -> str:
        """Give the address of its case; nothing when it is not theirs to open any more."""
        return f"/cases/{self.row.id}" if self.may_open else ""

    @property
    def state_words(self) -> Message:
        """Give its state in words."""
        return state_of(self.row.kind, self.row.state)

    @property
    def where(self) -> str:
        """Give place and part."""
        return " ".join(text for text in (self.row.place, self.row.part) if text)

    @property
    def came_in(self) -> str:
        """Give where it is from and by which way, as far as that is worth saying on a page."""
        source = say(name_of(SOURCES, self.row.source)) if self.row.source != "staff" else ""
        known = self.row.channel not in ("unknown", "signal")
        return " ".join(
            filter(None, (source, say(name_of(CHANNELS, self.row.channel)) if known else ""))
        )

    @property
    def is_open(self) -> bool:
        """Say whether it waits for rectification or acceptance."""
        return self.row.state in OPEN_STATES

    @property
    def working_days_left(self) -> int | None:
        """Give the working days left by its enterprise's calendar; negative when overdue."""
        if not self.is_open or self.row.due_on is None:
            return None
        today, due_on = clock.local_date(), self.row.due_on
        calendar = _calendar(self.row.organisation_settings)
        if due_on < today:
            return -overdue_days(due_on, today, calendar)
        return overdue_days(today, due_on, calendar)

    @property
    def days_late(self) -> int | None:
        """Give by how many working days it is overdue; None when it is not."""
        left = self.working_days_left
        return -left if self.is_late and left is not None else None

    @property
    def is_late(self) -> bool:
        """Say whether it is open and past its day."""
        return self.is_open and bool(self.row.due_on) and self.row.due_on < clock.local_date()


class Reward:
    """A row of the reward ledger."""

    def __init__(self, row: Any, *, may_open: bool = True) -> None:
        self.row = row
        self.may_open = may_open

    @property
    def case_number(self) -> str:
        """Give the ledger number of its case, or its report number."""
        return str(self.row.hazard_number or self.row.report_number or "")

    @property
    def url(self) -> str:
        """Give the address of its case; nothing when it is not theirs to open any more."""
        return f"/cases/{self.row.instance_id}" if self.may_open else ""

    @property
    def rule_version(self) -> Message:
        """Give the version of the rule that computed it."""
        return rule_version(self.row.rule_version)

    @property
    def funding(self) -> Message:
        """Give where it is charged in words."""
        return name_of(FUNDING_LINES, self.row.funding_line)

    @property
    def method(self) -> Message:
        """Give how it is paid in words."""
        return name_of(METHODS, self.row.method)

    @property
    def instead(self) -> str:
        """Give what was given instead of money, empty where money was paid."""
        return "" if self.row.noncash_fen is None else given(self.row)


@dataclass(frozen=True)
class _Field:
    """A column of a file and what stands in it."""

    column: Column
    value: Callable[[Any], Any]
    #: Whether a printed list has room for it.
    on_paper: bool = True


def hazard_sheet(
    rows: Rows, kind: str, *, notes: Sequence[str], is_district: bool, issuer: str
) -> Sheet:
    """Give the hazard ledger as a file of `kind`, with the columns of the data dictionary (C1)."""
    fields = _chosen(_hazard_fields(), kind, is_district)
    return Sheet(
        gettext("隐患台账"),
        "hazards",
        [field.column for field in fields],
        ([field.value(hazard) for field in fields] for hazard in map(Hazard, rows)),
        notes,
        issuer=issuer,
        warning=rows.warning,
    )


def reward_sheet(
    rows: Rows, kind: str, *, notes: Sequence[str], is_district: bool, issuer: str
) -> Sheet:
    """Give the reward ledger as a file of `kind` that an auditor can follow (C4)."""
    fields = _chosen(_reward_fields(), kind, is_district)
    return Sheet(
        gettext("奖励台账"),
        "rewards",
        [field.column for field in fields],
        ([field.value(reward) for field in fields] for reward in map(Reward, rows)),
        [*notes, gettext("领取人身份另存，不在本表。")],
        signers=[gettext("制表人"), gettext("财务"), gettext("主要负责人")],
        issuer=issuer,
        warning=rows.warning,
    )


def _chosen(fields: Sequence[_Field], kind: str, is_district: bool) -> list[_Field]:
    """Leave out the enterprise for itself, and from paper what it has no room for."""
    enterprise = _text(gettext("单位"), "organisation_name", 24) if is_district else None
    shown = [fields[0], enterprise, *fields[1:]]
    return [field for field in shown if field and (field.on_paper or kind != "pdf")]


def _text(heading: str, name: str, width: int = 14, *, on_paper: bool = True) -> _Field:
    return _Field(Column(heading, width=width), lambda one: getattr(one.row, name), on_paper)


def _said(
    heading: str, words: Mapping[str, Message], name: str, width: int = 12, *, on_paper: bool = True
) -> _Field:
    return _Field(
        Column(heading, width=width),
        lambda one: say(name_of(words, getattr(one.row, name))),
        on_paper,
    )


def _typed(heading: str, kind: str, name: str, *, on_paper: bool = True) -> _Field:
    width = 17 if kind == "moment" else 12
    return _Field(Column(heading, kind, width), lambda one: getattr(one.row, name), on_paper)


def _hazard_fields() -> list[_Field]:
    return [
        _Field(Column(gettext("编号"), width=22), lambda hazard: hazard.number),
        _text(gettext("报告编号"), "report_number", 24, on_paper=False),
        _Field(Column(gettext("状态"), width=10), lambda hazard: say(hazard.state_words)),
        _said(gettext("等级"), LEVELS, "level", 8),
        _said(gettext("类别"), CATEGORIES, "category", 8),
        _Field(Column(gettext("地点、部位"), width=20), lambda hazard: hazard.where),
        _text(gettext("责任班组"), "team_name", 16, on_paper=False),
        _text(gettext("隐患描述"), "description", 40),
        _said(gettext("来源"), SOURCES, "source", on_paper=False),
        _said(gettext("途径"), CHANNELS, "channel", on_paper=False),
        _said(gettext("核查结论"), FINDINGS, "finding", on_paper=False),
        _typed(gettext("报告时间"), "moment", "reported_at"),
        _typed(gettext("受理时间"), "moment", "acknowledged_at", on_paper=False),
        _typed(gettext("核查时间"), "moment", "verified_at", on_paper=False),
        _typed(gettext("上账时间"), "moment", "registered_at", on_paper=False),
        _text(gettext("整改责任人"), "rectifier_name", 12),
        _typed(gettext("整改期限"), "date", "due_on"),
        _Field(Column(gettext("逾期工作日"), "number", 10), lambda hazard: hazard.days_late),
        _said(gettext("控制类型"), CONTROL_TYPES, "control_type", on_paper=False),
        _typed(gettext("整改完成时间"), "moment", "rectified_at", on_paper=False),
        _typed(gettext("验收时间"), "moment", "accepted_at", on_paper=False),
        _typed(gettext("验收不合格次数"), "number", "rounds", on_paper=False),
        _typed(gettext("销号时间"), "moment", "closed_at"),
        _text(gettext("销号编号"), "closure_number", 22, on_paper=False),
    ]


def _reward_fields() -> list[_Field]:
    return [
        _text(gettext("奖励编号"), "number", 22),
        _Field(Column(gettext("隐患或报告编号"), width=24), lambda reward: reward.case_number),
        _text(gettext("奖励规则"), "rule", 16, on_paper=False),
        _Field(Column(gettext("规则版本"), width=18), lambda reward: say(reward.rule_version)),
        _typed(gettext("计算金额（元）"), "money", "computed_fen"),
        _typed(gettext("批准金额（元）"), "money", "approved_fen"),
        _text(gettext("改动理由"), "change_reason", 20, on_paper=False),
        _typed(gettext("批准时间"), "moment", "approved_at", on_paper=False),
        _said(gettext("列支科目"), FUNDING_LINES, "funding_line", 30),
        _typed(gettext("发放金额（元）"), "money", "paid_fen"),
        _typed(gettext("发放日期"), "date", "paid_on"),
        _said(gettext("发放方式"), METHODS, "method"),
        _typed(gettext("非现金折值（元）"), "money", "noncash_fen"),
        _Field(Column(gettext("非现金内容"), width=20), lambda reward: reward.instead),
        _typed(gettext("积分"), "number", "points", on_paper=False),
        _Field(
            Column(gettext("每元折积分"), "number", 10),
            lambda reward: reward.row.points_rate and f"{reward.row.points_rate:g}",
            on_paper=False,
        ),
        _text(gettext("凭证号"), "voucher"),
        _typed(gettext("领取时间"), "moment", "received_at"),
        _said(gettext("状态"), REWARD_STATES, "state", 10),
    ]


def _calendar(settings: Any) -> dict[date, bool]:
    days = (settings or {}).get("calendar") or {}
    return {date.fromisoformat(day): bool(works) for day, works in days.items()}


def dressed(opens: str, rows: Sequence[Any], gone: frozenset[Any]) -> list[Any]:
    """Give rows behind a figure as a page shows them.

    Args:
        opens: which list the figure opens, hazard, reward or enterprise.
        gone: enterprises that have moved on since; their cases are listed, and not opened.
    """
    kinds: Mapping[str, Callable[..., Any]] = {"hazard": Hazard, "reward": Reward}
    kind = kinds.get(opens)
    if kind is None:
        return list(rows)
    return [kind(row, may_open=row.organisation_id not in gone) for row in rows]
