"""The same statement gives the same file, to the byte, in any process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.filestore import FileStore
from tests import papers as told
from tests.pictures import photo
from web import papers

_ANOTHER_PROCESS = """
import sys, hashlib
from pathlib import Path
from engine.filestore import FileStore
from tests import papers as told
from web import papers
files = FileStore(Path(sys.argv[1]))
photos = sys.argv[2:]
for kind in told.FACTS:
    changes = {"photos_before": photos, "photos_after": photos} if kind == "closure" else {}
    pdf = papers.render_certificate(told.loose(kind, **changes), files)
    print(kind, hashlib.sha256(pdf).hexdigest())
"""


def _in_another_process(files: FileStore, photos: list[str], seed: str) -> dict[str, str]:
    environ = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "TZ": "America/New_York",
        "HOME": "/nonexistent",
        "LANG": "C",
    }
    done = subprocess.run(
        [sys.executable, "-c", _ANOTHER_PROCESS, str(files.folder), *photos],
        cwd=Path(__file__).parents[3],
        env=environ,
        capture_output=True,
        check=True,
        text=True,
    )
    return dict(line.split() for line in done.stdout.splitlines())


def test_two_other_processes_make_the_same_files(files: FileStore) -> None:
    photos = [files.put(photo("brown")).hex(), files.put(photo("green")).hex()]
    changes = {"photos_before": photos, "photos_after": photos}
    here = {}
    for kind in told.FACTS:
        row = told.loose(kind, **(changes if kind == "closure" else {}))
        here[kind] = hashlib.sha256(papers.render_certificate(row, files)).hexdigest()
    assert _in_another_process(files, photos, "1") == here
    assert _in_another_process(files, photos, "2") == here


@pytest.mark.parametrize("kind", told.FACTS)
def test_papers_made_in_between_change_nothing(kind: str, files: FileStore) -> None:
    first = papers.render_certificate(told.loose(kind), files)
    papers.render_certificate(told.loose("reward", recipients=["别的人"]), files)
    assert papers.render_certificate(told.loose(kind), files) == first


def test_another_statement_gives_another_file(files: FileStore) -> None:
    one = papers.render_certificate(told.loose("reward"), files)
    other = papers.render_certificate(told.loose("reward", amount_fen=20051), files)
    assert one != other


def test_files_are_small(files: FileStore) -> None:
    sizes = {kind: len(papers.render_certificate(told.loose(kind), files)) for kind in told.FACTS}
    assert max(sizes.values()) < 60_000, sizes
