"""The course of a major in milestones, for `macros/timeline.html`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext

from engine.clock import LOCAL_ZONE, local_date
from web.language import say
from web.look import day
from web.majors import words

if TYPE_CHECKING:
    from web.majors.file import MajorFile

_EVENING: Final = time(20)


def milestones(file: MajorFile) -> list[dict[str, Any]]:
    """Give the milestones of a major, the latest first."""
    found = [one for one in _all(file) if one["at"] is not None]
    return sorted(found, key=lambda one: one["at"], reverse=True)


def _all(file: MajorFile) -> Iterator[dict[str, Any]]:
    row = file.row
    yield _mark(row.reported_at, gettext("报告隐患"), "report", "going")
    yield _mark(row.acknowledged_at, gettext("受理"), "check")
    yield _mark(row.registered_at, gettext("核实上账"), "hazard", "going", text=row.number)
    for one, who in file.determinations:
        yield _mark(one.at, gettext("重大判定"), "stamp", "going", who=who, text=one.criterion)
    for one in file.dossier.told.interim:
        what = gettext("临时防范措施")
        yield _mark(one.at, what, "lock", who=file.name(one.by), text=one.text)
    yield from _reports(file)
    yield _mark(row.planned_at, gettext("六要素治理方案"), "list", "going")
    for due, at in file.dossier.told.extensions:
        text = gettext("整改期限改为 %(day)s", day=day(due))
        yield _mark(at, gettext("调整整改期限"), "clock", "soon", text=text)
    yield from _supervisions(file)
    yield _mark(row.rectified_at, gettext("整改完成"), "wrench", "going")
    yield _mark(row.accepted_at, gettext("验收合格"), "check", "done")
    yield _mark(row.closed_at, gettext("销号"), "stamp", "done", text=row.closure_number or "")


def _reports(file: MajorFile) -> Iterator[dict[str, Any]]:
    for one in file.dossier.reports:
        what = gettext("报告%(whom)s", whom=say(words.ADDRESSEES[one.addressee]))
        parts = [one.name, say(words.METHODS.get(one.method, words.METHODS["written"])), one.proof]
        text = " · ".join(part for part in parts if part)
        at = _on(one.reported_on, like=one.at)
        yield _mark(at, what, "message", "going", file.name(one.by), text)


def _supervisions(file: MajorFile) -> Iterator[dict[str, Any]]:
    for one in file.dossier.supervisions:
        text, who = f"{one.authority} {one.case_number}".strip(), file.name(one.entered_by)
        yield _mark(_on(one.listed_on), gettext("挂牌督办"), "eye", "late", who, text)
        yield _mark(_on(one.applied_on), gettext("申请核销"), "message", "going", text=text)
        by = " · ".join(part for part in (text, one.cancelled_by) if part)
        yield _mark(_on(one.cancelled_on), gettext("督办部门核销"), "check", "done", text=by)


def _mark(
    at: datetime | None, what: str, icon: str, tone: str = "calm", who: str = "", text: str = ""
) -> dict[str, Any]:
    return {
        "at": at,
        "what": what,
        "icon": icon,
        "tone": tone,
        "who": who,
        "role": "",
        "text": text,
    }


def _on(on: date | None, like: datetime | None = None) -> datetime | None:
    """Give a day a place among moments: last of the day, or at `like` if that is of it."""
    if on is None:
        return None
    if like is not None and local_date(like) == on:
        return like
    return datetime.combine(on, _EVENING, LOCAL_ZONE)
