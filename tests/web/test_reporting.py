"""Reporting from a poster and as staff, page by page, without a script: nothing typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import instances, organisations, reporters
from engine.commands import execute
from engine.store import Attachment, Instance, Place
from tests.cast import Cast
from tests.engine.accounts.photos import pdf, photo
from tests.web.reporting import Report, deploy, poster
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("clock")
NAME, CONTACT = "欧阳秀英", "13900001111"


@pytest.fixture
def place(session: Session, cast: Cast) -> Place:
    """A poster of 甲, which runs what is shipped."""
    deploy(session, cast.enterprise_id)
    return poster(session, cast)


@pytest.fixture
def guest(client: Client, place: Place) -> Report:
    """Somebody without an account who scanned the poster."""
    return Report(client, f"/r/{place.code}")


def cases(session: Session) -> list[Instance]:
    session.rollback()
    return list(session.scalars(select(Instance).order_by(Instance.started_at, Instance.number)))


def test_three_taps_photo_text_send(session: Session, guest: Report) -> None:
    assert "二号车间 东侧配电柜" in guest.answer.text
    guest.take(photo()).write(description="柜门坏了，里面进水").press("quick")
    assert guest.answer.location == "/report/sent"
    page = guest.receipt().text
    (case,) = cases(session)
    assert case.number in page
    assert case.identity_mode == "anonymous"
    known = instances.read_data(session, case)
    assert (known["place"], known["part"]) == ("二号车间", "东侧配电柜")
    assert known["description"] == "柜门坏了，里面进水"
    (file,) = session.scalars(select(Attachment)).all()
    assert known["photos_before"] == [str(file.id)]
    assert file.instance_id == case.id


def test_page_by_page_and_then_checked(session: Session, cast: Cast, guest: Report) -> None:
    guest.take(photo()).write(description="柜门坏了").press("next")
    assert "您想怎样署名" in guest.answer.text
    assert "工会和主要负责人写明理由才能查看" in guest.answer.text
    guest.write(identity_mode="confidential", reporter_name=NAME, reporter_contact=CONTACT)
    guest.write(reporter_type="contractor").press("next")
    page = guest.answer.text
    for words in ("核对后发送", "柜门坏了", "二号车间", "保密：", NAME, CONTACT, "/small"):
        assert words in page
    guest.press("send").receipt()
    (case,) = cases(session)
    assert case.identity_mode == "confidential"
    found = reporters.reveal(session, case.id, actor=cast.union, reason="依法核实报告情况")
    assert found == {
        "name": NAME,
        "contact": CONTACT,
        "reporter_type": "contractor",
        "mode": "confidential",
    }


def test_back_and_change_keep_every_answer(guest: Report) -> None:
    guest.take(photo()).write(description="柜门坏了", imminent="y", equipment="P-12").press("next")
    assert guest.fields["description"] == "柜门坏了"
    guest.write(identity_mode="named", reporter_name=NAME).press("back")
    assert (guest.fields["description"], guest.fields["imminent"]) == ("柜门坏了", "y")
    assert guest.fields["equipment"] == "P-12"
    assert len(guest.fields.getlist("photos_before")) == 1
    guest.write(description="柜门掉了").press("next")
    assert (guest.fields["identity_mode"], guest.fields["reporter_name"]) == ("named", NAME)
    guest.press("next").press("what")
    assert guest.fields["description"] == "柜门掉了"
    guest.write(photos_before=[]).press("next").press("next")
    assert "/small" not in guest.answer.text
    assert "柜门掉了" in guest.answer.text


def test_wrong_answers_are_said_and_everything_stays(session: Session, guest: Report) -> None:
    guest.take(photo()).write(place="", description="", suggestion="装个雨棚").press("next")
    assert guest.answer.status_code == 422
    page = guest.answer.text
    assert "<title>错误：" in page
    assert "请更正以下内容" in page
    assert page.count("请填写这一项") == 4
    assert 'href="#answer-place"' in page
    assert guest.fields["suggestion"] == "装个雨棚"
    assert len(guest.fields.getlist("photos_before")) == 1
    assert '<details class="form-folded" open' in page
    guest.write(place="三号仓库", description="堵了").press("next").press("next")
    assert guest.answer.status_code == 422
    assert "您的姓名：请填写这一项" in guest.answer.text.replace("\n", "")
    guest.write(identity_mode="anonymous").press("next").press("send").receipt()
    known = instances.read_data(session, cases(session)[0])
    assert (known["place"], known["suggestion"]) == ("三号仓库", "装个雨棚")


def test_a_file_that_is_no_photo_is_said_at_its_field_and_the_text_stays(guest: Report) -> None:
    guest.take(photo()).take(pdf()).write(description="柜门坏了").press("quick")
    assert guest.answer.status_code == 422
    assert "只能上传照片" in guest.answer.text
    assert guest.fields["description"] == "柜门坏了"
    assert len(guest.fields.getlist("photos_before")) == 1


def test_a_second_tap_starts_nothing_and_shows_the_same_code(
    session: Session, client: Client, guest: Report
) -> None:
    guest.write(description="柜门坏了").press("next", reporter_name="")
    guest.write(identity_mode="anonymous").press("next")
    checked = guest.answer
    first = guest.press("send").code()
    guest.answer = checked
    assert guest.press("send").code() == first
    assert len(cases(session)) == 1
    guest.answer = checked
    guest.press("send", description="换了一件事")
    assert guest.answer.status_code == 409
    assert "没有重复发送" in guest.answer.text
    assert guest.fields["description"] == "换了一件事"
    assert len(cases(session)) == 1
    again = Report(client, guest.path)
    assert again.fields["idempotency_key"] != guest.fields["idempotency_key"]
    again.write(description="换了一件事").press("quick").receipt()
    assert len(cases(session)) == 2


def test_staff_report_with_their_account(
    session: Session, cast: Cast, place: Place, client: Client
) -> None:
    client.sign_in(cast.reporter)
    mine = Report(client, "/report")
    assert '<option value="二号车间">' in mine.answer.text
    mine.write(place="锅炉房", description="阀门漏汽").press("next")
    assert "reporter_name" not in mine.answer.text
    assert "包晓" in mine.answer.text
    mine.write(identity_mode="named").press("next").press("send").receipt()
    mine = Report(client, "/report").write(place="锅炉房", description="又漏了").press("quick")
    mine.receipt()
    named, confidential = cases(session)
    assert (named.identity_mode, confidential.identity_mode) == ("named", "confidential")
    own = reporters.own_instances(session, actor=cast.reporter)
    assert {row.id for row in own} == {named.id, confidential.id}
    assert reporters.payee_name(session, cast.enterprise_id, named.id) == "包晓"


def test_staff_at_their_own_poster_find_the_place_filled_in(
    session: Session, cast: Cast, place: Place, client: Client
) -> None:
    client.sign_in(cast.reporter)
    Report(client, f"/r/{place.code}").write(description="柜门坏了").press("quick").receipt()
    (case,) = cases(session)
    assert case.title == "二号车间 柜门坏了"
    assert len(reporters.own_instances(session, actor=cast.reporter)) == 1


def test_somebody_signed_in_elsewhere_reports_as_a_guest(
    session: Session, cast: Cast, place: Place, client: Client
) -> None:
    client.sign_in(cast.stranger)
    visitor = Report(client, f"/r/{place.code}")
    visitor.take(photo()).write(description="柜门坏了").press("next")
    (file,) = visitor.fields.getlist("photos_before")
    assert client.get(f"/files/{file}/small").status_code == 200
    visitor.write(identity_mode="named", reporter_name=NAME).press("next").press("send").receipt()
    (case,) = cases(session)
    assert case.organisation_id == cast.enterprise_id
    assert reporters.own_instances(session, actor=cast.stranger) == []


def test_an_enterprise_that_wants_accounts_asks_to_sign_in_and_keeps_the_place(
    session: Session, cast: Cast, place: Place, app: Flask
) -> None:
    changes = {"anonymous_reports": False}
    execute(
        session,
        organisations.update_settings,
        cast.enterprise_id,
        changes,
        actor=cast.administrator,
    )
    for client in (Client(app), Client(app)):
        answer = client.get(f"/r/{place.code}")
        assert answer.status_code == 403
        assert "请先登录" in answer.text
        assert "二号车间 东侧配电柜" in answer.text
        assert f"/sign-in?next=/r/{place.code}" in answer.text
    forced = client.submit(f"/r/{place.code}", {"description": "x", "report-go": "quick"})
    assert forced.status_code == 403
    client.sign_in(cast.reporter)
    assert client.get(f"/r/{place.code}").status_code == 200
    assert cases(session) == []


def test_a_revoked_poster_begins_nothing_but_what_was_begun_can_be_finished(
    session: Session, cast: Cast, place: Place, guest: Report, app: Flask
) -> None:
    guest.write(description="柜门坏了").press("next")
    execute(session, organisations.revoke_place, place.id, actor=cast.administrator)
    for path in (guest.path, "/r/ABCDEFGHJK", "/r/x", "/r/%F0%9F%92%A5"):
        answer = Client(app).get(path)
        assert answer.status_code == 404
        assert "这张张贴码已失效" in answer.text
    forced = {"description": "x", "report-go": "quick"}
    assert Client(app).submit(guest.path, forced).status_code == 404
    guest.write(identity_mode="anonymous").press("next").press("send").receipt()
    assert cases(session)[0].title == "二号车间 柜门坏了"


def test_without_a_process_the_page_says_so(client: Client, session: Session, cast: Cast) -> None:
    place = poster(session, cast)
    answer = client.get(f"/r/{place.code}")
    assert answer.status_code == 404
    assert "没有可以启动的流程" in answer.text


def test_those_above_do_not_report(client: Client, cast: Cast, place: Place) -> None:
    client.sign_in(cast.officer)
    assert client.get("/report").status_code == 403
    assert Client(client.application).get("/report").location == "/sign-in?next=/report"


def test_a_suggestion_is_chosen_at_the_start(session: Session, guest: Report) -> None:
    assert "提合理化建议" in guest.answer.text
    idea = Report(guest.client, f"{guest.path}?report-form=suggestion")
    assert "您建议怎么改" in idea.answer.text
    assert "马上会出事" not in idea.answer.text
    idea.write(description="过道装感应灯").press("quick").receipt()
    (case,) = cases(session)
    assert case.key == "suggestion"
    assert instances.read_data(session, case)["kind"] == "suggestion"


def test_who_is_in_danger_is_told_to_leave_first(guest: Report) -> None:
    page = guest.write(description="要塌了", imminent="y").press("quick").receipt().text
    assert page.index("先离开危险的地方") < page.index("<h1>已收到，谢谢您")
    assert 'href="tel:119"' in page
    calm = Report(guest.client, guest.path).write(description="灯不亮").press("quick").receipt()
    assert "先离开危险的地方" not in calm.text


def test_the_page_after_sending_says_who_does_what_by_when(guest: Report) -> None:
    page = guest.write(description="灯不亮").press("quick").receipt().text
    assert "下一步由核查人受理，最迟 2026-11-03 09:00（24 小时内）。" in page
    assert "http://127.0.0.1:8000/status" in page
    assert "data:image/svg+xml" in page


def test_in_english_everything_is_english(guest: Report) -> None:
    guest.client.set_cookie("language", "en")
    page = guest.client.get(guest.path).text
    assert "What is wrong" in page
    assert "Next" in page
    main = page[page.index("<main") : page.index("</main")]
    assert [line for line in main.splitlines() if "下一步" in line] == []
