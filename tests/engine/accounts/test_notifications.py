"""Members are told by role; each sees and ticks off their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import notices, notifications, people
from engine.errors import DelegateError
from engine.store import Notification
from tests.cast import Cast
from tests.engine.accounts.cases import make_case


def notify(session: Session, cast: Cast, *roles: str, **more: Any) -> int:
    facts = {"number": "BG-CN001-20261102-0001"}
    given = {"department_id": cast.department_id, "key": "imminent", "facts": facts, **more}
    return notifications.notify(session, organisation_id=cast.enterprise_id, roles=roles, **given)


def test_everybody_with_the_role_is_told_once(session: Session, cast: Cast) -> None:
    assert notify(session, cast, "rectifier", "acceptor") == 3
    for actor in (cast.rectifier, cast.acceptor, cast.colleague):
        assert notifications.unread(session, actor=actor) == 1
    for actor in (cast.principal, cast.sole, cast.stranger):
        assert notifications.unread(session, actor=actor) == 0


def test_the_department_is_told_through_its_officers(session: Session, cast: Cast) -> None:
    assert notify(session, cast, "principal", "department") == 2
    assert notifications.unread(session, actor=cast.officer) == 1
    assert notify(session, cast, "department", department_id=None) == 0


def test_a_closed_account_is_not_told(session: Session, cast: Cast) -> None:
    assert cast.colleague.user_id is not None
    people.disable(session, cast.colleague.user_id, cast.enterprise_id, actor=cast.administrator)
    session.flush()
    assert notify(session, cast, "rectifier") == 1


def test_newest_first_page_by_page(session: Session, cast: Cast) -> None:
    for number in range(5):
        notify(session, cast, "verifier", facts={"number": f"BG-{number}"})
    first = notifications.listed(session, actor=cast.verifier, limit=3)
    rest = notifications.listed(session, actor=cast.verifier, after=first[-1].id)
    assert [row.zh[:4] for row in [*first, *rest]] == ["BG-4", "BG-3", "BG-2", "BG-1", "BG-0"]


def test_reading_one_gives_its_case_and_nobody_elses_can_be_read(
    session: Session, cast: Cast
) -> None:
    case = make_case(session, cast)
    notify(session, cast, "verifier", "principal", instance_id=case)
    own = notifications.listed(session, actor=cast.verifier)[0].id
    assert notifications.mark_read(session, own, actor=cast.principal) is None
    assert notifications.unread(session, actor=cast.verifier) == 1
    assert notifications.mark_read(session, own, actor=cast.verifier) == case
    assert notifications.unread(session, actor=cast.verifier) == 0
    assert notifications.unread(session, actor=cast.principal) == 1


def test_all_are_read_at_once(session: Session, cast: Cast) -> None:
    for _ in range(3):
        notify(session, cast, "verifier")
    notifications.mark_read(session, actor=cast.verifier)
    assert notifications.unread(session, actor=cast.verifier) == 0


def test_unknown_words_are_a_fault_of_the_diagram(session: Session, cast: Cast) -> None:
    with pytest.raises(DelegateError):
        notify(session, cast, "verifier", key="no-such-words")
    with pytest.raises(DelegateError):
        notify(session, cast, "verifier", facts={})
    assert session.scalars(select(Notification)).all() == []


@pytest.mark.parametrize("words", [notices.MEMBER_WORDS, notices.REPORTER_WORDS])
def test_all_words_are_complete_in_both_languages(words: dict[str, Any]) -> None:
    facts = dict.fromkeys(("number", "hazard_no", "closure_no", "opinion", "referral_no"), "N-1")
    # A visit is told by whoever makes it.
    facts |= dict.fromkeys(("visitor", "enterprise", "item"), "A") | {"amount": 100}
    facts |= dict.fromkeys(("planned_on", "answer_by", "due_on", "reply_by"), "2026-11-30")
    facts |= dict.fromkeys(("not_taken_reason", "follow_note"), "...")
    for key in words:
        message = notifications.fill(words, key, facts)
        assert message.zh
        assert message.en
        assert message.en.isascii()
        assert "{" not in message.zh + message.en


def test_an_id_of_nothing_is_read_without_harm(session: Session, cast: Cast) -> None:
    assert notifications.mark_read(session, UUID(int=1), actor=cast.verifier) is None
