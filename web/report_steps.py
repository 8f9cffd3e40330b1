"""A start form asked page by page: what happened, then who reports, then everything to check.

The pages follow the definition: what stands by itself, and what is folded away, is on the first
page; every other group has a page of its own. Who reports is always asked on its own page, in the
words of the definition where it has some, and goes to the vault, not to the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.errors import Message
from engine.forms import Choice, Field, Form
from engine.relations.concerning import Party
from engine.relations.rules import OUTSIDE_TYPES
from engine.reporters import MODES, TYPES

WHAT: Final = "what"
#: Whose work or place it is about: a relation of the enterprise, not an answer of the form.
CONCERNS: Final = "concerned_relation"
WHO: Final = "who"
CHECK: Final = "check"
#: Answers for the vault alone: a case never holds them.
SECRET: Final = ("reporter_name", "reporter_contact", "reporter_works_for")
_IDENTITY: Final = ("identity_mode", *SECRET, "reporter_type")
_WITH_A_NAME: Final = ("named", "confidential")
#: Where a poster hangs, in a start form.
PLACE: Final = ("place", "part")

MODE: Final = Field(
    key="identity_mode",
    type="radio",
    label=Message("怎样署名", "How to sign"),
    required=True,
    choices=tuple(Choice(key, words) for key, words in MODES.items()),
    default="confidential",
)
TYPE: Final = Field(
    key="reporter_type",
    type="select",
    label=Message("您是", "You are"),
    required=True,
    choices=tuple(Choice(key, words) for key, words in TYPES.items()),
    default="staff",
)
_NAME: Final = Field(
    key="reporter_name",
    type="textfield",
    label=Message("您的姓名", "Your name"),
    required=True,
    max_length=100,
    show_field="identity_mode",
    show_values=_WITH_A_NAME,
)
_CONTACT: Final = Field(
    key="reporter_contact",
    type="textfield",
    label=Message("联系电话", "Telephone"),
    help=Message("方便核实和发奖励。", "For questions, and to pay the reward."),
    max_length=100,
    show_field="identity_mode",
    show_values=_WITH_A_NAME,
)


_UNSAID: Final = Choice("", Message("不说", "Rather not say"))
_WORKS_FOR: Final = Field(
    key="reporter_works_for",
    type="select",
    label=Message("您在哪家单位", "For whom you work"),
    help=Message(
        "只进身份保险箱，发奖励时用。您的单位看不到这份报告。",
        "It goes to the vault, to pay the reward. Your employer does not see this report.",
    ),
    show_field="identity_mode",
    show_values=_WITH_A_NAME,
    group_show_field="reporter_type",
    group_show_values=OUTSIDE_TYPES,
)


@dataclass(frozen=True)
class Step:
    """One page of questions."""

    key: str
    form: Form

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the keys of its questions."""
        return tuple(one.key for one in self.form.fields if not one.is_static)


def split(
    form: Form, *, signed_in: bool, place: Mapping[str, str], parties: Sequence[Party] = ()
) -> Sequence[Step]:
    """Give the pages that ask a start form.

    Args:
        signed_in: the name is known; it is not asked.
        place: what a poster answers of where one stands; those questions are folded away.
        parties: who works for the enterprise, to say whom it concerns.
    """
    asked = [one for one in form.fields if one.key not in _IDENTITY and not _is_settled(one)]
    first = _with_place_known([one for one in asked if _is_first(one)], place)
    pages = {WHAT: [*first, *_concerns(parties)]}
    for one in asked:
        if not _is_first(one) and one.group is not None:
            pages.setdefault(f"group:{one.group.zh}", []).append(one)
    steps = [Step(key, _titled(form, key, fields)) for key, fields in pages.items() if fields]
    return [*steps, Step(WHO, who(form, signed_in=signed_in, parties=parties))]


def who(form: Form, *, signed_in: bool, parties: Sequence[Party] = ()) -> Form:
    """Give the questions about the reporter."""
    mode = form.find("identity_mode") or MODE
    kind = form.find("reporter_type") or TYPE
    name = () if signed_in else (_NAME, _CONTACT)
    fields = (*(_ungrouped(one) for one in (mode, *name, kind)), *_works_for(parties))
    return replace(form, title=Message("您想怎样署名？", "How do you want to sign?"), fields=fields)


def modes_of(form: Form) -> tuple[str, ...]:
    """Give the ways to sign that a start form offers."""
    return tuple(choice.value for choice in (form.find("identity_mode") or MODE).choices)


def usual_mode(form: Form) -> str:
    """Give the way to sign of somebody signed in who does not choose one."""
    return str((form.find("identity_mode") or MODE).default or modes_of(form)[0])


def _concerns(parties: Iterable[Party]) -> list[Field]:
    choices = [
        Choice(str(one.id), Message(*[f"{one.name}（{one.subject}）"] * 2)) for one in parties
    ]
    if not choices:
        return []
    about = Message("涉及哪家单位的作业或场所", "Whose work or place it is")
    nobody = Choice("", Message("不知道，或不涉及", "None of them, or not known"))
    return [Field(key=CONCERNS, type="select", label=about, choices=(nobody, *choices))]


def _works_for(parties: Iterable[Party]) -> list[Field]:
    """Ask for which of them a reporter from outside works; who stays anonymous is not asked."""
    choices = {one.name: Choice(one.name, Message(one.name, one.name)) for one in parties}
    if not choices:
        return []
    return [replace(_WORKS_FOR, choices=(_UNSAID, *choices.values()))]


def _is_first(one: Field) -> bool:
    return one.group is None or one.folded


def _is_settled(one: Field) -> bool:
    """A question with a single answer, which it already has, is not asked."""
    return (
        one.type in ("radio", "select")
        and len(one.choices) == 1
        and not one.source
        and one.default == one.choices[0].value
    )


def _with_place_known(fields: Sequence[Field], place: Mapping[str, str]) -> list[Field]:
    """Fold the questions about the place under what the poster says, and ask them first."""
    if not place:
        return list(fields)
    where = " ".join(place.values())
    label = Message(f"地点：{where}", f"Place: {where}")
    here = [
        replace(_ungrouped(one), group=label, folded=True, default=place.get(one.key, one.default))
        for one in fields
        if one.key in PLACE
    ]
    rest = [one for one in fields if one.key not in PLACE]
    notes = next((at for at, one in enumerate(rest) if not one.is_static), len(rest))
    return [*rest[:notes], *here, *rest[notes:]]


def _ungrouped(one: Field) -> Field:
    return replace(one, group=None, folded=False, group_show_field=None, group_show_values=())


def _titled(form: Form, key: str, fields: Sequence[Field]) -> Form:
    """Give a page's questions under its own title: the form's, or that of its group."""
    if key == WHAT:
        return replace(form, fields=tuple(fields))
    group = fields[0].group or form.title
    # The heading of the page says it; the condition of the group stays with its fields.
    return replace(form, title=group, fields=tuple(replace(one, group=None) for one in fields))
