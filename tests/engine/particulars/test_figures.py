"""Standards that end and risks that are monitored: counted on every axis, and opened one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from engine import clock as clocks
from engine.errors import Invalid, NotAllowed
from engine.particulars import figures
from engine.particulars.figures import Chosen
from engine.particulars.views import MONITORING, STANDARDS, state_of
from engine.statistics.tree import WITH_BELOW
from engine.store import Organisation, new_id
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.registry.district import District, firm, found

TODAY = date(2026, 11, 2)
#: Days until the standard ends → in which count.
ENDS = {-400: "expired", -1: "expired", 0: "soon", 90: "soon", 91: "later"}


@pytest.fixture
def district(session: Session, clock: time_machine.Traveller) -> District:
    """An enterprise for each day, one that states no day, one that states nothing, one closed."""
    district = found(session, "甲")
    (bureau, school), (town, other) = district.departments, district.towns
    for at, left in enumerate(ENDS):
        one = firm(session, f"厂{at}", bureau, town if at % 2 else other, district.groups[at % 3])
        one.standard_until = TODAY + timedelta(days=left)
        one.standard_sector, one.standard_grade = ("chemical", "medical")[at % 2], "two"
        one.hazard_source = "four" if at < 2 else None
        one.oil_storage = "yes" if at in (1, 2, 3) else "no"
        one.monitoring = (None, "yes", "no", "partly", "yes")[at]
    firm(session, "无日", school).standard_grade = "three"
    firm(session, "无")
    firm(session, "停业厂", bureau, town).status = "closed"
    other_firm = firm(session, "停厂", bureau, town)
    other_firm.status, other_firm.standard_until = "suspended", TODAY
    session.flush()
    return district


def names(session: Session, actor: Any, **chosen: Any) -> list[str]:
    """Give the names of a list, read in pages of two."""
    told, after = [], None
    while True:
        page = figures.enterprises(session, Chosen(**chosen), actor=actor, after=after, limit=2)
        told += [row.Organisation.name for row in page.items]
        if (after := page.next) is None:
            return told


def test_every_standard_is_counted_once_and_opens_in_order_of_its_day(
    session: Session, district: District
) -> None:
    office = district.office
    lines, total = figures.lines(session, STANDARDS, "department", actor=office)
    assert total.counts == {
        "all": 6, "valid": 3, "expired": 2, "soon": 2, "later": 1, "undated": 1, "none": 0
    }  # fmt: skip
    assert total.rate == 50.0
    assert [(line.name, line.counts["all"]) for line in lines] == [("甲应急局", 5), ("甲教育局", 1)]
    assert names(session, office, count="expired") == ["厂0", "厂1"]
    assert names(session, office, count="valid") == ["厂2", "厂3", "厂4"]
    assert names(session, office, count="undated") == ["无日"]
    assert names(session, office, sector="medical", grade="two") == ["厂1", "厂3"]
    for by in STANDARDS.axes:
        told, total = figures.lines(session, STANDARDS, by, actor=office)
        for line in [*told, total]:
            for count, many in line.counts.items():
                opened = names(session, office, by=by, key=line.key, count=count)
                assert len(opened) == many, (by, line.key, count)
    page = figures.enterprises(session, Chosen(), actor=office)
    counted = dict.fromkeys(total.counts, 0)
    for row in page.items:
        counted[state_of(row.Organisation)] += 1
    assert {key: many for key, many in counted.items() if many} == {
        "expired": 2, "soon": 2, "later": 1, "undated": 1
    }  # fmt: skip


def test_who_is_to_be_monitored_is_counted_with_who_is(
    session: Session, district: District
) -> None:
    office = district.office
    _, total = figures.lines(session, MONITORING, "town", actor=office)
    assert total.counts == {
        "all": 4, "connected": 1, "partly": 1, "unconnected": 1, "unstated": 1
    }  # fmt: skip
    assert total.rate == 25.0
    told, _ = figures.lines(session, MONITORING, "group", actor=office)
    sums = [one.line for one in figures.as_tree(session, told) if one.is_sum]
    assert [line.counts["all"] for line in sums] == [4, 2]
    top = str(district.groups[0].organisation_id)
    chosen = {"view": MONITORING, "by": "group", "key": f"{top}{WITH_BELOW}"}
    assert names(session, office, **chosen) == ["厂0", "厂1", "厂2", "厂3"]
    assert names(session, office, view=MONITORING, count="unconnected") == ["厂2"]
    # A town counts its own; another district has nothing of it.
    _, own = figures.lines(session, MONITORING, "department", actor=district.towns[0])
    assert own.counts["all"] == 2
    strange = found(session, "乙")
    assert figures.lines(session, MONITORING, "town", actor=strange.office)[1].counts["all"] == 0
    assert names(session, strange.office, **chosen) == []


def test_what_nobody_offered_is_refused(session: Session, district: District, cast: Cast) -> None:
    office = district.office
    for wrong in ({"count": "x"}, {"by": "owner", "key": "x"}, {"key": "x"}, {"key": "none+"}):
        with pytest.raises(Invalid):
            figures.enterprises(session, Chosen(**wrong), actor=office)
    for count, after in (("soon", "x"), ("soon", f"{new_id().hex}.x"), ("all", "1.2")):
        with pytest.raises(Invalid):
            figures.enterprises(session, Chosen(count=count), actor=office, after=after)
    with pytest.raises(Invalid):
        figures.enterprises(session, Chosen(view=MONITORING, sector="medical"), actor=office)
    with pytest.raises(NotAllowed):
        figures.lines(session, STANDARDS, "town", actor=cast.reporter)
    page = figures.enterprises(session, Chosen(), actor=cast.principal)
    assert [row.Organisation.id for row in page.items] == [cast.enterprise_id]


def test_beside_each_stands_the_score_of_its_last_signed_sheet(
    session: Session, district: District
) -> None:
    office = district.office
    ids = [
        row.Organisation.id for row in figures.enterprises(session, Chosen(), actor=office).items
    ]
    for year, state, total in ((2025, "signed", 8000), (2026, "signed", 9150), (2027, "draft", 1)):
        scheme = _scheme(session, office, year)
        session.execute(insert(t.ScoreSheet).values(
            organisation_id=office.organisation_id, scheme_id=scheme, scored_id=ids[0], state=state,
            items={}, total=total, updated_at=clocks.now(),
            signed_at=clocks.now() + timedelta(days=year) if state == "signed" else None,
        ))  # fmt: skip
    kept = figures.scores(session, ids, actor=office)
    assert {id_: (one.total, one.year) for id_, one in kept.items()} == {ids[0]: (9150, 2026)}
    assert figures.scores(session, ids, actor=district.towns[0]) == {}
    # What a department signs its office sees; another department does not.
    bureau, school = district.departments
    scheme = _scheme(session, bureau, 2028)
    session.execute(insert(t.ScoreSheet).values(
        organisation_id=bureau.organisation_id, scheme_id=scheme, scored_id=ids[0], state="signed",
        items={}, total=7000, updated_at=clocks.now(), signed_at=datetime(2040, 1, 1, tzinfo=UTC),
    ))  # fmt: skip
    assert figures.scores(session, ids, actor=office)[ids[0]].total == 7000
    assert figures.scores(session, ids, actor=bureau)[ids[0]].total == 7000
    assert figures.scores(session, ids, actor=school) == {}


def test_the_number_of_statements_does_not_grow(session: Session, district: District) -> None:
    def asked() -> int:
        statements: list[str] = []

        def listen(*call: Any) -> None:
            statements.append(call[2])

        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", listen)
        for view in (STANDARDS, MONITORING):
            figures.lines(session, view, "department", actor=district.office)
            page = figures.enterprises(session, Chosen(view=view), actor=district.office)
            figures.scores(
                session, [row.Organisation.id for row in page.items], actor=district.office
            )
        event.remove(bind, "before_cursor_execute", listen)
        return len(statements)

    few = asked()
    for at in range(12):
        one = firm(session, f"又{at}", district.departments[at % 2], district.towns[0])
        one.standard_until, one.hazard_source = TODAY, "one"
    session.flush()
    assert asked() == few == 8


def _scheme(session: Session, office: Any, year: int) -> Any:
    row = t.ScoreScheme(
        organisation_id=office.organisation_id, id=new_id(), key=f"s{year}", version=1, year=year,
        name="评分办法", kind="enterprise", content={}, created_at=clocks.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def test_only_those_that_work_are_counted(session: Session, district: District) -> None:
    found_names = names(session, district.office)
    assert "停厂" not in found_names
    assert len(found_names) == 6
    assert session.query(Organisation).filter_by(kind="enterprise").count() >= 9
