"""The mechanism of an organisation in words, for papers: in Chinese, from what runs.

Every span of time and every amount is read from the diagrams, tables and settings in force, so that
a paper never says anything else than the program does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.decisions import Decision
from engine.definitions import Loaded
from engine.errors import Invalid, Message
from engine.hazards import deadlines
from engine.hazards.codes import CATEGORIES, ITEM_LEVELS
from engine.mechanism import Mechanism
from engine.spiff.course import Late, Step, course
from web import print_words

#: What a rule that pays nothing is told with.
NO_MONEY: Final = "不发奖金"
_AMOUNT: Final = "amount_fen"
_UNITS: Final = {
    "working_days": "个工作日",
    "days": "天",
    "hours": "小时",
    "minutes": "分钟",
}
_CLASSES: Final = {"human": "人", "object": "物", "environment": "环", "management": "管"}
#: Whether a field has to be filled in, and whether it is filled in beforehand.
_NEED: Final = {
    (True, False): "必填",
    (True, True): "已选好，可以改",
    (False, True): "已选好，可以改",
    (False, False): "选填",
}
#: Signs between cells of a table and the words they stand for.
_ANYTHING: Final = ("", "-")


@dataclass(frozen=True)
class Speech:
    """How deadlines are said.

    span: of a text such as "3wd". case: of a rule's annotation. asked: of a field's label, which
    the date is filled in under. signs: between cases, before the span, and between spans.
    """

    span: Callable[[str], str]
    case: Callable[[str], str]
    asked: Callable[[Message], str]
    signs: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step: what, by whom, by when, and what happens when it is late."""

    name: str
    who: str
    form: str
    about: str
    due: str
    late: str


@dataclass(frozen=True, slots=True)
class RewardTold:
    """A rule of the reward table."""

    rule: str
    case: str
    amount: str
    #: None where the table calculates it.
    fen: int | None


@dataclass(frozen=True, slots=True)
class ItemTold:
    """An item of the report checklist."""

    code: str
    hazard: str
    category: str
    risks: str
    precaution: str
    basis: str
    level: str
    is_to_be_checked: bool


def steps(loaded: Loaded) -> list[StepTold]:
    """Give the steps that people do, in their order."""
    return [_step(loaded, step) for step in course(loaded.model)]


def due_of(loaded: Loaded, task: str) -> str:
    """Give the span of one task in words, empty when the diagram has no such task."""
    found = (step for step in course(loaded.model) if step.element.id == task)
    step = next(found, None)
    return due_words(loaded, step.element.properties.get("dueIn", "")) if step else ""


def due_words(loaded: Loaded, text: str, speech: Speech | None = None) -> str:
    """Say a deadline: written on the step, given by a table case by case, or by a form.

    Args:
        speech: how it is said; by default in Chinese, for paper.
    """
    text, speech = text.strip(), speech or CHINESE
    for decision in loaded.decisions.values():
        column = _column(decision, text)
        if column is not None and decision.rules:
            return _case_by_case(decision, column, speech)
    asked = [one for form in loaded.forms.values() if (one := form.find(text)) is not None]
    if asked:
        return speech.asked(max(asked, key=lambda one: one.required).label)
    return speech.span(text)


def span(text: str) -> str:
    """Say "3wd" in Chinese; anything else as it is."""
    try:
        found = deadlines.parse(text)
    except Invalid:
        return text
    return f"{found.count} {_UNITS[found.unit]}"


CHINESE: Final = Speech(
    span=span,
    case=str,
    asked=lambda label: f"按填写的“{label.zh.lstrip('①②③④⑤ ')}”",
    signs=("、", "：", "；"),
)


def rewards(loaded: Loaded) -> list[RewardTold]:
    """Give the reward table in yuan, rule by rule."""
    for decision in loaded.decisions.values():
        column = _column(decision, _AMOUNT)
        if column is not None and decision.rules:
            return [_reward(loaded, decision, column, rule) for rule in decision.rules]
    return []


def items(mechanism: Mechanism) -> list[ItemTold]:
    """Give the report checklist."""
    return [_item(content) for content in mechanism.items]


