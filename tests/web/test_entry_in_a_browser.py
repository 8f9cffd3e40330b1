"""A phone at the gate: a slip is typed in, a card is tapped, and the code is read out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import instances, reporters
from engine.store import Hazard, Instance
from tests.cast import Cast
from tests.web.reporting import CODE, deploy, poster
from tests.web.screens import Screens, faults_here

pytestmark = pytest.mark.browser

WORDS = "纸条上写：安全出口堆了纸箱"


@pytest.fixture
def phone(screens: Screens, session: Session, cast: Cast) -> Page:
    """The verifier's phone."""
    deploy(session, cast.enterprise_id)
    page = screens.phone()
    screens.sign_in(page, "verifier")
    return page


def following(page: Page) -> None:
    page.get_by_role("button", name="下一步", exact=True).last.click()


def test_a_slip_is_typed_in_on_a_phone(phone: Page, session: Session, cast: Cast) -> None:
    phone.goto("/tasks")
    phone.get_by_role("link", name="代填报告").click()
    expect(phone.get_by_text("替别人填")).to_be_visible()
    assert faults_here(phone) == []
    phone.get_by_label("在哪里").fill("原料仓库")
    phone.get_by_label("什么情况").fill(WORDS)
    following(phone)
    # What resembles the words is there without being asked for.
    card = phone.get_by_role("button", name="GEN-04")
    expect(card).to_be_visible()
    assert faults_here(phone) == []
    phone.get_by_text("信箱、纸条").click()
    phone.get_by_label("报告人姓名").fill(cast.reporter.name)
    card.click()
    expect(phone.get_by_text("已对照清单")).to_be_visible()
    # Nothing that was chosen or typed is lost by the tap; the colleague of that name is asked for.
    expect(phone.get_by_label("信箱、纸条")).to_be_checked()
    expect(phone.get_by_label("报告人姓名")).to_have_value(cast.reporter.name)
    phone.get_by_text(f"{cast.reporter.name}（reporter）").click()
    phone.get_by_text("报告人要凭证码").click()
    following(phone)
    expect(phone.get_by_role("heading", name="核对后发送")).to_be_visible()
    assert faults_here(phone) == []
    phone.get_by_role("button", name="发送").click()
    expect(phone.get_by_role("heading", name="已登记")).to_be_visible()
    assert faults_here(phone) == []
    code = CODE.findall(phone.content())[0]
    session.rollback()
    case = session.scalars(select(Instance)).one()
    assert reporters.find_by_receipt(session, code) == (cast.enterprise_id, case.id)
    assert instances.read_data(session, case)["checklist_item"] == "GEN-04"
    row = session.scalars(select(Hazard)).one()
    assert (row.channel, row.category) == ("slip", "environment")
    # Nothing of the reporter stays on the phone.
    kept = phone.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert cast.reporter.name not in kept


def test_an_inspection_asks_whose_and_not_who(phone: Page) -> None:
    phone.goto("/report/for")
    phone.get_by_label("在哪里").fill("门口")
    phone.get_by_label("什么情况").fill("检查指出的事")
    following(phone)
    expect(phone.get_by_label("报告人姓名")).to_be_visible()
    phone.get_by_text("政府检查").click()
    expect(phone.get_by_label("报告人姓名")).to_be_hidden()
    phone.get_by_label("哪里来的").fill("区应急局 检查记录 12 号")
    following(phone)
    expect(phone.get_by_role("heading", name="核对后发送")).to_be_visible()


def test_without_a_script_a_card_is_taken_as_well(
    screens: Screens, session: Session, cast: Cast
) -> None:
    deploy(session, cast.enterprise_id)
    place = poster(session, cast)
    page = screens.phone(java_script_enabled=False)
    page.goto(f"/r/{place.code}")
    page.get_by_label("什么情况").fill(WORDS)
    page.get_by_role("button", name="对照清单找一找").click()
    page.get_by_role("button", name="GEN-04").click()
    expect(page.get_by_text("已对照清单")).to_be_visible()
    page.get_by_role("button", name="不留姓名，直接发送").click()
    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    session.rollback()
    row = session.scalars(select(Hazard)).one()
    assert (row.checklist_item, row.channel) == ("GEN-04", "qr")
