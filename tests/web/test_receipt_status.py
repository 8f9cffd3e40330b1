"""Following a report: its code is shown once and asked for; what its reporter sees and says."""

from __future__ import annotations

import logging
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import jobs, messages
from engine.commands import execute
from engine.filestore import FileStore
from engine.store import Instance, Place
from tests.cast import STAFF, Cast
from tests.engine import stories
from tests.engine.accounts.photos import photo
from tests.processes.player import CONFIRMED, PAID, PLAN
from tests.web.reporting import CODE, Report, deploy, poster
from tests.web.visits import Client
from web import db
from web.config import Config

pytestmark = pytest.mark.usefixtures("clock")
WRONG = "凭证码不对。请核对 16 位数字后再试。"


@pytest.fixture
def place(session: Session, cast: Cast, config: Config) -> Place:
    """A poster of 甲, which runs what is shipped."""
    session.info["files"] = FileStore(config.data_dir)
    deploy(session, cast.enterprise_id)
    return poster(session, cast)


@pytest.fixture
def sent(client: Client, place: Place) -> Report:
    """An anonymous report that was just sent."""
    return Report(client, f"/r/{place.code}").write(description="柜门坏了").press("quick")


@pytest.fixture
def mine(session: Session, cast: Cast, place: Place, app: Flask) -> str:
    """The address of a report that the cast's reporter sent in confidence."""
    client = Client(app)
    client.sign_in(cast.reporter)
    Report(client, f"/r/{place.code}").write(description="阀门漏汽").press("quick").receipt()
    return f"/reports/{case_of(session)}"


def case_of(session: Session) -> UUID:
    session.rollback()
    return session.scalars(select(Instance.id)).one()


def ask(client: Client, code: str) -> str:
    """Enter a code and give the page that follows."""
    answer = client.submit("/status", {"code": code})
    return client.get(answer.location).text if answer.status_code == 303 else answer.text


