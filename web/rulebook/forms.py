"""The questions as forms. They keep what was typed; the engine is the judge of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from engine.rulebook import commenting
from engine.rulebook.answers import Answers
from engine.rulebook.questions import Question
from web.form_controls import MultiCheckboxField
from web.language import say
from web.majors.forms import Asked, DayField
from web.mechanism_words import RewardTold

#: So many choices stand side by side; more are a list to pull down.
_FEW = 5
_LONGEST = 1000


def step_form(
    asked: tuple[Question, ...], given: Answers, *, may_set: bool, is_sent: bool = True
) -> Any:
    """Give the form of a step.

    Args:
        given: what is answered now.
        may_set: whether the visitor may change settings of the organisation.
        is_sent: what the request sends is this form.
    """
    fields: dict[str, Any] = {
        one.key: _field(one, is_fixed=bool(one.setting) and not may_set) for one in asked
    }
    made = type("StepForm", (FlaskForm,), {**fields, "seen": HiddenField()})
    shown = {one.key: _shown(one, given.values.get(one.key)) for one in asked}
    bound: dict[str, Any] = {} if is_sent else {"formdata": None}
    return made(data={**shown, "seen": str(given.version)}, **bound)


def typed(form: Any, asked: tuple[Question, ...]) -> dict[str, Any]:
    """Give what was typed, by key."""
    return {one.key: form[one.key].data for one in asked}


def seen_of(form: Any) -> int:
    """Give the version the visitor had before them; 0 for nonsense."""
    text = form.seen.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _field(one: Question, *, is_fixed: bool) -> Any:
    label, why = say(one.label), say(one.why)
    kw: dict[str, Any] = {"readonly": True} if is_fixed else {}
    checks = [Asked()] if one.required else []
    choices = [SelectChoice(key, say(words)) for key, words in (one.choices or {}).items()]
    match one.kind:
        case "flag":
            return BooleanField(label, description=why, render_kw=kw)
        case "choices":
            return MultiCheckboxField(
                label, description=why, choices=choices, validate_choice=False, render_kw=kw
            )
        case "choice":
            control = RadioField if len(choices) <= _FEW else SelectField
            return control(
                label, checks, description=why, choices=choices, validate_choice=False,
                render_kw=kw,
            )  # fmt: skip
        case "day":
            return DayField(label, checks, description=why, render_kw=kw)
        case "money":
            kw |= {"kind": "money"}
        case "whole":
            kw |= {"inputmode": "numeric", **({"unit": say(one.unit)} if one.unit else {})}
            kw |= {} if one.unit else {"short": True}
        case _:
            kw |= {"maxlength": one.most, "autocomplete": "off"}
    return StringField(label, checks, description=why, render_kw=kw)


def _shown(one: Question, value: Any) -> Any:
    if value is None:
        return "" if one.kind != "choices" else []
    if one.kind == "money":
        return yuan_text(value)
    return str(value) if one.kind == "whole" else value


def yuan_text(fen: int) -> str:
    """Give fen as it is typed: 20000 → 200, 19950 → 199.50."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def amounts_form(rows: list[RewardTold], *, is_sent: bool = True) -> Any:
    """Give a form with an amount for every rule that pays a plain number."""
    fields: dict[str, Any] = {
        f"amount-{row.rule}": StringField(row.case, [Asked()], render_kw={"kind": "money"})
        for row in rows
        if row.fen is not None
    }
    made = type("AmountsForm", (FlaskForm,), fields)
    shown = {f"amount-{row.rule}": yuan_text(row.fen) for row in rows if row.fen is not None}
    return made(data=shown, **({} if is_sent else {"formdata": None}))


class AskForm(FlaskForm):  # type: ignore[misc]
    """Whom to ask, and until when."""

    units = MultiCheckboxField(
        lazy_gettext("向谁征求意见"),
        [Asked()],
        description=lazy_gettext(
            "工会依法必须听取（安全生产法第七条）。主管部门、街镇和集团只提建议，不回也不耽误。"
        ),
        validate_choice=False,
    )
    days = StringField(
        lazy_gettext("几个工作日内提意见"),
        [Asked()],
        description=lazy_gettext("从明天起算，按本单位的工作日历。"),
        render_kw={"inputmode": "numeric", "short": True},
    )
    note = TextAreaField(
        lazy_gettext("想请对方重点看什么"), render_kw={"rows": 2, "maxlength": 500}
    )


class CommentForm(FlaskForm):  # type: ignore[misc]
    """A comment on a chapter or an article."""

    where = SelectField(lazy_gettext("哪一章、哪一条"), [Asked()], validate_choice=False)
    text = TextAreaField(
        lazy_gettext("意见"), [Asked()], render_kw={"rows": 3, "maxlength": _LONGEST}
    )
    suggestion = TextAreaField(
        lazy_gettext("建议改成"), render_kw={"rows": 2, "maxlength": _LONGEST}
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Whether a comment is taken."""

    outcome = RadioField(lazy_gettext("采纳吗"), [Asked()], validate_choice=False)
    answer = TextAreaField(
        lazy_gettext("说明"),
        description=lazy_gettext("不采纳的，写明理由。"),
        render_kw={"rows": 2, "maxlength": _LONGEST},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(key, say(words)) for key, words in commenting.OUTCOMES.items()]


class OpinionForm(FlaskForm):  # type: ignore[misc]
    """What the union says of a version."""

    conclusion = RadioField(lazy_gettext("工会的结论"), [Asked()], validate_choice=False)
    text = TextAreaField(
        lazy_gettext("工会的意见"),
        description=lazy_gettext(
            "在什么会上听取的、有什么意见。逐条的意见在下面提，会一起印进记录。"
        ),
        render_kw={"rows": 3, "maxlength": _LONGEST},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conclusion.choices = [
            (key, say(words)) for key, words in commenting.CONCLUSIONS.items()
        ]


class AdoptForm(FlaskForm):  # type: ignore[misc]
    """Number and day of issue."""

    number = StringField(
        lazy_gettext("文号"),
        [Length(max=200)],
        description=lazy_gettext("没有文号的可以不填。"),
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    on = DayField(lazy_gettext("签发日期"), [Asked()])

    @property
    def day(self) -> date | None:
        """Give the day; None when there is none in it."""
        found: date | None = self.on.day
        return found
