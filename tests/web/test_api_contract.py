"""What every call has in common: it is documented, creates once, pages alike, refuses alike."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine.commands import execute
from engine.store import Event
from engine.tokens import create_token
from tests.cast import Cast
from tests.engine.accounts.photos import photo
from tests.engine.stories import begin, deploy, do
from tests.flows import ASK, LINE, LOOP
from tests.web.test_api import API
from tests.web.test_api import Client as Program
from web.api.contract import operation_of

#: What an outside program is promised; a path parameter is written as the document writes it.
PROMISED = {
    "/definitions": {"get", "post"},
    "/definitions/lint": {"post"},
    "/definitions/{key}": {"get"},
    "/definitions/{key}/{version}.bpmn": {"get"},
    "/definitions/{key}/start-form": {"get"},
    "/instances": {"get", "post"},
    "/instances/{instance_id}": {"get"},
    "/instances/{instance_id}/history": {"get"},
    "/instances/{instance_id}/diagram": {"get"},
    "/tasks": {"get"},
    "/tasks/{task_id}": {"get"},
    "/tasks/{task_id}/claim": {"post"},
    "/tasks/{task_id}/release": {"post"},
    "/tasks/{task_id}/complete": {"post"},
    "/hazards": {"get"},
    "/hazards/{number}": {"get"},
    "/certificates/{number}.pdf": {"get"},
    "/verify/{code}": {"get"},
    "/statistics/monthly": {"get"},
    "/audit/verify": {"get"},
    "/audit-grounds": {"get", "post"},
    "/attachments": {"post"},
    "/returns": {"get"},
    "/returns/received": {"get"},
    "/returns/{month}": {"get"},
    "/returns/{month}/lines": {"get"},
    "/returns/{month}/cases": {"get"},
    **{f"/returns/{{month}}/{step}": {"post"} for step in ("sign", "lock", "submit", "entered")},
    "/returns/{month}/export/{key}.{kind}": {"get"},
    "/returns/corrections": {"get", "post"},
    "/returns/corrections/accept": {"post"},
    "/returns/corrections/compare": {"post"},
    "/majors": {"get"},
    "/majors/overview": {"get"},
    "/majors/{instance_id}": {"get"},
    "/majors/{instance_id}/reports": {"post"},
    "/majors/{instance_id}/supervisions": {"post"},
    "/majors/{instance_id}/supervisions/{supervision_id}/strike-off": {"post"},
    "/organisations": {"get"},
    "/organisations/{organisation_id}": {"get"},
    "/organisations/{organisation_id}/changes": {"get"},
    "/organisations/imports": {"post"},
    "/coverage/targets": {"get"},
    "/coverage/board": {"get"},
    "/coverage/records/{organisation_id}": {"get"},
    "/board": {"get"},
    "/guidance-visits": {"get"},
    "/guidance-visits/{visit_id}": {"get"},
    "/follow-ups/{follow_up_id}/answer": {"post"},
    "/rulebooks": {"get"},
    "/rulebooks/{version_id}": {"get"},
    "/rulebooks/{version_id}/rules.{kind}": {"get"},
    "/rulebooks/{version_id}/comments": {"post"},
    "/training-sessions": {"get"},
    "/training-sessions/{session_id}": {"get"},
    "/training-coverage": {"get"},
    **{f"/analysis{part}": {"get"} for part in ("", "/ways", "/steps", "/conformance", "/cases")},
    "/analysis/events.{kind}": {"get"},
    "/moves": {"get", "post"},
    "/moves/{migration_id}": {"get"},
    "/coverage/evidence": {"post"},
    "/coverage/zero-statements": {"get", "post"},
    **{f"/organisations/{{organisation_id}}/{step}": {"post"} for step in ("correct", "move")},
    **{f"/{room}": {"get", "post"} for room in ("practices", "campaigns", "checks", "honours")},
    **{
        f"/{room}": {"get", "post"}
        for room in ("training-sessions", "guidance-visits", "documents")
    },
    "/scoring/schemes/{scheme_id}/sheets/{scored_id}/sign": {"post"},
    **{f"/instances/{{instance_id}}/{step}": {"post"} for step in ("suspend", "resume", "cancel")},
}


@pytest.fixture
def paths(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{API}/openapi.json").get_json()["paths"]
    return found


def test_everything_promised_is_in_the_document(paths: dict[str, Any]) -> None:
    assert {path: methods - set(paths[path]) for path, methods in PROMISED.items()} == {
        path: set() for path in PROMISED
    }


def test_every_route_of_the_api_is_in_the_document(app: Flask, paths: dict[str, Any]) -> None:
    routes = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(API)]
    assert [r.rule for r in routes if operation_of(app.view_functions[r.endpoint]) is None] == []
    methods = [(r.rule, m) for r in routes for m in (r.methods or set()) - {"HEAD", "OPTIONS"}]
    assert len(methods) == sum(len(operations) for operations in paths.values())


def test_every_call_that_creates_takes_an_idempotency_key(paths: dict[str, Any]) -> None:
    def takes_key(operation: dict[str, Any]) -> bool:
        return any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", []))

    posts = {path for path, operations in paths.items() if "post" in operations}
    without = {path for path in posts if not takes_key(paths[path]["post"])}
    # Looking for faults creates nothing; taking and giving back a task is the same when repeated.
    assert without == {"/definitions/lint", "/tasks/{task_id}/claim", "/tasks/{task_id}/release"}


class Sender:
    """Somebody's program that sends files."""

    def __init__(self, client: FlaskClient, session: Session, actor: Any) -> None:
        self.client = client
        self.key = execute(session, create_token, name="test", actor=actor)

    def send(self, path: str, idempotency: str | None, **parts: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}"}
        headers |= {"Idempotency-Key": idempotency} if idempotency else {}
        return self.client.post(API + path, data=parts, headers=headers)


