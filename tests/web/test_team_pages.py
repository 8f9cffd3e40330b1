"""The pages of teams: kept by typing and by sheet, and told of as sums that single nobody out."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import accounts, teams
from engine.clock import now as clock_now
from engine.commands import execute
from engine.reporters import Identity
from tests.cast import Cast
from tests.engine.complaint_story import member
from tests.histories import Pen
from tests.readers import text as pdf_text
from tests.web.ledger_story import Reading
from tests.web.visits import Client


@pytest.fixture
def office(clock: time_machine.Traveller, client: Client, cast: Cast) -> Client:
    """The browser of the enterprise's administrator."""
    client.sign_in(cast.administrator)
    return client


def sent(office: Client, content: bytes, name: str = "人员.csv") -> Any:
    return office.submit("/people/imports", {"sheet": (BytesIO(content), name)})


def opened(session: Session, cast: Cast, name: str, above: UUID | None = None) -> UUID:
    return execute(
        session, teams.open_team, name=name, parent_id=above, actor=cast.administrator
    ).id


def test_teams_are_kept_by_typing(office: Client, cast: Cast, session: Session) -> None:
    answer = office.submit("/teams", {"name": "一车间", "head_count": "40", "leader": "rectifier"})
    assert answer.location == "/teams"
    # The same form sent again opens no second one, and loses nothing that was typed.
    again = office.submit("/teams", {"name": "一车间", "head_count": "41", "leader": "nobody"})
    assert again.status_code == 422
    assert "本单位没有这个登录名" in again.text
    assert 'value="41"' in again.text
    assert office.submit("/teams", {"name": "一车间"}).status_code == 422
    assert office.submit("/teams", {"name": "x", "head_count": "99999999"}).status_code == 422
    assert office.submit("/teams", {"name": "x", "parent_id": "moon"}).status_code == 422
    (shop,) = teams.listed(session, actor=cast.administrator)
    assert (shop.row.head_count, shop.row.leader_id) == (40, cast.rectifier.user_id)
    here = f"/teams/{shop.id}"
    assert office.submit("/teams", {"name": "甲班", "parent_id": str(shop.id)}).status_code == 302
    assert "包晓" in office.get(f"{here}?who=包").text
    assert office.submit(f"{here}/members/{cast.reporter.user_id}/join").status_code == 302
    assert office.submit(f"{here}/members/{cast.stranger.user_id}/join").status_code == 404
    assert "包晓" in office.get(here).text
    assert "一车间" in office.get("/people?who=包").text
    person = f"/people/{cast.reporter.user_id}"
    assert office.submit(f"{person}/team", {"team": str(UUID(int=7))}).status_code == 404
    assert office.submit(f"{person}/team", {"team": ""}).location == person
    assert teams.history_of(session, cast.reporter.user_id, actor=cast.administrator) == []
    assert office.submit(f"{here}/areas", {"place": "冲压区"}).status_code == 302
    assert office.submit(f"{here}/areas", {"place": "\x07"}).status_code == 422
    assert office.submit(f"{here}/areas/remove", {"place": "冲压区"}).status_code == 302
    # What it is called is shown as text; one with others below it stays open.
    office.submit(here, {"name": "<b>二"})
    assert "<b>二" not in office.get("/teams").text
    assert "下面还有在用的班组" in office.submit(f"{here}/close", follow_redirects=True).text


