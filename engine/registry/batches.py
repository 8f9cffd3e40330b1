"""Sheets that were sent: kept to be looked at, taken in once, whatever is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import AlreadyDone, Conflict, NotFound
from engine.registry.pieces import BAD, Pieces, pack
from engine.store import User, new_id
from engine.store.tables import ImportBatch

#: So many rows are kept, and taken in, together.
CHUNK: Final = 500
_LATEST: Final = 20
_NAME: Final = 200
_TAKEN: Final = ("importing", "imported")
#: There are no rows yet, or there never will be.
_UNREAD: Final = ("reading", "unreadable")


@dataclass(frozen=True)
class Preview:
    """A sheet that was sent, and its rows as they were judged; none while it is being read."""

    batch: ImportBatch
    person: str
    #: When the very same file was taken in before, and by whom.
    twin: tuple[str, Any] | None

    @cached_property
    def _pieces(self) -> Pieces | None:
        return None if self.batch.state in _UNREAD else Pieces(self.batch.content)

    def of(self, kind: str, start: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
        """Give the rows of a kind, new, changed, same or bad: at most `limit` from `start` on."""
        return list(self.every(kind, start, limit))

    def every(
        self, kind: str, start: int = 0, limit: int | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of a kind, a piece at a time."""
        return iter(()) if self._pieces is None else self._pieces.of(kind, start, limit)

    @property
    def counts(self) -> Counter[str]:
        """Give how many rows there are of each kind."""
        return Counter() if self._pieces is None else self._pieces.counts


def begun(content: bytes, name: str, actor: Actor) -> ImportBatch:
    """Give the row of a workbook as it came, to be read; not yet written."""
    said = "".join(sign if sign.isprintable() else " " for sign in name)
    return ImportBatch(
        organisation_id=actor.organisation_id,
        id=new_id(),
        name=" ".join(said.split())[:_NAME] or "表格.xlsx",
        digest=sha256(content).digest(),
        state="reading",
        good=0,
        bad=0,
        content=content,
        read_at=clock.now(),
        read_by=actor.user_id,
    )


def filled(batch: ImportBatch, rows: Sequence[dict[str, Any]]) -> None:
    """Put the judged rows in the place of the workbook: it can be looked at now."""
    batch.bad = sum(row["is"] == BAD for row in rows)
    batch.good, batch.state = len(rows) - batch.bad, "previewed"
    batch.content = pack(rows, CHUNK)


def found(session: Session, batch_id: UUID, *, actor: Actor) -> Preview:
    """Give a sheet of the actor's organisation, for whoever was asked already; NotFound if none."""
    batch = session.get(ImportBatch, (actor.organisation_id, batch_id))
    if batch is None:
        raise NotFound()
    person = session.scalar(select(User.name).where(User.id == batch.read_by)) or ""
    return Preview(batch, person, _twin(session, batch))


def of_organisation(session: Session, actor: Actor) -> Sequence[Any]:
    """Give what `latest` does, for whoever was asked already."""
    columns = [c for c in ImportBatch.__table__.c if c.key not in ("content", "digest")]
    statement = (
        select(*columns, User.name.label("person"))
        .join(User, User.id == ImportBatch.read_by)
        .where(ImportBatch.organisation_id == actor.organisation_id)
        .order_by(ImportBatch.read_at.desc())
        .limit(_LATEST)
    )
    return session.execute(statement).all()


def to_be_taken(session: Session, batch_id: UUID, actor: Actor) -> ImportBatch:
    """Give a sheet, locked and marked as being taken in, for whoever was asked already.

    Raises:
        NotFound: none such. AlreadyDone: it, or the very same file, was taken in before.
        Conflict: it was discarded, or has no good row.
    """
    batch = _locked(session, batch_id, actor)
    _refuse_twice(session, batch)
    if batch.state == "reading":
        raise Conflict(
            "表格还在读取，读完后再确认导入。", "The sheet is still being read; wait until it is."
        )
    if not batch.good:
        raise Conflict(
            "没有可以导入的行，请改好表格后重新上传。",
            "No row can be taken in; mend the sheet and upload it again.",
        )
    batch.state, batch.imported_at = "importing", clock.now()
    return batch


def put_aside(session: Session, batch_id: UUID, actor: Actor) -> None:
    """Discard a sheet, for whoever was asked already.

    Raises:
        NotFound. AlreadyDone: it was taken in meanwhile.
    """
    batch = _locked(session, batch_id, actor)
    if batch.state not in ("reading", "previewed", "unreadable"):
        _refuse_twice(session, batch)
    batch.state, batch.content, batch.done = "discarded", pack([], CHUNK), 0
    session.flush()


def _locked(session: Session, batch_id: UUID, actor: Actor) -> ImportBatch:
    found = session.scalar(
        select(ImportBatch)
        .where(ImportBatch.organisation_id == actor.organisation_id, ImportBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound()
    return found


def _refuse_twice(session: Session, batch: ImportBatch) -> None:
    if batch.state == "discarded":
        raise Conflict(
            "这份表格已经放弃，请重新上传。", "This sheet was discarded; upload it again."
        )
    done = batch if batch.state in _TAKEN else None
    twin = _twin(session, batch)
    if done is None and twin is None:
        return
    person = session.scalar(select(User.name).where(User.id == batch.read_by)) or ""
    by, at = twin or (person, batch.imported_at)
    raise AlreadyDone(
        f"这份表格已由{by}导入，不会重复导入。",
        f"This sheet was taken in by {by}; it is not taken in twice.",
        by=by,
        at=at,
    )


def _twin(session: Session, batch: ImportBatch) -> tuple[str, Any] | None:
    row = session.execute(
        select(User.name, ImportBatch.imported_at)
        .join(User, User.id == ImportBatch.read_by)
        .where(
            ImportBatch.organisation_id == batch.organisation_id,
            ImportBatch.digest == batch.digest,
            ImportBatch.state.in_(_TAKEN),
            ImportBatch.id != batch.id,
        )
    ).first()
    return (row[0], row[1]) if row else None
