"""The pages of the register: entered, corrected, moved, merged, assigned, read in from a sheet."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import organisations, registry
from engine.actors import SYSTEM
from engine.registry import importing
from engine.registry.sheet import read as read_sheet
from engine.store import Organisation, new_id
from tests.cast import Cast
from tests.engine.registry.sheets import code, workbook
from tests.web.ledger_story import Reading, all_rows, tell
from tests.web.test_statistics_cases import number
from tests.web.visits import Client

FIRM = {"name": "江湾铸造公司", "uscc": code(1), "sector": "gas", "staff_count": "42"}


@pytest.fixture
def office(client: Client, cast: Cast, clock: time_machine.Traveller) -> Client:
    """The browser of the district's office."""
    client.sign_in(cast.office)
    return client


def firm_of(session: Session, uscc: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.uscc == uscc)).one()


def test_an_enterprise_is_entered_and_its_entry_tells_it(office: Client, cast: Cast) -> None:
    places = {"department_id": str(cast.department_id), "town_id": str(cast.town_id)}
    answer = office.submit("/registry/new", {**FIRM, **places, "tags": ["dust", "gas"]})
    page = Reading(office, answer.headers["Location"])
    assert "江湾铸造公司" in page.text
    assert page.rows()[0][1] == "登记"
    rows = all_rows(office, "/registry?text=江湾铸造")
    assert rows[0][2:4] == ["区应急管理局", "江湾街道"]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(office: Client) -> None:
    wrong = {**FIRM, "uscc": "91310105MA0A00014X", "industry": "E2614", "staff_count": "很多"}
    answer = office.submit("/registry/new", {**wrong, "department_id": "x", "tags": ["gold"]})
    assert answer.status_code == 422
    for words in ("末位是校验码", "门类字母与代码不符", "应为 0 至 100 万的整数", "没有“gold”"):
        assert words in answer.text
    for typed in ("江湾铸造公司", "91310105MA0A00014X", "E2614", "很多"):
        assert typed in answer.text


def test_an_entry_is_corrected_moved_and_merged(
    office: Client, cast: Cast, session: Session
) -> None:
    here = f"/registry/{cast.enterprise_id}"
    assert office.submit(f"{here}/edit", {"name": "甲机械厂", "sector": "gas"}).status_code == 302
    moved = {"effective_on": "2026-11-02", "reason": "区划调整", "town_id": ""}
    kept = {"department_id": str(cast.department_id), "group_id": str(cast.group_id)}
    late = office.submit(f"{here}/move", {**moved, **kept, "effective_on": "2026-12-01"})
    assert late.status_code == 422
    assert "不能晚于今天" in late.text
    assert "区划调整" in late.text
    assert office.submit(f"{here}/move", {**moved, **kept}).status_code == 302
    search = {"find": "小吃", "search": "1", "reason": "吸收合并", "effective_on": "2026-11-02"}
    offered = office.submit(f"{here}/merge", search)
    assert "丙小吃店" in offered.text
    merge = {**search, "search": "", "into_id": str(cast.one_person_firm_id)}
    assert office.submit(f"{here}/merge", merge).status_code == 302
    page = Reading(office, here)
    assert "丙小吃店" in page.text
    assert [row[1] for row in page.rows()] == ["并入其他单位", "调整归属", "更正"]
    assert "不能这样办理" in office.get(f"{here}/suspend").text
    assert office.submit(f"{here}/suspend", search).status_code == 422


def test_the_queue_is_assigned_by_ticking(office: Client, cast: Cast, session: Session) -> None:
    for name in ("待定一厂", "待定二厂"):
        organisations.create(
            session, kind="enterprise", name=name, code=new_id().hex[-12:].upper(),
            parent_id=cast.office_id, actor=SYSTEM,
        )  # fmt: skip
    session.commit()
    page = Reading(office, "/registry/unassigned")
    ids: Any = page.tree.xpath("//input[@name='organisation']/@value")
    assert len(ids) == 2
    nothing = office.submit("/registry/unassigned", {"organisation": ids})
    assert nothing.status_code == 422
    assert "选择主管部门或街镇" in nothing.text
    assert nothing.text.count("checked") == 2, "what was ticked stays ticked"
    places = {"department_id": str(cast.department_id), "town_id": str(cast.town_id)}
    assert office.submit("/registry/unassigned", {"organisation": ids, **places}).status_code == 302
    assert "都已归入" in office.get("/registry/unassigned").text


