"""What keeps a draft from being published: told so that it can be read, and gone to."""

from __future__ import annotations

from itertools import pairwise

import orjson
from sqlalchemy.orm import Session

from engine.definitions import Bundle
from tests import flows
from tests.cast import Cast
from tests.engine.studio_story import draft
from tests.web.told_cases import text_of
from tests.web.visits import Client


def test_a_scenario_that_does_not_pass_is_one_click_away(
    session: Session, cast: Cast, client: Client
) -> None:
    scenario = {
        "id": "late", "title": "办完", "process": "line", "given": {"at": "2026-03-02"},
        "steps": [{"do": "complete", "task": "nowhere", "answers": {}}], "expect": {},
    }  # fmt: skip
    scenario["steps"] = [{"do": "start", "answers": {"place": "罐区"}}, *scenario["steps"]]
    files = {**flows.bundle(line=flows.LINE).contents, "scenario": {"late": orjson.dumps(scenario)}}
    row = draft(session, cast.administrator, Bundle(files))
    client.sign_in(cast.administrator)
    page = text_of(client, f"/studio/drafts/{row.id}/publish")
    opened = f"/studio/drafts/{row.id}/try?scenario=late"
    assert f'href="{opened}"' in page
    assert "nowhere" in text_of(client, opened)


def test_a_flow_with_hundreds_of_faults_gives_a_page_that_can_be_read(
    session: Session, cast: Cast, client: Client
) -> None:
    names = [f"step{number}" for number in range(400)]
    long = flows.process(
        "line", flows.start(), *(flows.task(name, group="strangers") for name in names), flows.END,
        flows.flows(*pairwise(["start", *names, "end"])),
    )  # fmt: skip
    row = draft(session, cast.administrator, flows.bundle(line=long))
    client.sign_in(cast.administrator)
    page = text_of(client, f"/studio/drafts/{row.id}/publish")
    assert "还不能发布：400 处要改" in page
    assert page.count("group-unknown") == 100
    assert "还有 300 处没有列出。" in page
    assert page.count("<tr") < 350
