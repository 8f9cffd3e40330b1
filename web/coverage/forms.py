"""What is signed, withdrawn and explained about a mechanism, as forms."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from engine.coverage.obstacles import OBSTACLES
from web.language import say


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Why a piece of evidence no longer holds."""

    reason = TextAreaField(
        lazy_gettext("撤回原因"),
        [DataRequired(lazy_gettext("请写明撤回的原因。"))],
        description=lazy_gettext("例如：文件已废止，将上传新版本。撤回后仍可查看。"),
        render_kw={"rows": 3, "maxlength": 500},
    )


class ZeroForm(FlaskForm):  # type: ignore[misc]
    """Nothing was reported in a month."""

    month = SelectField(
        lazy_gettext("月份"),
        [InputRequired(lazy_gettext("请选择月份。"))],
        validate_choice=False,
    )
    note = TextAreaField(
        lazy_gettext("说明"),
        [DataRequired(lazy_gettext("请说明为什么没有报告。"))],
        description=lazy_gettext("例如：当月组织全员排查两次，未发现隐患；报告途径均测试正常。"),
        render_kw={"rows": 3, "maxlength": 500},
    )


class ObstacleForm(FlaskForm):  # type: ignore[misc]
    """Why there is no mechanism yet."""

    obstacle = SelectField(lazy_gettext("未建原因"), [Optional()], validate_choice=False)
    note = StringField(lazy_gettext("补充说明"), render_kw={"maxlength": 500})

    def offer(self, nothing: str) -> None:
        """Offer the reasons."""
        named = [(key, say(name)) for key, name in OBSTACLES.items()]
        self.obstacle.choices = [("", nothing), *named]
