"""What an enterprise sets for itself."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from engine import organisations
from tests.cast import Cast
from tests.web.visits import Client

GIVEN = {
    "reward_limit": "500.00",
    "calendar": "2026-10-10 班\n2026-10-12 休",
}


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    """The browser of the enterprise's administrator."""
    client.sign_in(cast.administrator)
    return client


def kept(session: Session, cast: Cast) -> dict[str, object]:
    session.rollback()
    session.expire_all()
    return organisations.get(session, cast.enterprise_id, actor=cast.administrator).settings


def test_settings_are_kept_and_shown_again(cast: Cast, office: Client, session: Session) -> None:
    assert office.submit("/organisation", GIVEN).location == "/organisation"
    assert kept(session, cast) == {
        "anonymous_reports": False,
        "reward_limit_fen": 50_000,
        "calendar": {"2026-10-10": True, "2026-10-12": False},
        "publish_by_two": False,
    }
    page = office.get("/organisation").text
    assert "2026-10-12 休" in page
    assert 'value="500.00"' in page
    office.submit("/organisation", {**GIVEN, "anonymous_reports": "y", "publish_by_two": "y"})
    assert kept(session, cast)["anonymous_reports"] is True
    assert kept(session, cast)["publish_by_two"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"reward_limit": "-1"},
        {"reward_limit": ""},
        {"reward_limit": "lots"},
        {"reward_limit": "99999999"},
        {"reward_limit": "NaN"},
        {"reward_limit": "1e400"},
        {"calendar": "tomorrow 班"},
        {"calendar": "2026-10-10 也许"},
        {"calendar": "2026-02-30 休"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    cast: Cast, office: Client, session: Session, change: dict[str, str]
) -> None:
    answer = office.submit("/organisation", {**GIVEN, **change})
    assert answer.status_code == 422
    assert "请更正以下内容" in answer.text
    assert kept(session, cast) == {}


def test_half_a_fen_is_rounded_to_whole_fen(cast: Cast, office: Client, session: Session) -> None:
    office.submit("/organisation", {**GIVEN, "reward_limit": "0.29"})
    assert kept(session, cast)["reward_limit_fen"] == 29


def test_nobody_else_sets_anything(cast: Cast, app: Flask, session: Session) -> None:
    for part, actor in cast.everybody().items():
        if part in ("administrator", "sole", "stranger"):
            continue
        client = Client(app)
        client.sign_in(actor)
        assert client.get("/organisation").status_code == 403, part
        assert client.submit("/organisation", GIVEN).status_code == 403, part
    stranger = Client(app)
    stranger.sign_in(cast.stranger)
    stranger.submit("/organisation", GIVEN)
    assert kept(session, cast) == {}
