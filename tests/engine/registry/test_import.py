"""A sheet of enterprises is looked at first, then taken in once, whoever presses twice."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import jobs, organisations, registry
from engine.actors import Actor
from engine.commands import execute
from engine.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound
from engine.registry import batches, importing, workbook
from engine.registry.sheet import read
from engine.secrets import Secrets
from engine.store import Organisation
from engine.store.tables import ImportBatch, Placement
from tests.cast import Cast
from tests.engine.registry.sheets import code
from tests.engine.registry.sheets import workbook as sheet
from tests.together import Together

GOOD = ["江湾铸造公司", code(1), "工贸", "区应急管理局", "江湾街道", 42]


@pytest.fixture
def office(cast: Cast, clock: time_machine.Traveller) -> Actor:
    return cast.office


def look(session: Session, office: Actor, *rows: Any, **more: Any) -> batches.Preview:
    """Upload a sheet and give its preview."""
    batch = execute(session, importing.preview, sheet(rows, **more), "名录.xlsx", actor=office)
    return importing.get(session, batch.id, actor=office)


def entered(session: Session) -> int:
    statement = select(func.count()).where(Organisation.kind == "enterprise")
    return session.scalar(statement) or 0


def test_every_bad_row_says_what_is_wrong_and_where(session: Session, office: Actor) -> None:
    found = look(
        session,
        office,
        GOOD,
        ["错码公司", "91310105MA0A00014X", "工贸"],
        ["无码公司", "", "工贸"],
        ["错部门公司", code(2), "工贸", "区应急局", "五角场"],
        ["重复公司", code(1), "工贸"],
        ["", code(3), "采矿"],
        ["很多人公司", code(4), "教育", None, None, "很多"],
    )
    assert found.counts == {"new": 1, "bad": 6}
    faults = {row["row"]: [(f[0], f[3]) for f in row["faults"]] for row in found.of("bad")}
    assert faults == {
        5: [("uscc", "91310105MA0A00014X")],
        6: [("uscc", "")],
        7: [("department_id", "区应急局"), ("town_id", "五角场")],
        8: [("uscc", code(1))],
        9: [("sector", "采矿"), ("name", "")],
        10: [("staff_count", "很多")],
    }
    words = {row["row"]: row["faults"][0][1] for row in found.of("bad")}
    assert "区应急管理局" in words[7], "the nearest name is offered"
    assert "第 4 行" in words[8]


def test_good_rows_are_taken_in_once(session: Session, office: Actor) -> None:
    before = entered(session)
    found = look(session, office, GOOD, ["坏公司", "1", "工贸"])
    batch = execute(session, importing.take_in, found.batch.id, actor=office)
    assert (batch.state, batch.outcome) == ("imported", {"new": 1})
    made = session.scalars(select(Organisation).where(Organisation.uscc == code(1))).one()
    assert (made.staff_count, made.parent_id) == (42, office.organisation_id)
    placement = session.scalars(select(Placement)).one()
    assert placement.department_id == made.department_id is not None
    with pytest.raises(AlreadyDone):
        execute(session, importing.take_in, found.batch.id, actor=office)
    again = look(session, office, GOOD, ["坏公司", "1", "工贸"])
    assert again.twin is not None
    assert again.counts == {"same": 1, "bad": 1}
    with pytest.raises(AlreadyDone):
        execute(session, importing.take_in, again.batch.id, actor=office)
    assert entered(session) == before + 1


def test_two_who_looked_at_the_same_rows_enter_them_once(session: Session, office: Actor) -> None:
    first = look(session, office, GOOD)
    second = look(session, office, GOOD, ["另一家", code(9), "教育"])
    for found in (first, second):
        execute(session, importing.take_in, found.batch.id, actor=office)
    batch = importing.get(session, second.batch.id, actor=office).batch
    assert batch.outcome == {"new": 1, "same": 1}


def test_known_enterprises_show_what_would_change(session: Session, office: Actor) -> None:
    execute(session, importing.take_in, look(session, office, GOOD).batch.id, actor=office)
    changed = ["江湾铸造厂", code(1), None, None, None, 50]
    found = look(session, office, [*changed[:2], "工贸", *changed[3:]])
    (row,) = found.of("changed")
    assert row["before"] == {"name": "江湾铸造公司", "staff_count": 42}
    assert row["after"] == {"name": "江湾铸造厂", "staff_count": 50}
    execute(session, importing.take_in, found.batch.id, actor=office)
    made = session.scalars(select(Organisation).where(Organisation.uscc == code(1))).one()
    assert (made.name, made.staff_count) == ("江湾铸造厂", 50)
    assert made.department_id is not None, "an empty cell says nothing"
    kinds = [r.OrganisationChange.kind for r in registry.changes(session, made.id, actor=office)]
    assert sorted(kinds) == ["corrected", "entered"]


def test_a_long_sheet_is_taken_in_by_a_job(
    session: Session, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 5)
    monkeypatch.setattr(importing, "CHUNK", 4)
    before = entered(session)
    rows = [[f"第{n}公司", code(n), "教育"] for n in range(10)]
    found = look(session, office, *rows)
    batch = execute(session, importing.take_in, found.batch.id, actor=office)
    assert (batch.state, batch.done) == ("importing", 0)
    with pytest.raises(AlreadyDone):
        execute(session, importing.take_in, found.batch.id, actor=office)
    jobs.run_due(session)
    session.expire_all()
    batch = importing.get(session, found.batch.id, actor=office).batch
    assert (batch.state, batch.done, batch.outcome) == ("imported", 10, {"new": 10})
    assert entered(session) == before + 10
    assert registry.count(session, actor=office, filters=registry.Filters(gap="any")) == 10


def test_a_town_reads_in_what_stands_under_it(session: Session, cast: Cast, office: Actor) -> None:
    found = look(
        session,
        cast.town,
        ["街道自己的公司", code(5), "工贸"],
        ["甲机械有限公司", code(6), "工贸", "区应急管理局", "江湾街道"],
    )
    assert found.counts == {"new": 2}
    execute(session, importing.take_in, found.batch.id, actor=cast.town)
    made = organisations.find_by_code(session, code(5)[8:17])
    assert made is not None
    assert (made.town_id, made.parent_id) == (cast.town_id, cast.office_id)
    with pytest.raises(NotFound):
        importing.get(session, found.batch.id, actor=office)
    with pytest.raises(NotAllowed):
        look(session, cast.administrator, GOOD)


def test_what_is_discarded_is_not_taken_in(session: Session, office: Actor) -> None:
    with pytest.raises(Invalid):
        look(session, office)
    found = look(session, office, GOOD)
    execute(session, importing.discard, found.batch.id, actor=office)
    with pytest.raises(Conflict):
        execute(session, importing.take_in, found.batch.id, actor=office)
    batch = look(session, office, ["坏公司", "1", "工贸"]).batch
    with pytest.raises(Conflict):
        execute(session, importing.take_in, batch.id, actor=office)
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 2


def bomb(sheet_xml: bytes) -> bytes:
    """Give a good workbook whose sheet is replaced."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet([GOOD]))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, sheet_xml if is_sheet else old.read(name))
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a workbook",
        sheet([GOOD])[:-300],
        sheet([], headings=["名称", "电话"]),
        bomb(b"<worksheet><sheetData><row>" + b"<c><v>1</v></c>" * 1_000_000),
        bomb(b'<!DOCTYPE a [<!ENTITY b "x">]><worksheet><row><c>&b;</c></row></worksheet>'),
        bomb(b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 100_001),
        bomb(b"\xff\xfe not xml"),
    ],
    ids=["empty", "text", "cut", "headings", "wide", "entity", "long", "bytes"],
)
def test_what_is_no_sheet_of_enterprises_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        list(read(content, []))


