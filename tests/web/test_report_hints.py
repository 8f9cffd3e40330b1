"""Items of the checklist that resemble what was written: shown after it, taken with a tap."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import instances, lookalikes
from engine.store import Hazard, Instance, Place
from tests.cast import Cast
from tests.web.reporting import Report, deploy, poster
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("clock")
WORDS = "灭火器被货物挡住，压力不足"
CARD = re.compile(r'value="take:([A-Z]+-\d+)"')


@pytest.fixture
def place(session: Session, cast: Cast) -> Place:
    """A poster of 甲, which runs what is shipped."""
    deploy(session, cast.enterprise_id)
    return poster(session, cast)


@pytest.fixture
def guest(client: Client, place: Place) -> Report:
    """Somebody without an account who scanned the poster."""
    return Report(client, f"/r/{place.code}")


def test_after_the_words_at_most_three_cards(session: Session, cast: Cast, guest: Report) -> None:
    assert not CARD.findall(guest.answer.text)
    guest.write(description=WORDS).press("next")
    codes = CARD.findall(guest.answer.text)
    assert 1 <= len(codes) <= 3
    found = lookalikes.items_like(session, cast.enterprise_id, WORDS)
    assert codes == [one.code for one in found]
    assert found[0].basis[0][:20] in guest.answer.text


def test_a_tap_fills_item_and_class_and_the_basis_travels_along(
    session: Session, guest: Report
) -> None:
    guest.write(description=WORDS).press("next")
    code = CARD.findall(guest.answer.text)[0]
    guest.press(f"take:{code}")
    assert "已对照清单" in guest.answer.text
    assert not CARD.findall(guest.answer.text)
    guest.write(identity_mode="anonymous").press("next").press("send")
    session.rollback()
    case = session.scalars(select(Instance)).one()
    known = instances.read_data(session, case)
    assert known["checklist_item"] == code
    assert known["category"] in ("human", "object", "environment", "management")
    row = session.scalars(select(Hazard)).one()
    assert (row.checklist_item, row.category) == (code, known["category"])


def test_a_card_can_be_given_back_and_an_own_class_stays(session: Session, guest: Report) -> None:
    guest.write(description=WORDS, category="management").press("next")
    code = CARD.findall(guest.answer.text)[0]
    guest.press(f"take:{code}").press("take:")
    assert CARD.findall(guest.answer.text)[0] == code
    guest.press(f"take:{code}").write(identity_mode="anonymous").press("next").press("send")
    session.rollback()
    case = session.scalars(select(Instance)).one()
    assert instances.read_data(session, case)["category"] == "management"


def test_who_asks_sees_them_beside_the_words(guest: Report) -> None:
    guest.write(description=WORDS).press("suggest")
    assert WORDS in guest.answer.text
    code = CARD.findall(guest.answer.text)[0]
    guest.press(f"take:{code}")
    assert "已对照清单" in guest.answer.text
    assert guest.fields["checklist_item"] == code


def test_nothing_alike_is_said_and_a_made_up_item_is_not_taken(guest: Report) -> None:
    guest.write(description="zzzz qqqq").press("suggest")
    assert "没有相近的条目" in guest.answer.text
    guest.press("take:NO-99")
    assert guest.answer.status_code == 200
    assert not guest.fields.get("checklist_item")
