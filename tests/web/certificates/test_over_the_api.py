"""Programs fetch a certificate with a key, and check one without."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import jobs
from engine.filestore import FileStore
from tests import papers, readers
from tests.cast import Cast
from tests.web.test_api import API
from tests.web.test_api import Client as Program
from web import db
from web.config import Config


def test_a_program_fetches_and_checks(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
    finance = Program(client, session, cast.finance)
    path = f"/certificates/{row.number}.pdf"
    assert finance.get(path).status_code == 409
    with app.app_context():
        jobs.run_due(db.session())
    assert "200.50" in readers.text(finance.get(path).data)
    assert "200.50" not in readers.text(finance.get(f"{path}?copy=1").data)
    for part in (cast.verifier, cast.reporter, cast.stranger):
        assert Program(client, session, part).get(path).status_code == 404
    assert client.get(API + path).status_code == 401


def test_the_check_is_open_and_says_nothing(
    client: FlaskClient, session: Session, cast: Cast, config: Config
) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
    answer = client.get(f"{API}/verify/{row.code}")
    found = answer.get_json()
    assert found == {
        "number": row.number,
        "kind": "reward",
        "issued_on": found["issued_on"],
        "issuer": "甲机械有限公司",
        "state": "pending",
        "statement_digest": row.statement_digest.hex(),
        "pdf_digest": None,
        "intact": True,
        "checks": {"statement": True, "pdf": None, "history": True},
    }
    assert client.get(f"{API}/verify/AAAAAAAAAAAAAAAA").status_code == 404
