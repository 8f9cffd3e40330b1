"""The month of every enterprise as a file: sent as it is counted, and never held as a whole."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import statistics
from engine.statistics import FIGURES, whole
from tests import readers
from tests.cast import Cast
from tests.histories import Told
from tests.web.ledger_story import tell
from tests.web.test_api import Client as Program
from tests.web.visits import Client
from web import exports
from web.db import db

MONTH = "/statistics{kind}?month=2026-11&by=enterprise"


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The parts of a table as they are counted, a line each."""
    seen: list[Any] = []
    really = whole.lines_of

    def count(axis: Any, names: Any, *more: Any) -> Any:
        seen.append(names)
        return really(axis, names, *more)

    monkeypatch.setattr(whole, "_AT_ONCE", 1)
    monkeypatch.setattr(whole, "lines_of", count)
    return seen


def test_a_csv_is_sent_while_it_is_read(
    client: Client,
    cast: Cast,
    told: dict[str, Told],
    parts: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "_PIECE", 1)
    client.sign_in(cast.office)
    answer = client.get(MONTH.format(kind=".csv"), buffered=False)
    assert answer.status_code == 200
    assert answer.content_length is None
    sent, counted = [], []
    for piece in answer.response:
        sent.append(piece)
        counted.append(len(parts))
    assert counted[0] < counted[-1] == 2, "more was counted after the answer had begun"
    lines = list(csv.reader(StringIO(b"".join(sent).decode("utf-8-sig"))))
    names = [line[0] for line in lines]
    assert names == ["名称", "丙小吃店", "甲机械有限公司", "合计"]
    answer.close()
    with client.application.app_context():
        assert db.engine.pool.checkedout() == 0, "whoever reads on gives its connection back"


def test_what_is_refused_is_refused_before_anything_is_sent(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    client.sign_in(cast.office)
    for kind in ("csv", "xlsx", "pdf"):
        answer = client.get(f"/statistics.{kind}?month=2026-13&by=enterprise")
        assert answer.status_code == 422
        assert client.get(f"/statistics.{kind}?by=moon").status_code == 422
    assert client.get("/statistics.docx?by=enterprise").status_code == 404
    client.sign_in(cast.reporter)
    assert client.get(MONTH.format(kind=".csv")).status_code == 403


def test_paper_holds_what_somebody_would_print_and_the_sum_of_all(
    client: Client,
    session: Session,
    cast: Cast,
    told: dict[str, Told],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(exports.MOST_ROWS, "pdf", 1)
    client.sign_in(cast.officer)
    said = readers.text(client.get(MONTH.format(kind=".pdf")).data)
    assert "只含前1行" in said
    assert "丙小吃店" in said
    assert "甲机械有限公司" not in said
    total = statistics.monthly(session, actor=cast.officer, month="2026-11").total.figures
    assert said.rsplit("合计", 1)[1].startswith(f"{total['obliged']}{total['established']}")


def test_the_api_gives_enterprises_page_by_page_where_a_page_is_asked_for(
    client: FlaskClient, session: Session, cast: Cast, told: dict[str, Told]
) -> None:
    office = Program(client, session, cast.office)
    path = "/statistics/monthly?month=2026-11"
    everything = office.get(path).get_json()
    assert everything["next"] is None
    rows, cursor = [], ""
    while True:
        page = office.get(f"{path}&limit=1{cursor}").get_json()
        assert page["total"] == everything["total"]
        assert page["figures"] == everything["figures"]
        rows += page["rows"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert rows == everything["rows"]
    assert len(rows) == 2
    assert office.get(f"{path}&cursor=no").status_code == 422
    stranger = cast.strange_enterprise_id.hex
    assert office.get(f"{path}&cursor={stranger}").status_code == 422
    assert office.get(f"{path}&limit=0").status_code == 422
    assert office.get(f"{path}&by=sector&limit=1").get_json()["next"] is None


def test_the_api_sends_all_enterprises_as_they_are_counted(
    client: FlaskClient,
    session: Session,
    cast: Cast,
    told: dict[str, Told],
    parts: list[Any],
) -> None:
    found = Program(client, session, cast.office).get("/statistics/monthly?month=2026-11")
    assert found.content_length is None
    table = statistics.monthly(session, actor=cast.office, month="2026-11")
    total = found.get_json()["total"]
    assert {key: total[key] for key in FIGURES} == dict(table.total.figures)
    assert len(parts) == 2
    found.close()
    with client.application.app_context():
        assert db.engine.pool.checkedout() == 0
