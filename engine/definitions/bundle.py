"""What is deployed together, and reading it from a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.definitions.pack_files import owned
from engine.definitions.reader import READER

_ENDINGS: Final = {
    "bpmn": "*.bpmn",
    "dmn": "*.dmn",
    "checklist": "*.json",
    "form": "*.json",
    "scenario": "*.json",
}


@dataclass(frozen=True)
class Bundle:
    """What is deployed together: contents by kind and key.

    The kinds are bpmn, dmn, form, checklist and scenario.
    """

    contents: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, bytes]:
        """Give the contents of one kind."""
        return self.contents.get(kind, {})

    def by_process(self) -> Bundle:
        """Give the same bundle with each diagram under the id of its first process."""
        drawn = ((list(READER.calls(each)), each) for each in self.of("bpmn").values())
        diagrams = {processes[0]: content for processes, content in drawn}
        return Bundle({**self.contents, "bpmn": diagrams})

    def processes(self) -> dict[str, str]:
        """Give process id → key of the diagram it is drawn in."""
        return {
            process: key
            for key, content in self.of("bpmn").items()
            for process in READER.calls(content)
        }


def read_folder(folder: Path) -> Bundle:
    """Read `folder`/processes/{bpmn,dmn,checklists,scenarios} and `folder`/forms by file names.

    What a sector pack in `folder`/processes/sectors calls its own is left out.
    """
    apart = owned(folder)
    places = {
        "bpmn": folder / "processes" / "bpmn",
        "dmn": folder / "processes" / "dmn",
        "checklist": folder / "processes" / "checklists",
        "form": folder / "forms",
        "scenario": folder / "processes" / "scenarios",
    }
    return Bundle(
        {
            kind: {
                path.stem: path.read_bytes()
                for path in sorted(place.glob(_ENDINGS[kind]))
                if path.name != "schema.json" and (kind, path.stem) not in apart
            }
            for kind, place in places.items()
        }
    )
