"""The monthly statistics as pages and files: the three indicators, by whichever axis."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import orjson
import pytest
import time_machine
from sqlalchemy.orm import Session

from tests import readers
from tests.cast import Cast
from tests.histories import Told
from tests.web.ledger_story import Reading, tell
from tests.web.visits import Client
from web import statistics


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


def read(client: Client, cast: Cast, part: str, path: str = "/statistics") -> Reading:
    client.sign_in(cast.everybody()[part])
    return Reading(client, path)


def cards(page: Reading) -> list[str]:
    return [
        " ".join(" ".join(card.itertext()).split())
        for card in page.tree.xpath("//ul[@class='figures']/li")
    ]


def drawn(page: Reading, name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(page.tree.xpath(f"//script[@id='{name}-numbers']")[0].text)
    return found


def test_an_enterprise_sees_its_three_indicators(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    page = read(client, cast, "principal", "/statistics?month=2026-10")
    assert cards(page) == [
        "内部报告奖励机制 已实施",
        "收到隐患报告 4 件 查实上账 3，其中重大 1",
        "已发放奖励 ¥300.00 1 人次；已批准 ¥300.00",
    ]
    assert page.equation() == [
        "期初未销号 0",
        "+ 本月上账 3",
        "− 本月销号 0",
        "= 期末未销号 3",
        "其中逾期 1",
    ]
    later = read(client, cast, "principal")
    assert later.equation()[0] == "期初未销号 3", "the present month unless another is chosen"


def test_those_above_see_a_line_for_each_place_of_an_axis(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    names = {
        "sector": ["industry"],
        "town": ["江湾街道"],
        "group": ["滨江城投集团"],
        "department": ["区应急管理局"],
        "enterprise": ["丙小吃店", "甲机械有限公司"],
    }
    for axis, lines in names.items():
        page = read(client, cast, "office", f"/statistics?month=2026-11&by={axis}")
        rows = page.rows()
        assert [row[0] for row in rows] == lines
        total = page.tree.xpath("//main//table[1]/tfoot//td")
        sums = [int(cell.text_content()) for cell in total[:10]]
        assert sums == [sum(int(row[at]) for row in rows) for at in range(1, 11)]
        current = page.tree.xpath("//a[@aria-current='page' and contains(@href, 'by=')]")
        assert [link.get("href").rpartition("=")[2] for link in current] == [axis]
    assert cards(page)[0] == "建立机制的单位 1 家 应建 2 家，建立率 50.0%；已实施 1 家"


@pytest.mark.parametrize(
    ("part", "lines"), [("officer", 2), ("town", 2), ("group", 2), ("office", 2), ("stranger", 0)]
)
def test_nobody_sees_sums_over_others(
    client: Client, cast: Cast, told: dict[str, Told], part: str, lines: int
) -> None:
    page = read(client, cast, part, "/statistics?by=enterprise")
    names = [row[0] for row in page.rows() if "公司" in row[0] or "店" in row[0]]
    assert len(names) == lines
    assert ("乙外地公司" in page.text) == (part == "stranger"), "its own name stands in the bar"


def test_roles_without_the_permission_are_refused(client: Client, cast: Cast) -> None:
    client.sign_in(cast.reporter)
    for path in ("/statistics", "/statistics.csv", "/statistics/cases?indicator=verified"):
        assert client.get(path).status_code == 403
    client.sign_in(cast.administrator)
    assert client.get("/statistics").status_code == 200


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "by=moon", "month="])
def test_a_wrong_month_or_axis_is_said(client: Client, cast: Cast, query: str) -> None:
    client.sign_in(cast.office)
    answer = client.get(f"/statistics?{query}")
    assert answer.status_code == (200 if query == "month=" else 422)


def test_charts_draw_what_the_tables_beside_them_say(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    page = read(client, cast, "office", "/statistics?month=2026-11&by=enterprise")
    for name in ("lines", "trend"):
        numbers = drawn(page, name)
        rows = page.tree.xpath(f"//figure[.//script[@id='{name}-numbers']]//tbody/tr")
        told_beside = [[cell.text_content().strip() for cell in row] for row in rows]
        columns = [one["values"] for one in numbers["series"]]
        assert told_beside == [
            [category, *(str(values[at]) for values in columns)]
            for at, category in enumerate(numbers["categories"])
        ]
    trend = drawn(page, "trend")
    assert len(trend["categories"]) == 12
    assert [one["values"][-2:] for one in trend["series"]] == [[3, 1], [0, 1], [3, 3]]


def test_a_long_table_is_turned_page_by_page(
    client: Client, cast: Cast, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "_LINES", 1)
    first = read(client, cast, "office", "/statistics?by=enterprise")
    second = Reading(client, first.tree.xpath("//a[@rel='next']/@href")[0])
    assert [first.rows()[0][0], second.rows()[0][0]] == ["丙小吃店", "甲机械有限公司"]
    assert not second.tree.xpath("//a[@rel='next']")
    back = Reading(client, second.tree.xpath("//a[@rel='prev']/@href")[0])
    assert back.rows()[0][0] == "丙小吃店"
    assert client.get("/statistics?by=enterprise&after=-5").status_code == 422


def test_the_return_is_a_file_with_every_figure(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    client.sign_in(cast.office)
    path = "/statistics.{}?month=2026-11&by=enterprise"
    book = openpyxl.load_workbook(BytesIO(client.get(path.format("xlsx")).data)).active
    rows = list(book.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if row[0] == "名称")
    lines = {row[0]: dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]}
    assert set(lines) == {"丙小吃店", "甲机械有限公司", "合计"}
    own = lines["甲机械有限公司"]
    assert own["已发放奖励（元）"] == 200.5
    assert own["已发放奖励（元）（本年累计）"] == 500.5
    assert own["期初未销号"] + own["查实上账隐患"] - own["整改销号"] == own["期末未销号"]
    content = client.get(path.format("csv")).data.decode("utf-8-sig")
    table = list(csv.reader(StringIO(content)))
    assert [line[0] for line in table] == ["名称", "丙小吃店", "甲机械有限公司", "合计"]
    assert len({len(line) for line in table}) == 1
    said = readers.text(client.get(path.format("pdf")).data)
    for words in ("月报表", "2026-11", "按单位", "制表人：", "审核人："):
        assert words in said, words


def test_figures_are_said_in_english_too(client: Client, cast: Cast, told: dict[str, Told]) -> None:
    client.set_cookie("language", "en")
    page = read(client, cast, "office", "/statistics?by=sector")
    for words in ("Hazards reported", "Open at the end", "The last 12 months", "By town"):
        assert words in page.text, words
