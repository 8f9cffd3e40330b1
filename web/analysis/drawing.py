"""Sums on a diagram: how hot each step is, or the way a case went; one called process at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from flask import request, url_for
from flask_babel import ngettext

from engine.analysis import verdicts
from engine.analysis.answers import StepLine, WayLine
from web.analysis.asking import Asked
from web.board import taken
from web.language import drawn

#: How many degrees of heat there are.
DEGREES: Final = 5
#: Process → what the viewer is told about its diagram.
States = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Flow:
    """The diagrams of a process and those it calls, and which of them is shown.

    names: (address, name, None, is shown). url: where the viewer finds the diagram.
    """

    names: list[tuple[str, str, None, bool]]
    url: str
    state: Mapping[str, Any]


def flow_of(asked: Asked, states: States, endpoint: str, **more: Any) -> Flow | None:
    """Give the diagram to show with what is drawn on it, None when there is no process."""
    loaded = asked.against
    if loaded is None:
        return None
    names = loaded.model.names()
    shown = request.args.get("flow", "")
    shown = shown if shown in names else loaded.key
    url = url_for(
        "definitions.diagram",
        key=loaded.key,
        version=loaded.version,
        owner=loaded.organisation_id,
        process=None if shown == loaded.key else shown,
    )
    return Flow(
        [
            (f"{asked.url(endpoint, **more, flow=key)}#flow", drawn(name), None, key == shown)
            for key, name in names.items()
        ],
        url,
        states.get(shown, {}),
    )


def path_of(asked: Asked, line: WayLine) -> States:
    """Give the way of cases over the diagram, with all that is passed between the steps."""
    found: dict[str, dict[str, Any]] = {}
    if asked.model is None:
        return found
    for (process, name), times in verdicts.path_of(asked.model, line.steps).passed.items():
        found.setdefault(process, {"passed": {}})["passed"][name] = times
    return found


def heat_of(asked: Asked, by: str) -> States:
    """Give how hot each step is; a step that calls a process is as hot as the hottest in there."""
    answers, model = asked.answers, asked.model
    if answers is None or model is None:
        return {}
    values = {line.key: value_of(line, by) for line in answers.steps}
    told = {key: value for key, value in values.items() if value}
    called: dict[str, float] = {}
    for key, value in told.items():
        process, mark, _ = key.partition(":")
        if mark:
            called[process] = max(called.get(process, 0), value)
    hottest = max(told.values(), default=0)
    found: dict[str, dict[str, Any]] = {}
    for element in model.elements.values():
        value = told.get(element.key) or called.get(element.called or "", 0)
        if value:
            marks = found.setdefault(element.process, {"heat": {}})["heat"]
            marks[element.id] = {
                "degree": ceil(DEGREES * value / hottest),
                "text": words_of(value, by),
            }
    return found


def value_of(line: StepLine, by: str) -> float:
    """Give what a step is measured by; nothing for one that nobody has done."""
    match by:
        case "late":
            return line.late_share or 0
        case "again":
            return line.sums.again
        case "p90":
            return line.sums.took.p90 or 0
    return line.sums.took.median or 0


def words_of(value: float, by: str) -> str:
    """Say a measure in few words."""
    match by:
        case "late":
            return f"{100 * value:.0f}%"
        case "again":
            return str(ngettext("%(num)d 件", "%(num)d 件", int(value)))
    return taken(round(value / 60))
