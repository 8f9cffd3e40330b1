"""A long sheet on the page: nobody waits for its reading, and the page shows how far it is."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import jobs
from engine.registry import receiving
from tests.cast import Cast
from tests.databases import on_both
from tests.engine.registry.sheets import code, workbook
from tests.web.ledger_story import Reading
from tests.web.visits import Client

pytestmark = [pytest.mark.usefixtures("clock"), on_both]


@pytest.fixture
def office(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(receiving, "ROWS_AT_ONCE", 2)
    client.sign_in(cast.office)
    return client


def upload(office: Client, content: bytes) -> str:
    answer = office.submit("/registry/imports", {"sheet": (BytesIO(content), "名录.xlsx")})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def rows(count: int) -> list[list[Any]]:
    return [[f"第{n:03d}公司", code(n), "教育"] for n in range(count)]


def test_it_is_read_while_its_sender_does_something_else(office: Client, session: Session) -> None:
    address = upload(office, workbook([*rows(210), ["坏公司", "1", "教育"]]))
    page = Reading(office, address)
    assert "表格已收到" in page.text
    (panel,) = page.tree.xpath("//div[@id='progress']")
    assert panel.get("hx-get") == address
    assert panel.get("hx-select") == "main"
    assert not page.tree.xpath("//table")
    assert "读取中" in Reading(office, "/registry/imports").text
    assert jobs.run_due(session) == 1
    session.rollback()
    page = Reading(office, address)
    assert "可以导入 210 行" in page.text
    assert "第 214 行" in page.text
    seen = []
    following = f"{address}?show=new"
    while following:
        page = Reading(office, following)
        seen += page.tree.xpath("//tbody/tr/*[2]")
        links = {said: to for to, said in page.links().items()}
        following = next((to for said, to in links.items() if "下一页" in said), "")
    assert len(seen) == 210
    assert "共 210 行" in Reading(office, f"{address}?show=new&from=999999999").text


def test_one_that_is_no_sheet_says_so_on_its_page(
    office: Client, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "LARGEST_AT_ONCE", 3)
    address = upload(office, b"not a workbook")
    assert jobs.run_due(session) == 1
    page = Reading(office, address)
    assert "这个文件不是可读的 XLSX 表格" in page.text
    assert "/registry/imports" in page.links()
    assert "读不了" in Reading(office, "/registry/imports").text
    office.set_cookie("language", "en")
    assert "no XLSX workbook" in Reading(office, address).text


def test_one_that_is_being_read_can_be_put_aside(office: Client, session: Session) -> None:
    address = upload(office, workbook(rows(5)))
    assert office.submit(f"{address}/discard").status_code == 302
    assert jobs.run_due(session) == 1
    assert "这份表格已放弃" in Reading(office, address).text
