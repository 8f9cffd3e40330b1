"""The cases behind a figure of an analysis, and their events one after the other for files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.analysis.computing import ordering_of
from engine.analysis.filters import Filters, Question, ask, id_of
from engine.analysis.reading import Place, Trace, traces
from engine.analysis.tally import JOINED
from engine.permissions import require
from engine.statistics.paging import Page, wrong_cursor
from engine.store import tables as t

#: No more cases than this are looked through for one page of a list.
MOST_LOOKED_AT: Final = 20_000
#: So many are read at a time for a page, and for a file, whose names are looked up in batches.
_FOR_A_PAGE: Final = 4_000
_FOR_A_FILE: Final = 20_000
_BATCH: Final = 500


@dataclass(frozen=True)
class Told:
    """A case for a list or a file: what happened, and whose it is. Nobody's name is in it."""

    trace: Trace
    organisation: str
    #: Key, name and version of the process it ran by.
    definition: str
    version: int


def digest_of(path: str) -> str:
    """Name a way of steps in an address."""
    return sha256(path.encode()).hexdigest()[:16]


def cases_of(
    session: Session,
    filters: Filters,
    way: str,
    *,
    actor: Actor,
    after: str | None = None,
    limit: int = 50,
) -> Page[Told]:
    """Give the finished cases that went one way, page by page.

    A page may hold fewer than `limit` although there is a next one: the way is rare.

    Args:
        way: its `digest_of`. after: the cursor of the page before.

    Raises:
        NotAllowed: the actor may not list cases. Invalid: a filter or the cursor is wrong.
    """
    require(actor, "analysis:read")
    require(actor, "case:list")
    question = ask(session, filters, actor=actor)
    ordering = ordering_of(session, question)
    place, looked_at = _read(after), 0
    found: list[Trace] = []
    while looked_at < MOST_LOOKED_AT:
        stretch = 0
        for case in traces(session, question, after=place, most=_FOR_A_PAGE):
            stretch, place = stretch + 1, case.place
            path = ordering.way([one.element for one in case.done]).path
            if case.state == "completed" and digest_of(JOINED.join(path)) == way:
                found.append(case)
            if len(found) == limit:
                return Page(_told(session, found), _write(place))
        looked_at += stretch
        if stretch < _FOR_A_PAGE:
            return Page(_told(session, found), None)
    return Page(_told(session, found), _write(place))


def every_case(session: Session, question: Question) -> Iterator[Told]:
    """Yield all cases of a question, reading some at a time; for files.

    Who calls has asked for permission and had the look recorded.
    """
    place: Place | None = None
    while True:
        read, cases = 0, traces(session, question, after=place, most=_FOR_A_FILE)
        while some := list(islice(cases, _BATCH)):
            read, place = read + len(some), some[-1].place
            yield from _told(session, some)
        if read < _FOR_A_FILE:
            return


def versions_named(session: Session, ids: Iterable[UUID]) -> dict[str, Any]:
    """Give id (as hex) → name, version and owner's name of definitions, in the order given."""
    wanted = list(ids)
    rows = session.execute(
        select(
            t.Definition.id,
            t.Definition.name,
            t.Definition.version,
            t.Organisation.name.label("owner"),
        )
        .join(t.Organisation, t.Organisation.id == t.Definition.organisation_id)
        .where(t.Definition.id.in_(wanted))
    )
    known = {row.id: row for row in rows}
    return {one.hex: known[one] for one in wanted if one in known}


def _told(session: Session, found: Iterable[Trace]) -> list[Told]:
    found = list(found)
    owners = {case.place[0] for case in found}
    names = _names(session, owners)
    versions = {UUID(case.definition) for case in found}
    rows = session.execute(
        select(t.Definition.id, t.Definition.name, t.Definition.version).where(
            t.Definition.id.in_(versions)
        )
    )
    known = {row.id.hex: row for row in rows}
    return [
        Told(
            case,
            names.get(case.place[0], ""),
            known[case.definition].name,
            known[case.definition].version,
        )
        for case in found
    ]


def _names(session: Session, owners: set[UUID]) -> dict[UUID, str]:
    if not owners:
        return {}
    statement = select(t.Organisation.id, t.Organisation.name)
    rows = session.execute(statement.where(t.Organisation.id.in_(owners)))
    return {row.id: row.name for row in rows}


def _write(place: Place | None) -> str | None:
    return f"{place[0].hex}-{place[1].hex}" if place else None


def _read(cursor: str | None) -> Place | None:
    if not cursor:
        return None
    owner, mark, case = cursor.partition("-")
    if not mark:
        raise wrong_cursor()
    return id_of("after", owner), id_of("after", case)
