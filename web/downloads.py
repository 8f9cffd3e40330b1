"""Answers that are files."""

from __future__ import annotations

from flask import Response


def kept(content: bytes, kind: str, name: str) -> Response:
    """Answer with a file of the media type `kind` that is kept under `name`."""
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def pdf(content: bytes, name: str, *, download: bool = False) -> Response:
    """Answer with a PDF that opens in the browser, or is kept under `name`."""
    response = Response(content, content_type="application/pdf")
    # The browser's own viewer is an object; it runs nothing of ours.
    response.headers["Content-Security-Policy"] = "default-src 'none'; object-src 'self'"
    response.headers["Cache-Control"] = "private, no-store"
    kind = "attachment" if download else "inline"
    response.headers.set("Content-Disposition", kind, filename=name)
    return response
