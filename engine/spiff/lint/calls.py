"""Whether what a diagram calls is at hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from engine.spiff.diagram import Diagram
from engine.spiff.lint.rules import declare, problem, title
from engine.spiff.problems import Problem

_ELSEWHERE: Final = declare(
    "call-elsewhere",
    "调用的流程在同一个文件里，或一起上传的文件里。",
    "The process that is called is in the same file, or in one that is deployed with it.",
    family="deployment",
    severity="warning",
)


def called_elsewhere(diagram: Diagram, others: Collection[Diagram]) -> Iterator[Problem]:
    """Give the calls of processes that none of the files draws."""
    drawn = {scope.id for each in (diagram, *others) for scope in each.processes}
    for scope in diagram.scopes:
        for node in scope.of_kind("callActivity"):
            called = node.get("calledElement") or ""
            if called and "{" not in called and called not in drawn and called not in diagram.by_id:
                yield problem(
                    _ELSEWHERE,
                    node,
                    f"调用活动“{title(node)}”调用的流程“{called[:80]}”不在这些文件里，"
                    "发布时要一起上传。",
                    f"Process '{called[:80]}', which '{title(node)}' calls, is not in these files; "
                    "deploy it together with them.",
                )
