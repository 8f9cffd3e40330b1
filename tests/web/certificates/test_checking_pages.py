"""Anybody may check a certificate; nobody learns from it what the certificate says."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import certificates, commands, jobs
from engine.certificates import statements
from engine.filestore import FileStore
from engine.store import Certificate
from tests import papers
from tests.cast import Cast
from tests.web.visits import Client
from web import db
from web.config import Config

SECRETS = ("张禤骉", "配电柜", "YH-CN001", "200.50", "20050", "第十二条")


@pytest.fixture
def row(session: Session, cast: Cast, config: Config, app: Flask) -> Certificate:
    """A named reward certificate whose PDF was made."""
    session.info["files"] = FileStore(config.data_dir)
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
    with app.app_context():
        assert jobs.run_due(db.session()) == 1
    session.rollback()
    session.refresh(row)
    return row


def _file(session: Session, row: Certificate) -> bytes:
    assert row.pdf_digest is not None
    content: bytes = session.info["files"].get(row.pdf_digest)
    return content


def _upload(client: Client, path: str, content: bytes) -> str:
    answer = client.submit(path, {"file": (BytesIO(content), "a.pdf")})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_page_says_what_it_is_and_nothing_of_what_it_says(
    row: Certificate, client: Client
) -> None:
    page = client.get(f"/verify/{row.code}").text
    assert row.pdf_digest is not None
    for words in (
        "奖励证书",
        row.number,
        "甲机械有限公司",
        row.statement_digest.hex(),
        row.pdf_digest.hex(),
        "有效，内容完好",
    ):
        assert words in page
    assert [secret for secret in SECRETS if secret in page] == []


def test_an_unknown_code_is_said_to_be_unknown(row: Certificate, client: Client) -> None:
    answer = client.get("/verify/AAAAAAAAAAAAAAAA")
    assert answer.status_code == 404
    assert "没有这个核验码" in answer.text


def test_a_revoked_one_is_said_to_be_void_without_the_reason(
    session: Session, cast: Cast, row: Certificate, client: Client
) -> None:
    commands.execute(
        session, certificates.revoke, row.number, reason="张三顶替", actor=cast.principal
    )
    page = client.get(f"/verify/{row.code}").text
    assert "已作废" in page
    assert "有效，内容完好" not in page
    assert "张三" not in page


def test_a_statement_altered_in_the_database_is_told(
    session: Session, row: Certificate, client: Client
) -> None:
    altered = row.statement.replace("20050", "90050")
    changes = {"statement": altered}
    session.execute(update(Certificate).values(changes))
    session.commit()
    page = client.get(f"/verify/{row.code}").text
    assert "不能采信" in page
    assert "存证内容与签发时的摘要不一致" in page
    session.execute(update(Certificate).values(statement_digest=statements.digest(altered)))
    session.commit()
    page = client.get(f"/verify/{row.code}").text
    assert "不能采信" in page
    assert "记录的摘要不同" in page


def test_a_file_altered_or_lost_in_the_store_is_told(
    session: Session, row: Certificate, client: Client
) -> None:
    path = session.info["files"].path(row.pdf_digest)
    path.write_bytes(_file(session, row) + b" ")
    assert "PDF 文件缺失或被改动" in client.get(f"/verify/{row.code}").text
    path.unlink()
    assert "PDF 文件缺失或被改动" in client.get(f"/verify/{row.code}").text


def test_a_file_in_hand_is_compared(session: Session, row: Certificate, client: Client) -> None:
    original = _file(session, row)
    path = f"/verify/{row.code}"
    assert "与系统签发的一致" in _upload(client, path, original)
    assert "与系统签发的不一致" in _upload(client, path, original + b"\n")
    assert "与系统签发的不一致" in _upload(client, path, b"%PDF-1.7 forged")


def test_the_copies_we_hand_out_are_known_as_ours(
    session: Session, cast: Cast, row: Certificate, client: Client
) -> None:
    client.sign_in(cast.principal)
    path = f"/verify/{row.code}"
    copy = client.get(f"/certificates/{row.number}.pdf?copy=1").data
    assert "与系统签发的一致" in _upload(client, path, copy)
    client.submit(f"/certificates/{row.number}/revoke", {"reason": "错"})
    marked = client.get(f"/certificates/{row.number}.pdf").data
    for content in (marked, copy):
        page = _upload(client, path, content)
        assert "与系统签发的一致" in page
        assert "已作废" in page


def test_a_file_leads_to_its_certificate_by_itself(
    session: Session, row: Certificate, client: Client
) -> None:
    page = _upload(client, "/verify", _file(session, row))
    assert row.number in page
    assert "与系统签发的一致" in page
    forged = _file(session, row).replace(row.code.encode(), b"A" * 16)
    answer = client.submit("/verify", {"file": (BytesIO(forged), "a.pdf")})
    assert answer.status_code == 422
    assert "没有找到这份证书" in answer.text


def test_it_is_found_by_code_or_by_number_and_digest(row: Certificate, client: Client) -> None:
    where = f"/verify/{row.code}"
    assert client.submit("/verify", {"code": f" {row.code.lower()} "}).location == where
    digest = row.statement_digest.hex()[:12]
    by_number = {"number": row.number, "digest": digest}
    assert client.submit("/verify", by_number).location == where
    for wrong in ({}, {"number": row.number}, {"number": row.number, "digest": "0" * 12}):
        assert client.submit("/verify", wrong).status_code == 422


def test_guessing_is_slowed_down(row: Certificate, client: Client) -> None:
    answers = [client.submit("/verify", {"code": "A" * 16}).status_code for _ in range(25)]
    assert answers[0] == 422
    assert answers[-1] == 429
