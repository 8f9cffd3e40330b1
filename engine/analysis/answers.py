"""What the sums of an analysis say: totals, steps, ways and verdicts, ready to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.analysis import verdicts
from engine.analysis.listing import digest_of
from engine.analysis.order import Ordering
from engine.analysis.spread import Spread
from engine.analysis.tally import JOINED, MonthSums, StepSums, Tally
from engine.analysis.verdicts import Verdict


@dataclass(frozen=True)
class Change:
    """The same figure in the period before, None where there was none."""

    before: int | None
    now: int | None

    @property
    def percent(self) -> int | None:
        """Give by how much it rose (or fell, below nothing), in percent of what it was."""
        if not self.before or self.now is None:
            return None
        return round(100 * (self.now - self.before) / self.before)


@dataclass(frozen=True)
class StepLine:
    """One step, or all steps of one role, with the period before."""

    key: str
    sums: StepSums
    before: StepSums
    roles: tuple[str, ...] = ()

    @property
    def median(self) -> Change:
        """Give the median of how long it took, with that of the period before."""
        return Change(self.before.took.median, self.sums.took.median)

    @property
    def late_share(self) -> float | None:
        """Give the share that was late, of those with a deadline."""
        return share(self.sums.late, self.sums.due)


@dataclass
class WayLine:
    """One way of finished cases: its steps, how many went it, and what a diagram says to that.

    fits, checked: of its cases so many fit the diagram, and so many were held against it.
    faults: each departure → of how many cases.
    """

    path: str
    took: Spread
    of: int
    fits: int = 0
    checked: int = 0
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def digest(self) -> str:
        """Name it in an address."""
        return digest_of(self.path)

    @property
    def steps(self) -> list[str]:
        """Give the keys of its steps in order."""
        return verdicts.steps_of(self.path)

    @property
    def share(self) -> float | None:
        """Give its share of all finished cases."""
        return share(self.took.count, self.of)


@dataclass(frozen=True)
class VersionLine:
    """The finished cases of one version of the process, held against the chosen one."""

    id: str
    cases: int
    checked: int
    fits: int


class Answers:
    """Reads the content of an analysis."""

    def __init__(self, content: Mapping[str, Any], ordering: Ordering) -> None:
        """Take what `computing.finished` gave, and the ordering it was computed under."""
        self.content = content
        self.ordering = ordering
        self.now, self.before = (self._tally(name) for name in ("now", "before"))

    def _tally(self, name: str) -> Tally:
        tally = Tally(list(self.content[name]["months"]), self.ordering, 0)
        tally.load(self.content[name])
        return tally

    @cached_property
    def totals(self) -> tuple[MonthSums, MonthSums]:
        """Give the sums over all months of the period, and of the one before."""
        return _sum(self.now), _sum(self.before)

    @cached_property
    def steps(self) -> list[StepLine]:
        """Give every step, that with the highest median first."""
        lines = [
            StepLine(
                key,
                sums,
                self.before.steps.get(key, StepSums()),
                tuple(role for role, _ in self.now.step_roles[key].most_common() if role),
            )
            for key, sums in self.now.steps.items()
        ]
        return sorted(lines, key=lambda line: (-(line.sums.took.median or 0), line.key))

    @cached_property
    def roles(self) -> list[StepLine]:
        """Give the sums of every role, that with the highest median first."""
        lines = [
            StepLine(role, sums, self.before.roles.get(role, StepSums()))
            for role, sums in self.now.roles.items()
        ]
        return sorted(lines, key=lambda line: (-(line.sums.took.median or 0), line.key))

    @cached_property
    def ways(self) -> list[WayLine]:
        """Give the ways of finished cases, the commonest first."""
        of = self.now.states["completed"]
        lines = {path: WayLine(path, took, of) for path, took in self.now.ways.items()}
        for order, by_version in self.now.orders.items():
            path = JOINED.join(self.ordering.way(verdicts.steps_of(order)).path)
            told, count = self.content["verdicts"].get(order), sum(by_version.values())
            if path in lines and told is not None:
                _judge(lines[path], verdicts.read(told), count)
        return sorted(lines.values(), key=lambda line: (-line.took.count, line.path))

    def find_way(self, digest: str) -> WayLine | None:
        """Give the way that an address names, None when there is none of that name."""
        return next((line for line in self.ways if line.digest == digest), None)

    @cached_property
    def versions(self) -> list[VersionLine]:
        """Give how the cases of each version fit, the version with most cases first."""
        cases: Counter[str] = Counter()
        checked: Counter[str] = Counter()
        fits: Counter[str] = Counter()
        for order, by_version in self.now.orders.items():
            told = self.content["verdicts"].get(order)
            cases.update(by_version)
            if told is not None and told[0]:
                checked.update(by_version)
            if told is not None and verdicts.read(told).fits:
                fits.update(by_version)
        return [
            VersionLine(key, count, checked[key], fits[key]) for key, count in cases.most_common()
        ]

    @cached_property
    def faults(self) -> list[tuple[str, str, int]]:
        """Give (kind, step, cases) of every departure from the diagram, the commonest first."""
        found: Counter[tuple[str, str]] = Counter()
        for way in self.ways:
            found.update(way.faults)
        return [(kind, step, count) for (kind, step), count in found.most_common()]


def share(part: int, of: int) -> float | None:
    """Give a share, None of nothing."""
    return part / of if of else None


def _judge(line: WayLine, verdict: Verdict, count: int) -> None:
    if not verdict.is_decided:
        return
    line.checked += count
    line.fits += count if verdict.fits else 0
    for kind in ("skipped", "unknown", "misplaced"):
        for step in getattr(verdict, kind):
            line.faults[kind, step] += count


def _sum(tally: Tally) -> MonthSums:
    total = MonthSums()
    for month in tally.months.values():
        for name, value in vars(month).items():
            if isinstance(value, Spread):
                getattr(total, name).merge(value)
            else:
                setattr(total, name, getattr(total, name) + value)
    return total
