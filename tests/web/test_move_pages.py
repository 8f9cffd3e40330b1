"""The pages on which running cases are moved: plan, dry run, begin, watch, stop, try again."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, jobs
from engine.actors import SYSTEM
from engine.commands import execute
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine import stories
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web import db

PLAN = "/definitions/line/1/move"
#: The first step is called otherwise, and another role checks behind it.
REDRAWN = flows.process(
    "line",
    flows.start(),
    flows.task("opening"),
    flows.task("check", "principal"),
    flows.task("second", dueIn="3wd"),
    flows.END,
    flows.flows(("start", "opening"), ("opening", "check"), ("check", "second"), ("second", "end")),
)


def deploy(session: Session, cast: Cast, content: bytes, form: bytes = flows.ASK) -> UUID:
    bundle = definitions.Bundle({"bpmn": {"line": content}, "form": {"ask": form}})
    home = cast.enterprise_id
    return execute(session, definitions.deploy, bundle, organisation_id=home, actor=SYSTEM)[0].id


@pytest.fixture
def cases(session: Session, cast: Cast) -> list[UUID]:
    """Two cases of version 1, one at its first step, one at its second; and version 2."""
    deploy(session, cast, flows.LINE)
    begun = [stories.begin(session, cast.reporter, "line") for _ in range(2)]
    stories.do(session, cast.verifier, begun[1], "first", note="看过")
    deploy(session, cast, REDRAWN, flows.ASK.replace("备注".encode(), "说明".encode()))
    return begun


@pytest.fixture
def target(session: Session, cases: list[UUID]) -> UUID:
    return session.scalars(select(t.Definition.id).where(t.Definition.version == 2)).one()


def work(app: Flask) -> None:
    with app.app_context():
        while jobs.run_due(db.session()):
            pass


def results(page: str) -> list[str]:
    """What the dry run says of each case."""
    return re.findall(r"</svg>(可以迁移|不能迁移)</span>", page)


def number(session: Session, case: UUID) -> str:
    return session.scalars(select(t.Instance.number).where(t.Instance.id == case)).one()


def test_cases_are_moved_from_the_version_they_run_by(
    app: Flask, session: Session, cast: Cast, cases: list[UUID], target: UUID, client: Client
) -> None:
    client.sign_in(cast.administrator)
    assert "迁移正在办的 2 件" in text_of(client, "/definitions/line/1")
    page = text_of(client, "/definitions/line/2")
    assert "迁移正在办的" not in page
    assert "第 1 版的 2 件迁移到这一版" in page
    assert f"to={target}" in page
    assert "试算结果" not in text_of(client, PLAN)
    page = text_of(client, f"{PLAN}?to={target}")
    assert "“first”在新版本里没有了" in page
    assert "期限改为“3 个工作日”" in page
    assert ">opening</option>" in page
    assert sorted(results(page)) == ["不能迁移", "可以迁移"]
    chosen = {"to": str(target), "map.first": "opening"}
    page = text_of(client, f"{PLAN}?to={target}&map.first=opening")
    assert results(page) == ["可以迁移", "可以迁移"]
    refused = client.submit(PLAN, chosen)
    assert refused.status_code == 422
    assert "请写明理由。" in refused.text
    answer = client.submit(PLAN, {**chosen, "reason": "按新制度增加检查"})
    assert answer.status_code == 303
    watched = answer.location
    page = text_of(client, watched)
    assert 'hx-trigger="every 2s"' in page
    assert "正在迁移" in page
    work(app)
    page = text_of(client, watched)
    assert "hx-trigger" not in page
    assert "共 2 件，处理了 2 件：迁移 2 件，没有迁移 0 件" in page
    assert stories.open_keys(session, cases[0]) == ["opening"]
    assert stories.open_keys(session, cases[1]) == ["second"]
    client.sign_in(cast.principal)
    told = text_of(client, f"/cases/{cases[0]}")
    assert "迁移到新版本" in told
    assert "从第 1 版到第 2 版。按新制度增加检查" in told
    done = text_of(client, f"/cases/{cases[1]}")
    assert re.search(r"first\s*<", done)
    # Each answer stands with the question as it was asked.
    assert "备注" in done
    assert "看过" in done
    drawing = client.get(f"/cases/{cases[1]}/diagram.json").json
    assert drawing is not None
    assert "opening" in drawing["xml"]
    assert drawing["current"] == ["second"]
    assert "first" not in drawing["passed"]


def test_a_batch_is_stopped_and_what_did_not_move_is_tried_again(
    app: Flask, session: Session, cast: Cast, cases: list[UUID], target: UUID, client: Client
) -> None:
    client.sign_in(cast.principal)
    started = {"to": str(target), "reason": "按新制度"}
    watched = client.submit(PLAN, started).location
    second = client.submit(PLAN, started)
    assert second.status_code == 409
    assert "正在迁移，请等它结束" in second.text
    client.submit(f"{watched}/stop")
    work(app)
    assert "已停止" in text_of(client, watched)
    client.submit(f"{watched}/retry")
    work(app)
    page = text_of(client, watched)
    assert "迁移 1 件，没有迁移 1 件" in page
    assert "“first”在新版本里没有了" in page
    stories.do(session, cast.verifier, cases[0], "first")
    client.submit(f"{watched}/retry")
    work(app)
    assert "迁移 2 件，没有迁移 0 件" in text_of(client, watched)
    page = text_of(client, PLAN)
    assert "这一版没有正在办的事项" in page
    assert f'href="{watched}"' in page


def test_who_may_not_read_reports_sees_numbers_and_steps_only(
    session: Session, cast: Cast, cases: list[UUID], target: UUID, client: Client
) -> None:
    address = f"/cases/{cases[0]}"
    for actor, may_read in ((cast.administrator, False), (cast.principal, True)):
        client.sign_in(actor)
        page = text_of(client, f"{PLAN}?to={target}")
        assert number(session, cases[0]) in page
        assert (address in page) == may_read


def test_what_makes_no_sense_is_told_and_breaks_nothing(
    cast: Cast, cases: list[UUID], target: UUID, client: Client
) -> None:
    client.sign_in(cast.administrator)
    for query in (f"to={target}&map.first=end", f"to={target}&map.nobody=x", f"to={target}&map.=x"):
        page = text_of(client, f"{PLAN}?{query}")
        assert "试算结果" in page
    for query in ("to=x", f"to={cases[0]}", "map.first=opening"):
        assert "试算结果" not in text_of(client, f"{PLAN}?{query}")
    assert client.submit(PLAN, {"to": "x", "reason": "好"}).status_code == 422
    assert client.submit(PLAN, {"to": str(cases[0]), "reason": "好"}).status_code == 404
    bad = {"to": str(target), "reason": "好", "map.first": "nothing"}
    assert client.submit(PLAN, bad).status_code == 422
    client.sign_in(cast.verifier)
    assert client.get(PLAN).status_code == 403
    client.sign_in(cast.stranger)
    assert client.get(PLAN).status_code == 404
