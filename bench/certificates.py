"""Certificates: how many a second one process lays out, a reward and a closure with four photos."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from bench.measure import Timer, emit
from engine import attachments
from engine.filestore import FileStore
from engine.store import Certificate
from tests import papers as told
from web.demo import pictures
from web.papers import render_certificate

#: So many of each kind; another two of each warm fonts and templates up and do not count.
COUNT: Final = 25
_WARMING: Final = 2


def run() -> None:
    """Print one line for each kind."""
    with tempfile.TemporaryDirectory(prefix="bihuan-certificates-") as folder:
        files = FileStore(Path(folder))
        photos = _photos(files)
        timers = {kind: Timer() for kind in ("reward", "closure")}
        sizes = dict.fromkeys(timers, 0)
        for number in range(-_WARMING, COUNT):
            for kind, timer in timers.items():
                row = _certificate(kind, number, photos)
                with (timer if number >= 0 else Timer()).lap():
                    sizes[kind] = len(render_certificate(row, files))
        for kind, timer in timers.items():
            emit(
                bench="certificates",
                kind=kind,
                certificates_per_s=COUNT * 1e3 / timer.total,
                ms_p50=timer.p50,
                ms_p95=timer.p95,
                bytes=sizes[kind],
            )


def _certificate(kind: str, number: int, photos: dict[str, Any]) -> Certificate:
    """Give a certificate that no other is like."""
    if kind == "reward":
        return told.loose(kind, amount_fen=20_000 + number)
    return told.loose(kind, done_note=f"水管已移至墙外（第{number}处）。", **photos)


def _photos(files: FileStore) -> dict[str, tuple[str, ...]]:
    """Receive two photos of before and two of after, as a phone sends them."""
    kept: dict[str, tuple[str, ...]] = {}
    for name, mended in (("photos_before", False), ("photos_after", True)):
        drawn = [pictures.jpeg(scene, scene, mended=mended) for scene in ("cabinet", "cable")]
        kept[name] = tuple(
            attachments.receive(files, content, "photo.jpg", only_photos=True).sha256.hex()
            for content in drawn
        )
    return kept
