"""The pages on coverage: evidence is entered, a board is read and its numbers open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.coverage import targets
from engine.store import Organisation
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.coverage_story import enter, establish
from tests.pictures import photo
from tests.web.reporting import deploy
from tests.web.visits import Client

#: An id that nothing has; the same in every process, or the tests would have different names.
NOBODYS = "01a21865-0000-7000-8000-000000000000"
TODAY = "2026-11-02"
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def target(session: Session, cast: Cast) -> t.CoverageTarget:
    """The first wave, which means 甲 and 丙."""
    targets.adopt(session, actor=cast.office)
    for firm in (cast.enterprise_id, cast.one_person_firm_id):
        session.get_one(Organisation, firm).sector = "gas"
    session.commit()
    return targets.listed(session, actor=cast.office)[0]


def test_the_rules_are_entered_with_their_file(
    client: Client, cast: Cast, session: Session
) -> None:
    client.sign_in(cast.administrator)
    said = {"on": "2026-10-30", "title": "内部报告奖励制度", "number": "甲安〔2026〕3号"}
    refused = client.submit("/mechanism/evidence/rules", said)
    assert refused.status_code == 422
    for kept in ("甲安〔2026〕3号", "请填写签发人", "请上传照片或 PDF"):
        assert kept in refused.text
    pages = {f"chapter_{key}": "第 2 页" for key in ("content", "channels", "handling", "rewards")}
    whole = {**said, **pages, "signer": "朱任", "files": (BytesIO(photo("green")), "a.webp")}
    answer = client.submit("/mechanism/evidence/rules", whole, content_type="multipart/form-data")
    assert answer.location == "/mechanism"
    page = client.get("/mechanism").text
    assert "甲安〔2026〕3号" in page
    assert "制度里还没有：结果应用" in page
    row = session.scalars(select(t.Evidence)).one()
    assert client.get(f"/files/{row.files[0]}").status_code == 200
    client.sign_in(cast.officer)
    assert client.get(f"/files/{row.files[0]}").status_code == 200
    client.sign_in(cast.stranger)
    assert client.get(f"/files/{row.files[0]}").status_code == 404


def test_what_is_no_file_is_refused_at_its_field(client: Client, cast: Cast) -> None:
    client.sign_in(cast.principal)
    given = {"on": TODAY, "people": "12", "title": "班前培训"}
    sent = {**given, "files": (BytesIO(b"no picture"), "a.webp")}
    path = "/mechanism/evidence/training"
    refused = client.submit(path, sent, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "只能上传照片" in refused.text
    assert "班前培训" in refused.text


def test_a_sum_beyond_all_sums_is_refused_at_its_field(client: Client, cast: Cast) -> None:
    client.sign_in(cast.principal)
    given = {"on": TODAY, "source": "cost", "budget": "1e999999", "year": "2026"}
    refused = client.submit("/mechanism/evidence/funds", given)
    assert (refused.status_code, "1e999999" in refused.text) == (422, True)


def test_evidence_is_withdrawn_with_a_reason(client: Client, cast: Cast, session: Session) -> None:
    row = enter(session, cast.principal, "training", date(2026, 10, 1), title="全员培训")
    session.commit()
    client.sign_in(cast.principal)
    path = f"/mechanism/evidence/{row.id}/withdraw"
    assert "请写明撤回的原因" in client.submit(path).text
    assert client.submit(path, {"reason": "记录有误"}).location == "/mechanism"
    page = client.get("/mechanism").text
    assert "已撤回" in page
    assert "记录有误" in page
    assert client.get(path).status_code == 404


def test_what_the_system_knows_is_taken_with_one_click(
    client: Client, cast: Cast, session: Session
) -> None:
    deploy(session, cast.enterprise_id)
    client.sign_in(cast.administrator)
    page = client.get("/mechanism").text
    assert "采用“奖励标准表”" in page
    assert "主要负责人登录后可以一键签发" in page
    assert client.submit("/mechanism/offers/rules").status_code == 403
    client.sign_in(cast.principal)
    for kind in ("rules", "process", "reward_table", "checklist"):
        assert client.submit(f"/mechanism/offers/{kind}").location == "/mechanism"
    assert client.submit("/mechanism/offers/rules").status_code == 404, "it is taken already"
    kept = {row.kind: row for row in session.scalars(select(t.Evidence))}
    assert kept["rules"].details["signer"] == "朱任"
    assert kept["reward_table"].details["version"] == "第 1 版"


def test_a_month_and_a_quarter_are_signed(client: Client, cast: Cast, session: Session) -> None:
    session.get_one(Organisation, cast.enterprise_id).created_at = LONG_AGO
    session.commit()
    client.sign_in(cast.principal)
    refused = client.submit("/mechanism/zero", {"month": "2026-10", "note": ""})
    assert refused.status_code == 422
    signed = client.submit("/mechanism/zero", {"month": "2026-10", "note": "排查两次"})
    assert signed.location == "/mechanism"
    assert "排查两次" in client.get("/mechanism").text
    assert client.submit("/mechanism/zero", {"month": "x", "note": "y"}).status_code == 422
    page = client.get("/principal").text
    assert "2026 年第 3 季度" in page
    assert client.submit("/principal/quarters/2026Q3", {"note": "已通报"}).location == "/principal"
    assert "朱任 于 2026-11-02 签认" in client.get("/principal").text
    assert client.submit("/principal/quarters/2026Q3").status_code == 409
    assert client.submit("/principal/quarters/nonsense").status_code == 404


def test_every_number_of_the_board_opens(
    client: Client, cast: Cast, session: Session, target: t.CoverageTarget
) -> None:
    establish(session, cast.principal, date(2026, 9, 1))
    session.commit()
    client.sign_in(cast.group)
    board = client.get("/coverage").text
    assert "区属国有企业和危险化学品" in board
    for count, names in {
        "due": {"甲机械有限公司", "丙小吃店"},
        "established": {"甲机械有限公司"},
        "overdue": {"甲机械有限公司", "丙小吃店"},
        "nothing": {"丙小吃店"},
        "not_applicable": set(),
    }.items():
        page = client.get(f"/coverage/units?target={target.id}&count={count}").text
        found = {name for name in ("甲机械有限公司", "丙小吃店", "乙外地公司") if name in page}
        assert found == names, count
    book = load_workbook(BytesIO(client.get(f"/coverage/board.xlsx?target={target.id}").data))
    last = [cell.value for cell in list(book.worksheets[0].rows)[-1]]
    assert last[:4] == ["合计", 2, 1, 0]
    rows = client.get(f"/coverage/units.csv?target={target.id}&count=nothing").text
    assert "丙小吃店" in rows
    assert "甲机械" not in rows


def test_targets_are_changed_on_their_page(
    client: Client, cast: Cast, session: Session, target: t.CoverageTarget
) -> None:
    client.sign_in(cast.office)
    path = f"/coverage/targets/{target.id}"
    wrong = client.submit(path, {"title": "第一批", "basis": "通知", "percent": "900"})
    assert wrong.status_code == 422
    assert "第一批" in wrong.text
    given = {
        "title": "第一批", "basis": "通知", "percent": "95", "stage": "established",
        "due_on": "2026-12-31", "sectors": ["gas"], "denominator_source": "登记",
    }  # fmt: skip
    assert client.submit(path, given).location == "/coverage/targets"
    session.rollback()
    session.expire_all()
    kept = targets.listed(session, actor=cast.office)
    changed = next(one for one in kept if one.id == target.id)
    assert (changed.percent, changed.stage, changed.sectors) == (95, "established", ["gas"])
    assert client.submit(f"{path}/withdraw").location == "/coverage/targets"
    assert client.get(path).status_code == 404
    assert client.get(f"/coverage?target={target.id}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/coverage?by=moon",
        "/coverage?target=x",
        f"/coverage/units?target={NOBODYS}",
        "/coverage/units?count=moon",
        "/coverage/units?by=town&key=moon",
        "/coverage/units?after=%00%ff",
        "/coverage/units?name=%00",
        "/coverage/board.exe",
        "/coverage/kpis?by=moon",
        "/mechanism/evidence/moon",
        "/mechanism/evidence/stated",
        f"/mechanism/{NOBODYS}",
    ],
)
def test_nonsense_is_answered_politely(
    client: Client, cast: Cast, target: t.CoverageTarget, path: str
) -> None:
    client.sign_in(cast.principal if "evidence" in path else cast.office)
    assert 400 <= client.get(path).status_code < 500 or "name=" in path
