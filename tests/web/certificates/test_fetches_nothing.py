"""Laying out a paper opens no address and no file but its own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader

from engine.errors import DelegateError
from tests import readers
from tests.pictures import photo
from web import pdf
from web.pdf import Picture

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def render_html(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """Lay out the given markup as a paper."""

    def render(markup: str, **more: Any) -> bytes:
        environment = pdf.environment().overlay(loader=DictLoader({"paper": markup}))
        monkeypatch.setattr(pdf, "environment", lambda: environment)
        return pdf.render("paper", {}, styles=["print/base.css"], created=NOW, **more)

    return render


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/a.png",
        "https://example.org/a.png",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "data:text/css,p{}",
        "/etc/passwd",
        "../../../../etc/passwd",
        "bihuan:/picture/other",
        "bihuan:/print/../../config.py",
        "bihuan:/print/base.html",
    ],
)
def test_no_address_is_opened(
    address: str, render_html: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    for markup in (
        f'<img src="{address}" alt="">',
        f'<link rel="stylesheet" href="{address}"><p>文</p>',
        f'<style>@import "{address}"; p {{ background: url("{address}") }}</style><p>文</p>',
        f'<style>@font-face {{ font-family: X; src: url("{address}") }}</style><p>文</p>',
        f'<link rel="attachment" href="{address}"><p>文</p>',
    ):
        with pytest.raises(DelegateError, match="may not use"):
            render_html(markup)


def test_pictures_handed_in_are_shown(render_html: Callable[..., bytes]) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect/></svg>'
    pictures = {"one": Picture(drawing, "image/svg+xml")}
    made = render_html('<img src="bihuan:/picture/one" alt="图">', pictures=pictures)
    assert made.startswith(b"%PDF")


def test_a_drawing_cannot_reach_out_either(
    render_html: Callable[..., bytes], tmp_path: Path
) -> None:
    """WeasyPrint draws on without the picture that was refused."""
    outside = tmp_path / "outside.png"
    outside.write_bytes(photo("brown", (90, 90), "PNG"))
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="90" height="90">'
        f'<image href="{outside.as_uri()}" width="9" height="9"/></svg>'
    )
    markup = '<img src="bihuan:/picture/one" alt="图">'
    made = render_html(markup, pictures={"one": Picture(drawing.encode(), "image/svg+xml")})
    assert len(readers.image(made, 30).getcolors() or []) == 1
    drawing = drawing.replace(outside.as_uri(), "bihuan:/picture/two")
    shown = {
        "one": Picture(drawing.encode(), "image/svg+xml"),
        "two": Picture(outside.read_bytes(), "image/png"),
    }
    assert len(readers.image(render_html(markup, pictures=shown), 30).getcolors() or []) > 1
