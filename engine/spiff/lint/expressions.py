"""Whether everything that is to be calculated can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from engine import clock
from engine.errors import ExpressionError
from engine.expressions import Expression, compile_expression, compile_script
from engine.spiff import timers
from engine.spiff.diagram import Diagram
from engine.spiff.lint.rules import declare, problem_at
from engine.spiff.problems import Problem
from engine.spiff.sites import Site, sites

#: Functions that every environment offers beside the language's own.
FUNCTIONS: Final = frozenset({"due_in"})
_UNQUOTED: Final = re.compile(r"\s*(R[0-9]*/)?-?P(T|T?[0-9.][\w./:+-]*)\s*", re.ASCII)


_EXPRESSION: Final = declare(
    "expression-unusable",
    "条件、时间等表达式可以计算。",
    "Conditions, times and other expressions can be calculated.",
    family="engine",
    fix=True,
)
_SCRIPT: Final = declare(
    "script-unusable",
    "脚本可以执行。",
    "Scripts can be run.",
    family="engine",
    fix=True,
)


def _read_duration(text: str) -> object:
    return timers.later(clock.now(), text)


def _read_cycle(text: str) -> object:
    return timers.cycle(text, clock.now())


_TIMERS: Final[dict[str, Callable[[str], object]]] = {
    "timeDate": timers.moment,
    "timeDuration": _read_duration,
    "timeCycle": _read_cycle,
}


def unusable(
    diagram: Diagram, process: str | None, functions: Collection[str]
) -> Iterator[Problem]:
    """Give a problem for every expression and script that cannot be read."""
    for site in sites(diagram):
        if _is_missing(site):
            continue
        if process in (None, site.process) or not site.process:
            try:
                _check(site, functions)
            except ExpressionError as error:
                yield _problem(site, error)


def _is_missing(site: Site) -> bool:
    """An expression that is not there is told by the rule that wants it; a time is wanted here."""
    return not site.source.strip() and site.kind not in _TIMERS and not site.is_script


def _check(site: Site, functions: Collection[str]) -> None:
    if site.is_script:
        compile_script(site.source, functions)
        return
    if site.kind in _TIMERS and _UNQUOTED.fullmatch(site.source):
        raise ExpressionError(
            f'时间要加引号，写成 "{site.source.strip()}"。',
            f'a time needs quotation marks; write "{site.source.strip()}"',
        )
    compiled = compile_expression(site.source, functions)
    if site.kind in _TIMERS and not compiled.names and not compiled.calls:
        _check_time(site, compiled)


def usable_time(kind: str, source: str) -> bool:
    """Say whether a written-out date, duration or cycle can be used as it stands."""
    try:
        _TIMERS[kind](timers.text_of(compile_expression(source).evaluate({}), source))
    except ExpressionError:
        return False
    return True


def _check_time(site: Site, compiled: Expression) -> None:
    """Read a time that is written out, so that a wrong one is not found out weeks later."""
    value = compiled.evaluate({})
    _TIMERS[site.kind](timers.text_of(value, site.source))


def _problem(site: Site, error: ExpressionError) -> Problem:
    return problem_at(
        _SCRIPT if site.is_script else _EXPRESSION,
        site.element,
        site.line,
        f"“{site.element}”的 {site.kind} 不能用：{error.message.zh}",
        f"The {site.kind} of '{site.element}' cannot be used: {error.message.en}",
    )
