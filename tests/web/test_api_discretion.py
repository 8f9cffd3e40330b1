"""The API keeps what the case's page keeps: the reporter, and rewards from those who read none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import commands, tokens
from engine.actors import Actor
from engine.errors import NotAllowed
from tests.cast import Cast
from tests.loop import Loop
from tests.web.told_cases import begun
from tests.web.visits import Client
from web.config import Config


@pytest.fixture
def case(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard that went all the way round."""
    loop = begun(session, cast, config)
    loop.goes_round()
    return loop


class Reader:
    """A program that reads with somebody's key."""

    def __init__(self, session: Session, client: Client, actor: Actor) -> None:
        key = commands.execute(session, tokens.create_token, name="test", actor=actor)
        self.client, self.headers = client, {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def events(self, case: Loop) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get(f"/instances/{case.id}/history?limit=200")["items"]
        return items


def test_who_reads_no_rewards_is_told_no_sums(
    session: Session, cast: Cast, client: Client, case: Loop
) -> None:
    acceptor = Reader(session, client, cast.acceptor)
    data = acceptor.get(f"/instances/{case.id}")["data"]
    assert data["place"] == "一号车间"
    kept = {"amount", "amount_fen", "reward_no", "voucher", "paid_on", "approved", "reporter_type"}
    assert not kept & data.keys()
    events = acceptor.events(case)
    assert [e["data"] for e in events if e["tag"].startswith("reward:")] == [{}, {}, {}]
    decided = next(e["data"] for e in events if e["data"].get("decision") == "reward_amount")
    assert decided == {"decision": "reward_amount"}
    assert not any("amount_fen" in str(e["data"]) for e in events)


def test_finance_is_told_the_sums_but_not_in_which_capacity_somebody_reported(
    session: Session, cast: Cast, client: Client, case: Loop
) -> None:
    finance = Reader(session, client, cast.finance)
    data = finance.get(f"/instances/{case.id}")["data"]
    assert data["voucher"] == "记-0305-12"
    assert "reporter_type" not in data
    events = finance.events(case)
    assert next(e for e in events if e["tag"] == "reward:paid")["data"]["paid_fen"] > 0
    assert not any("reporter_type" in str(e["data"]) for e in events)


def test_a_refusal_that_would_name_the_reporter_is_told_without_anybody(
    session: Session, cast: Cast, client: Client, config: Config
) -> None:
    case = begun(session, cast, config)
    case.does("verifier", "acknowledge")
    with pytest.raises(NotAllowed):
        case.does("reporter", "verify")
    denied = [
        e for e in Reader(session, client, cast.verifier).events(case) if "denied" in e["tag"]
    ]
    assert denied
    assert {(e["actor_id"], e["role"], e["task_id"]) for e in denied} == {(None, "", None)}


def test_the_chain_can_still_be_followed(
    session: Session, cast: Cast, client: Client, case: Loop
) -> None:
    events = Reader(session, client, cast.acceptor).events(case)
    assert [e["previous_hash"] for e in events[1:]] == [e["hash"] for e in events[:-1]]
