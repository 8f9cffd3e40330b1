"""Campaigns on their pages and papers: what was typed stays, and nothing that is sent breaks."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from lxml import html
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.web.house import House, furnish
from tests.web.visits import Client

FILLED = {
    "kind": "selection", "title": "年度优秀案例评选", "basis": "长安委〔2025〕1号",
    "contact": "管信 021-5555", "opens_on": "2036-11-01", "closes_on": "2036-11-20",
    "kinds": ["department", "town"], "questions-0-label": "花费多少", "questions-0-most": "100",
    "questions-0-required": "y", "criteria-0-name": "创新", "criteria-0-most": "40",
    "awards-0-name": "一等奖", "awards-0-count": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnish(tmp_path_factory.mktemp("campaigns"), sqlite_template) as furnished:
        yield furnished


def client(house: House, part: str) -> Client:
    found = Client(house.app)
    found.sign_in(house.actors[part])
    return found


def text_of(answer: Any) -> str:
    return html.fromstring(answer.data).text_content()


def test_a_plan_is_kept_as_typed_when_it_is_refused_and_then_stored(house: House) -> None:
    director = client(house, "office")
    refused = director.submit("/campaigns/new", {**FILLED, "title": "", "awards-0-count": "NaN"})
    assert refused.status_code == 422
    page = html.fromstring(refused.data)
    assert page.xpath("//input[@name='questions-0-label']/@value") == ["花费多少"]
    assert page.xpath("//input[@name='awards-0-count']/@value") == ["NaN"]
    assert "请填 1 至 200 的整数" in page.text_content()
    made = director.submit("/campaigns/new", FILLED)
    assert made.status_code == 302
    address = made.headers["Location"]
    assert "草稿只有安委办看得到" in text_of(director.get(address))
    assert client(house, "officer").get(address).status_code == 404
    edit = html.fromstring(director.get(f"{address}/edit").data)
    assert edit.xpath("//input[@name='questions-0-label']/@value") == ["花费多少"]
    # Three empty rows wait for more.
    assert len(edit.xpath("//input[starts-with(@name, 'criteria-') and @maxlength='100']")) == 4
    opened = director.submit(f"{address}/open")
    assert opened.status_code == 302
    assert "还没有开始" in text_of(client(house, "officer").get("/campaigns"))
    early = director.submit(f"{address}/judge")
    assert early.status_code == 409
    assert "还没有截止" in text_of(early)
    no_reason = director.submit(f"{address}/cancel", {"reason": ""})
    assert no_reason.status_code == 422
    assert director.submit(f"{address}/cancel", {"reason": "并入市级"}).status_code == 302
    assert "并入市级" in text_of(client(house, "officer").get(address))


def test_the_result_is_a_page_a_paper_and_a_mark_without_the_name(house: House) -> None:
    campaign = house.thing("", "campaign_id")
    page = text_of(client(house, "principal").get(f"/campaigns/{campaign}"))
    assert "一等奖" in page
    assert "80.00" in page
    answer = client(house, "town").get(f"/campaigns/{campaign}/result.pdf")
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(answer.data)).pages)
    for said in ("结果公示", "一等奖", "配电柜加防水罩", "江湾街道", "管信"):
        assert said in text
    # The enterprise did not agree to be named.
    assert "甲机械" not in text
    public = text_of(Client(house.app).get(f"/practices/public/{house.thing('', 'slug')}"))
    assert "一等奖" in public
    assert "甲机械" not in public
    book = client(house, "reporter").get("/practices/book.pdf")
    pages = [one.extract_text() for one in PdfReader(BytesIO(book.data)).pages]
    assert "一等奖" in pages[2]


def test_the_list_names_who_handed_in(house: House) -> None:
    campaign = house.thing("", "campaign_id")
    answer = client(house, "town").get(f"/campaigns/{campaign}/entries.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    text = "\n".join("｜".join(row) for row in rows)
    assert "【报送单位】江湾街道" in text
    assert "报送表【江湾街道】" in text
    (line,) = [row for row in rows if "配电柜加防水罩" in row]
    assert line[0] == "江湾街道"
    assert {"不署名", "推广价值高", "花费三千二百元"} <= set(line)
    assert "甲机械" not in text
    town = house.actors["town"].organisation_id
    director = client(house, "office")
    one = director.get(f"/campaigns/{campaign}?unit={town}").get_data(as_text=True)
    assert "江湾街道：报送的案例" in one
    for nobody in (uuid4(), house.actors["stranger"].organisation_id):
        assert director.get(f"/campaigns/{campaign}?unit={nobody}").status_code == 404
    # Another unit's list is its own.
    other = client(house, "officer").get(f"/campaigns/{campaign}/entries.csv").data.decode()
    assert "配电柜" not in other


def test_nothing_that_is_sent_breaks_a_page(house: House) -> None:
    director, officer = client(house, "office"), client(house, "officer")
    campaign, entry = house.thing("", "campaign_id"), house.thing("", "entry_id")
    odd = ["", "NaN", "-1", "9" * 400, "\ufffe", "１２", "0x10", str(uuid4()), "a:b"]
    for text in odd:
        for visitor, path, fields in [
            (director, "/campaigns/new", {**FILLED, "kind": text, "criteria-0-most": text}),
            (director, "/campaigns/new", {**FILLED, "closes_on": text, "kinds": [text]}),
            (director, f"/campaigns/{campaign}/panel", {"person": text}),
            (director, f"/campaigns/{campaign}/panel", {"remove": text or "?"}),
            (director, f"/campaigns/{campaign}/assign", {"each": text}),
            (director, f"/campaigns/{campaign}/extend", {"closes_on": text, "reason": text}),
            (director, f"/campaigns/{campaign}/decision", {f"award-{text}": text}),
            (director, f"/campaigns/entries/{entry}/reviewers", {"person": text}),
            (officer, f"/campaigns/reviews/{entry}", {"c1": text, "version": text}),
            (officer, f"/campaigns/reviews/{entry}/step-back", {"reason": text}),
            (officer, f"/campaigns/entries/{entry}/recommend", {"recommendation": text}),
        ]:
            answer = visitor.submit(path, fields)
            assert answer.status_code in (302, 403, 404, 409, 422), (path, text)
        for path in ("units", "enter", "panel", "trail"):
            query = {"kind": text, "after": text, "q": text, "missing": text}
            answer = director.get(f"/campaigns/{campaign}/{path}", query_string=query)
            assert answer.status_code in (200, 422), (path, text)
    # Of another office's there is nothing to be found.
    for path in (f"/campaigns/{uuid4()}", f"/campaigns/entries/{uuid4()}"):
        assert director.get(path).status_code == 404


def test_a_case_leads_to_its_campaigns(house: House) -> None:
    case, entry = house.thing("", "practice_id"), house.thing("", "entry_id")
    page = html.fromstring(client(house, "principal").get(f"/practices/{case}").data)
    assert page.xpath("//main//a[contains(@href, '/campaigns/entries/')]/@href") == [
        f"/campaigns/entries/{entry}"
    ]
    # Who only learns from it has nothing to do there.
    other = html.fromstring(client(house, "finance").get(f"/practices/{case}").data)
    assert other.xpath("//main//a[contains(@href, '/campaigns/entries/')]") == []
