"""Answers that are files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import AnyStr
from urllib.parse import quote

from flask import Response, stream_with_context
from werkzeug.http import dump_options_header

from web import db


def name_file(response: Response, name: str, kind: str = "attachment") -> None:
    """Say under which name a file is kept, whatever letters it has (RFC 6266, RFC 8187).

    A server passes no other letters on in a header than those of ASCII.
    """
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='', errors='replace')}"
    response.headers["Content-Disposition"] = dump_options_header(kind, names)


def kept(content: bytes, kind: str, name: str) -> Response:
    """Answer with a file of the media type `kind` that is kept under `name`."""
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = "private, no-store"
    name_file(response, name)
    return response


def pdf(content: bytes, name: str, *, download: bool = False) -> Response:
    """Answer with a PDF that opens in the browser, or is kept under `name`."""
    response = Response(content, content_type="application/pdf")
    # The browser's own viewer is an object; it runs nothing of ours.
    response.headers["Content-Security-Policy"] = "default-src 'none'; object-src 'self'"
    response.headers["Cache-Control"] = "private, no-store"
    name_file(response, name, "attachment" if download else "inline")
    return response


def sent_while_read(pieces: Iterable[AnyStr]) -> Iterator[AnyStr]:
    """Give the content of an answer that is read on after the view has returned.

    The request's session is closed by then; whoever kept it opens it again, and nobody else would
    give that connection back.
    """
    session = db.session()

    def read() -> Iterator[AnyStr]:
        try:
            yield from pieces
        finally:
            session.close()

    return stream_with_context(read())
