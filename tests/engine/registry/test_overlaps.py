"""One figure seen by department, town and group reconciles, and every cell opens to its cases."""

from __future__ import annotations

from datetime import date, datetime
from itertools import chain, combinations
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import statistics
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid, NotAllowed
from engine.statistics.overlaps import INDICATORS, PARTS, Overlaps
from engine.store.tables import MechanismRecord
from tests.cast import Cast
from tests.engine.registry.district import District, firm, found, move
from tests.engine.test_statistics import behind
from tests.histories import Pen

SEPTEMBER = datetime(2026, 9, 1, 9, 0, tzinfo=LOCAL_ZONE)
OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=LOCAL_ZONE)
AXES = ("d", "t", "g")


@pytest.fixture
def district(session: Session) -> Any:
    """An enterprise in each combination of department, town and group; each has something."""
    with time_machine.travel(SEPTEMBER, tick=False) as clock:
        made = found(session, "甲")
        nodes = {"d": made.departments[0], "t": made.towns[0], "g": made.groups[2]}
        firms = {}
        for part in PARTS:
            chosen = [nodes[axis] if axis in part else None for axis in AXES]
            parent = made.office.organisation_id
            firms[part] = firm(session, f"企业{part or '无'}", *chosen, parent_id=parent)
        clock.move_to(OCTOBER)
        tell(session, [one.id for one in firms.values()])
        clock.move_to(NOW)
        move(session, firms["dtg"], made.office, date(2026, 11, 5), department=made.departments[1])
        yield made


def tell(session: Session, ids: list[UUID]) -> None:
    """The n-th enterprise verified and rewarded n hazards in October; odd ones established."""
    pen = Pen(session)
    for number, owner in enumerate(ids, start=1):
        for _ in range(number):
            case = pen.case(owner, OCTOBER)
            pen.register(case, OCTOBER)
            pen.reward(case, OCTOBER, 1_000)
        # And one of them something that is worth two yuan.
        pen.reward(pen.case(owner, OCTOBER, kind="suggestion"), OCTOBER, 200, method="goods")
        if number % 2:
            session.get_one(MechanismRecord, owner).established_on = date(2026, 10, 8)
    session.flush()


def table(session: Session, district: District, month: str = "2026-10", **nodes: UUID) -> Overlaps:
    return statistics.overlaps(session, actor=district.office, month=month, nodes=nodes)


def test_the_table_reconciles(session: Session, district: District) -> None:
    check_parts(session, district)
    check_axes(session, district)
    check_group(session, district)
    check_move(session, district)


def check_parts(session: Session, district: District) -> None:
    """The parts make up every axis and the whole."""
    found = table(session, district)
    assert [found.parts[part]["verified"] for part in PARTS] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found.of(PARTS) == {
        "obliged": 8, "established": 4, "reported": 36, "verified": 36, "paid_fen": 36_000,
        "noncash_fen": 1_600,
    }  # fmt: skip
    whole = statistics.monthly(session, actor=district.office, month="2026-10").total.figures
    assert {key: whole[key] for key in INDICATORS} == found.of(PARTS)
    for key in INDICATORS:
        single = sum(found.on(axis)[key] for axis in AXES)
        twice = sum(
            found.of(p for p in PARTS if {*pair} <= {*p})[key] for pair in ("dt", "dg", "tg")
        )
        union = found.of(part for part in PARTS if part)[key]
        assert single - twice + found.parts["dtg"][key] == union


def check_axes(session: Session, district: District) -> None:
    """Each axis agrees with the monthly table."""
    nodes = {"d": district.departments[0], "t": district.towns[0], "g": district.groups[2]}
    ids = {axis: node.organisation_id for axis, node in nodes.items() if node.organisation_id}
    found = table(session, district, "2026-10", **ids)
    for axis, by in (("d", "department"), ("t", "town"), ("g", "group")):
        lines = statistics.monthly(session, actor=district.office, month="2026-10", by=by).lines
        line = next(line for line in lines if line.key == str(ids[axis]))
        assert {key: line.figures[key] for key in INDICATORS} == found.on(axis)
        own = statistics.monthly(session, actor=nodes[axis], month="2026-10").total.figures
        assert {key: own[key] for key in INDICATORS} == found.on(axis)


def check_group(session: Session, district: District) -> None:
    """A group counts with all below it."""
    top = district.groups[0].organisation_id
    assert top
    assert table(session, district, g=top).on("g")["verified"] == 3 + 5 + 6 + 7


def check_move(session: Session, district: District) -> None:
    """A move counts from the month it fell into."""
    department = district.departments[0].organisation_id
    assert department
    assert table(session, district, d=department).on("d")["verified"] == 1 + 4 + 5 + 7
    november = table(session, district, "2026-11", d=department)
    assert november.on("d")["obliged"] == 3
    assert table(session, district, "2026-11").on("d")["obliged"] == 4


def test_every_sum_opens_to_exactly_its_cases(session: Session, district: District) -> None:
    department = district.departments[0].organisation_id
    assert department
    found = table(session, district, d=department)
    some = chain(combinations(PARTS, 1), [PARTS, ("d", "dt", "dg", "dtg"), ("dt", "")])
    for parts in some:
        sums = found.of(parts)
        region = statistics.region(parts, found.nodes)
        for key in INDICATORS:
            page = statistics.cases(
                session, actor=district.office, month="2026-10", indicator=key, region=region,
                limit=100,
            )  # fmt: skip
            assert behind(key, list(page.items)) == sums[key], (parts, key)


def test_parts_that_do_not_exist_are_refused(session: Session, cast: Cast) -> None:
    for parts in ([], ["x"], ["td"]):
        with pytest.raises(Invalid):
            statistics.region(parts, {})
    with pytest.raises(NotAllowed):
        statistics.overlaps(session, actor=cast.verifier, month="2026-10")
