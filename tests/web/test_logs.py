"""Logs tell what happened, and never to whom it may be traced (B7)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from engine import reporters
from engine.commands import execute
from engine.reporters import identity_of
from tests.cast import PASSWORD, Cast
from tests.engine.accounts.cases import make_case
from tests.engine.accounts.photos import photo
from tests.web.visits import Client
from web.access import public
from web.logs import LOGGER, JsonLines


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log file of an installation would hold."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    LOGGER.addHandler(handler)
    yield stream
    LOGGER.removeHandler(handler)


def test_a_request_is_one_line_of_json(client: Client, written: io.StringIO) -> None:
    client.get("/sign-in?next=/account")
    line = json.loads(written.getvalue())
    assert line["message"] == "request"
    assert (line["method"], line["endpoint"], line["status"]) == ("GET", "auth.sign_in", 200)
    assert line["ms"] > 0


def test_no_line_holds_an_address_a_name_a_password_or_a_code(
    cast: Cast, client: Client, written: io.StringIO, session: Session
) -> None:
    case = make_case(session, cast)
    identity = identity_of(cast.reporter, mode="named", name="欧阳䶮鑫", contact="13812345678")
    code = execute(session, reporters.keep, cast.enterprise_id, case, identity)
    address = {"environ_base": {"REMOTE_ADDR": "10.9.8.7"}}
    fields = {"login": "reporter", "password": PASSWORD}
    client.submit("/sign-in", fields, **address)
    client.submit("/sign-in", {**fields, "password": "wrong-password"}, **address)
    token = {"X-CSRFToken": client.csrf_token()}
    upload = {"file": (io.BytesIO(photo()), "包晓.jpg")}
    client.post("/attachments", data=upload, headers=token, **address)
    client.get(f"/status?code={code}", **address)
    client.get(f"/nowhere/{code}", **address)
    text = written.getvalue()
    assert text.count("\n") >= 5
    traces = [
        "10.9.8.7",
        "欧阳",
        "138123",
        code,
        "包晓",
        PASSWORD,
        "wrong-password",
        'reporter"',
        str(cast.reporter.user_id),
    ]
    assert [trace for trace in traces if trace in text] == []


def test_a_failing_statement_does_not_tell_its_values(
    cast: Cast, client: Client, written: io.StringIO
) -> None:
    from sqlalchemy import text

    from web import db

    values = {"name": "欧阳䶮鑫"}

    @public
    def broken() -> str:
        db.session().execute(text("select * from nowhere where name = :name"), values)
        return ""

    client.application.add_url_rule("/broken", "broken", broken)
    # SQLite says of a missing table what it says of a file that is away.
    assert client.get("/broken").status_code in (500, 503)
    assert "nowhere" in written.getvalue()
    assert "欧阳" not in written.getvalue()


def test_a_failure_carries_its_traceback_and_number(client: Client, written: io.StringIO) -> None:
    @public
    def broken() -> str:
        raise ZeroDivisionError

    client.application.add_url_rule("/broken", "broken", broken)
    page = client.get("/broken").text
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    failure = next(line for line in lines if line["level"] == "error")
    assert failure["incident"] in page
    assert "ZeroDivisionError" in failure["traceback"]
