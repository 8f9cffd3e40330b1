"""Complaining on the pages: whoever reported can, the union sees it, and management never does."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from lxml import html
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock, definitions, jobs
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.filestore import FileStore
from engine.store import Place
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.complaint_story import Complaining, complaint_bundle, district_union, member
from tests.pictures import photo
from tests.web.reporting import CODE, Report, deploy, form_of, poster
from tests.web.visits import Client
from web import db
from web.config import Config

pytestmark = [
    pytest.mark.usefixtures("clock"),
]
#: Words that stand in the complaint and nowhere else.
SECRETS = ("扣了我的夜班津贴", "TS-CN001-2026-00001", "打击报复投诉")


@pytest.fixture
def place(session: Session, cast: Cast, config: Config) -> Place:
    """A poster of 甲; the office has deployed what is shipped."""
    session.info["files"] = FileStore(config.data_dir)
    deploy(session, cast.enterprise_id)
    execute(
        session, definitions.deploy, complaint_bundle(), organisation_id=cast.office_id,
        actor=SYSTEM,
    )  # fmt: skip
    return poster(session, cast)


@pytest.fixture
def guest(client: Client, place: Place) -> Client:
    """A phone whose owner reported anonymously and has entered the code."""
    code = Report(client, f"/r/{place.code}").write(description="柜门坏了").press("quick").code()
    assert client.submit("/status", {"code": code}).status_code == 303
    return client


@pytest.fixture
def visit(app: Flask) -> Any:
    """A browser for each of the cast."""
    return lambda actor: signed_in(app, actor)


def signed_in(app: Flask, actor: Actor) -> Client:
    client = Client(app)
    client.sign_in(actor)
    return client


def complain(client: Client, **said: Any) -> Any:
    """Fill in the page that a report's page leads to, and send it."""
    link = html.fromstring(client.get("/status").text).xpath(
        "//a[contains(@href,'complaints/new')]"
    )
    fields = form_of(client.get(link[0].get("href")).text)
    for key, value in {"happened": "扣了我的夜班津贴", **said}.items():
        fields[key] = value
    for _ in range(2):
        # The second is a second tap.
        photo_sent = (BytesIO(photo("brown")), "工资条.jpg")
        answer = client.post("/complaints/new", data={**fields.to_dict(), "photos": photo_sent})
    return answer


def run_jobs(app: Flask) -> None:
    with app.app_context():
        while jobs.run_due(db.session()):
            pass


def test_a_nameless_reporter_complains_and_the_principal_reads_the_letter_alone(
    guest: Client, visit: Any, cast: Cast, app: Flask, session: Session
) -> None:
    wrong = complain(guest, happened=" ", mode="anonymous")
    assert wrong.status_code == 422
    # The photo is kept; in another union's room it would have to be sent anew.
    kept = form_of(wrong.text)
    assert len(kept.getlist("photos")) == 1
    kept["happened"], kept["photos"] = "扣了钱", str(uuid4())
    lost = guest.post("/complaints/new", data=kept)
    assert lost.status_code == 422
    assert "请重新上传" in lost.text
    assert form_of(lost.text).getlist("photos") == []
    sent = complain(guest, mode="anonymous", accused="胡主任")
    assert sent.status_code == 303
    (code, *_) = CODE.findall(guest.get(sent.location).text)
    assert CODE.findall(guest.get(sent.location).text) == []
    opened = guest.submit("/status", {"code": code})
    own = guest.get(opened.location)
    assert own.headers["Cache-Control"] == "no-store"
    assert "等待受理" in own.text
    assert guest.get("/status").location == opened.location
    assert guest.submit("/status/messages", {"text": ""}).status_code == 303
    for wrong in ("2026-01-01~00", "2026-01-01~" + "0" * 32, "x"):
        assert visit(cast.union).get(f"/complaints?after={wrong}").status_code == 422
    union = visit(cast.union)
    desk = html.fromstring(union.get("/complaints").text)
    (address,) = desk.xpath("//main//ul[@class='cards']//a/@href")
    page = union.get(address).text
    assert "扣了我的夜班津贴" in page
    picture = html.fromstring(page).xpath("//main//ul[@class='photos mb-2']//a/@href")[0]
    assert union.get(picture).mimetype == "image/webp"
    for key, said in (
        ("受理", {"accepted": "yes"}),
        ("调查核实", {"talks": "问了三人", "findings": "确有其事", "founded": "founded"}),
        (
            "写意见书",
            {"opinion": "请补发津贴。", "demands": "restore_pay", "reply_by": "2026-11-20"},
        ),
    ):
        page = union.get(address).text
        assert key in page
        (action,) = html.fromstring(page).xpath("//section[@id='task']/form/@action")
        empty = union.submit(action, {})
        assert empty.status_code == 422, key
        assert union.submit(action, said).status_code == 303
        assert union.submit(action, said).status_code == 303
    run_jobs(app)
    principal = visit(cast.principal)
    (letter,) = html.fromstring(principal.get("/letters").text).xpath(
        "//main//a[contains(@href,'/letters/')]/@href"
    )
    read = principal.get(letter).text
    assert "请补发津贴。" in read
    assert "恢复并补足待遇" in read
    paper = principal.get(f"{letter}/letter.pdf")
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(paper.data)).pages)
    for said in (read, text):
        assert not [one for one in (*SECRETS, "胡主任", "问了三人", "确有其事") if one in said]
    assert principal.submit(letter, {"text": " "}).status_code == 422
    assert principal.submit(letter, {"text": "已补发"}).status_code == 303
    assert "已补发" in union.get(address).text
    going = guest.get(opened.location).text
    assert "主要负责人" in going
    assert "工会只看到“投诉人”" in going
    assert guest.submit(f"{opened.location}/withdraw").status_code == 303
    over = guest.get(opened.location).text
    assert "已撤回" in over
    assert "再输入报告的凭证码" in over


