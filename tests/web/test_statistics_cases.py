"""Every figure opens exactly the cases it counts (R-57), followed by its link as people do."""

from __future__ import annotations

import csv
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine.statistics import FIGURES
from tests.cast import Cast
from tests.histories import Told
from tests.web.ledger_story import Reading, all_rows, tell
from tests.web.visits import Client
from web import statistics


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_PAGE", 2)


def check_every_link(client: Client, path: str) -> set[str]:
    """Follow every figure of a page and compare; give which figures were opened."""
    page, opened = Reading(client, path), set()
    links = {
        address: said
        for address, said in page.links().items()
        if address.startswith("/statistics/cases")
    }
    assert links
    for address, said in links.items():
        query = parse_qs(urlsplit(address).query)
        indicator = query["indicator"][0]
        rows = all_rows(client, address)
        assert behind(indicator, rows) == number(said), address
        opened.add(indicator)
    return opened


def behind(indicator: str, rows: list[list[str]]) -> float:
    """Count what a list tells, as its figure does."""
    column = {"approved_fen": -5, "paid_fen": -3, "max_paid_fen": -3, "received_fen": -3}
    if indicator not in column:
        return len(rows)
    sums = [number(row[column[indicator]]) for row in rows]
    return max(sums) if indicator == "max_paid_fen" else round(sum(sums), 2)


def number(said: str) -> float:
    """Read "¥1,200.50", "12 件 …" or "+ 3"."""
    card = said.split(" ")
    return float(
        next(part for part in card if part[:1] in "¥0123456789").lstrip("¥").replace(",", "")
    )


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_each_figure_of_an_enterprise(
    client: Client, cast: Cast, told: dict[str, Told], month: str
) -> None:
    client.sign_in(cast.principal)
    opened = check_every_link(client, f"/statistics?month={month}")
    assert {"obliged", "established", "opening" if month == "2026-11" else "verified"} <= opened
    assert {"paid_fen", "max_paid_fen", "signals", "closing"} <= opened


@pytest.mark.parametrize("axis", ["sector", "enterprise"])
def test_each_figure_of_a_district(
    client: Client, cast: Cast, told: dict[str, Told], axis: str
) -> None:
    client.sign_in(cast.office)
    opened = check_every_link(client, f"/statistics?month=2026-11&by={axis}")
    assert {"verified", "closed", "adopted", "approved_count", "silent"} - opened == {"silent"}


def test_persons_are_counted_but_never_opened(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    client.sign_in(cast.principal)
    page = Reading(client, "/statistics?month=2026-11")
    assert "报告人数" in page.text
    persons = [figure.key for figure in FIGURES.values() if figure.unit == "persons"]
    for indicator in persons:
        assert f"indicator={indicator}" not in page.text
        assert client.get(f"/statistics/cases?indicator={indicator}").status_code == 422


def test_only_lists_one_may_read_are_links(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    client.sign_in(cast.verifier)
    assert "indicator=paid_fen" not in client.get("/statistics").text
    assert "indicator=reported" in client.get("/statistics").text
    assert client.get("/statistics/cases?indicator=paid_fen").status_code == 403
    client.sign_in(cast.administrator)
    assert "indicator=reported" not in client.get("/statistics").text
    assert client.get("/statistics/cases?indicator=reported").status_code == 403
    assert client.get("/statistics/cases.csv?indicator=reported").status_code == 403


def test_a_list_says_what_it_counts_and_leads_to_the_cases(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    client.sign_in(cast.office)
    path = (
        f"/statistics/cases?month=2026-11&indicator=closed&by=enterprise&key={cast.enterprise_id}"
    )
    page = Reading(client, path)
    assert page.tree.xpath("//h1")[0].text_content() == "甲机械有限公司：整改销号"
    assert "共 1，全部列在下面。" in page.text
    assert list(page.links("//tbody")) == [f"/cases/{told['closed'].id}"]
    money = Reading(client, path.replace("closed", "paid_fen"))
    assert "共 ¥200.50，由下列各笔组成。" in money.text
    year = Reading(client, f"{path}&year=1")
    assert "2026 年 1 月至 2026-11" in year.text


def test_the_list_is_a_file_too(client: Client, cast: Cast, told: dict[str, Told]) -> None:
    client.sign_in(cast.principal)
    query = "month=2026-10&indicator=verified"
    lines = client.get(f"/statistics/cases.csv?{query}").data.decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(lines)))) == 1 + 3
    assert client.get(f"/statistics/cases.xlsx?{query}").status_code == 200
    assert client.get("/statistics/cases.csv?indicator=established").status_code == 404
    assert client.get(f"/statistics/cases.docx?{query}").status_code == 404


def test_what_is_not_theirs_is_not_found(client: Client, cast: Cast, told: dict[str, Told]) -> None:
    client.sign_in(cast.officer)
    path = "/statistics/cases?indicator=verified&by=enterprise&key="
    assert client.get(f"{path}{cast.strange_enterprise_id}").status_code == 404
    assert client.get(f"{path}{cast.enterprise_id}").status_code == 200
    assert client.get(f"{path}x").status_code == 404
    assert client.get("/statistics/cases?indicator=moon").status_code == 422
    assert client.get("/statistics/cases").status_code == 422
