"""What a campaign is, as an office plans it; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from engine import forms
from engine.errors import InvalidAnswers, Message
from engine.hazards.codes import SECTORS
from engine.values.signs import writable

KINDS: Final[Mapping[str, Message]] = {
    "selection": Message("评选", "Selection"),
    "collection": Message("征集", "Collection"),
}
STATES: Final = ("draft", "open", "judging", "decided", "published", "cancelled")
#: Who can be asked.
ASKED: Final[Mapping[str, Message]] = {
    "department": Message("行业主管部门", "Departments"),
    "town": Message("街镇", "Towns"),
    "group": Message("集团", "Groups"),
    "enterprise": Message("企业", "Enterprises"),
}
MOST_QUESTIONS: Final = 10
MOST_CRITERIA: Final = 10
MOST_AWARDS: Final = 6
#: At least so many judge a case.
FEWEST_REVIEWERS: Final = 2
#: What is longer is asked in a field of several lines.
_LINE: Final = 200
_LONGEST_ANSWER: Final = 2000
_MOST_POINTS: Final = 100
_MOST_AWARDED: Final = 200
_LAST_YEAR: Final = 2100


@dataclass(frozen=True)
class Question:
    """Something asked of who enters a case, besides the case itself."""

    key: str
    label: str
    required: bool
    #: Characters.
    most: int


@dataclass(frozen=True)
class Criterion:
    """One line of the scoring sheet: whole points from 0 to `most`."""

    key: str
    name: str
    most: int


@dataclass(frozen=True)
class Award:
    """An award, and how many there are of it at most; the first is the highest."""

    key: str
    name: str
    count: int


#: What a collection gives to those it takes in: there are as many as it takes.
_COLLECTED: Final = Award("a1", "入选", 1000)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A campaign as somebody plans it. The first and the last day count whole, in China."""

    kind: str
    title: str
    basis: str
    contact: str
    opens_on: date | None
    closes_on: date | None
    kinds: tuple[str, ...]
    sectors: tuple[str, ...] = ()
    call: str = ""
    questions: tuple[Question, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    awards: tuple[Award, ...] = ()


def clean(plan: Plan, *, today: date) -> Plan:
    """Give the plan as it is kept: texts trimmed, keys numbered, a collection without a sheet.

    Raises:
        InvalidAnswers: field by field.
    """
    errors: dict[str, list[Message]] = {}
    texts: dict[str, Any] = {}
    for name, most in (("title", 100), ("basis", 300), ("contact", 100)):
        texts[name] = _text(getattr(plan, name), most, errors, name)
    call = writable(plan.call).strip()
    if len(call) > _LONGEST_ANSWER:
        errors["call"] = [_too_long(_LONGEST_ANSWER)]
    if plan.kind not in KINDS:
        errors["kind"] = [Message("请选择一项。", "Choose one.")]
    _check_days(plan, today, errors)
    kinds = tuple(kind for kind in ASKED if kind in plan.kinds)
    if not kinds:
        errors["kinds"] = [Message("请至少选一类单位。", "Choose at least one kind of unit.")]
    judged = plan.kind != "collection"
    found = replace(
        plan,
        **texts,
        call=call,
        kinds=kinds,
        sectors=tuple(key for key in SECTORS if key in plan.sectors),
        questions=_questions(plan.questions, errors),
        criteria=_criteria(plan.criteria, errors) if judged else (),
        awards=_awards(plan.awards, errors) if judged else (_COLLECTED,),
    )
    if errors:
        raise InvalidAnswers(errors)
    return found


def form(questions: Sequence[Mapping[str, Any]], title: str) -> forms.Form:
    """Give the questions of a campaign as a form definition, as it is kept in the row."""
    components = [
        {
            "type": "textfield" if one["most"] <= _LINE else "textarea",
            "key": one["key"],
            "id": one["key"],
            "label": one["label"],
            "validate": {"required": bool(one["required"]), "maxLength": one["most"]},
        }
        for one in questions
    ]
    return forms.read(
        {"type": "default", "id": "campaign", "title": title[:100], "components": components}
    )


def award_name(awards: Sequence[Mapping[str, Any]], key: str | None) -> str:
    """Give the name of an award, "" for none."""
    return next((str(one["name"]) for one in awards if one["key"] == key), "")


def _check_days(plan: Plan, today: date, errors: dict[str, list[Message]]) -> None:
    for name in ("opens_on", "closes_on"):
        day = getattr(plan, name)
        if day is None or not today.year - 1 <= day.year < _LAST_YEAR:
            errors[name] = [Message("请填写日期，例如 2026-11-05。", "Give a day: 2026-11-05.")]
    if errors.keys() & {"opens_on", "closes_on"} or plan.closes_on is None or plan.opens_on is None:
        return
    if plan.closes_on < max(plan.opens_on, today):
        errors["closes_on"] = [
            Message(
                "截止日期不能早于开始日期，也不能早于今天。",
                "It cannot close before it begins, or before today.",
            )
        ]


def _questions(rows: Sequence[Question], errors: dict[str, list[Message]]) -> tuple[Question, ...]:
    found: list[Question] = []
    for row in rows:
        if " ".join(row.label.split()):
            label = _text(row.label, 100, errors, "questions")
            if not 1 <= row.most <= _LONGEST_ANSWER:
                errors["questions"] = [_number(_LONGEST_ANSWER)]
            found.append(replace(row, key=f"q{len(found) + 1}", label=label))
    if len(found) > MOST_QUESTIONS:
        errors["questions"] = [_too_many(MOST_QUESTIONS)]
    return tuple(found)


def _criteria(rows: Sequence[Criterion], errors: dict[str, list[Message]]) -> tuple[Criterion, ...]:
    found: list[Criterion] = []
    for row in rows:
        if " ".join(row.name.split()):
            name = _text(row.name, 60, errors, "criteria")
            if not 1 <= row.most <= _MOST_POINTS:
                errors["criteria"] = [_number(_MOST_POINTS)]
            found.append(replace(row, key=f"c{len(found) + 1}", name=name))
    if not found:
        errors["criteria"] = [
            Message("评选需要评分表：至少一项标准。", "A selection needs a scoring sheet.")
        ]
    elif len(found) > MOST_CRITERIA:
        errors["criteria"] = [_too_many(MOST_CRITERIA)]
    return tuple(found)


def _awards(rows: Sequence[Award], errors: dict[str, list[Message]]) -> tuple[Award, ...]:
    found: list[Award] = []
    for row in rows:
        if " ".join(row.name.split()):
            name = _text(row.name, 40, errors, "awards")
            if not 1 <= row.count <= _MOST_AWARDED:
                errors["awards"] = [_number(_MOST_AWARDED)]
            found.append(replace(row, key=f"a{len(found) + 1}", name=name))
    if not found:
        errors["awards"] = [Message("请至少设一个奖项。", "There has to be an award.")]
    elif len(found) > MOST_AWARDS:
        errors["awards"] = [_too_many(MOST_AWARDS)]
    return tuple(found)


def _text(text: str, most: int, errors: dict[str, list[Message]], name: str) -> str:
    text = " ".join(writable(text).split())
    if not text:
        errors[name] = [Message("请填写这一项。", "Please answer this.")]
    elif len(text) > most:
        errors[name] = [_too_long(most)]
    return text


def _too_long(most: int) -> Message:
    return Message(f"太长，最多 {most} 个字。", f"Too long; at most {most} characters.")


def _too_many(most: int) -> Message:
    return Message(f"最多 {most} 项。", f"At most {most}.")


def _number(most: int) -> Message:
    return Message(f"请填 1 至 {most} 的整数。", f"A whole number from 1 to {most}.")
