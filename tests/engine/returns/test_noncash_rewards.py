"""Version 2 of the indicators counts apart what is no money; what version 1 counted stays."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import commands, returns
from engine.errors import InvalidAnswers
from engine.returns import below
from engine.returns.examining import examine_returns
from engine.returns.late import Part
from engine.returns.profiles import shipped
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.drafts import check_draft
from tests.engine.returns.month import House, after, at

V1, V2 = "2026-11", "2026-12"


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    """Each month pays 100 yuan and gives goods worth 300, points worth 20 and an honour."""
    house = House(session, cast)
    for month in (V1, V2):
        told = [house.hazard(month, day) for day in (2, 3, 4, 5)]
        ways = ({}, {"method": "goods"}, {"method": "points"}, {"method": "honour"})
        with house.writes():
            for one, fen, way in zip(told, (10_000, 30_000, 2_000, 5_000), ways, strict=True):
                house.pen.reward(one, at(month, 9), fen, **way)
    return house


def test_a_month_is_counted_by_the_version_that_holds_in_it(house: House) -> None:
    session, figures = house.session, {}
    for month in (V1, V2):
        with after(month):
            check_draft(session, house.director, month)
            check_draft(session, house.cast.office, month)
        house.lock(month)
        shown = house.view(month)
        figures[shown.definitions.version] = shown.figures
        assert (
            house.view(month, by=house.cast.office).figures["paid_fen"]
            == (shown.figures["paid_fen"])
        )
    amounts = ("paid_fen", "paid_count", "max_paid_fen", "noncash_fen", "noncash_count")
    told = {version: [one.get(key, 0) for key in amounts] for version, one in figures.items()}
    assert told == {"1": [42_000, 4, 30_000, 0, 0], "2": [10_000, 4, 10_000, 32_000, 3]}
    assert {one["received_fen"] for one in figures.values()} == {42_000}
    assert {one["approved_fen"] for one in figures.values()} == {47_000}
    with after(V2):
        assert returns.differences(session, actor=house.director).found == []
        part = Part(house.director.organisation_id or new_id(), "department", "局", "locked", None)
        for month in (V1, V2):
            (compared,) = below.compare(session, month, [part], actor=house.cast.office)
            assert compared.difference("paid_fen") == 0
    assert list(examine_returns(session, None)) == []


def test_what_version_one_locked_is_compared_and_shown_by_it(house: House) -> None:
    session, director = house.session, house.director
    house.lock(V1)
    with after(V1):
        stated = {"enterprise_id": house.enterprise_id, "corrects": V1, "delta": 1, "reason": "补"}
        with pytest.raises(InvalidAnswers) as refusal:
            commands.execute(
                session,
                returns.state,
                returns.Stated(id=new_id(), figure="noncash_count", **stated),  # type: ignore[arg-type]
                actor=director,
            )
    assert "without this figure" in refusal.value.errors["figure"][0].en
    house.lock(V2)
    # As if it had been locked before there was a second version.
    row = t.MonthlyReturn
    told = (row.organisation_id == director.organisation_id, row.month == V2)
    by_one = house.view(V1)
    with house.writes():
        session.execute(
            update(row).where(*told).values(definitions_version=by_one.definitions.version)
        )
        line = session.get_one(t.ReturnLine, (director.organisation_id, V2, house.enterprise_id))
        line.figures = {
            **{k: n for k, n in line.figures.items() if not k.startswith("noncash")},
            **{key: by_one.figures[key] for key in ("paid_fen", "max_paid_fen")},
        }
    with after(V2):
        assert returns.differences(session, actor=director).found == []


def test_files_say_what_a_version_knows(house: House) -> None:
    by_key = {one.key: one for one in shipped()}
    profile, told = by_key["three_indicators"], {}
    for month in (V1, V2):
        house.lock(month)
        shown = house.view(month)
        row = next(returns.export(house.session, shown, profile))
        headings = [column.heading for column in profile.columns]
        told[month] = dict(zip(headings, map(str, row), strict=True))
        lines, rewards = _evidence(house, shown)
        assert ("noncash_fen" in lines[0]) == (month == V2)
        counted = {row[3]: row[4] for row in rewards[1:]}
        assert ("noncash_fen" in counted["300.0"]) == (month == V2)
        assert "paid_fen" in counted["100.0"].split()
    assert [told[V1][name] for name in ("奖励金额（元）", "其中非现金奖励（件）")] == ["420", ""]
    assert [told[V2][name] for name in ("奖励金额（元）", "其中非现金奖励（件）")] == ["100", "3"]
    assert told[V2]["非现金奖励折值（元）"] == "320"


def _evidence(house: House, shown: returns.View) -> tuple[list[list[str]], list[list[str]]]:
    made = io.BytesIO()
    returns.bundle(house.session, shown, made, actor=house.director)
    with zipfile.ZipFile(made) as archive:
        lines, rewards = (
            list(csv.reader(archive.read(name).decode("utf-8-sig").splitlines()))
            for name in ("lines.csv", "rewards.csv")
        )
    return lines, rewards
