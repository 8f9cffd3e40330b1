"""Names by consent on the pages: agreed to by account or code, printed, and nowhere else."""

from __future__ import annotations

import logging
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import clock, jobs, naming, reporters
from engine.commands import execute
from tests import readers
from tests.cast import Cast
from tests.engine.honours.naming_stories import Rewarded, everything_kept
from tests.looking import state_grounds
from tests.web.drawn_once import papers_drawn_once
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web import db
from web.config import Config

GUEST = "路人甲乙"
#: Where somebody of the house or above might read of a case, a reward or a person.
_LISTS = (
    "/hazards", "/rewards", "/tasks", "/statistics", "/analysis", "/honours", "/publicity",
    "/hazards.csv", "/rewards.csv", "/hazards.xlsx", "/rewards.xlsx", "/majors", "/notifications",
    "/safety-record/thanks",
)  # fmt: skip


@pytest.fixture
def told(session: Session, cast: Cast, config: Config) -> Rewarded:
    """甲 with its flow."""
    return Rewarded(session, cast, config)


def sheet(client: Client, query: str = "") -> str:
    """Give the text of this month's sheet as it is printed now."""
    answer = client.get(f"/publicity.pdf{query}")
    assert answer.status_code == 200
    return readers.text(answer.data)


def test_an_account_agrees_once_for_all_and_once_not(
    told: Rewarded, app: Flask, client: Client
) -> None:
    cast = told.cast
    case = told.case()
    printer = Client(app)
    printer.sign_in(cast.union)
    assert "包晓" not in sheet(printer)
    client.sign_in(cast.reporter)
    page = text_of(client, f"/reports/{case}")
    assert "您没有同意，公示单上只有编号" in page
    assert "您没有同意，哪里都不写您的姓名" in text_of(client, "/honours/consent")
    assert client.submit("/honours/consent").location == "/honours/consent"
    assert "收不回来" in text_of(client, "/honours/consent")
    preview = text_of(printer, "/publicity")
    assert "1 项经本人同意署名" in preview
    assert "包晓" not in preview
    first, second = sheet(printer), sheet(printer)
    assert "包晓" in first
    assert first == second
    assert "包晓" not in sheet(printer, "?names=none")
    assert "您同意了" in text_of(client, f"/reports/{case}")
    client.submit(f"/reports/{case}/naming", {"agreed": "no"})
    assert "您说过这一件不署名" in text_of(client, f"/reports/{case}")
    assert "包晓" not in sheet(printer)
    client.submit(f"/reports/{case}/naming", {"agreed": "yes"})
    assert "包晓" in sheet(printer)
    client.submit("/honours/consent/withdraw")
    assert "包晓" not in sheet(printer)


def by_code(app: Flask, told: Rewarded, case: UUID) -> Client:
    """Come back to a case with its receipt code."""
    client = Client(app)
    code = reporters.receipt_code(told.session, case)
    told.session.rollback()
    assert client.submit("/status", {"code": code}).status_code == 303
    return client


def test_a_guest_agrees_and_takes_it_back_with_the_code(told: Rewarded, app: Flask) -> None:
    case = told.case(told.guest(), name=GUEST, paid=True)
    printer = Client(app)
    printer.sign_in(told.cast.finance)
    guest = by_code(app, told, case)
    page = guest.get("/status").text
    assert "公示署名" in page
    assert GUEST not in page
    assert guest.submit("/status/naming", {"agreed": "yes"}).location == "/status"
    assert GUEST in sheet(printer)
    guest.submit("/status/naming", {"agreed": "no"})
    assert GUEST not in sheet(printer)
    # Without a code there is nothing to agree to.
    assert Client(app).submit("/status/naming", {"agreed": "yes"}).location == "/status"
    assert GUEST not in sheet(printer)


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_who_did_not_report_by_name_is_not_asked(told: Rewarded, app: Flask, mode: str) -> None:
    case = told.case(told.guest(), mode=mode, name=GUEST if mode == "confidential" else "")
    guest = by_code(app, told, case)
    assert "公示署名" not in guest.get("/status").text
    assert guest.submit("/status/naming", {"agreed": "yes"}).status_code == 409
    printer = Client(app)
    printer.sign_in(told.cast.union)
    assert GUEST not in sheet(printer)


def test_who_reported_in_confidence_is_nowhere(
    told: Rewarded, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """包晓 agrees to be named, and yet nothing tells of what was reported in confidence."""
    cast, session = told.cast, told.session
    caplog.set_level(logging.DEBUG)
    quiet = told.case(mode="confidential", paid=True)
    code = reporters.receipt_code(session, quiet)
    session.rollback()
    execute(session, naming.agree, actor=cast.reporter)
    state_grounds(session, cast)
    with app.app_context():
        while jobs.run_due(db.session()):
            pass
    readers_of = (cast.verifier, cast.finance, cast.union, cast.principal, cast.administrator,
                  cast.officer, cast.office)  # fmt: skip
    pages = (*_LISTS, f"/cases/{quiet}", f"/honours/candidates?period={clock.local_date():%Y-%m}")
    opened, printed = 0, set()
    with papers_drawn_once():
        for actor in readers_of:
            client = Client(app)
            client.sign_in(actor)
            for path in pages:
                answer = client.get(path, follow_redirects=True)
                assert answer.status_code in (200, 403, 404), path
                opened += answer.status_code == 200
                assert "包晓".encode() not in answer.data, (actor.name, path)
            pdf = client.get("/publicity.pdf")
            if pdf.status_code == 200:
                printed.add(pdf.data)
    assert printed
    assert all("包晓" not in readers.text(paper) for paper in printed)
    assert opened > 40
    assert "包晓" not in everything_kept(session)
    assert "包晓" not in caplog.text
    assert code not in caplog.text


def test_a_printed_guest_s_name_is_in_no_log_and_no_event(
    told: Rewarded, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case = told.case(told.guest(), name=GUEST, paid=True)
    by_code(app, told, case).submit("/status/naming", {"agreed": "yes"})
    printer = Client(app)
    printer.sign_in(told.cast.principal)
    assert GUEST in sheet(printer)
    assert GUEST not in everything_kept(told.session)
    assert GUEST not in caplog.text
    page = text_of(printer, f"/cases/{case}")
    assert "报告人同意署名" in page
    assert "按本人同意印了姓名" in page
    assert f"{clock.local_date():%Y-%m} 的公示单" in page
    assert GUEST not in page
