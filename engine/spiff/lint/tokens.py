"""Whether tokens always find their way: the token game, played through within a bound.

What is found is shown on the element where it happens. The conditions of gateways are left open,
so a possible fault is a warning; only what no choice at all can avoid is an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.spiff.diagram import Scope
from engine.spiff.lint.net import Marking, Net
from engine.spiff.lint.rules import Rule, declare, problem, title
from engine.spiff.lint.structure import is_triggered
from engine.spiff.problems import Problem
from engine.spiff.xml import Node, kind

#: How much is played through: markings, each counted by its tokens.
_MOST: Final = 6000

_NEVER_ENDS: Final = declare(
    "never-ends",
    "流程有办法走到结束。",
    "There is a way for the process to come to its end.",
    family="flow",
)
_ENDLESS: Final = declare(
    "loop-endless",
    "每个循环都有出口。",
    "Every loop has a way out.",
    family="flow",
)
_DEADLOCK: Final = declare(
    "deadlock",
    "等待汇合的令牌总会等到。",
    "A join that waits for tokens always gets them.",
    family="flow",
    severity="warning",
)
_DOUBLED: Final = declare(
    "tokens-doubled",
    "并行的分支在并行网关汇合，不会让后面的步骤重复。",
    "Parallel branches meet in a parallel gateway, so that no step behind is done twice.",
    family="flow",
    severity="warning",
)


class _Played:
    """What came out of playing through a net."""

    def __init__(self) -> None:
        self.ended = False
        self.complete = True
        self.stuck: dict[str, None] = {}
        self.doubled: dict[str, None] = {}


def token_problems(scope: Scope) -> Iterator[Problem]:
    """Give the places in a scope where tokens get stuck, are doubled or go round for ever."""
    starts = list(scope.of_kind("startEvent"))
    if is_triggered(scope) or kind(scope.node) == "adHocSubProcess" or not starts:
        return
    endless = _endless(scope)
    if endless is not None and not _may_be_ended(scope):
        yield _told(_ENDLESS, endless, "的循环没有出口，流程走不到结束。请加一条离开循环的路。",
                    "is in a loop without a way out; the process never ends. Add a way to leave "
                    "the loop.")  # fmt: skip
        return
    net = Net(scope)
    played = _play(net, net.starts(), ahead=True)
    beside = _play(net, net.sides(), ahead=True)
    level = _play(net, [*net.starts(), *net.sides()], ahead=False)
    stuck = [scope.nodes[name] for name in played.stuck]
    if played.complete and not played.ended and stuck and not _may_be_ended(scope):
        for node in stuck:
            yield _told(_NEVER_ENDS, node, "要等的令牌不可能都到，流程一定会卡在这里。"
                        "请检查前面的网关：分路和汇合要用同一种网关。",
                        "waits for tokens that can never all come, so the process always gets "
                        "stuck. Split and join with gateways of the same kind.")  # fmt: skip
        return
    for node in [*stuck, *(scope.nodes[name] for name in beside.stuck)]:
        yield _told(_DEADLOCK, node, "可能等不到全部令牌，流程会卡住。"
                    "请检查前面的网关：分路和汇合要用同一种网关。",
                    "may wait for a token that never comes, and the process gets stuck. Split and "
                    "join with gateways of the same kind.")  # fmt: skip
    for name in {**played.doubled, **beside.doubled, **level.doubled}:
        yield _told(_DOUBLED, scope.nodes[name], "会被几个并行分支各走一遍，后面的步骤会重复。"
                    "请在它前面用并行网关汇合。",
                    "is passed once by each of several parallel branches, and what follows is done "
                    "twice. Join them with a parallel gateway before it.")  # fmt: skip


def _told(rule: Rule, node: Node, zh: str, en: str) -> Problem:
    return problem(rule, node, f"“{title(node)}”{zh}", f"'{title(node)}' {en}")


def _may_be_ended(scope: Scope) -> bool:
    """Say whether something around can end it: a boundary event or an event sub-process."""
    outside = scope.parent is not None and bool(scope.parent.boundaries.get(scope.id))
    inside = any(n.get("triggeredByEvent") in ("true", "1") for n in scope.of_kind("subProcess"))
    return outside or inside


def _play(net: Net, starts: list[Marking], *, ahead: bool) -> _Played:
    """Play through a net: `ahead` finds where tokens get stuck, else where they catch up."""
    played = _Played()
    seen: set[Marking] = set()
    stack = list(starts)
    left = _MOST
    while stack:
        now = stack.pop()
        if now in seen:
            continue
        left -= 1 + len(now)
        if left < 0:
            played.complete = False
            break
        seen.add(now)
        if not now:
            played.ended = True
            continue
        twice = [place for place, count in now if count > 1]
        if twice:
            played.complete = False
            _note_doubled(net, played, twice)
            continue
        following = list(net.next(now, ahead=ahead))
        stack += following
        if not following:
            _note_stuck(net, played, now)
    return played


def _note_stuck(net: Net, played: _Played, now: Marking) -> None:
    for place, _count in sorted(now):
        if place in net.target:
            played.stuck[net.target[place]] = None


def _note_doubled(net: Net, played: _Played, places: list[str]) -> None:
    """Name the element where branches met without a join: the nearest one with several ways in."""
    for place in sorted(places):
        name = net.target.get(place, "")
        sources = [s for s, out in net.out.items() if place in out]
        merging = next((s for s in sources if len(net.into[s]) > 1), name)
        if merging:
            played.doubled[merging] = None


def _endless(scope: Scope) -> Node | None:
    """Give the first element that is reached but from which no end can be."""
    net = Net(scope)
    back: dict[str, list[str]] = {}
    for name, places in net.out.items():
        for place in places:
            back.setdefault(net.target[place], []).append(name)
    for host, events in scope.boundaries.items():
        for event in events:
            back.setdefault(event.get("id", ""), []).append(host)
    ends = Counter(name for name, places in net.out.items() if not places)
    reaching = _closure(ends, back)
    reached = net.reached()
    lost = [name for name in scope.nodes if name in reached and name not in reaching]
    looping = [name for name in lost if len(net.into[name]) > 1]
    return scope.nodes[(looping or lost)[0]] if lost else None


def _closure(names: Counter[str], edges: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    stack = list(names)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack += edges.get(name, [])
    return found
