"""A form with every kind of question."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Form,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

NAMES = ("王建国", "李秀英", "张伟", "刘洋", "欧阳娜娜", "龚德明", "赵敏", "周婷婷", "孙浩然")


def choices(**words: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class VerifyForm(Form):
    """What a verifier is asked."""

    number = StringField("报告编号", render_kw={"readonly": True}, default="BG-20261123-0012")
    finding = RadioField(
        "核查结论",
        [InputRequired("请选择核查结论")],
        description="到现场看过再选。拿不准时选“无法核实”，并写明原因。",
        choices=choices(
            confirmed="属实，构成隐患",
            not_a_hazard="属实，但不构成隐患",
            duplicate="与已有报告重复",
            unverifiable="无法核实",
        ),
    )
    category = RadioField(
        "隐患类别",
        [InputRequired("请选择隐患类别")],
        choices=choices(human="人", object="物", environment="环境", management="管理"),
        render_kw={"data-show-field": "finding", "data-show-values": "confirmed"},
    )
    place = StringField(
        "地点", [InputRequired("请填写地点")], description="例如：二号车间东门配电柜"
    )
    description = TextAreaField(
        "隐患描述",
        [InputRequired("请描述看到的情况"), Length(max=500)],
    )
    photos_before = MultipleFileField("现场照片", description="最多 9 张，照片在手机上会自动缩小。")
    rectifier = RadioField(
        "整改责任人",
        [InputRequired("请选择整改责任人")],
        choices=[SelectChoice(str(at), name) for at, name in enumerate(NAMES)],
    )
    fund_plan = DecimalField("整改资金", [Optional()], description="没有花钱就填 0。")
    staff = IntegerField("涉及人数", [Optional()])
    due_on = DateField("整改期限", [InputRequired("请选择日期")])
    control = SelectField(
        "控制类型",
        [InputRequired("请选择")],
        choices=[
            SelectChoice("", "请选择"),
            *choices(remove="消除", replace="替代", engineering="工程控制"),
        ],
    )
    accidents = SelectMultipleField(
        "可能导致的事故",
        [Optional()],
        choices=choices(fire="火灾", shock="触电", fall="高处坠落", crush="机械伤害"),
    )
    talked = BooleanField("我已与报告人沟通过")


class WrongForm(VerifyForm):
    """The same, sent empty."""

    def __init__(self, formdata: Any = None, **values: Any) -> None:
        super().__init__(formdata)
