"""The page for those who take in reports: how it came in, and who reported (R-27, C1 20-23).

It takes the place of the page on which reporters sign; what is wrong is asked as everybody is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from engine import forms, intake, reporters
from engine.errors import Message
from engine.forms import Choice, Field, Form
from engine.hazards import codes
from engine.hazards.origins import Origin
from web import db, form_fields
from web.report_sheet import Desk, Sheet
from web.report_steps import MODE, TYPE, WHO, Step

#: What can be typed in; alarms of machines come in by themselves.
_SOURCES: Final = ("staff", "self_check", "special_check", "government", "transferred")
_CHANNELS: Final = (
    "in_person", "phone", "slip", "meeting", "message", "email", "document",
)  # fmt: skip
#: Sources behind which a person of the firm stands.
_OF_PEOPLE: Final = ("staff", "self_check", "special_check")
_WITH_A_NAME: Final = ("named", "confidential")
_HOW: Final = Message("怎么收到的", "How it came in")
_WHOSE: Final = Message("谁报告的", "Who reported it")


#: What each way to sign means for the reporter, to be told to them.
_MEANINGS: Final = {
    "named": Message(
        "姓名印在报告人的奖励证书上，经办奖励的人看得到。",
        "Their name goes on their reward certificate, which those who handle the reward see.",
    ),
    "confidential": Message(
        "证书上不印姓名。工会和主要负责人写明理由才能查看，每次有记录。",
        "No certificate says their name. Union and principal may look it up, stating why; each "
        "look is recorded.",
    ),
    "anonymous": Message(
        "不要写姓名。系统不保存是谁，只能凭凭证码查进度、领奖励。",
        "Write no name. Who it was is not kept; only the receipt code leads to the reward.",
    ),
}


@dataclass(frozen=True)
class EntryDesk(Desk):
    """A desk at which somebody types in what others reported."""

    @property
    def quick_mode(self) -> str | None:
        """Nothing is sent before it is said who reported."""
        return None

    @property
    def is_entry(self) -> bool:
        """Say that the reporter is somebody else."""
        return True

    def sheet(self, sent: MultiDict[str, str], seen: Iterable[str]) -> Sheet:
        """Give the report as far as it is typed in."""
        return EntrySheet(self, sent, seen)


class EntrySheet(Sheet):
    """A report that is typed in for somebody else."""

    meanings = _MEANINGS

    def make_steps(self) -> list[Step]:
        """Give the pages of the form, and the one about who reported and how it came in."""
        return [*super().make_steps()[:-1], Step(WHO, self._asked())]

    def identity(self) -> reporters.Identity | None:
        """Give who reported, for the vault; None where nobody of the firm stands behind it."""
        known = self._known()
        if known["source"] not in _OF_PEOPLE:
            return None
        return intake.identity_for(
            db.session(),
            actor=self.desk.actor,
            mode=known["identity_mode"],
            reporter_type=known["reporter_type"],
            name=known.get("reporter_name") or "",
            contact=known.get("reporter_contact") or "",
            account=known.get("reporter_account"),
        )

    def origin(self) -> Origin:
        """Give where it is from, by which way, and who types it in."""
        known = self._known()
        return Origin(
            source=known["source"],
            channel=known["channel"],
            note=known.get("source_note") or "",
            entered_by=self.desk.actor.user_id,
        )

    @property
    def wants_code(self) -> bool:
        """Say whether the reporter is to be given the receipt code."""
        return bool(self._known().get("wants_code"))

    def signed(self) -> Mapping[str, Any]:
        """Give the answers about the reporter and the way in, as far as there are any."""
        asked = self._asked()
        given = form_fields.answers(asked, self.sent) if WHO in self.seen else {}
        return {**forms.prefilled(asked, {}), **given}

    def _known(self) -> dict[str, Any]:
        asked = self._asked()
        raw = form_fields.answers(asked, self.sent) if WHO in self.seen else {}
        return forms.clean(asked, raw)

    def _asked(self) -> Form:
        return entry_form(self.desk.form, self._namesakes)

    @cached_property
    def _namesakes(self) -> list[Choice]:
        name = self.sent.get("reporter_name", "")
        if not name or self.sent.get("identity_mode") == "anonymous":
            return []
        found = intake.namesakes(db.session(), name, actor=self.desk.actor)
        return [
            Choice(str(one.user_id), Message(*[f"{one.name}（{one.login}）"] * 2)) for one in found
        ]


def entry_form(form: Form, namesakes: list[Choice]) -> Form:
    """Give the questions about how a report came in and who reported it.

    Args:
        form: the start form; its own words about signing are for reporters, and are not used.
        namesakes: colleagues who have the name that was given; it is asked whether it is them.
    """
    offered = set(_modes(form))
    mode = replace(
        MODE, choices=tuple(one for one in MODE.choices if one.value in offered), default="named"
    )
    about = (mode, _NAME, *([_account(namesakes)] if namesakes else []), _CONTACT, _TYPE, _CODE)
    fields = (
        *(replace(one, group=_HOW) for one in (_SOURCE, _NOTE, _CHANNEL)),
        *(
            replace(one, group=_WHOSE, group_show_field="source", group_show_values=_OF_PEOPLE)
            for one in about
        ),
    )
    return replace(form, title=Message("谁报告的，怎么收到的？", "Who, and how?"), fields=fields)


def _modes(form: Form) -> list[str]:
    return [one.value for one in (form.find("identity_mode") or MODE).choices]


def _choices(words: Any, keys: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(key, words[key]) for key in keys)


def _account(namesakes: list[Choice]) -> Field:
    nobody = Choice(intake.NOBODY_HERE, Message("不是，没有账号", "None of them, no account"))
    return Field(
        key="reporter_account",
        type="radio",
        label=Message("本单位有同名的人，是他吗", "Is it the colleague of that name"),
        help=Message(
            "是他，报告会出现在他的“我的报告”里，他也不能核查自己的报告。",
            "If so, they find it among their reports, and may not verify it.",
        ),
        required=True,
        choices=(*namesakes, nobody),
        show_field="identity_mode",
        show_values=_WITH_A_NAME,
    )


_SOURCE: Final = Field(
    key="source",
    type="radio",
    label=Message("来源", "Source"),
    required=True,
    choices=_choices(codes.SOURCES, _SOURCES),
    default="staff",
)
_NOTE: Final = Field(
    key="source_note",
    type="textfield",
    label=Message("哪里来的", "From whom"),
    help=Message(
        "检查或转办的单位、文号，例如：区应急局 检查记录 12 号；12345 转办单。",
        "Which authority and paper, such as: inspection record 12; a slip of the 12345 line.",
    ),
    required=True,
    max_length=200,
    show_field="source",
    show_values=("government", "transferred"),
)
_CHANNEL: Final = Field(
    key="channel",
    type="radio",
    label=Message("途径", "Way"),
    required=True,
    choices=_choices(codes.CHANNELS, _CHANNELS),
    default="in_person",
)
_NAME: Final = Field(
    key="reporter_name",
    type="textfield",
    label=Message("报告人姓名", "The reporter's name"),
    help=Message(
        "只进身份保险箱，办理的人看不到。", "It goes to the vault; those who handle it see no name."
    ),
    required=True,
    max_length=100,
    show_field="identity_mode",
    show_values=_WITH_A_NAME,
)
_CONTACT: Final = Field(
    key="reporter_contact",
    type="textfield",
    label=Message("怎么找到报告人", "How to reach them"),
    help=Message("电话、班组都行，发奖励时要用。", "Telephone or team; needed to pay the reward."),
    max_length=100,
    show_field="identity_mode",
    show_values=_WITH_A_NAME,
)
_TYPE: Final = replace(TYPE, label=Message("报告人是", "The reporter is"))
_CODE: Final = Field(
    key="wants_code",
    type="checkbox",
    label=Message("报告人要凭证码", "The reporter wants a receipt code"),
    help=Message(
        "发送后只显示一次，请当面念给他或打印给他。匿名的只能凭它查进度、领奖励。",
        "Shown once after sending: tell them, or print it. Without a name only the code leads to "
        "the reward.",
    ),
)
