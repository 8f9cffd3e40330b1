"""Forms of evidence, one a kind. They keep what was typed; the engine is the judge of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from engine.coverage import kinds
from engine.coverage.evidence import MOST_FILES, Given
from engine.hazards.mechanism import CHAPTERS
from web.form_controls import FilesField
from web.language import say
from web.majors.forms import DayField, EntryForm


class Asked:
    """Marks a question as one that has to be answered; the engine is the judge of it."""

    field_flags = {"required": True}  # noqa: RUF012 - the name and type WTForms reads

    def __call__(self, form: Any, field: Any) -> None:
        """Accept anything."""


def _files(needed: bool) -> Any:
    return FilesField(
        lazy_gettext("附件"),
        [Asked()] if needed else [],
        description=lazy_gettext("照片或 PDF，每个不超过 10 MB。"),
        render_kw={"kind": "files", "accept": "image/*,.pdf", "max": MOST_FILES},
    )


class EvidenceForm(EntryForm):
    """What every kind asks for; the kinds add their own."""

    on = DayField(lazy_gettext("日期"), [DataRequired(lazy_gettext("请填写日期。"))])

    def details(self) -> dict[str, Any]:
        """Give what this kind asks for beside the rest."""
        return {}

    def receive(self) -> None:
        """Keep the files that came with the form, and say so when one is missing."""
        super().receive()
        for field in self:
            is_asked = isinstance(field, FilesField) and field.flags.required
            if is_asked and self.is_submitted() and not (field.data or field.errors):
                field.errors = [gettext("请上传照片或 PDF。")]


class _Files(EvidenceForm):
    files = _files(needed=True)


class RulesForm(_Files):
    """The rules, chapter by chapter."""

    title = StringField(lazy_gettext("制度名称"), render_kw={"maxlength": 200})
    number = StringField(lazy_gettext("文号"), render_kw={"maxlength": 60})
    signer = StringField(
        lazy_gettext("签发人"),
        [DataRequired(lazy_gettext("请填写签发人。"))],
        description=lazy_gettext("主要负责人姓名。"),
        render_kw={"maxlength": 50},
    )
    protects = BooleanField(lazy_gettext("写有保密和不得打击报复的条款"))

    def details(self) -> dict[str, Any]:
        """Give the pages of the chapters, and who signed."""
        pages = {key: self[f"chapter_{key}"].data or "" for key in CHAPTERS}
        return {"chapters": pages, "signer": self.signer.data, "protects": self.protects.data}


for _key in CHAPTERS:
    setattr(
        RulesForm,
        f"chapter_{_key}",
        StringField(render_kw={"short": True, "maxlength": 40, "placeholder": "第 2 页"}),
    )


class OpinionForm(_Files):
    """The union or the staff was heard."""

    title = StringField(
        lazy_gettext("会议或文件名称"),
        description=lazy_gettext("例如：职工代表大会征求意见记录。"),
        render_kw={"maxlength": 200},
    )


class PublicationForm(_Files):
    """How the rules were made public."""

    method = RadioField(
        lazy_gettext("公示方式"),
        [DataRequired(lazy_gettext("请选择一项。"))],
        validate_choice=False,
    )

    def details(self) -> dict[str, Any]:
        """Give the way."""
        return {"method": self.method.data}


class ChannelForm(EvidenceForm):
    """One way to report, tried once."""

    channel = RadioField(
        lazy_gettext("途径"),
        [DataRequired(lazy_gettext("请选择一项。"))],
        validate_choice=False,
    )
    passed = RadioField(
        lazy_gettext("测试结果"),
        [DataRequired(lazy_gettext("请选择一项。"))],
        choices=[("yes", lazy_gettext("通过")), ("no", lazy_gettext("不通过"))],
        validate_choice=False,
    )
    result = StringField(
        lazy_gettext("经过"),
        [DataRequired(lazy_gettext("请写明测试的结果。"))],
        description=lazy_gettext("谁试报的，多久收到回执。"),
        render_kw={"maxlength": 200},
    )
    files = _files(needed=False)

    def details(self) -> dict[str, Any]:
        """Give the way, and whether it works."""
        return {
            "channel": self.channel.data,
            "passed": self.passed.data == "yes",
            "result": self.result.data,
        }


class VersionForm(EvidenceForm):
    """A list or a table in a version."""

    title = StringField(lazy_gettext("名称"), render_kw={"maxlength": 200})
    version = StringField(
        lazy_gettext("版本"),
        [DataRequired(lazy_gettext("请填写版本。"))],
        render_kw={"short": True, "maxlength": 60},
    )
    posts = StringField(
        lazy_gettext("适用岗位"),
        description=lazy_gettext("例如：全部岗位，或冲压、焊接。"),
        render_kw={"maxlength": 200},
    )
    files = _files(needed=False)

    def details(self) -> dict[str, Any]:
        """Give the version."""
        return {"version": self.version.data, "posts": self.posts.data}


class FundsForm(EvidenceForm):
    """Where the money comes from."""

    source = RadioField(
        lazy_gettext("资金来源"),
        [DataRequired(lazy_gettext("请选择一项。"))],
        validate_choice=False,
    )
    budget = StringField(
        lazy_gettext("年度预算"),
        [DataRequired(lazy_gettext("请填写金额。"))],
        render_kw={"kind": "money", "inputmode": "decimal"},
    )
    year = IntegerField(
        lazy_gettext("预算年度"),
        [DataRequired(lazy_gettext("请填写年度，例如 2026。"))],
        render_kw={"short": True},
    )
    files = _files(needed=False)

    def details(self) -> dict[str, Any]:
        """Give source, amount in fen, and year."""
        return {
            "source": self.source.data,
            "budget_fen": _fen(self.budget.data),
            "year": self.year.data,
        }


class TrainingForm(EvidenceForm):
    """A lesson about the mechanism."""

    title = StringField(lazy_gettext("培训名称"), render_kw={"maxlength": 200})
    people = IntegerField(
        lazy_gettext("参加人数"),
        [DataRequired(lazy_gettext("请填写参加人数。"))],
        render_kw={"unit": lazy_gettext("人"), "short": True},
    )
    files = _files(needed=False)

    def details(self) -> dict[str, Any]:
        """Give how many took part."""
        return {"people": self.people.data}


FORMS: Mapping[str, type[EvidenceForm]] = {
    "rules": RulesForm,
    "union_opinion": OpinionForm,
    "publication": PublicationForm,
    "channels": ChannelForm,
    "checklist": VersionForm,
    "reward_table": VersionForm,
    "funds": FundsForm,
    "process": VersionForm,
    "training": TrainingForm,
}


def make(kind: str, data: Mapping[str, Any]) -> EvidenceForm:
    """Give the form of a kind, with its choices and an optional note at the end."""

    class _Form(FORMS[kind]):  # type: ignore[misc, valid-type]
        note = TextAreaField(lazy_gettext("说明"), render_kw={"rows": 2, "maxlength": 2000})

    form = _Form(data=dict(data))
    offered = {"method": kinds.METHODS, "channel": kinds.CHANNELS, "source": kinds.FUNDS}
    for name, choices in offered.items():
        if name in form:
            form[name].choices = [(key, say(words)) for key, words in choices.items()]
    for key in CHAPTERS:
        if f"chapter_{key}" in form:
            form[f"chapter_{key}"].label.text = say(kinds.CHAPTER_NAMES[key])
    made: EvidenceForm = form
    return made


def given(kind: str, form: EvidenceForm) -> Given:
    """Give the evidence as the form says it."""

    def text(name: str) -> str:
        return (form[name].data or "") if name in form else ""

    return Given(
        kind=kind,
        on=form.on.day,
        title=text("title"),
        number=text("number"),
        details=form.details(),
        files=tuple(form.files.data or ()) if "files" in form else (),
        note=text("note"),
    )


def _fen(text: str | None) -> int | None:
    try:
        amount = Decimal((text or "").replace(",", "").strip())
        return int(amount * 100) if amount.is_finite() and 0 < amount < 10**10 else None
    except InvalidOperation:
        return None