def test_cells_are_read_as_spreadsheets_write_them() -> None:
    xml = (
        b"<worksheet><sheetData><row r='7'><c r='B7' t='b'><v>1</v></c>"
        b"<c r='D7' t='inlineStr'><is><r><t>a</t></r><rPh><t>z</t></rPh><r><t>b</t></r></is></c>"
        b"<c t='str'><v> x </v></c><c><v>46082</v></c><c t='e'><v>#N/A</v></c></row>"
        b"<row/><row><c><v>2</v></c></row></sheetData></worksheet>"
    )
    assert list(workbook.rows(bomb(xml))) == [
        (7, {1: True, 3: "ab", 4: "x", 5: 46082.0, 6: "#N/A"}),
        (9, {0: 2.0}),
    ]


def test_two_who_press_at_the_same_moment_take_it_in_once(
    session: Session, office: Actor, database: Engine, secrets: Secrets
) -> None:
    found = look(session, office, GOOD, ["另一家", code(9), "教育"])
    batch_id, before = found.batch.id, entered(session)
    session.rollback()

    def press(own: Session) -> Any:
        return importing.take_in(own, batch_id, actor=office)

    results = Together(database, secrets).at_once(press, press, press)
    assert sum(isinstance(one, AlreadyDone) for one in results) == 2
    assert entered(session) == before + 2
