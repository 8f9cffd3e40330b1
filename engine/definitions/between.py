"""What must hold between processes and the forms, tables, delegates and roles they name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from engine.actors import TASK_ROLES
from engine.complaints import services as _complaint_services  # noqa: F401 - as those of visits
from engine.decisions import Decision
from engine.definitions import votes
from engine.definitions.assigning import assigned
from engine.definitions.fields import given, is_kept, people_in, read_by
from engine.delegates import DELEGATES
from engine.errors import ExpressionError, Invalid
from engine.expressions import compile_expression
from engine.forms import Form
from engine.guidance import services as _services  # noqa: F401 - what visits do is registered
from engine.hazards import deadlines
from engine.spiff import Element, Model, Problem

_TOLD: Final = frozenset({"department"})
#: Questions whose answers steer something; the others are kept to be read by people.
_STEERING: Final = ("select", "radio", "checkbox")


def between(
    models: Collection[Model],
    forms: Mapping[str, Form],
    decisions: Mapping[str, Decision],
    *,
    is_whole: bool = True,
) -> Iterator[Problem]:
    """Give the problems between processes deployed together and what they name.

    A called process shares the fields of its caller, so fields are looked for in all of them.

    Args:
        is_whole: no process is missing from `models` because it could not be built; else nothing
            is said about what it might have given.
    """
    known = {name for model in models for name in given(model, forms, decisions)}
    people = {name for model in models for name in people_in(model, forms)}
    tasks = {key for model in models for key in _tasks(model)}
    for model in models:
        yield from _missing(model, "form-missing", model.forms() - forms.keys(), "表单", "form")
        yield from _missing(
            model, "decision-missing", model.decisions() - decisions.keys(), "决策", "decision"
        )
        yield from _missing(
            model, "delegate-missing", model.delegates() - DELEGATES.keys(), "服务", "delegate"
        )
        own = _tasks(model) | {"report"}
        for element in model.elements.values():
            yield from _group(element)
            yield from _reviewers(own, element)
            yield from _told(element)
            if is_whole:
                yield from _deadline(element, known)
                yield from assigned(element, people, tasks)
    if is_whole:
        yield from _of_fields(models, forms, decisions, known)


def _of_fields(
    models: Collection[Model],
    forms: Mapping[str, Form],
    decisions: Mapping[str, Decision],
    known: set[str],
) -> Iterator[Problem]:
    """Give what is wrong between the fields that are given, read and voted on."""
    read = {place for model in models for place in read_by(model, decisions)}
    names = {name for _element, name in read}
    yield from _unknown_fields(read, known)
    yield from _unread_fields(models, forms, names | _vote_fields(models))
    yield from votes.vote_problems(models, forms, known, names)
    voted = votes.asked_by_voters_only(models, forms)
    others = {key: form for key, form in forms.items() if key not in voted}
    kept = {name for model in models for name in given(model, others, decisions)}
    yield from votes.answers_read(read, known - kept, kept)


def _vote_fields(models: Collection[Model]) -> set[str]:
    ballots = [e.ballot for model in models for e in model.elements.values() if e.ballot]
    return {ballot.field for ballot in ballots}


def _missing(model: Model, rule: str, names: set[str], zh: str, en: str) -> Iterator[Problem]:
    for name in sorted(names):
        yield _problem(
            rule,
            model.process_key,
            f"流程“{model.process_key}”用到的{zh}“{name}”不存在，请补上或改用已有的。",
            f"Process '{model.process_key}' uses {en} '{name}', which does not exist; "
            "add it or choose another.",
        )


def _group(element: Element) -> Iterator[Problem]:
    """Every task for people says who does it, by a role that exists."""
    group = element.properties.get("candidateGroups") or element.lane_id or ""
    if element.kind in ("userTask", "manualTask") and group not in TASK_ROLES:
        yield _problem(
            "group-unknown",
            element.id,
            f"任务“{element.name}”没有写明由哪个岗位办理（“{group}”不是岗位）。"
            "请把它放进一个泳道，或设置办理岗位。",
            f"Task '{element.name}' does not say which role does it ('{group}' is no "
            "role); put it in a lane or set its candidate group.",
        )


def _deadline(element: Element, known: set[str]) -> Iterator[Problem]:
    """A deadline is a span of time, or a field that will hold one."""
    said = element.properties.get("dueIn", "").strip()
    if not said or said in known:
        return
    try:
        deadlines.parse(said)
    except Invalid as error:
        yield _problem(
            "deadline-unreadable",
            element.id,
            f"任务“{element.name}”的期限“{said[:40]}”既不是时长，也不是字段：{error.message.zh}",
            f"The deadline '{said[:40]}' of task '{element.name}' is neither a span of time nor a "
            f"field: {error.message.en}",
        )


def _tasks(model: Model) -> set[str]:
    """Give the keys of the tasks for people."""
    return {e.id for e in model.elements.values() if e.kind in ("userTask", "manualTask")}


def _reviewers(tasks: Collection[str], element: Element) -> Iterator[Problem]:
    """Who may not do a task is named by tasks that exist."""
    for name in element.properties.get("reviewer_not", "").split(","):
        if name.strip() and name.strip() not in tasks:
            yield _problem(
                "reviewer-unknown",
                element.id,
                f"“{element.name}”的 reviewer_not 里的“{name.strip()}”不是流程里的任务。",
                f"'{name.strip()}' in the reviewer_not of '{element.name}' is no task here.",
                severity="warning",
            )


def _told(element: Element) -> Iterator[Problem]:
    """Those whom a service tells are roles that exist."""
    said = element.parameters.get("to") if element.operator in ("notify", "escalate") else None
    for role in _constant(said).split(","):
        if role.strip() and role.strip() not in TASK_ROLES.keys() | _TOLD:
            yield _problem(
                "role-unknown",
                element.id,
                f"“{element.name}”要通知的“{role.strip()}”不是岗位。",
                f"'{role.strip()}', whom '{element.name}' is to tell, is no role.",
            )


def _constant(source: str | None) -> str:
    """Give the text of an expression that reads no field; empty for any other."""
    try:
        compiled = compile_expression(source or '""')
        value = "" if compiled.names else compiled.evaluate({})
    except ExpressionError:
        return ""
    return value if isinstance(value, str) else ""


def _unknown_fields(read: Collection[tuple[str, str]], known: set[str]) -> Iterator[Problem]:
    for element, name in sorted(read):
        if name not in known:
            yield _problem(
                "field-unknown",
                element,
                f"“{element}”要读字段“{name}”，但没有表单、决策表或脚本给出它，可能写错了。",
                f"'{element}' reads the field '{name}', which no form, table or script gives; it "
                "may be misspelt.",
                severity="warning",
            )


def _unread_fields(
    models: Collection[Model], forms: Mapping[str, Form], read: set[str]
) -> Iterator[Problem]:
    """A choice that a modeller added but nothing reads was probably meant to steer something."""
    keys = {key for model in models for key in model.forms() & forms.keys()}
    asked = [forms[key] for key in sorted(keys)]
    used = read | {name for form in asked for field in form.fields for name, _v in field.conditions}
    for form in asked:
        for field in form.fields:
            steers = field.type in _STEERING and not field.people and field.key not in used
            if steers and not is_kept(field.key):
                yield _problem(
                    "field-unread",
                    form.key,
                    f"表单“{form.key}”的选项“{field.key}”没有条件、决策表或台账读取它。",
                    f"Nothing reads the choice '{field.key}' of form '{form.key}': no condition, "
                    "table or ledger.",
                    severity="warning",
                )


def _problem(rule: str, element: str, zh: str, en: str, *, severity: str = "error") -> Problem:
    return Problem(rule=rule, family="deployment", element=element, severity=severity, zh=zh, en=en)
