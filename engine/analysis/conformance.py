"""What ran against what the diagrams allow, added up over enterprises in bounded memory (R-57)."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Final

from engine.analysis import verdicts
from engine.analysis.judging import Judge
from engine.analysis.reading import Trace
from engine.analysis.verdicts import Verdict

#: Against so many versions cases are held, and so many pairs of version and order are judged; the
#: commonest come first by far. What lies beyond is counted as not judged.
MOST_TARGETS: Final = 200
MOST_VERDICTS: Final = 3_000
#: So many enterprises are named, those with most cases that do not fit.
MOST_UNITS: Final = 200
MOST_VERSIONS: Final = 500
MOST_FAULTS: Final = 500
#: Of cases: how many ended, how many of those were judged, how many of those fit.
Line = list[int]


class Conformance:
    """The sums. Cases have to come enterprise by enterprise, as they are read."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.total: Line = _line()
        #: Cases whose enterprise has no diagram in force, or not the one that was chosen.
        self.undrawn = 0
        #: Version → its cases: the one they were held against, and the one they ran by.
        self.targets: dict[str, Line] = {}
        self.versions: dict[str, Line] = {}
        #: Enterprise → its cases; only the worst are kept, and the one that is being read.
        self.units: dict[str, Line] = {}
        #: Enterprises of which cases were judged, and those of which some do not fit.
        self.units_checked = self.units_unfit = 0
        #: (kind of departure, key of the step) → cases.
        self.faults: Counter[tuple[str, str]] = Counter()
        #: Way → its cases, and of those the departures.
        self.ways: defaultdict[str, Line] = defaultdict(_line)
        self.way_faults: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        #: Version → digest of an order of steps → what it says to that, as plain data.
        self.judged: dict[str, dict[str, Any]] = {}

    def add(self, case: Trace, order: str, way: str | None, judge: Judge) -> None:
        """Count one case that ended; `way` is its way if that is told apart."""
        owner = case.place[0]
        target = judge.target(owner)
        if target is None:
            self.undrawn += 1
            said = None
        else:
            said = self._judged(target, order, judge)
        step = (1, int(said is not None), int(said is not None and said.fits))
        lines = [self.total]
        if target is not None and (target in self.targets or len(self.targets) < MOST_VERSIONS):
            lines.append(self.targets.setdefault(target, _line()))
        ran = case.definition
        if ran in self.versions or len(self.versions) < MOST_VERSIONS:
            lines.append(self.versions.setdefault(ran, _line()))
        if way is not None:
            lines.append(self.ways[way])
        for line in lines:
            _add(line, step)
        self._add_unit(owner.hex, step)
        if said is not None and not said.fits:
            self._add_faults(said, way)

    def said(self, target: str | None, order: str) -> Verdict | None:
        """Give what was said to an order under a version; None when it was not judged."""
        plain = self.judged.get(target or "", {}).get(verdicts.digest_of(order))
        found = verdicts.read(plain) if plain is not None else None
        return found if found is not None and found.is_decided else None

    def _judged(self, target: str, order: str, judge: Judge) -> Verdict | None:
        known = self.judged.get(target)
        if known is None:
            if len(self.judged) >= MOST_TARGETS:
                return None
            known = self.judged[target] = {}
        digest = verdicts.digest_of(order)
        if digest not in known:
            if sum(map(len, self.judged.values())) >= MOST_VERDICTS:
                return None
            known[digest] = verdicts.plain(judge.verdict(target, order))
        return self.said(target, order)

    def _add_unit(self, owner: str, step: tuple[int, int, int]) -> None:
        if owner not in self.units:
            if len(self.units) >= 2 * MOST_UNITS:
                self.units = dict(self.worst())
            self.units[owner] = _line()
        line = self.units[owner]
        before = (line[1] > 0, line[1] > line[2])
        _add(line, step)
        self.units_checked += line[1] > 0 and not before[0]
        self.units_unfit += line[1] > line[2] and not before[1]

    def worst(self) -> list[tuple[str, Line]]:
        """Give the enterprises with most cases that do not fit, and how they stand."""
        found = sorted(
            self.units.items(), key=lambda one: (one[1][2] - one[1][1], -one[1][1], one[0])
        )
        return found[:MOST_UNITS]

    def _add_faults(self, said: Verdict, way: str | None) -> None:
        for key in {(kind, verdicts.task_of(step)) for kind, step in said.faults}:
            if key in self.faults or len(self.faults) < MOST_FAULTS:
                self.faults[key] += 1
        if way is not None:
            self.way_faults[way].update(said.faults)

    def dump(self) -> dict[str, Any]:
        """Give the sums as plain data; `load` goes on from there."""
        faults = {path: _plain(found) for path, found in self.way_faults.items()}
        return {**vars(self), "faults": _plain(self.faults), "way_faults": faults}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Conformance:
        """Go on from what `dump` gave."""
        made = cls()
        for name in ("undrawn", "units_checked", "units_unfit"):
            setattr(made, name, data[name])
        made.total = list(data["total"])
        for name in ("targets", "versions", "units", "ways"):
            getattr(made, name).update({key: list(line) for key, line in data[name].items()})
        made.faults.update(_read(data["faults"]))
        for path, found in data["way_faults"].items():
            made.way_faults[path].update(_read(found))
        made.judged = {target: dict(known) for target, known in data["judged"].items()}
        return made


def _line() -> Line:
    return [0, 0, 0]


def _add(line: Line, step: tuple[int, int, int]) -> None:
    for at, more in enumerate(step):
        line[at] += more


def _plain(found: Counter[tuple[str, str]]) -> list[list[Any]]:
    return [[kind, step, count] for (kind, step), count in found.items()]


def _read(data: list[list[Any]]) -> dict[tuple[str, str], int]:
    return {(kind, step): count for kind, step, count in data}