def send(client: Client, content: bytes, name: str = "名录.xlsx") -> Any:
    return client.submit("/registry/imports", {"sheet": (BytesIO(content), name)})


def test_a_sheet_is_looked_at_and_taken_in_once(office: Client, session: Session) -> None:
    for content in (b"", b"not a sheet", workbook([], headings=["别的"])):
        assert send(office, content).status_code == 422
    rows = [["新厂", code(5), "工贸", "区应急管理局"], ["<b>坏厂</b>", "91", "工贸", "区应急局"]]
    look = send(office, workbook(rows), "名\x00录\x1b.xlsx").headers["Location"]
    bad = Reading(office, look)
    assert "<b>坏厂" not in bad.text
    assert "区应急管理局" in bad.text, "the nearest name is offered"
    assert "新厂" in office.get(f"{look}?show=new&from=0").text
    assert office.get(f"{look}?show=nothing&from=-9").status_code == 200
    file = openpyxl.load_workbook(BytesIO(office.get(f"{look}/bad.xlsx").data)).active
    assert file is not None
    assert [row[0] for row in file.iter_rows(min_row=4, values_only=True)] == [5, 5]
    assert office.submit(f"{look}/take").status_code == 302
    again = office.submit(f"{look}/take", follow_redirects=True)
    assert "不会重复导入" in again.text
    assert "新登记 1 家" in again.text
    assert firm_of(session, code(5)).name == "新厂"
    twin = send(office, workbook(rows)).headers["Location"]
    page = office.get(twin).text
    assert "不会再导入一次" in page
    assert "确认导入" not in page
    assert office.submit(f"{twin}/discard").status_code == 302


def test_the_template_is_read_as_it_was_given(office: Client, cast: Cast) -> None:
    content = office.get("/registry/template.xlsx").data
    book = openpyxl.load_workbook(BytesIO(content))
    headings = [cell.value for cell in book.worksheets[0][1]]
    assert headings == [each.name.zh for each in registry.FIELDS]
    offered = {cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row}
    assert {"区应急管理局", "江湾街道", "危险化学品", "粉尘涉爆"} <= offered
    said = {
        "单位名称": "填好的厂",
        "统一社会信用代码": code(7),
        "行业领域": "工贸",
        "标准化行业": "化工",
    }
    book.worksheets[0].append([said.get(heading) for heading in headings])
    filled = BytesIO()
    book.save(filled)
    (line,) = read_sheet(filled.getvalue(), [])
    wanted = {"sector": "industry_trade", "standard_sector": "chemical"}
    assert line.values == {"name": "填好的厂", "uscc": code(7), **wanted}


def test_the_register_is_given_as_files_that_can_be_read_in_again(
    office: Client, cast: Cast, session: Session
) -> None:
    session.execute(update(Organisation).values(sector="gas"))
    session.commit()
    for kind in ("xlsx", "csv", "pdf"):
        assert office.get(f"/registry/list.{kind}?text=机械").status_code == 200
    assert office.get("/registry/list.doc").status_code == 404
    content = office.get("/registry/list.xlsx?sector=gas").data
    book = openpyxl.load_workbook(BytesIO(content)).active
    assert book is not None
    cells = [row[0] for row in book.iter_rows(values_only=True)]
    assert cells[1] == "行业领域：燃气", "what was chosen"
    assert cells[-2:] == ["丙小吃店", "甲机械有限公司"]
    rows = importing.judged(session, content, cast.office)
    assert [row["is"] for row in rows] == ["same", "same"]


def test_every_cell_of_the_overlaps_opens_to_what_it_counts(
    office: Client, cast: Cast, session: Session
) -> None:
    tell(session, cast)
    for month in ("2026-10", "2026-11"):
        page = Reading(office, f"/registry/overlaps?month={month}&d={cast.department_id}")
        links = {a: said for a, said in page.links().items() if "/overlaps/cases" in a}
        assert links
        for address, said in links.items():
            rows = all_rows(office, address)
            if "paid_fen" in address:
                assert sum(number(row[-3]) for row in rows) == number(said)
            else:
                assert len(rows) == number(said), address


