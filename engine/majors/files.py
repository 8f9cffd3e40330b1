"""Documents of an entry: they belong to the case, whoever handed them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import attachments
from engine.actors import Actor
from engine.errors import InvalidAnswers
from engine.store import Attachment


def take(session: Session, row: Any, files: Sequence[str], *, actor: Actor) -> list[str]:
    """Bind uploaded files to a major's case; what an authority uploaded passes to the enterprise.

    Raises:
        InvalidAnswers: one was not uploaded, or belongs to another case.
    """
    wanted = list(dict.fromkeys(files))
    if not wanted:
        return []
    if actor.organisation_id != row.organisation_id:
        _hand_over(session, row, wanted, actor)
    attachments.cite(session, row.organisation_id, row.id, wanted)
    return wanted


def _hand_over(session: Session, row: Any, files: Sequence[str], actor: Actor) -> None:
    statement = (
        update(Attachment)
        .where(
            Attachment.organisation_id == actor.organisation_id,
            Attachment.id.in_([_id(one) for one in files]),
            Attachment.instance_id.is_(None),
        )
        .values(organisation_id=row.organisation_id, instance_id=row.id)
    )
    session.connection().execute(statement)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidAnswers.at(
            "files",
            "有附件没有上传成功，请重新上传。",
            "One of the files was not uploaded; upload it again.",
        ) from error
