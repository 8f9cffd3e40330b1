"""A hazard goes round the shipped process, and its certificates come of themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments, certificates, commands, definitions, jobs
from engine.actors import SYSTEM
from engine.filestore import FileStore
from engine.store import Certificate, Job
from tests import readers
from tests.cast import Cast
from tests.engine import stories
from tests.pictures import photo
from tests.processes.player import CONFIRMED, DONE, PAID, PLAN, REPORT
from web import db, papers
from web.config import Config

ROOT = Path(__file__).parents[3]


class Loop:
    """One hazard on its way through the enterprise."""

    def __init__(self, session: Session, cast: Cast, mode: str) -> None:
        self.session, self.cast = session, cast
        commands.execute(
            session,
            definitions.deploy,
            definitions.read_folder(ROOT),
            organisation_id=cast.enterprise_id,
            actor=SYSTEM,
        )
        self.photo = self._photo()
        answers = {**REPORT, "kind": "hazard", "identity_mode": mode, "photos_before": [self.photo]}
        self.id: UUID = stories.begin(
            session, cast.reporter, "hazard_report", mode=mode, answers=answers
        )

    def does(self, part: str, key: str, **answers: Any) -> None:
        """Complete a task as one of the cast."""
        actor = self.cast.everybody()[part]
        stories.do(self.session, actor, self.id, key, **answers)

    def goes_round(self) -> None:
        """Verify, rectify, accept, close, pay."""
        rectifier = str(self.cast.rectifier.user_id)
        self.does("verifier", "acknowledge")
        self.does("verifier", "verify", **CONFIRMED)
        self.does("rectifier", "plan", **{**PLAN, "rectifier": rectifier, "due_on": "2026-12-01"})
        self.does("rectifier", "rectify", **{**DONE, "photos_after": [self.photo]})
        self.does("acceptor", "accept", result="passed")
        self.does("approver", "approve_reward", approved=True)
        self.does("finance", "pay_reward", **PAID)

    def _photo(self) -> str:
        files: FileStore = self.session.info["files"]
        upload = attachments.receive(files, photo("brown"), "a.webp", only_photos=True)
        row = commands.execute(self.session, attachments.add, upload, actor=self.cast.reporter)
        return str(row.id)


@pytest.fixture
def made(app: Flask, session: Session, cast: Cast, config: Config, mode: str) -> dict[str, str]:
    """Give the text of each certificate of a hazard that went all the way round."""
    session.info["files"] = FileStore(config.data_dir)
    loop = Loop(session, cast, mode)
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
