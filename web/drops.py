"""Drops of files for another system: written aside, then there all at once, with their digests."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from engine.errors import Invalid
from engine.outbound import mapping, rows
from engine.outbound.rows import Row
from engine.returns.profiles import Profile
from web.exports import harmless

MANIFEST: Final = "manifest.json"
#: What a drop that is being written begins with; one that was left so is removed after a day.
_ASIDE: Final = ".partial-"
_LEFT: Final = 24 * 60 * 60
#: So many characters are written at a time.
_PIECE: Final = 1 << 16
#: What a row is → the name of its file.
_NAMES: Final = {"register": "enterprises", "hazard": "hazards"}
Pages = Callable[[str | None], Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a drop is to hold."""

    #: What a row is → its mapping file, and what gives its pages.
    parts: Mapping[str, tuple[Profile, Pages]]
    #: csv | jsonl
    kind: str
    since: datetime | None
    #: Whose it is: the code of an organisation, or all there are.
    organisation: str | None


@dataclass(frozen=True)
class Drop:
    """A drop that was written."""

    folder: Path
    manifest: dict[str, Any]


def write(folder: Path, wanted: Wanted, now: datetime) -> Drop:
    """Write a drop into a folder of its own under `folder`; it is there whole, or not at all."""
    next_since = rows.next_since()
    folder.mkdir(parents=True, exist_ok=True)
    _forget_left(folder)
    aside = folder / f"{_ASIDE}{uuid4().hex}"
    aside.mkdir()
    try:
        files = [_file(aside, what, *part, wanted.kind) for what, part in wanted.parts.items()]
        manifest = {
            "made_at": _moment(now),
            "organisation": wanted.organisation,
            "since": _moment(wanted.since) if wanted.since else None,
            "next_since": _moment(next_since),
            "files": files,
        }
        _kept(aside / MANIFEST, [json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"])
        _sync(aside)
        there = _moved(aside, folder, f"platform-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    _sync(folder)
    return Drop(there, manifest)


def last_since(folder: Path, organisation: str | None) -> datetime | None:
    """Give the moment that the newest drop of an organisation says to ask from, if there is one."""
    for path in sorted(folder.glob(f"platform-*/{MANIFEST}"), reverse=True):
        try:
            said = json.loads(path.read_text("utf-8"))
            if said["organisation"] == organisation:
                return rows.read_since(said["next_since"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, Invalid):
            continue
    return None


def _file(
    aside: Path, what: str, profile: Profile, pages: Pages, kind: str
) -> dict[str, Any]:  # fmt: skip
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows.every(pages):
            count += 1
            yield row

    name = f"{_NAMES[what]}.{kind}"
    pieces = {"csv": _csv, "jsonl": _lines}[kind](profile, counted())
    size, digest = _kept(aside / name, pieces)
    return {
        "name": name,
        "rows": count,
        "bytes": size,
        "sha256": digest,
        "profile": profile.key,
        "profile_sha256": hashlib.sha256(profile.content.encode()).hexdigest(),
    }


def _csv(profile: Profile, found: Iterator[Row]) -> Iterator[str]:
    made = StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(map(harmless, mapping.headings(profile)))
    for row in found:
        writer.writerow(map(harmless, mapping.cells(profile, row)))
        if made.tell() > _PIECE:
            yield made.getvalue()
            made.seek(0)
            made.truncate()
    yield made.getvalue()


def _lines(profile: Profile, found: Iterator[Row]) -> Iterator[str]:
    names = mapping.headings(profile)
    for row in found:
        cells = dict(zip(names, mapping.cells(profile, row), strict=True))
        yield json.dumps(cells, ensure_ascii=False) + "\n"


def _kept(path: Path, pieces: Sequence[str] | Iterator[str]) -> tuple[int, str]:
    """Write a file down to the disk; gives its size and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces:
            content = piece.encode()
            digest.update(content)
            size += file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _moved(aside: Path, folder: Path, name: str) -> Path:
    """Let the drop be there under a name that no other has."""
    for number in range(1, 1000):
        there = folder / (name if number == 1 else f"{name}-{number:03d}")
        try:
            # A folder replaces no folder that has anything in it.
            aside.rename(there)
        except OSError:
            if there.exists():
                continue
            raise
        return there
    raise FileExistsError(name)


def _forget_left(folder: Path) -> None:
    """Remove what was being written when something ended the one that wrote it."""
    for path in folder.glob(f"{_ASIDE}*"):
        if path.is_dir() and time.time() - path.stat().st_mtime > _LEFT:
            shutil.rmtree(path, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk, where that can be asked for."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
