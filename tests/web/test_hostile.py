"""Every route is sent what no page and no program of ours sends: it is answered, never broken.

Each route is asked by somebody who may open it, or the door alone would be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.web.access_table import ROUTES
from tests.web.drawn_once import refusals_told_once
from tests.web.house import NOBODY, House, furnish
from tests.web.visits import Client
from web.limits import limiter

#: For whatever stands in an address or a query.
NONSENSE = [
    "-1",
    "9" * 40,
    "../../secret.key",
    "..%2f\0\ufffe\u202e",
    "<script>alert(1)</script>{{ 7 * 7 }}' or 1=1 --",
    "a\r\nX-Injected: yes",
    "汉" * 500,
    "2026-99",
]
QUERIES = [
    "month", "by", "state", "kind", "cursor", "limit", "scope", "after", "next", "code", "q",
    "category", "organisation", "level", "page", "sort", "from", "to", "copy", "indicator",
    "column",
]  # fmt: skip
FIELDS = [
    "reason", "text", "place", "description", "kind", "identity_mode", "reporter_name", "code",
    "photos_before", "file", "files", "bpmn", "roles", "name", "login", "password", "language",
    "organisation", "next", "staff_count", "calendar", "answers", "part", "idempotency_key",
    "amount", "due_on", "rectifier", "result", "checklist_item", "new_password", "old_password",
]  # fmt: skip
DEEP = b'{"answers":' * 500 + b"1" + b"}" * 500
BODIES: list[tuple[str, bytes]] = [
    ("application/json", b"{"),
    ("application/json", b"null"),
    ("application/json", b'{"answers": null}'),
    ("application/json", b"\xff\xfe"),
    ("application/json", DEEP),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"answers": {"place": "\\ud800"}, "definition_key": "hazard_report"}'),
    ("application/json", b'{"answers": {"place": "\\u0000"}, "definition_key": "hazard_report"}'),
    ("application/json", b'{"answers": {"amount": 1e999}, "definition_key": "hazard_report"}'),
    (
        "application/json",
        b'{"answers": {"place": {"a": 1}, "description": [2], "kind": 5, "identity_mode": [],'
        b' "photos_before": ["x", 1, null, {}]}, "definition_key": "hazard_report"}',
    ),
    ("text/plain", b"answers"),
    ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    ("multipart/form-data", b"--x"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="bpmn"; filename="../../a\0.bpmn"\r\n\r\n'
        b"<a/>\r\n--x--\r\n",
    ),
    ("application/x-www-form-urlencoded", b"place=%ff%00&" * 500),
]
#: A page takes no JSON, whatever is in it: that is refused before anything reads it.
NO_FORMS = [BODIES[0], *(one for one in BODIES if one[0] != "application/json")]
_ARGUMENT = re.compile(r"<[^>]+>")
PEOPLE = (
    "principal", "verifier", "administrator", "finance", "union", "reporter", "officer", "office",
    "sole",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An enterprise in which everything can be opened; nobody is told to slow down."""
    limiter.enabled = False
    folder = tmp_path_factory.mktemp("hostile")
    with furnish(folder, sqlite_template) as furnished, refusals_told_once():
        yield furnished
    limiter.enabled = True


