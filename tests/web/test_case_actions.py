"""Suspending, resuming, cancelling a case, and writing to its reporter: by those allowed."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from engine import commands, messages
from tests.cast import Cast
from tests.engine import stories
from tests.web.told_cases import text_of
from tests.web.visits import Client

OTHERS = ("reporter", "verifier", "rectifier", "acceptor", "approver", "finance", "union",
          "administrator", "officer", "office")  # fmt: skip


@pytest.fixture
def instance(session: Session, cast: Cast) -> UUID:
    """A small case that waits for the verifier."""
    stories.deploy(session, cast)
    return stories.begin(session, cast.reporter, "line")


def test_the_principal_suspends_and_resumes_for_a_reason(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.principal)
    assert f'href="/cases/{instance}/suspend"' in text_of(client, f"/cases/{instance}")
    assert "暂停后谁都不能办理" in text_of(client, f"/cases/{instance}/suspend")
    answer = client.submit(f"/cases/{instance}/suspend", {"reason": "停产检修"})
    assert answer.location == f"/cases/{instance}"
    assert stories.state_of(session, instance) == "suspended"
    page = text_of(client, f"/cases/{instance}")
    assert "已暂停办理。" in page
    assert f'href="/cases/{instance}/resume"' in page
    assert f'href="/cases/{instance}/suspend"' not in page
    client.submit(f"/cases/{instance}/resume", {"reason": "检修结束"})
    assert stories.state_of(session, instance) == "active"
    assert stories.tags(session, instance)[-2:] == ["instance:suspended", "instance:resumed"]


def test_cancelling_ends_the_case_and_keeps_its_history(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.principal)
    client.submit(f"/cases/{instance}/cancel", {"reason": "重复登记"})
    assert stories.state_of(session, instance) == "cancelled"
    page = text_of(client, f"/cases/{instance}")
    assert "重复登记" in page
    assert f"/cases/{instance}/cancel" not in page
    assert "去办理" not in page


def test_without_a_reason_nothing_happens_and_the_page_says_so(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.principal)
    for reason in ("", "   "):
        answer = client.submit(f"/cases/{instance}/cancel", {"reason": reason})
        assert answer.status_code == 422
        assert "请写明理由。" in answer.text
    long = client.submit(f"/cases/{instance}/cancel", {"reason": "长" * 501})
    assert long.status_code == 422
    assert "长" * 501 in long.text
    assert stories.state_of(session, instance) == "active"


def test_what_the_state_forbids_is_said_and_the_reason_kept(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.principal)
    answer = client.submit(f"/cases/{instance}/resume", {"reason": "没有暂停过"})
    assert answer.status_code == 422
    assert "目前的状态不允许这样做" in answer.text
    assert "没有暂停过" in answer.text
    assert stories.state_of(session, instance) == "active"


def test_others_may_not(session: Session, cast: Cast, instance: UUID, client: Client) -> None:
    for part in (*OTHERS, "stranger", "sole"):
        client.sign_in(cast.everybody()[part])
        wanted = 404 if part in ("stranger", "sole") else 403
        for action in ("suspend", "resume", "cancel"):
            address = f"/cases/{instance}/{action}"
            assert client.get(address).status_code == wanted, (part, action)
            assert client.submit(address, {"reason": "试试"}).status_code == wanted, part
    assert stories.state_of(session, instance) == "active"
    client.sign_in(cast.verifier)
    assert f"/cases/{instance}/cancel" not in text_of(client, f"/cases/{instance}")


def test_handlers_talk_with_the_reporter(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    commands.execute(session, messages.say, instance, "门还开着", actor=cast.reporter)
    client.sign_in(cast.verifier)
    assert '留言 <span class="count">1</span>' in text_of(client, f"/cases/{instance}")
    page = text_of(client, f"/cases/{instance}/messages")
    assert "门还开着" in page
    assert "包晓" not in page
    assert '留言 <span class="count">' not in text_of(client, f"/cases/{instance}")
    answer = client.submit(f"/cases/{instance}/messages", {"text": "马上去关"})
    assert answer.location == f"/cases/{instance}/messages"
    said = messages.read(session, instance, actor=cast.reporter)
    assert [(one.from_role, one.text.zh) for one in said] == [
        ("reporter", "门还开着"), ("verifier", "马上去关"),
    ]  # fmt: skip
    assert said[0].read_at is not None


def test_a_message_that_is_empty_or_long_comes_back(
    cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.verifier)
    assert client.submit(f"/cases/{instance}/messages", {"text": " "}).status_code == 422
    answer = client.submit(f"/cases/{instance}/messages", {"text": "长" * 1001})
    assert answer.status_code == 422
    assert "最多 1000 个字" in answer.text
    assert "长" * 1001 in answer.text


def test_those_who_only_look_on_neither_read_nor_write_messages(
    cast: Cast, instance: UUID, client: Client
) -> None:
    wanted = {"officer": 403, "office": 403, "administrator": 403, "reporter": 403,
              "stranger": 404, "sole": 404}  # fmt: skip
    for part, status in wanted.items():
        client.sign_in(cast.everybody()[part])
        address = f"/cases/{instance}/messages"
        assert client.get(address).status_code == status, part
        assert client.submit(address, {"text": "我来说"}).status_code == status, part
