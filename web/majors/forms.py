"""Forms of the register's entries. They keep what was typed; the engine is the judge of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import DateInput

from engine import majors
from engine.errors import Invalid
from engine.hazards.reports import METHODS
from web import files
from web.access import current_actor
from web.form_controls import FilesField
from web.language import say
from web.majors import words


class DayField(StringField):  # type: ignore[misc]
    """A day; what is no day stays as it was typed, and is never taken for nothing."""

    widget = DateInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no day."""
        if (self.data or "").strip() and self.day is None:
            raise ValidationError(gettext("请填写日期，例如 2026-11-05。"))

    @property
    def day(self) -> date | None:
        """Give the day, or None when there is none in it."""
        try:
            return date.fromisoformat((self.data or "").strip())
        except ValueError:
            return None


class Asked:
    """Marks a question as one that has to be answered; the engine is the judge of it."""

    field_flags = {"required": True}  # noqa: RUF012 - the name and type WTForms reads

    def __call__(self, form: Any, field: Any) -> None:
        """Accept anything."""


def _files(label: Any, help_text: Any = "") -> Any:
    return FilesField(
        label,
        description=help_text,
        render_kw={"kind": "files", "accept": "image/*,.pdf", "max": 9},
    )


class EntryForm(FlaskForm):  # type: ignore[misc]
    """What all entries share: files that came with the form are kept before anything else."""

    def receive(self) -> None:
        """Keep the files that came without JavaScript; what is refused is said at its field."""
        for field in self:
            if isinstance(field, FilesField):
                self._receive(field)

    def _receive(self, field: FilesField) -> None:
        kept = list(field.data or ())
        for sent in request.files.getlist(field.name):
            if sent.filename:
                try:
                    kept.append(str(files.keep(sent, current_actor()).id))
                except Invalid as error:
                    field.errors = [*field.errors, say(error.message)]
        field.data = kept
        field.render_kw = {
            **(field.render_kw or {}),
            "files": files.shown(kept),
            "upload_url": url_for("files.upload"),
        }


class ReportForm(EntryForm):
    """A report that was made outside the steps of the process."""

    name = StringField(lazy_gettext("报告给谁"), [Asked(), Length(max=200)])
    method = RadioField(lazy_gettext("报告方式"), [Asked()], validate_choice=False)
    reported_on = DayField(lazy_gettext("报告日期"), [Asked()])
    note = StringField(
        lazy_gettext("凭据说明"),
        description=lazy_gettext("回执编号、接报人、会议名称等。"),
    )
    files = _files(
        lazy_gettext("凭据"),
        lazy_gettext("回执、会议记录、签收照片。没有文件的，在说明里写明凭据。"),
    )
    certificate_number = SelectField(lazy_gettext("用的哪份报告单"), validate_choice=False)

    def offer(self, addressee: str, numbers: Any) -> None:
        """Offer the ways to report to this addressee, and the papers drawn up for it."""
        self.method.choices = [(key, say(words.METHODS[key])) for key in METHODS[addressee]]
        nothing = gettext("没有用报告单")
        self.certificate_number.choices = [("", nothing), *((one, one) for one in numbers)]


class GuardForm(EntryForm):
    """Measures until the hazard is gone."""

    text = TextAreaField(
        lazy_gettext("临时防范措施"),
        [Asked()],
        description=lazy_gettext("停用、隔离、看守、撤人等；谁负责、到什么时候。"),
        render_kw={"rows": 4, "maxlength": 1000},
    )


class SupervisionForm(EntryForm):
    """An authority's listing."""

    authority = StringField(lazy_gettext("督办部门"), [Asked()])
    case_number = StringField(lazy_gettext("督办编号"), [Asked()])
    listed_on = DayField(lazy_gettext("挂牌日期"), [Asked()])
    due_on = DayField(lazy_gettext("督办期限"))
    note = StringField(lazy_gettext("说明"))
    files = _files(lazy_gettext("督办通知书"), lazy_gettext("由企业登记的必须上传。"))


class ApplyForm(EntryForm):
    """The enterprise asks for the check."""

    applied_on = DayField(lazy_gettext("申请日期"), [Asked()])
    files = _files(lazy_gettext("申请材料"))


class StrikeOffForm(EntryForm):
    """The authority's decision."""

    cancelled_on = DayField(lazy_gettext("核销日期"), [Asked()])
    cancelled_by = StringField(
        lazy_gettext("核销人或决定文号"),
        [Asked()],
        description=lazy_gettext("谁决定的，或决定书编号。"),
    )
    files = _files(lazy_gettext("核销决定"), lazy_gettext("由企业登记的必须上传。"))


class DrawReportForm(EntryForm):
    """What a printed report says beside what the case says already."""

    addressed_to = StringField(lazy_gettext("报送给"), [Asked()])
    state_and_cause = TextAreaField(
        lazy_gettext("隐患的现状及其产生原因"), [Asked()], render_kw={"rows": 4, "maxlength": 1000}
    )
    harm_and_difficulty = TextAreaField(
        lazy_gettext("隐患的危害程度和整改难易程度分析"),
        [Asked()],
        render_kw={"rows": 4, "maxlength": 1000},
    )
    contact = StringField(lazy_gettext("联系人和电话"))


class DrawAcceptanceForm(EntryForm):
    """How the treatment came out, element by element."""

    evaluation = RadioField(lazy_gettext("评估方式"), [Asked()], validate_choice=False)
    evaluated_by = StringField(lazy_gettext("评估单位或人员"), [Asked()])
    conclusion = TextAreaField(
        lazy_gettext("评估结论"), [Asked()], render_kw={"rows": 3, "maxlength": 1000}
    )
    resumption_on = DayField(
        lazy_gettext("申请恢复生产经营日期"), description=lazy_gettext("停过产、停过用的填写。")
    )


def _actual(key: str) -> Any:
    return TextAreaField(
        lazy_gettext("完成情况"), [Asked()], render_kw={"rows": 2, "maxlength": 1000}
    )


for _key, _name in majors.ACCEPTANCE_ACTUALS.items():
    setattr(DrawAcceptanceForm, _name, _actual(_key))


def label_actuals(form: DrawAcceptanceForm, plan: Mapping[str, str]) -> None:
    """Put what was planned before each question how it came out."""
    form.evaluation.choices = [(key, say(name)) for key, name in words.EVALUATIONS.items()]
    for key, name in majors.ACCEPTANCE_ACTUALS.items():
        form[name].label.text = gettext("%(what)s：完成情况", what=say(words.PLAN[key]))
        form[name].description = gettext(
            "方案：%(text)s", text=plan.get(key) or gettext("（没有写）")
        )
