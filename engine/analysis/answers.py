"""What the sums of an analysis say: totals, steps, ways and verdicts, ready to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.analysis import verdicts
from engine.analysis.conformance import Conformance, Line
from engine.analysis.order import Ordering
from engine.analysis.spread import Spread
from engine.analysis.tally import MonthSums, StepSums, Tally
from engine.analysis.verdicts import digest_of


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
    def p90(self) -> Change:
        """Give what nine of ten took at most, with that of the period before."""
        return Change(self.before.took.p90, self.sums.took.p90)

    @property
    def late_share(self) -> float | None:
        """Give the share that was late, of those with a deadline."""
        return share(self.sums.late, self.sums.due)


@dataclass
class WayLine:
    """One way of finished cases: its steps, how many went it, and what the diagrams say to that.

    fits, checked: of its cases so many fit their diagram, and so many were held against one.
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
class FitLine:
    """The finished cases of one version or enterprise, held against their diagram."""

    id: str
    cases: int
    checked: int
    fits: int

    @property
    def unfit(self) -> int:
        """Count those that do not fit."""
        return self.checked - self.fits

    @property
    def share(self) -> float | None:
        """Give the share that fits, of those that were held against a diagram."""
        return share(self.fits, self.checked)


class Answers:
    """Reads the content of an analysis."""

    def __init__(self, content: Mapping[str, Any], ordering: Ordering) -> None:
        """Take what `computing.finished` gave, and the ordering it was computed under."""
        self.content = content
        #: The moment as of which it tells, in seconds since 1970.
        self.at: int = content["at"]
        self.ordering = ordering
        self.now, self.before = (self._tally(name) for name in ("now", "before"))

    def _tally(self, name: str) -> Tally:
        tally = Tally(list(self.content[name]["months"]), self.ordering, self.at)
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
        of, fit = self.now.states["completed"], self.fit
        lines = []
        for path, took in self.now.ways.items():
            _, checked, fits = fit.ways.get(path, (0, 0, 0))
            faults = fit.way_faults.get(path, Counter())
            lines.append(WayLine(path, took, of, fits, checked, faults))
        return sorted(lines, key=lambda line: (-line.took.count, line.path))

    @property
    def fit(self) -> Conformance:
        """Give what the diagrams say to the cases."""
        return self.now.fit

    @cached_property
    def fit_total(self) -> FitLine:
        """Give all finished cases, held against their diagrams."""
        return FitLine("", *self.fit.total)

    def find_way(self, digest: str) -> WayLine | None:
        """Give the way that an address names, None when there is none of that name."""
        return next((line for line in self.ways if line.digest == digest), None)

    @cached_property
    def targets(self) -> list[FitLine]:
        """Give how the cases fit that were held against each version, most cases first."""
        return _fit_lines(self.fit.targets)

    @cached_property
    def versions(self) -> list[FitLine]:
        """Give how the cases fit that ran by each version, the version with most cases first."""
        return _fit_lines(self.fit.versions)

    @cached_property
    def units(self) -> list[FitLine]:
        """Give how the cases of each enterprise fit, that with most that do not first."""
        return [FitLine(key, *line) for key, line in self.fit.worst()]

    @cached_property
    def faults(self) -> list[tuple[str, str, int]]:
        """Give (kind, step, cases) of every departure from the diagrams, the commonest first."""
        found = self.fit.faults.items()
        lines = [(kind, step, count) for (kind, step), count in found]
        return sorted(lines, key=lambda line: (-line[2], line[0], line[1]))


def share(part: int, of: int) -> float | None:
    """Give a share, None of nothing."""
    return part / of if of else None


def _fit_lines(found: Mapping[str, Line]) -> list[FitLine]:
    lines = [FitLine(key, *line) for key, line in found.items()]
    return sorted(lines, key=lambda line: (-line.cases, line.id))


def _sum(tally: Tally) -> MonthSums:
    total = MonthSums()
    for month in tally.months.values():
        for name, value in vars(month).items():
            if isinstance(value, Spread):
                getattr(total, name).merge(value)
            else:
                setattr(total, name, getattr(total, name) + value)
    return total
