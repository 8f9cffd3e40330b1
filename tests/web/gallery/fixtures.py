"""The gallery as a server, and screens that show it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.web.gallery.app import create_gallery
from tests.web.screens import Screens


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The address of a running gallery."""
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def screens(chromium: Browser, gallery: str) -> Iterator[Screens]:
    """Screens that show the gallery; no script may fail, no policy be broken."""
    opened = Screens(chromium, gallery)
    yield opened
    opened.close()
    assert opened.faults == []
