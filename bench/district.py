"""A district's database filled in bulk: a year of hazards as the engine would have left them.

Instances, tasks, the vault, the ledger and the months agree with each other; what lists never
read (histories, finished states) is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from bench.databases import settle
from bench.hazard_rows import Case
from engine import clock, membership
from engine.actors import Actor
from engine.hazards.counts import counts_of_hazard
from engine.store import Base, Definition, Membership, Organisation, User, new_id, open_database
from engine.store import tables as t

#: Of which the first is big: two of five reports are its.
ENTERPRISES: Final = 200
_BIG_SHARE: Final = 0.4
_YEAR: Final = timedelta(days=365)
#: Instances that are gathered before they are written.
_BATCH: Final = 10_000
_SECTORS: Final = ("hazchem", "construction", "gas", "industry", "education", "medical")

Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True)
class District:
    """Who looks at the pages."""

    #: Of the big enterprise; may do every kind of task.
    doer: Actor
    #: Of the office above all.
    director: Actor


def fill(url: str, hazards: int) -> District:
    """Fill an empty, migrated database with so many hazards of the last year."""
    engine = open_database(url)
    with Session(engine, expire_on_commit=False) as session:
        office, enterprises = _organisations(session)
        big = enterprises[0].id
        doer = _person(session, "doer", big, ("verifier", "rectifier", "acceptor"))
        director = _person(session, "director", office, ("director",))
        definition = _definition(session, office)
        session.commit()
        with engine.begin() as connection:
            _Year(connection, enterprises, definition, doer).tell(hazards)
        found = District(
            doer=membership.actor_for(session, doer, big),
            director=membership.actor_for(session, director, office),
        )
    settle(engine)
    engine.dispose()
    return found


class _Year:
    """Writes cases and keeps the months in step with them."""

    def __init__(
        self,
        connection: Connection,
        enterprises: Sequence[Organisation],
        definition: UUID,
        doer: UUID,
    ) -> None:
        self._connection = connection
        self._enterprises = enterprises
        self._definition = definition
        self._doer = doer
        self._rng = Random(7)
        self._months: dict[tuple[UUID, str], Counter[str]] = defaultdict(Counter)
        self._persons: set[tuple[UUID, str, bytes]] = set()
        self._rows: Rows = defaultdict(list)

    def tell(self, hazards: int) -> None:
        """Write so many cases, evenly over the year, and its months."""
        now = clock.now()
        for number in range(hazards):
            at = now - _YEAR * (1 - number / hazards)
            self._add(
                Case.told(self._rng, self._owner(), self._definition, self._doer, number, at, now)
            )
            if len(self._rows[t.Instance]) >= _BATCH:
                self._write()
        self._close()
        self._write()

    def _owner(self) -> Organisation:
        big, *others = self._enterprises
        return big if self._rng.random() < _BIG_SHARE else self._rng.choice(others)

    def _add(self, case: Case) -> None:
        hazard = case.hazard()
        for table, row in case.rows():
            self._rows[table].append(row)
        self._rows[t.Hazard].append(hazard)
        for (month, counter), count in counts_of_hazard(hazard).items():
            self._months[case.owner.id, month][counter] += count
        self._persons.add((case.owner.id, clock.month_of(case.at), case.person))

    def _close(self) -> None:
        """Count who reported, and gather the rows of the months."""
        for owner, month, digest in self._persons:
            self._months[owner, month]["reporters"] += 1
            self._rows[t.MonthPerson].append(
                {"organisation_id": owner, "month": month, "kind": "reporter", "digest": digest}
            )
        counters = [column.key for column in t.Month.__table__.c][2:]
        for (owner, month), counts in self._months.items():
            row = {name: counts[name] for name in counters}
            self._rows[t.Month].append({"organisation_id": owner, "month": month, **row})

    def _write(self) -> None:
        """Write what has gathered, in the order in which the tables refer to each other."""
        by_table = {model.__table__: rows for model, rows in self._rows.items() if rows}
        for table in Base.metadata.sorted_tables:
            if table in by_table:
                _bulk(self._connection, table, by_table[table])
        self._rows.clear()


def _bulk(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows of the same columns; PostgreSQL takes them fastest as one stream."""
    dialect = connection.dialect
    if dialect.name == "sqlite":
        connection.execute(insert(table), rows)
        return
    makers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in rows[0]]
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({', '.join(rows[0])}) FROM STDIN") as stream:
        for row in rows:
            values = zip(makers, row.values(), strict=True)
            stream.write_row([make(value) if make else value for make, value in values])


def _organisations(session: Session) -> tuple[UUID, list[Organisation]]:
    office = _organisation(session, "office", "滨江区安委办", "O")
    over = {
        "department_id": _organisation(session, "department", "区应急管理局", "D", office.id).id,
        "town_id": _organisation(session, "town", "江湾街道", "T", office.id).id,
    }
    enterprises = [
        _organisation(session, "enterprise", f"第{number}机械有限公司", f"E{number:05d}", **over)
        for number in range(ENTERPRISES)
    ]
    for number, enterprise in enumerate(enterprises):
        enterprise.sector = _SECTORS[number % len(_SECTORS)]
    session.flush()
    return office.id, enterprises


def _organisation(
    session: Session, kind: str, name: str, code: str, parent: UUID | None = None, **over: UUID
) -> Organisation:
    row = Organisation(
        id=new_id(),
        kind=kind,
        name=name,
        code=code,
        parent_id=parent,
        staff_count=80,
        created_at=clock.now() - 2 * _YEAR,
        **over,
    )
    session.add(row)
    session.flush()
    return row


def _person(session: Session, login: str, organisation: UUID, roles: Sequence[str]) -> UUID:
    user = User(id=new_id(), login=login, name="何核", language="zh_CN", created_at=clock.now())
    session.add(user)
    session.flush()
    session.add_all(
        Membership(user_id=user.id, organisation_id=organisation, role=role) for role in roles
    )
    return user.id


def _definition(session: Session, office: UUID) -> UUID:
    row = Definition(
        id=new_id(),
        organisation_id=office,
        key="hazard_report",
        name="隐患报告",
        version=1,
        digest=b"",
        resources={},
        created_at=clock.now(),
    )
    session.add(row)
    return row.id
