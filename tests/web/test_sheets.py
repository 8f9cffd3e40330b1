"""Posters hang at a place and open its report; lists are printed with headings on every page."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import commands, organisations
from engine.store import Place
from tests import papers, readers
from tests.cast import Cast
from tests.web.visits import Client
from web.sheets import posters, printed_list

NOW = papers.at("2026-11-20 10:00")


def _places(count: int) -> list[Place]:
    return [
        Place(code=f"PLACE{number:03}", name=f"{number}号车间", part="北墙")
        for number in range(count)
    ]


def _posters(count: int, size: str, *, anonymous: bool = True) -> bytes:
    return posters(
        _places(count),
        issuer="甲机械有限公司",
        base_url="https://bihuan.example.cn",
        anonymous=anonymous,
        created=NOW,
        size=size,
    )


@pytest.mark.parametrize(("size", "pages", "on_first"), [("A4", 5, 1), ("A6", 2, 4)])
def test_each_poster_opens_its_own_place(size: str, pages: int, on_first: int) -> None:
    made = _posters(5, size)
    assert readers.pages(made) == pages
    assert sorted(readers.codes(made)) == [
        f"https://bihuan.example.cn/r/PLACE{number:03}" for number in range(on_first)
    ]
    assert "4号车间北墙" in readers.text(made)


def test_a_poster_promises_only_what_the_enterprise_allows() -> None:
    assert "可以匿名" in readers.text(_posters(1, "A4"))
    assert "匿名" not in readers.text(_posters(1, "A4", anonymous=False))


def test_a_long_list_has_its_heading_on_every_page() -> None:
    rows = [[f"YH-{number}", "渗漏" * 30, "200.00"] for number in range(90)]
    made = printed_list(
        "事故隐患台账",
        [("编号", False), ("描述", False), ("奖励", True)],
        rows,
        issuer="甲机械有限公司",
        created=NOW,
        note="2026年11月",
        foot=["合计", "", "18,000.00"],
        signers=["主要负责人"],
    )
    pages = readers.pages(made)
    text = readers.text(made)
    assert pages > 2
    assert text.count("编号描述奖励") == pages
    assert f"{pages}/{pages}" in text
    assert "YH-89" in text
    assert "合计18,000.00" in text


def test_an_administrator_prints_the_posters(session: Session, cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    assert client.get("/places/posters.pdf").status_code == 404
    made = [
        commands.execute(
            session,
            organisations.create_place,
            cast.enterprise_id,
            name=f"{number}号门",
            actor=cast.administrator,
        )
        for number in (1, 2)
    ]
    page = client.get("/places/posters.pdf?size=A6").data
    assert len(readers.codes(page)) == 2
    first = f"/places/{made[0].id}/poster.pdf"
    assert readers.pages(client.get(first).data) == 1
    assert len(readers.codes(client.get(f"{first}?size=A6").data)) == 4
    commands.execute(session, organisations.revoke_place, made[0].id, actor=cast.administrator)
    assert client.get(first).status_code == 404
    client.sign_in(cast.stranger)
    assert client.get(f"/places/{made[1].id}/poster.pdf").status_code == 404
    client.sign_in(cast.verifier)
    assert client.get("/places/posters.pdf").status_code == 403
