"""Training on its pages: a session, its list, the code to sign with, who is not trained."""

from __future__ import annotations

from io import BytesIO

import pytest
import time_machine
import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.tables import TrainingSession
from tests.cast import Cast
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web.training import sheets

SESSION = {
    "topic": "主要负责人专题培训", "audience": "principal", "sectors": ["gas"],
    "held_on": "2026-11-01", "hours": "2.5", "place": "区党校",
}  # fmt: skip


@pytest.fixture
def lesson(session: Session, cast: Cast, client: Client, clock: time_machine.Traveller) -> str:
    """The address of a session that the department holds."""
    client.sign_in(cast.officer)
    wrong = client.submit("/training/new", {**SESSION, "hours": "两", "topic": ""})
    assert wrong.status_code == 422
    assert "两" in wrong.text
    for hours in ("NaN", "sNaN", "-Infinity"):
        assert client.submit("/training/new", {**SESSION, "hours": hours}).status_code == 422
    answer = client.submit("/training/new", SESSION)
    assert answer.status_code == 303
    assert session.scalars(select(TrainingSession.minutes)).one() == 150
    return str(answer.location)


def workbook(rows: list[list[str]]) -> BytesIO:
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return BytesIO(made.getvalue())


def test_a_workbook_is_looked_at_before_it_is_taken_in(
    lesson: str, cast: Cast, client: Client
) -> None:
    rows = [["单位", "姓名", "岗位"], ["甲机械有限公司", "朱任", ""], ["没有这家", "某", "店长"]]
    looked = client.submit(f"{lesson}/list", {"file": (workbook(rows), "名单.xlsx")})
    assert "可以导入 1 行" in looked.text
    assert "没有找到这家单位" in looked.text
    assert "岗位“店长”不认识" in looked.text
    assert "还没有参训人" in text_of(client, lesson)
    pasted = "甲机械有限公司，朱任\n没有这家,某"
    taken = client.submit(f"{lesson}/list", {"text": pasted, "action": "take"})
    assert taken.location == lesson
    page = text_of(client, lesson)
    assert "已导入 1 人，1 行没有导入" in page
    board = text_of(client, "/training")
    assert "1 家未参训" in board
    names = text_of(client, "/training/untrained?position=principal")
    assert "丙小吃店" in names
    assert "甲机械有限公司" not in names
    assert "甲机械有限公司" in text_of(client, "/training/untrained?position=fire_safety")
    nothing = client.submit(f"{lesson}/list", {"text": " ", "action": "look"})
    assert (nothing.status_code, "没有读到名单" in nothing.text) == (422, True)
    client.sign_in(cast.principal)
    own = text_of(client, "/training")
    assert "朱任" in own
    assert "区应急管理局" in own


def test_a_workbook_that_unpacks_to_far_more_is_read_no_further(
    lesson: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_LINES", 4)
    rows = [["甲机械有限公司", f"某{at}", "", *["长" * 900] * 60] for at in range(9)]
    looked = client.submit(f"{lesson}/list", {"file": (workbook(rows), "名单.xlsx")})
    assert "可以导入 4 行" in looked.text
    assert looked.text.count("长") < 4 * 30 * 202 * 2


def test_a_participant_signs_with_the_code_and_is_confirmed(
    lesson: str, session: Session, cast: Cast, client: Client
) -> None:
    client.submit(f"{lesson}/sheet", {"action": "open"})
    session.rollback()
    code = session.scalars(select(TrainingSession.code)).one()
    sheet = client.get(f"{lesson}/sheet.pdf")
    assert sheet.data[:4] == b"%PDF"
    assert client.get(f"{lesson}/sheet.pdf").data == sheet.data
    phone = Client(client.application)
    wrong = phone.submit(f"/t/{code}", {"enterprise": "没有这家", "name": "朱任"})
    assert wrong.status_code == 422
    assert "没有找到这家单位" in wrong.text
    assert 'value="朱任"' in wrong.text
    mine = {"enterprise": "甲机械有限公司", "name": "朱任", "position": "principal"}
    assert "您已签到" in phone.submit(f"/t/{code}", mine).text
    assert "您已经签到" in phone.submit(f"/t/{code}", mine).text
    assert "已签到，待确认" in text_of(client, lesson)
    client.submit(f"{lesson}/confirm")
    assert "已签到，待确认" not in text_of(client, lesson)
    client.submit(f"{lesson}/sheet", {"action": "close"})
    assert phone.get(f"/t/{code}").status_code == 404