class Attacker:
    """Somebody who may open a route, and means no good."""

    def __init__(self, house: House, route: str) -> None:
        self.house = house
        self.method, self.rule = route.split(" ", 1)
        self.address = house.address(route).partition("?")[0]
        wanted = ROUTES[route].wanted
        # Where nobody finds anything, somebody knocks whose role would let them in.
        found = (one for what in ("opens", "not found") for one in PEOPLE if wanted(one) == what)
        part = next(found, NOBODY)
        self.part = part
        self.client = Client(house.app)
        self.headers = {}
        if self.is_api and part != NOBODY:
            self.headers["Authorization"] = f"Bearer {house.keys[part]}"
        elif part != NOBODY:
            self.client.sign_in(house.actors[part])
        if self.method != "GET" and not self.is_api:
            self.headers["X-CSRFToken"] = self.client.csrf_token()

    @property
    def is_api(self) -> bool:
        return self.rule.startswith("/api/")

    def has_asked_nowhere(self, nonsense: str, before: set[object]) -> bool:
        """Say whether this address is no route's, and the same was asked in the same way before.

        Nobody knows then which route was meant; what is answered depends on who asks, how and
        with what nonsense. A `uuid` in a route is never nonsense: most addresses are like that.
        """
        site = self.house.app.url_map.bind("localhost")
        try:
            site.match(_ARGUMENT.sub(lambda _: nonsense, self.rule), self.method)
            return False
        except RequestRedirect:
            return False
        except HTTPException as error:
            asked = (self.part, self.is_api, self.method, error.code, nonsense)
        if asked in before:
            return True
        before.add(asked)
        return False

    def send(self, path: str, method: str | None = None, **body: Any) -> TestResponse:
        answer = self.client.open(
            path, method=method or self.method, headers=self.headers, buffered=True, **body
        )
        assert answer.status_code < 500, (path, body, answer.get_data(as_text=True)[:300])
        assert "X-Injected" not in answer.headers
        assert b"Traceback" not in answer.data
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in answer.headers
        return answer


@pytest.fixture(scope="module")
def led_nowhere() -> set[object]:
    """What was sent by whom to addresses that no route has."""
    return set()


@pytest.mark.parametrize("route", ROUTES)
def test_no_address_breaks_it(house: House, led_nowhere: set[object], route: str) -> None:
    attacker = Attacker(house, route)
    for number, nonsense in enumerate(NONSENSE):
        # All at once, or a few: what refuses one of them keeps the others from being read.
        names = QUERIES if number % 2 else QUERIES[number // 2 :: 4]
        attacker.send(f"{attacker.address}?{urlencode(dict.fromkeys(names, nonsense))}")
        if "<" in attacker.rule and not attacker.has_asked_nowhere(nonsense, led_nowhere):
            attacker.send(_ARGUMENT.sub(quote(nonsense, safe=""), attacker.rule))


@pytest.mark.parametrize("route", [one for one in ROUTES if not one.startswith("GET ")])
def test_no_body_breaks_it(house: House, route: str) -> None:
    attacker = Attacker(house, route)
    for content_type, body in BODIES if attacker.is_api else NO_FORMS:
        attacker.send(attacker.address, data=body, content_type=content_type)
    if attacker.is_api:
        return
    for nonsense in NONSENSE:
        attacker.send(attacker.address, data={name: [nonsense] * 2 for name in FIELDS})
    files = {name: (BytesIO(b"\0" * 100), "../../x.html") for name in ("file", "files", "bpmn")}
    attacker.send(attacker.address, data=files)
    house._put_back()


#: Every address, by the first route that it has.
ADDRESSES = {route.split(" ", 1)[1]: route for route in reversed(ROUTES)}


@pytest.mark.parametrize("rule", ADDRESSES)
def test_no_method_is_taken_for_another(house: House, rule: str) -> None:
    """Nor is a method that a header or a field names instead of the request."""
    attacker = Attacker(house, ADDRESSES[rule])
    taken = {one.split(" ")[0] for one in ROUTES if one.split(" ", 1)[1] == rule}
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        attacker.headers["X-HTTP-Method-Override"] = "POST"
        if method not in taken:
            assert attacker.send(attacker.address, method).status_code in (400, 404, 405, 415)


@pytest.mark.parametrize("route", [one for one in ROUTES if one.startswith("POST ")])
def test_no_form_is_taken_without_the_token_of_its_session(house: House, route: str) -> None:
    attacker = Attacker(house, route)
    if attacker.is_api:
        # A program has a key instead, and a cookie is none.
        attacker.headers.clear()
        attacker.client.sign_in(house.actors["principal"])
        assert attacker.send(attacker.address, json={}).status_code == 401
        return
    foreign = Client(house.app)
    foreign.sign_in(house.actors["stranger"])
    with foreign.session_transaction() as kept:
        kept["csrf_token"] = "another session's"
    for token in ("", "x", foreign.csrf_token()):
        attacker.headers["X-CSRFToken"] = token
        answer = attacker.send(attacker.address, data={"csrf_token": token})
        assert answer.status_code == 400
