"""One case whole, as an auditor reads it: times, loops, refusals, differences, proofs, replay."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import commands, jobs, tasks
from engine.errors import NotAllowed
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.web.told_cases import begun, planned, text_of
from tests.web.visits import Client
from web import db
from web.config import Config

pytestmark = [
    pytest.mark.usefixtures("grounds", "clock"),
]


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config, clock: time_machine.Traveller) -> Loop:
    """A hazard whose acceptance failed once; the rectifier tried to accept it, and was refused."""
    loop = planned(begun(session, cast, config))
    for round_ in (1, 2):
        done = {"done_note": f"第{round_}次整改", "photos_after": [loop._photo()]}
        loop.does("rectifier", "rectify", **done, control_type="engineering")
        clock.shift(timedelta(minutes=5))
        accept = stories.open_task(session, loop.id, "accept")
        if round_ == 1:
            answers = {"result": "passed"}
            with pytest.raises(NotAllowed):
                commands.execute(session, tasks.complete, accept, answers, actor=cast.rectifier)
            commands.execute(session, tasks.claim, accept, actor=cast.acceptor)
            loop.does("acceptor", "accept", result="failed", accept_note="关不严")
            clock.shift(timedelta(minutes=5))
    loop.does("acceptor", "accept", result="passed")
    return loop


def test_the_page_tells_the_case_whole(cast: Cast, loop: Loop, client: Client) -> None:
    with client.application.app_context():
        jobs.run_due(db.session())
    client.sign_in(cast.officer)
    page = text_of(client, f"/cases/{loop.id}/audit")
    for words in (
        "查阅依据：检查计划 检查计划 12 号",
        "整改闭环",
        "第 2 次",
        "被拒绝的操作",
        "办理“验收”",
        '<del><span class="visually-hidden">原来：</span>第1次整改</del>',
        "记录完整，已核对到第",
        "事故隐患报告与闭环 第 1 版",
        "表单：accept 第 1 版",
        "受理回执",
        "内容完好",
        "区应急管理局 管科",
        "按时",
    ):
        assert words in page, words
    assert re.search(r'data-element="rectify".*?×2', page, re.S)
    assert cast.reporter.name not in page


def test_a_paper_that_was_altered_is_named(cast: Cast, loop: Loop, client: Client) -> None:
    with client.application.app_context():
        jobs.run_due(db.session())
    loop.session.execute(update(t.Certificate).values(statement="{}"))
    loop.session.commit()
    client.sign_in(cast.principal)
    page = text_of(client, f"/cases/{loop.id}/audit")
    assert "与存证不符" in page
    assert "正文被改动" in page
    assert "内容完好" not in page


def test_the_replay_shows_each_moment_without_scripts(
    cast: Cast, loop: Loop, client: Client
) -> None:
    client.sign_in(cast.officer)
    address = f"/cases/{loop.id}/audit/replay"
    first = text_of(client, address)
    assert "第 1 条，共" in first
    assert "提交报告" in first
    events = {event.sequence: event for event in _events(loop)}
    failed = next(n for n, e in events.items() if '"result":"failed"' in e.data)
    before, at = (text_of(client, f"{address}?at={number}") for number in (failed - 1, failed))
    assert f'href="{address}?at={failed + 1}"' in at
    assert "关不严" in at
    assert "关不严" not in before
    assert _states(before)["accept"] == "is-open"
    # It failed: back to rectification, which is open for the second time.
    assert _states(at)["accept"] == "is-passed is-just"
    assert _states(at)["rectify"] == "is-passed is-open"
    whole = text_of(client, f"{address}?at={failed}&flow=hazard_report")
    assert _states(whole)["rectify_hazard"] == "is-open"
    last = text_of(client, f"{address}?at=99999")
    assert "最后一条</span>" in last


def test_nonsense_in_the_address_is_answered(cast: Cast, loop: Loop, client: Client) -> None:
    client.sign_in(cast.principal)
    address = f"/cases/{loop.id}/audit/replay"
    assert client.get(f"{address}?at=x").status_code == 400
    assert client.get(f"{address}?at=0&flow=nobody").status_code == 200
    client.sign_in(cast.verifier)
    assert client.get(address).status_code == 403
    client.sign_in(cast.stranger)
    assert client.get(address).status_code == 404


def _events(loop: Loop) -> list[t.Event]:
    return list(loop.session.query(t.Event).filter(t.Event.instance_id == loop.id))


def _states(page: str) -> dict[str, str]:
    """Give the classes of the elements that are marked on the page's diagram."""
    found = re.findall(r'<g class="([^"]+)" data-element="([^"]+)"', page)
    return {element: classes for classes, element in found}
