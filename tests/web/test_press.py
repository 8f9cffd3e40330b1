"""Published cases are given to the press: what lies in a parcel, who may, and who is told later."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from io import BytesIO
from typing import Any

import docx
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.filestore import FileStore
from engine.practices import nominating, parcels, press
from engine.store import tables as t
from tests.cast import STAFF, Cast
from tests.engine.test_practices import Telling
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web.config import Config

OUTLET = "长宁区融媒体中心"


@pytest.fixture
def telling(session: Session, cast: Cast, config: Config) -> Telling:
    session.info["files"] = FileStore(config.data_dir)
    return Telling(session, cast)


def _files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _told(session: Session, key: str) -> list[Any]:
    session.rollback()
    return list(session.scalars(select(t.Notification).where(t.Notification.kind == key)))


def test_a_parcel_holds_what_was_agreed_to_and_nobodys_name(
    telling: Telling, client: Client, session: Session
) -> None:
    case = telling.published(photos=[telling.photo])
    client.sign_in(telling.director)
    address = f"/practices/{case}"
    assert "打包" in text_of(client, address)
    for _double_click in range(2):
        answer = client.submit(f"{address}/press", {"outlet": f" {OUTLET} "})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/practices/press")
    assert text_of(client, "/practices/press").count(OUTLET) > 0
    export = session.scalars(select(t.PressExport)).one()
    content = client.get(f"/practices/press/{export.id}.zip").data
    assert content == client.get(f"/practices/press/{export.id}.zip").data
    files = _files(content)
    assert sorted(files) == [
        "about.txt", "consent.txt", "credit.txt", "facts.csv", "index.csv", "photo-1-after.jpg",
        "photos.csv", "text.docx", "text.txt",
    ]  # fmt: skip
    index = files["index.csv"].decode()
    for name, one in files.items():
        assert name == "index.csv" or sha256(one).hexdigest() in index
    document = docx.Document(BytesIO(files["text.docx"]))
    words = "\n".join(one.text for one in document.paragraphs)
    assert "配电柜防水改造" in words
    assert "改道并加防水罩" in words
    assert document.core_properties.author == ""
    with Image.open(BytesIO(files["photo-1-after.jpg"])) as photo:
        assert (photo.format, dict(photo.getexif())) == ("JPEG", {})
    texts = {name: one.decode() for name, one in files.items() if not name.endswith((".jpg", "x"))}
    assert "整改后" in texts["photos.csv"]
    assert "没有同意写明单位名称" in texts["consent.txt"]
    assert f"供{OUTLET}用于新闻报道" in texts["credit.txt"]
    assert "/practices/public/" in texts["facts.csv"]
    said = words + "".join(texts.values())
    assert not [name for name in (*STAFF.values(), "甲机械有限公司", "BG-") if name in said]
    client.sign_in(telling.cast.principal)
    assert OUTLET in text_of(client, address)
    assert "典型案例提供给媒体" in text_of(client, f"/cases/{telling.instance_id}")
    assert len(_told(session, press.EXPORTED)) == 1


def test_only_the_publisher_gives_and_is_told_when_a_case_is_taken_back(
    telling: Telling, client: Client, cast: Cast, session: Session
) -> None:
    case, month = telling.published(), clock.month_of(clock.now())
    for actor, refused in (
        (cast.principal, NotAllowed), (cast.town, NotFound), (cast.office, NotFound),
    ):  # fmt: skip
        with pytest.raises(refused):
            telling.does(press.give, OUTLET, practice_id=case, actor=actor)
    for outlet in ("", "x", "长" * 101):
        with pytest.raises(InvalidAnswers):
            telling.does(press.give, outlet, practice_id=case, actor=telling.director)
    with pytest.raises(Conflict):
        telling.does(press.give, OUTLET, month="2020-01", actor=telling.second)
    client.sign_in(telling.second)
    typed = client.submit("/practices/press", {"outlet": "a", "month": month})
    assert typed.status_code == 422
    assert 'value="a"' in typed.text
    assert client.submit("/practices/press", {"outlet": "x", "month": "0"}).status_code < 500
    made = client.submit("/practices/press", {"outlet": "=街镇报", "month": month})
    assert made.status_code == 303
    export = session.scalars(select(t.PressExport)).one()
    address = f"/practices/press/{export.id}.zip"
    assert "01/text.docx" in _files(client.get(address).data)
    assert client.submit(f"/practices/press/{export.id}/{case}/told").status_code == 404
    telling.does(nominating.withdraw, case, reason="工艺保密", actor=cast.principal)
    assert {one.user_id for one in _told(session, "practice_recalled")} == {
        cast.officer.user_id, telling.second.user_id, telling.director.user_id,
    }  # fmt: skip
    assert client.get(address).status_code == 303
    page = text_of(client, "/practices/press")
    assert "请通知媒体停止使用" in page
    assert "1 个已撤回，待通知" in page
    for _double_click in range(2):
        assert client.submit(f"/practices/press/{export.id}/{case}/told").status_code == 303
    session.rollback()
    assert parcels.recalls(session, actor=telling.director) == []
    assert "1 个已撤回，已通知" in text_of(client, "/practices/press")
