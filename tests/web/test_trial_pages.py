"""A draft is tried on its page before it is published, and the trial kept as a scenario."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine import commands, definitions
from engine.actors import SYSTEM
from engine.definitions import Bundle, drafts
from engine.definitions.drafts import copying
from engine.definitions.scenarios import read
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.processes.player import ROOT
from tests.web.screens import Screens, faults_here
from tests.web.visits import Client

SHIPPED = definitions.read_folder(ROOT)
_STATE = re.compile(r'name="trial\.state" value="([^"]*)"')


@pytest.fixture
def own(session: Session, cast: Cast) -> UUID:
    """A draft of the shipped flow that the administrator of 甲 begins from what is in force."""
    tried = Bundle({kind: SHIPPED.of(kind) for kind in ("bpmn", "dmn", "form", "scenario")})
    commands.execute(
        session, definitions.deploy, tried, organisation_id=cast.office_id, actor=SYSTEM
    )
    base = session.scalars(select(t.Definition).where(t.Definition.key == "hazard_report")).one()
    return draft(session, cast, copying.files_of(session, base), base.id, base.key)


def draft(
    session: Session, cast: Cast, bundle: Bundle, base_id: UUID | None = None, key: str = "line"
) -> UUID:
    row = commands.execute(
        session, drafts.create, title="我们的流程", bundle=bundle, base_id=base_id, key=key,
        actor=cast.administrator,
    )  # fmt: skip
    draft_id: UUID = row.id
    session.rollback()
    return draft_id


class Trial:
    """Somebody trying a draft in a browser without JavaScript."""

    def __init__(self, client: Client, draft_id: UUID, query: str = "") -> None:
        self.client = client
        self.here = f"/studio/drafts/{draft_id}/try"
        self.page = client.get(self.here + query)

    @property
    def state(self) -> str:
        """What the page's forms carry."""
        found = _STATE.search(self.page.text)
        assert found is not None, text_of(self.page)
        return html.unescape(found[1])

    @property
    def steps(self) -> list[Any]:
        found: list[Any] = json.loads(self.state)["steps"]
        return found

    @property
    def text(self) -> str:
        return text_of(self.page)

    def does(self, act: str, **fields: Any) -> Trial:
        """Press a button, with what stands in the form."""
        sent = {"trial.state": self.state, "trial.do": act, **fields}
        self.page = self.client.submit(self.here, sent)
        return self

    def goes_on(self, **fields: Any) -> Trial:
        """Fill in samples and send them."""
        self.does("sample")
        return self.does("answer", **filled(self.page), **fields)


def text_of(page: TestResponse) -> str:
    """Give what a page says, without its tags."""
    body = re.sub(r"<script.*?</script>|<svg.*?</svg>", "", page.text, flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body)))


