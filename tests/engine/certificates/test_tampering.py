"""Whoever changes a certificate behind the program's back is found out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engine import certificates, commands
from engine.certificates import statements
from engine.errors import IntegrityError
from engine.store import Certificate, Event
from tests import papers
from tests.cast import Cast

PDF = b"%PDF the paper"


@pytest.fixture
def row(session: Session, cast: Cast) -> Certificate:
    """A reward certificate whose PDF was made."""
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
    commands.execute(session, certificates.mark_ready, row, hashlib.sha256(PDF).digest())
    return row


def test_an_untouched_certificate_is_intact(session: Session, row: Certificate) -> None:
    assert certificates.check(session, row, PDF).intact


def test_a_pending_one_is_intact_without_a_pdf(session: Session, cast: Cast) -> None:
    row = papers.issue(session, papers.case(session, cast.enterprise_id), "reward")
    found = certificates.check(session, row, None)
    assert (found.intact, found.pdf) == (True, None)


def test_an_altered_statement_is_found_and_not_read(session: Session, row: Certificate) -> None:
    row.statement = row.statement.replace("20050", "90050")
    found = certificates.check(session, row, PDF)
    assert (found.statement, found.pdf, found.history) == (False, True, True)
    with pytest.raises(IntegrityError):
        certificates.read_intact(row)


def test_a_new_digest_for_a_new_statement_does_not_help(session: Session, row: Certificate) -> None:
    row.statement = row.statement.replace("20050", "90050")
    row.statement_digest = statements.digest(row.statement)
    found = certificates.check(session, row, PDF)
    assert (found.statement, found.history) == (True, False)


def test_another_pdf_is_found_even_with_its_digest(session: Session, row: Certificate) -> None:
    assert certificates.check(session, row, PDF + b" ").pdf is False
    assert certificates.check(session, row, None).pdf is False
    row.pdf_digest = hashlib.sha256(PDF + b" ").digest()
    found = certificates.check(session, row, PDF + b" ")
    assert (found.pdf, found.history) == (True, False)


def test_a_revocation_cannot_be_wiped_out_nor_invented(
    session: Session, row: Certificate, cast: Cast
) -> None:
    row.state = "revoked"
    assert not certificates.check(session, row, PDF).history
    row.state = "ready"
    commands.execute(session, certificates.revoke, row.number, reason="错", actor=cast.principal)
    assert certificates.check(session, row, PDF).intact
    row.state = "ready"
    assert not certificates.check(session, row, PDF).history


def _alter(session: Session) -> None:
    session.execute(
        update(Event).where(Event.tag == "certificate:ready").values(data='{"number":"JL"}')
    )


def _remove(session: Session) -> None:
    session.execute(delete(Event).where(Event.tag == "certificate:ready"))


@pytest.mark.parametrize("tamper", [_alter, _remove])
def test_a_changed_history_is_found(
    session: Session, row: Certificate, tamper: Callable[[Session], None]
) -> None:
    tamper(session)
    assert not certificates.check(session, row, PDF).history
