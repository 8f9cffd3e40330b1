"""The case on its own diagram: what was passed, how often, and where it is now."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import commands, definitions
from engine.actors import SYSTEM
from tests import flows
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.web.screens import Screens, faults_here
from tests.web.told_cases import begun, planned, text_of
from tests.web.visits import Client
from web.config import Config

pytestmark = pytest.mark.usefixtures("grounds")


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard that failed its acceptance once; its reward waits for the approver."""
    loop = planned(begun(session, cast, config))
    for _ in range(2):
        loop.does("rectifier", "rectify", done_note="已更换", photos_after=[loop._photo()],
                  control_type="engineering")  # fmt: skip
        if _ == 0:
            loop.does("acceptor", "accept", result="failed", accept_note="关不严")
    return loop


def _diagram(client: Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def test_the_main_diagram_shows_in_which_calls_the_case_is(
    cast: Cast, loop: Loop, client: Client
) -> None:
    client.sign_in(cast.officer)
    found = _diagram(client, f"/cases/{loop.id}/diagram.json")
    assert 'id="hazard_report"' in found["xml"]
    assert sorted(found["current"]) == ["rectify_hazard", "reward_reporter"]
    assert found["passed"]["verify"] == 1
    assert "dismiss" not in found["passed"]
    assert not any(":" in key for key in found["passed"])


def test_a_called_diagram_shows_its_own_steps(cast: Cast, loop: Loop, client: Client) -> None:
    client.sign_in(cast.verifier)
    found = _diagram(client, f"/cases/{loop.id}/diagram.json?process=rectification")
    assert 'id="rectification"' in found["xml"]
    assert found["current"] == ["accept"]
    assert found["passed"]["rectify"] == 2
    page = text_of(client, f"/cases/{loop.id}?flow=rectification")
    assert f"/cases/{loop.id}/diagram.json?process=rectification" in page
    assert page.count("1 步待办") == 2


def test_a_case_keeps_the_diagram_it_began_with(
    session: Session, cast: Cast, client: Client
) -> None:
    stories.deploy(session, cast)
    instance = stories.begin(session, cast.reporter, "line")
    changed = flows.LINE.replace(b'name="second"', b'name="another"')
    commands.execute(
        session, definitions.deploy, flows.bundle(line=changed),
        organisation_id=cast.enterprise_id, actor=SYSTEM,
    )  # fmt: skip
    client.sign_in(cast.officer)
    found = _diagram(client, f"/cases/{instance}/diagram.json")
    assert 'name="second"' in found["xml"]
    assert found["current"] == ["first"]
    assert "按流程的第 1 版办理" in text_of(client, f"/cases/{instance}")


def test_an_ended_case_is_nowhere(session: Session, cast: Cast, client: Client) -> None:
    stories.deploy(session, cast)
    instance = stories.begin(session, cast.reporter, "line")
    for key in ("first", "second"):
        stories.do(session, cast.verifier, instance, key)
    client.sign_in(cast.officer)
    found = _diagram(client, f"/cases/{instance}/diagram.json")
    assert found["current"] == []
    assert found["passed"] == {"start": 1, "first": 1, "second": 1, "end": 1}


def test_nobody_else_sees_it(cast: Cast, loop: Loop, client: Client) -> None:
    address = f"/cases/{loop.id}/diagram.json"
    assert client.get(address).status_code == 302
    for part, wanted in (
        ("stranger", 404),
        ("sole", 404),
        ("administrator", 403),
        ("reporter", 403),
    ):
        client.sign_in(cast.everybody()[part])
        assert client.get(address).status_code == wanted, part
    client.sign_in(cast.verifier)
    assert client.get(f"{address}?process=nobody").status_code == 404


@pytest.mark.browser
def test_the_page_draws_it_and_shows_the_called_one_without_a_new_page(
    cast: Cast, loop: Loop, screens: Screens
) -> None:
    for page in (screens.phone(color_scheme="dark"), screens.desk()):
        screens.sign_in(page, "officer")
        page.goto(f"/cases/{loop.id}")
        page.locator(".diagram").scroll_into_view_if_needed()
        page.locator(".diagram.is-ready").wait_for()
        assert page.locator("[data-element-id=rectify_hazard].is-current").count() == 1
        assert page.get_by_text("记录完整，已核对到第").is_visible()
        assert faults_here(page) == []
        assert page.evaluate("innerWidth <= screen.width")
        page.get_by_role("link", name="整改闭环 1 步待办").click()
        page.locator("[data-element-id=accept].is-current").wait_for()
        assert page.get_by_text("×2").first.is_visible()
        assert page.url.endswith(f"/cases/{loop.id}")
        page.locator(".timeline-proof summary").first.click()
        assert len(page.locator(".timeline-proof[open] p").first.inner_text()) == 64
