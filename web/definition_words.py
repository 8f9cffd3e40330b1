"""A definition in words: its steps, what its forms ask, what its tables decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from engine.actors import ROLES
from engine.decisions import Decision
from engine.definitions import Loaded
from engine.forms import Field, Form
from web.event_details import span_words
from web.language import drawn, say

_PEOPLE: Final = ("userTask", "manualTask")
TYPES: Final = {
    "textfield": lazy_gettext("一行文字"),
    "textarea": lazy_gettext("多行文字"),
    "number": lazy_gettext("数字"),
    "select": lazy_gettext("单选"),
    "radio": lazy_gettext("单选"),
    "checkbox": lazy_gettext("勾选"),
    "checklist": lazy_gettext("多选"),
    "datetime": lazy_gettext("日期"),
    "filepicker": lazy_gettext("文件"),
}


_POLICIES: Final = {
    "UNIQUE": lazy_gettext("只会有一条规则命中"),
    "FIRST": lazy_gettext("从上往下，取第一条命中的规则"),
    "PRIORITY": lazy_gettext("取结果最优先的规则"),
    "ANY": lazy_gettext("命中的规则结果都相同"),
    "COLLECT": lazy_gettext("取全部命中的规则"),
    "COLLECT +": lazy_gettext("全部命中的规则相加"),
    "COLLECT <": lazy_gettext("命中的规则取最小"),
    "COLLECT >": lazy_gettext("命中的规则取最大"),
    "COLLECT #": lazy_gettext("数命中的规则"),
    "RULE ORDER": lazy_gettext("按顺序取全部命中的规则"),
}


@dataclass(frozen=True)
class Step:
    """A step that a person does."""

    name: str
    process: str
    role: str
    form: str
    form_title: str
    due: str


@dataclass(frozen=True)
class Asked:
    """A form with what it asks."""

    key: str
    title: str
    version: int
    fields: Sequence[dict[str, str]]


@dataclass(frozen=True)
class TableOf:
    """A decision table as it is drawn."""

    key: str
    #: Under which key its file is pinned.
    file: str
    name: str
    version: int
    policy: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    #: Number, cells of the inputs and outputs, annotation.
    rules: Sequence[tuple[int, tuple[str, ...], str]]
    #: What a decision that is no table calculates.
    formula: str


def steps(loaded: Loaded) -> list[Step]:
    """Give the steps people do, in the order in which the diagram holds them."""
    names = loaded.model.names()
    return [
        Step(
            name=element.name or element.id,
            process=drawn(names[element.process]),
            role=_role(element.properties.get("candidateGroups") or element.lane_id or ""),
            form=element.properties.get("formKey", ""),
            form_title=_form_title(loaded, element.properties.get("formKey", "")),
            due=_due(loaded, element.properties.get("dueIn", "")),
        )
        for element in loaded.model.elements.values()
        if element.kind in _PEOPLE
    ]


def forms_of(loaded: Loaded) -> list[Asked]:
    """Give every form the version asks, the one that starts it first."""
    start = loaded.model.start_form
    keys = sorted(loaded.forms, key=lambda key: (key != start, key))
    return [
        Asked(
            key,
            say(loaded.forms[key].title),
            loaded.pinned["form", key].version,
            [_field(loaded.forms[key], one) for one in loaded.forms[key].fields if one.key],
        )
        for key in keys
    ]


def tables(loaded: Loaded) -> list[TableOf]:
    """Give every decision the version makes."""
    return [_table(loaded, key, decision) for key, decision in sorted(loaded.decisions.items())]


def _table(loaded: Loaded, key: str, decision: Decision) -> TableOf:
    file = loaded.tables[key]
    return TableOf(
        key=key,
        file=file,
        name=decision.name,
        version=loaded.pinned["dmn", file].version,
        policy=str(_POLICIES.get(decision.hit_policy, decision.hit_policy)),
        inputs=[column.label for column in decision.inputs],
        outputs=[column.label for column in decision.outputs],
        rules=[(rule.number, rule.texts, rule.annotation) for rule in decision.rules],
        formula="" if decision.rules else "；".join(cell.text for cell in decision.cells),
    )


def _role(key: str) -> str:
    return say(ROLES[key]) if key in ROLES else key


def _form_title(loaded: Loaded, key: str) -> str:
    form = loaded.forms.get(key)
    return say(form.title) if form else ""


def _due(loaded: Loaded, text: str) -> str:
    """Say a deadline: written on the step, or given by a table under that name."""
    for decision in loaded.decisions.values():
        if text in {column.name for column in decision.outputs}:
            return str(gettext("按“%(table)s”", table=drawn(decision.name)))
    asked = [one for form in loaded.forms.values() if (one := form.find(text)) is not None]
    if asked:
        first = max(asked, key=lambda one: one.required)
        return str(gettext("按填写的“%(field)s”", field=say(first.label)))
    return span_words(text) if text else ""


def _field(form: Form, one: Field) -> dict[str, str]:
    return {
        "label": say(one.label).replace("{each}", gettext("（每个要件）")),
        "help": say(one.help) if one.help else "",
        "type": str(_type(one)),
        "required": str(gettext("必填") if one.required else gettext("选填")),
        "choices": "、".join(say(choice.label) for choice in one.choices),
        "when": "；".join(_condition(form, key, values) for key, values in one.conditions),
    }


def _type(one: Field) -> Any:
    if one.people:
        return gettext("从“%(role)s”里选人", role=_role(one.people))
    if one.money:
        return gettext("金额（元）")
    if one.photo:
        return gettext("照片")
    return TYPES.get(one.type, one.type)


def _condition(form: Form, key: str, values: Sequence[str]) -> str:
    asked = form.find(key)
    if asked is None:
        return f"{key} = {'、'.join(values)}"
    labels = {choice.value: say(choice.label) for choice in asked.choices}
    labels |= {"true": gettext("是"), "false": gettext("否")} if asked.type == "checkbox" else {}
    said = "、".join(labels.get(value, value) for value in values)
    return str(gettext("“%(label)s”为：%(values)s", label=say(asked.label), values=said))
