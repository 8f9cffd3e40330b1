"""A whole city: tens of thousands of enterprises, and a million hazards with their histories.

A few dozen cases are played through the engine; all others are told from them, with their own
ids, numbers, times, reporters and hashes, so that the engine opens, checks and counts them as its
own. The same size gives the same city.
"""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import clock, secrets
from engine.board import count, keeping
from engine.commands import execute
from engine.secrets import Secrets
from engine.store import open_database
from engine.store import tables as t
from web.demo.city import moulds, world, writing
from web.demo.city.models import play
from web.demo.city.moulds import Mould, day_of
from web.demo.city.plan import IN_A_FILE, ON_A_SERVER, SEED, Unit, units
from web.demo.city.telling import Narrator, Told

__all__ = ["IN_A_FILE", "ON_A_SERVER", "build"]

#: So many ordinary cases are played to tell the others from.
_VARIETY: Final = 48
#: So many lines are gathered before they are written.
_GATHERED: Final = 60_000
#: Enterprises were entered so many days ago.
_ENTERED: Final = 1000


def build(
    session: Session,
    *,
    enterprises: int,
    hazards: int,
    processes: int = 2,
    variety: int = _VARIETY,
) -> dict[str, Any]:
    """Write a city into an empty database; give what demo.json says of it.

    Args:
        session: opened with the keys and the files of the installation.
        enterprises, hazards: how many, besides the enterprise whose cases the others are told from.
        processes: how many write at once; SQLite has one writer.
        variety: how many different closed cases there are.
    """
    now = clock.now()
    city = world.found(session, now)
    made = _moulds(session, city, now, variety)
    engine = session.connection().engine
    session.rollback()
    planned = list(units(enterprises, hazards))
    teller = _Teller(made, secrets.of(session), city, now)
    with writing.bare(engine):
        if engine.dialect.name == "postgresql" and processes > 1:
            _in_parts(engine, teller, planned, processes)
        else:
            teller.tell(engine, planned)
    writing.settle(engine)
    execute(session, _first_board, city.ids[world.OFFICE])
    return {"people": list(city.people)}


class _Teller:
    """Tells a part of the enterprises into a database."""

    def __init__(
        self, made: Sequence[Mould], keys: Secrets, city: world.City, now: datetime
    ) -> None:
        self._narrator = Narrator(made, keys, day_of(now))
        self._ids = dict(city.ids)
        self._digest = city.digest
        self._since = now - timedelta(days=_ENTERED)

    def tell(self, engine: Engine, planned: Sequence[Unit]) -> None:
        """Tell these enterprises."""
        with engine.connect() as connection:
            writer, lines, gathered = writing.Writer(connection), Told().lines, 0
            for unit in planned:
                told = self._one(unit)
                for table, found in told.lines.items():
                    lines[table].extend(found)
                    gathered += len(found)
                if gathered >= _GATHERED:
                    writer.write(lines)
                    lines, gathered = defaultdict(list), 0
            writer.write(lines)

    def _one(self, unit: Unit) -> Told:
        rng = Random(SEED * 100_000 + unit.number)  # noqa: S311 - a story, no secret
        owner = world.owner_of(unit, self._ids, self._since)
        told, tally = self._narrator.tell(owner, rng)
        world.add_lines(
            told.lines, world.rows_of(unit, owner, tally, self._since, self._digest, rng)
        )
        return told


def _moulds(session: Session, city: world.City, now: datetime, variety: int) -> list[Mould]:
    people = [actor.user_id for _, actor in city.crew.members]
    stays = (select(t.Definition.id), select(t.Resource.id), select(t.ChecklistItem.id))
    known = frozenset(str(one) for ids in stays for one in session.scalars(ids))
    models = play(session, city.crew, now, variety=variety)
    return [moulds.cast(model, [one for one in people if one], known) for model in models]


def _in_parts(engine: Engine, teller: _Teller, planned: Sequence[Unit], processes: int) -> None:
    """Let several processes tell a part each, of as many cases."""
    address = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    forked = multiprocessing.get_context("fork")
    workers = [
        forked.Process(target=_tell_part, args=(address, teller, part))
        for part in _parts(planned, processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a process that wrote a part of the city has failed")


def _tell_part(address: str, teller: _Teller, planned: Sequence[Unit]) -> None:
    engine = open_database(address)
    teller.tell(engine, planned)
    engine.dispose()


def _parts(planned: Sequence[Unit], count_: int) -> list[list[Unit]]:
    """Cut into runs of enterprises with about as much to tell."""
    whole = sum(unit.cases + 1 for unit in planned)
    parts: list[list[Unit]] = [[] for _ in range(count_)]
    so_far = 0
    for unit in planned:
        parts[min(count_ - 1, so_far * count_ // whole)].append(unit)
        so_far += unit.cases + 1
    return parts


def _first_board(session: Session, office_id: UUID) -> None:
    """Keep the board of the office, so that the first page needs not wait."""
    begun, at = clock.now(), clock.now()
    board = count(session, actor=keeping.looking_from(office_id, "office"))
    took = (clock.now() - begun) / timedelta(milliseconds=1)
    keeping.keep(session, office_id, board.to_text(), at, int(took))
