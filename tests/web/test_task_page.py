"""A task's page: opened, claimed, filled in, refused, done, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from engine import definitions, instances, reporters
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.store import Membership
from tests.cast import Cast
from tests.engine.stories import begin, deploy, open_keys, open_task, state_of, tags
from tests.flows import END, bundle, flows, process, start, task
from tests.web.doing import Doer
from tests.web.told_cases import begun, planned
from tests.web.visits import Client
from web.config import Config

CONFIRMED = {"finding": "confirmed", "category": "object", "level": "general"}
DONE = {"done_note": "换了防水柜", "photos_after": ["green"], "control_type": "engineering"}


def test_a_hazard_goes_round_from_page_to_page(
    app: Flask, session: Session, cast: Cast, config: Config
) -> None:
    case = begun(session, cast, config).id
    people = {part: Doer(Client(app), actor) for part, actor in cast.everybody().items()}

    def does(part: str, key: str, **answers: object) -> str:
        return people[part].does(session, case, key, **answers)

    after = does("verifier", "acknowledge", ack_note="马上去看")
    assert after == f"/tasks/{open_task(session, case, 'verify')}"
    assert "“受理报告”已办完" in people["verifier"].client.get(after).text
    assert does("verifier", "verify", **CONFIRMED, photos_check=["brown"]) == "/tasks"
    rectifier = str(cast.rectifier.user_id)
    plan = {"measures": "换柜", "fund_plan": "3000", "due_on": "2099-01-04"}
    plan |= {"contingency": "断电", "interim_controls": "围挡", "rectifier": rectifier}
    after = does("rectifier", "plan", **plan)
    assert after == f"/tasks/{open_task(session, case, 'rectify')}"
    does("rectifier", "rectify", **DONE)
    does("acceptor", "accept", result="passed", publicised="notice_board")
    does("approver", "approve_reward", approved="true", amount="200.00")
    does("finance", "pay_reward", paid_on="2026-11-05", voucher="记-12")
    assert open_keys(session, case) == ["confirm_reward"]
    inbox = people["reporter"].client.get("/tasks").text
    assert str(open_task(session, case, "confirm_reward")) in inbox
    does("reporter", "confirm_reward", received="yes")
    assert state_of(session, case) == "completed"


def test_the_page_says_what_the_case_is_and_what_was_done(
    client: Client, session: Session, cast: Cast, config: Config
) -> None:
    case = planned(begun(session, cast, config))
    case.does("rectifier", "rectify", **{**DONE, "photos_after": [case.photo]})
    doer = Doer(client, cast.acceptor).open(open_task(session, case.id, "accept"))
    page = doer.page.text
    for words in ("配电柜进水", "一号车间", "换了防水柜", "郑改", "¥3,000.00"):
        assert words in page
    assert page.count(f"/files/{case.photo}/small") >= 2
    assert "包晓" not in page
    assert doer.texts("//main//details[@open]/summary")[0].startswith("整改")


def test_a_wrong_role_is_told_and_strangers_find_nothing(
    client: Client, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    task_id = open_task(session, begin(session, cast.reporter, "line"), "first")
    wrong = Doer(client, cast.finance).open(task_id).page
    assert wrong.status_code == 403
    assert "由其他岗位办理" in wrong.text
    assert "何核" in wrong.text
    for actor in (cast.stranger, cast.colleague, cast.administrator, cast.officer):
        answer = Doer(client, actor).open(task_id).page
        assert answer.status_code == (403 if actor is cast.colleague else 404)
    # Who reported the case may know of it.
    assert Doer(client, cast.reporter).open(task_id).page.status_code == 403
    client.delete_cookie("bihuan")
    assert client.get(f"/tasks/{task_id}").location == f"/sign-in?next=/tasks/{task_id}"
    answer = client.submit(f"/tasks/{task_id}/complete")
    assert answer.location == "/sign-in"


def test_nobody_checks_their_own_report_and_is_told_on_opening(
    client: Client, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    both = _also(session, cast.verifier, "reporter")
    case = begin(session, both, "checked")
    task_id = open_task(session, case, "verify")
    doer = Doer(client, both).open(task_id)
    assert doer.page.status_code == 403
    assert "报告人不能办理自己报告的这一步" in doer.page.text
    answer = client.submit(f"/tasks/{task_id}/complete", {"note": "我自己看过了"})
    assert answer.status_code == 403
    assert "备注：我自己看过了" in answer.text
    assert open_keys(session, case) == ["verify"]


def test_who_comes_second_is_told_who_was_first_and_keeps_what_they_wrote(
    app: Flask, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    case = begin(session, cast.reporter, "fork")
    task_id = open_task(session, case, "right")
    late = Doer(Client(app), cast.rectifier).open(task_id)
    Doer(Client(app), cast.colleague).open(task_id).send(note="我先办了")
    answer = late.send(note="写了很久", again="y")
    assert answer.status_code == 409
    assert "童事" in answer.text
    assert late.texts("//textarea[@id='typed']") == ["备注：写了很久 再来一次：是"]
    opened = late.open(task_id).page
    assert opened.status_code == 200
    assert "童事" in opened.text
    assert "我先办了" in opened.text


def test_a_second_tap_does_nothing(client: Client, session: Session, cast: Cast) -> None:
    deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    doer = Doer(client, cast.verifier).open(open_task(session, case, "first"))
    form = doer.page
    first = doer.send(note="好")
    doer.page = form
    second = doer.send(note="好")
    doer.page = form
    third = doer.send(note="改了一个字再点")
    assert {answer.status_code for answer in (first, second, third)} == {302}
    assert first.location == second.location == third.location
    assert tags(session, case).count("task:completed") == 1


def test_a_task_is_claimed_and_given_back(app: Flask, session: Session, cast: Cast) -> None:
    deploy(session, cast)
    case = begin(session, cast.reporter, "fork")
    task_id = open_task(session, case, "right")
    mine = Doer(Client(app), cast.rectifier).open(task_id)
    assert "先提交为准" in mine.page.text
    assert mine.press("/claim").location == f"/tasks/{task_id}"
    other = Doer(Client(app), cast.colleague).open(task_id)
    assert other.page.status_code == 200
    assert "已由郑改领取" in other.page.text
    assert not other.texts("//form[contains(@action, 'complete')]")
    answer = other.client.submit(f"/tasks/{task_id}/complete", {"note": "抢着办"})
    assert answer.status_code == 409
    assert "备注：抢着办" in answer.text
    assert other.client.submit(f"/tasks/{task_id}/claim").status_code == 409
    assert other.client.submit(f"/tasks/{task_id}/release").status_code == 409
    assert mine.open(task_id).press("/release").location == "/tasks"
    assert other.open(task_id).send(note="现在可以").status_code == 302


def test_refused_answers_stay_in_the_form_with_the_reason(
    client: Client, session: Session, cast: Cast, config: Config
) -> None:
    case = planned(begun(session, cast, config))
    task_id = open_task(session, case.id, "rectify")
    doer = Doer(client, cast.rectifier).open(task_id)
    key = doer.value("idempotency_key")
    answer = doer.send(done_note="  换了柜子\n第二行 ", photos_after=["green"], fund_actual="一百")
    assert answer.status_code == 422
    assert "错误：" in answer.text
    assert "措施类型：请选择一项。" in doer.texts("//div[@class='error-summary']//li")
    assert doer.value("done_note") == "  换了柜子\n第二行 "
    assert doer.value("fund_actual") == "一百"
    assert doer.value("idempotency_key") == key
    assert len(doer.texts("//ul[@data-photo-list]/li")) == 1
    assert open_keys(session, case.id) == ["approve_reward", "rectify"]
    again = doer.send(fund_actual="100", control_type="engineering")
    assert again.status_code == 302


def test_a_file_that_is_none_is_refused_at_its_question(
    client: Client, session: Session, cast: Cast, config: Config
) -> None:
    case = planned(begun(session, cast, config))
    doer = Doer(client, cast.rectifier).open(open_task(session, case.id, "rectify"))
    answer = doer.send(**{**DONE, "photos_after": "这不是照片"})
    assert answer.status_code == 422
    assert [one for one in doer.texts("//div[@class='error-summary']//li") if "照片" in one]


def test_a_draft_is_its_owners_alone(app: Flask, session: Session, cast: Cast) -> None:
    deploy(session, cast)
    task_id = open_task(session, begin(session, cast.reporter, "fork"), "right")
    mine = Doer(Client(app), cast.rectifier)
    kept = mine.client.submit(f"/tasks/{task_id}/draft", {"note": " 写到一半", "again": "y"})
    assert kept.status_code == 204
    mine.open(task_id)
    assert mine.value("note") == " 写到一半"
    assert mine.value("again") == "y"
    assert "填到一半的内容" in mine.page.text
    other = Doer(Client(app), cast.colleague).open(task_id)
    assert other.value("note") == "开始"
    assert (
        Doer(Client(app), cast.finance).client.submit(f"/tasks/{task_id}/draft").status_code == 403
    )
    long = mine.client.submit(f"/tasks/{task_id}/draft", {"note": "长" * 100_000})
    assert long.status_code == 413


def test_a_task_that_asks_nothing_is_confirmed(
    client: Client, session: Session, cast: Cast
) -> None:
    case = _begin(session, cast, task("first", formKey=""))
    doer = Doer(client, cast.verifier).open(open_task(session, case, "first"))
    assert "没有要填的内容" in doer.page.text
    assert doer.send().location == "/tasks"
    assert "全部办结" in client.get("/tasks").text


def test_rights_of_the_node_hold_on_the_page(client: Client, session: Session, cast: Cast) -> None:
    case = _begin(session, cast, task("first", readonly="note", hidden="again"))
    doer = Doer(client, cast.verifier).open(open_task(session, case, "first"))
    assert "开始" in doer.texts("//p[@class='field-value']")
    assert "again" not in doer._form().fields
    forged = doer.send(note="改掉")
    assert forged.status_code == 403
    assert "不能修改" in forged.text
    doer.open(open_task(session, case, "first"))
    assert doer.send().status_code == 302


def test_a_suspended_case_says_so(client: Client, session: Session, cast: Cast) -> None:
    deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    doer = Doer(client, cast.verifier).open(open_task(session, case, "first"))
    execute(session, instances.suspend, case, actor=cast.principal, reason="等待调查")
    assert "暂停" in client.get("/tasks").text
    answer = doer.send(note="写好了")
    assert answer.status_code == 409
    assert "备注：写好了" in answer.text
    assert "暂停" in doer.open(open_task(session, case, "first")).page.text


def test_a_guest_confirms_the_reward_with_the_receipt_code(
    client: Client, session: Session, cast: Cast, config: Config
) -> None:
    loop = begun(session, cast, config, mode="anonymous")
    loop.goes_round()
    task_id = open_task(session, loop.id, "confirm_reward")
    assert client.get(f"/tasks/{task_id}").status_code == 302
    client.submit("/status", {"code": reporters.receipt_code(session, loop.id)})
    assert str(task_id) in client.get("/status").text
    guest = Doer(client).open(task_id)
    assert guest.page.status_code == 200
    assert "¥" in guest.page.text
    assert "郑改" not in guest.page.text
    assert guest.send(received="yes").location == "/status"
    assert state_of(session, loop.id) == "completed"
    other = open_task(session, begun_again(session, cast, loop.photo), "acknowledge")
    assert client.get(f"/tasks/{other}").status_code == 404


def begun_again(session: Session, cast: Cast, photo: str) -> UUID:
    """Another report, of somebody else."""
    answers = {"place": "二号车间", "description": "漏油", "identity_mode": "named"}
    return begin(session, cast.colleague, "hazard_report", answers=answers)


def _begin(session: Session, cast: Cast, first: str) -> UUID:
    """Begin a process of one task."""
    line = process("line", start(), first, END, flows(("start", "first"), ("first", "end")))
    deployment = {"organisation_id": cast.enterprise_id, "actor": SYSTEM}
    execute(session, definitions.deploy, bundle(line=line), **deployment)
    return begin(session, cast.reporter, "line")


def _also(session: Session, actor: Actor, role: str) -> Actor:
    session.add(Membership(user_id=actor.user_id, organisation_id=actor.organisation_id, role=role))
    session.commit()
    return replace(actor, roles=actor.roles | {role})
