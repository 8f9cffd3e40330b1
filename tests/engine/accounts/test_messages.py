"""Reporter and handlers talk on the case's page, by code, without a name (ecosystem: 4)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments, history, messages, notifications, reporters
from engine.actors import Actor, by_receipt
from engine.commands import execute
from engine.errors import DelegateError, Invalid, InvalidAnswers, NotAllowed, NotFound
from engine.filestore import FileStore
from engine.reporters import identity_of
from engine.store import Notification, ReporterMessage
from tests.cast import Cast
from tests.engine.accounts.cases import make_case
from tests.engine.accounts.photos import photo


@pytest.fixture
def case(session: Session, cast: Cast) -> UUID:
    """A case that the enterprise's reporter reported in confidence."""
    made = make_case(session, cast)
    identity = identity_of(cast.reporter, mode="confidential")
    execute(session, reporters.keep, cast.enterprise_id, made, identity)
    return made


def say(session: Session, case: UUID, text: str, actor: Actor) -> None:
    execute(session, messages.say, case, text, actor=actor)


def test_both_sides_see_what_was_said_and_by_which_role(
    session: Session, cast: Cast, case: UUID
) -> None:
    by_code = by_receipt(cast.enterprise_id, case)
    say(session, case, "配电柜在哪一侧？", cast.verifier)
    say(session, case, "东侧，门后。", by_code)
    for reader in (by_code, cast.reporter, cast.verifier, cast.principal, cast.officer):
        said = messages.read(session, case, actor=reader)
        assert [(one.sender.en, one.text.zh) for one in said] == [
            ("Verifier", "配电柜在哪一侧？"),
            ("Reporter", "东侧，门后。"),
        ]


def test_a_signed_in_reporter_writes_without_a_trace_of_who(
    session: Session, cast: Cast, case: UUID
) -> None:
    say(session, case, "还没有人来", cast.reporter)
    row = session.scalars(select(ReporterMessage)).one()
    assert (row.author_id, row.from_role) == (None, "reporter")
    event = history.read(session, cast.enterprise_id, case)[0]
    assert (event.tag, event.actor_id, event.role) == ("message:sent", None, "reporter")
    assert "还没有人来" not in event.data


def test_strangers_read_and_write_nothing(session: Session, cast: Cast, case: UUID) -> None:
    other = by_receipt(cast.enterprise_id, cast.enterprise_id)
    for actor in (cast.stranger, cast.sole, cast.administrator, other):
        with pytest.raises(NotFound):
            messages.read(session, case, actor=actor)
        with pytest.raises(NotFound):
            say(session, case, "x", actor)


def test_those_above_read_but_do_not_write(session: Session, cast: Cast, case: UUID) -> None:
    with pytest.raises(NotAllowed):
        say(session, case, "请抓紧", cast.officer)


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_message_has_words(session: Session, cast: Cast, case: UUID, text: str) -> None:
    with pytest.raises(Invalid):
        say(session, case, text, cast.verifier)


def test_photos_go_with_a_message_and_become_files_of_the_case(
    session: Session, cast: Cast, case: UUID, tmp_path: Path
) -> None:
    session.info["files"] = files = FileStore(tmp_path)
    by_code = by_receipt(cast.enterprise_id, case)
    upload = attachments.receive(files, photo(), "p.jpg", only_photos=True)
    sent = str(execute(session, attachments.add, upload, actor=by_code).id)
    execute(session, messages.say, case, "", photos=[sent], actor=by_code)
    assert messages.read(session, case, actor=cast.verifier)[0].photos == [sent]
    found = attachments.of_case(session, cast.enterprise_id, case)
    assert [str(row.id) for row in found] == [sent]
    with pytest.raises(InvalidAnswers):
        execute(session, messages.say, case, "x", photos=[str(case)], actor=by_code)
    with pytest.raises(Invalid):
        execute(session, messages.say, case, "x", photos=[sent] * 10, actor=by_code)


def test_unread_is_counted_for_the_reporter_and_ends_with_reading(
    session: Session, cast: Cast, case: UUID
) -> None:
    say(session, case, "一", cast.verifier)
    say(session, case, "二", cast.verifier)
    say(session, case, "三", cast.reporter)
    assert messages.unread(session, [case], actor=cast.reporter) == {case: 2}
    execute(session, messages.mark_read, case, actor=cast.officer)
    assert messages.unread(session, [case], actor=cast.reporter) == {case: 2}
    execute(session, messages.mark_read, case, actor=by_receipt(cast.enterprise_id, case))
    assert messages.unread(session, [case], actor=cast.reporter) == {}
    assert messages.read(session, case, actor=cast.verifier)[2].read_at is None
    execute(session, messages.mark_read, case, actor=cast.verifier)
    assert messages.read(session, case, actor=cast.verifier)[2].read_at is not None


def test_the_system_tells_the_reporter_in_both_languages_and_names_nobody(
    session: Session, cast: Cast, case: UUID
) -> None:
    facts = {"hazard_no": "YH-CN001-2026-00001", "amount": 20_050}
    for key in ("confirmed", "reward_paid"):
        notifications.tell_reporter(session, cast.enterprise_id, case, key, facts=facts)
    said = messages.read(session, case, actor=cast.reporter)
    assert "YH-CN001-2026-00001" in said[0].text.zh
    assert "200.50" in said[1].text.en
    assert session.scalars(select(Notification)).all() == []


def test_words_that_do_not_exist_or_lack_a_fact_fail_the_delegate(
    session: Session, cast: Cast, case: UUID
) -> None:
    for key in ("no-such-words", "confirmed"):
        with pytest.raises(DelegateError):
            notifications.tell_reporter(session, cast.enterprise_id, case, key, facts={})
