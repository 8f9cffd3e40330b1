"""One scope as a net of tokens: where tokens may lie, and what may happen next.

Tokens lie on sequence flows, and in activities that have boundary events. Which way a gateway
takes is left open, so whatever the process can do the net can do too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from engine.spiff.diagram import Scope, definitions_of
from engine.spiff.xml import Node, kind

#: Where every token is: place → how many. A place is a flow, or an activity in progress.
Marking = frozenset[tuple[str, int]]
#: More ways than this out of an inclusive gateway: single ways and all of them are tried.
_MOST_WAYS: Final = 4
_CHOICES: Final = ("exclusiveGateway", "eventBasedGateway", "complexGateway")


class Net:
    """The net of one process or sub-process."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.kinds = {name: kind(node) for name, node in scope.nodes.items()}
        self.source: dict[str, str] = {}
        self.target: dict[str, str] = {}
        self.out: dict[str, list[str]] = {name: [] for name in scope.nodes}
        self.into: dict[str, list[str]] = {name: [] for name in scope.nodes}
        for number, flow in enumerate(scope.flows):
            source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
            if source in self.kinds and target in self.kinds:
                self._add(f"{number}", source, target)
        self._join_links()
        self.order = self._order()
        self.aside = self._aside()
        self.groups = {name: self._groups(name) for name in self._of("parallelGateway")}
        self.upstream = {name: self._upstream(name) for name in self._of("inclusiveGateway")}

    def _add(self, place: str, source: str, target: str) -> None:
        self.source[place] = source
        self.target[place] = target
        self.out[source].append(place)
        self.into[target].append(place)

    def _of(self, wanted: str) -> list[str]:
        found = (name for name, what in self.kinds.items() if what == wanted)
        return [name for name in found if len(self.into[name]) > 1]

    def _join_links(self) -> None:
        """Let a thrown link lead to the one that catches it."""
        caught, thrown = {}, []
        for name, node in self.scope.nodes.items():
            for part in definitions_of(node):
                if kind(part) == "linkEventDefinition":
                    if kind(node) == "intermediateCatchEvent":
                        caught[part.get("name")] = name
                    else:
                        thrown.append((name, part.get("name")))
        for name, link in thrown:
            if link in caught:
                self._add(f"link {name}", name, caught[link])

    def starts(self) -> list[Marking]:
        """Give the markings in which the scope may begin."""
        begins = [name for name, what in self.kinds.items() if what == "startEvent"]
        return [marking(self.out[name]) for name in begins if self.out[name]]

    def sides(self) -> list[Marking]:
        """Give the markings in which what only runs beside the rest may begin."""
        return [marking(self.out[name]) for name in sorted(self.aside) if self.out[name]]

    def _aside(self) -> set[str]:
        """Give the events that interrupt nothing and whose way never meets another way."""
        main = self.reached(beside=False)
        events = [e for found in self.scope.boundaries.values() for e in found if _is_beside(e)]
        names = [event.get("id", "") for event in events]
        return {name for name in names if not self._closure([name], "", True) & main}

    def next(self, now: Marking, *, ahead: bool) -> Iterator[Marking]:
        """Give every marking that the next step leads to.

        What one token does by itself is independent of the others, so only one of them is moved:
        the one that is furthest `ahead`, or else furthest behind. Joins come when all others wait.
        """
        tokens = Counter(dict(now))
        movable = [place for place in tokens if self._moves_alone(place)]
        if movable:
            place = (max if ahead else min)(movable, key=self._rank)
            if place.startswith("in "):
                yield from self._inside(tokens, place)
            else:
                yield from self._passed(tokens, self.target[place], Counter([place]))
            return
        for name in sorted({self.target[place] for place in tokens if place in self.target}):
            used = self._joined(tokens, name)
            if used:
                yield from self._passed(tokens, name, used)
                return

    def _moves_alone(self, place: str) -> bool:
        name = self.target.get(place)
        return name not in self.groups and name not in self.upstream

    def _rank(self, place: str) -> tuple[int, str]:
        name = place[3:].partition("+")[0] if place.startswith("in ") else self.target[place]
        return self.order.get(name, 0), place

    def _passed(self, tokens: Counter[str], name: str, used: Counter[str]) -> Iterator[Marking]:
        left = tokens - used
        if self._terminates(name):
            yield frozenset()
        elif self.scope.boundaries.get(name):
            yield _plus(left, [f"in {name}"])
        else:
            for made in self._ways(name):
                yield _plus(left, made)

    def _joined(self, tokens: Counter[str], name: str) -> Counter[str] | None:
        """Give the tokens that go on together at a join, if they may."""
        if name in self.upstream:
            return self._inclusive(tokens, name)
        for group in self.groups[name]:
            if all(tokens[place] for place in group):
                return Counter(group)
        return None

    def _inclusive(self, tokens: Counter[str], name: str) -> Counter[str] | None:
        """Give the tokens that go on when no flow without one can still get one."""
        waiting = [place for place in self.into[name] if tokens[place]]
        for place in self.into[name]:
            for other in tokens if not tokens[place] else ():
                if other in self.upstream[name][place] and not any(
                    other in self.upstream[name][served] for served in waiting
                ):
                    return None
        return Counter(waiting)

    def _ways(self, name: str) -> Iterator[list[str]]:
        """Give each set of flows that a token may leave by."""
        out = self.out[name]
        if self.kinds[name] in _CHOICES and out:
            yield from ([place] for place in out)
        elif self.kinds[name] == "inclusiveGateway" and len(out) > 1:
            sizes = range(1, len(out) + 1) if len(out) <= _MOST_WAYS else (1, len(out))
            for size in sizes:
                yield from map(list, combinations(out, size))
        else:
            yield out

    def _inside(self, tokens: Counter[str], place: str) -> Iterator[Marking]:
        """Give what may happen to an activity with boundary events that is in progress."""
        name = place[3:].partition("+")[0]
        fired = place.split("+")[1:]
        left = tokens - Counter([place])
        yield _plus(left, self.out[name])
        for event in self.scope.boundaries.get(name, ()):
            event_id = event.get("id", "")
            made = self.out.get(event_id, [])
            if not _is_beside(event):
                yield _plus(left, made)
            elif event_id not in fired and event_id not in self.aside:
                yield _plus(left, [*made, f"{place}+{event_id}"])

    def _terminates(self, name: str) -> bool:
        parts = definitions_of(self.scope.nodes[name])
        return any(kind(part) == "terminateEventDefinition" for part in parts)

    def _groups(self, name: str) -> list[list[str]]:
        """Give the sets of flows that complete a parallel join: from outside, and its own loop."""
        reached = self.reached(without=name)
        outer = [place for place in self.into[name] if self.source[place] in reached]
        inner = [place for place in self.into[name] if place not in outer]
        return [group for group in (outer, inner) if group]

    def reached(self, without: str = "", *, beside: bool = True) -> set[str]:
        """Give what the start leads to, without passing one element, or without side ways."""
        begins = [name for name, what in self.kinds.items() if what == "startEvent"]
        return self._closure(begins, without, beside)

    def _order(self) -> dict[str, int]:
        """Give each element a place so that, loops aside, what leads to it comes before it."""
        found: list[str] = []
        seen: set[str] = set()
        begins = [name for name, what in self.kinds.items() if what == "startEvent"]
        stack = [(name, False) for name in begins]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                found.append(name)
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack += [(self.target[place], False) for place in self.out.get(name, ())]
                events = self.scope.boundaries.get(name, ())
                stack += [(event.get("id", ""), False) for event in events]
        return {name: place for place, name in enumerate(reversed(found))}

    def _closure(self, names: list[str], without: str, beside: bool) -> set[str]:
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name != without and name not in found:
                found.add(name)
                stack += [self.target[place] for place in self.out.get(name, ())]
                events = self.scope.boundaries.get(name, ())
                stack += [e.get("id", "") for e in events if beside or not _is_beside(e)]
        return found

    def _upstream(self, name: str) -> dict[str, set[str]]:
        """Give each flow into an inclusive join → the places a token can come to it from."""
        hosts = {
            event.get("id", ""): host
            for host, events in self.scope.boundaries.items()
            for event in events
        }
        found = {}
        for flow in self.into[name]:
            places: set[str] = set()
            stack = [flow]
            while stack:
                place = stack.pop()
                source = self.source[place]
                if place in places or source == name:
                    continue
                places.add(place)
                host = hosts.get(source, source)
                places.add(f"in {host}")
                stack += self.into.get(host, [])
            found[flow] = places
        return found


def _is_beside(event: Node) -> bool:
    return event.get("cancelActivity") in ("false", "0")


def marking(places: list[str]) -> Marking:
    """Give the marking with one token in each of `places`."""
    return frozenset(Counter(places).items())


def _plus(tokens: Counter[str], places: list[str]) -> Marking:
    found = Counter({place: count for place, count in tokens.items() if count > 0})
    found.update(places)
    return frozenset(found.items())
