"""Every node of two districts sees exactly the enterprises that the axes put under it (R-01)."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import registry, statistics
from engine.actors import Actor
from engine.clock import LOCAL_ZONE
from engine.errors import NotFound
from engine.store import Organisation, visible_to
from tests.engine.registry.district import District, firm, found, move

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=LOCAL_ZONE)
BEFORE = datetime(2026, 9, 1, 9, 0, tzinfo=LOCAL_ZONE)
#: Which department, town and group of a district; the last is none.
PLACES = list(product((0, 1, None), (0, 1, None), (0, 1, 2, None)))


def nodes_of(district: District) -> list[Actor]:
    return [district.office, *district.departments, *district.towns, *district.groups]


def settle(session: Session, district: District) -> dict[UUID, tuple[int | None, ...]]:
    """Enter an enterprise for every combination of nodes; give where each stands."""
    settled: dict[UUID, tuple[int | None, ...]] = {}
    for department, town, group in PLACES:
        made = firm(
            session,
            f"{department}{town}{group}",
            None if department is None else district.departments[department],
            None if town is None else district.towns[town],
            None if group is None else district.groups[group],
            parent_id=district.office.organisation_id,
        )
        settled[made.id] = (department, town, group)
    return settled


def expected(
    district: District, node: Actor, settled: dict[UUID, tuple[int | None, ...]]
) -> set[UUID]:
    """Say by counting on one's fingers what a node of the district has to see."""
    if node is district.office:
        return set(settled)
    for axis, members in enumerate((district.departments, district.towns)):
        if node in members:
            return {id_ for id_, place in settled.items() if place[axis] == members.index(node)}
    level = district.groups.index(node)
    return {id_ for id_, place in settled.items() if place[2] is not None and place[2] >= level}


def seen(session: Session, node: Actor, on: date | None = None) -> set[UUID]:
    statement = select(Organisation.id).where(Organisation.kind == "enterprise")
    return set(session.scalars(visible_to(node, statement, on=on)))


def test_rows_are_visible_exactly_as_the_axes_say(session: Session) -> None:
    with time_machine.travel(BEFORE, tick=False):
        districts = [found(session, letter) for letter in "甲乙"]
        settled = [settle(session, district) for district in districts]
    with time_machine.travel(NOW, tick=False):
        for district, own in zip(districts, settled, strict=True):
            for node in nodes_of(district):
                wanted = expected(district, node, own)
                assert seen(session, node) == wanted
                assert seen(session, node, date(2026, 10, 31)) == wanted
                assert registry.count(session, actor=node) == len(wanted)
                listed = registry.listed(session, actor=node, limit=100).items
                assert {row.Organisation.id for row in listed} == wanted
                table = statistics.monthly(session, actor=node, month="2026-10", with_persons=False)
                assert {UUID(line.key) for line in table.lines} == wanted


def test_who_was_over_an_enterprise_keeps_its_months_and_sees_nothing_newer(
    session: Session,
) -> None:
    with time_machine.travel(BEFORE, tick=False):
        district = found(session, "甲")
        old, new = district.departments
        made = firm(session, "转走的公司", old, district.towns[0])
    with time_machine.travel(NOW, tick=False):
        move(session, made, district.office, date(2026, 11, 1), department=new)
        assert (seen(session, old), seen(session, new)) == (set(), {made.id})
        last = date(2026, 10, 31)
        assert (seen(session, old, last), seen(session, new, last)) == ({made.id}, set())
        assert seen(session, district.towns[0]) == seen(session, district.towns[0], last)
        assert seen(session, district.office, date(2026, 8, 31)) == set(), "not entered yet"
        with pytest.raises(NotFound):
            registry.get(session, made.id, actor=old)
