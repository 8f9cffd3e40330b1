"""The pages on which an administrator looks after people."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import accounts
from tests.cast import Cast
from tests.web.visits import Client

LIN = {"name": "林新", "login": "lin.xin", "roles": ["verifier", "acceptor"]}


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    """The browser of the enterprise's administrator."""
    client.sign_in(cast.administrator)
    return client


def test_a_new_person_gets_a_password_that_works(
    cast: Cast, office: Client, app: Flask, session: Session
) -> None:
    page = office.submit("/people/new", LIN)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    password = re.search(r'id="new-password">([^<]+)<', page.text)
    assert password
    assert accounts.authenticate(session, "lin.xin", password[1]) is not None
    listed = office.get("/people").text
    assert "林新" in listed
    assert password[1] not in listed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"login": "verifier"}, "已被使用"),
        ({"login": "有汉字"}, "登录名用"),
        ({"name": " "}, "请填写姓名"),
        ({"roles": []}, "岗位"),
        ({"roles": ["officer"]}, "岗位"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, office: Client, change: dict[str, object], words: str
) -> None:
    answer = office.submit("/people/new", {**LIN, **change})
    assert answer.status_code == 422
    assert words in answer.text
    assert "错误：" in answer.text
    assert LIN["login"] in answer.text or "login" in change


def test_names_are_shown_as_text(cast: Cast, office: Client) -> None:
    office.submit("/people/new", {**LIN, "name": "<script>alert(1)</script>"})
    assert "<script>alert" not in office.get("/people").text


def test_roles_change_and_an_account_closes_and_opens(
    cast: Cast, office: Client, session: Session
) -> None:
    user = cast.verifier.user_id
    assert user is not None
    answer = office.submit(f"/people/{user}/roles", {"roles": ["rectifier", "union"]})
    assert answer.location == f"/people/{user}"
    assert accounts.actor_for(session, user, cast.enterprise_id).roles == {"rectifier", "union"}
    session.rollback()
    office.submit(f"/people/{user}/disable")
    assert "已停用" in office.get(f"/people/{user}").text
    assert accounts.find_account(session, user, cast.enterprise_id) is None
    session.rollback()
    office.submit(f"/people/{user}/enable")
    assert accounts.find_account(session, user, cast.enterprise_id) is not None


def test_the_last_administrator_is_told_so(cast: Cast, office: Client) -> None:
    own = cast.administrator.user_id
    assert office.submit(f"/people/{own}/roles", {"roles": ["verifier"]}).status_code == 422
    assert office.submit(f"/people/{own}/disable").status_code == 409
    assert office.get("/people").status_code == 200


def test_a_forgotten_password_is_set_anew(
    cast: Cast, office: Client, app: Flask, session: Session
) -> None:
    phone = Client(app)
    phone.sign_in(cast.verifier)
    page = office.submit(f"/people/{cast.verifier.user_id}/password")
    password = re.search(r'id="new-password">([^<]+)<', page.text)
    assert password
    assert accounts.authenticate(session, "verifier", password[1]) is not None
    assert phone.get("/account").status_code == 302


def test_people_of_other_organisations_do_not_exist_here(cast: Cast, office: Client) -> None:
    for stranger in (cast.stranger, cast.officer, cast.sole):
        path = f"/people/{stranger.user_id}"
        assert office.get(path).status_code == 404
        for action in ("roles", "disable", "enable", "password"):
            answer = office.submit(f"{path}/{action}", {"roles": ["verifier"]})
            assert answer.status_code == 404, action
    assert "莫生" not in office.get("/people").text


def test_nobody_but_an_administrator_gets_in(cast: Cast, app: Flask) -> None:
    target = f"/people/{cast.verifier.user_id}"
    for part, actor in cast.everybody().items():
        if part in ("administrator", "sole", "stranger"):
            continue
        client = Client(app)
        client.sign_in(actor)
        assert client.get("/people").status_code == 403, part
        assert client.get("/people/new").status_code == 403, part
        assert client.submit("/people/new", LIN).status_code == 403, part
        assert client.submit(f"{target}/disable").status_code == 403, part
    assert Client(app).get("/people").status_code == 302
