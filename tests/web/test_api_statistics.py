"""The monthly figures over the API: those of the page, for those who see them there."""

from __future__ import annotations

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import statistics
from engine.statistics import FIGURES
from tests.cast import Cast
from tests.databases import on_both
from tests.histories import Told
from tests.web.ledger_story import tell
from tests.web.test_api import API
from tests.web.test_api import Client as Program

pytestmark = on_both


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


@pytest.mark.parametrize("by", list(statistics.AXES))
def test_the_rows_of_each_axis_are_those_of_the_table(
    client: FlaskClient, session: Session, cast: Cast, told: dict[str, Told], by: str
) -> None:
    office = Program(client, session, cast.office)
    found = office.get(f"/statistics/monthly?month=2026-11&by={by}").get_json()
    table = statistics.monthly(session, actor=cast.office, month="2026-11", by=by)
    assert (found["month"], found["by"]) == ("2026-11", by)
    assert [row["name"] for row in found["rows"]] == [line.name for line in table.lines]
    rows, lines = [*found["rows"], found["total"]], [*table.lines, table.total]
    for row, line in zip(rows, lines, strict=True):
        assert {key: row[key] for key in FIGURES} == {key: line.figures[key] for key in FIGURES}
        assert row["year"].items() <= line.year.items()
        assert row["year"]["verified"] == line.year["verified"]


def test_every_figure_is_named_in_both_languages(
    client: FlaskClient, session: Session, cast: Cast, told: dict[str, Told]
) -> None:
    found = Program(client, session, cast.principal).get("/statistics/monthly").get_json()
    named = {figure["key"]: figure for figure in found["figures"]}
    assert set(named) | {"year"} == set(found["total"])
    assert named["paid_fen"] == {
        "key": "paid_fen",
        "unit": "fen",
        "zh": "已发放奖励",
        "en": "Rewards paid",
    }
    assert found["month"] == "2026-11"
    assert found["total"]["paid_fen"] == 20_050
    total = found["total"]
    assert total["opening"] + total["verified"] - total["closed"] == total["closing"]


def test_each_sees_sums_over_what_is_theirs(
    client: FlaskClient, session: Session, cast: Cast, told: dict[str, Told]
) -> None:
    path = "/statistics/monthly?month=2026-11&by=enterprise"
    names = {
        "officer": ["丙小吃店", "甲机械有限公司"],
        "group": ["丙小吃店", "甲机械有限公司"],
        "administrator": ["甲机械有限公司"],
        "stranger": ["乙外地公司"],
    }
    for part, expected in names.items():
        answer = Program(client, session, cast.everybody()[part]).get(path)
        assert [row["name"] for row in answer.get_json()["rows"]] == expected
    assert Program(client, session, cast.reporter).get(path).status_code == 403
    assert client.get(f"{API}{path}").status_code == 401


@pytest.mark.parametrize("query", ["month=2026-13", "month=", "by=moon", "by="])
def test_a_wrong_month_or_axis_is_named(
    client: FlaskClient, session: Session, cast: Cast, query: str
) -> None:
    answer = Program(client, session, cast.office).get(f"/statistics/monthly?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.get_json()["errors"]
