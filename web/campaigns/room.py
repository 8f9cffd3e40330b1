"""What the pages of campaigns share: words, small forms, how a campaign and an entry are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from engine.campaigns import finding, plan
from engine.errors import Message
from engine.hazards.codes import SECTORS
from engine.practices import rules
from web.language import say
from web.look import day
from web.majors.forms import Asked, DayField

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")

STATES: Final[Mapping[str, Message]] = {
    "draft": Message("起草", "Draft"),
    "open": Message("征集中", "Taking cases"),
    "judging": Message("评审中", "Being judged"),
    "decided": Message("已决定，待公布", "Decided, to be published"),
    "published": Message("结果已公布", "Result published"),
    "cancelled": Message("已取消", "Cancelled"),
}
TONES: Final[Mapping[str, str]] = {
    "draft": "calm", "open": "soon", "judging": "going", "decided": "going",
    "published": "done", "cancelled": "calm",
}  # fmt: skip
ENTRIES: Final[Mapping[str, Message]] = {
    "entered": Message("已报送", "Handed in"),
    "withdrawn": Message("报送单位撤回", "Taken back"),
    "refused": Message("不予受理", "Left out"),
}
SHEETS: Final[Mapping[str, Message]] = {
    "asked": Message("等待评分", "Awaited"),
    "given": Message("已评分", "Given"),
    "stale": Message("文字有改动，待重新评分", "Words changed; to be judged anew"),
    "stepped_back": Message("已回避", "Stepped back"),
}


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something ends or goes back."""

    reason = StringField(lazy_gettext("理由"), [Asked(), Length(max=500)])


class ExtendForm(ReasonForm):
    """Until when more time is given, and why."""

    closes_on = DayField(lazy_gettext("新的截止日期"), [Asked()], render_kw={"short": True})


class RecommendForm(FlaskForm):  # type: ignore[misc]
    """Why a unit recommends a case."""

    recommendation = TextAreaField(
        lazy_gettext("推荐意见"),
        [Asked(), Length(max=1000)],
        description=lazy_gettext("为什么推荐：新在哪里、有什么成效、怎么推广。"),
        render_kw={"rows": 3},
    )


def shown(campaign: Any) -> dict[str, Any]:
    """Give a campaign as every page of it shows it."""
    return {
        "row": campaign,
        "kind": say(plan.KINDS[campaign.kind]),
        "state": say(STATES[campaign.state]),
        "tone": TONES[campaign.state],
        "kinds": [say(plan.ASKED[key]) for key in campaign.kinds],
        "sectors": [say(SECTORS[key]) for key in campaign.sectors if key in SECTORS],
        "full": sum(one["most"] for one in campaign.criteria),
    }


def shown_entry(campaign: Any, entry: Any, *, inside: bool = True) -> dict[str, Any]:
    """Give an entry as pages and papers show it.

    Args:
        inside: the enterprise's own name; outside it is said only where the enterprise agreed.
    """
    sector = SECTORS.get(entry.sector)
    # Who took a case back agrees to no word of it any more.
    is_told = inside or not finding.is_gone(entry)
    hidden = f"某{say(sector)}单位" if sector else "某单位"
    return {
        "row": entry,
        "title": entry.title if is_told else str(gettext("（案例已撤回）")),
        "owner": entry.owner if inside or (entry.is_named and is_told) else hidden,
        "notes": _notes(entry),
        "sender": finding.sender(entry),
        "sector": say(sector) if sector else entry.sector,
        "dimensions": [say(rules.DIMENSIONS[key]) for key in entry.dimensions],
        "story": [
            (say(one), entry.story[key]) for key, one in rules.STORY.items() if entry.story.get(key)
        ],
        "state": _state(entry),
        "stands": finding.stands(entry),
        "award": plan.award_name(campaign.awards, entry.award),
        "mean": mean(entry.points, entry.sheets),
        "answers": [
            (one["label"], entry.answers.get(one["key"]) or "") for one in campaign.questions
        ],
    }


def _notes(entry: Any) -> list[str]:
    """Give what became of a case and its award after the decision."""
    found = []
    if finding.is_gone(entry) and entry.award is not None:
        on = day(entry.case_ended_at) if entry.case_ended_at else ""
        if entry.case_state == "withdrawn":
            words = (
                gettext("企业已于 %(day)s 撤回案例", day=on) if on else gettext("企业已撤回案例")
            )
        else:
            words = gettext("案例已于 %(day)s 撤下", day=on) if on else gettext("案例已撤下")
        found.append(str(words))
    if entry.revoked_at is not None:
        said = {"day": day(entry.revoked_at), "reason": entry.revoked_reason}
        found.append(str(gettext("奖项已于 %(day)s 撤销：%(reason)s", **said)))
    return found


def mean(points: int | None, sheets: int | None) -> str:
    """Give the mean of sheets with two places, "" when there is none."""
    if points is None or not sheets:
        return ""
    hundredths = (200 * points + sheets) // (2 * sheets)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _state(entry: Any) -> str:
    if entry.state != "entered":
        return say(ENTRIES[entry.state])
    if not entry.is_live:
        gone = Message("案例已撤回", "The case was taken back")
        waits = Message("待企业同意新的文字", "Waits for consent to new words")
        return say(waits if entry.case_state == "reworded" else gone)
    return say(ENTRIES["entered"])
