"""What the pages of honours share: words, forms, how a row is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from engine.honours import rules
from web.language import say

blueprint = Blueprint("honours", __name__, url_prefix="/honours")

Page = str | tuple[str, int] | AnyResponse

TONES: Final[Mapping[str, str]] = {
    "proposed": "soon", "decided": "going", "awarded": "done", "declined": "calm",
    "dropped": "calm", "refused": "calm", "revoked": "late",
}  # fmt: skip


class _Needed:
    """Marks a field as one that has to be answered; the engine is the judge."""

    field_flags = {"required": True}  # noqa: RUF012 - the name and type WTForms reads

    def __call__(self, form: object, field: object) -> None:
        """Accept anything."""


class HonourForm(FlaskForm):  # type: ignore[misc]
    """What somebody is proposed for."""

    team = StringField(
        lazy_gettext("班组或车间"),
        [_Needed(), Length(max=rules.LONGEST["team"])],
        description=lazy_gettext("只写集体的名称，不要写成员的姓名。"),
    )
    title = StringField(
        lazy_gettext("荣誉名称"),
        [_Needed(), Length(max=rules.LONGEST["title"])],
        description=lazy_gettext("例如：隐患排查能手、先进班组"),
    )
    reason = TextAreaField(
        lazy_gettext("事由"),
        [_Needed(), Length(max=rules.LONGEST["reason"])],
        description=lazy_gettext(
            "写给全体职工看。不要写是哪一件隐患，也不要写别人的姓名；本人看过、同意以后才公布。"
        ),
        render_kw={"rows": 3},
    )
    reward = StringField(
        lazy_gettext("奖励说明"),
        [Length(max=rules.LONGEST["reward"])],
        description=lazy_gettext("例如：奖金 500 元，另发荣誉证书。奖金另按财务手续发放。"),
    )

    def words(self) -> dict[str, str]:
        """Give what was filled in, as the engine takes it."""
        return {key: self[key].data or "" for key in ("title", "reason", "reward")}


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why a proposal is declined, or an honour taken back."""

    reason = StringField(lazy_gettext("理由"), [_Needed(), Length(max=rules.LONGEST_REASON)])


def shown(row: Any) -> dict[str, Any]:
    """Give an honour as the pages show it."""
    return {
        "row": row,
        "name": row.name if row.kind == "person" else row.team,
        "kind": say(rules.KINDS[row.kind]),
        "period": say(rules.period_words(row.period)),
        "state": say(rules.STATES[row.state]),
        "tone": TONES[row.state],
        "basis": basis_of(row.basis),
        "is_hidden": row.state == "awarded" and row.hidden_at is not None,
    }


def basis_of(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give what was counted as pairs of words and number; what is nothing is left out."""
    return [(say(words), counted[key]) for key, words in rules.BASIS.items() if counted.get(key)]


def period_choices(periods: list[str]) -> list[tuple[str, str]]:
    """Give periods to choose from, with their words."""
    return [(one, say(rules.period_words(one))) for one in periods]
