"""One hazard that goes round the shipped process, done by the cast through the engine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import attachments, clock, commands, definitions
from engine.actors import SYSTEM
from engine.filestore import FileStore
from tests.cast import Cast
from tests.engine import stories
from tests.pictures import photo
from tests.processes.player import CONFIRMED, DONE, PAID, PLAN, REPORT

ROOT = Path(__file__).parents[1]


class Loop:
    """One hazard on its way through the enterprise 甲. The session knows the file store."""

    def __init__(
        self, session: Session, cast: Cast, *, mode: str = "named", owner: UUID | None = None
    ) -> None:
        self.session, self.cast = session, cast
        commands.execute(
            session,
            definitions.deploy,
            definitions.read_folder(ROOT),
            organisation_id=owner or cast.enterprise_id,
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
        due_on = (clock.local_date() + timedelta(days=29)).isoformat()
        self.does("rectifier", "plan", **{**PLAN, "rectifier": rectifier, "due_on": due_on})
        self.does("rectifier", "rectify", **{**DONE, "photos_after": [self.photo]})
        self.does("acceptor", "accept", result="passed")
        self.does("approver", "approve_reward", approved=True)
        self.does("finance", "pay_reward", **PAID)

    def _photo(self) -> str:
        files: FileStore = self.session.info["files"]
        upload = attachments.receive(files, photo("brown"), "a.webp", only_photos=True)
        row = commands.execute(self.session, attachments.add, upload, actor=self.cast.reporter)
        return str(row.id)