def test_people_come_by_sheet_once_and_get_first_passwords(
    office: Client, cast: Cast, session: Session
) -> None:
    rows = [
        "姓名,登录名,岗位,车间班组",
        "林新,lin.xin,核查人、报告人,一车间/早班",
        "江来,007,,一车间 > 早班",
        "包晓,reporter,,一车间/晚班",
        "别人,verifier,,",
        "莫生,stranger,,",
        "坏行,!,经理,a/b/c/d",
        "重来,LIN.XIN,,",
        "=1+1,plus,,",
    ]
    content = "\n".join(rows).encode("gb18030")
    answer = sent(office, content)
    here = answer.location
    page = Reading(office, here).text
    for words in (
        "可以导入 4 人（新账号 3，会更改 1，没有变化 0），要更正 4 行",
        "另一个姓名的人", "别的单位的人", "没有这个岗位", "最多 3 级", "前面已有这个登录名",
    ):  # fmt: skip
        assert words in page
    bad = office.get(f"{here}/bad.csv").text
    assert "经理" in bad
    assert office.submit(f"{here}/take").location == here
    assert "不会重复导入" in office.submit(f"{here}/take", follow_redirects=True).text
    # The very same file is known again, in another upload.
    twin = sent(office, content).location
    assert "同一份表格已由关理" in office.get(twin).text
    office.submit(f"{twin}/discard")
    assert [node.path for node in teams.listed(session, actor=cast.administrator)] == [
        "一车间", "一车间/早班", "一车间/晚班",
    ]  # fmt: skip
    assert {m.name for m in teams.find_people(session, "林", actor=cast.administrator)} == {"林新"}
    made = office.submit("/people/passwords")
    assert made.headers["Cache-Control"] == "private, no-store"
    book = openpyxl.load_workbook(BytesIO(made.data)).active
    told = {str(row[1]): row for row in book.iter_rows(values_only=True) if row[1]}
    assert told["007"][2] == "一车间/早班"
    # What somebody called themselves is text, and no formula.
    assert {cell.data_type for row in book.iter_rows() for cell in row if cell.value} <= {"s", "d"}
    session.rollback()
    assert accounts.authenticate(session, "lin.xin", str(told["lin.xin"][3])) is not None
    # Nobody gets a second one.
    assert office.submit("/people/passwords").location == "/people"
    for nonsense in (b"", b"PK\x03\x04 no workbook", b"\xff\xfe\x00", b"a,b\n1,2", b"\n" * 9):
        assert sent(office, nonsense).status_code == 422
    assert office.get(f"{here}?show=moon&from=-9").status_code == 200
    assert office.get(f"{here}/bad.exe").status_code == 404
    template = openpyxl.load_workbook(BytesIO(office.get("/people/template.xlsx").data))
    assert [cell.value for cell in template.worksheets[0][1]] == [
        "姓名*", "登录名*", "岗位", "车间班组",
    ]  # fmt: skip
    # What the template asks for is what is read.
    template.worksheets[0].append(["夏天", 8001, "报告人", "一车间"])
    saved = BytesIO()
    template.save(saved)
    assert "可以导入 1 人" in office.get(sent(office, saved.getvalue(), "人员.xlsx").location).text
    office.sign_in(cast.stranger)
    assert office.get(here).status_code == 404


def test_taking_part_is_told_as_sums_of_at_least_five(
    office: Client, cast: Cast, session: Session, clock: time_machine.Traveller
) -> None:
    pen, admin = Pen(session), cast.administrator
    shop, small = opened(session, cast, "一车间"), opened(session, cast, "维修组")
    crew = [cast.reporter, cast.verifier, cast.rectifier, cast.acceptor, cast.approver]
    people = {one.user_id: shop for one in crew}
    execute(session, teams.put, {**people, cast.finance.user_id: small}, actor=admin)
    for one, mode in (*((one, "named") for one in crew[:2]), (crew[2], "confidential")):
        identity = Identity(mode=mode, user_id=one.user_id, name=one.name)
        case = pen.case(cast.enterprise_id, clock_now(), identity=identity, place="冲压区")
        pen.register(case, clock_now())
    session.commit()
    month = clock_now().strftime("%Y-%m")
    office.sign_in(cast.union)
    assert "月份结束以后才按班组统计" in office.get("/participation").text
    clock.shift(timedelta(days=31))
    office.sign_in(cast.union)
    page = Reading(office, f"/participation?period={month}")
    assert page.rows()[0][1:] == ["5", "2", "40.0%", "2", "2", "40.0", "100.0%"]
    assert page.rows()[1][0].startswith("维修组")
    assert page.rows()[1][1] == "少于 5 人"
    assert "3 人报告过，从业人员 80 人" in page.text
    sheet = office.get(f"/participation/figures.csv?period={month}").text
    assert "维修组,,,,,,,,少于 5 人，只计入本单位" in sheet
    paper = pdf_text(office.get(f"/participation/notice.pdf?period={month}").data)
    assert "3人报告过" in paper
    assert not any(one.name in page.text + sheet + paper for one in crew)
    told = office.get(f"/participation?period={month}&by=moon")
    assert told.status_code == 200
    for wrong in ("2026-13", "2026-Q5", "' or 1", "2999"):
        assert office.get("/participation", query_string={"period": wrong}).status_code == 422
    office.sign_in(cast.office)
    for by in ("department", "town", "group", "sector", "enterprise"):
        page = Reading(office, f"/participation?period={month}&by={by}")
        row = next(row for row in page.rows() if row[2] == "3")
        assert row[4:6] == ["3", "3"]
    assert office.get("/participation?by=moon").status_code == 404
    assert (
        "甲机械有限公司"
        in office.get(f"/participation/figures.csv?period={month}&by=enterprise").text
    )
    # The ledger names the team of the place, which says nothing of who reported.
    execute(session, teams.add_area, small, "冲压区", actor=admin)
    office.sign_in(cast.verifier)
    assert office.get("/hazards.csv").text.count("维修组") == 3


def test_only_an_enterprise_is_led_to_teams(client: Client, session: Session, cast: Cast) -> None:
    for place, is_led in ((cast.enterprise_id, True), (cast.department_id, False)):
        client.sign_in(member(session, place, f"keeper{is_led}", "关员", "administrator"))
        assert ('href="/teams"' in client.get("/people").text) == is_led
