"""A hazard goes round the shipped process, and its certificates come of themselves."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import certificates, jobs
from engine.filestore import FileStore
from engine.store import Certificate, Job
from tests import readers
from tests.cast import Cast
from tests.loop import Loop
from web import db, papers
from web.config import Config


@pytest.fixture
def made(
    clock: object, app: Flask, session: Session, cast: Cast, config: Config, mode: str
) -> dict[str, str]:
    """Give the text of each certificate of a hazard that went all the way round."""
    session.info["files"] = FileStore(config.data_dir)
    loop = Loop(session, cast, mode=mode)
    loop.goes_round()
    with app.app_context():
        while jobs.run_due(db.session()):
            pass
        assert db.session().scalars(select(Job.error).where(Job.error.is_not(None))).all() == []
        rows = db.session().scalars(select(Certificate)).all()
        assert all(
            certificates.check(db.session(), row, papers.stored(db.session(), row)).intact
            for row in rows
        )
        return {row.kind: readers.text(papers.paper(db.session(), row) or b"") for row in rows}


@pytest.mark.parametrize("mode", ["named"])
def test_a_named_reporter_gets_all_three(made: dict[str, str]) -> None:
    assert set(made) == {"receipt", "closure", "reward"}
    assert "包晓同志" in made["reward"]
    assert "配电柜进水" in made["reward"]
    assert "（奖励标准表第1版）规则R" in made["reward"]
    for words in (
        "配电柜进水",
        "更换防水配电柜",
        "¥3,000.00",
        "2026年12月1日前",
        "断电，派人看守",
        "郑改",
        "严收",
    ):
        assert words in made["closure"]
    assert "包晓" not in made["closure"] + made["receipt"]
    assert "12350" in made["receipt"]


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_an_unnamed_reporter_is_on_no_paper(made: dict[str, str]) -> None:
    assert "包晓" not in "".join(made.values())
    assert "配电柜" not in made.get("reward", "")
