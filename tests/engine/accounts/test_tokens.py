"""Keys for the API: they act as their owner, are kept only as digests, and end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import accounts, people
from engine import clock as engine_clock
from engine.actors import by_receipt
from engine.errors import InvalidAnswers, NotAllowed, NotFound
from engine.secrets import Secrets
from engine.store import Token
from tests.cast import Cast


def test_a_key_acts_as_its_owner(session: Session, cast: Cast) -> None:
    text = accounts.create_token(session, name="大屏", actor=cast.verifier)
    assert text.startswith("bh_")
    assert accounts.actor_by_token(session, text) == cast.verifier


def test_only_a_keyed_digest_is_kept(session: Session, cast: Cast, tmp_path: Path) -> None:
    text = accounts.create_token(session, name="大屏", actor=cast.verifier)
    row = session.scalars(select(Token)).one()
    assert text.encode() not in row.digest
    session.info["secrets"] = Secrets.open(b"another installation's key, also long", tmp_path)
    assert accounts.actor_by_token(session, text) is None


@pytest.mark.parametrize("text", ["", "bh_", "bh_wrong", "x" * 10_000, "bh_\0", "bh_é"])
def test_anything_else_is_nobody(session: Session, cast: Cast, text: str) -> None:
    assert accounts.actor_by_token(session, text) is None


def test_a_key_ends_with_its_last_day(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    today = engine_clock.local_date()
    text = accounts.create_token(session, name="一天", expires_on=today, actor=cast.verifier)
    clock.shift(timedelta(hours=14, minutes=59))
    assert accounts.actor_by_token(session, text) is not None
    clock.shift(timedelta(minutes=2))
    assert accounts.actor_by_token(session, text) is None
    assert accounts.tokens(session, actor=cast.verifier) == []


@pytest.mark.parametrize("days", [-1, 366, 40_000])
def test_a_key_lives_a_year_at_most(session: Session, cast: Cast, days: int) -> None:
    last_day = engine_clock.local_date() + timedelta(days=days)
    with pytest.raises(InvalidAnswers):
        accounts.create_token(session, name="x", expires_on=last_day, actor=cast.verifier)


def test_a_key_ends_when_revoked_and_only_its_owner_revokes_it(
    session: Session, cast: Cast
) -> None:
    text = accounts.create_token(session, name="大屏", actor=cast.verifier)
    key = accounts.tokens(session, actor=cast.verifier)[0]
    for other in (cast.administrator, cast.stranger):
        with pytest.raises(NotFound):
            accounts.revoke_token(session, key.id, actor=other)
    assert accounts.actor_by_token(session, text) is not None
    accounts.revoke_token(session, key.id, actor=cast.verifier)
    session.flush()
    assert accounts.actor_by_token(session, text) is None


def test_a_key_ends_with_its_owners_account_and_membership(session: Session, cast: Cast) -> None:
    text = accounts.create_token(session, name="大屏", actor=cast.verifier)
    assert cast.verifier.user_id is not None
    people.disable(session, cast.verifier.user_id, cast.enterprise_id, actor=cast.administrator)
    session.flush()
    assert accounts.actor_by_token(session, text) is None


def test_a_receipt_code_makes_no_key(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        accounts.create_token(
            session, name="x", actor=by_receipt(cast.enterprise_id, cast.enterprise_id)
        )
