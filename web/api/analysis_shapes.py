"""What many cases have in common, as the API shows it. Steps have roles; nobody has a name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from engine.analysis import Counted
from engine.analysis.answers import Answers, FitLine, StepLine, WayLine
from engine.analysis.spread import Spread
from engine.analysis.tally import MonthSums, StepSums
from web.analysis.asking import Asked
from web.api.schemas import ID, MOMENT, NUMBER, TEXT, listed, maybe, shape

_SECONDS: Final = maybe({"description": "Seconds by the calendar.", **NUMBER})
_SPREAD: Final = shape({"count": NUMBER, "median": _SECONDS, "p90": _SECONDS})
_SPAN: Final = shape({"first": TEXT, "last": TEXT})
#: What each answer says beside its own part.
BESIDE: Final[dict[str, Any]] = {
    "computed_at": {"description": "The moment the figures are as at.", **MOMENT},
    "key": {"description": "The process.", **TEXT},
    "period": _SPAN,
    "before": _SPAN,
}
COUNTING: Final = shape(
    {"done": maybe(NUMBER), "of": {"description": "Cases in all.", **maybe(NUMBER)}}
)
_CASES: Final = ("cases", "finished", "due", "late", "again", "handovers")
_SUMS: Final = shape({**dict.fromkeys(_CASES, NUMBER), "closing": _SPREAD})
OVERVIEW: Final = shape(
    {
        **BESIDE,
        "total": _SUMS,
        "total_before": _SUMS,
        "months": listed(shape({"month": TEXT, **_SUMS["properties"]})),
    }
)
_FAULT: Final = shape(
    {
        "kind": {"enum": ["skipped", "unknown", "misplaced"]},
        "step": TEXT,
        "name": TEXT,
        "cases": NUMBER,
    }
)
WAY: Final = shape(
    {
        "digest": TEXT,
        "steps": listed(shape({"key": TEXT, "name": TEXT})),
        "took": _SPREAD,
        "share": maybe({"type": "number"}),
        "checked": NUMBER,
        "fits": NUMBER,
        "faults": listed(_FAULT),
    }
)
_STEP_COUNTS: Final = ("done", "open", "cancelled", "due", "late", "again")
_STEP: Final = shape(
    {
        "key": TEXT,
        "name": TEXT,
        "roles": listed(TEXT),
        **dict.fromkeys(_STEP_COUNTS, NUMBER),
        **dict.fromkeys(("took", "took_before", "waited", "worked"), _SPREAD),
    }
)
STEPS: Final = shape(
    {
        **BESIDE,
        "steps": {"description": "The slowest first.", **listed(_STEP)},
        "roles": {"description": "The same of all steps of a role.", **listed(_STEP)},
    }
)
_FIT: Final = shape({"id": TEXT, "name": TEXT, "cases": NUMBER, "checked": NUMBER, "fits": NUMBER})
CONFORMANCE: Final = shape(
    {
        **BESIDE,
        "total": _FIT,
        "undrawn": {"description": "Where no diagram is in force to hold them against.", **NUMBER},
        "targets": {"description": "By the version they were held against.", **listed(_FIT)},
        "versions": {"description": "By the version they ran by.", **listed(_FIT)},
        "enterprises": {"description": "Those where most do not fit.", **listed(_FIT)},
        "faults": listed(_FAULT),
    }
)
CASE: Final = shape(
    {
        "instance_id": ID,
        "number": TEXT,
        "organisation_id": ID,
        "organisation": TEXT,
        "definition": TEXT,
        "version": NUMBER,
        "state": TEXT,
        "started_at": MOMENT,
        "ended_at": maybe(MOMENT),
        "times": {"description": "How often it counts in the figure.", **NUMBER},
        "longest": _SECONDS,
    }
)


def beside(asked: Asked) -> dict[str, Any]:
    """Say what an answer is about, and as at when."""
    period = asked.question.period
    return {
        "computed_at": asked.at,
        "key": asked.question.key,
        "period": {"first": period.span.first, "last": period.span.last},
        "before": {"first": period.before.first, "last": period.before.last},
    }


def overview(answers: Answers) -> dict[str, Any]:
    """Give the sums of a period and month by month."""
    now, before = answers.totals
    months = answers.now.months.items()
    return {
        "total": _sums(now),
        "total_before": _sums(before),
        "months": [{"month": month, **_sums(sums)} for month, sums in months],
    }


def way(line: WayLine, asked: Asked) -> dict[str, Any]:
    """Give one way of finished cases."""
    return {
        "digest": line.digest,
        "steps": [{"key": key, "name": asked.step_name(key)} for key in line.steps],
        "took": _spread(line.took),
        "share": line.share,
        "checked": line.checked,
        "fits": line.fits,
        "faults": [
            _fault(kind, step, count, asked) for (kind, step), count in line.faults.most_common()
        ],
    }


def steps(answers: Answers, asked: Asked) -> dict[str, Any]:
    """Give how each step, and each role, went."""
    return {
        "steps": [_step(line, asked.step_name(line.key)) for line in answers.steps],
        "roles": [_step(line, line.key) for line in answers.roles],
    }


def conformance(answers: Answers, asked: Asked) -> dict[str, Any]:
    """Give what the diagrams say to the cases."""
    return {
        "total": _fit(answers.fit_total, ""),
        "undrawn": answers.fit.undrawn,
        "targets": [_fit(line, asked.version_name(line.id)) for line in answers.targets],
        "versions": [_fit(line, asked.version_name(line.id)) for line in answers.versions],
        "enterprises": [_fit(line, asked.unit_name(line.id)) for line in answers.units],
        "faults": [_fault(kind, step, count, asked) for kind, step, count in answers.faults],
    }


def case(one: Counted) -> dict[str, Any]:
    """Give a case behind a figure."""
    trace = one.trace
    return {
        "instance_id": trace.place[1],
        "number": trace.number,
        "organisation_id": trace.place[0],
        "organisation": one.organisation,
        "definition": one.definition,
        "version": one.version,
        "state": trace.state,
        "started_at": _moment(trace.begun),
        "ended_at": _moment(trace.ended) if trace.ended is not None else None,
        "times": one.hit.times,
        "longest": one.hit.seconds,
    }


def _sums(sums: MonthSums) -> dict[str, Any]:
    return {**{name: getattr(sums, name) for name in _CASES}, "closing": _spread(sums.closing)}


def _step(line: StepLine, name: str) -> dict[str, Any]:
    sums: StepSums = line.sums
    return {
        "key": line.key,
        "name": name,
        "roles": list(line.roles),
        **{count: getattr(sums, count) for count in _STEP_COUNTS},
        "took": _spread(sums.took),
        "took_before": _spread(line.before.took),
        "waited": _spread(sums.waited),
        "worked": _spread(sums.worked),
    }


def _fit(line: FitLine, name: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": name,
        "cases": line.cases,
        "checked": line.checked,
        "fits": line.fits,
    }


def _fault(kind: str, step: str, count: int, asked: Asked) -> dict[str, Any]:
    return {"kind": kind, "step": step, "name": asked.step_name(step), "cases": count}


def _spread(spread: Spread) -> dict[str, Any]:
    return {"count": spread.count, "median": spread.median, "p90": spread.p90}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
