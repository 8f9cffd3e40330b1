"""Programs send photos and fetch those of cases they may see."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import attachments
from engine.actors import Actor
from engine.commands import execute
from engine.tokens import create_token
from tests.cast import Cast
from tests.engine.accounts.cases import make_case
from tests.engine.accounts.photos import ATTACKS, pdf, photo

API = "/api/v1"


class Program:
    """Somebody's program with a key."""

    def __init__(self, client: FlaskClient, session: Session, actor: Actor) -> None:
        self.client = client
        key = execute(session, create_token, name="test", actor=actor)
        self.headers = {"Authorization": f"Bearer {key}"}

    def send(self, content: bytes) -> Any:
        data = {"file": (BytesIO(content), "p.jpg")}
        return self.client.post(f"{API}/attachments", data=data, headers=self.headers)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)


def test_a_photo_is_sent_cited_and_seen_by_those_who_see_the_case(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    reporter = Program(client, session, cast.reporter)
    sent = reporter.send(photo())
    assert sent.status_code == 201
    assert set(sent.get_json()) == {"id", "sha256", "url"}
    path = sent.get_json()["url"]
    assert path.startswith(API)
    assert reporter.get(path).data.startswith(b"RIFF")
    case = make_case(session, cast)
    cited = [sent.get_json()["id"]]
    execute(session, attachments.cite, cast.enterprise_id, case, cited)
    assert Program(client, session, cast.verifier).get(path).status_code == 200
    for actor in (cast.administrator, cast.stranger, cast.sole):
        assert Program(client, session, actor).get(path).status_code == 404
    assert client.get(path).status_code == 401
    assert reporter.get(f"{API}/attachments/{UUID(int=1)}").status_code == 404


def test_what_is_no_photo_is_refused(client: FlaskClient, session: Session, cast: Cast) -> None:
    reporter = Program(client, session, cast.reporter)
    for content in [*ATTACKS.values(), pdf(), b""]:
        assert reporter.send(content).status_code == 422
    assert Program(client, session, cast.verifier).send(pdf()).status_code == 201
    bare = client.post(f"{API}/attachments", headers=reporter.headers)
    assert bare.status_code == 400
    assert client.post(f"{API}/attachments").status_code == 401
