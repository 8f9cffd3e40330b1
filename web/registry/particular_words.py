"""How the figures of the register's particulars are called, and their enterprises as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from engine.errors import Message
from engine.particulars.figures import Line, scores
from engine.particulars.views import MONITORING, STANDARDS, View, state_of
from engine.permissions import allows
from engine.registry import BY_KEY
from engine.registry.contacts import contact_of
from engine.statistics import Page
from web import db
from web.access import current_actor
from web.coverage.sheets import stage_today, today
from web.coverage.words import STAGES, TONES
from web.exports import Column, Sheet
from web.labels import name_of
from web.language import say


@dataclass(frozen=True)
class Words:
    """What a page about a view says."""

    title: Any
    lead: Any
    share: Any
    counts: Mapping[str, Message]
    #: The counts that a table of lines has, in this order.
    columns: Sequence[str]


_STANDARDS: Final = Words(
    lazy_gettext("标准化到期"),
    lazy_gettext("各单位安全生产标准化的行业、等级和有效期；点开数字就是单位名单。"),
    lazy_gettext("有效率"),
    {
        "all": Message("在营单位", "At work"),
        "valid": Message("有效", "In force"),
        "expired": Message("已过期", "Ended"),
        "soon": Message("90 天内到期", "Ends within 90 days"),
        "later": Message("90 天后到期", "Ends later"),
        "undated": Message("未填有效期", "No day stated"),
        "none": Message("未登记标准化", "No standard stated"),
    },
    ("all", "valid", "expired", "soon", "later", "undated", "none"),
)
_MONITORING: Final = Words(
    lazy_gettext("监测覆盖"),
    lazy_gettext(
        "有重大危险源或油料存储的单位，接入风险监测预警平台的情况；点开数字就是单位名单。"
    ),
    lazy_gettext("接入率"),
    {
        "all": Message("应监测", "To be monitored"),
        "connected": Message("已接入", "Connected"),
        "partly": Message("部分接入", "Partly connected"),
        "unconnected": Message("未接入", "Not connected"),
        "unstated": Message("未填", "Not stated"),
    },
    ("all", "connected", "partly", "unconnected", "unstated"),
)
WORDS: Final[Mapping[str, Words]] = {STANDARDS.key: _STANDARDS, MONITORING.key: _MONITORING}
AXES: Final[Mapping[str, Any]] = {
    "department": lazy_gettext("按主管部门"),
    "town": lazy_gettext("按街镇"),
    "group": lazy_gettext("按集团"),
    "sector": lazy_gettext("按标准化行业"),
    "grade": lazy_gettext("按等级"),
    "source": lazy_gettext("按重大危险源等级"),
}
#: How the line of those is called of whom a code is not known.
NOT_STATED: Final = Message("未填", "Not stated")
#: Count → colour and sign; never colour alone.
_TONES: Final = {
    "expired": ("tone-late", "late"),
    "soon": ("tone-soon", "clock"),
    "later": ("tone-done", "check"),
    "undated": ("tone-calm", "info"),
    "none": ("tone-calm", "info"),
    "yes": ("tone-done", "check"),
    "partly": ("tone-soon", "clock"),
    "no": ("tone-late", "cross"),
}


def standard_state(organisation: Any) -> str:
    """Say whether the standardisation of an enterprise holds today."""
    return say(_STANDARDS.counts[state_of(organisation)])


class Unit:
    """One enterprise of a list."""

    def __init__(self, row: Any, score: Any) -> None:
        self.row, self.score = row, score
        self.one = row.Organisation
        self.profile = self.one.profile or {}
        self.state = state_of(self.one)
        self.stage = stage_today(row, self.one.status)

    def said(self, key: str) -> str:
        """Give a particular that is a choice in words."""
        return say(name_of(BY_KEY[key].names, getattr(self.one, key)))

    @property
    def standard(self) -> tuple[str, tuple[str, str]]:
        """Say whether its standardisation holds, with colour and sign."""
        return standard_state(self.one), _TONES[self.state]

    @property
    def monitoring(self) -> tuple[str, tuple[str, str]]:
        """Say whether a platform monitors it, with colour and sign."""
        words = self.said("monitoring") or say(_MONITORING.counts["unstated"])
        return words, _TONES.get(self.one.monitoring or "", _TONES["none"])

    @property
    def mechanism(self) -> tuple[str, tuple[str, str]]:
        """Say how far its mechanism is, with colour and sign."""
        return say(STAGES[self.stage]), TONES[self.stage]

    @property
    def points(self) -> float | None:
        """Give the points of its last signed score sheet."""
        return None if self.score is None else self.score.total / 100

    @property
    def opens(self) -> bool:
        """Say whether the visitor may read that sheet: whose it is, or whom it is about."""
        actor = current_actor()
        if self.score is None or not allows(actor, "score:read"):
            return False
        return actor.organisation_id in (self.score.organisation_id, self.score.scored_id)

    @property
    def contact(self) -> tuple[str, str]:
        """Give whom to call: the safety officer, or the principal."""
        found = contact_of(self.profile, "safety_officer")
        return found if any(found) else contact_of(self.profile, "principal")


def units(page: Page[Any]) -> Page[Unit]:
    """Give a page of enterprises with the scores of their last signed sheets."""
    actor = current_actor()
    found = scores(db.session(), [row.Organisation.id for row in page.items], actor=actor)
    return Page([Unit(row, found.get(row.Organisation.id)) for row in page.items], page.next)


def lines_sheet(view: View, named: Sequence[tuple[str, Line]], total: Line, issuer: str) -> Sheet:
    """Give the lines of a view as a list."""
    words = WORDS[view.key]
    columns = [Column(gettext("名称"), width=28)]
    columns += [Column(say(words.counts[key]), "number", 12) for key in words.columns]
    columns.append(Column(f"{words.share}（%）", "decimal", 10))

    def row(name: str, line: Line) -> list[Any]:
        return [name, *(line.counts[key] for key in words.columns), line.rate]

    return Sheet(
        title=str(words.title),
        name=f"{view.key}-{today()}",
        columns=columns,
        rows=[row(name, line) for name, line in named],
        foot=row(gettext("合计"), total),
        notes=[gettext("统计于 %(day)s", day=today())],
        issuer=issuer,
    )


def units_sheet(view: View, rows: Iterable[Unit], warning: Any, note: str, issuer: str) -> Sheet:
    """Give enterprises of a view as a list."""
    with_contact = allows(current_actor(), "registry:manage")
    columns = [
        Column(gettext("单位名称"), width=30),
        Column(gettext("统一社会信用代码"), width=20),
        Column(gettext("主管部门"), width=20),
        Column(gettext("街镇")),
        Column(gettext("集团"), width=20),
        *(_standard_columns() if view is STANDARDS else _monitoring_columns()),
        *([Column(gettext("联系人")), Column(gettext("电话"), width=16)] if with_contact else []),
    ]
    cells = _standard_cells if view is STANDARDS else _monitoring_cells
    return Sheet(
        title=str(WORDS[view.key].title),
        name=f"{view.key}-units-{today()}",
        columns=columns,
        rows=(
            [
                unit.one.name, unit.one.uscc or "", unit.row.department or "",
                unit.row.town or "", unit.row.group or "", *cells(unit),
                *(unit.contact if with_contact else ()),
            ]
            for unit in rows
        ),
        notes=[note, gettext("统计于 %(day)s", day=today())],
        issuer=issuer,
        warning=warning,
    )  # fmt: skip


def _standard_columns() -> list[Column]:
    return [
        Column(gettext("标准化行业"), width=18),
        Column(gettext("等级"), width=10),
        Column(gettext("有效期至"), "date", 12),
        Column(gettext("到期情况"), width=14),
        Column(gettext("机制阶段"), width=10),
        Column(gettext("机制得分"), "decimal", 10),
    ]


def _standard_cells(unit: Unit) -> list[Any]:
    return [
        unit.said("standard_sector"), unit.said("standard_grade"), unit.one.standard_until,
        unit.standard[0], unit.mechanism[0], unit.points,
    ]  # fmt: skip


def _monitoring_columns() -> list[Column]:
    return [
        Column(gettext("重大危险源等级"), width=12),
        Column(gettext("油料存储"), width=10),
        Column(gettext("油料种类和存量"), width=24),
        Column(gettext("监测平台接入"), width=12),
        Column(gettext("接入日期"), "date", 12),
        Column(gettext("接入平台"), width=24),
    ]


def _monitoring_cells(unit: Unit) -> list[Any]:
    return [
        unit.said("hazard_source"), unit.said("oil_storage"), unit.profile.get("oil_note") or "",
        unit.monitoring[0], _day(unit.profile.get("monitored_since")),
        unit.profile.get("monitored_by") or "",
    ]  # fmt: skip


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
