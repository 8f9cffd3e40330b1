"""Who reported is shown to those who may know: once, for a reason, and never kept by a browser."""

from __future__ import annotations

from uuid import UUID

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store import Event
from tests.cast import Cast
from tests.engine import stories
from tests.web.told_cases import text_of
from tests.web.visits import Client


@pytest.fixture
def instance(session: Session, cast: Cast) -> UUID:
    """A small case reported in confidence."""
    stories.deploy(session, cast)
    return stories.begin(session, cast.reporter, "line", mode="confidential")


def _looks(session: Session, instance: UUID) -> list[Event]:
    session.rollback()
    statement = select(Event).where(Event.instance_id == instance, Event.tag == "identity:revealed")
    return list(session.scalars(statement))


@pytest.mark.parametrize("part", ["union", "principal"])
def test_a_look_is_shown_once_and_is_on_record(
    session: Session, cast: Cast, instance: UUID, client: Client, part: str
) -> None:
    client.sign_in(cast.everybody()[part])
    assert "查看报告人身份" in text_of(client, f"/cases/{instance}")
    asked = client.get(f"/cases/{instance}/identity")
    assert "包晓" not in asked.text
    assert _looks(session, instance) == []
    answer = client.submit(f"/cases/{instance}/identity", {"reason": "与报告人商定发放方式"})
    assert answer.status_code == 200
    assert "包晓" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "包晓" not in client.get(f"/cases/{instance}/identity").text
    assert "包晓" not in text_of(client, f"/cases/{instance}")
    (look,) = _looks(session, instance)
    assert (look.actor_id, look.role) == (cast.everybody()[part].user_id, part)
    assert orjson.loads(look.data) == {"reason": "与报告人商定发放方式"}


def test_without_a_reason_nothing_is_shown_and_nothing_noted(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.union)
    for reason in ("", "看看"):
        answer = client.submit(f"/cases/{instance}/identity", {"reason": reason})
        assert answer.status_code == 422
        assert "包晓" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    assert _looks(session, instance) == []


def test_an_anonymous_report_has_nothing_to_show(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    nameless = stories.begin(session, cast.reporter, "line", mode="anonymous")
    client.sign_in(cast.union)
    assert "系统没有保存身份" in text_of(client, f"/cases/{nameless}/identity")
    answer = client.submit(f"/cases/{nameless}/identity", {"reason": "很想知道是谁"})
    assert "系统没有保存身份" in answer.text
    assert "包晓" not in answer.text
    assert _looks(session, nameless) == []


def test_others_may_not_look(session: Session, cast: Cast, instance: UUID, client: Client) -> None:
    roles = ("reporter", "verifier", "rectifier", "acceptor", "approver", "finance",
             "administrator", "officer", "town", "group", "office")  # fmt: skip
    for part in (*roles, "stranger", "sole"):
        client.sign_in(cast.everybody()[part])
        wanted = 404 if part in ("stranger", "sole") else 403
        address = f"/cases/{instance}/identity"
        assert client.get(address).status_code == wanted, part
        answer = client.submit(address, {"reason": "很想知道是谁"})
        assert answer.status_code == wanted, part
        assert part == "reporter" or "包晓" not in answer.text
    assert _looks(session, instance) == []
    client.sign_in(cast.verifier)
    assert "查看报告人身份" not in text_of(client, f"/cases/{instance}")


def test_what_is_said_and_logged_never_holds_the_name(
    cast: Cast, instance: UUID, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.sign_in(cast.union)
    client.submit(f"/cases/{instance}/identity", {"reason": "与报告人商定发放方式"})
    assert "包晓" not in caplog.text