@pytest.mark.parametrize(
    "path",
    [
        "/registry?department_id=x",
        "/registry?status=gone",
        "/registry?after=zz",
        "/registry?gap=all",
        "/registry/overlaps?month=x",
        "/registry/overlaps?d=x",
        "/registry/overlaps/cases?parts=&indicator=verified",
        "/registry/overlaps/cases?parts=d&indicator=reporters",
        "/registry/imports/01a12d9f-a680-701f-85bf-588108431887",
        "/registry/01a12d9f-a680-701f-85bf-588108431887",
    ],
)
def test_what_does_not_exist_is_refused_in_words(office: Client, path: str) -> None:
    answer = office.get(path)
    assert answer.status_code in (404, 422)
    assert "系统出错" not in answer.text


def test_contacts_are_kept_by_those_they_are_of(client: Client, cast: Cast) -> None:
    client.sign_in(cast.officer)
    here = f"/registry/nodes/{cast.department_id}"
    wrong = client.submit(here, {"contact_name": "何科", "contact_phone": "打给何科"})
    assert wrong.status_code == 422
    assert "何科" in wrong.text
    assert (
        client.submit(
            here, {"contact_name": "何科", "contact_phone": "62520000", "region_code": "310105"}
        ).status_code
        == 302
    )
    nodes = client.get("/registry/nodes").text
    assert "62520000" in nodes
    assert "310105" in nodes
    client.sign_in(cast.administrator)
    own = f"/registry/{cast.enterprise_id}"
    assert client.get("/registry").headers["Location"].endswith(own)
    assert client.submit(f"{own}/edit", {"safety_name": "王安"}).status_code == 302
    assert "王安" in client.get(own).text


def test_who_was_over_an_enterprise_reads_its_months_and_opens_no_case(
    client: Client, cast: Cast, session: Session, clock: time_machine.Traveller
) -> None:
    tell(session, cast)
    other = organisations.create(
        session, kind="department", name="区商务委", code="SWW", parent_id=cast.office_id,
        actor=SYSTEM,
    )  # fmt: skip
    places = {"department_id": other.id}
    registry.move(
        session, cast.enterprise_id, places, effective_on=date(2026, 11, 1), reason="调整",
        actor=cast.office,
    )  # fmt: skip
    session.commit()
    client.sign_in(cast.officer)
    address = "/statistics/cases?month=2026-10&indicator=verified"
    page = Reading(client, address)
    assert len(page.rows()) == 3
    assert page.text.count("单位已转出") == 3
    assert not [link for link in page.links() if link.startswith("/cases/")]
    assert Reading(client, "/statistics/cases?month=2026-11&indicator=reported").rows()[0][2] == (
        "丙小吃店"
    )


def test_those_above_see_on_one_page_how_an_enterprise_stands(
    client: Client, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    tell(session, cast)
    client.sign_in(cast.officer)
    page = Reading(client, f"/registry/{cast.enterprise_id}")
    assert "主要负责人参训" in page.text
    links: Any = page.tree.xpath("//main//dl//a/@href")
    assert len(links) >= 4
    for link in links:
        assert client.get(link).status_code == 200, link
    # The enterprise's own administrator sees its entry, and what is its own elsewhere.
    client.sign_in(cast.administrator)
    assert "主要负责人参训" not in Reading(client, f"/registry/{cast.enterprise_id}").text


def test_another_department_supervises_besides_until_the_office_ends_it(
    office: Client, cast: Cast, session: Session
) -> None:
    made = organisations.create(
        session, kind="department", name="区消防救援局", code="D119", parent_id=cast.office_id,
        actor=SYSTEM,
    )  # fmt: skip
    session.commit()
    entry = f"/registry/{cast.enterprise_id}"
    said = {"department": str(made.id), "area": "other", "subject": ""}
    wrong = office.submit(f"{entry}/supervisors", said)
    assert wrong.status_code == 422
    assert "选“其他”时请写明事项" in wrong.text
    assert f'selected value="{made.id}"' in wrong.text
    said["subject"] = "锅炉房"
    assert office.submit(f"{entry}/supervisors", said).status_code == 303
    assert "区消防救援局（其他：锅炉房）" in Reading(office, entry).text
    counted = Reading(office, "/registry/overlaps").text
    assert "不计入上面任何数字" in counted
    assert "区消防救援局" in counted
    end = f"{entry}/supervisors/{made.id}/end"
    assert end in Reading(office, f"{entry}/move").text
    assert office.submit(end).status_code == 303
    assert end not in Reading(office, f"{entry}/move").text
