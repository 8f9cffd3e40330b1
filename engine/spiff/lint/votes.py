"""Rules about tasks that several people decide on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.hazards.votes import KINDS, NOBODY, Ballot, read_ratio
from engine.spiff.diagram import ACTIVITIES, Diagram, Scope
from engine.spiff.elements import properties
from engine.spiff.lint.rules import Finding, rule, title
from engine.spiff.xml import Node, children, kind

_CHOICES = {"nobody": (*NOBODY, ""), "vote_open": ("true", "false", "")}


@rule("vote-setting", "表决的设置写法正确。", family="practice")
def settings_are_known(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """The settings of a vote have values that are known, and stand on a user task."""
    for node in scope.of_kind(*ACTIVITIES):
        said = properties(node)
        decide = said.get("decide", "").strip()
        if decide in ("", "one"):
            continue
        if kind(node) != "userTask":
            yield _wrong(
                node, "decide", decide, "只能用在用户任务上", "only a user task is voted on"
            )
        elif decide not in KINDS:
            yield _wrong(node, "decide", decide, f"应为 {_or(KINDS)}", f"use {_or_en(KINDS)}")
        for name, known in _CHOICES.items():
            value = said.get(name, "").strip()
            if value not in known:
                yield _wrong(
                    node, name, value, f"应为 {_or(known[:-1])}", f"use {_or_en(known[:-1])}"
                )


@rule("vote-marker", "表决任务带空的多实例标记。", family="practice", fix=True)
def markers_say_the_same(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A vote is drawn as a plain multi-instance, sequential when one is asked after the other."""
    for node, ballot in _votes(scope):
        if not has_marker(node, ballot):
            zh, en = ("顺序", "sequential") if ballot.is_sequence else ("并行", "parallel")
            yield Finding(
                node,
                f"“{title(node)}”由多人表决，请画上{zh}多实例标记，里面不写次数、集合或条件："
                "由谁表决、何时算数由表决设置决定。",
                f"Several decide on '{title(node)}': mark it as a {en} multi-instance, without a "
                "number, collection or condition; who votes and when it is enough comes from the "
                "settings of the vote.",
            )


@rule("vote-ratio", "票签的比例大于零、不超过一。", family="practice", fix=True)
def ratios_are_readable(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A ratio is a number above 0 and at most 1, such as 2/3, 0.6 or 60%."""
    for node, ballot in _votes(scope):
        said = properties(node).get("ratio", "").strip()
        if ballot.decide == "ratio" and read_ratio(said) is None:
            yield Finding(
                node,
                f"“{title(node)}”的通过比例“{said[:40]}”应大于 0、不超过 1，如 2/3、0.6 或 60%。",
                f"The ratio '{said[:40]}' of '{title(node)}' must be above 0 and at most 1, such "
                "as 2/3, 0.6 or 60%.",
            )


def has_marker(node: Node, ballot: Ballot) -> bool:
    """Say whether a vote carries the plain marker of its kind."""
    loops = children(node, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    if len(loops) != 1 or kind(loops[0]) != "multiInstanceLoopCharacteristics":
        return False
    is_sequential = loops[0].get("isSequential", "false") in ("true", "1")
    return len(loops[0]) == 0 and is_sequential == ballot.is_sequence


def _votes(scope: Scope) -> Iterator[tuple[Node, Ballot]]:
    for node in scope.of_kind("userTask"):
        ballot = Ballot.of(properties(node))
        if ballot is not None:
            yield node, ballot


def _or(names: tuple[str, ...]) -> str:
    return "、".join(names)


def _or_en(names: tuple[str, ...]) -> str:
    return " or ".join(names)


def _wrong(node: Node, name: str, value: str, zh: str, en: str) -> Finding:
    return Finding(
        node,
        f"“{title(node)}”的 {name}“{value[:40]}”{zh}。",
        f"'{value[:40]}' in {name} of '{title(node)}' is not known: {en}.",
    )
