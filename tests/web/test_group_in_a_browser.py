"""A group looks which of its enterprises lack the mechanism, reminds one, and sees it established.

The officer sits at a desk, the enterprise's principal holds a phone.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from engine import clock
from engine.coverage import targets
from engine.store import Organisation
from tests.cast import Cast
from tests.engine.coverage_story import establish
from tests.pictures import photo
from tests.web.loop_on_screens import looks_well
from tests.web.screens import Screens

pytestmark = pytest.mark.browser


@pytest.fixture
def lacking(session: Session, cast: Cast) -> None:
    """甲 has everything but the proof that its rules were made public; 丙 has nothing."""
    targets.adopt(session, actor=cast.office)
    for firm in (cast.enterprise_id, cast.one_person_firm_id):
        session.get_one(Organisation, firm).sector = "gas"
    on = clock.local_date() - timedelta(days=3)
    establish(session, cast.principal, on, but=["publication"])
    session.commit()


@pytest.mark.usefixtures("lacking")
def test_a_group_reminds_and_sees_it_established(screens: Screens, tmp_path: Path) -> None:
    desk = screens.desk()
    screens.sign_in(desk, "group")
    desk.goto("/coverage")
    looks_well(desk)
    desk.get_by_role("link", name="查看并提醒未达标的单位").click()
    expect(desk.get_by_role("row", name=re.compile("甲机械有限公司"))).to_contain_text("在建")
    looks_well(desk)
    desk.get_by_role("button", name="提醒未达标的单位").click()
    desk.get_by_role("dialog").get_by_role("button", name="提醒", exact=True).click()
    expect(desk.get_by_text("已提醒 2 家单位")).to_be_visible()

    phone = screens.phone()
    screens.sign_in(phone, "principal")
    phone.goto("/notifications")
    expect(phone.get_by_text(re.compile("滨江城投集团提醒"))).to_be_visible()
    phone.get_by_role("button", name="查看").click()
    expect(phone.get_by_role("heading", name="机制建设", level=1)).to_be_visible()
    expect(phone.get_by_text("还缺 1 项材料")).to_be_visible()
    looks_well(phone)
    phone.get_by_role("link", name="登记材料 公示").click()
    picture = tmp_path / "board.webp"
    picture.write_bytes(photo("green"))
    phone.set_input_files("#files", picture)
    phone.locator("input[type=hidden][name=files]").wait_for(state="attached")
    phone.get_by_label("公示栏").check()
    looks_well(phone)
    phone.get_by_role("button", name="登记", exact=True).click()
    expect(phone.get_by_text("首次查实并奖励报告")).to_be_visible()

    desk.reload()
    row = desk.get_by_role("row", name=re.compile("甲机械有限公司"))
    expect(row).to_contain_text("已建立")
    row.get_by_role("link").click()
    expect(desk.get_by_role("heading", name="甲机械有限公司", level=1)).to_be_visible()
    looks_well(desk)
