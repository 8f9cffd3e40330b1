"""Guidance visits on their pages, from both sides."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from lxml import html
from pypdf import PdfReader

from tests.pictures import photo
from tests.web.house import House, furnish
from tests.web.visits import Client


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnish(tmp_path_factory.mktemp("visits"), sqlite_template) as furnished:
        yield furnished


def client(house: House, part: str) -> Client:
    found = Client(house.app)
    found.sign_in(house.actors[part])
    return found


def test_a_visit_is_planned_and_waits_in_the_inbox(house: House) -> None:
    officer = client(house, "officer")
    page = officer.get("/guidance/new?q=甲机械").get_data(as_text=True)
    assert "甲机械有限公司" in page
    address = f"/guidance/new/{house.thing('', 'enterprise_id')}"
    said = {"plan_kind": "special", "plan_number": "专项 2026-11", "planned_on": "2030-01-05"}
    refused = officer.submit(address, {**said, "purpose": "看奖励"})
    assert refused.status_code == 422
    assert "至少两人" in refused.get_data(as_text=True)
    assert "看奖励" in refused.get_data(as_text=True)
    planned = officer.submit(address, {**said, "other_visitors": "纪街、林工"})
    assert planned.status_code == 302
    visit = officer.get(planned.headers["Location"]).get_data(as_text=True)
    assert "专项 2026-11" in visit
    assert "现场指导" in officer.get("/tasks?scope=group").get_data(as_text=True)
    # Its own process is no look into an enterprise: no ground is asked for.
    case = html.fromstring(visit).xpath("//a[contains(@href, '/cases/')]/@href")[0]
    assert officer.get(case).status_code == 200
    # The enterprise does not read of it before there is a letter.
    assert client(house, "principal").get(planned.headers["Location"]).status_code == 404


def test_the_enterprise_reads_the_letter_and_answers_with_a_photo(house: House) -> None:
    principal = client(house, "principal")
    visit = house.thing("", "visit_id")
    page = principal.get(f"/guidance/{visit}").get_data(as_text=True)
    assert "请及时兑现已批准的奖励" in page
    letter = principal.get(f"/guidance/{visit}/letter.pdf")
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(letter.data)).pages)
    assert "合规指导意见书" in text
    assert "不是行政处罚文书" in text
    address = f"/guidance/follow-ups/{house.thing('', 'follow_up_id')}"
    empty = principal.submit(address, {"text": ""})
    assert empty.status_code == 422
    sent = {"text": "昨天已经发放", "files": (BytesIO(photo("brown")), "slip.webp")}
    answered = principal.submit(address, sent, content_type="multipart/form-data")
    assert answered.status_code == 302
    seen = html.fromstring(client(house, "officer").get(f"/guidance/{visit}").data)
    assert "昨天已经发放" in seen.text_content()
    (picture,) = seen.xpath("//section[@id='follow-ups']//img/@src")
    assert client(house, "officer").get(picture).status_code == 200
    assert client(house, "stranger").get(picture).status_code == 404


def test_a_notification_leads_to_the_visit(house: House) -> None:
    principal = client(house, "principal")
    page = html.fromstring(principal.get("/notifications").data)
    for form in page.xpath("//form[contains(@action, '/open')]/@action"):
        target = principal.submit(form).headers["Location"]
        if target.startswith("/guidance/"):
            assert principal.get(target).status_code == 200
            break
    else:
        pytest.fail("no notification leads to the visit")


def test_an_enterprise_assesses_itself_by_the_same_checklist(house: House) -> None:
    answer = client(house, "verifier").get("/guidance/self-assessment.pdf")
    (page,) = PdfReader(BytesIO(answer.data)).pages
    text = page.extract_text()
    assert "机制建设自评表" in text
    assert "抽查的应奖报告都已及时发放奖励" in text
    assert "报告途径" in text
