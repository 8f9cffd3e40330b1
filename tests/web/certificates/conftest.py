"""Certificates laid out as PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.filestore import FileStore
from tests import papers as told
from web import papers


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    """A folder for photos."""
    return FileStore(tmp_path / "data")


@pytest.fixture
def lay_out(files: FileStore) -> Callable[..., bytes]:
    """`lay_out(paper, **facts)` gives a PDF; `look` holds arguments of `render_certificate`."""

    def make(paper: str, look: dict[str, Any] | None = None, /, **changes: Any) -> bytes:
        return papers.render_certificate(told.loose(paper, **changes), files, **(look or {}))

    return make
