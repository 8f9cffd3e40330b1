"""Adds up cases one by one, in bounded memory; the sums are plain data that can be kept."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from engine.analysis import counting
from engine.analysis.conformance import Conformance
from engine.analysis.judging import Judge
from engine.analysis.order import Ordering, Way
from engine.analysis.periods import starts_of
from engine.analysis.reading import Step, Trace
from engine.analysis.spread import Spread
from engine.analysis.verdicts import JOINED

#: So many ways are told apart; cases that go yet others are counted together.
MOST_WAYS: Final = 1_000


@dataclass
class StepSums:
    """How one step went."""

    name: str = ""
    done: int = 0
    open: int = 0
    cancelled: int = 0
    #: With a deadline, and of those late: done after it, or open past it now.
    due: int = 0
    late: int = 0
    #: Cases in which it was done more than once.
    again: int = 0
    took: Spread = field(default_factory=Spread)
    #: Of those that somebody claimed first: until then, and from then on.
    waited: Spread = field(default_factory=Spread)
    worked: Spread = field(default_factory=Spread)


@dataclass
class MonthSums:
    """The cases that began in one month."""

    cases: int = 0
    finished: int = 0
    due: int = 0
    late: int = 0
    again: int = 0
    handovers: int = 0
    closing: Spread = field(default_factory=Spread)


class Tally:
    """The sums over the cases it was given."""

    def __init__(
        self, months: list[str], ordering: Ordering, now: int, judge: Judge | None = None
    ) -> None:
        """Begin at nothing; `now` says which open steps are late, `judge` what diagrams allow."""
        self.names = months
        self.ordering = ordering
        self.now = now
        self.judge = judge
        self._starts = [int(moment.timestamp()) for moment in starts_of(months)]
        self.months = {month: MonthSums() for month in months}
        self.states: Counter[str] = Counter()
        #: Step → its sums, and the same of every role, and of every step a role does.
        self.steps: defaultdict[str, StepSums] = defaultdict(StepSums)
        self.roles: defaultdict[str, StepSums] = defaultdict(StepSums)
        self.step_roles: defaultdict[str, Counter[str]] = defaultdict(Counter)
        #: Of finished cases: the way → how long, and what diagrams say to them.
        self.ways: defaultdict[str, Spread] = defaultdict(Spread)
        self.other_ways = 0
        self.fit = Conformance()
        self.versions: Counter[str] = Counter()

    @property
    def cases(self) -> int:
        """Give how many cases were counted."""
        return sum(self.states.values())

    def add(self, case: Trace) -> None:
        """Count one case."""
        month = self.months[self.names[max(0, bisect_right(self._starts, case.begun) - 1)]]
        month.cases += 1
        self.states[case.state] += 1
        self.versions[case.definition] += 1
        for step in case.steps:
            self._add_step(step, month)
        done = case.done
        again = counting.repeated(done)
        for key in again:
            self.steps[key].again += 1
        month.again += bool(again)
        way = self.ordering.way([one.element for one in done])
        month.handovers += counting.handovers(done, way)
        if case.closing is not None:
            month.closing.add(case.closing)
        if case.state == "completed":
            month.finished += 1
            self._add_way(case, done, way)

    def _add_step(self, step: Step, month: MonthSums) -> None:
        self.step_roles[step.element][step.role] += 1
        is_due, is_late = counting.is_due(step), counting.is_late(step, self.now)
        month.due, month.late = month.due + is_due, month.late + is_late
        for sums in (self.steps[step.element], self.roles[step.role]):
            sums.name = step.name
            sums.due, sums.late = sums.due + is_due, sums.late + is_late
            if step.state == "open":
                sums.open += 1
            elif not counting.is_done(step):
                sums.cancelled += 1
            else:
                sums.done += 1
                sums.took.add(counting.took(step))
                if step.claimed is not None:
                    sums.waited.add(step.claimed - step.opened)
                    sums.worked.add((step.ended or step.claimed) - step.claimed)

    def _add_way(self, case: Trace, done: list[Step], way: Way) -> None:
        path: str | None = JOINED.join(way.path)
        if path in self.ways or len(self.ways) < MOST_WAYS:
            self.ways[path or ""].add((case.ended or case.begun) - case.begun)
        else:
            self.other_ways += 1
            path = None
        if self.judge is not None:
            order = JOINED.join(one.element for one in done)
            self.fit.add(case, order, path, self.judge)

    def dump(self) -> dict[str, Any]:
        """Give the sums as plain data; `load` goes on from there."""
        return {
            "months": {key: _dump(sums) for key, sums in self.months.items()},
            "states": dict(self.states),
            "steps": {key: _dump(sums) for key, sums in self.steps.items()},
            "roles": {key: _dump(sums) for key, sums in self.roles.items()},
            "step_roles": {key: dict(found) for key, found in self.step_roles.items()},
            "ways": {key: spread.dump() for key, spread in self.ways.items()},
            "other_ways": self.other_ways,
            "fit": self.fit.dump(),
            "versions": dict(self.versions),
        }

    def load(self, data: dict[str, Any]) -> None:
        """Go on from sums that `dump` gave."""
        self.months = {key: _load(MonthSums(), told) for key, told in data["months"].items()}
        self.states = Counter(data["states"])
        for key, told in data["steps"].items():
            _load(self.steps[key], told)
        for key, told in data["roles"].items():
            _load(self.roles[key], told)
        for key, told in data["step_roles"].items():
            self.step_roles[key].update(told)
        self.ways.update({key: Spread.load(told) for key, told in data["ways"].items()})
        self.other_ways = data["other_ways"]
        self.fit = Conformance.load(data["fit"])
        self.versions = Counter(data["versions"])


def _dump(sums: StepSums | MonthSums) -> dict[str, Any]:
    return {
        key: value.dump() if isinstance(value, Spread) else value
        for key, value in vars(sums).items()
    }


def _load(sums: Any, told: dict[str, Any]) -> Any:
    for key, value in told.items():
        setattr(sums, key, Spread.load(value) if isinstance(value, list) else value)
    return sums
