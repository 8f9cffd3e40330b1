"""Scores on their pages: a sheet with its evidence, the workbook, the pack of evidence."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from lxml import html
from openpyxl import load_workbook

from engine import clock
from tests.web.house import House, furnish
from tests.web.visits import Client


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnish(tmp_path_factory.mktemp("scores"), sqlite_template) as furnished:
        yield furnished


def client(house: House, part: str) -> Client:
    found = Client(house.app)
    found.sign_in(house.actors[part])
    return found


def test_each_value_of_a_sheet_opens_its_list(house: House) -> None:
    scheme, scored = house.thing("", "scheme_id"), house.thing("", "scored_id")
    for part in ("office", "officer"):
        visitor = client(house, part)
        page = html.fromstring(visitor.get(f"/scoring/{scheme}/{scored}").data)
        links = page.xpath("//main//td//a/@href")
        assert len(links) >= 8
        for link in links:
            assert visitor.get(link).status_code == 200, link


def test_the_workbook_ranks(house: House) -> None:
    answer = client(house, "office").get(f"/scoring/{house.thing('', 'scheme_id')}.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "区应急管理局" in cells


def test_a_bonus_and_a_wrong_scheme_lose_nothing_typed(house: House) -> None:
    office = client(house, "office")
    year = str(clock.local_date().year)
    made = office.submit("/scoring/adopt", {"scheme": "city:department", "year": year})
    scheme = made.headers["Location"].rpartition("/")[2]
    office.submit(f"/scoring/{scheme}/compute")
    scored = house.thing("", "scored_id")
    address = f"/scoring/{scheme}/{scored}/bonus"
    refused = office.submit(address, {"points": "99", "reason": "全市推广的做法"})
    assert refused.status_code == 422
    assert "全市推广的做法" in refused.get_data(as_text=True)
    office.submit(address, {"points": "1.5", "reason": "全市推广的做法"})
    assert "+1.5" in office.get(f"/scoring/{scheme}/{scored}").get_data(as_text=True)
    wrong = office.submit(f"/scoring/{scheme}/edit", {"content": "key = 我的分值"})
    assert wrong.status_code == 422
    assert "我的分值" in wrong.get_data(as_text=True)
    text = html.fromstring(office.get(f"/scoring/{scheme}/edit").data).xpath("//textarea/text()")
    saved = office.submit(f"/scoring/{scheme}/edit", {"content": text[0].replace("30", "31")})
    assert saved.status_code == 302


def test_the_pack_says_what_is_in_it(house: House) -> None:
    answer = client(house, "principal").get("/scoring/evidence.zip")
    archive = zipfile.ZipFile(BytesIO(answer.data))
    index = json.loads(archive.read("index.json"))
    assert index["organisation"] == "甲机械有限公司"
    names = [one["file"] for one in index["files"]]
    assert names[:2] == ["01 制度.pdf", "02 近十二个月统计.xlsx"]
    assert len(names) == 3
    for one in index["files"]:
        content = archive.read(one["file"])
        assert sha256(content).hexdigest() == one["sha256"]
    months = load_workbook(BytesIO(archive.read(names[1]))).active
    assert months is not None
    present = f"{clock.local_date():%Y-%m}"
    rows = list(months.iter_rows(values_only=True))
    _month, reported, verified, *_others = next(row for row in rows if row[0] == present)
    assert isinstance(reported, int)
    assert reported > int(str(verified)) > 0


def test_a_sheet_is_handed_on_with_all_that_is_behind_it(house: House) -> None:
    scheme, scored = house.thing("", "scheme_id"), house.thing("", "scored_id")
    answer = client(house, "officer").get(f"/scoring/{scheme}/{scored}/evidence.zip")
    archive = zipfile.ZipFile(BytesIO(answer.data))
    index = json.loads(archive.read("index.json"))
    assert index["scored"] == "区应急管理局"
    for one in index["files"]:
        assert sha256(archive.read(one["file"])).hexdigest() == one["sha256"], one["file"]
    names = {one["file"].partition(" ")[2] for one in index["files"]}
    assert {"评分表.pdf", "评分表.xlsx"} < names
    visits = next(one for one in index["files"] if "指导" in one["file"])
    sheet = load_workbook(BytesIO(archive.read(visits["file"]))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "甲机械有限公司" in cells


def test_a_value_without_a_list_is_not_found(house: House) -> None:
    scheme, scored = house.thing("", "scheme_id"), house.thing("", "scored_id")
    office = client(house, "office")
    for wrong in ("closed_rate", "x" * 300, "visited_rate?after=x"):
        answer = office.get(f"/scoring/{scheme}/{scored}/values/{wrong}")
        assert answer.status_code == (422 if "?" in wrong else 404), wrong
