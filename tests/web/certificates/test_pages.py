"""The certificate's page, its file, and who may open them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import certificates, commands, jobs, reporters
from engine.actors import Actor
from engine.cases import Case
from engine.filestore import FileStore
from engine.store import Certificate, Job
from tests import papers, readers
from tests.cast import Cast
from tests.web.visits import Client
from web import db
from web.config import Config

pytestmark = pytest.mark.usefixtures("grounds")

NUMBER = "XH-CN001-2026-00019"
REWARD = "JL-CN001-2026-00012"


@pytest.fixture
def case(session: Session, cast: Cast, config: Config) -> Case:
    """A case of the enterprise."""
    session.info["files"] = FileStore(config.data_dir)
    return papers.case(session, cast.enterprise_id)


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Run the jobs that are due, as the runner would."""

    def run() -> int:
        with app.app_context():
            return jobs.run_due(db.session())

    return run


def _fresh(session: Session, row: Certificate) -> Certificate:
    session.rollback()
    session.refresh(row)
    return row


def test_the_page_shows_progress_until_the_job_is_done(
    session: Session, cast: Cast, case: Case, client: Client, run_jobs: Callable[[], int]
) -> None:
    row = papers.issue(session, case, "closure")
    client.sign_in(cast.acceptor)
    page = client.get(f"/certificates/{NUMBER}").text
    assert "正在生成 PDF" in page
    assert 'hx-trigger="every 1s"' in page
    assert 'http-equiv="refresh"' in page
    assert client.get(f"/certificates/{NUMBER}.pdf").status_code == 404
    assert run_jobs() == 1
    page = client.get(f"/certificates/{NUMBER}").text
    assert "打开 PDF" in page
    assert "hx-trigger" not in page
    answer = client.get(f"/certificates/{NUMBER}.pdf")
    assert answer.content_type == "application/pdf"
    assert hashlib.sha256(answer.data).digest() == _fresh(session, row).pdf_digest
    assert "事故隐患闭环销号证明" in readers.text(answer.data)


def test_a_job_that_failed_for_good_is_told(
    session: Session, cast: Cast, case: Case, client: Client
) -> None:
    row = papers.issue(session, case, "closure")
    session.get_one(Job, (row.organisation_id, row.id)).state = "failed"
    session.commit()
    client.sign_in(cast.acceptor)
    page = client.get(f"/certificates/{NUMBER}").text
    assert "PDF 没有生成" in page
    assert "hx-trigger" not in page


def test_a_lost_file_is_made_again_and_is_the_same(
    session: Session, cast: Cast, case: Case, client: Client, run_jobs: Callable[[], int]
) -> None:
    row = papers.issue(session, case, "closure")
    run_jobs()
    digest = _fresh(session, row).pdf_digest
    assert digest is not None
    path = session.info["files"].path(digest)
    path.unlink()
    client.sign_in(cast.acceptor)
    answer = client.get(f"/certificates/{NUMBER}.pdf")
    assert hashlib.sha256(answer.data).digest() == digest
    assert path.read_bytes() == answer.data


def test_an_altered_file_is_not_handed_out(
    session: Session, cast: Cast, case: Case, client: Client, run_jobs: Callable[[], int]
) -> None:
    row = papers.issue(session, case, "closure")
    run_jobs()
    path = session.info["files"].path(_fresh(session, row).pdf_digest)
    path.write_bytes(path.read_bytes() + b" ")
    client.sign_in(cast.acceptor)
    assert client.get(f"/certificates/{NUMBER}.pdf").status_code == 500


def test_the_sum_is_hidden_on_the_copy_for_the_wall(
    session: Session, cast: Cast, case: Case, client: Client, run_jobs: Callable[[], int]
) -> None:
    papers.issue(session, case, "reward")
    run_jobs()
    client.sign_in(cast.finance)
    assert "200.50" in readers.text(client.get(f"/certificates/{REWARD}.pdf").data)
    copy = client.get(f"/certificates/{REWARD}.pdf?copy=1")
    assert "200.50" not in readers.text(copy.data)


