"""The inbox page: what waits, in which order, and what to do when nothing does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy.orm import Session
from time_machine import Traveller

from engine import definitions, tasks
from engine.actors import SYSTEM
from engine.commands import execute
from tests.cast import Cast
from tests.databases import on_both
from tests.engine.stories import begin, deploy, do, open_task
from tests.flows import END, bundle, flows, process, start, task
from tests.web.visits import Client

pytestmark = on_both


def texts(page: str, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in html.fromstring(page).xpath(path)]


def titles(page: str) -> list[str]:
    return texts(page, "//p[@class='work-card-title']/a")


def badge(page: str) -> str:
    """Give the number beside "待办" in the navigation."""
    found = texts(page, "//nav[@id='places']//a[@href='/tasks']/span[@class='count']")
    return found[0] if found else ""


def tabs(page: str) -> list[str]:
    return texts(page, "//ul[@class='subnav']//a")


def test_tasks_of_the_group_then_my_own_then_what_i_did(
    client: Client, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    first, second = (begin(session, cast.reporter, "line") for _ in range(2))
    client.sign_in(cast.verifier)
    page = client.get("/tasks").text
    assert tabs(page) == ["我的 0", "本岗位 2", "已办"]
    assert badge(page) == "2"
    assert len(titles(page)) == 2
    assert "还没有人领取" in page

    execute(session, tasks.claim, open_task(session, first, "first"), actor=cast.verifier)
    page = client.get("/tasks").text
    assert tabs(page) == ["我的 1", "本岗位 1", "已办"]
    assert "您已领取" in page
    assert "还没有办过任务" in client.get("/tasks?scope=done").text

    do(session, cast.verifier, first, "first")
    assert len(titles(client.get("/tasks?scope=done").text)) == 1
    do(session, cast.verifier, second, "first")
    assert badge(client.get("/tasks").text) == "2"


def test_nobody_sees_the_tasks_of_another_enterprise_or_role(
    client: Client, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    begin(session, cast.reporter, "line")
    # Those above have an inbox for their own processes, and nothing of an enterprise's in it.
    for actor in (cast.stranger, cast.finance, cast.reporter, cast.officer, cast.office):
        client.sign_in(actor)
        page = client.get("/tasks").text
        assert titles(page) == []
        assert badge(page) == ""
        assert "现在没有要办的事" in page
    client.sign_in(cast.administrator)
    assert client.get("/tasks").status_code == 403


def test_somebody_who_only_reports_has_no_group(client: Client, cast: Cast) -> None:
    client.sign_in(cast.reporter)
    assert tabs(client.get("/tasks").text) == ["我的 0", "已办"]


def test_deadlines_are_said_in_words_with_their_colour(
    client: Client, session: Session, cast: Cast, clock: Traveller
) -> None:
    line = process(
        "line",
        start(),
        task("first", dueIn="3wd"),
        END,
        flows(("start", "first"), ("first", "end")),
    )
    deployment = {"organisation_id": cast.enterprise_id, "actor": SYSTEM}
    execute(session, definitions.deploy, bundle(line=line), **deployment)
    begin(session, cast.reporter, "line")
    client.sign_in(cast.verifier)
    assert "还剩 3 个工作日" in client.get("/tasks").text
    clock.shift(timedelta(days=7))
    client.sign_in(cast.verifier)
    page = client.get("/tasks").text
    assert "已逾期 2 个工作日" in page
    assert html.fromstring(page).xpath("//li[contains(@class, 'is-late')]")


def test_a_long_inbox_is_read_page_by_page(client: Client, session: Session, cast: Cast) -> None:
    deploy(session, cast)
    for number in range(23):
        begin(session, cast.reporter, "line", answers={"note": str(number)})
    client.sign_in(cast.verifier)
    page = client.get("/tasks")
    seen = titles(page.text)
    following = html.fromstring(page.text).xpath("//a[@rel='next']/@href")
    rest = client.get(following[0])
    seen += titles(rest.text)
    assert len(seen) == 23
    assert not html.fromstring(rest.text).xpath("//a[@rel='next']")
    assert html.fromstring(rest.text).xpath("//a[@rel='prev']/@href") == ["/tasks?scope=group"]


@pytest.mark.parametrize("query", ["scope=all", "scope=x", "after=x", "scope=mine&after=1"])
def test_nonsense_is_refused(client: Client, cast: Cast, query: str) -> None:
    client.sign_in(cast.verifier)
    assert client.get(f"/tasks?{query}").status_code == 400


def test_an_unknown_cursor_is_the_beginning(client: Client, session: Session, cast: Cast) -> None:
    client.sign_in(cast.verifier)
    answer = client.get("/tasks?scope=mine&after=0192d3c4-0000-7000-8000-000000000001")
    assert answer.status_code == 200


def test_the_badge_stops_counting(
    client: Client, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(session, cast)
    monkeypatch.setattr("engine.inbox.COUNTED_TO", 2)
    for _ in range(2):
        begin(session, cast.reporter, "line")
    client.sign_in(cast.verifier)
    assert badge(client.get("/account").text) == "99+"


def test_those_above_are_led_to_nothing_they_may_not_do(client: Client, cast: Cast) -> None:
    client.sign_in(cast.officer)
    main = html.fromstring(client.get("/tasks").data).xpath("//main")[0]
    assert "现在没有要办的事" in main.text_content()
    for link in main.xpath(".//a/@href"):
        assert client.get(link).status_code == 200, link
