"""My account: password, keys for the API, language, notifications."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import accounts, notifications
from engine.clock import local_date
from engine.commands import execute
from tests.cast import PASSWORD, Cast
from tests.engine.accounts.cases import make_case
from tests.web.visits import Client

NEW = "another-quiet-morning"


@pytest.fixture
def mine(client: Client, cast: Cast) -> Client:
    """The verifier's browser."""
    client.sign_in(cast.verifier)
    return client


def test_the_account_says_who_one_is(cast: Cast, mine: Client) -> None:
    page = mine.get("/account").text
    for words in ("何核", "甲机械有限公司", "核查人"):
        assert words in page


def change(client: Client, **fields: str):  # type: ignore[no-untyped-def]
    given = {"old_password": PASSWORD, "new_password": NEW, "repeated": NEW, **fields}
    return client.submit("/account/password", given)


def test_a_new_password_keeps_this_session_and_ends_the_others(
    cast: Cast, mine: Client, app: Flask, session: Session
) -> None:
    phone = Client(app)
    phone.sign_in(cast.verifier)
    assert change(mine).location == "/account"
    assert "密码已更改" in mine.get("/account").text
    assert phone.get("/account").status_code == 302
    assert accounts.authenticate(session, "verifier", NEW) is not None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old_password": "wrong-password"}, "现在的密码不对"),
        ({"repeated": "different-words"}, "不一样"),
        ({"new_password": "short", "repeated": "short"}, "至少 10 个字符"),
        ({"new_password": "my-verifier-1", "repeated": "my-verifier-1"}, "太容易猜到"),
        ({"old_password": ""}, "请填写现在的密码"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_and_nothing_changes(
    cast: Cast, mine: Client, session: Session, fields: dict[str, str], words: str
) -> None:
    answer = change(mine, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert NEW not in answer.text
    assert accounts.authenticate(session, "verifier", PASSWORD) is not None


def test_a_key_is_shown_once_works_and_ends(cast: Cast, mine: Client, session: Session) -> None:
    page = mine.submit("/account/tokens", {"name": "值班大屏"})
    key = re.search(r'id="new-token">(bh_[^<]+)<', page.text)
    assert key
    assert accounts.actor_by_token(session, key[1]) == cast.verifier
    listed = mine.get("/account").text
    assert "值班大屏" in listed
    assert key[1] not in listed
    row = accounts.tokens(session, actor=cast.verifier)[0]
    session.rollback()
    mine.submit(f"/account/tokens/{row.id}/revoke")
    session.rollback()
    session.expire_all()
    assert accounts.actor_by_token(session, key[1]) is None


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "x", "expires_on": "2020-01-01"}, {"name": "x", "expires_on": "soon"}],
)
def test_a_key_needs_a_purpose_and_a_day_to_come(
    cast: Cast, mine: Client, fields: dict[str, str]
) -> None:
    assert mine.submit("/account/tokens", fields).status_code == 422


def test_nobody_ends_anothers_key(cast: Cast, mine: Client, session: Session) -> None:
    execute(session, accounts.create_token, name="x", actor=cast.principal)
    row = accounts.tokens(session, actor=cast.principal)[0]
    session.rollback()
    assert mine.submit(f"/account/tokens/{row.id}/revoke").status_code == 404
    assert len(accounts.tokens(session, actor=cast.principal)) == 1


def test_a_language_is_kept_for_device_and_account(cast: Cast, mine: Client, app: Flask) -> None:
    assert 'lang="zh-CN"' in mine.get("/account").text
    assert mine.submit("/language", {"language": "en", "next": "/account"}).location == "/account"
    assert '<html lang="en">' in mine.get("/account").text
    other = Client(app)
    other.sign_in(cast.verifier)
    assert '<html lang="en">' in other.get("/account").text


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("en-GB,en;q=0.8", "en"),
        ("zh-TW", "zh-CN"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
        ("fr,en;q=0.1", "en"),
    ],
)
def test_a_stranger_is_answered_as_their_browser_asks(
    client: Client, accepted: str, lang: str
) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{lang}">' in page


def test_a_language_nobody_speaks_changes_nothing(cast: Cast, mine: Client) -> None:
    answer = mine.submit("/language", {"language": "xx", "next": "https://evil.example"})
    assert answer.location == "/"
    assert "Set-Cookie" not in answer.headers or "xx" not in answer.headers["Set-Cookie"]


def tell(session: Session, cast: Cast, instance_id: UUID | None = None) -> None:
    notifications.notify(
        session,
        organisation_id=cast.enterprise_id,
        instance_id=instance_id,
        roles=["verifier"],
        key="verify_overdue",
        facts={"number": "BG-1"},
    )
    session.commit()


def test_a_notification_is_counted_opened_and_then_read(
    cast: Cast, mine: Client, session: Session
) -> None:
    case = make_case(session, cast)
    tell(session, cast, case)
    page = mine.get("/notifications").text
    assert "BG-1" in page
    assert "1 条未读" in page
    row = notifications.listed(session, actor=cast.verifier)[0]
    session.rollback()
    assert mine.submit(f"/notifications/{row.id}/open").location == f"/cases/{case}"
    assert "未读" not in mine.get("/notifications").text


def test_all_are_ticked_off_at_once(cast: Cast, mine: Client, session: Session) -> None:
    tell(session, cast)
    tell(session, cast)
    mine.submit("/notifications/read")
    assert "未读" not in mine.get("/notifications").text


def test_notifications_come_page_by_page(cast: Cast, mine: Client, session: Session) -> None:
    for _ in range(51):
        tell(session, cast)
    page = mine.get("/notifications").text
    more = re.search(r'href="(/notifications\?after=[^"]+)"', page)
    assert more
    assert page.count("BG-1") == 50
    assert mine.get(more[1]).text.count("BG-1") == 1


def test_nobody_reads_anothers_notifications(cast: Cast, client: Client, session: Session) -> None:
    tell(session, cast)
    row = notifications.listed(session, actor=cast.verifier)[0]
    session.rollback()
    client.sign_in(cast.principal)
    assert "BG-1" not in client.get("/notifications").text
    client.submit(f"/notifications/{row.id}/open")
    assert notifications.unread(session, actor=cast.verifier) == 1


def test_no_key_outlives_a_year(cast: Cast, mine: Client) -> None:
    far = local_date().replace(year=local_date().year + 2, day=1)
    answer = mine.submit("/account/tokens", {"name": "x", "expires_on": far.isoformat()})
    assert answer.status_code == 422