def test_the_code_is_shown_once_and_is_in_no_address(
    sent: Report, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = sent.receipt()
    (code,) = set(CODE.findall(page.text))
    assert page.headers["Cache-Control"] == "no-store"
    again = sent.client.get("/report/sent")
    assert "凭证码已经显示过" in again.text
    assert code not in again.text
    assert code.replace("-", "") not in caplog.text + sent.answer.location
    assert "凭证码已经显示过" in Client(sent.client.application).get("/report/sent").text


def test_the_code_opens_the_report_however_it_is_typed(app: Flask, sent: Report) -> None:
    code = sent.code()
    wide = code.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    for typed in (code, f" {code} ", code.replace("-", ""), code.replace("-", " "), wide):
        client = Client(app)
        page = ask(client, typed)
        assert "办到哪一步了" in page, typed
        assert "正在等核查人受理" in page
        assert client.get("/status").headers["Cache-Control"] == "no-store"


def test_the_text_of_the_report_is_not_shown_by_code(app: Flask, sent: Report) -> None:
    assert "柜门坏了" not in ask(Client(app), sent.code())


def test_every_wrong_code_gets_the_same_answer(app: Flask, sent: Report) -> None:
    code = sent.code()
    near = code[:-1] + str((int(code[-1]) + 1) % 10)
    pages = set()
    for wrong in ("0" * 16, near, "x", code[:-1], code + "1", "' or 1=1 --"):
        answer = Client(app).submit("/status", {"code": wrong})
        assert answer.status_code == 422
        pages.add(answer.text.count(WRONG))
    assert pages == {2}


def test_guessing_is_slowed_down_and_the_right_code_is_not(app: Flask, sent: Report) -> None:
    code = sent.code()
    for _ in range(12):
        assert Client(app).submit("/status", {"code": code}).status_code == 303
    client = Client(app)
    found = [client.submit("/status", {"code": f"{n:016d}"}).status_code for n in range(12)]
    assert found == [422] * 10 + [429] * 2


def test_a_shared_phone_forgets(app: Flask, sent: Report) -> None:
    client = Client(app)
    ask(client, sent.code())
    answer = client.submit("/status/forget")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    page = client.get(answer.location).text
    assert "已从这部手机上清除" in page
    assert "办到哪一步了" not in page
    assert client.submit("/status/messages", {"text": "x"}).location == "/status"


def test_both_sides_talk_and_nobody_is_named(
    session: Session, cast: Cast, app: Flask, sent: Report
) -> None:
    client, case = Client(app), case_of(session)
    ask(client, sent.code())
    execute(session, messages.say, case, "在哪一侧？", actor=cast.verifier)
    page = client.get("/status").text
    assert "在哪一侧？" in page
    assert "新</span>" in page
    assert "新</span>" not in client.get("/status").text
    picture = (BytesIO(photo()), "p.jpg")
    answer = client.submit("/status/messages", {"text": "东侧", "photos": picture})
    assert answer.location == "/status"
    page = client.get("/status").text
    assert "东侧" in page
    said = messages.read(session, case, actor=cast.verifier)[-1]
    assert (said.from_role, len(said.photos)) == ("reporter", 1)
    assert client.get(f"/files/{said.photos[0]}/small").status_code == 200
    assert [name for name in STAFF.values() if name in page] == []


def test_a_wrong_message_is_said_and_stays(app: Flask, sent: Report) -> None:
    client = Client(app)
    ask(client, sent.code())
    for text in ("", "x" * 1001):
        answer = client.submit("/status/messages", {"text": text})
        assert answer.status_code == 422
        assert "请写 1 至 1000 个字" in answer.text
        assert "<title>错误：" in answer.text
        assert text in answer.text
    wrong = (BytesIO(b"not a photo"), "p.jpg")
    answer = client.submit("/status/messages", {"text": "请看照片", "photos": wrong})
    assert answer.status_code == 422
    assert "只能上传照片" in answer.text
    assert "请看照片" in answer.text


def test_ones_own_reports_are_listed_with_what_is_new(
    session: Session, cast: Cast, client: Client, mine: str
) -> None:
    client.sign_in(cast.reporter)
    case = case_of(session)
    execute(session, messages.say, case, "谢谢", actor=cast.verifier)
    page = client.get("/reports").text
    for words in ("阀门漏汽", "待核查", "1 条新消息", mine):
        assert words in page
    assert "谢谢" in client.get(mine).text
    assert "条新消息" not in client.get("/reports").text
    answer = client.submit(f"{mine}/messages", {"text": "还在漏"})
    assert answer.location == mine
    assert "还在漏" in client.get(mine).text


def test_without_reports_the_list_says_what_to_do(client: Client, cast: Cast) -> None:
    client.sign_in(cast.colleague)
    page = client.get("/reports").text
    assert "还没有报告" in page
    assert 'href="/report"' in page


def test_an_anonymous_report_is_in_no_list_and_at_no_address(
    session: Session, cast: Cast, client: Client, place: Place
) -> None:
    client.sign_in(cast.reporter)
    report = Report(client, "/report").write(place="x", description="不想说是谁").press("next")
    code = report.write(identity_mode="anonymous").press("next").press("send").code()
    assert "不想说是谁" not in client.get("/reports").text
    assert client.get(f"/reports/{case_of(session)}").status_code == 404
    assert "办到哪一步了" in ask(client, code)


def test_nobody_opens_the_report_of_another(cast: Cast, app: Flask, mine: str) -> None:
    for actor in (cast.colleague, cast.verifier, cast.principal, cast.administrator, cast.stranger):
        client = Client(app)
        client.sign_in(actor)
        assert client.get(mine).status_code == 404
        assert client.submit(f"{mine}/messages", {"text": "x"}).status_code == 404
    above = Client(app)
    above.sign_in(cast.officer)
    assert above.get(mine).status_code == 403
    assert Client(app).get(mine).location == f"/sign-in?next={mine}"
    assert Client(app).submit(f"{mine}/messages", {"text": "x"}).location == "/sign-in"


def test_the_way_to_the_reward_with_dates_roles_and_papers(
    session: Session, cast: Cast, app: Flask, client: Client, mine: str
) -> None:
    case = case_of(session)
    stories.do(session, cast.verifier, case, "acknowledge", ack_note="下午两点到现场")
    stories.do(session, cast.verifier, case, "verify", **CONFIRMED)
    rectifier = str(cast.rectifier.user_id)
    plan = {**PLAN, "rectifier": rectifier, "due_on": "2026-12-01"}
    stories.do(session, cast.rectifier, case, "plan", **plan)
    stories.do(session, cast.approver, case, "approve_reward", approved=True)
    with app.app_context():
        jobs.run_due(db.session())
    client.sign_in(cast.reporter)
    page = client.get(mine).text
    for words in (
        "下午两点到现场",
        "待整改",
        "正在等整改责任人整改",
        "还剩 21 个工作日",
        "待发放",
        "受理回执",
        "正在等财务发放奖励",
    ):
        assert words in page, words
    assert [name for role, name in STAFF.items() if role != "reporter" and name in page] == []
    receipt = page.partition("/certificates/")[2].partition('"')[0]
    paper = client.get(f"/certificates/{receipt}").text
    assert f'class="back" href="{mine}"' in paper
    guest = Client(app)
    with guest.session_transaction() as kept:
        kept["receipt"] = [cast.enterprise_id.hex, case.hex]
    assert 'class="back" href="/status"' in guest.get(f"/certificates/{receipt}").text
    handler = Client(app)
    handler.sign_in(cast.verifier)
    assert f"/cases/{case}" in handler.get(f"/certificates/{receipt}").text


def test_a_reporter_confirms_the_reward(
    session: Session, cast: Cast, client: Client, mine: str
) -> None:
    case = case_of(session)
    stories.do(session, cast.verifier, case, "acknowledge")
    stories.do(session, cast.verifier, case, "verify", **CONFIRMED)
    stories.do(session, cast.approver, case, "approve_reward", approved=True)
    stories.do(session, cast.finance, case, "pay_reward", **PAID)
    client.sign_in(cast.reporter)
    page = client.get(mine).text
    assert "等您办理：确认收到奖励" in page
    task = stories.open_task(session, case, "confirm_reward")
    assert f'href="/tasks/{task}"' in page
    assert "¥" in page


def test_a_case_that_is_gone_asks_for_another_code(
    app: Flask, cast: Cast, session: Session, place: Place
) -> None:
    client = Client(app)
    with client.session_transaction() as kept:
        kept["receipt"] = [cast.enterprise_id.hex, UUID(int=9).hex]
    assert "凭提交报告时给您的凭证码" in client.get("/status").text
