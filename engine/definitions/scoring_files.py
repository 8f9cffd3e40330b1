"""The files of `processes/scoring`: how cases are vetted, organisations scored (R-16, R-55)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).resolve().parents[2] / "processes" / "scoring"


@cache
def scoring_files(folder: Path = _FOLDER) -> Mapping[str, Mapping[str, Any]]:
    """Give key → content of every file, as it is written; read once a process."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        found[str(content["key"])] = content
    return found