def test_a_revoked_certificate_is_handed_out_with_its_mark(
    session: Session, cast: Cast, case: Case, client: Client, run_jobs: Callable[[], int]
) -> None:
    papers.issue(session, case, "closure")
    run_jobs()
    client.sign_in(cast.principal)
    assert client.submit(f"/certificates/{NUMBER}/revoke", {"reason": " "}).status_code == 422
    answer = client.submit(f"/certificates/{NUMBER}/revoke", {"reason": "验收照片有误"})
    assert answer.status_code == 302
    page = client.get(f"/certificates/{NUMBER}").text
    assert "验收照片有误" in page
    assert "作废这份证书" not in page
    text = readers.text(client.get(f"/certificates/{NUMBER}.pdf").data)
    assert "不再有效" in text
    assert "验收照片有误" not in text


@pytest.mark.parametrize(
    ("part", "kind", "status"),
    [
        ("verifier", "closure", 200),
        ("rectifier", "closure", 200),
        ("officer", "closure", 200),
        ("office", "closure", 200),
        ("town", "closure", 200),
        ("group", "closure", 200),
        ("administrator", "closure", 404),
        ("reporter", "closure", 404),
        ("stranger", "closure", 404),
        ("sole", "closure", 404),
        ("finance", "reward", 200),
        ("principal", "reward", 200),
        ("officer", "reward", 200),
        ("verifier", "reward", 404),
        ("rectifier", "reward", 404),
        ("acceptor", "reward", 404),
        ("reporter", "reward", 404),
        ("stranger", "reward", 404),
        ("rectifier", "claim", 404),
        ("finance", "claim", 200),
        ("verifier", "receipt", 200),
    ],
)
def test_who_may_open_which(
    session: Session, cast: Cast, case: Case, client: Client, part: str, kind: str, status: int
) -> None:
    row = papers.issue(session, case, kind)
    client.sign_in(cast.everybody()[part])
    assert client.get(f"/certificates/{row.number}").status_code == status
    if status != 200:
        assert client.get(f"/certificates/{row.number}.pdf").status_code == status


def _as_reporter(client: Client, case: Case) -> None:
    with client.session_transaction() as kept:
        kept["receipt"] = [case.organisation_id.hex, case.id.hex]


def test_the_reporter_opens_their_own_with_the_receipt_code(
    session: Session, cast: Cast, case: Case, client: Client
) -> None:
    other = papers.case(session, cast.enterprise_id, "BG-CN001-2")
    for kind in ("receipt", "reward"):
        own = papers.issue(session, case, kind)
        _as_reporter(client, case)
        assert client.get(f"/certificates/{own.number}").status_code == 200
        _as_reporter(client, other)
        assert client.get(f"/certificates/{own.number}").status_code == 404


def test_the_reporter_opens_their_own_with_their_account(
    session: Session, cast: Cast, case: Case, client: Client
) -> None:
    identity = reporters.identity_of(cast.reporter, mode="confidential")
    commands.execute(session, reporters.keep, case.organisation_id, case.id, identity)
    row = papers.issue(session, case, "reward")
    client.sign_in(cast.reporter)
    assert client.get(f"/certificates/{row.number}").status_code == 200


def test_nobody_in_particular_is_asked_to_sign_in(
    session: Session, cast: Cast, case: Case, client: Client
) -> None:
    papers.issue(session, case, "closure")
    assert client.get(f"/certificates/{NUMBER}").status_code in (302, 401)
    assert client.get(f"/certificates/{NUMBER}.pdf").status_code in (302, 401)


@pytest.mark.parametrize("part", ["rectifier", "acceptor", "finance", "stranger", "officer"])
def test_only_the_principal_revokes(
    session: Session, cast: Cast, case: Case, client: Client, part: str
) -> None:
    row = papers.issue(session, case, "closure")
    actor: Actor = cast.everybody()[part]
    client.sign_in(actor)
    answer = client.submit(f"/certificates/{NUMBER}/revoke", {"reason": "我想"})
    assert answer.status_code in (403, 404)
    assert _fresh(session, row).state == "pending"
    found = certificates.check(session, row, None)
    assert found.intact