def filled(page: TestResponse) -> dict[str, str]:
    """Give what stands in the form of the page, as a browser would send it."""
    form = page.text.split('id="answers"', 1)[1].split("</form>", 1)[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<(?:input|textarea)[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="(\w+)"', tag)
        if name and (kind is None or kind[1] not in ("radio", "checkbox") or "checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)', form):
        found[name] = html.unescape(text).strip()
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        found[name] = chosen[1] if chosen else ""
    return {k: v for k, v in found.items() if not k.startswith(("trial.", "csrf"))}


def counted(session: Session) -> list[int]:
    """Count what a case would leave behind."""
    session.rollback()
    left = (t.Instance, t.Task, t.Event, t.Job, t.Counter, t.Notification, t.Attachment, t.Hazard)
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in left]


def test_samples_alone_lead_to_the_end_and_leave_nothing_behind(
    session: Session, cast: Cast, client: Client, own: UUID
) -> None:
    before = counted(session)
    client.sign_in(cast.administrator)
    trial = Trial(client, own)
    assert "从报告开始" in trial.text
    for _ in range(12):
        if "走完了" in trial.text:
            break
        trial.goes_on()
        assert trial.page.status_code == 200, trial.text
    assert "流程走到“已闭环”结束。" in trial.text
    assert "¥100.00" in trial.text
    assert "YH-试-2026-00001" in trial.text
    assert "奖励证书" in trial.text
    assert "您报告的隐患已整改并通过验收，已销号" in trial.text
    assert counted(session) == before


def test_the_page_says_who_may_not_do_a_task_and_what_is_wrong_in_its_form(
    session: Session, cast: Cast, client: Client, own: UUID
) -> None:
    client.sign_in(cast.administrator)
    trial = Trial(client, own).goes_on().goes_on()
    assert "不能办理的人：报告人" in trial.text
    trial.does("answer", finding="confirmed")
    assert trial.page.status_code == 422
    assert "隐患等级：请选择一项。" in trial.text
    assert len(trial.steps) == 2, "what was refused is not a step"
    assert (
        'value="confirmed" checked'
        in trial.page.text.replace("checked ", "").replace("checked id", "id")
        or "confirmed" in trial.page.text
    )


def test_timers_fire_when_time_passes_and_tell_those_above(
    session: Session, cast: Cast, client: Client, own: UUID
) -> None:
    client.sign_in(cast.administrator)
    trial = Trial(client, own)
    trial.does("sample")
    trial.does("answer", **filled(trial.page), **{"trial.at": "2026-03-02T09:00"})
    assert "2026-03-02 09:00" in trial.text
    trial.does("timer")
    assert "2026-03-03 09:00" in trial.text
    assert "主要负责人：BG-试-20260302-0001：报告超过 24 小时还没有受理。请立即受理。" in trial.text
    trial.does("travel", **{"trial.count": "2", "trial.unit": "days"})
    assert "2026-03-05 09:00" in trial.text
    trial.does("travel", **{"trial.to": "2026-03-01"})
    assert trial.page.status_code == 422
    assert "时间只能往后走" in trial.text
    assert "2026-03-05 09:00" in trial.text
    trial.does("back").does("back")
    assert len(trial.steps) == 1
    assert "从报告开始" in trial.does("again").text


def test_of_two_open_tasks_either_may_be_done_first(
    session: Session, cast: Cast, client: Client, own: UUID
) -> None:
    client.sign_in(cast.administrator)
    trial = Trial(client, own).goes_on(**{"trial.limit": "200"}).goes_on().goes_on()
    assert "整改措施" in trial.text
    trial.does("look", **{"trial.task": "1"})
    assert "凭证号" in trial.text
    trial.does("sample", **{"trial.task": "1"})
    trial.does("answer", **{"trial.task": "1"}, **filled(trial.page))
    assert trial.steps[-1]["task"] == "reward:pay_reward"


def test_a_trial_is_kept_as_a_scenario_run_renamed_and_removed(
    session: Session, cast: Cast, client: Client, own: UUID
) -> None:
    client.sign_in(cast.administrator)
    here = f"/studio/drafts/{own}/scenarios"
    assert "个场景都通过了" in text_of(client.get(here))
    trial = Trial(client, own)
    while "走完了" not in trial.text:
        trial.goes_on()
    sent = {"trial.state": trial.state, "title": "  我们的 样例 ", "ends": "1", "field": "amount"}
    assert client.submit(here, sent).status_code == 303
    kept = scenarios(session, own)["scenario_1"]
    assert kept.title.zh == "我们的 样例"
    assert (kept.expect.ends, kept.expect.fields) == ("finished", {"amount": 10_000})
    assert "我们的 样例" in text_of(client.get(here))
    client.submit(f"{here}/scenario_1/rename", {"title": "改了名"})
    assert scenarios(session, own)["scenario_1"].title.zh == "改了名"
    assert client.submit(f"{here}/scenario_1/rename", {"title": " "}).status_code == 422
    client.submit(f"{here}/scenario_1/remove")
    assert "scenario_1" not in scenarios(session, own)
    assert client.submit(f"{here}/scenario_1/remove").status_code == 404


def scenarios(session: Session, draft_id: UUID) -> dict[str, Any]:
    session.rollback()
    row = session.scalars(select(t.DefinitionDraft).where(t.DefinitionDraft.id == draft_id)).one()
    found = drafts.bundle_of(session, row).of("scenario")
    return {key: read(content) for key, content in found.items()}


def test_a_red_scenario_opens_where_it_stops_and_is_mended_from_there(
    session: Session, cast: Cast, client: Client
) -> None:
    steps = [
        {"do": "start", "answers": {"note": "开始"}},
        {"do": "complete", "task": "gone", "answers": {}},
    ]
    old = {
        "id": "old", "title": "旧的", "process": "line", "given": {"at": "2026-03-02"},
        "steps": steps, "expect": {},
    }  # fmt: skip
    bundle = flows.bundle(line=flows.LINE)
    contents = {**bundle.contents, "scenario": {"old": json.dumps(old).encode()}}
    own = draft(session, cast, Bundle(contents))
    client.sign_in(cast.administrator)
    here = f"/studio/drafts/{own}/scenarios"
    assert "第 2 步“gone”走不了" in text_of(client.get(here))
    trial = Trial(client, own, "?scenario=old")
    assert "“gone”这时不在待办里" in trial.text
    trial.goes_on().goes_on()
    sent = {"trial.state": trial.state, "title": "旧的", "replace": "1", "ends": "1"}
    client.submit(here, sent)
    assert list(scenarios(session, own)) == ["old"]
    assert "全部 1 个场景都通过了。" in text_of(client.get(here))


def test_a_draft_that_would_not_run_says_why_instead(
    session: Session, cast: Cast, client: Client
) -> None:
    dead_end = flows.process(
        "line", flows.start(), flows.task("first"), flows.flows(("start", "first"))
    )
    own = draft(session, cast, flows.bundle(line=dead_end))
    client.sign_in(cast.administrator)
    page = client.get(f"/studio/drafts/{own}/try")
    assert "还不能试运行" in text_of(page)
    sent = {"trial.state": "{}", "trial.do": "look"}
    assert client.submit(f"/studio/drafts/{own}/try", sent).status_code == 422


@pytest.mark.parametrize("broken", ["form", "diagram", "table"])
def test_a_draft_with_something_missing_or_unreadable_is_told_of_in_words(
    session: Session, cast: Cast, client: Client, broken: str
) -> None:
    old = {
        "id": "old", "title": "旧的", "process": "line", "given": {"at": "2026-03-02"},
        "steps": [{"do": "start", "answers": {}}], "expect": {"ends": "end"},
    }  # fmt: skip
    contents: dict[str, dict[str, bytes]] = {
        "bpmn": {"line": flows.LINE}, "form": {"ask": flows.ASK},
        "scenario": {"old": json.dumps(old).encode()},
    }  # fmt: skip
    if broken == "form":
        contents["bpmn"]["line"] = flows.LINE.replace(b'value="ask"', b'value="gone"')
    elif broken == "diagram":
        contents["bpmn"]["line"] = b"<definitions>"
    else:
        contents["dmn"] = {"level": b"<definitions>"}
    own = draft(session, cast, Bundle(contents))
    client.sign_in(cast.administrator)
    assert client.get(f"/studio/drafts/{own}/try").status_code == 200
    begun = {"trial.state": '{"at": "2026-03-02", "steps": []}', "trial.do": "answer"}
    page = client.submit(f"/studio/drafts/{own}/try", begun)
    assert page.status_code in (404, 422)
    assert "gone" in text_of(page) if broken == "form" else "还不能试运行" in text_of(page)
    assert "没有通过" in text_of(client.get(f"/studio/drafts/{own}/scenarios"))
    diagram = client.get(f"/studio/drafts/{own}/try/diagram.json")
    assert diagram.status_code == (404 if broken == "diagram" else 200)


def test_programs_get_the_same_as_plain_data(
    session: Session, cast: Cast, client: Client, own: UUID
) -> None:
    client.sign_in(cast.administrator)
    kept = read(SHIPPED.of("scenario")["nobody_acknowledges"])
    answer = as_json(client, own, kept.given.plain(), [step.plain() for step in kept.steps])
    assert answer["at"] == "2026-03-10T01:00:00Z"
    assert [one["task"] for one in answer["open"]] == ["verify"]
    assert answer["open"][0]["not_by"] == ["report"]
    told = [(one["tag"], one["to"]) for one in answer["happened"] if one["to"]]
    assert told == [("case:escalated", ["principal"])] * 2
    wrong = as_json(client, own, {"at": "2026-03-02"}, [{"do": "start", "answers": {}}])
    assert wrong["stopped"]["errors"]["description"] == ["请填写这一项。"]


def as_json(client: Client, own: UUID, given: Any, steps: Any, status: int = 200) -> Any:
    headers = {"X-CSRFToken": client.csrf_token()}
    body = {"given": given, "steps": steps}
    answer = client.post(f"/studio/drafts/{own}/try.json", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"trial.do": "fly"}, 400),
        ({"trial.do": "timer"}, 422),
        ({"trial.do": "travel", "trial.count": "-3", "trial.unit": "days"}, 422),
        ({"trial.do": "travel", "trial.to": "9999-99-99"}, 422),
        ({"trial.do": "look", "trial.task": "x"}, 400),
        ({"trial.do": "look", "trial.task": "99999"}, 200),
        ({"trial.do": "look", "trial.state": "["}, 400),
        ({"trial.do": "look", "trial.state": "[]"}, 400),
        ({"trial.do": "look", "trial.state": '{"at": "2026-03-02", "steps": [7]}'}, 422),
        ({"trial.do": "look", "trial.state": '{"at": 7}'}, 422),
        (
            {"trial.do": "look", "trial.state": '{"at":"2026-03-02","x":"' + "a" * 400_000 + '"}'},
            422,
        ),
        ({"trial.do": "answer", "trial.at": "never"}, 422),
        ({"trial.do": "answer", "trial.limit": "many"}, 422),
    ],
)
def test_whatever_is_sent_is_answered_in_words(
    session: Session, cast: Cast, client: Client, fields: dict[str, str], status: int
) -> None:
    own = draft(session, cast, flows.bundle(line=flows.LINE))
    client.sign_in(cast.administrator)
    begun = {"trial.state": '{"at": "2026-03-02", "steps": []}', **fields}
    assert client.submit(f"/studio/drafts/{own}/try", begun).status_code == status
    as_json(client, own, 7, [], 422)
    as_json(client, own, {"at": "2026-03-02"}, {"do": 1}, 422)


