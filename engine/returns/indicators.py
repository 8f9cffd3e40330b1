"""What each indicator means, as versioned text: a return says by which version it was counted.

The texts lie in `processes/indicators`, one file a version, and hold for months from `since` on. A
version by which a month was locked is never changed: what is to be said differently is a new file.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from engine.errors import Message

_FOLDER: Final = Path(__file__).parents[2] / "processes" / "indicators"


@dataclass(frozen=True)
class Indicator:
    """One figure: its name, and what it counts."""

    key: str
    name: Message
    meaning: Message


@dataclass(frozen=True)
class Definitions:
    """All indicators of one version."""

    version: str
    #: The first month counted by it.
    since: str
    basis: str
    indicators: Mapping[str, Indicator]
    digest: bytes


def definitions_for(month: str) -> Definitions:
    """Give the version by which a month is counted: the latest that holds in it."""
    known = _all()
    holding = [one for one in known if one.since <= month]
    return holding[-1] if holding else known[0]


def find_definitions(version: str) -> Definitions | None:
    """Give a version by its name."""
    return next((one for one in _all() if one.version == version), None)


@cache
def _all() -> tuple[Definitions, ...]:
    read = [_read(path) for path in _FOLDER.glob("*.toml")]
    return tuple(sorted(read, key=lambda one: one.since))


def _read(path: Path) -> Definitions:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    canonical = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return Definitions(
        version=said["version"],
        since=said["since"],
        basis=said["basis"],
        indicators={
            key: Indicator(key, Message(*one["name"]), Message(*one["meaning"]))
            for key, one in said["indicators"].items()
        },
        digest=hashlib.sha256(canonical).digest(),
    )