def categories() -> list[str]:
    """Give the four classes of what may be wrong (R-32)."""
    return [message.zh for message in CATEGORIES.values()]


def asked(loaded: Loaded) -> list[tuple[str, str, str]]:
    """Give what the start form asks: label, whether it has to be filled in, help."""
    form = loaded.forms[loaded.model.start_form or ""]
    return [
        (
            field.label.zh,
            _NEED[field.required, field.default is not None],
            field.help.zh if field.help else "",
        )
        for field in form.fields
        if field.key and field.label.zh
    ]


def _step(loaded: Loaded, step: Step) -> StepTold:
    element = step.element
    form = loaded.forms.get(element.properties.get("formKey", ""))
    return StepTold(
        name=element.name or element.id,
        who=print_words.role(element.properties.get("candidateGroups") or element.lane_id or ""),
        form=form.title.zh if form else "",
        about=element.documentation.split("\n")[0],
        due=due_words(loaded, element.properties.get("dueIn", "")) or "不限时",
        late="；".join(filter(None, map(_late, step.late))),
    )


def _late(late: Late) -> str:
    then = "，".join(late.then)
    ending = "，不再等待" if late.is_interrupting else ""
    return f"{late.name}：{then or '转下一步'}{ending}" if late.name or then else ""


def _case_by_case(decision: Decision, column: int, speech: Speech) -> str:
    """Say what a table gives: one span for all cases, or each with the cases it is for."""
    found: dict[str, list[str]] = {}
    for rule in decision.rules:
        found.setdefault(speech.span(_constant(rule.texts[column])), []).append(
            speech.case(rule.annotation) or str(rule.number)
        )
    if len(found) == 1:
        return next(iter(found))
    also, colon, then = speech.signs
    return then.join(f"{also.join(cases)}{colon}{value}" for value, cases in found.items())


def _reward(loaded: Loaded, decision: Decision, column: int, rule: Any) -> RewardTold:
    text = _constant(rule.texts[column])
    fen = int(text) if text.isdecimal() else None
    named = _column(decision, "reward_rule")
    return RewardTold(
        rule=_constant(rule.texts[named]) if named is not None else str(rule.number),
        case=rule.annotation or "；".join(_conditions(loaded, decision, rule)) or "其他情形",
        amount=f"按公式 {text}" if fen is None else print_words.yuan(fen) if fen else NO_MONEY,
        fen=fen,
    )


def _conditions(loaded: Loaded, decision: Decision, rule: Any) -> Iterator[str]:
    """Say the conditions of a rule that has no annotation, in the words of the forms."""
    for column, text in zip(decision.inputs, rule.texts, strict=False):
        if text.strip() not in _ANYTHING:
            yield f"{column.label}：{_in_form_words(loaded, column.expression, text)}"


def _in_form_words(loaded: Loaded, field: str, text: str) -> str:
    words = {"true": "是", "false": "否"}
    for form in loaded.forms.values():
        found = form.find(field)
        words |= {one.value: one.label.zh for one in found.choices} if found else {}
    parts = [_constant(part) for part in text.split(",")]
    return "或".join(words.get(part, part) for part in parts)


def _item(content: Mapping[str, Any]) -> ItemTold:
    return ItemTold(
        code=content["code"],
        hazard=content["hazard"],
        category=_CLASSES.get(content["category"], content["category"]),
        risks="、".join(content["risk_types"]),
        precaution=content["precaution"],
        basis="；".join(content["basis"]),
        level=ITEM_LEVELS[content["level"]].zh if content["level"] in ITEM_LEVELS else "",
        is_to_be_checked=content.get("review") == "to_be_checked",
    )


def _column(decision: Decision, name: str) -> int | None:
    """Give the place of an output among the cells of a rule."""
    names = [column.name for column in decision.outputs]
    return len(decision.inputs) + names.index(name) if name in names else None


def _constant(text: str) -> str:
    """Give a text cell without its quotation marks."""
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]
    return text[1:-1] if is_quoted else text
