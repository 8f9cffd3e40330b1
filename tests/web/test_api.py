"""The API: a valid document, a report started and worked on, and no way in without a key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands import execute
from engine.tokens import create_token
from tests.cast import Cast
from tests.engine.stories import deploy

API = "/api/v1"


class Client:
    """Somebody's program with a key."""

    def __init__(self, client: FlaskClient, session: Session, actor: Actor) -> None:
        self._client = client
        key = execute(session, create_token, name="test", actor=actor)
        self._headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> Any:
        """Ask."""
        return self._client.get(API + path, headers=self._headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON."""
        return self._client.post(API + path, json=body, headers={**self._headers, **headers})

    def send(self, path: str, content: bytes, kind: str) -> Any:
        """Send whatever it is as what it is said to be."""
        headers = {**self._headers, "Content-Type": kind}
        return self._client.post(API + path, data=content, headers=headers)


def test_the_document_is_valid_openapi(client: FlaskClient) -> None:
    document = client.get(f"{API}/openapi.json").get_json()
    validate(document)
    assert "/instances" in document["paths"]


@pytest.mark.parametrize("path", ["/tasks", "/instances", "/definitions", "/audit/verify"])
def test_nobody_gets_in_without_a_key(client: FlaskClient, path: str) -> None:
    answer = client.get(API + path)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_report_is_started_and_worked_on(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    reporter = Client(client, session, cast.reporter)
    verifier = Client(client, session, cast.verifier)
    begun = {"definition_key": "line", "answers": {"note": "漏电"}}
    first = reporter.post("/instances", begun, **{"Idempotency-Key": "k1"})
    again = reporter.post("/instances", begun, **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.get_json() == again.get_json()
    started = first.get_json()
    assert len(started["receipt_code"]) == 16
    (task,) = verifier.get("/tasks?scope=group").get_json()["items"]
    shown = verifier.get(f"/tasks/{task['id']}").get_json()
    assert [one["key"] for one in shown["form"]["components"]] == ["note", "again"]
    assert verifier.post(f"/tasks/{task['id']}/claim").status_code == 200
    done = verifier.post(f"/tasks/{task['id']}/complete", {"answers": {"note": "属实"}})
    assert [one["key"] for one in done.get_json()["open_tasks"]] == ["second"]
    twice = verifier.post(f"/tasks/{task['id']}/complete", {"answers": {}})
    assert twice.status_code == 409
    assert twice.get_json()["by"] == "何核"
    history = verifier.get(f"/instances/{started['instance_id']}/history").get_json()["items"]
    assert history[0]["previous_hash"] == ""
    assert [one["previous_hash"] for one in history[1:]] == [one["hash"] for one in history[:-1]]
    diagram = verifier.get(f"/instances/{started['instance_id']}/diagram").get_json()
    assert diagram["elements"]["first"] == {"passed": 1, "open": False}
    assert diagram["elements"]["second"]["open"]


def test_wrong_requests_are_refused_in_words(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    reporter = Client(client, session, cast.reporter)
    assert reporter.post("/instances", {"definition_key": "line"}).status_code == 422
    assert reporter.post("/instances", ["not", "an", "object"]).status_code == 422
    assert reporter.get("/tasks?limit=0").status_code == 422
    assert reporter.get("/tasks?cursor=%21").status_code == 422
    assert reporter.get(f"/tasks/{UUID(int=0)}").status_code == 404
    assert reporter.get("/instances").status_code == 403


def test_a_stranger_sees_nothing(client: FlaskClient, session: Session, cast: Cast) -> None:
    deploy(session, cast)
    begun = {"definition_key": "line", "answers": {}}
    started = Client(client, session, cast.reporter).post("/instances", begun).get_json()
    stranger = Client(client, session, cast.stranger)
    assert stranger.get("/tasks").get_json() == {"items": [], "next": None}
    assert stranger.get(f"/instances/{started['instance_id']}").status_code == 404
    assert stranger.get(f"/instances/{started['instance_id']}/history").status_code == 404
