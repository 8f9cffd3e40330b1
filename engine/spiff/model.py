"""A process ready to run: read, checked and prepared once, then shared by all its instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.errors import DefinitionRefused
from engine.spiff import xml
from engine.spiff.diagram import Diagram
from engine.spiff.elements import Element, elements_of
from engine.spiff.parser import Parser
from engine.spiff.problems import Problem, refused
from engine.spiff.sites import Site, sites, variables

Files = Mapping[str, bytes]


@dataclass(frozen=True, eq=False)
class Model:
    """A process with all it calls. Immutable; any number of threads may run it.

    process_key: id of the main process.
    name: what people call it.
    elements: key → element, see `Element.key`.
    """

    process_key: str
    name: str
    elements: Mapping[str, Element]
    diagrams: Mapping[str, Diagram] = field(repr=False)
    spec: Any = field(repr=False)
    subprocess_specs: Mapping[str, Any] = field(repr=False)

    @property
    def start_form(self) -> str | None:
        """The form key of the start event of the main process."""
        return next((form for form in map(_start_form, self._main()) if form), None)

    def forms(self) -> set[str]:
        """Give the keys of all forms it asks for."""
        return self._said("formKey")

    def decisions(self) -> set[str]:
        """Give the ids of all decisions it asks for."""
        return {e.decision for e in self.elements.values() if e.decision}

    def delegates(self) -> set[str]:
        """Give the names of all delegates it calls."""
        return {e.operator for e in self.elements.values() if e.operator}

    def calls(self) -> set[str]:
        """Give the keys of all processes it calls, directly or not."""
        return {e.called for e in self.elements.values() if e.called}

    def names(self) -> dict[str, str]:
        """Give what people call the process and each one it calls, by their ids, itself first."""
        return {
            key: (diagram.process(key).node.get("name") or key).strip()
            for key, diagram in self.diagrams.items()
        }

    def expressions(self) -> Sequence[Site]:
        """Give every expression and script in it, with where it stands."""
        return self._sites

    @cached_property
    def _sites(self) -> tuple[Site, ...]:
        return tuple(
            site
            for process, diagram in self.diagrams.items()
            for site in sites(diagram)
            if site.process == process
        )

    def variables(self) -> set[str]:
        """Give the names of fields that its services, messages, repetitions and votes make."""
        found = {
            name
            for process, diagram in self.diagrams.items()
            for name in variables(diagram, process)
        }
        for element in self.elements.values():
            if element.ballot is not None:
                found |= {f"{element.id}_result", f"{element.id}_votes"}
        return found - {""}

    def _main(self) -> Iterator[Element]:
        return (e for e in self.elements.values() if e.process == self.process_key)

    def _said(self, name: str) -> set[str]:
        found = {e.properties.get(name) for e in self.elements.values()}
        return {value for value in found if value}


def _start_form(element: Element) -> str | None:
    return element.properties.get("formKey") if element.kind == "startEvent" else None


def build(bpmn: Files, process_key: str, *, is_deployed: bool = False) -> Model:
    """Read a process and all it calls from BPMN files, by whatever names.

    Args:
        is_deployed: it was checked when it was deployed; a rule that came later does not stop the
            cases that run on it.

    Raises:
        DefinitionRefused: with every problem found.
    """
    diagrams = _used(_read(bpmn), process_key)
    if not is_deployed:
        _check(diagrams)
    try:
        return _prepared(diagrams, process_key)
    except (SpiffWorkflowException, RecursionError, *_STUMBLES) as error:
        raise _not_understood(error) from error


def _check(diagrams: Mapping[str, Diagram]) -> None:
    from engine.spiff.lint import problems_of

    problems = [
        problem
        for process, diagram in diagrams.items()
        for problem in problems_of(diagram, process=process)
        if problem.severity == "error"
    ]
    if problems:
        raise DefinitionRefused(problems)


def processes_in(content: bytes) -> list[str]:
    """Give the ids of the processes in a BPMN file that are to run; raises as `build`."""
    return [scope.id for scope in Diagram.read(content).running]


def calls_in(content: bytes) -> dict[str, list[str]]:
    """Give process id → the processes it calls, for those that are to run; raises as `build`."""
    diagram = Diagram.read(content)
    return {scope.id: _calls(diagram, scope.id) for scope in diagram.running}


#: What the library raises over a diagram it does not understand.
_STUMBLES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)


def _read(bpmn: Files) -> dict[str, Diagram]:
    """Give process id → the diagram it is in."""
    found: dict[str, Diagram] = {}
    for content in bpmn.values():
        diagram = Diagram.read(content)
        for scope in diagram.processes:
            if scope.id in found:
                raise refused(
                    "process-twice",
                    f"流程“{scope.id}”出现了两次，请改用不同的编号。",
                    f"Process '{scope.id}' occurs twice; give each its own id.",
                    family="deployment",
                    line=xml.line(scope.node),
                )
            found[scope.id] = diagram
    return found


def _used(diagrams: Mapping[str, Diagram], process_key: str) -> dict[str, Diagram]:
    """Give the processes reached from `process_key`, itself first.

    Raises:
        DefinitionRefused: one is missing, or a process calls itself in the end.
    """
    used: dict[str, Diagram] = {}
    done: set[str] = set()
    stack: list[tuple[str, bool, str]] = [(process_key, False, "")]
    open_calls: list[str] = []
    while stack:
        key, leaving, caller = stack.pop()
        if leaving:
            open_calls.remove(key)
            done.add(key)
            continue
        if key in open_calls:
            raise _circular(key, caller)
        if key in done:
            continue
        if key not in diagrams:
            raise _missing(key, caller)
        used[key] = diagrams[key]
        open_calls.append(key)
        stack.append((key, True, caller))
        stack.extend((called, False, key) for called in _calls(diagrams[key], key))
    return used


def _calls(diagram: Diagram, process: str) -> list[str]:
    found = {
        node.get("calledElement", "")
        for scope in diagram.scopes
        if scope.process == process
        for node in scope.of_kind("callActivity")
    }
    return sorted(found - {""})


def _missing(key: str, caller: str) -> DefinitionRefused:
    return refused(
        "process-missing",
        f"没有流程“{key}”" + (f"（流程“{caller}”要调用它）。" if caller else "。") + "请补上它。",
        f"There is no process '{key}'"
        + (f", which process '{caller}' calls" if caller else "")
        + "; add it.",
        family="deployment",
    )


def _circular(key: str, caller: str) -> DefinitionRefused:
    return refused(
        "process-circular",
        f"流程“{caller}”又调用了“{key}”，会无限循环，请去掉其中一个调用。",
        f"Process '{caller}' calls '{key}' again, without end; remove one of the calls.",
        family="deployment",
    )


def _not_understood(error: BaseException) -> DefinitionRefused:
    element = getattr(error, "id", "") or ""
    zh = f"“{element}”无法识别：{error}" if element else f"流程图无法识别：{error}"
    en = f"'{element}' is not understood: {error}" if element else f"Not understood: {error}"
    return DefinitionRefused(
        [Problem(rule="not-understood", family="engine", element=element, zh=zh, en=en)]
    )


def _prepared(diagrams: Mapping[str, Diagram], process_key: str) -> Model:
    parser = Parser()
    for diagram in {id(diagram): diagram for diagram in diagrams.values()}.values():
        parser.add(diagram)
    spec = parser.get_spec(process_key)
    inner = parser.get_subprocess_specs(process_key)
    elements = {
        element.key: element
        for process, diagram in diagrams.items()
        for element in elements_of(diagram, process, main=process == process_key)
    }
    for process_spec in (spec, *inner.values()):
        _prepare(process_spec, process_key, elements)
    node = diagrams[process_key].process(process_key).node
    name = (node.get("name") or "").strip()
    return Model(process_key, name, MappingProxyType(elements), diagrams, spec, inner)


def _prepare(process_spec: Any, process_key: str, elements: Mapping[str, Element]) -> None:
    """Finish a spec before it is shared: nothing in it changes at run time."""
    process = process_spec.name.split("/")[0]
    prefix = "" if process == process_key else f"{process}:"
    for spec in process_spec.task_specs.values():
        if spec.bpmn_id is not None:
            spec.element = elements[prefix + spec.bpmn_id]
        prepare = getattr(spec, "prepare", None)
        if prepare is not None:
            prepare()
