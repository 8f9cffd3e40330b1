"""Errors as answers: pages for people, problem+json for programs, and never a bare 500."""

from __future__ import annotations

import logging
import socket

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from engine.errors import (
    AlreadyDone,
    Conflict,
    DefinitionRefused,
    EngineError,
    IntegrityError,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    SeparationOfDuties,
)
from tests.cast import Cast
from tests.databases import on_both
from tests.web.visits import Client
from web.access import public

pytestmark = on_both

ENGLISH = {"Accept-Language": "en", "Accept": "application/json"}


@pytest.fixture
def raising(app: Flask):  # type: ignore[no-untyped-def]
    """Give a function that makes `/broken` raise an error."""

    def make(error: Exception, path: str = "/broken") -> None:
        @public
        def broken() -> str:
            raise error

        app.add_url_rule(path, path.strip("/").replace("/", "_"), broken)

    return make


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("不行", "No."), 403),
        (SeparationOfDuties("不行", "No."), 403),
        (NotFound(), 404),
        (Conflict("已变", "Changed."), 409),
        (InvalidAnswers.at("level", "请选", "Choose."), 422),
        (DefinitionRefused([]), 422),
    ],
)
def test_the_engines_refusals_have_their_status_and_sentence(
    client: Client,
    raising,
    error: EngineError,
    status: int,  # type: ignore[no-untyped-def]
) -> None:
    raising(error)
    page = client.get("/broken")
    assert page.status_code == status
    assert error.message.zh in page.text
    problem = client.get("/broken", headers=ENGLISH)
    assert problem.status_code == status
    assert problem.content_type == "application/problem+json"
    body = problem.get_json(force=True)
    assert body["status"] == status
    assert body["detail"] == error.message.en
    assert body["type"].startswith("urn:bihuan:")


def test_wrong_answers_are_told_field_by_field(client: Client, raising) -> None:  # type: ignore[no-untyped-def]
    raising(InvalidAnswers.at("due_on", "请填日期", "Give a day."))
    body = client.get("/broken", headers=ENGLISH).get_json(force=True)
    assert body["errors"] == {"due_on": ["Give a day."]}


def test_whoever_is_late_learns_who_was_first(client: Client, raising) -> None:  # type: ignore[no-untyped-def]
    from engine.clock import now

    raising(AlreadyDone("已办", "Done.", by="何核", at=now()))
    body = client.get("/broken", headers=ENGLISH).get_json(force=True)
    assert body["by"] == "何核"
    assert body["at"].startswith("20")


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("secret detail"), IntegrityError("坏", "broken chain of 何核")]
)
def test_the_unexpected_shows_a_number_and_is_logged_under_it(
    client: Client,
    raising,
    caplog: pytest.LogCaptureFixture,
    error: Exception,  # type: ignore[no-untyped-def]
) -> None:
    raising(error)
    with caplog.at_level(logging.ERROR, "bihuan"):
        page = client.get("/broken")
    record = next(record for record in caplog.records if hasattr(record, "incident"))
    assert page.status_code == 500
    assert record.incident in page.text
    assert "secret detail" not in page.text
    assert "何核" not in page.text
    assert "Traceback" not in page.text


