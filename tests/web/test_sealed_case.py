"""A case's page says how far its history is sealed, and gives it as a signed file."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import audit_check, commands, history, sealing
from engine.store import Event, Instance, Seal
from tests.cast import Cast
from tests.loop import Loop
from tests.web.told_cases import begun, text_of
from tests.web.visits import Client
from web.config import Config

pytestmark = pytest.mark.usefixtures("grounds")


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config, clock: time_machine.Traveller) -> Loop:
    """A hazard was just reported."""
    return begun(session, cast, config)


def seal(loop: Loop, cast: Cast, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=1))
    commands.execute(loop.session, sealing.seal_next, cast.enterprise_id)


def test_the_page_says_how_far_a_history_is_sealed(
    cast: Cast, loop: Loop, client: Client, clock: time_machine.Traveller
) -> None:
    client.sign_in(cast.principal)
    assert "还没有封存" in text_of(client, f"/cases/{loop.id}/proof")
    seal(loop, cast, clock)
    client.sign_in(cast.principal)
    page = text_of(client, f"/cases/{loop.id}/proof")
    count = loop.session.get_one(Instance, (cast.enterprise_id, loop.id)).event_count
    row = loop.session.scalars(select(Seal)).one()
    assert f"前 {count} 条已由 {row.day} 的封存签字固定" in page
    assert row.hash.hex() in page
    assert "下载存证文件" in page


def test_a_history_written_anew_is_told(
    cast: Cast, loop: Loop, client: Client, clock: time_machine.Traveller
) -> None:
    seal(loop, cast, clock)
    previous = history.GENESIS
    for event in loop.session.scalars(select(Event).order_by(Event.sequence)).all():
        event.role = "finance" if event.sequence == 2 else event.role
        columns = {column.key: getattr(event, column.key) for column in Event.__table__.columns}
        event.hash = previous = history.event_hash(columns, previous)
    loop.session.execute(update(Instance).values(head_hash=previous))
    loop.session.commit()
    client.sign_in(cast.officer)
    page = text_of(client, f"/cases/{loop.id}/proof")
    assert "封存之后被改动过" in page
    assert "记录完整" not in page


def test_a_broken_seal_is_told(
    cast: Cast, loop: Loop, client: Client, clock: time_machine.Traveller
) -> None:
    seal(loop, cast, clock)
    for change, words in (
        ({"signature": bytes(64)}, "的封存已被改动"),
        ({"key_id": "0" * 16}, "由不认识的密钥签署"),
    ):
        loop.session.execute(update(Seal).values(**change))
        loop.session.commit()
        client.sign_in(cast.officer)
        page = text_of(client, f"/cases/{loop.id}/proof")
        assert words in page
        assert "记录完整" not in page


def test_the_signed_file_proves_the_case_and_not_who_reported_it(
    cast: Cast, loop: Loop, client: Client, clock: time_machine.Traveller
) -> None:
    seal(loop, cast, clock)
    before = loop.session.get_one(Instance, (cast.enterprise_id, loop.id)).event_count
    for taken, part in enumerate(("principal", "union", "officer"), start=1):
        client.sign_in(cast.everybody()[part])
        answer = client.get(f"/cases/{loop.id}/audit.jsonl")
        assert answer.status_code == 200
        number = loop.session.get_one(Instance, (cast.enterprise_id, loop.id)).number
        assert f"{number}.audit.jsonl" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "private, no-store"
        found = audit_check.check(answer.data.splitlines(keepends=True))
        assert found.problems == []
        (case,) = found.cases.values()
        # That the file is taken is in it, and not sealed yet.
        assert case.sealed == before > 0
        assert case.count == before + taken
        assert cast.reporter.name not in answer.text
        assert str(cast.reporter.user_id) not in answer.text


def test_without_the_key_the_file_is_refused_in_words(
    cast: Cast, loop: Loop, client: Client
) -> None:
    (loop.session.info["secrets"].seal_keys.folder / "seal.key").unlink()
    client.sign_in(cast.officer)
    answer = client.get(f"/cases/{loop.id}/audit.jsonl")
    assert answer.status_code == 409
    assert "seal.key" in answer.text
