"""What differs between two versions, in the language of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from engine.actors import ROLES
from engine.definitions.differences import Differences, Row
from engine.definitions.differences.tables import TableChange
from engine.errors import Message
from engine.spiff.comparing import Change
from engine.values.compared import Aspect
from web.definition_words import TYPES
from web.event_details import span_words
from web.language import drawn, say

KINDS: Final[Mapping[str, Any]] = {
    "process": lazy_gettext("流程"),
    "lane": lazy_gettext("泳道"),
    "task": lazy_gettext("任务"),
    "userTask": lazy_gettext("任务"),
    "manualTask": lazy_gettext("线下任务"),
    "serviceTask": lazy_gettext("自动步骤"),
    "businessRuleTask": lazy_gettext("决策步骤"),
    "scriptTask": lazy_gettext("脚本步骤"),
    "sendTask": lazy_gettext("发送步骤"),
    "receiveTask": lazy_gettext("接收步骤"),
    "callActivity": lazy_gettext("调用流程"),
    "subProcess": lazy_gettext("子流程"),
    "transaction": lazy_gettext("事务"),
    "exclusiveGateway": lazy_gettext("选择网关"),
    "inclusiveGateway": lazy_gettext("多选网关"),
    "parallelGateway": lazy_gettext("并行网关"),
    "eventBasedGateway": lazy_gettext("等待网关"),
    "startEvent": lazy_gettext("开始"),
    "endEvent": lazy_gettext("结束"),
    "boundaryEvent": lazy_gettext("边界事件"),
    "intermediateCatchEvent": lazy_gettext("等待事件"),
    "intermediateThrowEvent": lazy_gettext("发出事件"),
    "sequenceFlow": lazy_gettext("连线"),
}
#: What an aspect is called; one that is missing here is shown by its own name.
_ASPECTS: Final[Mapping[str, Any]] = {
    "name": lazy_gettext("名称"),
    "kind": lazy_gettext("类型"),
    "lane": lazy_gettext("泳道"),
    "documentation": lazy_gettext("说明"),
    "formKey": lazy_gettext("表单"),
    "candidateGroups": lazy_gettext("办理岗位"),
    "assignee": lazy_gettext("指定办理人"),
    "dueIn": lazy_gettext("期限"),
    "reviewer_not": lazy_gettext("谁不能办"),
    "readonly": lazy_gettext("只能看的字段"),
    "hidden": lazy_gettext("看不到的字段"),
    "decide": lazy_gettext("几人决定"),
    "voters": lazy_gettext("谁表决"),
    "ratio": lazy_gettext("通过比例"),
    "decision": lazy_gettext("决策表"),
    "operator": lazy_gettext("自动服务"),
    "parameter to": lazy_gettext("通知谁"),
    "parameter message": lazy_gettext("通知内容"),
    "called": lazy_gettext("调用的流程"),
    "source": lazy_gettext("从哪里来"),
    "target": lazy_gettext("到哪里去"),
    "default": lazy_gettext("默认去向"),
    "attachedTo": lazy_gettext("挂在"),
    "interrupting": lazy_gettext("中断任务"),
    "sequential": lazy_gettext("依次办理"),
    "event": lazy_gettext("事件"),
    "other": lazy_gettext("其他设置"),
    "conditionExpression": lazy_gettext("条件"),
    "script": lazy_gettext("脚本"),
    "preScript": lazy_gettext("办理前的脚本"),
    "postScript": lazy_gettext("办理后的脚本"),
    "timeDate": lazy_gettext("时刻"),
    "timeDuration": lazy_gettext("时长"),
    "timeCycle": lazy_gettext("循环"),
    "loopCardinality": lazy_gettext("次数"),
    "loopCondition": lazy_gettext("循环条件"),
    "completionCondition": lazy_gettext("提前结束的条件"),
    # Of fields.
    "label": lazy_gettext("问题"),
    "type": lazy_gettext("怎么答"),
    "required": lazy_gettext("必填"),
    "help": lazy_gettext("提示"),
    "choices": lazy_gettext("选项"),
    "values": lazy_gettext("选项的值"),
    "options": lazy_gettext("选项来自"),
    "people": lazy_gettext("从岗位里选人"),
    "conditions": lazy_gettext("何时问"),
    "min_length": lazy_gettext("最少字数"),
    "max_length": lazy_gettext("最多字数"),
    "minimum": lazy_gettext("最小"),
    "maximum": lazy_gettext("最大"),
    "pattern": lazy_gettext("格式"),
    "money": lazy_gettext("金额"),
    "digits": lazy_gettext("小数位"),
    "photo": lazy_gettext("拍照"),
    "multiple": lazy_gettext("可以多个"),
    "fresh": lazy_gettext("每次重新填"),
    "group": lazy_gettext("分组"),
    "folded": lazy_gettext("收起"),
    # Of tables.
    "policy": lazy_gettext("命中规则"),
    "formula": lazy_gettext("算式"),
    "heads": lazy_gettext("列的算式"),
    # Of items of checklists.
    "version": lazy_gettext("版本"),
    "hazard": lazy_gettext("隐患"),
    "category": lazy_gettext("类别"),
    "level": lazy_gettext("等级"),
    "risk_types": lazy_gettext("事故类型"),
    "precaution": lazy_gettext("防范措施"),
    "basis": lazy_gettext("依据"),
    "effective_from": lazy_gettext("生效"),
    "effective_to": lazy_gettext("失效"),
    "superseded_by": lazy_gettext("被替代"),
    "note": lazy_gettext("备注"),
}
_ROLES_IN: Final = ("lane", "candidateGroups", "people", "voters", "parameter to")
_FILES: Final[Mapping[str, Any]] = {
    "bpmn": lazy_gettext("流程图"),
    "dmn": lazy_gettext("决策表"),
    "form": lazy_gettext("表单"),
    "checklist": lazy_gettext("清单"),
    "scenario": lazy_gettext("试运行场景"),
}


@dataclass(frozen=True)
class Line:
    """One thing that differs, with what it was and what it is."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """An element, a field or an item: what became of it, and the lines that say so."""

    key: str
    name: str
    kind: str
    state: str
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class Part:
    """A diagram, form, table or checklist that differs."""

    key: str
    name: str
    state: str
    entries: Sequence[Entry] = ()
    lines: Sequence[Line] = ()
    moved: int = 0
    table: TableChange | None = None


@dataclass(frozen=True)
class Told:
    """All that differs, as the pages show it."""

    diagrams: Sequence[Part]
    forms: Sequence[Part]
    tables: Sequence[Part]
    checklists: Sequence[Part]
    files: Sequence[Entry]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing differs."""
        return not (self.diagrams or self.forms or self.tables or self.checklists or self.files)


