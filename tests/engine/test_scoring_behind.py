"""Each value of a sheet opens exactly what it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import training
from engine.clock import local_date, now
from engine.commands import execute
from engine.errors import Invalid, NotFound
from engine.scoring import behind, schemes, sheets, values
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.guidance_story import Visiting


@pytest.fixture
def year(session: Session, cast: Cast, clock: time_machine.Traveller) -> int:
    """A department visited 甲 and asked two things, taught 甲 and 丙, and handed in two months."""
    visiting = Visiting(session, cast)
    visiting.goes(rewards_paid="no", staff_know="no")
    visiting.advises()
    asked = session.query(t.FollowUp).order_by(t.FollowUp.item).all()
    asked[0].state, asked[1].state = "passed", "failed"
    asked[0].due_on = asked[1].due_on = local_date() - timedelta(days=1)
    session.commit()
    facts: dict[str, Any] = {
        "topic": "主要负责人培训", "audience": "principal", "sectors": (),
        "held_on": date(2026, 10, 20), "minutes": 60, "place": "区党校",
    }  # fmt: skip
    held = execute(session, training.plan, training.Facts(**facts), actor=cast.officer)
    text = "单位名称\t姓名\t岗位\n甲机械有限公司\t朱任\t主要负责人\n丙小吃店\t单一\t主要负责人\n"
    cells = training.reading.cells_of(text)
    execute(session, training.take, held.id, cells, actor=cast.officer)
    for month, state in (("2026-08", "submitted"), ("2026-09", "submitted"), ("2026-10", "locked")):
        session.add(_return(cast, month, state))
    session.commit()
    return 2026


def _return(cast: Cast, month: str, state: str) -> t.MonthlyReturn:
    moment = now()
    return t.MonthlyReturn(
        organisation_id=cast.department_id, month=month, state=state, definitions_version="1",
        definitions_digest=b"", drafted_at=moment,
        submitted_at=moment if state == "submitted" else None,
    )  # fmt: skip


def _sheet(session: Session, cast: Cast, year: int) -> Any:
    scheme = execute(session, schemes.adopt, "inspection", "department", year, actor=cast.office)
    execute(session, sheets.compute, scheme.id, actor=cast.office)
    return sheets.get(session, scheme.id, cast.department_id, actor=cast.office)


def test_what_is_listed_is_what_is_counted(session: Session, cast: Cast, year: int) -> None:
    row = _sheet(session, cast, year)
    counted = values.of_kind(session, "department", [cast.department_id], year, actor=cast.office)[
        cast.department_id
    ]
    told = {}
    for value in behind.VALUES:
        found: list[behind.Piece] = []
        after: str | None = None
        while True:
            page = behind.pieces(session, row, value, after=after, limit=1)
            found += page.items
            if (after := page.next) is None:
                break
        told[value] = sum(one.counts for one in found)
        assert told[value] == counted[value].part, value
    assert told == {
        "visited_rate": 1, "settled_rate": 1, "trained_rate": 2, "returns_rate": 2, "practices": 0,
    }  # fmt: skip


def test_what_is_no_list_or_no_place_in_it_is_refused(
    session: Session, cast: Cast, year: int
) -> None:
    row = _sheet(session, cast, year)
    with pytest.raises(NotFound):
        behind.pieces(session, row, "closed_rate")
    with pytest.raises(Invalid):
        behind.pieces(session, row, "visited_rate", after="x")
