"""The identity vault: it answers "is it me?", opens with a reason, and leaks nowhere (B7, R-70)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from engine import history, reporters
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.errors import Conflict, IntegrityError, Invalid, InvalidAnswers, NotAllowed, NotFound
from engine.organisations import guest
from engine.reporters import identity_of
from engine.secrets import Secrets
from engine.store import Reporter
from tests.cast import Cast
from tests.engine.accounts.cases import make_case

NAME = "欧阳䶮鑫"
CONTACT = "13812345678"
WHY = "核发奖励需要联系本人"


def report(
    session: Session, cast: Cast, actor: Actor, mode: str, number: int = 1, name: str = NAME
) -> tuple[UUID, str]:
    """Keep a report's identity; give the case and the receipt code."""
    case = make_case(session, cast, f"BG-CN001-20261102-{number:04d}")
    identity = identity_of(actor, mode=mode, name=name, contact=CONTACT)
    return case, execute(session, reporters.keep, cast.enterprise_id, case, identity)


def test_the_receipt_code_is_sixteen_digits_and_leads_back(session: Session, cast: Cast) -> None:
    case, code = report(session, cast, guest(session, cast.enterprise_id), "anonymous")
    assert len(code) == 16
    assert code.isdigit()
    grouped = "-".join(code[i : i + 4] for i in range(0, 16, 4))
    for typed in (code, grouped, grouped.replace("-", " "), f" {code}\n"):
        assert reporters.find_by_receipt(session, typed) == (cast.enterprise_id, case)


def test_the_same_request_sent_again_shows_the_same_code(session: Session, cast: Cast) -> None:
    case, code = report(session, cast, cast.reporter, "named")
    assert reporters.receipt_code(session, case) == code
    other, second = report(session, cast, cast.reporter, "named", 2)
    assert second != code
    assert other != case


@pytest.mark.parametrize("code", ["", "1234", "0" * 16, "x" * 16, "１２" * 8, "9" * 99])
def test_other_codes_lead_nowhere(session: Session, cast: Cast, code: str) -> None:
    report(session, cast, cast.reporter, "named")
    assert reporters.find_by_receipt(session, code) is None


@pytest.mark.parametrize("mode", ["named", "confidential", "anonymous"])
def test_the_vault_knows_whether_it_is_me(session: Session, cast: Cast, mode: str) -> None:
    """Nobody verifies their own report, however they reported it (domain.md C1 26, 44)."""
    case, _ = report(session, cast, cast.verifier, mode)
    mine, other = cast.verifier.user_id, cast.colleague.user_id
    assert mine is not None
    assert other is not None
    assert reporters.is_reporter(session, cast.enterprise_id, case, mine)
    assert not reporters.is_reporter(session, cast.enterprise_id, case, other)


def test_my_reports_are_listed_but_never_the_anonymous_ones(session: Session, cast: Cast) -> None:
    named, _ = report(session, cast, cast.reporter, "named", 1)
    quiet, _ = report(session, cast, cast.reporter, "confidential", 2)
    report(session, cast, cast.reporter, "anonymous", 3)
    report(session, cast, cast.verifier, "named", 4)
    rows = reporters.own_instances(session, actor=cast.reporter)
    assert {row.id for row in rows} == {named, quiet}
    assert reporters.own_instances(session, actor=SYSTEM) == []


def test_anonymous_reports_of_one_person_share_nothing(session: Session, cast: Cast) -> None:
    report(session, cast, cast.reporter, "anonymous", 1)
    report(session, cast, cast.reporter, "anonymous", 2)
    report(session, cast, cast.reporter, "named", 3)
    rows = session.scalars(select(Reporter)).all()
    for column in ("user_digest", "payee_digest", "receipt_digest"):
        assert len({getattr(row, column) for row in rows}) == 3
    assert [row.sealed for row in rows if row.mode == "anonymous"] == [None, None]


def test_named_reports_of_one_person_count_as_one(session: Session, cast: Cast) -> None:
    visitor = guest(session, cast.enterprise_id)
    for number, actor, name in (
        (1, cast.reporter, NAME),
        (2, cast.reporter, "别名"),
        (3, visitor, NAME),
        (4, visitor, NAME),
        (5, visitor, "另一人"),
    ):
        report(session, cast, actor, "named", number, name)
    rows = session.scalars(select(Reporter)).all()
    assert len({row.payee_digest for row in rows}) == 3


