"""Every number on the pages of the analysis that is a link opens as many cases as it says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.analysis import keeping
from engine.store import tables as t
from tests.cast import STAFF, Cast
from tests.engine.analysis_story import ACCEPT, OCTOBER, RECTIFY, USUAL, Desk, Done
from tests.engine.test_analysis_conformance import draw_small
from tests.web.visits import Client

OF_OCTOBER = "period=months&first=2026-10&last=2026-10"
PAGES = ("", "/ways", "/steps", "/heat", "/compare", "/conformance", "/hazards")
COUNT = re.compile(r"共 (\d+) [次件]")


@pytest.fixture
def desk(session: Session, cast: Cast, clock: time_machine.Traveller) -> Desk:
    desk = Desk(session, cast)
    place = {"place": "二号车间", "category": "object", "state": "closed", "level": "major"}
    closed = {**place, "closed_at": OCTOBER + timedelta(days=4)}
    desk.case(USUAL, hazard=closed)
    desk.case(
        [
            Done("acknowledge", 0, 30, claimed=2, due=24),
            *("verify", RECTIFY, ACCEPT, RECTIFY, ACCEPT),
        ],
        hazard=closed,
    )
    desk.case(["acknowledge", RECTIFY, ACCEPT], owner=cast.one_person_firm_id, hazard=closed)
    desk.case([Done("acknowledge", 0, due=1)], is_finished=False)
    session.commit()
    return desk


def read(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status)
    return html.fromstring(answer.get_data(as_text=True))


def rows_of(client: Client, address: str) -> tuple[str, list[Any]]:
    """Give what the list behind a figure says, and its rows."""
    page = read(client, address)
    (main,) = page.xpath("//main")
    assert page.xpath("//main//a[contains(@class, 'back')]"), "no dead end"
    return " ".join(main.text_content().split()), page.xpath("//main//tbody/tr")


def test_every_number_opens_what_it_counts(client: Client, cast: Cast, desk: Desk) -> None:
    client.sign_in(cast.officer)
    opened: dict[str, str] = {}
    for page in PAGES:
        for link in read(client, f"/analysis{page}?{OF_OCTOBER}").xpath("//main//a[@href]"):
            if "/analysis/cases?" in link.get("href"):
                opened[link.get("href")] = " ".join(link.text_content().split())
    assert len(opened) > 60
    for address, words in opened.items():
        said, rows = rows_of(client, address)
        times = [
            int("".join(cell.text_content().split()))
            for row in rows
            for cell in row.xpath("td[@data-label='次数']")
        ]
        count = COUNT.search(said)
        counted = sum(times) if times else len(rows)
        assert counted > 0, address
        if count is not None:
            assert int(count[1]) == counted, address
        if words.isdigit():
            assert int(words) == counted, address
        assert not [name for name in STAFF.values() if name in said]


def test_the_case_behind_a_figure_is_behind_its_door(
    client: Client, cast: Cast, desk: Desk, session: Session
) -> None:
    client.sign_in(cast.officer)
    said, rows = rows_of(client, f"/analysis/cases?figure=late&{OF_OCTOBER}")
    assert "逾期的步骤" in said
    assert "要先说明依据" in said
    assert len(rows) == 2
    case = rows[0].xpath(".//th//a/@href")[0]
    assert "/audit/grounds/new" in client.get(case).headers["Location"]
    assert session.scalars(select(t.AuditLook)).all() == [], "a list is no look into a case"
    client.sign_in(cast.principal)
    said, rows = rows_of(client, f"/analysis/cases?figure=again&by=step&of={RECTIFY}&{OF_OCTOBER}")
    assert "整改：返工的事项" in said
    assert "要先说明依据" not in said


def test_those_above_drill_down_to_an_enterprise_and_its_own_diagram(
    client: Client, cast: Cast, desk: Desk, session: Session
) -> None:
    draw_small(session, cast.one_person_firm_id)
    session.commit()
    client.sign_in(cast.office)
    page = read(client, f"/analysis/conformance?{OF_OCTOBER}")
    text = " ".join(page.xpath("//main")[0].text_content().split())
    assert "各单位的图不同，只和自己的比" in text
    assert re.search("有不照图的单位 *2 *家", text)
    assert "小店报告 第 1 版 · 丙小吃店" in text
    (address,) = [
        link.get("href")
        for link in page.xpath("//main//tbody//th//a")
        if link.text_content() == "丙小吃店"
    ]
    unit = read(client, address)
    words = " ".join(unit.xpath("//main")[0].text_content().split())
    assert "图上没有" in words
    assert "小店报告" in words
    assert "事故隐患报告与闭环" not in unit.xpath("//main//h2/following::table")[0].text_content()
    client.sign_in(cast.sole)
    own = " ".join(
        read(client, f"/analysis/conformance?{OF_OCTOBER}")
        .xpath("//main")[0]
        .text_content()
        .split()
    )
    assert "本单位现行的流程图" in own
    assert "按单位" not in own


def test_nonsense_in_the_address_of_a_figure_is_answered(
    client: Client, cast: Cast, desk: Desk, session: Session
) -> None:
    strange = draw_small(session, cast.strange_enterprise_id)
    session.commit()
    client.sign_in(cast.officer)
    for query in (
        "figure=x", "figure=late&by=x", "figure=done&by=step&of=" + "x" * 2000,
        "figure=cases&by=month&of=2026-13", "figure=unfit&by=unit&of=x", "after=x",
        "figure=hazards&by=place&of=x", "figure=fault&by=skipped&of=x&after=1-2",
    ):  # fmt: skip
        assert client.get(f"/analysis/cases?{query}&{OF_OCTOBER}").status_code == 422, query
    for query in (
        "figure=done&by=step&of=%EF%BF%BE", "figure=finished&by=way&of=%27--", "of=x&by=",
        "figure=done&by=role&of=",
    ):  # fmt: skip
        assert client.get(f"/analysis/cases?{query}&{OF_OCTOBER}").status_code == 200, query
    answers = [
        client.get(f"/analysis?version={id_}&{OF_OCTOBER}")
        for id_ in (strange, "00000000-0000-0000-0000-000000000001")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    told: list[Any] = [
        html.fromstring(one.get_data(as_text=True)).find(".//main") for one in answers
    ]
    assert told[0].text_content() == told[1].text_content()


def test_while_it_is_counted_the_list_waits_too(
    client: Client, cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    client.sign_in(cast.officer)
    page = read(client, f"/analysis/cases?figure=late&{OF_OCTOBER}")
    assert "正在后台计算" in page.xpath("//main")[0].text_content()
