"""The register: enterprises are entered, corrected, moved, merged and closed; nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine import beside as listing
from engine import registry, statistics
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.registry.entering import clean_all
from engine.store import new_id
from engine.store.tables import Placement
from tests.cast import Cast
from tests.engine.registry.district import CODES, District, firm, found, move

TODAY = date(2026, 11, 2)
FIRM = {
    "name": "新泾精密铸造有限公司",
    "uscc": CODES[0],
    "sector": "industry_trade",
    "industry": "3391",
    "ownership": "民营企业",
    "staff_count": "86",
    "tags": ["dust"],
    "safety_name": "王安",
    "safety_phone": "021-62520000",
    "standard_grade": "二级",
    "standard_until": "2027年3月1日",
}


@pytest.fixture
def district(session: Session, clock: time_machine.Traveller) -> District:
    return found(session, "甲")


def enter(session: Session, district: District, **changes: Any) -> Any:
    return registry.enter(session, {**FIRM, **changes}, actor=district.office)


def test_what_is_entered_is_kept_clean_with_its_first_placement(
    session: Session, district: District
) -> None:
    town = district.towns[0].organisation_id
    made = enter(session, district, town_id=town)
    assert (made.industry, made.ownership, made.staff_count) == ("C3391", "private", 86)
    assert made.profile == {
        "tags": ["dust"], "safety_name": "王安", "safety_phone": "021-62520000",
        "updated_on": "2026-11-02",
    }  # fmt: skip
    placement = session.scalars(select(Placement)).one()
    assert (placement.from_on, placement.until_on, placement.town_id) == (TODAY, None, town)
    (change,) = registry.changes(session, made.id, actor=district.office)
    assert change.OrganisationChange.kind == "entered"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("uscc", "91310105MA0A00014X"),
        ("sector", "采矿"),
        ("industry", "E2614"),
        ("industry", "9999"),
        ("staff_count", "很多"),
        ("staff_count", "-1"),
        ("safety_phone", "打给王安"),
        ("standard_until", "2027-13-01"),
        ("tags", ["gold"]),
    ],
)
def test_what_is_wrong_is_named_at_its_field(field: str, value: Any) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        clean_all({**FIRM, field: value}, registry.FIELDS)
    assert list(refused.value.errors) == [field]


def test_the_self_employed_may_have_no_code(session: Session, district: District) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        enter(session, district, uscc="")
    assert list(refused.value.errors) == ["uscc"]
    made = enter(session, district, uscc="", legal_type="self_employed")
    assert made.uscc is None
    assert made.code.startswith("G")


def test_a_code_is_in_the_register_once(session: Session, district: District) -> None:
    enter(session, district)
    with pytest.raises(InvalidAnswers) as refused:
        enter(session, district, name="同一家")
    assert list(refused.value.errors) == ["uscc"]


def test_a_town_enters_what_stands_under_it_and_nothing_else(
    session: Session, district: District
) -> None:
    own, other = district.towns
    made = registry.enter(session, FIRM, actor=own)
    assert (made.town_id, made.parent_id) == (own.organisation_id, district.office.organisation_id)
    with pytest.raises(InvalidAnswers):
        registry.enter(session, {**FIRM, "town_id": other.organisation_id}, actor=own)


def test_a_node_of_another_district_is_refused(session: Session, district: District) -> None:
    strange = found(session, "乙")
    with pytest.raises(InvalidAnswers) as refused:
        enter(session, district, department_id=strange.departments[0].organisation_id)
    assert list(refused.value.errors) == ["department_id"]


def test_a_correction_says_what_was_before(session: Session, district: District) -> None:
    made = enter(session, district)
    registry.correct(
        session, made.id, {"staff_count": "90", "safety_name": "李全"}, actor=district.office
    )
    change = registry.changes(session, made.id, actor=district.office)[0].OrganisationChange
    assert change.before == {"staff_count": 86, "safety_name": "王安"}
    assert change.after == {"staff_count": 90, "safety_name": "李全"}
    with pytest.raises(Conflict):
        registry.correct(session, made.id, {"staff_count": "90"}, actor=district.office)


def test_an_enterprise_corrects_its_contacts_and_nothing_else(session: Session, cast: Cast) -> None:
    own = cast.enterprise_id
    values = {"safety_name": "何安", "name": "改名公司", "ownership": "public"}
    made = registry.correct(session, own, values, actor=cast.administrator)
    assert (made.profile or {})["safety_name"] == "何安"
    assert (made.name, made.ownership) == ("甲机械有限公司", None)
    with pytest.raises(NotFound):
        registry.correct(session, cast.one_person_firm_id, values, actor=cast.administrator)
    with pytest.raises(NotAllowed):
        registry.enter(session, FIRM, actor=cast.administrator)


def test_a_move_ends_one_placement_and_begins_the_next(
    session: Session, district: District, clock: time_machine.Traveller
) -> None:
    first, second = district.departments
    made = firm(session, "搬迁公司", first, district.towns[0])
    clock.shift(timedelta(days=40))
    move(session, made, district.office, date(2026, 12, 1), department=second)
    rows = session.scalars(select(Placement).order_by(Placement.from_on)).all()
    assert [(row.from_on, row.until_on, row.department_id) for row in rows] == [
        (TODAY, date(2026, 12, 1), first.organisation_id),
        (date(2026, 12, 1), None, second.organisation_id),
    ]
    assert {row.town_id for row in rows} == {district.towns[0].organisation_id}
    with pytest.raises(InvalidAnswers):
        move(session, made, district.office, date(2026, 11, 30), department=first)
    with pytest.raises(InvalidAnswers):
        move(session, made, district.office, date(2027, 1, 1), department=first)
    with pytest.raises(NotAllowed):
        move(session, made, second, date(2026, 12, 5), department=first)


def test_an_enterprise_without_a_noted_placement_always_stood_where_it_was(
    session: Session, cast: Cast
) -> None:
    office = registry.nodes(session, actor=cast.office)
    other = next(node for node in office if node.kind == "town")
    assert other.id == cast.town_id
    registry.move(
        session, cast.enterprise_id, {"town_id": None}, effective_on=TODAY, reason="待核",
        actor=cast.office,
    )  # fmt: skip
    rows = session.scalars(select(Placement).order_by(Placement.from_on)).all()
    assert [(row.until_on, row.town_id) for row in rows] == [(TODAY, cast.town_id), (None, None)]


def test_the_queue_is_assigned_in_one_go(session: Session, district: District) -> None:
    firms = [firm(session, f"待定{n}", parent_id=district.office.organisation_id) for n in range(3)]
    gap = registry.Filters(gap="any")
    waiting = registry.listed(session, actor=district.office, filters=gap).items
    assert [row.Organisation.name for row in waiting] == ["待定0", "待定1", "待定2"]
    places = {
        "department_id": district.departments[0].organisation_id,
        "town_id": district.towns[1].organisation_id,
    }
    ids = [one.id for one in firms]
    assert registry.assign(session, ids, places, actor=district.office) == 3
    assert registry.assign(session, ids, places, actor=district.office) == 0
    assert registry.count(session, actor=district.office, filters=gap) == 0
    assert registry.count(session, actor=district.towns[1]) == 3


def test_a_merged_enterprise_is_closed_and_names_its_heir(
    session: Session, district: District
) -> None:
    heir, old = (firm(session, name, district.departments[0]) for name in ("甲厂", "乙厂"))
    act: Any = {"effective_on": TODAY, "reason": "吸收合并", "actor": district.office}
    with pytest.raises(InvalidAnswers):
        registry.act(session, old.id, "merge", into_id=old.id, **act)
    merged = registry.act(session, old.id, "merge", into_id=heir.id, **act)
    assert (merged.status, merged.closed_on, merged.merged_into_id) == ("closed", TODAY, heir.id)
    assert registry.relatives(session, heir) == [old]
    with pytest.raises(Conflict):
        registry.act(session, old.id, "suspend", **act)
    registry.act(session, old.id, "reopen", **act)
    assert (old.status, old.closed_on, old.merged_into_id) == ("active", None, None)
    kinds = [
        row.OrganisationChange.kind
        for row in registry.changes(session, old.id, actor=district.office)
    ]
    assert kinds == ["reopened", "merged", "entered"]


def test_co_supervisors_are_departments_beside_the_primary_one(
    session: Session, district: District, clock: time_machine.Traveller
) -> None:
    first, second = (actor.organisation_id for actor in district.departments)
    made, office = firm(session, "燃气站", district.departments[0]), district.office
    add = partial(registry.add_co_supervisor, session, made.id, actor=office)
    for department, area, subject in (
        (first, "fire", ""), (None, "fire", ""), (new_id(), "fire", ""), (second, "x", ""),
        (second, "other", " "), (second, "gas", "长" * 101),
    ):  # fmt: skip
        with pytest.raises(InvalidAnswers):
            add(department, area=area, subject=subject)
    with pytest.raises(NotAllowed):
        registry.add_co_supervisor(
            session, made.id, second, area="fire", actor=district.departments[1]
        )
    for _twice in range(2):
        add(second, area="fire", subject=" 燃气管道  ")
    beside = district.departments[1]
    (row,) = registry.co_supervisors(session, made.id)
    assert (row.id, row.area, row.subject, row.since_on) == (second, "fire", "燃气管道", TODAY)
    assert [row.enterprises for row in registry.counted(session, actor=office)] == [1]
    assert registry.only_beside(session, made.id, actor=beside)
    other = firm(session, "加油站", district.departments[0])
    registry.add_co_supervisor(session, other.id, second, area="fire", actor=office)
    page = listing.listed(session, actor=beside, limit=1)
    rest = listing.listed(session, actor=beside, limit=1, after=page.next)
    assert [one.name for one in (*page.items, *rest.items)] == ["加油站", "燃气站"]
    assert rest.next is None
    with pytest.raises(NotFound):
        registry.get(session, made.id, actor=beside)
    assert registry.get(session, made.id, actor=beside, sight="both").Organisation is made
    for _twice in range(2):
        assert second
        registry.end_co_supervisor(session, made.id, second, actor=office)
    with pytest.raises(NotFound):
        registry.get(session, made.id, actor=beside, sight="both")
    changes = [row.OrganisationChange for row in registry.changes(session, made.id, actor=office)]
    told = {"co_supervisors": ["甲教育局（消防：燃气管道，2026-11-02 起）"]}
    assert [(one.before, one.after) for one in changes[:2]] == [
        (told, {"co_supervisors": []}),
        ({"co_supervisors": []}, told),
    ]
    assert [one.kind for one in changes] == ["corrected", "corrected", "entered"]
    # Who becomes the primary department is no other one any more.
    add(second, area="gas")
    move(session, made, office, TODAY, department=beside)
    assert registry.co_supervisors(session, made.id) == []


def test_the_register_is_read_page_by_page(session: Session, district: District) -> None:
    for name in ("丙", "甲", "乙", "甲", "丁"):
        firm(session, name, district.departments[0], sector="gas" if name == "甲" else "general")
    names, after = [], None
    while True:
        page = registry.listed(session, actor=district.office, after=after, limit=2)
        names += [(row.Organisation.name, row.department) for row in page.items]
        after = page.next
        if after is None:
            break
    assert sorted(names) == sorted((name, "甲应急局") for name in "丙甲乙甲丁")
    gas = registry.Filters(sector="gas")
    assert registry.count(session, actor=district.office, filters=gas) == 2
    assert registry.count(session, actor=district.office, filters=registry.Filters(text="乙")) == 1


def test_lists_and_tables_ask_the_same_however_many_there_are(
    session: Session, district: District
) -> None:
    def asked() -> int:
        statements: list[str] = []

        def listen(*call: Any) -> None:
            statements.append(call[2])

        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", listen)
        registry.listed(session, actor=district.office)
        registry.count(session, actor=district.office)
        registry.branches(session, actor=district.office)
        statistics.overlaps(session, actor=district.office, month="2026-10")
        statistics.overlaps(session, actor=district.office, month="2026-11")
        event.remove(bind, "before_cursor_execute", listen)
        return len(statements)

    firm(session, "第一家", district.departments[0])
    few = asked()
    for number in range(12):
        firm(session, f"第{number}厂", district.departments[number % 2], district.towns[0])
    assert asked() == few