def test_nobody_else_finds_a_trace(
    visit: Any, place: Place, cast: Cast, session: Session, app: Flask, observer: Actor
) -> None:
    district = district_union(session, cast)
    it = Complaining(session, cast, is_deployed=True, happened="扣了我的夜班津贴")
    it.run_jobs()
    pages = (
        "/", "/tasks", "/tasks?scope=group", "/reports", "/hazards", "/hazards.csv", "/rewards",
        "/statistics", "/statistics?month=2026-11", "/analysis", "/board", "/returns", "/coverage",
        "/notifications", "/audit/looks", "/audit/grounds", "/incidents", "/definitions", "/people",
        "/organisation", f"/registry/{cast.enterprise_id}", "/registry", f"/cases/{it.id}",
        f"/cases/{it.id}/audit.jsonl", f"/complaints/{it.id}", "/complaints", "/letters",
        f"/complaints/own/{it.id}", "/studio", "/places", "/principal", "/api/v1/instances",
    )  # fmt: skip
    everybody = cast.everybody() | {"observer": observer, "district": district}
    for part, actor in everybody.items():
        if part in ("union", "reporter"):
            continue
        client = visit(actor)
        for path in pages:
            text = client.get(path).text
            assert not [one for one in SECRETS[:2] if one in text], (part, path)
            assert part == "district" or "权益投诉" not in text, (part, path)
    assert "TS-CN001-2026-00001" in visit(cast.union).get("/notifications").text
    assert "TS-CN001-2026-00001" in visit(cast.reporter).get("/reports").text
    assert (
        "权益投诉" in visit(cast.union).get("/").text
        or "权益投诉" in visit(cast.union).get("/tasks").text
    )
    session.rollback()
    for table in (t.Hazard, t.Month, t.MonthPerson, t.AuditLook):
        assert session.scalars(select(table)).all() == [], table
    mine = visit(cast.reporter).get(f"/complaints/own/{it.id}").text
    assert "扣了我的夜班津贴" in mine


def test_a_union_that_also_manages_is_warned_of_and_the_district_is_offered(
    visit: Any, place: Place, cast: Cast, session: Session
) -> None:
    reporter = visit(cast.reporter)
    assert "区总工会" not in reporter.get("/complaints/new").text
    office = member(session, cast.office_id, "office-admin", "安管", "administrator")
    desk = visit(office)
    district = district_union(session, cast)
    settings = desk.get("/organisation").text
    assert "打击报复投诉由谁办理" in settings
    member(session, cast.enterprise_id, "mixed", "核会", "union", "verifier")
    page = reporter.get("/complaints/new").text
    assert "这个工会的人还在单位负责核查" in page
    assert "区总工会" in page
    fields = form_of(page)
    for key, value in {"union": "district", "happened": "被调岗", "mode": "confidential"}.items():
        fields[key] = value
    assert reporter.post("/complaints/new", data=fields).status_code == 303
    assert visit(cast.union).get("/complaints").text.count("TS-ZGH-2026-00001") == 0
    assert "TS-ZGH-2026-00001" in visit(district).get("/complaints").text
    figures = visit(district).get("/complaints")
    # What is not told may as well be many, with few beside it.
    assert "不显示" in figures.text
    assert "不足 5</dd>" not in figures.text
    assert visit(district).get("/complaints/figures").status_code == 200
    assert visit(cast.officer).get("/complaints").status_code == 404


def test_the_question_is_answered_on_the_page_of_the_report(
    guest: Client, visit: Any, session: Session, cast: Cast
) -> None:
    assert "有没有因为这份报告" not in guest.get("/status").text
    case = session.execute(select(t.Instance.organisation_id, t.Instance.id)).one()
    session.add(t.CheckIn(organisation_id=case[0], instance_id=case[1], due_on=clock.local_date()))
    session.commit()
    assert "有没有因为这份报告" in guest.get("/status").text
    assert guest.submit("/status/check-in", {"answer": "nonsense"}).status_code == 303
    assert guest.submit("/status/check-in", {"answer": "no"}).status_code == 303
    page = guest.get("/status").text
    assert "您已经回答" in page
    led = guest.submit("/status/check-in", {"answer": "yes"})
    assert "/complaints/new" in led.location
    assert guest.get(led.location).status_code == 200
    for actor in (cast.principal, cast.verifier, cast.union):
        told = visit(actor).get(f"/cases/{case[1]}").text
        assert "有没有因为" not in told
    assert session.scalar(update(t.CheckIn).values(answer="yes").returning(t.CheckIn.answer))


def test_where_no_process_is_deployed_others_to_ask_are_named(visit: Any, cast: Cast) -> None:
    client = visit(cast.reporter)
    for answer in (
        client.get("/complaints/new"),
        client.submit("/complaints/new", {"happened": "扣了津贴", "union": "own"}),
    ):
        assert (answer.status_code, "12351" in answer.text) == (200, True)
