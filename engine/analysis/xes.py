"""An event log as XES (IEEE 1849-2016), written case by case: what process mining tools read.

In it are steps, moments and roles, and when a case was reported, closed and ended. Who did a step
is left out, and the reporter is never in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import quoteattr

from engine.analysis.listing import Told
from engine.analysis.reading import Step, Trace
from engine.values.signs import writable

_EXTENSIONS: Final = (
    ("Concept", "concept", "concept"),
    ("Time", "time", "time"),
    ("Lifecycle", "lifecycle", "lifecycle"),
    ("Organizational", "org", "org"),
)
#: The state of what is no step, but happened to the case.
_MARK: Final = "mark"
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="">
{extensions}
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <string key="lifecycle:transition" value="complete"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
  </global>
  <classifier name="Step" keys="concept:name"/>
  <classifier name="StepAndTransition" keys="concept:name lifecycle:transition"/>
  <string key="concept:name" value={name}/>
  <string key="lifecycle:model" value="standard"/>
"""


def written(name: str, cases: Iterable[Told]) -> Iterator[str]:
    """Yield the log called `name` in pieces."""
    extensions = "\n".join(
        f'  <extension name="{title}" prefix="{prefix}" '
        f'uri="http://www.xes-standard.org/{file}.xesext"/>'
        for title, prefix, file in _EXTENSIONS
    )
    yield _HEAD.format(extensions=extensions, name=_quoted(name))
    for case in cases:
        yield "".join(_case(case))
    yield "</log>\n"


def _case(case: Told) -> Iterator[str]:
    trace = case.trace
    yield "  <trace>\n"
    yield _text(_key("concept", "name"), trace.number, 4)
    yield _text("organisation", case.organisation, 4)
    yield _text("process", case.definition, 4)
    yield f'    <int key="version" value="{case.version}"/>\n'
    yield _text("state", trace.state, 4)
    yield _moment("begun", trace.begun, 4)
    if trace.ended is not None:
        yield _moment("ended", trace.ended, 4)
    report, *ends = _marks(trace)
    told = [
        (at, number, rank, transition, step)
        for number, step in enumerate([report, *trace.steps, *ends])
        for rank, (transition, at) in enumerate(_transitions(step))
    ]
    # In one second what ended comes before what it led to: steps are in the order of their ends.
    for at, number, _, transition, step in sorted(told, key=lambda one: one[:3]):
        yield "".join(_event(step, number, transition, at))
    yield "  </trace>\n"


def _marks(trace: Trace) -> Iterator[Step]:
    """Yield what happened to the case as a whole; nobody did it, so it only completes."""
    closed = None if trace.closing is None else trace.begun + trace.closing
    for name, title, at in (
        ("report", "报告", trace.begun),
        ("closure", "销号", closed),
        ("end", "办结", trace.ended),
    ):
        if at is not None:
            yield Step(name, title, "", _MARK, at, None, at, None)


def _transitions(step: Step) -> Iterator[tuple[str, int]]:
    """Yield what happened to a step, in the words of the standard life cycle."""
    if step.state != _MARK:
        yield "schedule", step.opened
    if step.claimed is not None:
        yield "start", step.claimed
    if step.ended is not None:
        yield ("withdraw" if step.state == "cancelled" else "complete"), step.ended


def _event(step: Step, number: int, transition: str, at: int) -> Iterator[str]:
    yield "    <event>\n"
    yield _text(_key("concept", "name"), step.element, 6)
    yield _text(_key("concept", "instance"), str(number + 1), 6)
    yield _text(_key("lifecycle", "transition"), transition, 6)
    yield _moment(_key("time", "timestamp"), at, 6)
    if step.role:
        yield _text(_key("org", "role"), step.role, 6)
    yield _text("title", step.name, 6)
    if step.due is not None:
        yield _moment("due", step.due, 6)
    yield "    </event>\n"


def _key(extension: str, name: str) -> str:
    return f"{extension}:{name}"


def _text(key: str, value: str, indent: int) -> str:
    return f'{" " * indent}<string key="{key}" value={_quoted(value)}/>\n'


def _moment(key: str, seconds: int, indent: int) -> str:
    at = datetime.fromtimestamp(seconds, UTC).isoformat()
    return f'{" " * indent}<date key="{key}" value="{at}"/>\n'


def _quoted(text: str) -> str:
    """Quote a text for XML; signs that XML cannot hold are left out."""
    return quoteattr(writable(text))
