"""Posters: made, printed, read by a scanner, revoked."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from urllib.parse import unquote

import pytest
import segno
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from engine import organisations
from engine.commands import execute
from engine.store import Place
from tests.cast import Cast
from tests.web.visits import Client


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    """The browser of the enterprise's administrator."""
    client.sign_in(cast.administrator)
    return client


@pytest.fixture
def place(session: Session, cast: Cast) -> Place:
    """A place with a poster."""
    return execute(
        session,
        organisations.create_place,
        cast.enterprise_id,
        name="二号车间",
        part="配电柜",
        actor=cast.administrator,
    )


def test_a_new_place_leads_to_its_poster(cast: Cast, office: Client) -> None:
    answer = office.submit("/places", {"name": "液氨罐区", "part": ""})
    assert answer.status_code == 302
    page = office.get(answer.location)
    assert "液氨罐区" in page.text
    assert "甲机械有限公司" in page.text
    assert "液氨罐区" in office.get("/places").text


def test_the_poster_holds_the_code_as_picture_and_as_text(
    cast: Cast, office: Client, place: Place
) -> None:
    page = office.get(f"/places/{place.id}/poster").text
    address = f"http://127.0.0.1:8000/r/{place.code}"
    assert address in page
    source = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    inline = re.search(r'src="data:image/svg\+xml[^,]*,([^"]+)"', page)
    svg = base64.b64decode(source[1]).decode() if source else unquote(inline[1]) if inline else ""
    assert svg.startswith("<svg") or "<svg" in svg
    # The same code drawn as pixels is read back by an independent reader.
    pixels = BytesIO()
    segno.make(address, error="h", micro=False).save(pixels, kind="png", scale=8, border=4)
    assert zxingcpp.read_barcodes(Image.open(pixels))[0].text == address


def test_a_code_ends_and_a_new_one_begins(cast: Cast, office: Client, place: Place) -> None:
    old = place.code
    assert office.submit(f"/places/{place.id}/revoke").location == "/places"
    assert old not in office.get("/places").text
    assert "已作废" in office.get(f"/places/{place.id}/poster").text
    office.submit(f"/places/{place.id}/renew")
    assert old not in office.get(f"/places/{place.id}/poster").text
    assert "二号车间" in office.get("/places").text


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"name": "x" * 101}, {"name": "二号车间", "part": "配电柜"}]
)
def test_what_is_wrong_is_said(
    cast: Cast, office: Client, place: Place, fields: dict[str, str]
) -> None:
    answer = office.submit("/places", fields)
    assert answer.status_code == 422
    assert "请更正以下内容" in answer.text


def test_others_do_not_touch_it(cast: Cast, app: Flask, place: Place) -> None:
    for actor, status in (
        (cast.stranger, 404),
        (cast.sole, 404),
        (cast.verifier, 403),
        (cast.officer, 403),
    ):
        client = Client(app)
        client.sign_in(actor)
        assert client.get(f"/places/{place.id}/poster").status_code == status
        assert client.submit(f"/places/{place.id}/revoke").status_code == status
        assert client.submit(f"/places/{place.id}/renew").status_code == status
    assert Client(app).get(f"/places/{place.id}/poster").status_code == 302


def test_an_empty_list_says_what_to_do(cast: Cast, office: Client) -> None:
    assert "还没有张贴点" in office.get("/places").text
