"""What those above know of one enterprise, in groups, each line leading on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from engine import permissions
from engine.clock import local_date
from engine.complaints import figures
from engine.coverage.obstacles import OBSTACLES
from engine.dossier import Dossier, dossier
from engine.relations import listing
from engine.statistics.span import present_month
from web import db
from web.access import current_actor
from web.language import say
from web.look import day, yuan


@dataclass(frozen=True)
class Line:
    """One fact: what it is called, what it is, where it leads."""

    label: str
    value: str
    url: str = ""
    #: Whether it wants somebody's attention.
    is_wanting: bool = False


def panels(organisation: Any, *, is_beside: bool = False) -> list[tuple[str, list[Line]]]:
    """Give headings with their lines; nothing to those who are no more than the enterprise.

    Args:
        is_beside: the visitor's unit only supervises it besides: what counts leads nowhere then.
    """
    actor = current_actor()
    if actor.organisation_kind == "enterprise" or organisation.kind != "enterprise":
        return []
    found = dossier(db.session(), organisation.id, actor=actor)
    own: UUID = organisation.id
    return [
        (gettext("机制"), _mechanism(found, own)),
        (gettext("隐患和奖励"), _figures(found, organisation, is_beside)),
        (gettext("签认、指导和培训"), _helped(found, own, is_beside)),
        *(() if is_beside else ((gettext("相关方"), _related(own)),)),
    ]


def may_visit(organisation: Any) -> bool:
    """Say whether the visitor may plan a guidance visit to an enterprise."""
    return (
        organisation.kind == "enterprise"
        and organisation.status == "active"
        and current_actor().organisation_kind != "enterprise"
        and permissions.allows(current_actor(), "guidance:visit")
    )


def _mechanism(found: Dossier, own: UUID) -> list[Line]:
    obstacle = OBSTACLES.get(found.obstacle)
    lines = [
        Line(
            gettext("已建立"),
            _day(found.established_on) or gettext("未建立"),
            _link("mechanism.show", "coverage:read", organisation_id=own),
            found.established_on is None,
        ),
        Line(
            gettext("已实施"),
            _day(found.implemented_on) or gettext("未实施"),
            _link("mechanism.show", "coverage:read", organisation_id=own),
            found.implemented_on is None,
        ),
    ]
    if obstacle is not None and found.implemented_on is None:
        lines.append(Line(gettext("未建原因"), say(obstacle)))
    if found.reminded_at is not None:
        lines.append(Line(gettext("上次提醒"), day(found.reminded_at)))
    return lines


def _figures(found: Dossier, organisation: Any, is_beside: bool) -> list[Line]:
    def behind(indicator: str, value: int) -> str:
        if is_beside or not value or not permissions.allows(current_actor(), "ledger:read"):
            return ""
        return _link(
            "statistics.cases", "statistics:read", indicator=indicator, by="enterprise",
            key=organisation.id, month=present_month(),
        )  # fmt: skip

    side = {"beside": 1} if is_beside else {}
    majors = _link("majors.index", "major:read", unit=organisation.name, **side)
    overdue = _link("ledgers.hazards", "ledger:read", organisation_id=organisation.id, overdue=1)
    return [
        Line(gettext("本月报告"), str(found.reported), behind("reported", found.reported)),
        Line(gettext("本月查实上账"), str(found.verified), behind("verified", found.verified)),
        Line(gettext("本月销号"), str(found.closed), behind("closed", found.closed)),
        Line(gettext("本月发放奖励"), f"¥{yuan(found.paid_fen)}",
             behind("paid_fen", found.paid_fen)),
        *([Line(gettext("本月非现金奖励折值"), f"¥{yuan(found.noncash_fen)}",
                behind("noncash_fen", found.noncash_fen))] if found.noncash_fen else []),
        Line(gettext("未销号的重大隐患"), str(found.open_majors),
             majors if found.open_majors else "", found.open_majors > 0),
        Line(gettext("逾期没有销号"), str(found.overdue), overdue if found.overdue else "",
             found.overdue > 0),
        Line(gettext("最近一次报告"), day(found.last_report_at) or gettext("还没有"), "",
             found.last_report_at is None),
    ]  # fmt: skip


def _helped(found: Dossier, own: UUID, is_beside: bool) -> list[Line]:
    this_year = local_date().year
    trained = found.trained_on is not None and found.trained_on.year == this_year
    lines = [
        Line(gettext("最近一次自查"), day(found.checked_at) or gettext("还没有")),
        Line(gettext("最近报送的月报"), found.returned or gettext("还没有"),
             _link("returns.month", "returns:read", month=found.returned, unit=own)
             if found.returned and not is_beside else ""),
        Line(gettext("最近的零报告签认"), found.zero or "—"),
        Line(gettext("最近签认的季度"), found.quarter or gettext("还没有"), "",
             found.quarter is None),
        Line(gettext("最近一次指导"), _day(found.visited_on) or gettext("还没有"),
             _link("guidance.index", "guidance:read", enterprise=own)
             if found.visited_on or found.planned_on else ""),
    ]  # fmt: skip
    if found.planned_on is not None:
        lines.append(Line(gettext("计划指导"), day(found.planned_on)))
    if found.open_follow_ups:
        url = _link("guidance.index", "guidance:read", enterprise=own)
        count = gettext("待答复 %(count)s 项", count=found.open_follow_ups)
        lines.append(Line(gettext("后续事项"), count, url, True))
    lines.append(
        Line(
            gettext("主要负责人参训"), _day(found.trained_on) or gettext("还没有"), "", not trained
        )
    )
    if permissions.allows(current_actor(), "statistics:read_district"):
        lines.append(_protection(own))
    if found.practices:
        lines.append(Line(gettext("发布的典型案例"), str(found.practices)))
    if found.points is not None:
        points = gettext("%(total)s 分", total=f"{found.points / 100:g}")
        lines.append(Line(gettext("%(year)s 年评分", year=found.points_year), points))
    return lines


def _related(own: UUID) -> list[Line]:
    led, hosts = listing.standing(db.session(), own)
    url = _link("registry.relations", "registry:read", organisation_id=own)
    return [
        Line(gettext("为本单位做、向本单位租的"), str(led.related), url),
        Line(gettext("其中已建立机制"), str(led.established)),
        Line(gettext("其中已实施"), str(led.implemented)),
        Line(gettext("没有有效协议的关系"), str(led.unsigned), "", led.unsigned > 0),
        Line(gettext("本单位为其做、向其租的"), str(hosts), url),
    ]


def _protection(own: UUID) -> Line:
    """Say how many were asked what came of their reports, and how many complained."""
    told = figures.of_enterprise(db.session(), own, actor=current_actor())
    few = gettext("不足 5")
    asked, complaints = (few if one is None else str(one) for one in (told.asked, told.complaints))
    words = gettext("回访 %(asked)s，投诉 %(complaints)s", asked=asked, complaints=complaints)
    return Line(gettext("报告人保护（近 12 个月）"), words)


def _day(value: date | None) -> str:
    return day(value) if value else ""


def _link(endpoint: str, permission: str, **names: Any) -> str:
    """Give an address, or nothing to those who may not open it."""
    return url_for(endpoint, **names) if permissions.allows(current_actor(), permission) else ""
