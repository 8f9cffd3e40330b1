"""A group's figures as a tree: by itself, and with all below it; every sum opens (R-63)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import statistics
from engine.clock import LOCAL_ZONE
from engine.coverage import board, targets, units
from engine.coverage.units import Chosen
from engine.statistics.tree import WITH_BELOW
from tests.engine.registry.district import District, firm, found
from tests.engine.test_statistics import behind
from tests.histories import Pen

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def district(session: Session) -> District:
    """The group has one firm itself, its second level two, its third level three; one is free."""
    with time_machine.travel(OCTOBER, tick=False) as clock:
        made = found(session, "甲")
        pen = Pen(session)
        for node, count in zip((*made.groups, None), (1, 2, 3, 1), strict=True):
            for number in range(count):
                name = f"{node.organisation_id if node else '无'}{number}"
                own = firm(
                    session, name, made.departments[0], None, node,
                    parent_id=made.office.organisation_id,
                )  # fmt: skip
                case = pen.case(own.id, OCTOBER)
                pen.register(case, OCTOBER)
        clock.move_to(NOW)
    session.flush()
    return made


def told(session: Session, district: District) -> list[tuple[str, int, bool, int]]:
    table = statistics.monthly(session, actor=district.office, month="2026-10", by="group")
    return [
        (one.name, one.depth, one.is_sum, one.line.figures["verified"])
        for one in statistics.as_tree(session, table.lines)
    ]


def test_every_level_has_what_is_its_own_and_what_is_below_it(
    session: Session, district: District
) -> None:
    assert told(session, district) == [
        ("甲集团", 0, True, 6),
        ("甲集团", 1, False, 1),
        ("甲二级公司", 1, True, 5),
        ("甲二级公司", 2, False, 2),
        ("甲三级公司", 2, False, 3),
        ("", 0, False, 1),
    ]


def test_a_sum_opens_to_exactly_its_cases(session: Session, district: District) -> None:
    for node, count in zip(district.groups[:2], (6, 5), strict=True):
        key = f"{node.organisation_id}{WITH_BELOW}"
        line = statistics.line(session, actor=district.office, month="2026-10", by="group", key=key)
        assert line is not None
        assert line.figures["verified"] == count
        page = statistics.cases(
            session, actor=district.office, month="2026-10", indicator="verified", by="group",
            key=key, limit=100,
        )  # fmt: skip
        assert behind("verified", list(page.items)) == count
    leaf = f"{district.groups[2].organisation_id}{WITH_BELOW}"
    assert (
        statistics.line(session, actor=district.office, month="2026-10", by="group", key=leaf)
        is None
    )


def test_a_group_sees_its_own_tree_and_another_sees_nothing_of_it(
    session: Session, district: District
) -> None:
    second = district.groups[1]
    table = statistics.monthly(session, actor=second, month="2026-10", by="group")
    assert sum(line.figures["verified"] for line in table.lines) == 5
    other = found(session, "乙")
    key = f"{district.groups[0].organisation_id}{WITH_BELOW}"
    page = statistics.cases(
        session, actor=other.office, month="2026-10", indicator="verified", by="group", key=key
    )
    assert list(page.items) == []


def test_coverage_is_told_as_a_tree_too(session: Session, district: District) -> None:
    wanted = targets.Wanted(title="全部单位", basis="通知", due_on=date(2026, 12, 31))
    director = district.office.__class__(
        user_id=None, name="安主任", organisation_id=district.office.organisation_id,
        organisation_kind="office", roles=frozenset({"director"}),
    )  # fmt: skip
    target = targets.save(session, wanted, actor=director)
    shown = board.board(session, target, "group", actor=district.office)
    sums = {
        one.line.key: one.line.counts["due"]
        for one in board.as_tree(session, shown.lines)
        if one.is_sum
    }
    assert sorted(sums.values()) == [5, 6]
    for key, count in sums.items():
        chosen = Chosen(target=target, by="group", key=key)
        assert len(units.enterprises(session, chosen, actor=district.office).items) == count
