"""What a trial is given and the steps it takes, as plain data: a list of them is a whole trial.

{"do": "start", "answers": {…}}
{"do": "complete", "task": "verify", "answers": {…}}     "item" names one of several
{"do": "timer"}                                          on to the next timer
{"do": "travel", "hours": 5}    "days": 3    "to": "2026-03-20" or a moment
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from engine.clock import LOCAL_ZONE
from engine.errors import Invalid

MOST_STEPS: Final = 200
#: Days a calendar may name, and checklist items a trial may carry along.
MOST_DAYS: Final = 1_000
MOST_ITEMS: Final = 50
_SECTOR: Final = re.compile(r"[a-z_]{1,40}")
_MOST_HOURS: Final = 87_600
_YEARS: Final = range(2000, 2101)
#: A trial begins on a working morning.
_MORNING: Final = time(9, 0)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a trial finds when it begins; all else is answered on the way."""

    #: The moment at which its clock begins.
    at: datetime
    sector: str = "general"
    reward_limit_fen: int = 0
    #: Days that the enterprise works or not, beside the national calendar.
    calendar: Mapping[date, bool] = field(default_factory=dict)
    #: Checklist items that may be cited: code → the item as it was frozen.
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Give it as plain data."""
        found: dict[str, Any] = {
            "at": self.at.astimezone(LOCAL_ZONE).isoformat(timespec="minutes"),
            "sector": self.sector,
            "reward_limit_fen": self.reward_limit_fen,
        }
        if self.calendar:
            found["calendar"] = {day.isoformat(): works for day, works in self.calendar.items()}
        if self.items:
            found["items"] = {code: dict(item) for code, item in self.items.items()}
        return found


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a trial."""

    #: start | complete | timer | travel
    do: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: Key of the element of the task that is completed.
    task: str = ""
    item: str | int | None = None
    #: How far to travel, or to when.
    span: timedelta = timedelta()
    to: datetime | None = None

    def plain(self) -> dict[str, Any]:
        """Give it as plain data."""
        found: dict[str, Any] = {"do": self.do}
        if self.do == "complete":
            found["task"] = self.task
            if self.item is not None:
                found["item"] = self.item
        if self.do in ("start", "complete"):
            found["answers"] = dict(self.answers)
        if self.do == "travel":
            found |= self._journey()
        return found

    def _journey(self) -> dict[str, Any]:
        if self.to is not None:
            return {"to": self.to.astimezone(LOCAL_ZONE).isoformat(timespec="seconds")}
        hours = int(self.span.total_seconds() // 3600)
        return {"days": hours // 24} if hours % 24 == 0 else {"hours": hours}


def read_given(raw: object) -> Given:
    """Read what a trial is given; Invalid in words."""
    said = _record(raw, "试运行的设定", "what a trial is given")
    limit = said.get("reward_limit_fen", 0)
    if type(limit) is not int or not 0 <= limit <= 10**10:
        raise _wrong(
            "免审限额应是不小于零的整数（分）", "reward_limit_fen is a whole number of fen"
        )
    sector = said.get("sector", "general")
    if not isinstance(sector, str) or not _SECTOR.fullmatch(sector):
        raise _wrong("行业应是它的编号，例如 gas", "a sector is named by its key, such as 'gas'")
    items = _record(said.get("items", {}), "清单条目", "items")
    if len(items) > MOST_ITEMS or not all(_is_item(item) for item in items.values()):
        raise _wrong("清单条目缺少 level 或 version，或太多", "an item lacks its level or version")
    return Given(
        at=_moment(said.get("at")),
        sector=sector,
        reward_limit_fen=limit,
        calendar=_calendar(said.get("calendar", {})),
        items=items,
    )


def read_steps(raw: object) -> list[Step]:
    """Read the steps of a trial; Invalid in words."""
    if not isinstance(raw, list):
        raise _wrong("步骤应是一个列表", "the steps are a list")
    if len(raw) > MOST_STEPS:
        raise _wrong(f"最多 {MOST_STEPS} 步", f"there may be at most {MOST_STEPS} steps")
    steps = [_step(entry) for entry in raw]
    if any((step.do == "start") != (place == 0) for place, step in enumerate(steps)):
        raise _wrong("第一步必须是 start，而且只有一个", "the first step, and only it, is 'start'")
    return steps


def _step(raw: object) -> Step:
    said = _record(raw, "每一步", "a step")
    do = said.get("do")
    if do == "timer":
        return Step(do="timer")
    if do == "travel":
        return _travel(said)
    if do not in ("start", "complete"):
        raise _wrong(
            f"没有“{str(do)[:40]}”这样的步骤；应是 start、complete、timer 或 travel",
            f"'{str(do)[:40]}' is no step; use start, complete, timer or travel",
        )
    answers = _record(said.get("answers", {}), "答案", "the answers")
    if do == "start":
        return Step(do="start", answers=answers)
    task, item = said.get("task"), said.get("item")
    if not isinstance(task, str) or not task or not isinstance(item, str | int | None):
        raise _wrong("办理一步要写明 task", "completing names its task")
    return Step(do="complete", task=task, item=item, answers=answers)


def _travel(said: Mapping[str, Any]) -> Step:
    if "to" in said:
        return Step(do="travel", to=_moment(said["to"]))
    count, unit = said.get("hours"), "hours"
    if count is None:
        count, unit = said.get("days"), "days"
    if type(count) is not int or not 0 < count * (24 if unit == "days" else 1) <= _MOST_HOURS:
        raise _wrong(
            "要走多久应写成 hours 或 days 的正整数，最多十年",
            "how far to travel is a whole number of hours or days, at most ten years",
        )
    return Step(do="travel", span=timedelta(**{unit: count}))


def _moment(raw: object) -> datetime:
    """Read a moment, or a day, which begins on its morning; without an offset it is China's."""
    try:
        if not isinstance(raw, str):
            raise ValueError(raw)
        if len(raw) == len("2026-03-02"):
            found = datetime.combine(date.fromisoformat(raw), _MORNING)
        else:
            found = datetime.fromisoformat(raw)
        if found.year not in _YEARS:
            raise ValueError(raw)
    except ValueError:
        raise _wrong(
            f"“{str(raw)[:40]}”不是时刻，应写成 2026-03-02 或 2026-03-02T09:00",
            f"'{str(raw)[:40]}' is no moment; write 2026-03-02 or 2026-03-02T09:00",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=LOCAL_ZONE)


def _calendar(raw: object) -> dict[date, bool]:
    said = _record(raw, "工作日历", "the calendar")
    try:
        days = {date.fromisoformat(day): works for day, works in said.items()}
    except ValueError:
        raise _wrong("工作日历里有不是日期的内容", "the calendar names what is no date") from None
    if len(days) > MOST_DAYS or not all(isinstance(works, bool) for works in days.values()):
        raise _wrong("工作日历应写成 日期: true 或 false", "the calendar says true or false a day")
    return days


def _is_item(raw: object) -> bool:
    if not isinstance(raw, Mapping):
        return False
    conditions = raw.get("conditions") or []
    if not isinstance(raw.get("level"), str) or type(raw.get("version")) is not int:
        return False
    return isinstance(conditions, list) and all(map(_is_condition, conditions))


def _is_condition(raw: object) -> bool:
    return isinstance(raw, str) or (isinstance(raw, Mapping) and "text" in raw)


def _record(raw: object, zh: str, en: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping) or not all(isinstance(key, str) for key in raw):
        raise _wrong(f"{zh}应是一组“名称: 值”", f"{en} is a record of names and values")
    return raw


def _wrong(zh: str, en: str) -> Invalid:
    return Invalid(f"试运行的内容不对：{zh}。", f"The trial cannot be read: {en}.")
