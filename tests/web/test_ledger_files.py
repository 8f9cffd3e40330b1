"""The ledgers as files: for calculating, for signing, and never dangerous to open."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
import time_machine
from sqlalchemy.orm import Session

from engine.statistics import Page
from tests import readers
from tests.cast import Cast
from tests.databases import on_both
from tests.histories import Told
from tests.web.ledger_story import FORMULA, Reading, tell
from tests.web.visits import Client
from web import exports

pytestmark = [on_both, pytest.mark.usefixtures("database_kind")]

#: A cell knows no time zone.
when = datetime.fromisoformat


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


def fetch(client: Client, cast: Cast, part: str, path: str) -> Any:
    client.sign_in(cast.everybody()[part])
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    return answer


def sheet_of(client: Client, cast: Cast, part: str, path: str) -> Any:
    return openpyxl.load_workbook(BytesIO(fetch(client, cast, part, path).data)).active


def lines_of(client: Client, cast: Cast, part: str, path: str) -> list[list[str]]:
    content = fetch(client, cast, part, path).data
    assert content.startswith(b"\xef\xbb\xbf"), "without the mark, spreadsheets spoil the Chinese"
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def table_of(sheet: Any) -> list[dict[str, Any]]:
    rows = list(sheet.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if row[0] in ("编号", "奖励编号"))
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]


def test_a_workbook_holds_numbers_days_and_texts(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    sheet = sheet_of(client, cast, "verifier", "/hazards.xlsx")
    assert sheet.title == sheet["A1"].value == "隐患台账"
    rows = {row["隐患描述"]: row for row in table_of(sheet)}
    assert len(rows) == 7
    late = rows["护栏松动"]
    assert late["等级"] == "重大"
    assert late["状态"] == "待整改"
    assert late["整改期限"] == when("2026-10-28")
    assert late["报告时间"] == when("2026-10-12 09:00"), "said in China's time"
    assert late["逾期工作日"] == 3
    assert rows["地面油污"]["逾期工作日"] is None
    assert rows["配电柜进水"]["销号编号"].startswith("XH-")


def test_what_people_wrote_is_never_a_formula_or_a_link(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    sheet = sheet_of(client, cast, "verifier", "/hazards.xlsx")
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert [cell.data_type for cell in found] == ["s"]
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    lines = lines_of(client, cast, "verifier", "/hazards.csv")
    assert sum(f"'{FORMULA}" in line for line in lines) == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t=1"),
        ("\n@x", "'\n@x"),
        ("-5 号门", "'-5 号门"),
        ("1-2 车间", "1-2 车间"),
        ("\u3000=1", "'\u3000=1"),
        ("\x01=1", "'=1"),
        ("\ufffe+1\ud800", "'+1"),
        ("", ""),
    ],
)
def test_dangerous_beginnings_are_disarmed(text: str, kept: str) -> None:
    assert exports.harmless(text) == kept


def test_signs_that_no_file_can_hold_are_left_out() -> None:
    odd = "甲\x00\x0b\ud800\udfff\ufffe\uffff乙"
    sheet = exports.Sheet("表", "x", [exports.Column(odd)], [[odd]], notes=[odd])
    page = openpyxl.load_workbook(BytesIO(exports.xlsx(sheet))).active
    assert page is not None
    assert [cell.value for cell in page["A"]] == ["表", "甲乙", "甲乙", "甲乙"]
    assert exports.comma_separated(sheet).decode("utf-8-sig").split() == ["甲乙", "甲乙"]


@pytest.mark.parametrize("title", ["王/五的记录", "'[甲]:*?\\'", "'", "长" * 40])
def test_a_workbook_can_be_called_anything(title: str) -> None:
    made = exports.xlsx(exports.Sheet(title, "x", [exports.Column("甲")], [["乙"]]))
    page = openpyxl.load_workbook(BytesIO(made)).active
    assert page is not None
    assert page["A1"].value == title


def test_the_reward_ledger_can_be_added_up(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    rows = table_of(sheet_of(client, cast, "finance", "/rewards.xlsx"))
    assert sum(row["发放金额（元）"] or 0 for row in rows) == 500.5
    paid = next(row for row in rows if row["状态"] == "已发放")
    assert paid["规则版本"] == "奖励标准表第3版"
    assert paid["凭证号"] == "记-12"
    assert paid["发放日期"] == when("2026-11-02")
    assert paid["列支科目"] == "安全生产费用（财资〔2022〕136号第五条第（四）项）"
    assert paid["隐患或报告编号"].startswith("YH-")
    lines = lines_of(client, cast, "finance", "/rewards.csv")
    column = lines[0].index("发放金额（元）")
    assert sorted(line[column] for line in lines[1:]) == ["", "200.50", "300.00"]


def test_a_file_holds_what_was_filtered_and_says_so(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    path = "/hazards?level=major&overdue=1"
    client.sign_in(cast.verifier)
    links = [link for link, text in Reading(client, path).links().items() if text == "XLSX"]
    sheet = sheet_of(client, cast, "verifier", links[0])
    assert [row["隐患描述"] for row in table_of(sheet)] == ["护栏松动"]
    notes = [sheet.cell(line, 1).value for line in (2, 3)]
    assert notes == ["等级：重大", "只看逾期"]


def test_a_list_is_printed_to_be_signed(client: Client, cast: Cast, told: dict[str, Told]) -> None:
    answer = fetch(client, cast, "finance", "/rewards.pdf?state=paid")
    said = readers.text(answer.data)
    for words in ("奖励台账", "甲机械有限公司", "状态：已发放", "200.50", "财务：", "主要负责人："):
        assert words in said, words
    assert "300.00" not in said
    assert "护栏松动" in readers.text(fetch(client, cast, "verifier", "/hazards.pdf").data)


def test_a_file_of_those_above_names_the_enterprise(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    rows = table_of(sheet_of(client, cast, "officer", "/hazards.xlsx"))
    assert {row["单位"] for row in rows} == {"甲机械有限公司", "丙小吃店"}
    assert "单位" not in table_of(sheet_of(client, cast, "verifier", "/hazards.xlsx"))[0]
    assert len(table_of(sheet_of(client, cast, "stranger", "/hazards.xlsx"))) == 1


def test_a_file_ends_where_it_gets_too_long_and_says_so(
    client: Client, cast: Cast, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exports.MOST_ROWS, "csv", 4)
    lines = lines_of(client, cast, "verifier", "/hazards.csv")
    assert len(lines) == 1 + 4 + 1
    assert lines[-1] == ["只含前 4 行，请缩小筛选范围。"]
    assert len(lines_of(client, cast, "verifier", "/hazards.csv?place=车间")) == 1 + 2


def test_all_chunks_of_a_list_are_in_the_file() -> None:
    def page_after(after: str | None) -> Page[int]:
        at = int(after or 0)
        return Page(range(at, at + 500), str(at + 500) if at < 1000 else None)

    rows = exports.Rows(page_after, "xlsx")
    assert list(rows) == list(range(1500))
    assert rows.warning() == ""


def test_only_known_kinds_of_file_are_made(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    client.sign_in(cast.principal)
    for path in ("/hazards.docx", "/rewards.exe", "/hazards."):
        assert client.get(path).status_code == 404
    assert client.get("/hazards.csv?state=moon").status_code == 422


def test_days_and_moments_are_written_as_spreadsheets_want(client: Client) -> None:
    columns = [exports.Column("日", "date"), exports.Column("额", "money")]
    rows = [[date(2026, 11, 2), 123_456], [None, 5]]
    sheet = exports.Sheet("表", "t", columns, rows, foot=["合计", 123_461])
    with client.application.test_request_context():
        book = openpyxl.load_workbook(BytesIO(exports.xlsx(sheet))).active
        lines = exports.comma_separated(sheet).decode("utf-8-sig").splitlines()
    assert list(book.iter_rows(min_row=3, values_only=True)) == [
        (when("2026-11-02"), 1234.56),
        (None, 0.05),
        ("合计", 1234.61),
    ]
    assert lines == ["日,额", "2026-11-02,1234.56", ",0.05", "合计,1234.61"]


def test_a_title_with_signs_that_no_file_can_hold_names_a_sheet() -> None:
    columns = [exports.Column("案例")]
    content = exports.xlsx(exports.Sheet("征集\x01活动\ufffe", "entries", columns, [["甲"]]))
    assert openpyxl.load_workbook(BytesIO(content)).sheetnames == ["征集活动"]
