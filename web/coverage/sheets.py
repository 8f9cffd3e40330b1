"""The board and its enterprises as rows: for pages, and for files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from engine import clock
from engine.coverage import board as boards
from engine.coverage.board import COUNTS
from engine.coverage.obstacles import OBSTACLES
from engine.hazards.mechanism import Days, stage_of
from engine.registry.contacts import contact_of
from engine.statistics.scope import names_of
from web import db
from web.coverage import words
from web.exports import Column, Rows, Sheet
from web.labels import sector_name
from web.language import say


class Unit:
    """One enterprise of a list."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.stage = stage_today(row, row.status)

    @property
    def sector(self) -> str:
        """Give its sector in words."""
        return say(sector_name(self.row.sector))

    @property
    def stage_name(self) -> str:
        """Give its stage in words."""
        return say(words.STAGES[self.stage])

    @property
    def tone(self) -> tuple[str, str]:
        """Give colour and sign of its stage."""
        return words.TONES[self.stage]

    @property
    def contact(self) -> tuple[str, str]:
        """Give the principal's name and phone."""
        return contact_of(self.row.profile, "principal")

    @property
    def obstacle(self) -> str:
        """Say why it is not there yet."""
        named = OBSTACLES.get(self.row.obstacle or "")
        return "：".join(filter(None, (say(named) if named else "", self.row.obstacle_note)))


def board(found: boards.Board, names: Sequence[str], issuer: str) -> Sheet:
    """Give a target's lines as a list."""
    columns = [Column(gettext("名称"), width=28)]
    columns += [Column(say(words.COUNTS[key]), "number", 10) for key in COUNTS]
    columns.append(Column(gettext("达标率（%）"), "decimal", 10))
    stage = found.target.stage
    lines = list(zip([*names, gettext("合计")], [*found.lines, found.total], strict=True))
    rows = [[name, *(line.counts[key] for key in COUNTS), line.rate(stage)] for name, line in lines]
    notes = [
        found.target.title,
        gettext(
            "截止 %(day)s，目标 %(percent)s%%",
            day=found.target.due_on,
            percent=found.target.percent,
        ),
        gettext("统计于 %(day)s", day=today()),
    ]
    return Sheet(
        title=gettext("机制建设覆盖情况"),
        name=f"coverage-{today()}",
        columns=columns,
        rows=rows[:-1],
        foot=rows[-1],
        notes=notes,
        issuer=issuer,
    )


def units(rows: Rows, note: str, issuer: str) -> Sheet:
    """Give enterprises as a list."""
    columns = [
        Column(gettext("单位名称"), width=30),
        Column(gettext("行业")),
        Column(gettext("主管部门"), width=20),
        Column(gettext("街镇")),
        Column(gettext("集团"), width=20),
        Column(gettext("从业人员数"), "number", 10),
        Column(gettext("状态"), width=10),
        Column(gettext("在建"), "date", 12),
        Column(gettext("已建立"), "date", 12),
        Column(gettext("已实施"), "date", 12),
        Column(gettext("未建原因"), width=30),
        Column(gettext("上次提醒"), "moment", 18),
        Column(gettext("主要负责人")),
        Column(gettext("电话"), width=16),
    ]
    return Sheet(
        title=gettext("机制建设单位名单"),
        name=f"coverage-units-{today()}",
        columns=columns,
        rows=_unit_rows(rows),
        notes=[note, gettext("统计于 %(day)s", day=today())],
        issuer=issuer,
        warning=rows.warning,
    )


def stage_today(row: Any, status: str) -> str:
    """Give the stage of an enterprise whose days, and whether it is silent, are in a row."""
    days = Days(row.drafted_on, row.established_on, row.implemented_on)
    # Whether it is silent was asked with the row: a sign of life today keeps it going.
    return stage_of(
        days,
        is_active=status == "active",
        last_sign_on=None if row.is_silent else today(),
        today=today(),
    )


def today() -> date:
    """Give the day it is in China."""
    return clock.local_date()


def names(keys: set[str]) -> dict[str, str]:
    """Give the names of organisations by their id as text."""
    return names_of(db.session(), keys)


def _unit_rows(rows: Iterable[Any]) -> Iterable[list[Any]]:
    for row in rows:
        unit = Unit(row)
        yield [
            row.name,
            unit.sector,
            row.department or "",
            row.town or "",
            row.group or "",
            row.staff_count,
            unit.stage_name,
            row.drafted_on,
            row.established_on,
            row.implemented_on,
            unit.obstacle,
            row.reminded_at,
            *unit.contact,
        ]
