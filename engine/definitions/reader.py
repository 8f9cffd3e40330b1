"""Reading the files of a bundle: each time anew, or remembering what was read before.

Somebody who draws asks after every stroke what is wrong, and all files but one are as they were;
who publishes asks for the same models several times, and whoever starts a case asks once more.
What a file says depends on its content alone, so it is remembered under the content's digest.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from engine import checklists, decisions, forms, spiff
from engine.decisions import Decision
from engine.errors import DefinitionRefused
from engine.forms import Form
from engine.memo import Memo, digest
from engine.spiff import Model, Problem
from engine.spiff.diagram import Diagram
from engine.spiff.lint import problems_of

R = TypeVar("R")

#: Bytes of files whose readings are remembered; a reading takes about twelve times its file.
_REMEMBERED: Final = 6_000_000


class Reader:
    """Reads everything each time it is asked."""

    def calls(self, diagram: bytes) -> Mapping[str, Sequence[str]]:
        """Give process id → the processes it calls, for all that a diagram draws."""
        return spiff.calls_in(diagram)

    def form(self, content: bytes) -> Form:
        """Read a form."""
        return forms.read(content)

    def tables(self, content: bytes) -> Mapping[str, Decision]:
        """Read a file of decision tables."""
        return decisions.parse(content)

    def items(self, content: bytes) -> Sequence[checklists.Item]:
        """Read a checklist."""
        return checklists.read_items(content)

    def remember(self, what: Hashable, contents: Sequence[bytes], make: Callable[[], R]) -> R:
        """Give what `make` finds in files; `what` says what is looked for in them."""
        return make()

    def model(self, diagrams: Mapping[str, bytes], process: str) -> Model:
        """Build a process with all it calls; DefinitionRefused when something is wrong."""
        return spiff.build(diagrams, process)

    def prepared(self, diagrams: Mapping[str, bytes], process: str) -> Model:
        """Build a process that was checked before; a rule that came later does not stop it."""
        return spiff.build(diagrams, process, is_deployed=True)


class Remembering(Reader):
    """Reads what it has not read before. Any number of threads may share one."""

    def __init__(self) -> None:
        self._memo = Memo(_REMEMBERED)

    def calls(self, diagram: bytes) -> Mapping[str, Sequence[str]]:
        """Give process id → the processes it calls."""
        return self._once("calls", diagram, super().calls)

    def form(self, content: bytes) -> Form:
        """Read a form."""
        return self._once("form", content, super().form)

    def tables(self, content: bytes) -> Mapping[str, Decision]:
        """Read a file of decision tables."""
        return self._once("tables", content, super().tables)

    def items(self, content: bytes) -> Sequence[checklists.Item]:
        """Read a checklist."""
        return self._once("items", content, super().items)

    def remember(self, what: Hashable, contents: Sequence[bytes], make: Callable[[], R]) -> R:
        """Give what was found in files with these contents before, or find it."""
        key = (what, *map(digest, contents))
        return self._memo.get(key, sum(map(len, contents)), make)

    def model(self, diagrams: Mapping[str, bytes], process: str) -> Model:
        """Build a process with all it calls, once for the files it is drawn in."""
        used = self._used(diagrams.values(), process)
        if used is None:
            return super().model(diagrams, process)
        files = sorted(set(used.values()))
        return self.remember(("model", process), files, partial(self._built, used, process))

    def prepared(self, diagrams: Mapping[str, bytes], process: str) -> Model:
        """Build a process that was checked before, once for the files it is drawn in."""
        used = self._used(diagrams.values(), process)
        if used is None:
            return super().prepared(diagrams, process)
        return self._prepared(used, process)

    def _prepared(self, used: Mapping[str, bytes], process: str) -> Model:
        contents = sorted(set(used.values()))
        files = {str(place): content for place, content in enumerate(contents)}
        build = partial(spiff.build, files, process, is_deployed=True)
        return self.remember(("prepared", process), contents, build)

    def _built(self, used: Mapping[str, bytes], process: str) -> Model:
        """Build a process whose diagrams are checked here, so that none is checked twice."""
        errors = [
            problem
            for called, content in used.items()
            for problem in self._problems_with(content, called)
            if problem.severity == "error"
        ]
        if errors:
            raise DefinitionRefused(errors)
        return self._prepared(used, process)

    def _problems_with(self, content: bytes, process: str) -> Sequence[Problem]:
        diagram = Diagram.read(content)
        if len(diagram.processes) == 1:
            return self.remember("problems", [content], partial(problems_of, diagram))
        return problems_of(diagram, process=process)

    def _used(self, diagrams: Any, process: str) -> dict[str, bytes] | None:
        """Give process → its diagram for all that are reached; None when one is not so plain."""
        drawn = [(name, content) for content in diagrams for name in self.calls(content)]
        where = dict(drawn)
        used: dict[str, bytes] = {}
        waiting = [process]
        while waiting:
            name = waiting.pop()
            if name not in where:
                return None
            if name not in used:
                used[name] = where[name]
                waiting.extend(self.calls(where[name])[name])
        return used if len(where) == len(drawn) else None

    def _once(self, what: str, content: bytes, read: Callable[[bytes], R]) -> R:
        return self.remember(what, [content], partial(read, content))


#: Shared by all who draw, deploy and run; what is read is never changed.
READER: Final = Remembering()