def test_whoever_is_named_has_a_name(session: Session, cast: Cast) -> None:
    with pytest.raises(InvalidAnswers):
        identity_of(guest(session, cast.enterprise_id), mode="confidential", name="  ")
    with pytest.raises(InvalidAnswers):
        identity_of(cast.reporter, mode="secret")
    with pytest.raises(InvalidAnswers):
        identity_of(cast.reporter, mode="named", reporter_type="king")
    assert identity_of(cast.reporter, mode="named").name == cast.reporter.name


@pytest.mark.parametrize("mode", ["named", "confidential"])
def test_opening_an_identity_needs_role_and_reason_and_is_noted(
    session: Session, cast: Cast, mode: str
) -> None:
    case, _ = report(session, cast, cast.reporter, mode)
    known = execute(session, reporters.reveal, case, actor=cast.union, reason=WHY)
    assert known == {"name": NAME, "contact": CONTACT, "reporter_type": "staff", "mode": mode}
    events = history.read(session, cast.enterprise_id, case)
    assert [(event.tag, event.actor_id) for event in events] == [
        ("identity:revealed", cast.union.user_id)
    ]
    assert WHY in events[0].data
    assert NAME not in events[0].data


def test_nobody_else_opens_it(session: Session, cast: Cast) -> None:
    case, _ = report(session, cast, cast.reporter, "confidential")
    for part, actor in cast.everybody().items():
        if part in ("union", "principal"):
            continue
        refusal = NotFound if part in ("stranger", "sole") else NotAllowed
        with pytest.raises(refusal):
            execute(session, reporters.reveal, case, actor=actor, reason=WHY)
    with pytest.raises(NotAllowed):
        execute(session, reporters.reveal, case, actor=SYSTEM, reason=WHY)
    with pytest.raises(Invalid):
        execute(session, reporters.reveal, case, actor=cast.union, reason=" . ")
    assert list(history.read(session, cast.enterprise_id, case)) == []


def test_an_anonymous_identity_does_not_exist(session: Session, cast: Cast) -> None:
    case, _ = report(session, cast, cast.reporter, "anonymous")
    with pytest.raises(Conflict):
        execute(session, reporters.reveal, case, actor=cast.union, reason=WHY)


def test_only_named_reporters_are_printed_on_certificates(session: Session, cast: Cast) -> None:
    for number, mode, printed in ((1, "named", NAME), (2, "confidential", None)):
        case, _ = report(session, cast, cast.reporter, mode, number)
        assert reporters.payee_name(session, cast.enterprise_id, case) == printed


def test_without_the_private_key_the_vault_stays_shut(
    session: Session, cast: Cast, secrets: Secrets
) -> None:
    case, _ = report(session, cast, cast.reporter, "named")
    secrets.private_key_file.rename(secrets.private_key_file.with_name("elsewhere"))
    with pytest.raises(IntegrityError):
        execute(session, reporters.reveal, case, actor=cast.union, reason=WHY)
    # Reporting goes on: sealing needs the public key alone.
    report(session, cast, cast.reporter, "named", 2)


def test_the_private_key_is_readable_by_its_owner_only(secrets: Secrets) -> None:
    assert secrets.private_key_file.stat().st_mode & 0o077 == 0
    again = Secrets.open(secrets.secret_key, secrets.private_key_file.parent)
    assert again == secrets
    assert again.unseal(secrets.seal(b"x")) == b"x"


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too short"):
        Secrets.open(b"short", tmp_path)


@pytest.mark.parametrize("mode", ["named", "confidential", "anonymous"])
def test_no_column_of_any_table_holds_who_it_was(session: Session, cast: Cast, mode: str) -> None:
    """The reporter's name, contact and id, and the receipt code, in text or in bytes."""
    case, code = report(session, cast, cast.reporter, mode)
    if mode != "anonymous":
        execute(session, reporters.reveal, case, actor=cast.principal, reason=WHY)
    user_id = cast.reporter.user_id
    assert user_id is not None
    traces = [NAME, CONTACT, code, str(user_id), user_id.hex, cast.reporter.name]
    blind = {"user_account", "membership"}
    found = [
        (table, trace)
        for table, content in _everything(session)
        if table not in blind
        for trace in traces
        if trace in content
    ]
    assert found == []


def _everything(session: Session) -> list[tuple[str, str]]:
    """Give every row of every table as text, bytes both as characters and in hexadecimal."""
    metadata = MetaData()
    metadata.reflect(session.connection())
    return [
        (table.name, " ".join(_text(value) for value in row))
        for table in metadata.sorted_tables
        for row in session.execute(select(table))
    ]


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex() + " " + value.decode("utf-8", "replace")
    return str(value)
