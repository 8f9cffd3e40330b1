"""Settings of one's own organisation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DecimalField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from engine import organisations
from engine.errors import InvalidAnswers
from web import db
from web.access import current_actor, own_organisation, requires
from web.form_errors import put

blueprint = Blueprint("organisations", __name__, url_prefix="/organisation")

Page = str | tuple[str, int] | Response
_WORKING: Final = {"班": True, "work": True, "休": False, "rest": False}


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """What an enterprise decides for itself."""

    anonymous_reports = BooleanField(lazy_gettext("允许不登录、匿名报告"))
    publish_by_two = BooleanField(
        lazy_gettext("流程由两人发布"),
        description=lazy_gettext("一人提交，另一位管理员或主要负责人同意后才起用。"),
    )
    reward_limit = DecimalField(
        lazy_gettext("免审批限额"),
        [InputRequired(lazy_gettext("请填写金额，0 表示全部审批。")), NumberRange(0, 1_000_000)],
        description=lazy_gettext("奖励金额不超过这个数时，不经审批直接发放。"),
        places=2,
        render_kw={"kind": "money"},
    )
    complaints_to = SelectField(
        lazy_gettext("打击报复投诉由谁办理"),
        description=lazy_gettext(
            "选区总工会。报告人不信任本单位工会，或者单位没有工会时，可以向它投诉。"
        ),
        validate_choice=False,
    )
    calendar = TextAreaField(
        lazy_gettext("本单位特殊工作日"),
        [Optional()],
        description=lazy_gettext(
            "国家节假日和调休已内置。与之不同的日子每行写一个，例如：2026-10-10 班。"
        ),
        render_kw={"rows": 6},
    )


@blueprint.route("", methods=["GET", "POST"])
@requires("organisation:manage")
def settings() -> Page:
    """Show and change the settings."""
    own = own_organisation()
    organisation = organisations.get(db.session(), own, actor=current_actor())
    form = SettingsForm(data=_shown(organisation))
    if organisation.kind == "office":
        form.complaints_to.choices = [SelectChoice("", gettext("还没有")), *_departments()]
    else:
        del form.complaints_to
    if form.validate_on_submit():
        try:
            db.execute(organisations.update_settings, own, _read(form))
        except InvalidAnswers as error:
            put(form, error)
        else:
            flash(gettext("设置已保存。"), "success")
            return redirect(url_for("organisations.settings"))
    page = render_template("organisations/settings.html", form=form, organisation=organisation)
    return page, 422 if form.errors else 200


def _shown(organisation: Any) -> dict[str, Any]:
    value = organisations.setting
    return {
        "anonymous_reports": value(organisation, "anonymous_reports"),
        "publish_by_two": value(organisation, "publish_by_two"),
        "reward_limit": Decimal(value(organisation, "reward_limit_fen")) / 100,
        "complaints_to": value(organisation, "complaints_to"),
        "calendar": "\n".join(
            f"{day} {'班' if works else '休'}"
            for day, works in sorted(value(organisation, "calendar").items())
        ),
    }


def _departments() -> list[SelectChoice]:
    found = organisations.listed(db.session(), actor=current_actor(), kind="department")
    return [SelectChoice(str(one.id), one.name) for one in found]


def _read(form: SettingsForm) -> dict[str, Any]:
    named = {"complaints_to": form.complaints_to.data or ""} if "complaints_to" in form else {}
    return {
        **named,
        "anonymous_reports": form.anonymous_reports.data,
        "publish_by_two": form.publish_by_two.data,
        "reward_limit_fen": int((form.reward_limit.data * 100).to_integral_value()),
        "calendar": _read_calendar(form.calendar.data or ""),
    }


def _read_calendar(text: str) -> dict[str, bool]:
    """Read lines such as "2026-10-10 班"; the engine checks the days themselves."""
    days = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        day, _, word = line.partition(" ")
        if word.strip() not in _WORKING:
            raise InvalidAnswers.at(
                "calendar",
                f"“{line[:30]}”这一行看不懂。每行写一个日期和“班”或“休”。",
                f"The line “{line[:30]}” is not understood: a day, then “work” or “rest”.",
            )
        days[day] = _WORKING[word.strip()]
    return days
