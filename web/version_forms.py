"""Why a version is published, halted or gone back to, and from when on it counts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Final

from flask import flash
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from engine.clock import LOCAL_ZONE
from engine.definitions import publishing
from engine.errors import DefinitionRefused, InvalidAnswers, Message, Refused
from web.form_errors import put
from web.language import say
from web.look import moment

_NOW: Final = "now"


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why it is done; it stays with the version."""

    reason = TextAreaField(
        lazy_gettext("理由"),
        [
            DataRequired(lazy_gettext("请写明理由。")),
            Length(
                max=publishing.LONGEST_REASON,
                message=lazy_gettext("最多 %(max)s 个字，请删减。"),
            ),
        ],
        description=lazy_gettext("和版本一起留存，能看到流程的人都能看到。"),
        render_kw={"rows": 3, "maxlength": publishing.LONGEST_REASON},
    )


class _Expected:
    """Marks the day as what is expected where it is asked at all."""

    field_flags = {"required": True}  # noqa: RUF012 - the name and type WTForms reads

    def __call__(self, form: object, field: object) -> None:
        """Accept anything: `starts_at` is the judge."""


class PublishForm(ReasonForm):
    """Why, and from when on new reports follow the version."""

    when = RadioField(
        lazy_gettext("什么时候起用"),
        [InputRequired(lazy_gettext("请选择什么时候起用。"))],
        choices=[
            SelectChoice(_NOW, lazy_gettext("立即起用")),
            SelectChoice("later", lazy_gettext("从指定的时间起用")),
        ],
        default=_NOW,
    )
    starts_on = DateField(
        lazy_gettext("起用日期"),
        [_Expected(), Optional()],
        render_kw={"data-show-field": "when", "data-show-values": "later"},
    )
    starts_time = TimeField(
        lazy_gettext("起用时刻"),
        [Optional()],
        description=lazy_gettext("北京时间；不填就是当天零点。"),
        render_kw={"data-show-field": "when", "data-show-values": "later"},
    )

    def starts_at(self) -> datetime | None:
        """Give the moment from which it counts, None for at once; InvalidAnswers without a day."""
        if self.when.data == _NOW:
            return None
        return _moment(self.starts_on.data, self.starts_time.data)


def refuse(form: Any, error: Refused | DefinitionRefused) -> None:
    """Put what the engine refuses into `form`, every problem of a definition with it."""
    if isinstance(error, DefinitionRefused):
        form.form_errors += [say(Message(one.zh, one.en)) for one in error.problems]
    else:
        put(form, error)


def say_published(outcome: publishing.Outcome) -> None:
    """Say what came of publishing."""
    if outcome.state == "proposed":
        flash(gettext("已提交，等另一人同意后发布。已通知可以同意的人。"), "success")
    for made in outcome.definitions:
        since = gettext("立即") if made.starts_at is None else moment(made.starts_at)
        words = gettext(
            "已发布：%(name)s 第 %(version)s 版，%(since)s起用。正在办理的事项不变。",
            name=made.name,
            version=made.version,
            since=since,
        )
        flash(words, "success")


def _moment(day: date | None, at: time | None) -> datetime:
    """Give the moment; midnight when no time is given.

    Raises:
        InvalidAnswers: no day.
    """
    if day is None:
        raise InvalidAnswers.at("starts_on", "请填写起用日期。", "Give the day on which it begins.")
    try:
        return datetime.combine(day, at or time(), LOCAL_ZONE)
    except (ValueError, OverflowError):
        raise InvalidAnswers.at(
            "starts_on", "这个日期不对，请重新填写。", "This day is wrong; give another."
        ) from None
