"""The register of majors on its pages: what is missing, entries with their proof, the papers."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import jobs
from engine.store import Certificate, Draft
from tests.cast import Cast
from tests.engine.majors.major_stories import Major
from tests.engine.stories import tags
from tests.pictures import photo
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web import db
from web.config import Config

HARM = "遇火源可能爆燃"


@pytest.fixture
def major(session: Session, cast: Cast, config: Config, clock: time_machine.Traveller) -> Major:
    return Major(session, cast, config).determined()


def here(major: Major, tail: str = "") -> str:
    return f"/majors/{major.id}{tail}"


def test_the_register_leads_from_what_is_missing_to_the_step_that_asks(
    major: Major, client: Client
) -> None:
    client.sign_in(major.cast.verifier)
    register = text_of(client, "/majors")
    for words in ("缺部门报告", "缺职代会报告", "缺防范措施", "缺治理方案", "还没有清零"):
        assert words in register
    page = text_of(client, here(major))
    assert "没有报告监管部门 · " in page
    assert "/tasks/" in page
    assert here(major, "/report/authority") not in page
    answer = client.submit(here(major, "/report/authority"), {
        "name": "区应急管理局", "method": "phone", "reported_on": "2026-11-02", "note": "接报 7",
    })  # fmt: skip
    assert answer.status_code == 422
    assert "不用登记两次" in answer.text
    assert "区应急管理局" in answer.text
    assert "没有符合条件的重大隐患" in text_of(client, "/majors?missing=overdue")


def test_a_report_is_drawn_up_and_the_step_finds_it_filled_in(
    major: Major, client: Client, app: Flask
) -> None:
    client.sign_in(major.cast.verifier)
    wrong = client.submit(here(major, "/papers/authority"), {"addressed_to": "区应急管理局"})
    assert wrong.status_code == 422
    assert "区应急管理局" in wrong.text
    answer = client.submit(here(major, "/papers/authority"), {
        "addressed_to": "区应急管理局", "state_and_cause": "没有装报警器",
        "harm_and_difficulty": HARM, "contact": "何核",
    })  # fmt: skip
    of_kind = Certificate.kind == "major_authority"
    row = major.session.scalars(select(Certificate).where(of_kind)).one()
    assert answer.location == f"/certificates/{row.number}"
    assert row.number.startswith("ZB-")
    assert "certificate:issued" in tags(major.session, major.id)
    assert major.session.scalars(select(Draft.answers)).one()["hazard_harm"] == HARM
    major.reported().planned()
    client.submit(here(major, "/papers/authority"), {
        "addressed_to": "区应急管理局", "state_and_cause": "没有装报警器",
        "harm_and_difficulty": HARM,
    })  # fmt: skip
    with app.app_context():
        while jobs.run_due(db.session()):
            pass
    for number in (row.number, f"{row.number}-2"):
        paper = client.get(f"/certificates/{number}.pdf")
        assert paper.status_code == 200
        assert paper.data[:4] == b"%PDF"
    later = Certificate.number == f"{row.number}-2"
    code = major.session.scalars(select(Certificate.code).where(later)).one()
    assert f"{row.number}-2" in text_of(client, f"/verify/{code}")


def test_an_authority_lists_a_major_and_strikes_it_off_with_its_document(
    major: Major, client: Client
) -> None:
    major.reported().planned().put_right()
    client.sign_in(major.cast.officer)
    assert 'value="区应急管理局"' in text_of(client, here(major, "/supervision"))
    entry = {"authority": "区应急管理局", "listed_on": "2026-11-02"}
    wrong = client.submit(here(major, "/supervision"), {**entry, "case_number": ""})
    assert wrong.status_code == 422
    by_slip = {**entry, "case_number": "督3", "due_on": "2026-11-31"}
    wrong = client.submit(here(major, "/supervision"), by_slip)
    assert (wrong.status_code, 'value="2026-11-31"' in wrong.text) == (422, True)
    given = {**entry, "case_number": "督3", "files": (BytesIO(photo("brown")), "a.webp")}
    answer = client.submit(here(major, "/supervision"), given)
    assert answer.location == here(major)
    page = text_of(client, here(major))
    assert "已销号，未核销" in page
    assert "/files/" in page
    assert "督办部门还没有核销" in page
    client.sign_in(major.cast.principal)
    page = text_of(client, here(major))
    (end,) = {part for part in page.split('"') if part.endswith("/strike-off")}
    struck = {"cancelled_on": "2026-11-02", "cancelled_by": "督核1"}
    refused = client.submit(end, struck)
    assert "请上传督办部门的通知书或决定书" in refused.text
    assert "督核1" in refused.text
    answer = client.submit(end, {**struck, "files": (BytesIO(photo("brown")), "b.webp")})
    assert answer.location == here(major)
    assert "没有在册的重大隐患" in text_of(client, "/majors")
    history = text_of(client, f"/cases/{major.id}")
    assert "挂牌督办" in history
    assert "督办部门核销" in history


def test_the_treatment_is_accepted_element_by_element(major: Major, client: Client) -> None:
    major.reported().planned()
    client.sign_in(major.cast.principal)
    filled = {f"actual_{key}": "完成" for key in
              ("goal", "methods", "resources", "people", "schedule", "safety")}  # fmt: skip
    filled |= {"evaluation": "self", "evaluated_by": "安全部", "conclusion": "合格"}
    early = client.submit(here(major, "/papers/acceptance"), filled)
    assert "整改还没有验收合格" in early.text
    major.put_right()
    assert "已更换" in text_of(client, here(major, "/papers/acceptance"))
    answer = client.submit(here(major, "/papers/acceptance"), filled)
    assert answer.location.startswith("/certificates/ZY-")


def test_the_register_as_a_file_says_criteria_plan_and_reports(
    major: Major, client: Client
) -> None:
    major.reported().planned()
    client.sign_in(major.cast.officer)
    book = openpyxl.load_workbook(BytesIO(client.get("/majors.xlsx").data))
    assert book.active is not None
    heading, line = book.active.iter_rows(min_row=2, values_only=True)
    said = dict(zip(heading, line, strict=True))
    assert said["判定依据"] == "应急管理部令第10号 第三条（一）"
    assert said["安全措施和应急预案"] == "见方案"
    assert said["部门报告凭据"] == "回执 2026-0302"
    assert said["单位"] == "甲机械有限公司"
    assert "何核" not in str(line)


def test_the_publicity_sheet_names_nobody_and_no_spot_of_who_was_not_named(
    major: Major, client: Client
) -> None:
    client.sign_in(major.cast.union)
    page = text_of(client, "/publicity")
    assert "配电柜进水" in page
    assert major.cast.reporter.name not in page
    first, second = (client.get("/publicity.pdf").data for _ in range(2))
    assert first[:4] == b"%PDF"
    assert first == second
    client.sign_in(major.cast.officer)
    assert client.get("/publicity").status_code == 403
