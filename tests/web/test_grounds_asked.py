"""Who comes from above is asked for a ground on the way into a case, and led on to it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import local_date
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, tags
from tests.looking import state_ground
from tests.web.told_cases import text_of
from tests.web.visits import Client

#: One story a page: what the engine does on either database is told in tests/engine/auditing.


@pytest.fixture
def case(session: Session, cast: Cast) -> UUID:
    """A report of 甲."""
    deploy(session, cast)
    return begin(session, cast.reporter, "line")


def test_the_way_leads_through_the_form_and_back(
    session: Session, cast: Cast, client: Client, case: UUID
) -> None:
    client.sign_in(cast.officer)
    wanted = f"/cases/{case}?flow=line"
    form = client.get(wanted).location
    assert urlsplit(form).path == "/audit/grounds/new"
    assert parse_qs(urlsplit(form).query)["next"] == [wanted]
    page = text_of(client, form)
    assert "甲机械有限公司" in page
    assert tags(session, case) == ["instance:started"]
    said = {"kind": "plan", "reference": "检查计划 12 号", "scope": "one", "next": wanted,
            "enterprise": "甲机械有限公司"}  # fmt: skip
    answer = client.submit(form, said)
    assert (answer.status_code, answer.location) == (303, wanted)
    page = text_of(client, wanted)
    assert "上级查阅" in page
    assert "检查计划 检查计划 12 号" in page
    assert tags(session, case) == ["instance:started", "case:looked"]
    ground = session.scalars(select(t.AuditGround)).one()
    assert ground.enterprise_id == cast.enterprise_id
    assert local_date(ground.expires_at - timedelta(seconds=1)) == local_date()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, client: Client, case: UUID
) -> None:
    client.sign_in(cast.town)
    form = client.get(f"/cases/{case}").location
    said = {"kind": "other", "reference": "街道 9 号", "scope": "one", "enterprise": "乙外地公司",
            "next": f"/cases/{case}"}  # fmt: skip
    for fields, words in (
        (said, "没有找到这家企业"),
        ({**said, "enterprise": "CN001"}, "请写明查阅目的"),
        ({**said, "scope": "all"}, "请写明查阅目的"),
        ({**said, "expires_on": "2031-01-01", "enterprise": "CN001", "purpose": "x"}, "最长 30 天"),
    ):
        answer = client.submit(form, fields)
        assert answer.status_code == 422, fields
        assert words in answer.text
        assert "街道 9 号" in answer.text
        assert f'value="/cases/{case}"' in answer.text


def test_nobody_is_sent_elsewhere_afterwards(cast: Cast, client: Client, case: UUID) -> None:
    client.sign_in(cast.officer)
    said = {"kind": "plan", "reference": "1", "scope": "one", "enterprise": "CN001"}
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = client.submit("/audit/grounds/new", {**said, "next": target})
        assert answer.location == "/audit/grounds"


def test_what_shows_rows_and_counts_needs_none(cast: Cast, client: Client, case: UUID) -> None:
    client.sign_in(cast.officer)
    for address in ("/hazards", "/rewards", "/statistics"):
        assert client.get(address).status_code == 200


def test_scripts_and_programs_are_told(cast: Cast, client: Client, case: UUID) -> None:
    client.sign_in(cast.officer)
    address = f"/cases/{case}/diagram.json"
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json["type"] == "urn:bihuan:ground-needed"
    answer = client.get(f"/cases/{case}/proof", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/audit/grounds/new?")


def test_downloading_the_audit_file_is_a_look_of_its_own(
    session: Session, cast: Cast, client: Client, case: UUID
) -> None:
    state_ground(session, cast.officer)
    client.sign_in(cast.officer)
    assert client.get(f"/cases/{case}/audit.jsonl").status_code == 200
    client.sign_in(cast.principal)
    page = text_of(client, "/audit/looks")
    assert "下载存证文件" in page
    assert "管科" in page
    assert "年度检查" not in page
    for kind in ("xlsx", "csv"):
        answer = client.get(f"/audit/looks/ours.{kind}")
        assert answer.status_code == 200
    assert "下载存证文件" in client.get("/audit/looks/ours.csv").text
    assert "没有符合条件的查阅" in text_of(client, "/audit/looks?kind=grant")
    assert client.get("/audit/looks?what=nonsense").status_code == 422


def test_a_ground_is_ended_and_asked_for_again(
    session: Session, cast: Cast, client: Client, case: UUID
) -> None:
    ground = state_ground(session, cast.officer)
    client.sign_in(cast.officer)
    assert client.get(f"/cases/{case}").status_code == 200
    assert "有效" in text_of(client, "/audit/grounds")
    assert client.submit(f"/audit/grounds/{ground.id}/end").status_code == 303
    assert "已结束" in text_of(client, "/audit/grounds")
    assert client.get(f"/cases/{case}").location.startswith("/audit/grounds/new")
    assert "BG-CN001" in text_of(client, "/audit/looks/mine")


def test_a_principal_grants_and_withdraws(
    session: Session, cast: Cast, client: Client, case: UUID
) -> None:
    client.sign_in(cast.principal)
    last = local_date() + timedelta(days=30)
    wrong = client.submit("/audit/grants", {"to": str(cast.town_id), "expires_on": str(last)})
    assert wrong.status_code == 422
    assert "请写明为什么授权" in wrong.text
    said = {"to": str(cast.town_id), "purpose": "请街道指导", "expires_on": str(last)}
    assert client.submit("/audit/grants", said).status_code == 303
    assert "SQ-CN001-" in text_of(client, "/audit/grants")
    client.sign_in(cast.town)
    assert client.get(f"/cases/{case}").status_code == 200
    grant = session.scalars(select(t.AuditGround)).one()
    client.sign_in(cast.principal)
    assert "企业授权" in text_of(client, "/audit/looks")
    assert client.submit(f"/audit/grants/{grant.id}/end").status_code == 303
    client.sign_in(cast.town)
    assert client.get(f"/cases/{case}").status_code == 302


def test_the_office_watches_over_the_looking(
    session: Session, cast: Cast, client: Client, case: UUID
) -> None:
    state_ground(session, cast.officer)
    client.sign_in(cast.officer)
    client.get(f"/cases/{case}")
    client.sign_in(cast.office)
    page = text_of(client, "/audit/looks/all")
    assert "区应急管理局" in page
    assert "年度检查" in page