def test_a_flow_that_goes_round_is_stopped(session: Session, cast: Cast, client: Client) -> None:
    own = draft(session, cast, flows.bundle(loop=flows.LOOP), key="loop")
    client.sign_in(cast.administrator)
    again = {"do": "complete", "task": "work", "answers": {"again": True}}
    steps = [{"do": "start", "answers": {}}, *[again] * 199]
    state = {"at": "2026-03-02", "steps": steps}
    sent = {"trial.state": json.dumps(state), "trial.do": "answer", "again": "y"}
    page = client.submit(f"/studio/drafts/{own}/try", sent)
    assert page.status_code == 422
    assert "一次试运行最多 200 步" in text_of(page)


@pytest.mark.browser
@pytest.mark.slow
def test_on_a_phone_a_draft_is_tried_to_its_end_and_kept(
    session: Session, cast: Cast, screens: Screens
) -> None:
    diagrams = {key: SHIPPED.of("bpmn")[key] for key in ("suggestion", "reward")}
    bundle = Bundle({"bpmn": diagrams, "dmn": SHIPPED.of("dmn"), "form": SHIPPED.of("form")})
    own = draft(session, cast, bundle, key="suggestion")
    page = screens.phone()
    screens.sign_in(page, "administrator")
    page.goto(f"/studio/drafts/{own}/try")
    page.get_by_role("button", name="填入样例").click()
    page.get_by_text("已填入样例").wait_for()
    page.get_by_role("button", name="提交报告").click()
    expect(page.locator(".is-current[data-element-id=consider]")).to_be_visible()
    page.get_by_role("button", name="走到下一个定时器").click()
    expect(page.locator(".is-passed[data-element-id=consider_late]")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="填入样例").click()
    page.get_by_text("已填入样例").wait_for()
    page.get_by_role("button", name="办完这一步").click()
    expect(page.get_by_text("流程走到“未采纳，已答复”结束。")).to_be_visible()
    assert faults_here(page) == []
    page.locator("#keep summary").click()
    page.get_by_label("场景名称").fill("慢了一步")
    page.get_by_role("button", name="保存场景").click()
    expect(page.get_by_text("全部 1 个场景都通过了。")).to_be_visible()
    kept = scenarios(session, own)["scenario_1"]
    assert [step.do for step in kept.steps] == ["start", "timer", "complete"]
