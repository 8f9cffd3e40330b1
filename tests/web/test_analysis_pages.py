"""The pages of the analysis: what they say, whom they name, what can be kept and taken away."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from lxml import etree, html
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import jobs
from engine.actors import Actor
from engine.analysis import keeping
from engine.store import tables as t
from tests import looking
from tests.cast import STAFF, Cast
from tests.databases import on_both
from tests.engine.analysis_story import ACCEPT, OCTOBER, RECTIFY, USUAL, Desk
from tests.web.visits import Client
from web import db

pytestmark = on_both

OF_OCTOBER = "period=months&first=2026-10&last=2026-10"
PAGES = (
    "",
    "/ways",
    "/steps",
    "/heat",
    "/compare",
    "/conformance",
    "/hazards",
    "/silent",
    "/cases",
)


@pytest.fixture
def desk(session: Session, cast: Cast, clock: time_machine.Traveller) -> Desk:
    desk = Desk(session, cast)
    place = {"place": "二号车间", "category": "object", "state": "closed", "level": "general"}
    closed = {**place, "closed_at": OCTOBER + timedelta(days=4)}
    for _ in range(2):
        desk.case(USUAL, hazard=closed)
    desk.case(["acknowledge", RECTIFY, ACCEPT], hazard=closed)
    desk.case(["acknowledge"], is_finished=False)
    session.commit()
    return desk


def read(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status
    return html.fromstring(answer.get_data(as_text=True))


def text_of(client: Client, path: str) -> str:
    (main,) = read(client, path).xpath("//main")
    return " ".join(main.text_content().split())


def as_(client: Client, actor: Actor) -> Client:
    client.sign_in(actor)
    return client


def test_every_page_tells_the_same_cases_and_names_nobody(
    client: Client, cast: Cast, desk: Desk
) -> None:
    as_(client, cast.officer)
    pages = {page: text_of(client, f"/analysis{page}?{OF_OCTOBER}") for page in PAGES}
    everything = " ".join(pages.values())
    assert not [name for name in STAFF.values() if name in everything]
    assert "共 4 件，其中已办结 3 件" in pages[""]
    assert "从报告到销号（中位） 4 天" in pages[""]
    assert "66.7% 2 件" in pages["/ways"]
    assert "跳过“现场核查”" in pages["/ways"]
    assert "照图 66.7% 2 / 3 件" in pages["/conformance"]
    assert "跳过“现场核查”" in pages["/conformance"]
    assert "受理报告" in pages["/steps"]
    assert "核查人" in pages["/steps"]
    assert "二号车间" in pages["/hazards"]
    assert "丙小吃店" in pages["/silent"]
    client.set_cookie("language", "en")
    english = {page: text_of(client, f"/analysis{page}?{OF_OCTOBER}") for page in PAGES}
    assert "of them finished: 3" in english[""]
    assert "“Verify on site” was skipped" in english["/ways"]


def test_a_way_opens_on_the_diagram_and_leads_to_its_cases(
    client: Client, cast: Cast, desk: Desk
) -> None:
    as_(client, cast.principal)
    page = read(client, f"/analysis/ways?{OF_OCTOBER}")
    address = page.xpath("//ol[@class='ways']//a/@href")[0]
    way = read(client, address)
    (state,) = way.xpath("//@data-state")
    assert '"verify": 1' in state
    assert '"second_opinion"' not in state
    cases = way.xpath("//tbody//th//a/@href")
    assert len(cases) == 2
    assert all(one.startswith("/cases/") for one in cases)
    assert client.get("/analysis/ways/0000000000000000").status_code == 404


def test_wrong_filters_are_refused_in_words(client: Client, cast: Cast, desk: Desk) -> None:
    as_(client, cast.officer)
    for query in ("period=x", "unit=x", "version=1", "period=months&first=2026-13", "level=x"):
        answer = client.get(f"/analysis?{query}")
        assert answer.status_code == 422, query
    assert client.get("/analysis?unit=" + str(cast.strange_enterprise_id)).status_code == 404
    assert client.get("/analysis?key=none&name=%25&flow=x&after=x").status_code == 200


def test_views_are_kept_shared_begun_with_renamed_and_deleted(
    client: Client, cast: Cast, desk: Desk, session: Session
) -> None:
    as_(client, cast.officer)
    kept = {"name_of_view": "上月重大", "period": "last_month", "level": "major"}
    assert client.submit("/analysis/views", kept).status_code == 303
    (view,) = session.scalars(select(t.SavedView)).all()
    assert view.query == {"period": "last_month", "level": "major"}, "relative stays relative"
    address = f"/analysis/views/{view.id}"
    client.submit(address, {"do": "start"})
    answer = client.get("/analysis")
    assert answer.status_code == 302
    assert "period=last_month" in answer.headers["Location"]
    client.submit(address, {"do": "rename", "name_of_view": "上月重大隐患"})
    client.submit(address, {"do": "share"})
    assert "上月重大隐患" in text_of(client, f"/analysis?view={view.id.hex}")
    hidden = {"unit": str(cast.strange_enterprise_id), "_start": True}
    session.rollback()
    session.execute(update(t.SavedView).values(query=hidden))
    session.commit()
    assert "已经看不到了" in text_of(client, "/analysis"), "no dead end"
    client.submit("/analysis/views", {"name_of_view": " "})
    assert "请填写视图名称" in text_of(client, "/analysis?period=last_month")

    as_(client, cast.principal)
    assert client.submit(address, {"do": "delete"}).status_code == 404, "another's, elsewhere"
    assert "上月重大" not in text_of(client, "/analysis")
    as_(client, cast.officer)
    assert client.submit(address, {"do": "delete"}).status_code == 303
    assert client.get("/analysis").status_code == 200


def test_an_event_log_needs_a_ground_and_is_noted(
    client: Client, cast: Cast, desk: Desk, session: Session
) -> None:
    as_(client, cast.officer)
    address = f"/analysis/events.xes?{OF_OCTOBER}"
    assert "/audit/grounds/new" in client.get(address).headers["Location"]
    looking.state_ground(session, cast.officer)
    log = etree.fromstring(client.get(address).get_data())
    assert len(log.findall("trace")) == 4
    (look,) = session.scalars(select(t.AuditLook)).all()
    assert (look.what, look.organisation_id) == ("export", cast.enterprise_id)
    as_(client, cast.principal)
    lines = client.get(f"/analysis/events.csv?{OF_OCTOBER}").get_data(as_text=True).splitlines()
    assert len(lines) == 1 + 2 * len(USUAL) + 3 + 1
    assert len(session.scalars(select(t.AuditLook)).all()) == 1, "one's own cases need none"


def test_ways_and_steps_as_workbooks(client: Client, cast: Cast, desk: Desk) -> None:
    as_(client, cast.principal)
    for name, rows in (("ways", 2), ("steps", 7)):
        content = client.get(f"/analysis/{name}.xlsx?{OF_OCTOBER}").get_data()
        sheet = load_workbook(BytesIO(content)).active
        assert sheet is not None
        table = [row for row in sheet.iter_rows(values_only=True) if row[1] is not None]
        assert len(table) == 1 + rows
    assert client.get("/analysis/ways.pdf").status_code == 404
    assert client.get("/analysis/events.pdf").status_code == 404


def test_many_cases_are_counted_in_the_background(
    client: Client, cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    as_(client, cast.principal)
    assert "正在后台计算" in text_of(client, f"/analysis?{OF_OCTOBER}")
    assert "HX-Refresh" not in client.get(f"/analysis/progress?{OF_OCTOBER}").headers
    with client.application.app_context():
        while jobs.run_due(db.session()):
            pass
    assert client.get(f"/analysis/progress?{OF_OCTOBER}").headers["HX-Refresh"] == "true"
    page = text_of(client, f"/analysis?{OF_OCTOBER}")
    assert "共 4 件" in page
    assert "重新计算" in page
    query = dict(part.split("=") for part in OF_OCTOBER.split("&"))
    assert client.submit("/analysis/recount", query).status_code == 303
    assert "正在计算：0 / 4 件" in text_of(client, f"/analysis?{OF_OCTOBER}")
