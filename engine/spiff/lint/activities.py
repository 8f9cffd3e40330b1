"""Rules about tasks and calls: whether they say all that is needed to do them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import ACTIVITIES, Diagram, Scope
from engine.spiff.elements import decision_of, operator_of, parameters_of
from engine.spiff.lint.rules import Finding, file_rule, rule, title
from engine.spiff.xml import Node, child, children, kind, text

#: Script languages that are the engine's own.
_OWN_LANGUAGES: Final = frozenset({"", "python", "text/x-python", "application/x-python", "feel"})


@rule("service-operator", "服务任务说明调用哪个服务。", family="engine", fix=True)
def service_has_operator(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A service task says which service it calls."""
    for node in scope.of_kind("serviceTask"):
        if not operator_of(node):
            yield Finding(
                node,
                f"服务任务“{title(node)}”没有选择服务，请选择一个。",
                f"Service task '{title(node)}' calls no service; choose one.",
            )


@rule("service-parameter", "服务的每个参数有名字。", family="engine")
def parameters_have_names(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Every parameter of a service has a name."""
    for node in scope.of_kind("serviceTask"):
        if "" in parameters_of(node):
            yield Finding(
                node,
                f"服务任务“{title(node)}”有一个参数没有名字，请补上。",
                f"A parameter of service task '{title(node)}' has no name; give it one.",
            )


@rule("decision-missing", "决策任务说明用哪张决策表。", family="engine", fix=True)
def rule_has_decision(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A business rule task says which decision it asks for."""
    for node in scope.of_kind("businessRuleTask"):
        if decision_of(node) is None:
            yield Finding(
                node,
                f"决策任务“{title(node)}”没有选择决策表，请选择一个。",
                f"Business rule task '{title(node)}' asks for no decision; choose one.",
            )


@rule("script-missing", "脚本任务有脚本。", family="engine", fix=True)
def script_has_text(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A script task has a script."""
    for node in scope.of_kind("scriptTask"):
        if text(child(node, "script")) is None:
            yield Finding(
                node,
                f"脚本任务“{title(node)}”没有脚本，请写上。",
                f"Script task '{title(node)}' has no script; write one.",
            )


@rule("script-language", "脚本用引擎自己的语言写。", family="engine", fix=True)
def scripts_are_ours(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A script is written in the engine's own language."""
    for node in scope.of_kind("scriptTask"):
        language = (node.get("scriptFormat") or "").strip()
        if language.lower() not in _OWN_LANGUAGES and text(child(node, "script")) is not None:
            yield Finding(
                node,
                f"脚本任务“{title(node)}”的脚本是用 {language[:40]} 写的，"
                "请改写成引擎的表达式语言。",
                f"The script of '{title(node)}' is written in {language[:40]}; write it in the "
                "engine's own language.",
            )


@rule("call-nothing", "调用活动说明调用哪个流程。", family="engine", fix=True)
def call_has_target(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A call activity says which process it calls."""
    for node in scope.of_kind("callActivity"):
        if not node.get("calledElement"):
            yield Finding(
                node,
                f"调用活动“{title(node)}”没有选择流程，请选择一个。",
                f"Call activity '{title(node)}' calls no process; choose one.",
            )


@rule("call-foreign", "调用活动调用的是流程。", family="engine", fix=True)
def calls_processes(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """What a call activity calls is a process, not a task or a formula."""
    for node in scope.of_kind("callActivity"):
        called = node.get("calledElement") or ""
        target = diagram.by_id.get(called)
        if "${" in called or (target is not None and kind(target) != "process"):
            yield Finding(
                node,
                f"调用活动“{title(node)}”调用的“{called[:80]}”不是流程，请选择一个流程。",
                f"Call activity '{title(node)}' calls '{called[:80]}', which is no process; "
                "choose a process.",
            )


@file_rule("call-circular", "流程不会没完没了地调用自己。", family="engine")
def calls_come_to_an_end(diagram: Diagram) -> Iterator[Finding]:
    """No process calls itself, directly or through others."""
    calls: dict[str, list[tuple[Node, str]]] = {}
    for scope in diagram.scopes:
        for node in scope.of_kind("callActivity"):
            calls.setdefault(scope.process, []).append((node, node.get("calledElement") or ""))
    for process, called in calls.items():
        for node, target in called:
            if process in _reached(calls, target):
                yield Finding(
                    node,
                    f"调用活动“{title(node)}”会让流程“{process}”没完没了地调用自己，请去掉这个调用。",
                    f"Call activity '{title(node)}' makes process '{process}' call itself without "
                    "end; remove the call.",
                )


def _reached(calls: dict[str, list[tuple[Node, str]]], process: str) -> set[str]:
    found: set[str] = set()
    stack = [process]
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack += [target for _node, target in calls.get(name, ())]
    return found


@rule("io-inside", "子流程没有输入输出规格，多实例的除外。", fix=True)
def no_io_in_subprocesses(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A sub-process has no input and output specification of its own, unless it repeats."""
    repeats = child(scope.node, "multiInstanceLoopCharacteristics") is not None
    blocks = children(scope.node, "ioSpecification")
    says = any(children(block, "dataInput", "dataOutput") for block in blocks)
    if scope.parent is not None and says and not repeats:
        yield Finding(
            scope.node,
            f"子流程“{title(scope.node)}”不能有 ioSpecification，请删去。",
            f"Sub-process '{title(scope.node)}' may not have an ioSpecification; remove it.",
        )


@rule("data-unlisted", "输入输出都列在输入集或输出集里。", severity="warning")
def data_is_listed(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Every data input and output is in one of the sets of its element."""
    for node in [scope.node, *scope.of_kind(*ACTIVITIES)]:
        io = child(node, "ioSpecification")
        for name, group, reference in (
            ("dataInput", "inputSet", "dataInputRefs"),
            ("dataOutput", "outputSet", "dataOutputRefs"),
        ):
            sets = [] if io is None else children(io, group)
            listed = {(e.text or "").strip() for s in sets for e in children(s, reference)}
            for item in [] if io is None else children(io, name):
                if item.get("id") not in listed:
                    yield Finding(
                        node,
                        f"“{title(node)}”的 {name}“{item.get('id') or ''}”没有列在 {group} 里。",
                        f"The {name} '{item.get('id') or ''}' of '{title(node)}' is in no "
                        f"{group}; list it.",
                    )


@rule("quantity", "活动的起始和完成数量至少为 1。")
def sensible_quantities(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An activity waits for and sends on at least one token."""
    for node in scope.of_kind(*ACTIVITIES):
        for name in ("startQuantity", "completionQuantity"):
            if (node.get(name) or "1").strip().startswith(("-", "0")):
                yield Finding(
                    node,
                    f"“{title(node)}”的 {name} 不能小于 1，请改正。",
                    f"The {name} of '{title(node)}' must be at least 1; correct it.",
                )


@rule("quantity-unsupported", "活动只等一个令牌，只送出一个。", family="engine", fix=True)
def single_tokens(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """An activity waits for one token and sends on one."""
    for node in scope.of_kind(*ACTIVITIES):
        for name in ("startQuantity", "completionQuantity"):
            if (node.get(name) or "1").strip() not in ("1", "0") and _is_positive(node.get(name)):
                yield Finding(
                    node,
                    f"“{title(node)}”的 {name} 大于 1，请去掉这个设置。",
                    f"The {name} of '{title(node)}' is more than 1; remove it.",
                )


def _is_positive(number: str | None) -> bool:
    return number is not None and number.strip().isdecimal()


@rule("plain-task", "任务有种类。", family="practice", severity="warning", fix=True)
def tasks_have_a_kind(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A task of no kind waits for a person, which its drawing does not say."""
    for node in scope.of_kind("task"):
        yield Finding(
            node,
            f"“{title(node)}”没有类型，会等人来办；请改成用户任务。",
            f"'{title(node)}' has no kind and waits for a person; make it a user task.",
        )
