"""Typical cases on their pages: the closed hazard, the public page, the feed and the book."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.web.house import House, furnish
from tests.web.visits import Client


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnish(tmp_path_factory.mktemp("practices"), sqlite_template) as furnished:
        yield furnished


def client(house: House, part: str = "") -> Client:
    found = Client(house.app)
    if part:
        found.sign_in(house.actors[part])
    return found


def test_the_public_reads_it_without_name_and_reporter(house: House) -> None:
    slug = house.thing("", "slug")
    page = client(house).get(f"/practices/public/{slug}").get_data(as_text=True)
    assert "配电柜加防水罩" in page
    assert "某" in page
    for secret in ("甲机械有限公司", "包晓", "BG-", "YH-"):
        assert secret not in page
    photo = client(house).get(f"/practices/public/{slug}/photos/1")
    assert (photo.status_code, photo.content_type) == (200, "image/webp")
    assert client(house).get(f"/practices/public/{slug}/photos/2").status_code == 404


def test_the_feed_is_rss(house: House) -> None:
    answer = client(house).get("/practices/public.rss")
    assert answer.content_type.startswith("application/rss+xml")
    root = etree.fromstring(answer.data)
    (item,) = root.iterfind("channel/item")
    assert item.findtext("title") == "配电柜加防水罩"
    assert item.findtext("link", "").endswith(f"/practices/public/{house.thing('', 'slug')}")
    assert b"\xe5\x8c\x85\xe6\x99\x93" not in answer.data


def test_the_book_has_a_cover_contents_and_the_case(house: House) -> None:
    answer = client(house, "reporter").get("/practices/book.pdf")
    pages = [page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages]
    assert "优秀案例汇编" in pages[0]
    assert "按方面" in pages[1]
    assert "按行业" in pages[1]
    assert "配电柜加防水罩" in pages[1]
    assert "柜内进水" in pages[2]


def test_the_city_is_told_who_hands_it_over(house: House) -> None:
    answer = client(house, "office").get("/practices/report.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    text = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "【报送单位】滨江区安委办" in text
    assert "配电柜加防水罩" in text


def test_what_was_typed_stays_when_it_is_refused(house: House) -> None:
    visitor = client(house, "verifier")
    case = house.thing("", "instance_id")
    page = visitor.get(f"/practices/new/{case}", follow_redirects=True)
    assert "已经推荐过" in page.get_data(as_text=True)
    answer = visitor.submit(f"/practices/new/{case}", {"background": "写了很多字"})
    assert answer.status_code in (409, 422)
    assert "写了很多字" in answer.get_data(as_text=True)


def test_it_is_studied_once_and_looked_for(house: House) -> None:
    visitor = client(house, "finance")
    assert "配电柜加防水罩" in visitor.get("/practices?dimension=machine").get_data(as_text=True)
    assert "配电柜加防水罩" not in visitor.get("/practices?q=脚手架").get_data(as_text=True)
    case = house.thing("", "practice_id")
    visitor.submit(f"/practices/{case}/study")
    assert "您在" in visitor.get(f"/practices/{case}").get_data(as_text=True)


def test_the_case_page_offers_to_nominate_what_is_closed(house: House) -> None:
    page = client(house, "verifier").get(f"/cases/{house.thing('', 'instance_id')}")
    assert "推荐为典型案例" in page.get_data(as_text=True)
