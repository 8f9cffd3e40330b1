"""What the machine could not do: told to administrators, who have it run again."""

from __future__ import annotations

from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from engine import delegates, incidents, jobs
from engine.errors import DelegateError
from tests.cast import Cast
from tests.engine import stories
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web import db


class Line:
    """A delegate that fails until the line is repaired."""

    broken = True

    def __call__(self, step: object, params: object, data: object) -> dict[str, bool]:
        if self.broken:
            raise DelegateError("线路不通", "the line is dead")
        return {"told": True}


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """The delegate `tell_reporter`, out of order."""
    found = Line()
    monkeypatch.setitem(delegates._registry, "tell_reporter", found)  # type: ignore[arg-type]
    return found


@pytest.fixture
def instance(
    clock: time_machine.Traveller, session: Session, cast: Cast, line: Line, app: Flask
) -> UUID:
    """A case whose service task is out of retries."""
    stories.deploy(session, cast)
    instance = stories.begin(session, cast.reporter, "served")
    stories.do(session, cast.verifier, instance, "first")
    for _ in jobs.BACK_OFF:
        clock.shift(7200)
        _run(app)
    return instance


def _run(app: Flask) -> int:
    with app.app_context():
        return jobs.run_due(db.session())


def _incident(session: Session, cast: Cast) -> UUID:
    session.rollback()
    (found,) = incidents.list_incidents(session, actor=cast.administrator)
    return found.id


def test_an_incident_says_what_stopped_where_and_why(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.administrator)
    page = text_of(client, "/incidents")
    assert "BG-CN001-20261102-0001" in page
    assert "the line is dead" in page
    assert "自动步骤重试" in page
    assert "tell" in page
    assert "5 次" in page
    # Administrators look after the machine and read no report.
    assert f"/cases/{instance}" not in page
    client.sign_in(cast.principal)
    assert f'href="/cases/{instance}"' in text_of(client, "/incidents")


def test_a_retry_is_run_by_the_runner_and_then_it_is_told_as_dealt_with(
    session: Session, cast: Cast, instance: UUID, line: Line, client: Client, app: Flask
) -> None:
    client.sign_in(cast.administrator)
    answer = client.submit(f"/incidents/{_incident(session, cast)}/retry")
    assert answer.location == "/incidents"
    page = text_of(client, "/incidents")
    assert "系统会自动执行" in page
    assert "没有待处理的异常" in page
    assert "最近处理过的" in page
    assert "关理" in page
    assert stories.open_keys(session, instance) == []
    line.broken = False
    assert _run(app) == 1
    assert stories.open_keys(session, instance) == ["second"]
    assert stories.tags(session, instance)[-2:] == ["incident:retried", "delegate:recovered"]


def test_whoever_comes_second_is_told_that_it_was_dealt_with(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.administrator)
    address = f"/incidents/{_incident(session, cast)}/retry"
    client.submit(address)
    answer = client.submit(address)
    assert answer.status_code == 409
    assert "这个故障已经处理过" in answer.text


def test_what_waits_is_counted_for_ones_own_enterprise(
    session: Session, cast: Cast, instance: UUID, client: Client
) -> None:
    client.sign_in(cast.administrator)
    page = text_of(client, "/incidents")
    assert "排队的自动工作" in page
    assert "失败" in page
    client.sign_in(cast.stranger)
    page = text_of(client, "/incidents")
    assert "没有待处理的异常" in page
    assert "没有排队的工作。" in page
    assert "BG-CN001" not in page


def test_others_may_not(session: Session, cast: Cast, instance: UUID, client: Client) -> None:
    address = f"/incidents/{_incident(session, cast)}/retry"
    assert client.get("/incidents").location.startswith("/sign-in")
    for part in ("reporter", "verifier", "rectifier", "finance", "union", "officer", "office"):
        client.sign_in(cast.everybody()[part])
        assert client.get("/incidents").status_code == 403, part
        assert client.submit(address).status_code == 403, part
    client.sign_in(cast.principal)
    assert "由管理员重试。" in text_of(client, "/incidents")
    assert client.submit(address).status_code == 403
    client.sign_in(cast.stranger)
    assert client.submit(address).status_code == 404
    session.rollback()
    assert len(incidents.list_incidents(session, actor=cast.administrator)) == 1
