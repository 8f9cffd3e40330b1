"""Training sessions: who was there, who is covered, who is not, and who may know of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import registry, training
from engine.commands import execute
from engine.errors import Conflict, Invalid, InvalidAnswers, NotAllowed, NotFound
from engine.registry.contacts import contact_of
from engine.store import Organisation
from engine.training.reading import cells_of
from tests.cast import Cast

YEAR = 2026
USCC = "91310105MA0A00014K"


@pytest.fixture
def people(session: Session, cast: Cast, clock: time_machine.Traveller) -> Cast:
    """The cast; 甲 has a social credit code and somebody to call."""
    firm = session.get_one(Organisation, cast.enterprise_id)
    firm.uscc = USCC
    firm.sector = "gas"
    session.commit()
    contacts = {"principal_name": "朱任", "principal_phone": "13800000000", "fire_name": "关理"}
    execute(session, registry.correct, firm.id, contacts, reason="换了人", actor=cast.administrator)
    return cast


def lesson(session: Session, actor: Any, **changes: Any) -> UUID:
    facts = {
        "topic": "主要负责人专题培训", "audience": "principal", "sectors": ("gas",),
        "held_on": date(2026, 10, 20), "minutes": 180, "place": "区党校", **changes,
    }  # fmt: skip
    row = execute(session, training.plan, training.Facts(**facts), actor=actor)
    found: UUID = row.id
    return found


def missing(session: Session, actor: Any, position: str = "principal", **more: Any) -> list[str]:
    page = training.untrained(session, actor=actor, year=YEAR, position=position, **more)
    return [row.name for row in page.items]


def test_a_pasted_list_is_taken_in_once_and_shows_its_bad_lines(
    session: Session, people: Cast
) -> None:
    held = lesson(session, people.officer)
    text = (
        "单位名称\t姓名\t岗位\n"
        "甲机械有限公司\t朱任\t主要负责人\n"
        f"{USCC}\t关理\t消防安全责任人\n"
        "甲机械有限公司\t\t主要负责人\n"
        "没有这家公司\t某人\t主要负责人\n"
        "丙小吃店\t单一\t厨师\n"
        "乙外地公司\t莫生\t\n"
    )
    rows = training.preview(session, held, cells_of(text), actor=people.officer)
    assert [(row.line, row.is_good) for row in rows] == [
        (2, True), (3, True), (4, False), (5, False), (6, False), (7, False)
    ]  # fmt: skip
    assert all(row.faults for row in rows if not row.is_good)
    assert training.attendees(session, held, actor=people.officer) == []
    for expected in ((2, 4), (0, 6)):
        assert execute(session, training.take, held, cells_of(text), actor=people.officer) == (
            expected
        )
    there = training.attendees(session, held, actor=people.officer)
    assert [(one.name, one.position) for one in there] == [
        ("关理", "fire_safety"),
        ("朱任", "principal"),
    ]


def test_coverage_counts_enterprises_and_names_the_others(session: Session, people: Cast) -> None:
    assert missing(session, people.officer) == ["丙小吃店", "甲机械有限公司"]
    held = lesson(session, people.officer)
    execute(session, training.take, held, [["甲机械有限公司", "朱任"]], actor=people.officer)
    for actor in (people.officer, people.town, people.group, people.office):
        found = training.coverage(session, actor=actor, year=YEAR, position="principal")
        assert [(one.sector, one.enterprises, one.covered) for one in found] == [
            ("gas", 1, 1),
            ("industry", 1, 0),
        ]
        assert found[0].percent == 100
    assert missing(session, people.town) == ["丙小吃店"]
    assert missing(session, people.town, sector="gas") == []
    assert len(missing(session, people.town, "fire_safety")) == 2
    earlier = training.coverage(session, actor=people.officer, year=2025, position="principal")
    assert sum(one.covered for one in earlier) == 0
    assert training.counts(session, actor=people.office, year=YEAR) == {
        "sessions": 1, "minutes": 180, "people": 1, "enterprises": 1
    }  # fmt: skip


def test_the_named_list_says_whom_to_call_and_is_turned_page_by_page(
    session: Session, people: Cast
) -> None:
    names, after = [], None
    while True:
        page = training.untrained(
            session, actor=people.officer, year=YEAR, position="principal", after=after, limit=1
        )
        names += [(row.name, *contact_of(row.profile, "principal")) for row in page.items]
        after = page.next
        if after is None:
            break
    assert names == [("丙小吃店", "", ""), ("甲机械有限公司", "朱任", "13800000000")]
    (fire,) = (
        row
        for row in training.untrained(
            session, actor=people.officer, year=YEAR, position="fire_safety"
        ).items
        if row.name == "甲机械有限公司"
    )
    assert contact_of(fire.profile, "fire_safety") == ("关理", "")
    assert contact_of(fire.profile, "staff") == ("", "")
    for wrong in ({"after": "x"}, {"position": "boss"}):
        with pytest.raises(Invalid):
            training.untrained(
                session, actor=people.officer, year=YEAR, **{"position": "principal", **wrong}
            )


def test_signing_with_the_code_counts_once_it_is_confirmed(session: Session, people: Cast) -> None:
    held = lesson(session, people.officer)
    code = execute(session, training.open_sheet, held, actor=people.officer)
    assert execute(session, training.open_sheet, held, actor=people.officer) == code
    mine = {"enterprise": USCC.lower(), "name": "朱任", "position": "principal", "actor": None}
    execute(session, training.sign, f" {code[:4]}-{code[4:].lower()}", **mine)
    with pytest.raises(Conflict):
        execute(session, training.sign, code, **mine)
    with pytest.raises(InvalidAnswers) as refused:
        execute(
            session, training.sign, code, enterprise="乙外地公司", name="", position="x", actor=None
        )
    assert set(refused.value.errors) == {"enterprise", "name", "position"}
    assert "甲机械有限公司" in missing(session, people.officer)
    assert execute(session, training.confirm, held, actor=people.officer) == 1
    assert "甲机械有限公司" not in missing(session, people.officer)
    execute(session, training.close_sheet, held, actor=people.officer)
    with pytest.raises(NotFound):
        execute(session, training.sign, code, **mine)


def test_an_enterprise_sees_its_own_people_and_nobody_elses(session: Session, people: Cast) -> None:
    held = lesson(session, people.officer)
    rows = [["甲机械有限公司", "朱任"], ["丙小吃店", "单一"]]
    execute(session, training.take, held, rows, actor=people.officer)
    for actor, name in ((people.principal, "朱任"), (people.sole, "单一")):
        assert [row.name for row in training.attended(session, actor=actor, year=YEAR)] == [name]
    assert training.attended(session, actor=people.stranger, year=YEAR) == []
    for refused in (
        lambda: training.attendees(session, held, actor=people.principal),
        lambda: training.coverage(session, actor=people.sole, year=YEAR, position="principal"),
        lambda: lesson(session, people.principal),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_only_the_holder_changes_a_session(session: Session, people: Cast) -> None:
    held = lesson(session, people.officer)
    page = training.held(session, actor=people.office, year=YEAR)
    assert [(row.topic, row.organisation_name) for row, *_ in page.items] == [
        ("主要负责人专题培训", "区应急管理局")
    ]
    assert training.held(session, actor=people.town, year=YEAR).items == []
    with pytest.raises(NotFound):
        execute(session, training.take, held, [["丙小吃店", "单一"]], actor=people.office)
    with pytest.raises(InvalidAnswers) as refused:
        lesson(session, people.town, topic=" ", audience="all", held_on=None, minutes=0)
    assert set(refused.value.errors) == {"topic", "audience", "held_on", "minutes"}
    execute(session, training.take, held, [["丙小吃店", "单一"]], actor=people.officer)
    with pytest.raises(Conflict):
        execute(session, training.withdraw, held, actor=people.officer)
    (one,) = training.attendees(session, held, actor=people.officer)
    execute(session, training.remove, held, one.id, actor=people.officer)
    execute(session, training.withdraw, held, actor=people.officer)
    assert training.held(session, actor=people.officer, year=YEAR).items == []


def test_a_list_confirms_who_had_signed(session: Session, people: Cast) -> None:
    held = lesson(session, people.officer)
    code = execute(session, training.open_sheet, held, actor=people.officer)
    who = {"enterprise": "甲机械有限公司", "name": "朱任", "position": "principal"}
    execute(session, training.sign, code, **who, actor=None)
    assert "甲机械有限公司" in missing(session, people.officer)
    cells = cells_of("甲机械有限公司,朱任\n")
    assert execute(session, training.take, held, cells, actor=people.officer) == (0, 1)
    (row,) = training.attendees(session, held, actor=people.officer)
    assert row.origin == "confirmed"
    assert "甲机械有限公司" not in missing(session, people.officer)
