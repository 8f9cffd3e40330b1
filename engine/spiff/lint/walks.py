"""What has surely happened before a step, and what surely will after it, for one kind of hazard.

Both are found by going round until nothing changes any more. The result of an acceptance is told
apart ("passed", "failed") as far as the next rectification; all other facts are those of the kind
of hazard that is walked through; what is not known leaves every way open.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final, NamedTuple

from engine.errors import EngineError
from engine.expressions import evaluate
from engine.spiff.elements import ballot_of
from engine.spiff.lint.paths import Deeds, Edge, Graph

#: Result of the last acceptance ("" before one) → what has surely been done.
State = Mapping[str, Deeds]
_MOST_ROUNDS: Final = 60


class Kind(NamedTuple):
    """A kind of hazard: the facts that conditions may ask for."""

    facts: Mapping[str, Any]

    @property
    def real(self) -> bool:
        """Say whether it was found to be a hazard."""
        return self.facts["finding"] in ("confirmed", "partly")

    @property
    def major(self) -> bool:
        """Say whether it is a real and a major one."""
        return self.real and self.facts["level"] == "major"


KINDS: Final = tuple(
    Kind({"finding": finding, "level": level, "fixed_on_spot": fixed, "kind": "hazard"})
    for finding, level, fixed in (
        *product(("confirmed", "partly"), ("general", "major"), (False, True)),
        *product(("not_a_hazard", "duplicate", "malicious"), ("general",), (False,)),
    )
)


class Walk:
    """The ways one kind of hazard may take through a graph."""

    def __init__(self, graph: Graph, hazard: Kind) -> None:
        self.graph = graph
        self.hazard = hazard
        self._judged: dict[tuple[str, str], bool | None] = {}
        self._ways: dict[tuple[str, str], list[str]] = {}
        self._order = _in_order(graph)
        self._results = _result_fields(graph)
        self.states: dict[str, State] = {}
        self._forward()

    # -- which ways are open

    def ways(self, name: str, result: str) -> list[str]:
        """Give the steps that may follow a step, given the result of the last acceptance."""
        known = self._ways.get((name, result))
        if known is None:
            known = self._ways[name, result] = self._open(name, result)
        return known

    def _open(self, name: str, result: str) -> list[str]:
        edges = self.graph.edges[name]
        if self.graph.steps[name].leaves == "all":
            return [edge.target for edge in edges]
        found, settled = [], False
        for edge in (e for e in edges if not e.default):
            said = None if edge.condition is None else self._judge(edge.condition, result)
            if said is not False and not (settled and self.graph.steps[name].leaves == "choice"):
                found.append(edge.target)
            settled = settled or said is True
        return found + self._defaults(edges, settled)

    def _defaults(self, edges: list[Edge], settled: bool) -> list[str]:
        return [] if settled else [edge.target for edge in edges if edge.default]

    def _judge(self, condition: str, result: str) -> bool | None:
        key = (condition, result)
        if key not in self._judged:
            known = dict.fromkeys(self._results, result) if result else {}
            facts = {**self.hazard.facts, **known}
            self._judged[key] = _turn(condition, facts)
        return self._judged[key]

    # -- what has happened before

    def _forward(self) -> None:
        self.states = {self.graph.start: {"": frozenset()}}
        sent: dict[str, dict[str, State]] = {}
        for _ in range(_MOST_ROUNDS):
            changed = False
            for name in self._order:
                state = self._arriving(name, sent)
                if state is not None and (state != self.states.get(name) or name not in sent):
                    self.states[name] = state
                    sent[name] = self._after(name, state)
                    changed = True
            if not changed:
                return

    def _after(self, name: str, state: State) -> dict[str, State]:
        """Give target → the state that arrives there."""
        found: dict[str, dict[str, Deeds]] = {}
        for result, done in self._done(name, state):
            for target in self.ways(name, result):
                _meet(found.setdefault(target, {}), result, done)
        for target in self.graph.beside.get(name, ()):
            found[target] = dict(state)
        return dict(found.items())

    def _done(self, name: str, state: State) -> list[tuple[str, Deeds]]:
        deeds = self.graph.steps[name].deeds
        found: list[tuple[str, Deeds]] = []
        for result, done in state.items():
            if "accept" in deeds:
                found.append(("passed", done | {"accepted"}))
                found.append(("failed", done - {"accepted"}))
            elif deeds == {"rectified"}:
                found.append(("", (done - {"accepted"}) | deeds))
            else:
                found.append((result, done | deeds))
        return found

    def _arriving(self, name: str, after: Mapping[str, Mapping[str, State]]) -> State | None:
        if name == self.graph.start:
            return self.states[name]
        before = self.graph.before.get(name, ())
        coming = [after[source][name] for source in before if name in after.get(source, ())]
        if not coming:
            return None
        found: dict[str, Deeds] = {}
        if self.graph.steps[name].joins:
            for several in product(*(state.items() for state in coming)):
                result = next((r for r, _done in several if r), "")
                _meet(found, result, frozenset().union(*(done for _r, done in several)))
        else:
            for state in coming:
                for result, done in state.items():
                    _meet(found, result, done)
        return found

    # -- what will happen after

    def surely(self, deed: str, name: str | None = None) -> bool:
        """Say whether `deed` is done on every way from a step (the start) to the end."""
        results = ("", "passed", "failed")
        sure = {(step, result): True for step in self.graph.steps for result in results}
        for _ in range(_MOST_ROUNDS):
            changed = False
            for step in reversed(self._order):
                for result in results:
                    if sure[step, result] and not self._will(deed, step, result, sure):
                        sure[step, result], changed = False, True
            if not changed:
                break
        begin = name or self.graph.start
        return all(sure[begin, result] for result in self.states.get(begin, {"": frozenset()}))

    def _will(
        self, deed: str, name: str, result: str, sure: Mapping[tuple[str, str], bool]
    ) -> bool:
        step = self.graph.steps[name]
        if deed in step.deeds or step.neutral:
            return True
        left = ("passed", "failed") if "accept" in step.deeds else (result,)
        left = ("",) if step.deeds == {"rectified"} else left
        return all(self._onward(name, each, sure) for each in left)

    def _onward(self, name: str, result: str, sure: Mapping[tuple[str, str], bool]) -> bool:
        ways = [sure[target, result] for target in self.ways(name, result)]
        return bool(ways) and (any(ways) if self.graph.steps[name].leaves == "all" else all(ways))

    def reaches(self, first: str) -> set[str]:
        """Give the steps that a way from `first` may lead to."""
        found: set[tuple[str, str]] = set()
        stack = [(first, result) for result in self.states.get(first, {})]
        while stack:
            at = stack.pop()
            if at in found:
                continue
            found.add(at)
            for result, _done in self._done(at[0], {at[1]: frozenset()}):
                stack += [(target, result) for target in self.ways(at[0], result)]
        return {name for name, _result in found}


def kinds_for(graph: Graph) -> list[Kind]:
    """Give one kind of hazard for each different way conditions may turn out."""
    said = {edge.condition for edges in graph.edges.values() for edge in edges if edge.condition}
    found: dict[tuple[object, ...], Kind] = {}
    for hazard in KINDS:
        turns = tuple(_turn(condition, hazard.facts) for condition in sorted(said))
        found.setdefault((hazard.real, hazard.major, *turns), hazard)
    return list(found.values())


def _result_fields(graph: Graph) -> set[str]:
    """Give the fields that hold the result of an acceptance: of a voted one, that of the vote."""
    found: set[str] = set()
    for step in graph.steps.values():
        if "accept" in step.deeds:
            ballot = ballot_of(step.node)
            found |= {"result"} if ballot is None or ballot.decide == "any" else set()
            found |= {f"{step.node.get('id')}_result"} if ballot else set()
    return found


def _turn(condition: str, facts: Mapping[str, Any]) -> bool | None:
    try:
        return bool(evaluate(condition, facts))
    except EngineError:
        return None


def _in_order(graph: Graph) -> list[str]:
    """Give the steps so that most come after those that lead to them."""
    found: list[str] = []
    seen: set[str] = set()
    stack: list[tuple[str, bool]] = [(graph.start, False)]
    while stack:
        name, leaving = stack.pop()
        if leaving:
            found.append(name)
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack += [(edge.target, False) for edge in graph.edges[name]]
            stack += [(target, False) for target in graph.beside.get(name, ())]
    found.reverse()
    return found


def _meet(found: dict[str, Deeds], result: str, done: Deeds) -> None:
    found[result] = found[result] & done if result in found else done
