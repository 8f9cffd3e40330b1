"""Two versions beside each other: in words without scripts, in colours with them."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, definitions
from engine.actors import SYSTEM
from engine.definitions import Bundle
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.studio_story import core, draft, named, publish
from tests.web.screens import Screens, faults_here
from tests.web.told_cases import text_of
from tests.web.visits import Client

ADDRESS = "/definitions/hazard_report/1/compare"


def _redrawn(files: Bundle) -> Bundle:
    """Rename a task, move a gateway, take a flow's condition away, raise an amount, ask more."""
    diagrams, forms, tables = (dict(files.of(kind)) for kind in ("bpmn", "form", "dmn"))
    text = diagrams["hazard_report"].decode()
    assert 'name="现场核查"' in text
    text = text.replace('name="现场核查"', 'name="两人现场核查"')
    place = text.index("<dc:Bounds", text.index('bpmnElement="acknowledge"'))
    text = text[:place] + text[place:].replace('y="', 'y="1', 1)
    diagrams["hazard_report"] = text.encode()
    tables["reward_amount"] = tables["reward_amount"].replace(b"<text>20000<", b"<text>30000<")
    forms["verify"] = forms["verify"].replace("核查结论".encode(), "现场核查结论".encode(), 1)
    return Bundle({"bpmn": diagrams, "form": forms, "dmn": tables})


@pytest.fixture
def adapted(session: Session, cast: Cast) -> None:
    """The office's processes, and what 甲 made of them."""
    commands.execute(
        session, definitions.deploy, core(), organisation_id=cast.office_id, actor=SYSTEM
    )
    base = session.scalars(select(t.Definition).where(t.Definition.key == "hazard_report")).one()
    publish(session, cast.administrator, _redrawn(core()), base_id=base.id, reason="按新制度")


def test_the_words_say_everything_without_scripts(
    cast: Cast, adapted: None, client: Client
) -> None:
    for part in ("verifier", "administrator", "office"):
        client.sign_in(cast.everybody()[part])
        page = text_of(client, f"{ADDRESS}?owner={cast.enterprise_id}")
        for words in (
            "第 1 版改了什么",
            "按新制度",
            "<del>现场核查</del>",
            "<ins>两人现场核查</ins>",
            "另有 1 个元素只是挪了位置",
            "<del>20000</del>",
            "<ins>30000</ins>",
            "现场核查结论",
            "滨江区安委办",
        ):
            assert words in page, (part, words)
    client.sign_in(cast.administrator)
    same = text_of(client, f"{ADDRESS}?with=1@{cast.enterprise_id}")
    assert "两者内容相同" in same
    first = text_of(client, f"{ADDRESS}?owner={cast.office_id}")
    assert "这是第一版" in first
    assert "整张流程图" in first
    assert "通知谁" in first
    assert "&#34;principal&#34;" not in first
    client.set_cookie("language", "en")
    first = text_of(client, f"{ADDRESS}?owner={cast.office_id}")
    assert "Acknowledge the report → Verify on site" in first
    assert "受理报告 →" not in first
    steps = text_of(client, "/definitions/hazard_report/1").partition("<table")[2]
    assert "“Deadlines”" in steps.partition("</table>")[0]
    assert "报告奖励" not in steps.partition("</table>")[0]


def test_nobody_compares_with_what_they_may_not_read(
    session: Session, cast: Cast, adapted: None, client: Client
) -> None:
    publish(session, cast.stranger, named("外地"))
    client.sign_in(cast.administrator)
    for query in (
        f"with=1@{cast.strange_enterprise_id}",
        f"owner={cast.strange_enterprise_id}",
        "with=9",
        "with=x",
        "with=1@x",
        "with=99999999999999999999",
    ):
        assert client.get(f"{ADDRESS}?{query}").status_code == 404, query
    client.sign_in(cast.stranger)
    assert client.get(f"{ADDRESS}?owner={cast.enterprise_id}").status_code == 404
    assert client.get("/definitions/line/1/compare").status_code == 200
    client.sign_in(cast.reporter)
    assert client.get(ADDRESS).status_code == 403


@pytest.mark.browser
@pytest.mark.slow
def test_two_drawings_in_colours(
    session: Session, cast: Cast, adapted: None, screens: Screens
) -> None:
    row = draft(session, cast.administrator, core())
    desk = screens.desk()
    screens.sign_in(desk, "administrator")
    for address in (ADDRESS, f"/studio/drafts/{row.id}/publish"):
        desk.goto(address)
        desk.wait_for_selector(".two-drawings.is-ready")
        before, after = desk.locator("[data-before]"), desk.locator("[data-after]")
        for side in (before, after):
            assert side.locator(".is-changed[data-element-id=verify]").count() == 1, address
            assert side.locator(".is-moved[data-element-id=acknowledge]").count() == 1, address
            assert side.locator(".is-added, .is-removed").count() == 0, address
        boxes = (
            "one => one.querySelector('.viewport').getAttribute('transform')"
            ".match(/-?[0-9.]+/g).map((number) => Math.round(Number(number) * 10))"
        )
        desk.click(".two-drawings [data-zoom=in]")
        assert before.evaluate(boxes) == after.evaluate(boxes)
        desk.click(".two-drawings [data-zoom=fit]")
        desk.click("[data-look=verify]")
        assert before.evaluate(boxes) == after.evaluate(boxes)
        assert faults_here(desk) == []
    phone = screens.phone(color_scheme="dark")
    screens.sign_in(phone, "administrator")
    phone.goto(ADDRESS)
    phone.wait_for_selector(".two-drawings.is-ready")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
