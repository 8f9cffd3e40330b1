"""Every page, opened by somebody who may: axe finds nothing, nothing sticks out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.web.access_table import ROUTES
from tests.web.house import NOBODY, House, furnish
from tests.web.screens import Screens, faults_in, keep_axe_at_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Answers that are no page: files, data, the API, a piece of a page that is fetched.
_NO_PAGE = (
    ".pdf",
    ".bpmn",
    ".json",
    ".zip",
    ".xlsx",
    ".toml",
    ".rss",
    "/photos/",
    ".<kind>",
    ":kind>",
    "/materials/",
    "/files/",
    "/replies/",
    "/api/",
    "/static/",
    "/healthz",
    "/papers",
    "/analysis/progress",
)
#: Addresses that only lead elsewhere.
_LEADS_ON = {"GET /", "GET /report/sent", "GET /sign-in/organisation"}
#: For the district's union, which this house has not.
_FOR_NOBODY = {"GET /complaints/figures"}
#: Looked at by the first of these who may open it.
_LOOKERS = (
    "verifier",
    "principal",
    "administrator",
    "reporter",
    "officer",
    "office",
    "union",
    "stranger",
    NOBODY,
)

PAGES = [
    route
    for route in ROUTES
    if route.startswith("GET ")
    and route not in _LEADS_ON | _FOR_NOBODY
    and not any(part in route for part in _NO_PAGE)
]


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The furnished house of the access test."""
    with furnish(tmp_path_factory.mktemp("house"), sqlite_template) as furnished:
        yield furnished


@pytest.fixture(scope="module")
def screens(house: House, chromium: object) -> Iterator[Screens]:
    """Its address in browsers."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    opened = Screens(chromium, f"http://127.0.0.1:{server.server_port}")
    yield opened
    opened.close()
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(scope="module")
def people(screens: Screens) -> dict[str, Page]:
    """A browser for each who looks, opened when first needed."""
    return {}


@pytest.mark.parametrize("route", PAGES)
def test_a_page_is_fit_for_everybody(
    house: House, screens: Screens, people: dict[str, Page], route: str
) -> None:
    looker = next(part for part in _LOOKERS if ROUTES[route].wanted(part) == "opens")
    page = people.get(looker) or people.setdefault(looker, _open(screens, looker))
    answer = page.goto(house.address(route))
    assert answer is not None
    assert answer.status == 200
    page.wait_for_load_state("networkidle")
    assert faults_in(page) == []
    assert screens.faults == []


def _open(screens: Screens, looker: str) -> Page:
    page = screens.phone()
    if looker != NOBODY:
        screens.sign_in(page, looker)
    keep_axe_at_hand(page)
    return page
