"""A complaint of somebody of 甲, about which the union has written, for who knocks at the doors."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import attachments, clock, commands
from engine.complaints import filing, handling, letters
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.complaint_story import Complaining
from tests.loop import Loop
from tests.pictures import photo
from tests.web.access_table import ROUTES


def complaint(session: Session, cast: Cast, loop: Loop) -> dict[str, Any]:
    """Let the reporter complain and be asked, the union write, and the principal reply."""
    guest = commands.execute(session, filing.open_room, "own", actor=cast.reporter)
    content = photo("brown")
    upload = attachments.receive(session.info["files"], content, "a.webp", only_photos=True)
    file = commands.execute(session, attachments.add, upload, actor=guest).id
    it = Complaining(session, cast, is_deployed=True, files=[str(file)])
    it.is_written_about(cast.union)
    letter = letters.listed(session, actor=cast.principal)[0][0].id
    mine = commands.execute(session, attachments.add, upload, actor=cast.principal).id
    said = {"text": "已补发", "files": [str(mine)], "actor": cast.principal}
    commands.execute(session, letters.reply, letter, **said)
    (task,) = handling.open_tasks(session, it.id, actor=cast.union)
    session.execute(update(t.CheckIn).values(due_on=clock.local_date()))
    number = session.scalars(select(t.UnionLetter.number)).one()
    session.commit()
    things: dict[str, Any] = {"complaint_id": it.id, "letter_id": letter}
    for route in ROUTES:
        if " /complaints/" in route:
            is_reply = "/replies/" in route
            things[f"{route} attachment_id"] = mine if is_reply else file
            things[f"{route} task_id"] = task.task_id
            things[f"{route} number"] = number
    return things