def told(found: Differences) -> Told:
    """Give differences in words."""
    return Told(
        diagrams=[
            Part(
                one.key, drawn(one.name), one.state, [_element(each) for each in one.changes],
                moved=one.moved,
            )
            for one in found.diagrams
        ],
        forms=[
            Part(one.key, say(one.title), one.state, _rows(one.rows)) for one in found.forms
        ],
        tables=[
            Part(one.key, drawn(one.name), one.state, lines=_lines(one.aspects), table=one)
            for one in found.tables
        ],
        checklists=[Part(one.key, one.key, one.state, _rows(one.rows)) for one in found.checklists],
        files=[
            Entry(one.key, one.key, str(_FILES.get(one.kind, one.kind)), one.state)
            for one in found.files
        ],
    )  # fmt: skip


def _element(change: Change) -> Entry:
    kind = str(KINDS.get(change.kind, change.kind))
    # A flow without a name of its own is called by its two ends.
    name = " → ".join(drawn(one) for one in change.name.split(" → ")) or change.element
    return Entry(change.element, name, kind, change.state, _lines(change.aspects))


def _rows(rows: Iterable[Row]) -> list[Entry]:
    return [
        Entry(row.key, _text(row.label) or row.key, "", row.state, _lines(row.aspects))
        for row in rows
    ]


def _lines(aspects: Collection[Aspect]) -> list[Line]:
    return [
        Line(_aspect(one.what), _value(one.what, one.before), _value(one.what, one.after))
        for one in aspects
    ]


def _aspect(what: str) -> str:
    known = _ASPECTS.get(what)
    if known is None and what.startswith("parameter "):
        return str(gettext("参数 %(name)s", name=what.removeprefix("parameter ")))
    return str(known or what)


def _value(what: str, value: Any) -> str:
    if what in _ROLES_IN and isinstance(value, str):
        roles = (one.strip() for one in value.strip('"').split(","))
        return "、".join(say(ROLES[one]) if one in ROLES else one for one in roles)
    if what == "dueIn" and isinstance(value, str):
        return span_words(value)
    if what == "type":
        return str(TYPES.get(str(value), value)) if value else ""
    if what == "kind":
        return str(KINDS.get(str(value), value)) if value else ""
    if what in ("source", "target", "default", "attachedTo", "name") and isinstance(value, str):
        return drawn(value)
    if what == "conditions" and isinstance(value, tuple):
        return "；".join(one if isinstance(one, str) else _condition(*one) for one in value)
    return _text(value)


def _condition(key: str, values: Sequence[str]) -> str:
    return f"{key} = {'、'.join(values)}"


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(gettext("是") if value else gettext("否"))
        case Message():
            return say(value)
        case date():
            return value.isoformat()
        case tuple() | list():
            return "、".join(_text(one) for one in value)
        case float():
            return f"{value:g}"
    return str(value)
