"""Typing in what others say, page by page: whose it is, what is shown, and to whom."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import instances, reporters
from engine.store import Hazard, Instance, Place, Reporter
from tests.cast import Cast
from tests.web.reporting import CODE, Report, deploy, poster
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("clock")
NAME = "欧阳秀英"


@pytest.fixture
def place(session: Session, cast: Cast) -> Place:
    """A poster of 甲, which runs what is shipped."""
    deploy(session, cast.enterprise_id)
    return poster(session, cast)


@pytest.fixture
def desk(client: Client, cast: Cast, place: Place) -> Report:
    """The verifier, who takes reports in."""
    client.sign_in(cast.verifier)
    return Report(client, "/report/for")


def case_of(session: Session) -> Instance:
    session.rollback()
    return session.scalars(select(Instance)).one()


def test_a_slip_is_typed_in_and_its_code_handed_over(session: Session, desk: Report) -> None:
    assert "替别人填" in desk.answer.text
    desk.write(place="二号车间", description="纸条上写：柜门坏了").press("next")
    assert "怎么收到的" in desk.answer.text
    desk.write(channel="slip", identity_mode="confidential", reporter_name=NAME,
               reporter_contact="装配一班", wants_code="y").press("next")  # fmt: skip
    assert NAME in desk.answer.text
    assert "信箱、纸条" in desk.answer.text
    desk.press("send")
    assert desk.answer.location == "/report/for/sent"
    page = desk.receipt().text
    case = case_of(session)
    assert case.number in page
    assert NAME not in page
    code = CODE.findall(page)[0]
    assert reporters.find_by_receipt(session, code) == (case.organisation_id, case.id)
    row = session.scalars(select(Hazard)).one()
    assert (row.source, row.channel) == ("staff", "slip")
    assert session.scalars(select(Reporter)).one().mode == "confidential"
    assert NAME not in str(instances.read_data(session, case))
    # Shown this once.
    assert not CODE.findall(desk.client.get("/report/for/sent").text)


def test_who_wants_no_code_sees_none(desk: Report) -> None:
    desk.write(place="二号车间", description="柜门坏了").press("next")
    desk.write(identity_mode="named", reporter_name=NAME).press("next").press("send")
    assert not CODE.findall(desk.receipt().text)


def test_a_colleague_of_that_name_is_asked_for(session: Session, cast: Cast, desk: Report) -> None:
    desk.write(place="二号车间", description="柜门坏了").press("next")
    desk.write(channel="phone", identity_mode="named", reporter_name=cast.reporter.name)
    desk.press("next")
    assert desk.answer.status_code == 422
    assert "同名" in desk.answer.text
    desk.write(reporter_account=str(cast.reporter.user_id)).press("next").press("send")
    case = case_of(session)
    both = [one.user_id for one in (cast.reporter, cast.verifier) if one.user_id]
    known = reporters.among(session, cast.enterprise_id, case.id, both)
    assert known == {cast.reporter.user_id}


def test_an_inspection_says_whose_and_names_nobody(session: Session, desk: Report) -> None:
    desk.write(place="二号车间", description="消防通道堆物").press("next")
    desk.write(source="government", channel="document").press("next")
    assert desk.answer.status_code == 422
    desk.write(source_note="区应急局 检查记录 12 号").press("next").press("send")
    assert desk.answer.status_code == 303, desk.answer.text
    case = case_of(session)
    assert case.identity_mode == "none"
    assert not session.scalars(select(Reporter)).all()
    page = desk.client.get(f"/cases/{case.id}").text
    for words in ("政府检查", "区应急局 检查记录 12 号", "来文", "代填", "何核", "没有报告人"):
        assert words in page
    assert "查看报告人身份" not in page
    assert "与报告人留言" not in page
    listed = desk.client.get("/hazards?source=government&channel=document").text
    assert "消防通道堆物" in listed
    assert "消防通道堆物" not in desk.client.get("/hazards?source=staff").text
    lines = desk.client.get("/hazards.csv").get_data(as_text=True)
    assert "途径" in lines.splitlines()[0]
    assert "政府检查" in lines
    assert "来文" in lines


def test_the_inbox_leads_there_for_those_who_take_reports_in(
    client: Client, cast: Cast, place: Place
) -> None:
    client.sign_in(cast.verifier)
    assert "/report/for" in client.get("/tasks").text
    client.sign_in(cast.finance)
    assert "/report/for" not in client.get("/tasks").text
    assert client.get("/report/for").status_code == 403


def test_posters_and_pages_say_by_which_way(
    session: Session, client: Client, cast: Cast, place: Place
) -> None:
    Report(client, f"/r/{place.code}").write(description="扫码来的").press("quick")
    client.sign_in(cast.reporter)
    Report(client, "/report").write(place="门口", description="网页来的").press("quick")
    session.rollback()
    rows = session.scalars(select(Hazard).order_by(Hazard.reported_at, Hazard.report_number))
    assert [row.channel for row in rows] == ["qr", "web"]
