"""Photos sent from a browser: taken only harmless, given only to those who may see the case."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine import attachments, reporters
from engine.actors import Actor
from engine.commands import execute
from engine.reporters import identity_of
from tests.cast import Cast
from tests.engine.accounts.cases import make_case
from tests.engine.accounts.photos import ATTACKS, bomb, pdf, photo
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("grounds")

HANDLERS = (
    "verifier",
    "rectifier",
    "acceptor",
    "approver",
    "finance",
    "union",
    "principal",
    "colleague",
    "officer",
    "town",
    "group",
    "office",
)


def send(client: Client, content: bytes, name: str = "p.jpg") -> TestResponse:
    token = {"X-CSRFToken": client.csrf_token()}
    return client.post("/attachments", data={"file": (BytesIO(content), name)}, headers=token)


def guest(app: Flask, organisation_id: UUID) -> Client:
    """Give the browser of somebody who scanned a poster of this enterprise."""
    client = Client(app)
    with client.session_transaction() as kept:
        kept["reports_to"] = organisation_id.hex
    return client


def with_receipt(app: Flask, organisation_id: UUID, case: UUID) -> Client:
    """Give the browser of somebody who entered the receipt code of this case."""
    client = Client(app)
    with client.session_transaction() as kept:
        kept["receipt"] = [organisation_id.hex, case.hex]
    return client


@pytest.fixture
def case(session: Session, cast: Cast) -> UUID:
    """A case of 甲 that its reporter reported in confidence."""
    made = make_case(session, cast)
    identity = identity_of(cast.reporter, mode="confidential")
    execute(session, reporters.keep, cast.enterprise_id, made, identity)
    return made


@pytest.fixture
def cited(app: Flask, session: Session, cast: Cast, case: UUID) -> str:
    """The address of a photo that the case cites."""
    sent = send(guest(app, cast.enterprise_id), photo()).get_json()
    execute(session, attachments.cite, cast.enterprise_id, case, [sent["id"]])
    return str(sent["url"])


def test_a_reporter_sends_a_photo_and_sees_it(cast: Cast, client: Client) -> None:
    client.sign_in(cast.reporter)
    answer = send(client, photo())
    assert answer.status_code == 201
    sent: Any = answer.get_json()
    assert len(sent["sha256"]) == 64
    for path in (sent["url"], sent["url"] + "/small"):
        shown = client.get(path)
        assert shown.content_type == "image/webp"
        assert shown.data.startswith(b"RIFF")
        assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_a_guest_at_a_poster_sends_one_too(app: Flask, cast: Cast) -> None:
    client = guest(app, cast.enterprise_id)
    sent = send(client, photo())
    assert sent.status_code == 201
    assert client.get(sent.get_json()["url"]).status_code == 200


def test_nobody_sends_anything_without_a_place_or_an_account(cast: Cast, client: Client) -> None:
    assert send(client, photo()).status_code == 401


def test_without_a_token_nothing_is_taken(cast: Cast, client: Client) -> None:
    client.sign_in(cast.reporter)
    answer = client.post("/attachments", data={"file": (BytesIO(photo()), "p.jpg")})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_with_a_sentence(cast: Cast, client: Client, name: str) -> None:
    client.sign_in(cast.verifier)
    answer = send(client, ATTACKS[name], "photo.jpg")
    assert answer.status_code == 422
    assert "<script>" not in answer.text


def test_a_picture_that_is_also_something_else_is_written_anew(cast: Cast, client: Client) -> None:
    client.sign_in(cast.verifier)
    sent = send(client, photo() + b"<script>alert(1)</script>" + pdf())
    assert sent.status_code == 201
    shown = client.get(sent.get_json()["url"])
    assert b"script" not in shown.data
    assert b"%PDF" not in shown.data


@pytest.mark.parametrize(
    "name", ["../../web/config.py", "/etc/passwd", "a\0.jpg", "x" * 3000, "a\r\nX: y.jpg", ""]
)
def test_a_name_leads_nowhere(cast: Cast, client: Client, name: str, app: Flask) -> None:
    client.sign_in(cast.verifier)
    answer = send(client, photo(), name)
    assert answer.status_code in (201, 400)
    folder = app.extensions["config"].data_dir
    kept = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
    assert kept <= {
        "files",
        "small",
        "keys",
        "seal.key",
        "seal.pub",
        "vault.key",
        "vault.pub",
        "bihuan.sqlite",
        "bihuan.sqlite-wal",
        "bihuan.sqlite-shm",
    }


def test_a_bomb_is_small_and_refused(cast: Cast, client: Client) -> None:
    assert len(bomb()) < 1024 * 1024
    client.sign_in(cast.reporter)
    assert send(client, bomb(), "p.png").status_code == 422


def test_only_handlers_send_documents_and_they_are_not_opened_in_the_page(
    cast: Cast, client: Client
) -> None:
    client.sign_in(cast.reporter)
    assert send(client, pdf(), "报告.pdf").status_code == 422
    client.sign_in(cast.verifier)
    sent = send(client, pdf(), "整改 方案.pdf")
    assert sent.status_code == 201
    shown = client.get(sent.get_json()["url"])
    assert shown.content_type == "application/pdf"
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert client.get(sent.get_json()["url"] + "/small").status_code == 404


def test_those_who_may_see_the_case_see_its_photos(cast: Cast, client: Client, cited: str) -> None:
    people = cast.everybody()
    for part in HANDLERS:
        client.sign_in(people[part])
        assert client.get(cited).status_code == 200, part
        assert client.get(cited + "/small").status_code == 200, part


def test_nobody_else_does(app: Flask, cast: Cast, cited: str, case: UUID) -> None:
    def seen_by(actor: Actor) -> int:
        client = Client(app)
        client.sign_in(actor)
        return client.get(cited).status_code

    people = cast.everybody()
    for part in ("administrator", "stranger", "sole"):
        assert seen_by(people[part]) == 404, part
    assert Client(app).get(cited).status_code == 404
    assert guest(app, cast.enterprise_id).get(cited).status_code == 404
    foreign = with_receipt(app, cast.enterprise_id, UUID(int=5))
    assert foreign.get(cited).status_code == 404


def test_the_reporter_sees_them_by_account_and_by_code(
    app: Flask, cast: Cast, client: Client, cited: str, case: UUID
) -> None:
    client.sign_in(cast.reporter)
    assert client.get(cited).status_code == 200
    assert with_receipt(app, cast.enterprise_id, case).get(cited).status_code == 200


def test_a_photo_not_changed_is_not_sent_twice(cast: Cast, client: Client) -> None:
    client.sign_in(cast.reporter)
    path = send(client, photo()).get_json()["url"]
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_an_enterprise_that_wants_accounts_takes_no_guests_photos(
    app: Flask, cast: Cast, session: Session
) -> None:
    from engine import organisations

    execute(
        session,
        organisations.update_settings,
        cast.enterprise_id,
        {"anonymous_reports": False},
        actor=cast.administrator,
    )
    assert send(guest(app, cast.enterprise_id), photo()).status_code == 403
