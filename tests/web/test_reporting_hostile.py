"""What a start form may be, what hostile hands send, and where a reporter's name may be."""

from __future__ import annotations

import logging

import orjson
import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from engine.store import Instance, Place
from tests.cast import Cast
from tests.engine.accounts.photos import photo
from tests.web.reporting import ROOT, Report, deploy, poster
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


def count(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Instance.id)).all())


#: Answers that cannot be kept, and what is said of them.
WRONG_ANSWERS = (
    ("description", "长" * 501, "太长，最多 500 个字"),
    ("description", "响\a铃", "含有不能保存的字符"),
    ("place", "p" * 201, "太长，最多 200 个字"),
    ("found_at", "昨天", "请更正以下内容"),
    ("category", "<script>", "请更正以下内容"),
    ("kind", "prank", "请更正以下内容"),
)
#: Who cannot have reported, and the status of the answer.
WRONG_PEOPLE = (
    ({"reporter_name": "响\a铃"}, 422),
    ({"reporter_name": "名" * 101}, 422),
    ({"reporter_name": " \u3000 "}, 422),
    ({"reporter_name": NAME, "reporter_contact": "c" * 101}, 422),
    ({"reporter_name": NAME, "identity_mode": "secret"}, 422),
    ({"reporter_name": NAME, "reporter_type": "spy"}, 422),
    ({"reporter_name": NAME + "\0"}, 400),
)
NONSENSE: tuple[dict[str, str], ...] = (
    {"report-step": "nowhere", "report-go": "nowhere"},
    {"report-step": "check", "report-go": "back"},
    {"report-step": "who", "report-go": "back", "report-seen": "what"},
    {"report-form": "no_such_process"},
    {"report-form": "rectification", "report-go": "next"},
    {"idempotency_key": "k" * 5000, "report-go": "next"},
    {},
)


def test_what_cannot_be_kept_is_said_at_its_field_and_stays(
    session: Session, guest: Report
) -> None:
    for key, value, sentence in WRONG_ANSWERS:
        page = Report(guest.client, guest.path)
        page.write(**{"description": "柜门坏了", key: value}).press("quick")
        assert page.answer.status_code == 422, key
        assert sentence in page.answer.text
        if key not in ("category", "kind"):
            assert page.fields[key] == value
        assert "<script>" not in page.answer.text.partition("<main")[2].partition("</main")[0]
    assert count(session) == 0


def test_who_reports_is_checked_too(session: Session, guest: Report) -> None:
    guest.write(description="柜门坏了").press("next")
    asked = guest.answer
    for answers, status in WRONG_PEOPLE:
        guest.answer = asked
        guest.write(**{"identity_mode": "named", **answers}).press("send")
        assert guest.answer.status_code == status, answers
    assert count(session) == 0


def test_half_a_million_words_come_back_with_a_sentence(guest: Report) -> None:
    guest.write(description="x" * 600_000).press("next")
    assert guest.answer.status_code == 422
    assert len(guest.fields["description"]) == 600_000
    assert "内容太长，请缩短" in guest.answer.text


def test_nonsense_gets_a_page(guest: Report) -> None:
    for sent in NONSENSE:
        answer = guest.client.submit(guest.path, sent)
        assert answer.status_code in (200, 422), sent
        assert "report-step" in answer.text


def test_photos_of_others_cannot_be_cited(
    session: Session, cast: Cast, app: Flask, guest: Report
) -> None:
    deploy(session, cast.strange_enterprise_id)
    other = Client(app)
    other.sign_in(cast.stranger)
    theirs = Report(other, "/report").take(photo()).write(place="x", description="y")
    theirs.press("next")
    (file,) = theirs.fields.getlist("photos_before")
    for wrong in (file, "00000000-0000-0000-0000-000000000000", "../../etc/passwd"):
        guest.write(description="柜门坏了", photos_before=[wrong]).press("quick")
        assert guest.answer.status_code == 422, wrong
        assert guest.fields["description"] == "柜门坏了"
    assert count(session) == 0


def test_without_a_token_nothing_is_sent(session: Session, guest: Report) -> None:
    guest.write(description="柜门坏了").press("quick", csrf_token="")
    assert guest.answer.status_code == 400
    assert count(session) == 0


def test_a_changed_form_changes_the_pages(
    session: Session, cast: Cast, client: Client, place: Place
) -> None:
    form = orjson.loads((ROOT / "forms" / "report.json").read_bytes())
    kept = ("photos_before", "place", "description", "imminent")
    form["components"] = [one for one in form["components"] if one.get("key") in kept]
    form["components"].append(
        {
            "type": "group",
            "label": "气体检测",
            "components": [
                {
                    "type": "number",
                    "key": "reading",
                    "label": "读数",
                    "validate": {"required": True},
                }
            ],
        }
    )
    deploy(session, cast.enterprise_id, report=orjson.dumps(form))
    guest = Report(client, f"/r/{place.code}")
    assert "第 1 步，共 4 步" in guest.answer.text
    assert "equipment" not in guest.answer.text
    guest.write(description="有味道").press("next")
    assert "<h1>气体检测</h1>" in guest.answer.text
    guest.write(reading="多").press("next")
    assert guest.answer.status_code == 422
    assert guest.fields["reading"] == "多"
    guest.write(reading="12").press("next")
    # The definition does not ask who reports; it is asked all the same.
    assert "怎样署名" in guest.answer.text
    guest.write(identity_mode="anonymous").press("next")
    assert "读数" in guest.answer.text
    guest.press("send").receipt()
    assert count(session) == 1


def test_a_name_is_in_the_vault_and_nowhere_else(
    session: Session, database: Engine, guest: Report, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    guest.write(description="柜门坏了").press("next")
    guest.write(identity_mode="named", reporter_name=NAME, reporter_contact=CONTACT).press("next")
    answer = guest.press("send").answer
    code = guest.code()
    assert count(session) == 1
    words = (NAME, CONTACT, code, code.replace("-", ""))
    for place in (everything(database), caplog.text, str(answer.headers), cookies(guest.client)):
        assert [word for word in words if word in place] == []
    records = [str(vars(record)) for record in caplog.records]
    assert [one for one in records if any(word in one for word in words)] == []


def test_who_becomes_anonymous_carries_no_name_along(guest: Report) -> None:
    guest.write(description="柜门坏了").press("next")
    guest.write(identity_mode="anonymous", reporter_name=NAME).press("next")
    assert NAME not in guest.answer.text


def everything(database: Engine) -> str:
    """Give every value of every table as text."""
    with database.connect() as connection:
        return "\n".join(
            str(
                tuple(
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                    for value in row
                )
            )
            for table in inspect(database).get_table_names()
            for row in connection.execute(text(f'select * from "{table}"'))  # noqa: S608
        )


def cookies(client: Client) -> str:
    with client.session_transaction() as kept:
        return str(dict(kept))
