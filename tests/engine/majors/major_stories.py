"""A major hazard of the enterprise 甲 on its way through the shipped process."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock
from engine.filestore import FileStore
from tests.cast import Cast
from tests.engine.stories import begin
from tests.loop import Loop
from tests.processes.player import AUTHORITY, CONFIRMED, DONE, PLAN, REPORT, SIX_ELEMENTS, UNION
from web.config import Config


class Major(Loop):
    """One major, and what the cast does with it."""

    def __init__(self, session: Session, cast: Cast, config: Config, **answers: Any) -> None:
        session.info["files"] = FileStore(config.data_dir)
        super().__init__(session, cast, owner=cast.office_id)
        self.again(**answers)

    def again(self, **answers: Any) -> UUID:
        """Report another one."""
        asked = {**REPORT, "kind": "hazard", "photos_before": [self._photo()], **answers}
        self.id = begin(self.session, self.cast.reporter, "hazard_report", answers=asked)
        return self.id

    def determined(self, **answers: Any) -> Major:
        """Verify it, and determine it condition by condition."""
        self.does("verifier", "acknowledge")
        self.does("verifier", "verify", **{**CONFIRMED, "level": "major"})
        given = {"criterion": "应急管理部令第10号 第三条（一）", "level": "major", **answers}
        self.does("verifier", "determine", **given)
        return self

    def reported(self, **answers: Any) -> Major:
        """Report it to the authority and to the workers' congress."""
        today = clock.local_date().isoformat()
        self.does(
            "verifier",
            "report_authority",
            **{**AUTHORITY, "reported_to_authority": today, **answers},
        )
        self.does("verifier", "report_union", **{**UNION, "reported_to_union": today})
        return self

    def planned(self, due_on: str = "2026-11-30") -> Major:
        """Plan it in six elements."""
        rectifier = str(self.cast.rectifier.user_id)
        given = {**PLAN, **SIX_ELEMENTS, "rectifier": rectifier, "due_on": due_on}
        self.does("rectifier", "plan", **given)
        return self

    def put_right(self, **signature: Any) -> Major:
        """Rectify it, accept it, sign its closure."""
        self.does("rectifier", "rectify", **{**DONE, "photos_after": [self._photo()]})
        self.does("acceptor", "accept", result="passed")
        self.does("principal", "sign_closure", closure_signed=True, **signature)
        return self
