"""What every answer tells the browser to refuse, and what pages must not need."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.http import parse_options_header

from tests.cast import Cast
from tests.web.visits import Client
from web import create_app, downloads
from web.config import Config

PAGES = ["/sign-in", "/healthz", "/nowhere", "/static/mark.svg", "/api/v1/nowhere"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_protected(cast: Cast, client: Client, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in headers or "Python" not in headers["Server"]


@pytest.mark.parametrize(
    "path", ["/account", "/people", "/people/new", "/places", "/organisation", "/notifications"]
)
def test_pages_hold_no_script_or_style_of_their_own(cast: Cast, client: Client, path: str) -> None:
    client.sign_in(cast.administrator)
    answer = client.get(path)
    assert answer.status_code == 200
    assert not re.search(r"\son[a-z]+\s*=|\sstyle\s*=|<style|javascript:", answer.text)
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>(?!\s*</script>)", answer.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_nobody_reads_the_last_persons_pages_with_back(cast: Cast, client: Client) -> None:
    client.sign_in(cast.verifier)
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert client.submit("/sign-out").headers["Clear-Site-Data"] == '"cache"'


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(cast: Cast, client: Client) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


@pytest.fixture
def secure_app(config: Config) -> Flask:
    """The application as people reach it over TLS."""
    return create_app(replace(config, base_url="https://bihuan.example.cn"))


def test_over_tls_cookies_travel_only_there(cast: Cast, secure_app: Flask) -> None:
    answer = secure_app.test_client().get("/sign-in", base_url="https://bihuan.example.cn")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_only_built_files_are_kept_for_ever(cast: Cast, client: Client) -> None:
    built = client.application.extensions["assets"]
    paths = [f"/static/dist/{name}" for name in built.values()]
    for path in [*paths, "/static/mark.svg"]:
        with client.get(path) as answer:
            assert ("immutable" in answer.headers["Cache-Control"]) == (path in paths)


def test_every_route_says_who_may_open_it(client: Client) -> None:
    from engine.permissions import PERMISSIONS
    from web.access import access_of

    for endpoint, view in client.application.view_functions.items():
        access = access_of(view)
        assert access is not None, endpoint
        if access != "public":
            assert set(access) <= set(PERMISSIONS), endpoint


def test_a_route_that_says_nothing_stays_shut(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert app.test_client().get("/forgotten").status_code == 401


@pytest.mark.parametrize("name", ["名录.xlsx", 'a"b\\.pdf', "整改 方案；1.pdf", "plain.csv"])
def test_a_file_keeps_its_name_on_its_way(app: Flask, name: str) -> None:
    with app.test_request_context():
        response = downloads.kept(b"x", "text/plain", name)
    said = response.headers["Content-Disposition"]
    assert said.isascii()
    kind, names = parse_options_header(said)
    assert (kind, names["filename"]) == ("attachment", name)
