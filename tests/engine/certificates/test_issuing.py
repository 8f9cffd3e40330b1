"""A certificate is issued once, is frozen, and can be revoked but not unmade."""

from __future__ import annotations

import hashlib

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import certificates, commands, history
from engine.certificates import statements
from engine.errors import Conflict, IntegrityError, InvalidAnswers, NotAllowed, NotFound
from engine.store import Certificate, Job
from tests import papers
from tests.cast import Cast


def _events(session: Session, row: Certificate) -> list[tuple[str, str]]:
    found = history.read(session, row.organisation_id, row.instance_id)
    return [(event.tag, orjson.loads(event.data)["number"]) for event in found]


def test_the_statement_is_frozen_under_its_number(session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
    statement = certificates.read_intact(row)
    assert row.number == statement["number"] == "JL-CN001-2026-00012"
    assert statement["issuer"] == "甲机械有限公司"
    assert row.statement == orjson.dumps(statement, option=orjson.OPT_SORT_KEYS).decode()
    assert row.statement_digest == hashlib.sha256(row.statement.encode()).digest()


def test_the_address_to_check_it_is_in_the_statement(session: Session, cast: Cast) -> None:
    session.info["base_url"] = "https://bihuan.example.cn"
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    url = certificates.read_intact(row)["verify_url"]
    assert url == f"https://bihuan.example.cn/verify/{row.code}"


def test_the_history_says_the_digest_and_a_job_is_left(session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    event = history.read(session, row.organisation_id, row.instance_id)[-1]
    assert (event.tag, event.role) == ("certificate:issued", "system")
    assert orjson.loads(event.data)["statement"] == row.statement_digest.hex()
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.id, job.instance_id) == ("render_certificate", row.id, row.instance_id)


def test_receipt_and_claim_have_numbers_of_their_own(session: Session, cast: Cast) -> None:
    case = papers.case(session, cast.enterprise_id)
    assert papers.issue(session, case, "receipt").number == "SL-CN001-20261108-0003"
    assert papers.issue(session, case, "claim").number == "LQ-CN001-2026-00012"


def test_what_is_issued_twice_is_one(session: Session, cast: Cast) -> None:
    case = papers.case(session, cast.enterprise_id)
    first = papers.issue(session, case, "reward")
    second = papers.issue(session, case, "reward", amount_fen=1)
    assert second.id == first.id
    assert len(session.scalars(select(Certificate)).all()) == 1


def test_after_a_revocation_the_next_has_another_number(session: Session, cast: Cast) -> None:
    case = papers.case(session, cast.enterprise_id)
    for expected in ("XH-CN001-2026-00019", "XH-CN001-2026-00019-2", "XH-CN001-2026-00019-3"):
        row = papers.issue(session, case, "closure")
        assert row.number == expected
        commands.execute(
            session, certificates.revoke, expected, reason="重新验收", actor=cast.principal
        )
        assert _events(session, row)[-2:] == [
            ("certificate:issued", expected),
            ("certificate:revoked", expected),
        ]


def test_a_revocation_needs_a_role_a_reason_and_is_final(session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    revoke = certificates.revoke
    with pytest.raises(NotAllowed):
        commands.execute(session, revoke, row.number, reason="错", actor=cast.rectifier)
    with pytest.raises(NotFound):
        commands.execute(session, revoke, row.number, reason="错", actor=cast.stranger)
    for reason in ("  ", "长" * 201):
        with pytest.raises(InvalidAnswers):
            commands.execute(session, revoke, row.number, reason=reason, actor=cast.principal)
    commands.execute(session, revoke, row.number, reason="验收有误", actor=cast.principal)
    with pytest.raises(Conflict):
        commands.execute(session, revoke, row.number, reason="再来", actor=cast.principal)


def test_a_revoked_certificate_that_is_made_late_stays_revoked(
    session: Session, cast: Cast
) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    commands.execute(session, certificates.revoke, row.number, reason="错", actor=cast.principal)
    commands.execute(session, certificates.mark_ready, row, b"1" * 32)
    assert (row.state, row.pdf_digest) == ("revoked", b"1" * 32)


def test_a_pdf_made_again_has_to_be_the_same(session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    commands.execute(session, certificates.mark_ready, row, b"1" * 32)
    commands.execute(session, certificates.mark_ready, row, b"1" * 32)
    assert [tag for tag, _ in _events(session, row)].count("certificate:ready") == 1
    with pytest.raises(IntegrityError):
        commands.execute(session, certificates.mark_ready, row, b"2" * 32)


def test_a_code_is_found_however_it_is_typed(session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    row.code = "01AB23CD45EF67GH"
    session.flush()
    for typed in ("01AB23CD45EF67GH", "olab 23cd-45ef 67gh", "01ab-23CD-45ef-67GH"):
        assert certificates.find_by_code(session, typed) is row
    assert certificates.find_by_code(session, "") is None
    assert len({statements.new_code() for _ in range(100)}) == 100


def test_a_number_alone_finds_nothing_for_strangers(session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "closure")
    digest = row.statement_digest.hex()
    assert certificates.find_by_digest(session, row.number, "") is None
    assert certificates.find_by_digest(session, row.number, digest[:7]) is None
    assert certificates.find_by_digest(session, row.number, "0" * 8) is None
    assert certificates.find_by_digest(session, row.number.lower(), digest[:8].upper()) is row
    assert certificates.find_by_digest(session, row.number, f"{digest[:8]} {digest[8:16]}") is row
