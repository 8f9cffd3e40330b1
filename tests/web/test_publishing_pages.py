"""From draft to version in the browser: looked at, published, agreed to, gone back to."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine import clock, commands, definitions, organisations, spiff
from engine.actors import SYSTEM
from engine.definitions import Bundle, drafts
from engine.definitions.publishing import standing
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine import stories
from tests.engine.studio_story import draft, named, notices, publish, version_of
from tests.web.told_cases import text_of
from tests.web.visits import Client

#: A table that says one amount.
_TABLE = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
    b'namespace="https://bihuan.example/tests"><decision id="paid" name="paid">'
    b'<decisionTable id="t" hitPolicy="FIRST"><output id="o" name="paid" typeRef="number"/>'
    b'<rule id="r"><outputEntry id="e"><text>100</text></outputEntry></rule>'
    b"</decisionTable></decision></definitions>"
)

#: It asks a table that is not there.
_ASKING_NOBODY = flows.process(
    "line", flows.start(), flows.decision("amount", "nobody"), flows.END,
    flows.flows(("start", "amount"), ("amount", "end")),
)  # fmt: skip


@pytest.fixture
def by_two(session: Session, cast: Cast) -> None:
    """甲 publishes by two people."""
    commands.execute(
        session, organisations.update_settings, cast.enterprise_id, {"publish_by_two": True},
        actor=cast.administrator,
    )  # fmt: skip


def _address(row: t.DefinitionDraft, action: str = "publish") -> str:
    return f"/studio/drafts/{row.id}/{action}"


def _send(client: Client, row: t.DefinitionDraft, **fields: Any) -> TestResponse:
    given = {"revision": row.revision, "reason": "按新制度增加复核", "when": "now", **fields}
    return client.submit(_address(row), given)


def _versions(session: Session, cast: Cast) -> list[t.Definition]:
    session.rollback()
    return list(
        session.scalars(
            select(t.Definition)
            .where(t.Definition.organisation_id == cast.enterprise_id)
            .order_by(t.Definition.version)
        )
    )


def test_what_would_change_is_seen_and_published(
    session: Session, cast: Cast, client: Client
) -> None:
    publish(session, cast.administrator, named("一"))
    row = draft(session, cast.administrator, named("二"))
    client.sign_in(cast.administrator)
    page = text_of(client, _address(row))
    assert "现在用的是甲机械有限公司第 1 版" in page
    assert "检查通过" in page
    assert "<del>一</del>" in page
    assert "<ins>二</ins>" in page
    drawing = client.get(_address(row, "diagram.json"), query_string={"process": "line"})
    assert 'name="二"' in drawing.json["xml"]
    answer = _send(client, row)
    assert answer.location == "/definitions/line/2"
    shown = text_of(client, answer.location)
    assert "已发布：二 第 2 版，立即起用" in shown
    assert "按新制度增加复核" in shown
    assert "关理" in shown
    # Once more, as by a double click.
    again = _send(client, row)
    assert again.status_code == 303
    assert "没有重复发布" in text_of(client, again.location)
    assert [one.version for one in _versions(session, cast)] == [1, 2]
    assert client.get(_address(row)).location.startswith("/definitions/line/2")


def test_what_keeps_a_draft_from_it_is_said(session: Session, cast: Cast, client: Client) -> None:
    broken = flows.LINE.replace(b'formKey" value="ask"', b'formKey" value="nothing"')
    row = draft(session, cast.administrator, flows.bundle(line=broken))
    client.sign_in(cast.administrator)
    page = text_of(client, _address(row))
    assert "还不能发布：1 处要改" in page
    assert "用到的表单“nothing”不存在" in page
    assert 'name="reason"' not in page
    answer = _send(client, row)
    assert answer.status_code == 422
    assert "用到的表单“nothing”不存在" in answer.text
    assert _versions(session, cast) == []


_WRONG: Final = (
    {},
    {"bpmn": {}},
    {"bpmn": {"line": b""}},
    {"bpmn": {"line": b"<not xml"}},
    {"bpmn": {"line": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'}},
    {"bpmn": {"line": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}},
    {"bpmn": {"line": flows.LINE, "other": flows.LINE}, "form": {"ask": flows.ASK}},
    {"bpmn": {"line": flows.LINE}, "form": {"ask": b"{"}},
    {"bpmn": {"line": flows.LINE}, "form": {"ask": flows.ASK}, "dmn": {"a": b"<a/>"}},
    {"bpmn": {"line": flows.LINE}, "form": {"ask": flows.ASK}, "checklist": {"a": b"[]"}},
    {"bpmn": {"line": flows.LINE}, "form": {"ask": flows.ASK}, "scenario": {"a": b"[]"}},
    {"bpmn": {"line": _ASKING_NOBODY}, "form": {"ask": flows.ASK}},
)


def test_whatever_is_drawn_is_answered_with_a_sentence(
    session: Session, cast: Cast, client: Client
) -> None:
    publish(session, cast.administrator, named("一"))
    client.sign_in(cast.administrator)
    for files in _WRONG:
        row = draft(session, cast.administrator, Bundle(files))
        answer = client.get(_address(row))
        assert answer.status_code == 200, files
        assert "root:" not in answer.text
        assert _send(client, row).status_code in (409, 422), files
        drawing = client.get(_address(row, "diagram.json"), query_string={"process": "line"})
        assert drawing.status_code in (200, 404), files
    assert len(_versions(session, cast)) == 1


def test_reason_and_moment_are_asked_for(session: Session, cast: Cast, client: Client) -> None:
    row = draft(session, cast.administrator, named("一"))
    client.sign_in(cast.administrator)
    assert "请写明理由" in _send(client, row, reason="").text
    late = {"when": "later"}
    assert "请填写起用日期" in _send(client, row, **late).text
    past = {**late, "starts_on": "2020-01-01"}
    assert "起用时间应在现在之后" in _send(client, row, **past).text
    for wrong in ({"starts_on": "9999-12-31"}, {"starts_on": "0001-01-01"}, {"starts_on": "x"}):
        assert _send(client, row, **{**late, **wrong}).status_code == 422
    assert _send(client, row, when="never").status_code == 422
    assert _send(client, row, revision="x").status_code == 409
    assert _versions(session, cast) == []
    day = clock.local_date() + timedelta(days=3)
    answer = _send(client, row, **late, starts_on=day.isoformat(), starts_time="08:30")
    assert answer.location == "/definitions/line/1"
    made = _versions(session, cast)[0]
    assert made.starts_at is not None
    local = made.starts_at.astimezone(clock.LOCAL_ZONE)
    assert (local.date(), local.hour, local.minute) == (day, 8, 30)
    page = text_of(client, answer.location)
    assert f"这一版 {day} 08:30 起用" in page
    assert "等待起用" in page
    assert "取消起用" in page
    # The next draft is told of it.
    other = draft(session, cast.administrator, named("二"))
    assert f"第 1 版定于 {day} 08:30 起用" in text_of(client, _address(other))


def test_somebody_else_saved_meanwhile(session: Session, cast: Cast, client: Client) -> None:
    row = draft(session, cast.administrator, named("一"))
    client.sign_in(cast.administrator)
    commands.execute(
        session, drafts.save, row.id, revision=1, bundle=named("二"), overrides=[], title="草稿",
        actor=cast.administrator,
    )  # fmt: skip
    answer = client.submit(_address(row), {"revision": 1, "reason": "改", "when": "now"})
    assert answer.status_code == 409
    assert "又改过这份草稿" in answer.text


def test_two_people_publish(session: Session, cast: Cast, by_two: None, client: Client) -> None:
    row = draft(session, cast.administrator, named("一"))
    client.sign_in(cast.administrator)
    assert "要另一位管理员或主要负责人同意" in text_of(client, _address(row))
    answer = _send(client, row)
    assert answer.location == _address(row)
    page = text_of(client, answer.location)
    assert "已提交，等另一人同意后发布" in page
    assert "撤回" in page
    assert "同意发布</button>" not in page
    assert client.submit(_address(row, "approve")).status_code == 403
    client.sign_in(cast.principal)
    assert "草稿" in text_of(client, "/definitions")
    assert client.get("/notifications").status_code == 200
    page = text_of(client, _address(row))
    assert "同意发布</button>" in page
    assert "按新制度增加复核" in page
    assert client.submit(_address(row), {"reason": "x"}).status_code == 403
    answer = client.submit(_address(row, "approve"))
    assert answer.location == "/definitions/line/1"
    page = text_of(client, answer.location)
    assert "同意人" in page
    assert "朱任" in page
    again = client.submit(_address(row, "approve"))
    assert "没有重复发布" in text_of(client, again.location)
    assert len(_versions(session, cast)) == 1


def test_files_do_not_go_round_the_second_person(
    session: Session, cast: Cast, by_two: None, client: Client
) -> None:
    client.sign_in(cast.administrator)
    files = [(BytesIO(flows.LINE), "line.bpmn"), (BytesIO(flows.ASK), "ask.json")]
    answer = client.submit(
        "/definitions/upload", {"files": files, "borrow": "y"}, content_type="multipart/form-data"
    )
    assert answer.status_code == 409
    assert "本单位规定流程由两人发布" in answer.text
    assert _versions(session, cast) == []


def test_declined_with_words(session: Session, cast: Cast, by_two: None, client: Client) -> None:
    row = draft(session, cast.administrator, named("一"))
    client.sign_in(cast.administrator)
    _send(client, row)
    client.sign_in(cast.principal)
    assert client.submit(_address(row, "decline"), {"words": ""}).status_code == 422
    answer = client.submit(_address(row, "decline"), {"words": "验收岗位不对"})
    assert answer.location == "/definitions"
    assert client.get(_address(row)).status_code == 404
    assert "验收岗位不对" in notices(session, cast.administrator)[0]
    client.sign_in(cast.administrator)
    told = client.get("/notifications")
    assert "验收岗位不对" in told.text
    assert 'name="reason"' in text_of(client, _address(row))


def test_halted_resumed_and_gone_back_to(session: Session, cast: Cast, client: Client) -> None:
    publish(session, cast.administrator, named("一"))
    publish(session, cast.administrator, named("二"))
    old = stories.begin(session, cast.reporter, "line")
    client.sign_in(cast.administrator)
    page = text_of(client, "/definitions/line/2/suspend")
    assert "之后新报告按甲机械有限公司第 1 版办理" in page
    assert client.submit("/definitions/line/2/suspend", {"reason": ""}).status_code == 422
    answer = client.submit("/definitions/line/2/suspend", {"reason": "表单错了"})
    page = text_of(client, answer.location)
    assert "这一版已停用" in page
    assert "表单错了" in page
    assert client.submit("/definitions/line/2/suspend", {"reason": "再停"}).status_code == 422
    page = text_of(client, "/definitions/line")
    assert "第 1 版" in page
    client.submit("/definitions/line/2/resume", {"reason": "改好了"})
    assert "改好了" in text_of(client, "/definitions/line/2")
    answer = client.submit("/definitions/line/1/restore", {"reason": "还是一好", "when": "now"})
    assert answer.status_code == 303
    assert [(one.version, one.name) for one in _versions(session, cast)] == [
        (1, "一"), (2, "二"), (3, "一"),
    ]  # fmt: skip
    answer = client.submit("/definitions/line/3/restore", {"reason": "就是它", "when": "now"})
    assert answer.status_code == 422
    assert "与现行版本相同" in answer.text
    # The case that runs still shows what it began with.
    assert version_of(session, old).name == "二"
    client.sign_in(cast.verifier)
    assert 'name="二"' in client.get(f"/cases/{old}/diagram.json").json["xml"]
    page = client.get(f"/cases/{old}").text
    assert "/definitions/line/2" in page or "第 2 版" in page


def test_a_case_keeps_its_diagram_its_forms_and_its_table(
    session: Session, cast: Cast, client: Client
) -> None:
    """Whatever is published, gone back to or suspended since; running or finished."""

    def asking(name: str, label: str, amount: str) -> Bundle:
        form = flows.ASK.replace("备注".encode(), label.encode())
        table = _TABLE.replace(b"100", amount.encode())
        drawn = flows.process(
            "line", flows.start(), flows.decision("amount", "paid"), flows.task("first"),
            flows.task("second"), flows.END,
            flows.flows(
                ("start", "amount"), ("amount", "first"), ("first", "second"), ("second", "end")
            ),
        )  # fmt: skip
        drawn = drawn.replace(b'name="line"', f'name="{name}"'.encode())
        return Bundle({"bpmn": {"line": drawn}, "form": {"ask": form}, "dmn": {"paid": table}})

    first = publish(session, cast.administrator, asking("一", "备注", "100")).definitions[0]
    running = stories.begin(session, cast.reporter, "line")
    finished = stories.begin(session, cast.reporter, "line")
    for key in ("first", "second"):
        stories.do(session, cast.verifier, finished, key, note="已办好")
    second = publish(session, cast.administrator, asking("二", "说明", "200")).definitions[0]
    later = stories.begin(session, cast.reporter, "line")
    for turn, row in ((standing.go_back, first), (standing.suspend, second)):
        commands.execute(session, turn, row.id, reason="试试", actor=cast.administrator)
    client.sign_in(cast.verifier)
    for instance_id, name, label, amount in (
        (running, "一", "备注", 100), (finished, "一", "备注", 100), (later, "二", "说明", 200),
    ):  # fmt: skip
        version = version_of(session, instance_id)
        assert f'name="{name}"' in client.get(f"/cases/{instance_id}/diagram.json").json["xml"]
        assert definitions.load(session, version.id).form("ask").fields[0].label.zh == label
        assert _data(session, instance_id)["paid"] == amount
    for instance_id, asked, other in ((running, "备注", "说明"), (later, "说明", "备注")):
        page = text_of(client, f"/tasks/{stories.open_task(session, instance_id, 'first')}")
        assert asked in page
        assert other not in page
    page = text_of(client, f"/cases/{finished}")
    assert "备注" in page
    assert "已办好" in page
    # Those that begin now follow what was gone back to.
    assert version_of(session, stories.begin(session, cast.reporter, "line")).version == 3


def _data(session: Session, instance_id: UUID) -> dict[str, Any]:
    model = definitions.load(session, version_of(session, instance_id).id).model
    blob = session.scalars(select(t.Instance.blob).where(t.Instance.id == instance_id)).one()
    return spiff.read_data(model, blob)


def test_the_sectors_newer_version_is_shown_and_decided_on(
    session: Session, cast: Cast, client: Client
) -> None:
    def of_sector(name: str) -> None:
        commands.execute(
            session, definitions.deploy, named(name), organisation_id=cast.department_id,
            actor=SYSTEM, reason=f"行业要求{name}",
        )  # fmt: skip

    of_sector("一")
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    base = definitions.get_latest(session, organisation, "line")
    publish(session, cast.administrator, named("本厂"), base_id=base.id)
    of_sector("二")
    client.sign_in(cast.administrator)
    for address in ("/definitions", "/definitions/line", "/studio"):
        page = text_of(client, address)
        assert "上级单位发布了流程“二”第 2 版" in page, address
        assert "行业要求二" in page, address
    compared = text_of(
        client,
        f"/definitions/line/2/compare?owner={cast.department_id}&with=1@{cast.department_id}",
    )
    assert "<del>一</del>" in compared
    assert "<ins>二</ins>" in compared
    assert client.submit("/definitions/line/keep", {"newer": "x"}).status_code == 409
    newer = definitions.find_inherited(session, organisation, "line")
    assert newer is not None
    answer = client.submit("/definitions/line/keep", {"newer": str(newer.id)})
    assert answer.location == "/definitions/line"
    page = text_of(client, answer.location)
    assert "没有采用上级单位的新版本" in page
    assert "上级单位发布了流程" not in page
    assert client.submit("/definitions/line/keep", {"newer": str(newer.id)}).status_code == 404
    page = text_of(client, "/definitions/line/inherit")
    assert "之后新报告按区应急管理局第 2 版办理" in page
    answer = client.submit("/definitions/line/inherit", {"reason": "统一"})
    assert answer.location == "/definitions/line"
    assert "区应急管理局" in text_of(client, answer.location)
    assert version_of(session, stories.begin(session, cast.reporter, "line")).name == "二"
