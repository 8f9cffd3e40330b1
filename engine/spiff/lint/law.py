"""What the law forbids in the process of a hazard report, found by walking through it.

Only processes that put hazards on the books, close them or dismiss reports are judged. Whether an
article leaves room, and how sure it is, stands in `law_rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from engine.spiff.diagram import Diagram, Scope
from engine.spiff.elements import properties
from engine.spiff.lint import law_rules as rules
from engine.spiff.lint.law_rules import ARTICLES, MAY_BE_SET_ASIDE, Override
from engine.spiff.lint.paths import Graph, unfolded
from engine.spiff.lint.rules import Rule, problem, title
from engine.spiff.lint.walks import Walk, kinds_for
from engine.spiff.problems import Problem
from engine.spiff.xml import Node, kind

_BOTH: Final = {
    "authority": ("监管部门", "the supervising authority", "report_authority"),
    "union": ("职代会或工会", "the workers' congress", "report_union"),
}


class _Found(NamedTuple):
    rule: Rule
    node: Node
    zh: str
    en: str


def law_problems(
    root: Scope, diagrams: Sequence[Diagram], overrides: Collection[Override] = ()
) -> list[tuple[int, Problem]]:
    """Give what the law forbids in a process with all it calls, and in which of its diagrams.

    Args:
        root: a process that no other calls.
        diagrams: those it and what it calls are drawn in; see `paths.reached`.
    """
    reasons = {override.rule: override.reason.strip() for override in overrides}
    places = {id(diagram.root): place for place, diagram in enumerate(diagrams)}
    told: dict[tuple[str, int, str], _Found] = {}
    for found in _judged(unfolded(root, diagrams)):
        told.setdefault((found.rule.id, id(found.node), found.en), found)
    return [
        (places[id(found.node.getroottree().getroot())], _told(found, reasons.get(found.rule.id)))
        for found in told.values()
    ]


def _told(found: _Found, reason: str | None) -> Problem:
    article = ARTICLES[found.rule.id]
    made = problem(
        found.rule,
        found.node,
        f"{found.zh}依据：{article.zh}。",
        f"{found.en} Ground: {article.en}.",
    )
    if not reason or found.rule.id not in MAY_BE_SET_ASIDE:
        return made
    return replace(
        made,
        severity="warning",
        zh=f"{made.zh}本单位不适用此条，理由：{reason}",
        en=f"{made.en} Set aside by the enterprise: {reason}",
    )


def _judged(graph: Graph) -> Iterator[_Found]:
    deeds = graph.deeds()
    if not deeds & {"registered", "closed", "dismissed"}:
        return
    whole = bool(deeds & {"registered", "dismissed"}) or _has_start_form(graph)
    if not whole and not deeds & {"rectified", "accept"}:
        return
    yield from _own_work(graph)
    for hazard in kinds_for(graph):
        walk = Walk(graph, hazard)
        if hazard.real:
            yield from _acceptance(walk)
            yield from _reward(walk)
        if hazard.major:
            yield from _double_report(walk)
        if whole:
            yield from _settled(walk)
            yield from _feedback(walk)


def _has_start_form(graph: Graph) -> bool:
    first = (graph.steps[edge.target].node for edge in graph.edges[graph.start])
    return any(properties(node).get("formKey") for node in first)


def _acceptance(walk: Walk) -> Iterator[_Found]:
    for name in walk.graph.doing("closed"):
        step = walk.graph.steps[name]
        if step.deeds & {"accepted"}:
            continue
        for result, done in walk.states.get(name, {}).items():
            if "accepted" in done:
                continue
            if result == "failed":
                zh, en = "验收不合格也会销号", "is reached although the acceptance failed"
            else:
                zh, en = "没有经过验收就销号", "is reached without an acceptance"
            yield _Found(
                rules.ACCEPTANCE,
                step.node,
                f"“{title(step.node)}”：{zh}。请让每条路都先经过验收（accept）且结论为 passed。",
                f"'{title(step.node)}' closes the hazard and {en}; let every way pass an "
                "acceptance (accept) whose result is passed.",
            )


def _settled(walk: Walk) -> Iterator[_Found]:
    if not walk.surely("settled"):
        node = _begin(walk.graph)
        yield _Found(
            rules.SETTLED,
            node,
            f"从“{title(node)}”开始，有的路既没有销号（close_hazard），也没有有据不予上账"
            "（dismiss_report）就结束了。请补上。",
            f"From '{title(node)}' some way ends with neither a closure (close_hazard) nor a "
            "documented rejection (dismiss_report); add one.",
        )


def _feedback(walk: Walk) -> Iterator[_Found]:
    if not walk.surely("told"):
        node = _begin(walk.graph)
        yield _Found(
            rules.FEEDBACK,
            node,
            f"从“{title(node)}”开始，有的路没有答复报告人（tell_reporter）就结束了。请补上。",
            f"From '{title(node)}' some way ends without an answer to the reporter "
            "(tell_reporter); add one.",
        )


def _begin(graph: Graph) -> Node:
    return (
        graph.steps[graph.edges[graph.start][0].target].node
        if graph.edges[graph.start]
        else (graph.steps[graph.start].node)
    )


def _double_report(walk: Walk) -> Iterator[_Found]:
    closing = [n for n in walk.graph.doing("closed") if n in walk.states]
    for deed, (zh, en, task) in _BOTH.items():
        for name in closing:
            step = walk.graph.steps[name]
            states = walk.states[name].values()
            if deed not in step.deeds and any(deed not in done for done in states):
                yield _Found(
                    rules.DOUBLE,
                    step.node,
                    f"重大隐患没有报告{zh}就能走到“{title(step.node)}”。"
                    f"请加上任务 {task}，重大隐患必须经过它。",
                    f"A major hazard can come to '{title(step.node)}' without having been reported "
                    f"to {en}; add the task {task}, which every major must pass.",
                )


def _reward(walk: Walk) -> Iterator[_Found]:
    after: set[str] = set()
    for name in walk.graph.doing("rectified"):
        if name in walk.states:
            after |= walk.reaches(name) - {name}
    for name in walk.graph.doing("proposed", "paying"):
        states = walk.states.get(name, {}).values()
        if name in after and any("proposed" not in done for done in states):
            node = walk.graph.steps[name].node
            yield _Found(
                rules.REWARD,
                node,
                f"“{title(node)}”要等整改之后才办。请让奖励在核查属实后与整改并行。",
                f"'{title(node)}' comes only after the rectification; let the reward run beside "
                "it, from the verification on.",
            )


def _own_work(graph: Graph) -> Iterator[_Found]:
    rectifying = {graph.steps[name].node.get("id", "") for name in graph.doing("rectified")}
    own = {name for name in rectifying if name} or {"rectify"}
    for name in graph.doing("accept"):
        node = graph.steps[name].node
        said = properties(node)
        kept_out = {part.strip() for part in said.get("reviewer_not", "").split(",")}
        wanted = {n for n in own if not _is_call(graph, n)} or {"rectify"}
        if said.get("assignee") == "rectifier" or not wanted <= kept_out:
            yield _Found(
                rules.OWN_WORK,
                node,
                f"“{title(node)}”没有排除整改的人。"
                f"请设 reviewer_not 为 {','.join(sorted(wanted))}，"
                "并且不要指派给整改责任人。",
                f"'{title(node)}' does not keep out who rectified; set reviewer_not to "
                f"{','.join(sorted(wanted))} and do not assign it to the rectifier.",
            )


def _is_call(graph: Graph, name: str) -> bool:
    return any(
        step.node.get("id") == name and kind(step.node) == "callActivity"
        for step in graph.steps.values()
    )
