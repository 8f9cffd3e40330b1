"""The cases behind a figure of an analysis, and their events one after the other for files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.analysis.answers import Answers
from engine.analysis.figures import Figure, Finder, Hit
from engine.analysis.filters import Question, id_of
from engine.analysis.judging import Judge
from engine.analysis.narrowing import conditions, span_of
from engine.analysis.reading import Place, Trace, traces
from engine.permissions import require
from engine.statistics.paging import Page, wrong_cursor
from engine.store import tables as t
from engine.store import visible_to
from engine.values.batches import batches

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


@dataclass(frozen=True)
class Counted(Told):
    """A case behind a figure, and how it counts there."""

    hit: Hit


def behind(
    session: Session,
    question: Question,
    answers: Answers,
    figure: Figure,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page[Counted]:
    """Give the cases that a figure counts, page by page, as of the moment the answer tells of.

    A page may hold fewer than `limit` although there is a next one: such cases are rare.

    Args:
        answers: what the question was answered with. after: the cursor of the page before.

    Raises:
        NotAllowed: who asks may not list cases. Invalid: the figure or the cursor is wrong.
    """
    for needed in ("analysis:read", "case:list", *(("ledger:read",) * figure.is_of_hazards)):
        require(question.actor, needed)
    search = _Search(session, question, answers, figure)
    place, looked_at = _read(after), 0
    found: list[tuple[Trace, Hit]] = []
    while looked_at < MOST_LOOKED_AT:
        stretch = 0
        for case, hit in search.after(place):
            stretch, place = stretch + 1, case.place
            if hit is not None:
                found.append((case, hit))
            if len(found) == limit:
                return Page(_counted(session, found), _write(place))
        looked_at += stretch
        if stretch < _FOR_A_PAGE:
            return Page(_counted(session, found), None)
    return Page(_counted(session, found), _write(place))


class _Search:
    """Reads cases on behalf of one figure."""

    def __init__(
        self, session: Session, question: Question, answers: Answers, figure: Figure
    ) -> None:
        self._session, self._question, self._at = session, question, answers.at
        self._judge = Judge(session, question, answers.at)
        self._is_of_hazards = figure.is_of_hazards
        self._finder = Finder(answers, figure, self._judge.target)
        self._only = list(conditions(answers, figure))
        self._span = span_of(figure)

    def after(self, place: Place | None) -> Iterator[tuple[Trace, Hit | None]]:
        """Yield a stretch of cases, and whether the figure counts them."""
        cases = traces(
            self._session,
            self._question,
            at=self._at,
            span=self._span,
            after=place,
            most=_FOR_A_PAGE,
            only=self._only,
        )
        for some in batches(cases, _BATCH):
            self._judge.meet(case.place[0] for case in some)
            for case in some:
                yield case, Hit(1) if self._is_of_hazards else self._finder.hit(case)


def every_case(session: Session, question: Question) -> Iterator[Told]:
    """Yield all cases of a question, reading some at a time; for files.

    Who calls has asked for permission and had the look recorded.
    """
    place: Place | None = None
    at = int(clock.now().timestamp())
    while True:
        read, cases = 0, traces(session, question, at=at, after=place, most=_FOR_A_FILE)
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


def units_named(session: Session, ids: Iterable[str], *, actor: Actor) -> dict[str, str]:
    """Give id (as hex) → name of organisations, as far as the actor may see them."""
    found: dict[str, str] = {}
    for some in batches(map(UUID, ids), _BATCH):
        named: Any = select(t.Organisation.id, t.Organisation.name)
        rows = session.execute(visible_to(actor, named.where(t.Organisation.id.in_(some))))
        found.update({row.id.hex: row.name for row in rows})
    return found


def _counted(session: Session, found: list[tuple[Trace, Hit]]) -> list[Counted]:
    told = _told(session, [case for case, _hit in found])
    return [Counted(**vars(one), hit=hit) for one, (_case, hit) in zip(told, found, strict=True)]


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
