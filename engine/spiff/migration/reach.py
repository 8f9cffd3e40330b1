"""Where an instance of a version can come to rest: the markings of one of its scopes.

An instance may go on in another version when one that was started there could be at the same
place. Conditions are left open, as everywhere where tokens are played.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from engine.spiff.diagram import Scope, loop_of
from engine.spiff.lint.net import Marking, Net
from engine.spiff.model import Model
from engine.spiff.parser import scope_name

#: A token at a step: ("at", step); one that waits at a join: ("flow", where from, join).
Token = tuple[str, ...]
#: Where all tokens of a run are; two stands for several.
Rest = frozenset[tuple[Token, int]]
#: How much is looked at: markings, each counted by what may happen in it.
_MOST: Final = 400_000
_SEVERAL: Final = 2
#: Under which name a scope keeps what is known of it.
_KEPT: Final = "_reach"
#: What waits for people, events, machines or what runs inside.
_WAITS: Final = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "receiveTask",
        "serviceTask",
        "subProcess",
        "transaction",
        "callActivity",
        "intermediateCatchEvent",
        "eventBasedGateway",
    }
)


class Reach(Net):
    """Everything one scope can come to."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.rests: set[Rest] = set()
        #: Steps that only run beside the rest, without ever meeting it.
        self.beside = self._closure(sorted(self.aside), "", True) - self.reached(beside=False)
        self._awaited = {
            target
            for name, kind in self.kinds.items()
            if kind == "eventBasedGateway"
            for target in (self.target[place] for place in self.out[name])
        }
        self.is_complete = self._explore()

    def wiring(self) -> frozenset[tuple[str, str, str, str]]:
        """Give what is connected with what, to see whether two versions differ at all."""
        return frozenset(
            (source, self.kinds[source], target, self.kinds[target])
            for source, target in ((self.source[p], self.target[p]) for p in self.source)
        )

    def _explore(self) -> bool:
        seen: set[Marking] = set()
        stack = list(self.starts())
        left = _MOST
        while stack:
            now = stack.pop()
            if now in seen:
                continue
            left -= (1 + len(now)) ** 2
            if left < 0:
                return False
            seen.add(now)
            stack += [_bounded(then) for then in self._following(now)]
        return True

    def _following(self, now: Marking) -> Iterator[Marking]:
        """Let what goes on by itself go on; where nothing does, note it, and let anything go on."""
        tokens = Counter(dict(now))
        alone = [place for place in tokens if self._moves_alone(place)]
        by_itself = [place for place in alone if not self._rests(place)]
        if by_itself:
            yield from self._moved(tokens, min(by_itself))
            return
        for name in sorted({self.target[place] for place in tokens if place in self.target}):
            used = None if self._moves_alone_to(name) else self._joined(tokens, name)
            if used:
                yield from self._passed(tokens, name, used)
                return
        self.rests.add(self._rest(tokens))
        for place in alone:
            yield from self._moved(tokens, place)

    def _moved(self, tokens: Counter[str], place: str) -> Iterator[Marking]:
        if place.startswith("in "):
            yield from self._inside(tokens, place)
        else:
            yield from self._passed(tokens, self.target[place], Counter([place]))

    def _inside(self, tokens: Counter[str], place: str) -> Iterator[Marking]:
        """As in the net, but what happens beside an activity may happen again and again."""
        for then in super()._inside(tokens, place):
            yield frozenset((_unfired(where), count) for where, count in then)

    def _moves_alone_to(self, name: str) -> bool:
        return name not in self.groups and name not in self.upstream

    def _rests(self, place: str) -> bool:
        """Say whether a token there waits for something from outside."""
        name = place[3:] if place.startswith("in ") else self.target[place]
        is_awaited = name in self._awaited and self.kinds[name] != "receiveTask"
        waits = self.kinds[name] in _WAITS and not is_awaited
        return waits or loop_of(self.scope.nodes[name]) is not None

    def _rest(self, tokens: Counter[str]) -> Rest:
        found: Counter[Token] = Counter()
        for place, count in tokens.items():
            name = place[3:] if place.startswith("in ") else self.target[place]
            if self._moves_alone_to(name):
                found["at", name] += count
            else:
                found["flow", self.source[place], name] += count
        return at_rest(found)


def at_rest(tokens: Counter[Token]) -> Rest:
    """Give tokens as one of the places where a scope can come to rest."""
    return frozenset((token, min(count, _SEVERAL)) for token, count in tokens.items())


def reach_of(model: Model, process_spec: Any) -> Reach:
    """Give what the scope of a process spec can come to; found out once."""
    scope = scope_of(model, process_spec)
    found: Reach | None = vars(scope).get(_KEPT)
    if found is None:
        found = vars(scope).setdefault(_KEPT, Reach(scope))
    return found


def scope_of(model: Model, process_spec: Any) -> Scope:
    """Give the drawn scope of a process spec."""
    diagram = model.diagrams[process_spec.name.split("/")[0]]
    return next(scope for scope in diagram.scopes if scope_name(scope) == process_spec.name)


def _bounded(now: Marking) -> Marking:
    tokens: Counter[str] = Counter()
    for place, count in now:
        tokens[place] += count
    return frozenset((place, min(count, _SEVERAL)) for place, count in tokens.items())


def _unfired(place: str) -> str:
    return place.partition("+")[0] if place.startswith("in ") else place
