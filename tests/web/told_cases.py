"""Cases for stories about the case page: the shipped process, told as far as a story needs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.filestore import FileStore
from tests.cast import Cast
from tests.loop import Loop
from tests.processes.player import CONFIRMED, PLAN
from tests.web.visits import Client
from web.config import Config


def begun(session: Session, cast: Cast, config: Config, *, mode: str = "confidential") -> Loop:
    """A hazard was just reported."""
    session.info["files"] = FileStore(config.data_dir)
    return Loop(session, cast, mode=mode)


def planned(loop: Loop, **answers: Any) -> Loop:
    """It was taken up, verified and planned; it waits for the rectifier and for the approver."""
    rectifier = str(loop.cast.rectifier.user_id)
    loop.does("verifier", "acknowledge", ack_note="马上去看")
    loop.does("verifier", "verify", **{**CONFIRMED, **answers})
    loop.does("rectifier", "plan", **{**PLAN, "rectifier": rectifier, "due_on": "2026-11-13"})
    return loop


def text_of(client: Client, path: str) -> str:
    """Give a page that has to be there."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text
