"""Signing in from a browser: what opens, what stays shut, and how a session ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine import accounts, passwords, people
from engine.commands import execute
from engine.store import Membership
from tests.cast import PASSWORD, Cast
from tests.web.visits import Client


@pytest.fixture(autouse=True)
def cheap_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong logins are compared cheaply here: argon2 is slow on purpose."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
    monkeypatch.setattr(passwords, "_NOBODY", [])


def sign_in(
    client: Client,
    login: str = "verifier",
    password: str = PASSWORD,
    path: str = "/sign-in",
    address: str = "10.0.0.1",
) -> TestResponse:
    fields = {"login": login, "password": password}
    return client.submit(path, fields, environ_base={"REMOTE_ADDR": address})


def is_inside(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_the_right_password_opens(cast: Cast, client: Client) -> None:
    assert not is_inside(client)
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer.location == "/"
    assert is_inside(client)


def test_a_wrong_password_and_an_unknown_login_look_the_same(cast: Cast, client: Client) -> None:
    wrong = sign_in(client, password="not-the-password")
    unknown = sign_in(client, login="verifies")
    assert wrong.status_code == unknown.status_code == 422
    same = unknown.text.replace("verifies", "verifier")
    token = 'name="csrf-token"'
    assert [
        line for line in wrong.text.splitlines() if token not in line and "csrf" not in line
    ] == [line for line in same.splitlines() if token not in line and "csrf" not in line]
    assert PASSWORD not in wrong.text
    assert not is_inside(client)


def test_the_password_is_never_sent_back(cast: Cast, client: Client) -> None:
    answer = sign_in(client, login="nobody", password="my-other-secret")
    assert "my-other-secret" not in answer.text


def test_guessing_is_slowed_down_for_one_login_and_not_for_the_others(
    cast: Cast, client: Client
) -> None:
    answers = [sign_in(client, password=f"guess-{n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers.get("Retry-After", "0")) >= 0
    assert sign_in(client).status_code == 429
    assert sign_in(client, login="acceptor").status_code == 302
    assert sign_in(Client(client.application), address="10.0.0.2").status_code == 302


def test_trying_many_logins_from_one_address_is_slowed_down(cast: Cast, client: Client) -> None:
    answers = [
        sign_in(client, login=f"user{n}", password="Winter2026!!", address="10.0.0.9")
        for n in range(61)
    ]
    assert {answer.status_code for answer in answers[:60]} == {422}
    assert answers[60].status_code == 429


def test_a_right_password_costs_no_try(cast: Cast, client: Client) -> None:
    for _ in range(8):
        assert sign_in(client).status_code == 302


def test_a_stranger_is_sent_back_to_where_they_wanted_to_go(cast: Cast, client: Client) -> None:
    answer = client.get("/account?tab=1")
    assert answer.location == "/sign-in?next=/account?tab%3D1"
    assert sign_in(client, path=answer.location).location == "/account?tab=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "///evil.example",
        "/x\r\nSet-Cookie: a=b",
        "http:evil.example",
        "evil.example",
        "/a\\b",
    ],
)
def test_nobody_is_sent_to_another_site(cast: Cast, client: Client, target: str) -> None:
    answer = client.post(
        "/sign-in",
        query_string={"next": target},
        data={"csrf_token": client.csrf_token(), "login": "verifier", "password": PASSWORD},
    )
    assert answer.status_code == 302
    assert answer.location == "/"
    assert "a=b" not in str(answer.headers)


def test_signing_in_begins_a_new_session(cast: Cast, client: Client) -> None:
    """Nothing that was planted before signing in, and no old CSRF token, lives on (fixation)."""
    with client.session_transaction() as before:
        before["planted"] = "x"
        before["csrf_token"] = "0" * 40
    sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != "0" * 40


def test_signing_out_ends_it(cast: Cast, client: Client) -> None:
    sign_in(client)
    answer = client.submit("/sign-out")
    assert answer.location == "/sign-in"
    assert not is_inside(client)


def test_signing_out_everywhere_ends_the_other_devices(
    cast: Cast, app: Flask, client: Client
) -> None:
    phone = Client(app)
    sign_in(client)
    sign_in(phone)
    client.submit("/account/sessions/end")
    assert is_inside(client)
    assert not is_inside(phone)


def test_a_session_ends_after_half_a_day_however_busy(
    cast: Cast, client: Client, clock: time_machine.Traveller
) -> None:
    sign_in(client)
    for _ in range(11):
        clock.shift(timedelta(hours=1))
        assert is_inside(client)
    clock.shift(timedelta(hours=1, seconds=1))
    assert not is_inside(client)


def test_a_closed_account_is_out_at_once(cast: Cast, client: Client, session: Session) -> None:
    sign_in(client)
    assert cast.verifier.user_id is not None
    execute(
        session,
        people.disable,
        cast.verifier.user_id,
        cast.enterprise_id,
        actor=cast.administrator,
    )
    assert not is_inside(client)
    assert sign_in(client).status_code == 422


def test_lost_roles_are_lost_at_once(cast: Cast, client: Client, session: Session) -> None:
    execute(
        session,
        people.set_roles,
        cast.verifier.user_id,
        cast.enterprise_id,
        ["administrator"],
        actor=cast.administrator,
    )
    sign_in(client)
    assert client.get("/people").status_code == 200
    execute(
        session,
        people.set_roles,
        cast.verifier.user_id,
        cast.enterprise_id,
        ["verifier"],
        actor=cast.administrator,
    )
    assert client.get("/people").status_code == 403


@pytest.mark.parametrize("user", ["", "x", "..", "1.2.3", "a" * 5000, "not-a-uuid.not-a-uuid.0"])
def test_a_cookie_with_nonsense_is_nobody(cast: Cast, client: Client, user: str) -> None:
    sign_in(client)
    with client.session_transaction() as kept:
        kept["_user_id"] = user
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "eyJ9.x.y", "é", "\x01", "a" * 10_000])
def test_a_forged_cookie_is_nobody(cast: Cast, client: Client, cookie: str) -> None:
    answer = client.get("/account", headers={"Cookie": f"bihuan={cookie}"})
    assert answer.status_code == 302


def test_a_cookie_does_not_open_the_api(cast: Cast, client: Client) -> None:
    sign_in(client)
    answer = client.get("/api/v1/tasks")
    assert answer.status_code in (401, 404)
    assert answer.content_type == "application/problem+json"


def test_a_key_does_not_open_the_pages(cast: Cast, client: Client, session: Session) -> None:
    key = execute(session, accounts.create_token, name="x", actor=cast.verifier)
    answer = client.get("/account", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 302


def test_somebody_of_two_organisations_chooses(
    cast: Cast, client: Client, session: Session
) -> None:
    session.add(
        Membership(
            user_id=cast.verifier.user_id,
            organisation_id=cast.strange_enterprise_id,
            role="administrator",
        )
    )
    session.commit()
    answer = sign_in(client, path="/sign-in?next=/people")
    assert answer.location == "/sign-in/organisation"
    assert not is_inside(client)
    page = client.get("/sign-in/organisation").text
    assert "甲机械有限公司" in page
    assert "乙外地公司" in page
    assert "丙小吃店" not in page
    foreign = {"organisation": cast.one_person_firm_id.hex}
    assert client.submit("/sign-in/organisation", foreign).status_code == 422
    chosen = {"organisation": cast.strange_enterprise_id.hex}
    assert client.submit("/sign-in/organisation", chosen).location == "/people"
    assert "莫生" in client.get("/people").text
    back = {"organisation": cast.enterprise_id.hex}
    client.submit("/sign-in/organisation", back)
    assert client.get("/people").status_code == 403


def test_choosing_needs_the_password_first_and_soon(
    cast: Cast, client: Client, session: Session, clock: time_machine.Traveller
) -> None:
    assert client.get("/sign-in/organisation").location == "/sign-in"
    session.add(
        Membership(
            user_id=cast.verifier.user_id,
            organisation_id=cast.strange_enterprise_id,
            role="reporter",
        )
    )
    session.commit()
    sign_in(client)
    clock.shift(timedelta(minutes=11))
    chosen = {"organisation": cast.strange_enterprise_id.hex}
    assert client.submit("/sign-in/organisation", chosen).location == "/sign-in"
    assert not is_inside(client)


def test_a_member_of_nothing_does_not_get_in(cast: Cast, client: Client, session: Session) -> None:
    for row in session.query(Membership).filter_by(user_id=cast.verifier.user_id):
        session.delete(row)
    session.commit()
    assert sign_in(client).status_code == 422


def test_without_a_token_nothing_is_changed(cast: Cast, client: Client) -> None:
    fields = {"login": "verifier", "password": PASSWORD}
    assert client.post("/sign-in", data=fields).status_code == 400
    sign_in(client)
    assert client.post("/sign-out").status_code == 400
    assert is_inside(client)


@pytest.mark.parametrize("login", ["admin'--", "a\u202eb", "😀", "x" * 5000])
def test_strange_logins_are_simply_wrong(cast: Cast, client: Client, login: str) -> None:
    assert sign_in(client, login=login).status_code == 422
