"""The library: what those above publish reaches all below, and everybody where it is public."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from engine import documents
from engine.actors import Actor
from engine.commands import execute
from engine.errors import Conflict, Invalid, InvalidAnswers, NotAllowed, NotFound
from tests.cast import Cast
from tests.engine.coverage_story import photo


def published(session: Session, actor: Actor, title: str, **changes: Any) -> Any:
    facts: dict[str, Any] = {
        "kind": "policy", "title": title, "issuer": "区安委办", "issued_on": date(2025, 1, 26),
        "files": [str(photo(session, actor))], **changes,
    }  # fmt: skip
    session.commit()
    return execute(session, documents.publish, documents.Facts(**facts), actor=actor)


def titles(session: Session, actor: Actor, **more: Any) -> list[str]:
    return [row.title for row in documents.library(session, actor=actor, **more).items]


def test_it_goes_down_every_axis_and_an_office_sees_its_units(session: Session, cast: Cast) -> None:
    for actor, title in (
        (cast.office, "全区"), (cast.officer, "本部门"),
        (cast.town, "本街道"), (cast.group, "本集团"),
    ):  # fmt: skip
        published(session, actor, title)
    assert set(titles(session, cast.reporter)) == {"全区", "本部门", "本街道", "本集团"}
    assert set(titles(session, cast.officer)) == {"全区", "本部门"}
    assert {"全区", "本部门", "本街道"} <= set(titles(session, cast.office))
    assert titles(session, cast.stranger) == []


def test_only_what_is_public_is_for_everybody(session: Session, cast: Cast) -> None:
    inside = published(session, cast.officer, "内部指引", kind="guide")
    outside = published(
        session, cast.officer, "实施方案", number="长安委〔2025〕1号", is_public=True
    )
    assert [row.title for row in documents.public(session).items] == ["实施方案"]
    assert [row.title for row in documents.public(session, words="〔2025〕").items] == ["实施方案"]
    assert documents.public(session, words="%").items == []
    assert titles(session, cast.reporter, kind="guide") == ["内部指引"]
    file, hidden = UUID(outside.files[0]), UUID(inside.files[0])
    assert documents.file_of(session, outside.id, file, actor=None)
    for actor in (None, cast.stranger):
        with pytest.raises(NotFound):
            documents.file_of(session, inside.id, hidden, actor=actor)
    with pytest.raises(NotFound):
        documents.file_of(session, outside.id, hidden, actor=None)


def test_what_is_withdrawn_is_gone_and_on_record(session: Session, cast: Cast) -> None:
    row = published(session, cast.officer, "旧版", is_public=True)
    for actor, error in (
        (cast.office, NotFound), (cast.principal, NotAllowed), (cast.stranger, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(error):
            execute(session, documents.withdraw, row.id, "换新版", actor=actor)
    with pytest.raises(InvalidAnswers):
        execute(session, documents.withdraw, row.id, " ", actor=cast.officer)
    execute(session, documents.withdraw, row.id, "换新版", actor=cast.officer)
    assert titles(session, cast.reporter) == []
    assert documents.public(session).items == []
    with pytest.raises(Conflict):
        execute(session, documents.withdraw, row.id, "再撤", actor=cast.officer)


def test_pages_follow_each_other(session: Session, cast: Cast) -> None:
    for number in range(3):
        published(session, cast.officer, f"第{number}份")
    seen, after = [], None
    while True:
        page = documents.library(session, actor=cast.officer, after=after, limit=2)
        seen += [row.title for row in page.items]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == ["第0份", "第1份", "第2份"]
    with pytest.raises(Invalid):
        documents.library(session, actor=cast.officer, after="x")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "novel"}, "kind"), ({"title": " "}, "title"), ({"issuer": ""}, "issuer"),
        ({"issued_on": None}, "issued_on"), ({"files": []}, "files"),
        ({"summary": "长" * 501}, "summary"), ({"number": "号" * 61}, "number"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_at_its_field(
    session: Session, cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        published(session, cast.officer, **{"title": "题目", **changes})
    assert field in refused.value.errors


def test_the_same_is_published_once_and_holds_what_a_feed_can_hold(
    session: Session, cast: Cast
) -> None:
    row = published(
        session, cast.officer, "实施\x01方案\ufffe", issuer="区\x02安委办", summary="a\x03b"
    )
    assert (row.title, row.issuer, row.summary) == ("实施方案", "区安委办", "ab")
    with pytest.raises(InvalidAnswers) as twice:
        published(session, cast.officer, " 实施方案 ")
    assert set(twice.value.errors) == {"title"}
    assert published(session, cast.officer, "实施方案", kind="guide")
    assert published(session, cast.office, "实施方案")
    execute(session, documents.withdraw, row.id, "换\x01新版", actor=cast.officer)
    assert published(session, cast.officer, "实施方案")
