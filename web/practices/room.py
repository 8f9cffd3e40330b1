"""What the pages of typical cases share: words, filters, forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from engine.campaigns import finding as campaigns
from engine.errors import Message
from engine.hazards.codes import SECTORS
from engine.practices import finding, rules
from web import db
from web.form_controls import MultiCheckboxField
from web.language import say

blueprint = Blueprint("practices", __name__, url_prefix="/practices")

STATES: Final[Mapping[str, Message]] = {
    "nominated": Message("待企业同意", "Waits for consent"),
    "consented": Message("待审查评审", "To be checked and vetted"),
    "reworded": Message("文字有改动，待企业再次同意", "Words changed; waits for consent anew"),
    "vetted": Message("待发布", "To be published"),
    "published": Message("已发布", "Published"),
    "declined": Message("没有采用", "Not taken"),
    "withdrawn": Message("企业已撤回", "Withdrawn"),
}
TONES: Final[Mapping[str, str]] = {
    "nominated": "soon", "consented": "going", "reworded": "soon", "vetted": "going",
    "published": "done", "declined": "calm", "withdrawn": "calm",
}  # fmt: skip
USES: Final[Mapping[str, Message]] = {
    "studied": Message("人次学习", "studied"),
    "checklist": Message("家纳入清单", "took its item"),
    "process": Message("次学用流程", "drew on its process"),
}


#: A form has something else under this name.
_FIELDS: Final = {"data": "figures"}


def told_in(story: Mapping[str, str]) -> dict[str, str]:
    """Give a story as the fields of a `TextForm` take it."""
    return {_FIELDS.get(key, key): text for key, text in story.items()}


class TextForm(FlaskForm):  # type: ignore[misc]
    """The words of a case."""

    title = StringField(
        lazy_gettext("标题"),
        [Length(max=100)],
        description=lazy_gettext("一句话说清楚做了什么，例如：给配电柜加防水罩，三个月没再进水"),
    )
    dimensions = MultiCheckboxField(
        lazy_gettext("属于哪几个方面"),
        choices=[SelectChoice(key, key) for key in rules.DIMENSIONS],
        validate_choice=False,
    )
    background = TextAreaField(lazy_gettext("背景"), [Length(max=2000)], render_kw={"rows": 3})
    action = TextAreaField(lazy_gettext("做法"), [Length(max=2000)], render_kw={"rows": 5})
    effect = TextAreaField(lazy_gettext("成效"), [Length(max=2000)], render_kw={"rows": 3})
    figures = TextAreaField(
        lazy_gettext("数据"),
        [Length(max=2000)],
        description=lazy_gettext("花了多少、减少了多少、用了多久。"),
        render_kw={"rows": 3},
    )
    replicable = TextAreaField(
        lazy_gettext("可复制的做法"),
        [Length(max=2000)],
        description=lazy_gettext("别的单位照着做要注意什么。"),
        render_kw={"rows": 3},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dimensions.choices = [
            SelectChoice(key, say(one)) for key, one in rules.DIMENSIONS.items()
        ]

    def words(self) -> dict[str, Any]:
        """Give what was filled in, as the engine takes it."""
        return {
            "title": self.title.data or "",
            "dimensions": self.dimensions.data or [],
            "story": {key: self[_FIELDS.get(key, key)].data or "" for key in rules.STORY},
        }


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why a case ends."""

    reason = StringField(lazy_gettext("理由"), [Length(max=500)])


class LevelForm(FlaskForm):  # type: ignore[misc]
    """At which level a case is published."""

    level = RadioField(
        lazy_gettext("级别"),
        choices=[SelectChoice(key, key) for key in rules.LEVELS],
        default="district",
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [SelectChoice(key, say(one)) for key, one in rules.LEVELS.items()]


def filters(*, state: bool = False) -> finding.Filters:
    """Give what the address asks for; what is unknown is as if it were not said."""
    said = request.args

    def one_of(name: str, known: Any) -> str:
        value = said.get(name, "")
        return value if value in known else ""

    return finding.Filters(
        words=said.get("q", "")[:100],
        dimension=one_of("dimension", rules.DIMENSIONS),
        sector=one_of("sector", SECTORS),
        size=one_of("size", rules.SIZES),
        state=one_of("state", STATES) if state else "",
    )


def query(chosen: finding.Filters) -> dict[str, str]:
    """Give filters as the address says them."""
    found = {
        "q": chosen.words, "dimension": chosen.dimension, "sector": chosen.sector,
        "size": chosen.size, "state": chosen.state,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def choices() -> dict[str, list[tuple[str, str]]]:
    """Give what the filters offer."""
    return {
        "dimensions": [(key, say(one)) for key, one in rules.DIMENSIONS.items()],
        "sectors": [(key, say(one)) for key, one in SECTORS.items()],
        "sizes": [(key, say(one[0])) for key, one in rules.SIZES.items()],
        "states": [(key, say(one)) for key, one in STATES.items()],
    }


def shown_all(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Give cases as lists and books show them, with the awards they won."""
    found = list(rows)
    won = campaigns.honours(db.session(), [(row.organisation_id, row.id) for row in found])
    return [shown(row, won.get(row.id, ())) for row in found]


def shown(row: Any, awards: Iterable[campaigns.Honour] | None = None) -> dict[str, Any]:
    """Give a case as every page of it shows it; the name only when it may be said.

    Args:
        awards: those it won, where the caller has asked for many cases at once.
    """
    if awards is None:
        known = campaigns.honours(db.session(), [(row.organisation_id, row.id)])
        awards = known.get(row.id, ())
    return {
        "awards": [f"{one.award}　{one.campaign}（{one.office}）" for one in awards],
        "row": row,
        "owner": finding.owner_name(row),
        "sector": say(SECTORS[row.sector]) if row.sector in SECTORS else row.sector,
        "dimensions": [say(rules.DIMENSIONS[key]) for key in row.dimensions],
        "level": say(rules.LEVELS[row.level]),
        "story": [
            (say(one), row.story[key]) for key, one in rules.STORY.items() if row.story.get(key)
        ],
        "state": say(STATES[row.state]),
        "tone": TONES[row.state],
    }