def diagram(content: bytes) -> dict[str, Any]:
    return {"bpmn": (BytesIO(content), "line.bpmn"), "forms": (BytesIO(ASK), "ask.json")}


def test_a_definition_is_deployed_once(client: FlaskClient, session: Session, cast: Cast) -> None:
    administrator = Sender(client, session, cast.administrator)
    first = administrator.send("/definitions", "a", **diagram(LINE), reason="新流程")
    assert first.status_code == 201, first.text
    assert (first.get_json()["key"], first.get_json()["version"]) == ("line", 1)
    again = administrator.send("/definitions", "a", **diagram(LINE), reason="新流程")
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    other = administrator.send("/definitions", "a", **diagram(LOOP))
    assert other.status_code == 409
    same = administrator.send("/definitions", None, **diagram(LINE))
    assert same.status_code == 200
    assert same.get_json() == {"key": "line", "version": 1, "deployed": []}


def test_a_file_is_kept_once(client: FlaskClient, session: Session, cast: Cast) -> None:
    reporter = Sender(client, session, cast.reporter)

    def send(key: str | None, content: bytes) -> TestResponse:
        return reporter.send("/attachments", key, file=(BytesIO(content), "p.jpg"))

    first, again = send("a", photo()), send("a", photo())
    assert first.status_code == again.status_code == 201
    assert first.get_json() == again.get_json()
    assert send(None, photo()).get_json()["id"] != first.get_json()["id"]
    assert send("x" * 201, photo()).status_code == 422


@pytest.mark.parametrize("path", ["/instances", "/tasks"])
def test_the_last_page_says_that_it_is_the_last(
    client: FlaskClient, session: Session, cast: Cast, path: str
) -> None:
    deploy(session, cast)
    for _ in range(4):
        begin(session, cast.reporter, "line")
    verifier, seen, query = Program(client, session, cast.verifier), [], "?limit=2"
    while query:
        page = verifier.get(path + query).get_json()
        seen.append([one["id"] for one in page["items"]])
        query = f"?limit=2&cursor={page['next']}" if page["next"] else ""
    assert [len(ids) for ids in seen] == [2, 2], "no empty page at the end"
    assert len({one for ids in seen for one in ids}) == 4


def test_a_history_is_read_page_by_page(client: FlaskClient, session: Session, cast: Cast) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    do(session, cast.verifier, instance, "first", note="属实")
    verifier = Program(client, session, cast.verifier)
    path = f"/instances/{instance}/history"
    whole = verifier.get(path).get_json()
    parts, query = [], "?limit=1"
    while query:
        page = verifier.get(path + query).get_json()
        parts += page["items"]
        query = f"?limit=1&cursor={page['next']}" if page["next"] else ""
    assert parts == whole["items"]
    assert len(parts) > 1


def test_claiming_says_where_the_case_waits(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    verifier = Program(client, session, cast.verifier)
    (task,) = verifier.get("/tasks").get_json()["items"]
    for action, assignee in (("claim", str(cast.verifier.user_id)), ("release", None)):
        done = verifier.post(f"/tasks/{task['id']}/{action}").get_json()
        assert (done["instance_id"], done["state"]) == (str(instance), "active")
        assert [one["assignee_id"] for one in done["open_tasks"]] == [assignee]


def test_refusals_are_problems(client: FlaskClient, session: Session, cast: Cast) -> None:
    verifier = Program(client, session, cast.verifier)
    for answer, status in (
        (verifier.get("/nowhere"), 404),
        (verifier.post("/hazards"), 405),
        (verifier.get("/definitions/line"), 404),
        (verifier.post("/definitions/lint"), 403),
        (verifier.post("/instances", {"definition_key": "x", "answers": {}}), 404),
        (client.get(f"{API}/tasks", headers={"Authorization": "Bearer x"}), 401),
    ):
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
        assert {"type", "title", "status", "detail"} <= set(answer.get_json())


def test_an_audit_covers_what_one_oversees(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    officer = Program(client, session, cast.officer)
    whole = {"intact": True, "breaks": [], "broken_seals": []}
    assert officer.get("/audit/verify").get_json() == whole
    _spoil(session, instance)
    broken = {
        "organisation_id": str(cast.enterprise_id),
        "instance_id": str(instance),
        "sequence": 1,
        "fault": "altered",
    }
    told = officer.get("/audit/verify").get_json()
    assert told == {**whole, "intact": False, "breaks": [broken]}
    assert Program(client, session, cast.stranger).get("/audit/verify").get_json()["intact"]
    only = f"/audit/verify?organisation_id={cast.one_person_firm_id}"
    assert officer.get(only).get_json()["intact"]
    strange = f"/audit/verify?organisation_id={cast.strange_enterprise_id}"
    assert officer.get(strange).status_code == 404
    assert officer.get("/audit/verify?organisation_id=x").status_code == 422


def _spoil(session: Session, instance: Any) -> None:
    where = (Event.instance_id == instance, Event.sequence == 1)
    session.execute(update(Event).where(*where).values(role="x"))
    session.commit()
