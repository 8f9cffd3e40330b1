"""Lays a paper or a refusal out once for all: for tests of who may, not of what it looks like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from web import errors, pdf

#: Laid out in this process, and written: by the very document.
_documents: dict[Any, Any] = {}
_written: dict[int, bytes] = {}


@contextmanager
def papers_drawn_once() -> Iterator[None]:
    """Let the same page, in the same styles and with the same pictures, be laid out once."""
    lay_out, write = pdf._lay_out, pdf._write

    def lay_out_once(
        page: str, styles: Sequence[str], scale: float, pictures: Mapping[str, pdf.Picture]
    ) -> Any:
        key = (page, tuple(styles), scale, tuple(sorted(pictures.items(), key=lambda one: one[0])))
        if key not in _documents:
            _documents[key] = lay_out(page, styles, scale, pictures)
        return _documents[key]

    def write_once(document: Any, created: datetime, identifier: bytes) -> bytes:
        if id(document) not in _written:
            _written[id(document)] = write(document, created, identifier)
        return _written[id(document)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_lay_out", lay_out_once)
        patch.setattr(pdf, "_write", write_once)
        yield


@contextmanager
def refusals_told_once() -> Iterator[None]:
    """Let a page that refuses be laid out once for all who are refused in the same words."""
    lay_out, known = errors._page, dict[Any, str]()

    def lay_out_once(status: int, sentence: str, members: dict[str, Any]) -> str:
        key = (status, sentence, "incident" in members)
        if key not in known:
            known[key] = lay_out(status, sentence, members)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "_page", lay_out_once)
        yield
