"""The files that belong to sector packs, and so are no part of what is general."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from engine.errors import ModelError

#: Kind → its folder and the ending of its files, in a folder of processes.
FOLDERS: Final[Mapping[str, tuple[str, str]]] = {
    "bpmn": ("processes/bpmn", ".bpmn"),
    "dmn": ("processes/dmn", ".dmn"),
    "form": ("forms", ".json"),
    "scenario": ("processes/scenarios", ".json"),
}


def owned(root: Path) -> frozenset[tuple[str, str]]:
    """Give (kind, name) of every file that a pack in `root`/processes/sectors calls its own."""
    found: set[tuple[str, str]] = set()
    for path in sorted((root / "processes" / "sectors").glob("*.toml")):
        try:
            own = tomllib.loads(path.read_text(encoding="utf-8")).get("own", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ModelError(
                f"行业包 {path.name} 不是正确的 TOML：{error}",
                f"The sector pack {path.name} is not valid TOML: {error}",
            ) from None
        found.update(_names(own))
    return frozenset(found)


def read_own(root: Path, own: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, name and content of the files a pack calls its own.

    Raises:
        ModelError: one of them is missing.
    """
    for kind, name in _names(own):
        folder, ending = FOLDERS[kind]
        path = root / folder / f"{name}{ending}"
        if not path.is_file():
            raise ModelError(
                f"行业包要用的文件 {folder}/{path.name} 不存在，请补上。",
                f"The sector pack names {folder}/{path.name}, which does not exist; add it.",
            )
        yield kind, name, path.read_bytes()


def _names(own: Any) -> Iterator[tuple[str, str]]:
    if isinstance(own, dict):
        for kind in sorted(own.keys() & FOLDERS.keys()):
            yield from ((kind, str(name)) for name in own[kind])
