"""Taking a sheet of enterprises in: looked at first, then once, piece by piece (R-07)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Invalid
from engine.registry.batches import (
    CHUNK,
    Preview,
    begun,
    filled,
    found,
    of_organisation,
    put_aside,
    to_be_taken,
)
from engine.registry.entering import require_keeper
from engine.registry.matching import matched
from engine.registry.nodes import nodes
from engine.registry.pieces import Pieces
from engine.registry.sheet import read
from engine.registry.taking import taken
from engine.store import new_id
from engine.store.tables import ImportBatch, Job

#: A sheet with no more good rows is taken in at once; a longer one by a job, with its progress.
AT_ONCE: Final = 500
JOB: Final = "registry_import"


def judge(
    session: Session, content: bytes, *, actor: Actor, most: int
) -> list[dict[str, Any]] | None:
    """Read a workbook and say what would become of each row; None if it has more than `most`.

    It only reads, and takes its time.

    Raises:
        NotAllowed: the actor keeps no register. Invalid: it cannot be read, or holds nothing.
    """
    require_keeper(actor)
    rows = list(islice(judged(session, content, actor), most + 1))
    return rows if len(rows) <= most else None


def judged(session: Session, content: bytes, actor: Actor) -> Iterator[dict[str, Any]]:
    """Yield what would become of each row, for somebody who was asked already whether they may.

    Raises:
        Invalid: it cannot be read, or holds nothing.
    """
    lines = read(content, nodes(session, actor=actor))
    is_empty = True
    for row in matched(session, lines, actor=actor):
        is_empty = False
        yield row
    if is_empty:
        raise Invalid("表格里没有单位。请从表头下一行填起。", "The sheet holds no enterprise.")


def keep(
    session: Session,
    rows: Sequence[dict[str, Any]],
    content: bytes,
    name: str,
    *,
    actor: Actor,
) -> ImportBatch:
    """Keep what `judge` said of a workbook, to be looked at; nothing else changes.

    Raises:
        NotAllowed: the actor keeps no register.
    """
    require_keeper(actor)
    batch = begun(content, name, actor)
    filled(batch, rows)
    session.add(batch)
    session.flush()
    return batch


def preview(session: Session, content: bytes, name: str, *, actor: Actor) -> ImportBatch:
    """Judge a workbook and keep it, in one go: for short ones, since nobody writes meanwhile.

    Raises:
        NotAllowed: the actor keeps no register. Invalid: it cannot be read, or holds nothing.
    """
    require_keeper(actor)
    return keep(session, list(judged(session, content, actor)), content, name, actor=actor)


def get(session: Session, batch_id: UUID, *, actor: Actor) -> Preview:
    """Give a sheet that the actor's organisation read in.

    Raises:
        NotAllowed: the actor keeps no register. NotFound: none such, or another's.
    """
    require_keeper(actor)
    return found(session, batch_id, actor=actor)


def latest(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give the sheets the actor's organisation read in last, with who read them.

    Raises:
        NotAllowed: the actor keeps no register.
    """
    require_keeper(actor)
    return of_organisation(session, actor)


def take_in(session: Session, batch_id: UUID, *, actor: Actor) -> ImportBatch:
    """Take the good rows of a sheet in, this once; of many a job does it piece by piece.

    Raises:
        NotAllowed: the actor keeps no register. NotFound: none such. AlreadyDone: it, or the very
        same file, was taken in before. Conflict: it was discarded, or has no good row.
    """
    require_keeper(actor)
    batch = to_be_taken(session, batch_id, actor)
    session.flush()
    if batch.good <= AT_ONCE:
        go_on(session, batch, actor=actor)
        return batch
    session.add(
        Job(
            organisation_id=batch.organisation_id, id=new_id(), kind=JOB, state="waiting",
            due_at=clock.now(), created_at=clock.now(),
            payload={"batch_id": str(batch_id), "by": str(actor.user_id),
                     "kind": actor.organisation_kind},
        )
    )  # fmt: skip
    session.flush()
    return batch


def discard(session: Session, batch_id: UUID, *, actor: Actor) -> None:
    """Put a sheet aside that was only looked at.

    Raises:
        NotAllowed, NotFound. AlreadyDone: it was taken in meanwhile.
    """
    require_keeper(actor)
    put_aside(session, batch_id, actor)


def go_on(session: Session, batch: ImportBatch, *, actor: Actor) -> bool:
    """Take the next rows of a sheet in; say whether there are more."""
    part = Pieces(batch.content).good(batch.done // CHUNK)
    outcome = Counter(batch.outcome) + taken(session, part, actor)
    batch.outcome, batch.done = dict(outcome), batch.done + len(part)
    if batch.done >= batch.good:
        batch.state = "imported"
    session.flush()
    return batch.state == "importing"
