"""The months on screen: steps are buttons, what was typed is kept, nonsense is answered."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from lxml import html
from sqlalchemy.orm import Session

from engine.returns.profiles import Profile, ProfileColumn
from tests import readers
from tests.cast import Cast
from tests.engine.returns.month import House, after, at
from tests.web.visits import Client
from web.returns import files


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    house = House(session, cast)
    told = house.hazard("2026-09")
    house.pen.reward(told, at("2026-09", 9), 20_000)
    session.commit()
    return house


def text_of(client: Client, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    main = html.fromstring(answer.get_data(as_text=True)).xpath("//main")[0]
    return " ".join(" ".join(main.itertext()).split())


def test_the_director_closes_a_month(client: Client, house: House) -> None:
    month = "/returns/2026-09"
    with after("2026-09"):
        client.sign_in(house.director)
        assert "核对无误，签字" in text_of(client, month)
        assert client.submit(f"{month}/lock").status_code == 302
        assert "还没有签字" in text_of(client, month)
        client.submit(f"{month}/sign", {"note": "已核对"})
        client.submit(f"{month}/sign")
        assert "已由丁局于" in text_of(client, month)
        client.submit(f"{month}/lock")
        page = text_of(client, month)
        assert "已锁定" in page
        assert "数字摘要" in page
        client.submit(f"{month}/submit")
        assert "已报送" in text_of(client, "/returns")
        client.sign_in(house.cast.office)
        board = text_of(client, "/returns")
        assert "1 家已报送，共 2 家" in board
        assert "2026-09：" in board
    with after("2026-09", 20):
        client.sign_in(house.cast.office)
        assert "1 家逾期未报" in text_of(client, "/returns?month=2026-09")
        client.submit(f"{month}/remind")
        client.sign_in(house.cast.town)
        assert "已过 2026-10-05 的期限" in text_of(client, "/notifications")


def test_a_figure_opens_and_files_say_the_same(client: Client, house: House) -> None:
    house.lock("2026-09")
    with after("2026-09"):
        client.sign_in(house.director)
        page = text_of(client, "/returns/2026-09/cases?figure=verified")
        assert "YH-1-" in page
        assert "锁定时计入" in page
        paid = text_of(client, "/returns/2026-09/cases?figure=paid_fen")
        assert "200.00" in paid
        sheet = client.get("/returns/2026-09/export/three_indicators.xlsx")
        book = openpyxl.load_workbook(BytesIO(sheet.data))
        rows = list(book.active.values)
        assert dict(zip(rows[0], rows[1], strict=True))["奖励金额（元）"] == 200
        paper = readers.text(client.get("/returns/2026-09/report.pdf").data)
        assert "单位负责人（签字）" in paper
        assert "锁定的数字摘要" in paper
        bundle = client.get("/returns/2026-09/evidence.zip", buffered=True)
        assert bundle.data[:2] == b"PK"


def test_corrections_keep_what_was_typed(client: Client, house: House) -> None:
    house.lock("2026-09")
    house.cancel(house.hazard("2026-09", 9), "2026-10")
    with after("2026-10"):
        client.sign_in(house.director)
        page = client.get("/returns/corrections").get_data(as_text=True)
        keys = html.fromstring(page).xpath("//input[@name='key']/@value")
        assert keys
        again = client.submit("/returns/corrections/accept", {"key": keys[:1], "reason": " "})
        assert again.status_code == 422
        assert (
            html.fromstring(again.get_data(as_text=True)).xpath(
                "//input[@name='key'][@checked]/@value"
            )
            == keys[:1]
        )
        fields = {
            "enterprise": str(house.enterprise_id),
            "corrects": "2026-09",
            "figure": "paid_fen",
            "delta": "1.005",
            "reason": "漏记",
            "sent": "x",
        }
        again = client.submit("/returns/corrections/state", fields)
        assert again.status_code == 422
        assert "漏记" in again.get_data(as_text=True)
        for number in ("NaN", "Infinity", "1E+999999999"):
            again = client.submit("/returns/corrections/state", {**fields, "delta": number})
            assert (again.status_code, "漏记" in again.text) == (422, True), number
        client.submit("/returns/corrections/state", {**fields, "delta": "-1.5"})
        client.submit("/returns/corrections/accept", {"all": "1", "reason": "复核"})
        month = text_of(client, "/returns/2026-10")
        assert "人工填写" in month
        assert "-1.50" in month
        assert "系统比对" in month


#: What nobody's page leads to.
NONSENSE = (
    "/returns/2026-13",
    "/returns/nonsense",
    "/returns?month=%27",
    "/returns?unit=x",
    "/returns?unit=00000000-0000-0000-0000-000000000000",
    "/returns/2026-09?after=zz",
    "/returns/2026-09/cases?figure=nothing",
    "/returns/2026-09/cases?figure=reporters",
    "/returns/2026-09/cases?figure=closing&after=1-2",
    "/returns/2026-09/cases?figure=closing&enterprise=x",
    "/returns/2026-09/export/none.csv",
    "/returns/2026-09/export/three_indicators.exe",
    "/returns/formats/none.toml",
)


def test_nonsense_in_the_address_is_answered(client: Client, house: House) -> None:
    house.lock("2026-09")
    with after("2026-09"):
        client.sign_in(house.director)
        for path in NONSENSE:
            assert client.get(path).status_code in (200, 404, 422), path
        for step in ("sign", "lock", "submit", "withdraw", "remind", "entered", "evidence"):
            assert client.submit(f"/returns/2026-99/{step}").status_code in (302, 404, 422), step


def test_a_mapping_file_and_settings_are_checked(client: Client, house: House) -> None:
    client.sign_in(house.director)
    file = (BytesIO(b'key="ab"\nname="x"\nevil=1'), "x.toml")
    answer = client.submit("/returns/formats", {"file": file})
    assert answer.status_code == 422
    assert "“evil”不认识" in answer.get_data(as_text=True)
    assert client.submit("/returns/formats", {}).status_code == 422
    assert client.submit("/returns/settings", {"due_day": "99"}).status_code == 422
    client.submit("/returns/settings", {"due_day": "8", "by_two": "1"})
    assert 'value="8"' in client.get("/returns/formats").get_data(as_text=True)


def test_a_number_below_nothing_stays_a_number_in_csv() -> None:
    columns = tuple(ProfileColumn(name, name, "number", 1, None) for name in "甲乙丙")
    profile = Profile("ours", "ours", "", "unit", "", False, columns)
    made = BytesIO()
    files.write_csv(profile, [[-3, Decimal("-1.5"), "-3 号楼"]], made)
    assert made.getvalue().decode("utf-8-sig").splitlines()[1] == "-3,-1.5,'-3 号楼"
