"""A figure of an analysis, and which cases it counts: the list behind it is told by the same rule.

figure = Figure("late", "step", "verify")       the runs of a step that were late
count_of(answers, figure)                        what the page shows
Finder(answers, figure, targets).hit(case)       how often a case counts in it, None for not at all
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from engine.analysis import counting, verdicts
from engine.analysis.answers import Answers
from engine.analysis.order import Way
from engine.analysis.reading import Step, Trace
from engine.analysis.spread import Mark, Spread
from engine.analysis.verdicts import JOINED, Verdict
from engine.errors import Invalid

#: What counts runs of steps, what counts cases, and what diagrams say to cases.
_STEPS: Final = ("done", "open", "claimed", "due", "late", "slow", "longest")
_CASES: Final = ("cases", "finished", "closed", "slow_closed", "due", "late", "again", "handovers")
_FITS: Final = ("finished", "checked", "fits", "unfit", "unchecked")
_HAZARDS: Final = ("hazards", "majors")
#: What a figure is of → the kinds there are of it.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (*_CASES, "checked", "fits", "unfit", "unchecked", *_HAZARDS, "paid"),
    "month": tuple(kind for kind in _CASES if kind != "slow_closed"),
    "step": (*_STEPS, "again"),
    "role": _STEPS,
    "way": ("finished", "unfit"),
    "target": _FITS,
    "ran": _FITS,
    "unit": _FITS,
    **dict.fromkeys(("skipped", "unknown", "misplaced"), ("fault",)),
    **dict.fromkeys(("category", "item", "place", "again"), _HAZARDS),
}
#: The line that nine of ten do not pass.
_SLOW: Final = 0.9


@dataclass(frozen=True)
class Figure:
    """One figure: what it counts, and of what.

    by, of: a key of `KINDS` and which one of them; both empty for all cases.
    """

    kind: str
    by: str = ""
    of: str = ""

    @classmethod
    def named(cls, kind: str, by: str, of: str) -> Figure:
        """Give the figure of that name; Invalid when there is none."""
        if kind not in KINDS.get(by, ()) or len(of) > 1_000:
            raise Invalid(
                "没有这个数字，请回到分析页重新打开。",
                "There is no such figure; open it again from the analysis.",
                field="figure",
            )
        return cls(kind, by, of)

    @property
    def is_of_hazards(self) -> bool:
        """Say whether the ledger tells which cases it counts, not their steps."""
        return self.kind in (*_HAZARDS, "paid")


@dataclass(frozen=True)
class Hit:
    """How often a case counts in a figure, and the longest of what is counted, in seconds."""

    times: int
    seconds: int | None = None


def count_of(answers: Answers, figure: Figure) -> int | None:
    """Give what a figure comes to; None where no page says it."""
    if figure.is_of_hazards:
        return _of_hazards(answers.content["hazards"], figure)
    match figure.by:
        case "step" | "role":
            sums = getattr(answers.now, f"{figure.by}s").get(figure.of)
            return 0 if sums is None else _of_step(sums, figure.kind)
        case "way":
            line = answers.find_way(figure.of)
            if line is None:
                return 0
            return line.took.count if figure.kind == "finished" else line.checked - line.fits
        case "skipped" | "unknown" | "misplaced":
            return answers.fit.faults.get((figure.by, figure.of), 0)
        case "target" | "ran" | "unit":
            tables = {"target": answers.targets, "ran": answers.versions, "unit": answers.units}
            found = next((one for one in tables[figure.by] if one.id == figure.of), None)
            return 0 if found is None else _of_fit(found, figure.kind)
        case "month":
            month = answers.now.months.get(figure.of)
            return 0 if month is None else _of_cases(month, figure.kind)
        case "":
            if figure.kind in ("checked", "fits", "unfit", "unchecked"):
                return _of_fit(answers.fit_total, figure.kind)
            return _of_cases(answers.totals[0], figure.kind)
    return None


def _of_hazards(found: Any, figure: Figure) -> int | None:
    """Give a figure of hazards; None where none is shown."""
    majors = figure.kind == "majors"
    match figure.by:
        case "":
            return None if majors or figure.kind == "paid" else int(found["money"]["hazards"])
        case "again":
            lines = {f"{one[0]}/{one[3]}/{one[2]}": one[4] for one in found["again"]["lines"]}
            return None if majors else lines.get(figure.of)
        case "place":
            lines = {f"{one[0]}//{one[2]}": one[3 + majors] for one in found["places"]}
        case _:
            name = {"category": "categories", "item": "items"}[figure.by]
            lines = {one[0]: one[1 + majors] for one in found[name]}
    return lines.get(figure.of)


def _of_step(sums: Any, kind: str) -> int | None:
    match kind:
        case "claimed":
            return int(sums.waited.count)
        case "slow":
            return int(sums.took.beyond(_SLOW))
        case "longest":
            return None
    return int(getattr(sums, kind))


def _of_fit(line: Any, kind: str) -> int:
    if kind == "unchecked":
        return int(line.cases - line.checked)
    return int(getattr(line, {"finished": "cases"}.get(kind, kind)))


def _of_cases(sums: Any, kind: str) -> int:
    match kind:
        case "closed":
            return int(sums.closing.count)
        case "slow_closed":
            return int(sums.closing.beyond(_SLOW))
    return int(getattr(sums, kind))


class Finder:
    """Says of each case whether a figure counts it, by the rules the sums were made by."""

    def __init__(
        self, answers: Answers, figure: Figure, target: Callable[[UUID], str | None]
    ) -> None:
        """Take the answer, and what gives the version an enterprise's cases are held against."""
        self.answers, self.figure, self.target = answers, figure, target

    def hit(self, case: Trace) -> Hit | None:
        """Say how often the figure counts a case; None when it does not."""
        if self.figure.by in ("step", "role") and self.figure.kind != "again":
            return self._runs(case.steps)
        if self.figure.kind in ("due", "late"):
            return self._runs(case.steps)
        if self.figure.by in ("", "month", "step"):
            times = self._of_case(case)
        else:
            times = int(case.state == "completed" and self._of_finished(case))
        return Hit(times) if times else None

    def _runs(self, steps: list[Step]) -> Hit | None:
        found = [one for one in steps if self._is_meant(one) and self._counts(one)]
        if not found:
            return None
        at = self.answers.at
        return Hit(len(found), max((one.ended or at) - one.opened for one in found))

    def _is_meant(self, step: Step) -> bool:
        match self.figure.by:
            case "step":
                return step.element == self.figure.of
            case "role":
                return step.role == self.figure.of
        return True

    def _counts(self, step: Step) -> bool:
        match self.figure.kind:
            case "open":
                return step.state == "open"
            case "due":
                return counting.is_due(step)
            case "late":
                return counting.is_late(step, self.answers.at)
        if not counting.is_done(step):
            return False
        match self.figure.kind:
            case "claimed":
                return step.claimed is not None
            case "slow":
                return self._line is not None and self._line.is_passed(counting.took(step))
            case "longest":
                return self._took is not None and counting.took(step) == self._took.longest
        return True

    def _of_case(self, case: Trace) -> int:
        """Count a case, or what happened in it, for figures over all of them."""
        match self.figure.kind:
            case "cases":
                return 1
            case "closed":
                return int(case.closing is not None)
            case "slow_closed":
                line = self._line
                closing = case.closing
                return int(closing is not None and line is not None and line.is_passed(closing))
            case "again":
                again = counting.repeated(case.done)
                return int(self.figure.of in again if self.figure.by == "step" else bool(again))
            case "handovers":
                return counting.handovers(case.done, self._way(case))
        return int(case.state == "completed" and self._of_finished(case))

    def _of_finished(self, case: Trace) -> bool:
        """Say whether a case that ended is meant, and whether its diagram says what is asked."""
        figure = self.figure
        match figure.by:
            case "way":
                path = JOINED.join(self._way(case).path)
                is_meant = path in self.answers.now.ways and verdicts.digest_of(path) == figure.of
            case "target":
                is_meant = self.target(case.place[0]) == figure.of
            case "ran":
                is_meant = case.definition == figure.of
            case "unit":
                is_meant = case.place[0].hex == figure.of
            case _:
                is_meant = True
        return is_meant and (figure.kind == "finished" or self._is_said(self._said(case)))

    def _is_said(self, said: Verdict | None) -> bool:
        match self.figure.kind:
            case "unchecked":
                return said is None
            case "checked":
                return said is not None
            case "fits":
                return said is not None and said.fits
            case "unfit":
                return said is not None and not said.fits
        wanted = (self.figure.by, self.figure.of)
        found = said.faults if said is not None else []
        return wanted in {(kind, verdicts.task_of(step)) for kind, step in found}

    def _said(self, case: Trace) -> Verdict | None:
        order = JOINED.join(one.element for one in case.done)
        return self.answers.fit.said(self.target(case.place[0]), order)

    def _way(self, case: Trace) -> Way:
        return self.answers.ordering.way([one.element for one in case.done])

    @cached_property
    def _took(self) -> Spread | None:
        if self.figure.by in ("step", "role"):
            sums = getattr(self.answers.now, f"{self.figure.by}s").get(self.figure.of)
            return sums.took if sums is not None else None
        return self.answers.totals[0].closing

    @cached_property
    def _line(self) -> Mark | None:
        return self._took.mark(_SLOW) if self._took is not None else None