def test_a_lost_database_is_told_without_asking_it(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(cast.verifier)

    def lost(*args: object, **kwargs: object) -> None:
        raise OperationalError("select", {}, Exception("connection lost"))

    monkeypatch.setattr("engine.accounts.find_account", lost)
    for path in ("/account", "/", "/nowhere"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "错误编号" in answer.text


def test_a_program_asks_the_api_and_gets_json_whatever_it_accepts(client: Client) -> None:
    answer = client.get("/api/v1/nowhere", headers={"Accept": "text/html"})
    assert answer.content_type == "application/problem+json"
    assert answer.status_code == 404


def test_without_a_key_the_api_asks_for_one(client: Client, app: Flask) -> None:
    from web.access import requires

    app.add_url_rule("/api/v1/shut", "shut", requires("case:read")(lambda: "open"))
    for headers in (
        {},
        {"Authorization": "Bearer bh_wrong"},
        {"Authorization": "Basic eDp4"},
        {"Authorization": "Bearer"},
        {"Authorization": "é"},
    ):
        answer = client.get("/api/v1/shut", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


NASTY = [
    "/%00",
    "/\ufffd",
    "/%ff%fe",
    "/account?next=%00",
    "/people/%00",
    "/people/not-a-uuid",
    "/people/" + "f" * 32,
    "/places/" + "0" * 5000,
    "/files/../../etc/passwd",
    "/static/../../etc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/%00",
    "/static/..%2f..%2fweb/config.py",
    "/notifications?after=x",
    "/notifications?after=%ff",
    "/sign-in?next=" + "x" * 8000,
    "/r/%00",
    "//evil.example/..",
    "/?" + "a=1&" * 2000,
    "/;;;",
    "/%0d%0aSet-Cookie:%20a=b",
]


@pytest.mark.parametrize("path", NASTY)
def test_nothing_in_an_address_breaks_it(cast: Cast, client: Client, path: str) -> None:
    client.sign_in(cast.administrator)
    for method in ("GET", "POST", "HEAD", "OPTIONS", "DELETE", "TRACE"):
        with client.open(path, method=method) as answer:
            assert answer.status_code < 500, method
            assert "root:" not in answer.text
            assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "x"},
        {"Content-Length": "-1"},
        {"Content-Length": "9" * 40},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "\x01"},
        {"Content-Type": "application/json; charset=nonsense"},
        {"Accept": "\x01;q=x"},
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "zh;q=nonsense"},
        {"Host": "a b"},
        {"Host": "evil.example"},
        {"Cookie": "language=../../x"},
        {"Cookie": "\x80=\xff"},
        {"Transfer-Encoding": "x"},
        {"X-Forwarded-For": "x" * 5000},
        {"Range": "bytes=a-b"},
        {"If-Modified-Since": "never"},
        {"If-None-Match": '"'},
    ],
)
def test_nothing_in_a_header_breaks_it(cast: Cast, client: Client, headers: dict[str, str]) -> None:
    for path in ("/sign-in", "/static/mark.svg", "/api/v1/nowhere"):
        for method in ("GET", "POST"):
            with client.open(path, method=method, headers=headers, data=b"x=1") as answer:
                assert answer.status_code < 500, (path, method)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"login=%00&password=x"),
        ("application/x-www-form-urlencoded", b"login=\xff\xfe&password=\x00"),
        ("application/x-www-form-urlencoded", b"&" * 100_000),
        ("application/x-www-form-urlencoded", b"login=" + b"x" * 1_000_000),
        ("application/json", b"{"),
        ("application/json", b"\xff"),
        ("application/json", b'{"a":"\\u0000"}'),
        ("application/json", b"[" * 100_000),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--",
        ),
        ("multipart/form-data; boundary=", b"----"),
        ("text/xml", b"<!DOCTYPE x>"),
    ],
)
def test_nothing_in_a_body_breaks_it(
    cast: Cast, client: Client, content_type: str, body: bytes
) -> None:
    client.sign_in(cast.administrator)
    token = {"X-CSRFToken": client.csrf_token()}
    paths = (
        "/sign-in",
        "/people/new",
        "/places",
        "/organisation",
        "/attachments",
        "/language",
        "/account/password",
        "/account/tokens",
        "/sign-in/organisation",
    )
    for path in paths:
        answer = client.post(path, data=body, content_type=content_type, headers=token)
        assert answer.status_code < 500, (path, answer.text[:300])


def test_too_much_is_refused_before_it_is_read(cast: Cast, client: Client) -> None:
    client.sign_in(cast.reporter)
    token = {"X-CSRFToken": client.csrf_token()}
    kind = "multipart/form-data; boundary=x"
    body = b"--x\r\n" + b"\xff" * (13 * 1024 * 1024)
    answer = client.post("/attachments", data=body, content_type=kind, headers=token)
    assert answer.status_code == 413


def test_a_stale_form_says_so(cast: Cast, client: Client) -> None:
    answer = client.post("/sign-in", data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert "已过期" in answer.text


def test_a_connection_that_lies_about_its_length_is_answered(live_server: str) -> None:
    port = int(live_server.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded"
            b"\r\nContent-Length: nonsense\r\nConnection: close\r\n\r\nlogin=x"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 4")
