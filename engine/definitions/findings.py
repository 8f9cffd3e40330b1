"""What is wrong with files that are being drawn, each finding with its file and what may be done.

The files are seen together with what is in force: a called process, a form or a table that is not
among them is borrowed from there, as it will be when they are deployed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from engine import spiff
from engine.definitions.borrowing import filled_up
from engine.definitions.bundle import Bundle
from engine.definitions.review import review
from engine.errors import DefinitionRefused, ModelError
from engine.spiff import Problem, importing
from engine.spiff.diagram import Diagram
from engine.spiff.importing import Proposal
from engine.spiff.lint import Override
from engine.spiff.lint.law_rules import MAY_BE_SET_ASIDE
from engine.store import tables as t

#: Kind and name of a file, and what is wrong in it.
Placed = tuple[str, str, Problem]


@dataclass(frozen=True)
class Finding:
    """One problem, where it is, and what may be done about it.

    kind, file: what it is in; both empty for what is wrong between the files.
    proposal: the change that would mend it, if one is known.
    may_override: whether the law leaves room to set the rule aside, with a reason.
    """

    kind: str
    file: str
    problem: Problem
    proposal: Proposal | None
    may_override: bool


def findings(
    session: Session,
    organisation: t.Organisation,
    sent: Bundle,
    *,
    overrides: Collection[Override] = (),
) -> list[Finding]:
    """Give everything that is wrong with `sent`, and what keeps it from going with the rest."""
    whole, drawn = completed(session, organisation, sent), _Drawn(sent.of("bpmn"))
    placed: list[Placed] = [
        (*(("bpmn", key) if key else _place(sent, drawn, problem)), problem)
        for key, problem in about(sent, whole, review(whole, overrides=overrides))
    ]
    mending = _mending(sent, placed)
    return [
        Finding(
            kind=kind,
            file=file,
            problem=problem,
            proposal=mending.get((file, problem.fix or "")),
            may_override=problem.rule in MAY_BE_SET_ASIDE,
        )
        for kind, file, problem in placed
    ]


def completed(session: Session, organisation: t.Organisation, sent: Bundle) -> Bundle:
    """Give `sent` under its own names, with what it lacks from what is in force.

    As `filled_up`, but what cannot be read and what is drawn twice stay where they are, so that
    each can be told.
    """
    readable = {key: content for key, content in sent.of("bpmn").items() if _processes(content)}
    filled = filled_up(session, organisation, Bundle({**sent.contents, "bpmn": readable}))
    drawn = {process for content in readable.values() for process in _processes(content)}
    contents = {kind: dict(keys) for kind, keys in sent.contents.items()}
    for kind, keys in filled.contents.items():
        own = contents.setdefault(kind, {})
        for key, content in keys.items():
            if key not in own and not (kind == "bpmn" and key in drawn):
                own[key] = content
    return Bundle({kind: keys for kind, keys in contents.items() if keys})


def about(
    sent: Bundle, whole: Bundle, found: Iterable[tuple[str, Problem]]
) -> list[tuple[str, Problem]]:
    """Leave out warnings about diagrams that are only borrowed: they are nobody's work today."""
    own = set(sent.of("bpmn").values())
    borrowed = {key: one for key, one in whole.of("bpmn").items() if one not in own}
    drawn = _Drawn(borrowed)

    def is_theirs(key: str, problem: Problem) -> bool:
        # What the law says of a called process hangs on who calls it.
        if problem.severity == "error" or problem.family == "law":
            return False
        return key in borrowed or (not key and drawn.where(problem) is not None)

    return [(key, problem) for key, problem in found if not is_theirs(key, problem)]


def proposals(content: bytes) -> list[Proposal]:
    """Give what would let a diagram run, or run better; none for what cannot be read."""
    try:
        return importing.proposals(content)
    except DefinitionRefused:
        return []


def _mending(sent: Bundle, found: Iterable[Placed]) -> dict[tuple[str, str], Proposal]:
    """Give (diagram, fix) → proposal for the diagrams in which something can be mended."""
    mendable: dict[str, list[Problem]] = {}
    for kind, file, problem in found:
        if problem.fix and kind == "bpmn" and file in sent.of("bpmn"):
            mendable.setdefault(file, []).append(problem)
    return {
        (file, proposal.id): proposal
        for file, problems in mendable.items()
        for proposal in importing.proposed(sent.of("bpmn")[file], problems)
    }


class _Drawn:
    """Where elements are drawn: every diagram is read once, however many problems ask."""

    def __init__(self, diagrams: Mapping[str, bytes]) -> None:
        self._diagrams = diagrams

    def where(self, problem: Problem) -> str | None:
        """Give the first of the diagrams that the element of a problem is drawn in."""
        return self._places.get(problem.element) if problem.element else None

    @cached_property
    def _places(self) -> dict[str, str]:
        places: dict[str, str] = {}
        for key, content in self._diagrams.items():
            for element in _elements(content):
                places.setdefault(element, key)
        return places


def _place(sent: Bundle, drawn: _Drawn, problem: Problem) -> tuple[str, str]:
    """Give the file that a problem between files is best mended in."""
    for kind in ("form", "dmn", "checklist"):
        if problem.element and problem.element in sent.of(kind):
            return kind, problem.element
    key = drawn.where(problem)
    return ("", "") if key is None else ("bpmn", key)


def _processes(content: bytes) -> list[str]:
    try:
        return spiff.processes_in(content)
    except ModelError:
        return []


def _elements(content: bytes) -> Collection[str]:
    try:
        return Diagram.read(content).by_id.keys()
    except ModelError:
        return ()
