"""A sheet that is too long to be read while its sender waits: kept as it came, read by a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Invalid
from engine.registry import importing
from engine.registry.batches import CHUNK, begun, filled
from engine.registry.entering import require_keeper
from engine.registry.importing import judged
from engine.store import new_id
from engine.store.tables import ImportBatch, Job

#: A larger file, or one with more rows, is read by a job.
LARGEST_AT_ONCE: Final = 128 * 1024
ROWS_AT_ONCE: Final = 2_000
JOB: Final = "registry_reading"
#: After so many rows the page is told how far the reading is. A whole number of chunks: between
#: them nothing is held that telling would make stale.
TOLD_AFTER: Final = 10 * CHUNK


def judge_short(session: Session, content: bytes, *, actor: Actor) -> list[dict[str, Any]] | None:
    """Judge a workbook as `importing.judge` does; None for one that takes too long to wait for.

    Raises:
        NotAllowed: the actor keeps no register. Invalid: it cannot be read, or holds nothing.
    """
    require_keeper(actor)
    if len(content) > LARGEST_AT_ONCE:
        return None
    return importing.judge(session, content, actor=actor, most=ROWS_AT_ONCE)


def receive(session: Session, content: bytes, name: str, *, actor: Actor) -> ImportBatch:
    """Keep a workbook as it came, and leave the reading to a job.

    Raises:
        NotAllowed: the actor keeps no register.
    """
    require_keeper(actor)
    batch = begun(content, name, actor)
    session.add(batch)
    session.flush()
    session.execute(
        insert(Job),
        [
            {
                "organisation_id": batch.organisation_id,
                "id": new_id(),
                "kind": JOB,
                "state": "waiting",
                "due_at": clock.now(),
                "attempts": 0,
                "payload": {
                    "batch_id": str(batch.id),
                    "by": str(actor.user_id),
                    "kind": actor.organisation_kind,
                },
                "created_at": clock.now(),
            }
        ],
    )
    return batch


def read(
    session: Session, batch_id: UUID, *, actor: Actor, tell: Callable[[int], None]
) -> list[dict[str, Any]] | Invalid | None:
    """Read a workbook that waits: its rows as they were judged, or why it cannot be read.

    It only reads; None when nobody waits for it any more.

    Args:
        tell: called with the number of rows read so far, every `TOLD_AFTER` of them.
    """
    content = session.scalar(
        select(ImportBatch.content).where(*_waits(actor.organisation_id, batch_id))
    )
    if content is None:
        return None
    try:
        return list(_telling(judged(session, content, actor), tell))
    except Invalid as error:
        return error


def tell(session: Session, organisation_id: UUID, batch_id: UUID, count: int) -> None:
    """Say on the page how many rows have been read."""
    session.execute(
        update(ImportBatch).where(*_waits(organisation_id, batch_id)).values(done=count)
    )


def settle(
    session: Session, organisation_id: UUID, batch_id: UUID, found: list[dict[str, Any]] | Invalid
) -> None:
    """Keep what was read, to be looked at, unless the sheet was put aside meanwhile."""
    batch = session.scalar(
        select(ImportBatch).where(*_waits(organisation_id, batch_id)).with_for_update()
    )
    if batch is None:
        return
    batch.done = 0
    if isinstance(found, Invalid):
        said = found.message
        batch.state, batch.outcome = "unreadable", {"zh": said.zh, "en": said.en}
        batch.content = b""
    else:
        filled(batch, found)
    session.flush()


def _telling(
    rows: Iterator[dict[str, Any]], tell: Callable[[int], None]
) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % TOLD_AFTER == 0:
            tell(number)


def _waits(organisation_id: UUID | None, batch_id: UUID) -> tuple[Any, ...]:
    return (
        ImportBatch.organisation_id == organisation_id,
        ImportBatch.id == batch_id,
        ImportBatch.state == "reading",
    )
