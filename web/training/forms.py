"""Forms about training sessions."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from engine import training
from engine.hazards.codes import SECTORS
from web.form_controls import FilesField
from web.language import say
from web.majors.forms import Asked, DayField, EntryForm


class SessionForm(EntryForm):
    """A session: what, for whom, when, how long, where."""

    topic = StringField(
        lazy_gettext("专题"),
        [Asked()],
        description=lazy_gettext("例如：燃气企业主要负责人安全责任和隐患内部报告奖励机制"),
    )
    audience = RadioField(lazy_gettext("培训对象"), [Asked()], validate_choice=False)
    sectors = SelectMultipleField(
        lazy_gettext("行业"),
        description=lazy_gettext("不选就是不限行业。"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    held_on = DayField(lazy_gettext("举办日期"), [Asked()])
    hours = StringField(
        lazy_gettext("学时"),
        [Asked()],
        description=lazy_gettext("按小时填，例如 2 或 1.5。"),
        render_kw={"short": True, "inputmode": "decimal"},
    )
    place = StringField(lazy_gettext("地点"))
    materials = FilesField(
        lazy_gettext("培训材料"),
        description=lazy_gettext("照片或 PDF；参训单位也能下载。"),
        render_kw={"kind": "files", "accept": "image/*,.pdf", "max": 9},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = [(key, say(name)) for key, name in training.POSITIONS.items()]
        self.sectors.choices = [(key, say(name)) for key, name in SECTORS.items()]

    @staticmethod
    def known(row: Any) -> dict[str, Any]:
        """Give what a session says, as its form shows it."""
        return {
            "topic": row.topic,
            "audience": row.audience,
            "sectors": list(row.sectors),
            "held_on": row.held_on.isoformat(),
            "hours": f"{row.minutes / 60:.2f}".rstrip("0").rstrip("."),
            "place": row.place or "",
            "materials": [str(one) for one in row.materials],
        }

    @property
    def facts(self) -> training.Facts:
        """Give what was typed; the engine is the judge of it."""
        return training.Facts(
            topic=self.topic.data or "",
            audience=self.audience.data or "",
            sectors=self.sectors.data or (),
            held_on=self.held_on.day,
            minutes=self._minutes(),
            place=self.place.data or "",
            materials=self.materials.data or (),
        )

    def _minutes(self) -> int | None:
        try:
            hours = Decimal((self.hours.data or "").strip())
        except InvalidOperation:
            return None
        return round(hours * 60) if hours.is_finite() and 0 < hours < 1000 else None


class ListForm(FlaskForm):  # type: ignore[misc]
    """A list of attendees: pasted, or as a file."""

    text = TextAreaField(
        lazy_gettext("粘贴名单"),
        description=lazy_gettext(
            "每行一人：单位、姓名、岗位，用逗号或制表符分开；从表格里复制过来就可以。岗位不写的按培训对象。"
        ),
        render_kw={"rows": 8},
    )
    # The browser's own control: the file is read here and not kept.
    file = StringField(
        lazy_gettext("或者选择 XLSX、CSV 文件"),
        render_kw={"type": "file", "accept": ".xlsx,.csv,.txt"},
    )


class SignForm(FlaskForm):  # type: ignore[misc]
    """A participant signs in."""

    enterprise = StringField(
        lazy_gettext("单位"),
        [Asked(), Length(max=200)],
        description=lazy_gettext("营业执照上的全称，或统一社会信用代码。"),
        render_kw={"autocomplete": "organization"},
    )
    name = StringField(
        lazy_gettext("姓名"), [Asked(), Length(max=100)], render_kw={"autocomplete": "name"}
    )
    position = RadioField(lazy_gettext("岗位"), [Asked()], validate_choice=False)

    def offer(self) -> SignForm:
        """Offer the positions."""
        self.position.choices = [(key, say(name)) for key, name in training.POSITIONS.items()]
        return self
