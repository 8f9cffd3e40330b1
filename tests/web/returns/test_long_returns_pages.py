"""A month over thousands of enterprises on screen: what a job does is said, shown and fetched."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from tempfile import TemporaryFile

import pytest
from lxml import html
from sqlalchemy.orm import Session

from engine import jobs
from engine.returns import Cell, bundles, locking
from engine.returns.profiles import Profile, ProfileColumn
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.month import House, after
from tests.web.visits import Client
from web.returns import files

MONTH = "/returns/2026-09"


@pytest.fixture
def house(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(bundles, "LARGEST_AT_ONCE", 1)
    monkeypatch.setattr(locking, "LARGEST_AT_ONCE", 1)
    house = House(session, cast)
    house.hazard("2026-09")
    return house


@pytest.fixture
def working(client: Client, house: House) -> Iterator[Client]:
    """A client beside which the jobs run with the files of the application."""
    house.session.info["files"] = client.application.extensions["files"]
    with after("2026-09"):
        yield client


def page_of(client: Client, path: str = MONTH) -> html.HtmlElement:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    return html.fromstring(answer.get_data(as_text=True)).xpath("//main")[0]


def words_of(page: html.HtmlElement) -> str:
    return " ".join(" ".join(page.itertext()).split())


def work(house: House) -> None:
    house.session.rollback()
    jobs.run_due(house.session)
    house.session.rollback()


def test_a_long_month_is_locked_and_its_evidence_made_while_the_page_says_so(
    working: Client, house: House
) -> None:
    working.sign_in(house.director)
    working.submit(f"{MONTH}/sign")
    working.submit(f"{MONTH}/lock")
    page = page_of(working)
    assert "正在锁定，已写入 0 家，共 2 家" in words_of(page)
    assert page.xpath(".//*[@id='locking']/@hx-get") == [MONTH]
    assert page.xpath(".//progress/@max") == ["2"]
    work(house)
    page = page_of(working)
    assert "制作佐证材料包" in words_of(page)
    assert not page.xpath(".//a[contains(@href, 'evidence.zip')]")
    # An old link leads back to the page, in words.
    assert (
        "佐证材料包还没有做好" in working.get(f"{MONTH}/evidence.zip", follow_redirects=True).text
    )
    working.submit(f"{MONTH}/evidence")
    page = page_of(working)
    assert "佐证材料包正在制作" in words_of(page)
    assert page.xpath(".//*[@id='evidence']/@hx-get") == [MONTH]
    work(house)
    page = page_of(working)
    assert "可下载至 2026-10-10" in words_of(page)
    (link,) = page.xpath(".//a[contains(@href, 'evidence.zip')]/@href")
    got = working.get(link, buffered=True)
    assert got.data[:2] == b"PK"
    assert int(got.headers["Content-Length"]) == len(got.data)
    assert got.headers["Cache-Control"] == "private, no-store"


def test_evidence_that_is_ready_is_no_way_past_the_roles(working: Client, house: House) -> None:
    cast, unit = house.cast, house.cast.department_id
    house.lock("2026-09")
    working.sign_in(house.director)
    working.submit(f"{MONTH}/evidence")
    work(house)
    assert working.get(f"{MONTH}/evidence.zip", buffered=True).status_code == 200
    theirs = f"{MONTH}/evidence.zip?unit={unit}"
    for actor, status in (
        (cast.office, 200),
        (cast.officer, 200),
        (cast.town, 404),
        (cast.stranger, 404),
        (cast.principal, 404),
        (cast.verifier, 403),
        (cast.reporter, 403),
    ):
        working.sign_in(actor)
        assert working.get(theirs, buffered=True).status_code == status, actor.name
        answer = working.submit(f"{MONTH}/evidence?unit={unit}")
        assert answer.status_code == (302 if status == 200 else status), actor.name


def test_what_could_not_be_made_is_said_and_asked_for_again(working: Client, house: House) -> None:
    house.lock("2026-09")
    working.sign_in(house.director)
    working.submit(f"{MONTH}/evidence")
    with house.writes():
        for job in house.session.query(t.Job).filter(t.Job.kind == bundles.EVIDENCE):
            job.state = "failed"
    words = words_of(page_of(working))
    assert "佐证材料包没有做成" in words
    assert "制作佐证材料包" in words
    working.submit(f"{MONTH}/evidence")
    assert "佐证材料包正在制作" in words_of(page_of(working))


def test_an_enterprise_is_told_why_it_has_nothing_to_sign_for(
    working: Client, house: House
) -> None:
    with house.writes():
        house.session.add(
            t.Placement(
                organisation_id=house.enterprise_id,
                from_on=date(2026, 10, 2),
                department_id=house.cast.department_id,
                sector="industry",
            )
        )
    working.sign_in(house.cast.principal)
    page = page_of(working)
    assert "2026-09 还不在册" in words_of(page)
    assert not page.xpath(".//form[contains(@action, '/2026-09/sign')]")
    told = working.submit(f"{MONTH}/sign", follow_redirects=True).text
    assert "2026-09 还不在册" in told
    zero = page_of(working, "/mechanism/zero")
    assert "2026-09" in words_of(zero)
    assert "2026-09" not in zero.xpath(".//select[@name='month']/option/@value")
    answer = working.submit("/mechanism/zero", {"month": "2026-09", "note": "停产"})
    assert answer.status_code == 422
    assert "2026-09 还不在册" in answer.text


def _rows(count: int) -> Iterator[tuple[Cell, Cell, Cell]]:
    return ((number, Decimal("1.5"), f"第 {number} 家") for number in range(count))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_of_many_lines_takes_no_more_memory_than_one_of_few(kind: str) -> None:
    columns = tuple(ProfileColumn(name, name, "number", 1, None) for name in "甲乙丙")
    profile = Profile("ours", "ours", "", "unit", "", False, columns)
    write = {"csv": files.write_csv, "xlsx": files.write_xlsx}[kind]

    def peak(count: int) -> int:
        rows = (list(row) for row in _rows(count))
        tracemalloc.reset_peak()
        with TemporaryFile() as to:
            write(profile, rows, to)
        return tracemalloc.get_traced_memory()[1]

    write(profile, [[1, Decimal(1), "x"]], BytesIO())
    tracemalloc.start()
    try:
        few = peak(500)
        assert peak(20_000) < few + 2_000_000
    finally:
        tracemalloc.stop()
