"""Answers that are files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO, Any, AnyStr, Final
from urllib.parse import quote

from flask import Response, send_file, stream_with_context
from werkzeug.http import dump_options_header

from web import db

ZIP: Final = "application/zip"
#: So many bytes of a file are kept in memory; one that grows longer goes to the disk.
_IN_MEMORY: Final = 1 << 20


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


def sent(write: Callable[[IO[bytes]], None], media_type: str, name: str) -> Response:
    """Write a file and send it: a long one lies on the disk, so that little is in memory.

    What goes wrong while it is written is answered as an error, not by half a file.
    """
    made: Any = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - a long one is closed by its answer
    try:
        write(made)
        if made.seek(0, SEEK_END) <= _IN_MEMORY:
            made.seek(0)
            content = made.read()
            made.close()
            return kept(content, media_type, name)
    except BaseException:
        made.close()
        raise
    return file_of(made, media_type, name)


def file_of(file: IO[bytes], media_type: str, name: str) -> Response:
    """Answer with an open file, sent while it is read."""
    length = file.seek(0, SEEK_END)
    file.seek(0)
    answer = send_file(file, mimetype=media_type, as_attachment=True, download_name=name, max_age=0)
    answer.content_length = length
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
