"""Pages of what an enterprise granted by name: history, replay, file, and no way into its house."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import local_date
from engine.filestore import FileStore
from engine.store import tables as t
from tests.cast import Cast
from tests.loop import Loop
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web.config import Config
from web.look import yuan

#: One story a page: what the engine does on either database is told in tests/engine/auditing.
_LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)"')


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard of 甲 that went all the way round, rewarded."""
    session.info["files"] = FileStore(config.data_dir)
    told = Loop(session, cast)
    told.goes_round()
    return told


def said(number: str, **more: str) -> dict[str, str]:
    """Give what the principal fills in."""
    tomorrow = str(local_date() + timedelta(days=1))
    given = {"organisation": "乙外地公司", "scope": "one", "case_number": number,
             "purpose": "核对闭环", "expires_on": tomorrow, **more}  # fmt: skip
    return {f"named-{key}": value for key, value in given.items()}


def number_of(session: Session, loop: Loop) -> str:
    """Give the number of its report."""
    return str(session.scalars(select(t.Instance.number).where(t.Instance.id == loop.id)).one())


def grant(client: Client, cast: Cast, number: str) -> None:
    """Let the principal grant 乙 the case."""
    client.sign_in(cast.principal)
    answer = client.submit("/audit/grants/named", said(number))
    assert answer.status_code == 303


def test_the_granted_read_the_case_and_nothing_leads_further(
    session: Session, cast: Cast, client: Client, loop: Loop
) -> None:
    grant(client, cast, number_of(session, loop))
    session.rollback()
    ground = session.scalars(select(t.AuditGround)).one()
    reward = session.scalars(select(t.Reward)).one()
    client.sign_in(cast.stranger)
    list_page = client.get("/audit/granted")
    assert "甲机械有限公司" in list_page.text
    here = f"/audit/granted/{ground.id}"
    assert number_of(session, loop) in client.get(here).text
    for way in ("", "/replay", "/replay?at=9"):
        answer = client.get(f"{here}/cases/{loop.id}{way}")
        assert answer.status_code == 200
        main = answer.text.split("<main", 1)[1].split("</main>", 1)[0]
        leads = {link for link in _LINK.findall(main) if not link.startswith("/static/")}
        assert {link for link in leads if not link.startswith("/audit/granted")} == set()
        assert cast.reporter.name not in main
        assert reward.number not in main
        assert f"¥{yuan(reward.approved_fen or 0)}" not in main
    file = client.get(f"{here}/cases/{loop.id}/audit.jsonl")
    assert file.status_code == 200
    assert str(cast.reporter.user_id) not in file.text
    assert client.get(f"/cases/{loop.id}").status_code == 404
    assert client.get(f"/cases/{loop.id}/audit").status_code == 404
    client.sign_in(cast.principal)
    page = text_of(client, "/audit/looks")
    assert "乙外地公司" in page
    assert "企业指名授权" in page
    story = text_of(client, f"/cases/{loop.id}")
    assert "受企业授权的单位" in story


def test_withdrawn_it_is_not_found_at_once(
    session: Session, cast: Cast, client: Client, loop: Loop
) -> None:
    grant(client, cast, number_of(session, loop))
    session.rollback()
    ground = session.scalars(select(t.AuditGround.id)).one()
    client.submit(f"/audit/grants/{ground}/end", {})
    client.sign_in(cast.stranger)
    for address in ("", f"/cases/{loop.id}", f"/cases/{loop.id}/replay"):
        assert client.get(f"/audit/granted/{ground}{address}").status_code == 404
    assert "已结束" in client.get("/audit/granted").text


def test_names_cannot_be_tried_out(cast: Cast, client: Client) -> None:
    client.sign_in(cast.principal)
    answers = [
        client.submit("/audit/grants/named", said("BG-1", organisation=f"某公司{turn}"))
        for turn in range(11)
    ]
    assert [one.status_code for one in answers] == [422] * 10 + [429]
    assert "不能授权给这个单位" in answers[0].text
    assert 'value="某公司0"' in answers[0].text
