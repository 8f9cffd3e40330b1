"""Forms of relations. They keep what was typed; the engine is the judge of it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from engine.relations import rules
from engine.relations.passing import Words
from engine.relations.rules import Terms
from web.form_controls import FilesField
from web.language import say
from web.majors.forms import Asked, DayField, EntryForm


class _About(FlaskForm):  # type: ignore[misc]
    """What a relation is about."""

    kind = RadioField(lazy_gettext("关系"), [Asked()], validate_choice=False)
    subject = StringField(
        lazy_gettext("项目、场所或内容"),
        [Asked()],
        description=lazy_gettext("例如：二号车间屋面维修；一楼 101 商铺"),
        render_kw={"maxlength": 200},
    )
    from_on = DayField(lazy_gettext("开始日期"), [Asked()], render_kw={"short": True})
    until_on = DayField(
        lazy_gettext("结束日期"),
        description=lazy_gettext("没有约定的留空。"),
        render_kw={"short": True},
    )
    coordinator = StringField(
        lazy_gettext("本单位统一协调人"),
        [Asked()],
        description=lazy_gettext("姓名或岗位，对方看得到。"),
        render_kw={"maxlength": 100},
    )
    is_offered = BooleanField(
        lazy_gettext("在本单位张贴码的报告页供选择"),
        description=lazy_gettext("扫码的人看得到对方名称。"),
        default=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            (key, gettext("对方是%(part)s", part=say(kind.other)))
            for key, kind in rules.KINDS.items()
        ]

    @property
    def terms(self) -> Terms:
        """Give what was typed."""
        return Terms(
            kind=self.kind.data or "",
            subject=self.subject.data or "",
            from_on=self.from_on.day,
            until_on=self.until_on.day,
            coordinator=self.coordinator.data or "",
            is_offered=bool(self.is_offered.data),
        )


class ProposeForm(_About):
    """A relation with an enterprise of the register."""

    organisation = StringField(
        lazy_gettext("对方单位"),
        [Asked()],
        description=lazy_gettext("全称或统一社会信用代码，须与对方登记的完全一致。"),
        render_kw={"maxlength": 200},
    )


class InviteForm(_About):
    """A relation with an enterprise that is not in the register yet."""

    name = StringField(lazy_gettext("对方全称"), [Asked()], render_kw={"maxlength": 200})
    uscc = StringField(
        lazy_gettext("统一社会信用代码"),
        description=lazy_gettext("没有代码的个体工商户留空，登记时按全称核对。"),
        render_kw={"maxlength": 18, "autocomplete": "off"},
    )
    keeper = SelectField(lazy_gettext("请谁登记"), validate_choice=False)


class EditForm(FlaskForm):  # type: ignore[misc]
    """What may be changed of a relation."""

    until_on = _About.until_on
    coordinator = _About.coordinator
    is_offered = _About.is_offered


class AgreementForm(EntryForm):
    """The safety agreement."""

    signed_on = DayField(lazy_gettext("签订日期"), [Asked()], render_kw={"short": True})
    until_on = DayField(
        lazy_gettext("到期日"),
        description=lazy_gettext("没有约定的留空。"),
        render_kw={"short": True},
    )
    files = FilesField(
        lazy_gettext("协议文件"),
        [Asked()],
        description=lazy_gettext("照片或 PDF，每个不超过 10 MB。双方都看得到。"),
        render_kw={"kind": "files", "accept": "image/*,.pdf", "max": rules.MOST_FILES},
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something is refused, withdrawn or ended; the other side reads it."""

    reason = StringField(
        lazy_gettext("原因"),
        [Asked()],
        description=lazy_gettext("对方看得到。"),
        render_kw={"maxlength": 500},
    )


class ConcernForm(FlaskForm):  # type: ignore[misc]
    """Whom a case concerns."""

    relation = SelectField(lazy_gettext("涉及哪家相关方"), validate_choice=False)


class PassForm(FlaskForm):  # type: ignore[misc]
    """What is released to the other side."""

    place = StringField(lazy_gettext("地点"), [Asked()], render_kw={"maxlength": 200})
    description = TextAreaField(
        lazy_gettext("隐患情况"),
        [Asked()],
        description=lazy_gettext("用您自己核查后的话写，不要照抄报告。"),
        render_kw={"rows": 4, "maxlength": 1000},
    )
    wanted = TextAreaField(
        lazy_gettext("要求对方做什么"), [Asked()], render_kw={"rows": 2, "maxlength": 500}
    )
    due_on = DayField(lazy_gettext("要求完成日期"), render_kw={"short": True})
    is_checked = BooleanField(
        lazy_gettext("已核对：从里面看不出谁报告的、什么时候报告的、怎么发现的"), [Asked()]
    )

    @property
    def words(self) -> Words:
        """Give what was typed."""
        return Words(
            place=self.place.data or "",
            description=self.description.data or "",
            wanted=self.wanted.data or "",
            due_on=self.due_on.day,
            is_checked=bool(self.is_checked.data),
        )
