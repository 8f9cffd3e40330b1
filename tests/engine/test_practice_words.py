"""The enterprise agrees to words, and to no others: what changes after that is asked anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.filestore import FileStore
from engine.practices import finding, nominating, rules, vetting, wording
from tests.cast import Cast
from tests.engine import stories
from tests.engine.test_practices import FULL, STORY, Telling, row

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
_MENDED = {**STORY, "action": "改道并加防水罩，费用略"}


@pytest.fixture
def telling(session: Session, cast: Cast, tmp_path: Path) -> Telling:
    session.info["files"] = FileStore(tmp_path)
    return Telling(session, cast)


def consented(telling: Telling, cast: Cast, **other: Any) -> UUID:
    case = telling.nominate()
    said: Any = {"is_named": False, "photos": [], **other}
    telling.does(nominating.consent, case, **said, actor=cast.principal)
    return case


def test_what_no_feed_can_hold_is_left_out() -> None:
    story = {**STORY, "action": "改\x0b道\ufffe"}
    title, _dimensions, told = rules.clean_text("配电柜\x01加防水罩", ["machine"], story)
    assert (title, told["action"]) == ("配电柜加防水罩", "改道")


def test_words_that_the_check_changed_wait_for_the_enterprise(telling: Telling, cast: Cast) -> None:
    case = consented(telling, cast)
    telling.check(case, story=_MENDED)
    found = row(telling, case)
    assert (found.state, found.version, found.agreed_version) == ("reworded", 2, 1)
    (change,) = wording.changes(telling.session, found)
    assert (change.name.zh, change.before.zh) == ("做法", STORY["action"])
    assert change.after.zh == _MENDED["action"]
    for early in (
        lambda: telling.does(vetting.vet, case, FULL, actor=telling.second),
        lambda: telling.does(vetting.publish, case, level="city", actor=telling.director),
        lambda: telling.check(case, telling.director),
    ):
        with pytest.raises(Conflict):
            early()
    agree: Any = {"is_named": False, "photos": [], "actor": cast.principal}
    # Who agrees to what they read before, agrees to nothing.
    with pytest.raises(Conflict, match="changed after you read them"):
        telling.does(nominating.consent, case, **agree)
    telling.does(nominating.consent, case, version=2, **agree)
    telling.does(vetting.vet, case, FULL, actor=telling.second)
    telling.does(vetting.publish, case, level="district", actor=telling.director)
    assert wording.changes(telling.session, row(telling, case)) == []
    tags = [one for one in stories.tags(telling.session, telling.instance_id) if "practice" in one]
    assert tags == [
        "practice:nominated", "practice:consented", "practice:checked", "practice:reworded",
        "practice:consented", "practice:vetted", "practice:published",
    ]  # fmt: skip


@on_sqlite
def test_the_same_words_ask_nobody_again(telling: Telling, cast: Cast) -> None:
    case = consented(telling, cast)
    telling.check(case, story={**STORY, "data": f"  {STORY['data']}\n"})
    found = row(telling, case)
    assert (found.state, found.version) == ("consented", 1)


@on_sqlite
def test_what_was_not_checked_is_checked_again(telling: Telling, cast: Cast) -> None:
    case = consented(telling, cast)
    telling.check(case, story=_MENDED)
    # With the words of the check, a photo is shown that nobody has looked at.
    more: Any = {"is_named": False, "photos": [telling.photo], "version": 2}
    telling.does(nominating.consent, case, **more, actor=cast.principal)
    assert row(telling, case).secrecy_at is None
    with pytest.raises(Conflict):
        telling.does(vetting.vet, case, FULL, actor=telling.second)
    telling.check(case, story=_MENDED)
    assert row(telling, case).state == "consented"


@on_sqlite
def test_the_enterprise_says_no_to_other_words(telling: Telling, cast: Cast) -> None:
    case = consented(telling, cast)
    telling.check(case, title="配电柜防水改造（市级）")
    telling.does(nominating.withdraw, case, reason="改得不对", actor=cast.principal)
    assert finding.get(telling.session, case, actor=cast.principal).state == "withdrawn"
