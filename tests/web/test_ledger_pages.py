"""The two ledgers as pages: what they show, to whom, and that figures open what they count."""

from __future__ import annotations

from uuid import UUID

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.databases import on_both
from tests.histories import Told
from tests.web.ledger_story import Reading, all_rows, tell
from tests.web.visits import Client
from web import ledgers

pytestmark = on_both


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


def as_(client: Client, cast: Cast, part: str) -> Client:
    client.sign_in(cast.everybody()[part])
    return client


def test_each_row_says_what_waits_and_leads_to_its_case(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    page = Reading(as_(client, cast, "verifier"), "/hazards")
    assert len(page.rows()) == 7
    late = next(row for row in page.rows() if "护栏松动" in row[1])
    assert late[1:3] == ["紧急 护栏松动 屋顶", "重大"]
    assert late[3] == "待整改"
    assert late[4] == "已逾期 3 个工作日 2026-10-28"
    waiting = next(row for row in page.rows() if "地面油污" in row[1])
    assert waiting[4] == "还剩 4 个工作日 2026-11-06"
    links = page.links("//tbody")
    assert {f"/cases/{told[name].id}" for name in told if name not in ("small", "strange")} == set(
        links
    )


def test_the_balance_is_an_equation_that_holds_and_opens(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    page = Reading(as_(client, cast, "verifier"), "/hazards")
    assert page.equation() == [
        "期初未销号 4",
        "+ 本月上账 0",
        "− 本月销号 1",
        "= 现在未销号 3",
        "其中逾期 1",
    ]
    opened = page.links("//ol")
    assert len(opened) == 4
    for address, figure in opened.items():
        assert len(all_rows(client, address)) == int(figure), address


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("state=open", 3),
        ("state=reported", 1),
        ("level=major", 1),
        ("category=environment", 1),
        ("kind=suggestion", 1),
        ("month=2026-11", 1),
        ("month=2026-10&dated=registered", 4),
        ("overdue=1", 1),
        ("place=车间", 2),
        ("text=配电柜", 1),
        ("text=没有这样的", 0),
    ],
)
def test_filters_narrow_and_stay_in_the_form(
    client: Client, cast: Cast, told: dict[str, Told], query: str, count: int
) -> None:
    page = Reading(as_(client, cast, "verifier"), f"/hazards?{query}")
    assert len(page.rows()) == count
    chosen = dict(part.split("=") for part in query.split("&"))
    form = page.tree.xpath("//form[@id='filters-form']")[0]
    assert {key: form.fields.get(key) for key in chosen} == chosen
    assert "清除条件" in page.text
    assert ("没有符合条件的隐患" in page.text) == (count == 0)


def test_a_filter_that_does_not_exist_is_said(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    as_(client, cast, "principal")
    for path in (
        "/hazards?state=moon",
        "/hazards?month=13",
        "/rewards?state=moon",
        "/hazards?after=1",
    ):
        assert client.get(path).status_code == 422, path
    assert "moon" in client.get("/hazards?state=moon").text
    assert client.get("/hazards?organisation_id=x").status_code == 404


def test_names_of_an_address_that_mean_nothing_do_nothing(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    as_(client, cast, "principal")
    for path in ("/hazards", "/rewards", "/statistics/cases?indicator=verified"):
        more = "endpoint=x&kind=hazard&_external=1&_anchor=x&values=1"
        page = Reading(client, f"{path}{'&' if '?' in path else '?'}{more}")
        assert not [link for link in page.links() if "_external" in link or "http" in link]


def test_pages_follow_each_other(
    client: Client, cast: Cast, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "_PAGE", 2)
    rows = all_rows(as_(client, cast, "verifier"), "/hazards")
    assert len(rows) == len({row[0] for row in rows}) == 7
    assert len(all_rows(client, "/hazards?place=车间")) == 2


def test_rewards_say_rule_sums_and_where_they_are_charged(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    page = Reading(as_(client, cast, "finance"), "/rewards")
    rows = {row[4]: row for row in page.rows()}
    assert set(rows) == {"已发放", "已领取", "待审批"}
    paid = rows["已发放"]
    assert paid[1:4] == ["reward_amount 奖励标准表第3版", "¥200.50", "¥200.50"]
    assert paid[5] == "安全生产费用（财资〔2022〕136号第五条第（四）项）"
    assert paid[6] == "2026-11-02 ¥200.50 · 凭证号 记-12"
    assert paid[7] == "—"
    assert rows["已领取"][7] == "2026-10-12"
    assert rows["待审批"][1] == "reward_amount 1"
    assert rows["待审批"][2:4] == ["¥100.00", "—"]
    assert len(all_rows(client, "/rewards?month=2026-11&dated=paid")) == 1
    assert len(all_rows(client, "/rewards?text=记-12")) == 2
    sums = {text: address for address, text in page.links("//ul[@class='figures']").items()}
    assert set(sums) == {
        "本月批准 ¥200.50", "本月发放 ¥200.50", "本月非现金奖励 0 件 折 ¥0.00", "本月领取 ¥0.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "hazards", "rewards"),
    [
        ("rectifier", 7, None),
        ("union", 7, 3),
        ("stranger", 1, 1),
        ("sole", 1, 0),
        ("officer", 8, 3),
        ("town", 8, 3),
        ("group", 8, 3),
        ("office", 8, 3),
        ("reporter", None, None),
        ("administrator", None, None),
    ],
)
def test_everybody_sees_their_own(
    client: Client,
    cast: Cast,
    told: dict[str, Told],
    part: str,
    hazards: int | None,
    rewards: int | None,
) -> None:
    as_(client, cast, part)
    for path, count in (("/hazards", hazards), ("/rewards", rewards)):
        if count is None:
            assert client.get(path).status_code == 403
            assert client.get(f"{path}.csv").status_code == 403
        else:
            assert len(all_rows(client, path)) == count
    if part in ("officer", "office"):
        assert "别家的" not in client.get("/hazards").text


def test_those_above_see_whose_it_is_and_find_by_name(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    page = Reading(as_(client, cast, "officer"), "/hazards?unit=小吃")
    assert [row[2] for row in page.rows()] == ["丙小吃店"]
    assert "单位名称" not in as_(client, cast, "verifier").get("/hazards").text


def test_an_enterprise_asked_for_by_id_has_to_be_theirs(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    as_(client, cast, "officer")

    def count(organisation: UUID) -> int:
        return len(all_rows(client, f"/hazards?organisation_id={organisation}"))

    assert count(cast.one_person_firm_id) == 1
    assert count(cast.strange_enterprise_id) == 0


def test_an_empty_ledger_says_how_it_fills(client: Client, cast: Cast) -> None:
    as_(client, cast, "principal")
    assert "台账还是空的" in client.get("/hazards").text
    assert "还没有奖励" in client.get("/rewards").text


def test_nobody_gets_in_without_signing_in(client: Client) -> None:
    for path in ("/hazards", "/hazards.xlsx", "/rewards", "/rewards.csv"):
        assert "/sign-in" in client.get(path).location
