"""Pages of a city with ten thousand, a hundred thousand and a million hazards, on PostgreSQL.

The city is the one that `bihuan demo --scale` builds. The sizes take turns, so that whatever else
the machine does hits all alike.
"""

from __future__ import annotations

import statistics as numbers
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, and_, event, func, select
from sqlalchemy.orm import Session

from bench import databases
from bench.measure import Timer, emit, quiet, watched
from bench.w1_world import SECRET_KEY
from engine import membership, statistics
from engine.actors import Actor
from engine.board.keeping import enrol
from engine.commands import execute
from engine.filestore import FileStore
from engine.hazards.months import months_back
from engine.jobs import due
from engine.jobs import run as run_job
from engine.returns import locking, states
from engine.secrets import Secrets
from engine.store import open_database
from engine.store import tables as t
from tests.web.visits import Client
from web import create_app, papers  # noqa: F401 - printing is a job that it registers
from web.config import Config
from web.db import db
from web.demo import city
from web.demo.city.world import MODEL

SIZES: Final = (10_000, 100_000, 1_000_000)
ROUNDS: Final = 15
#: How many different closed cases there are.
VARIETY: Final = 48
PAGES: Final = ("inbox", "ledger", "board", "monthly", "case", "close", "close_office")
_KIND: Final = "postgresql"


@dataclass
class House:
    """One city with an application on it, and somebody signed in for each page."""

    engine: Engine
    app: Flask
    pages: Mapping[str, Callable[[], None]]
    #: Locks the office's month, whatever it takes: once, after everything else.
    lock: Callable[[], None]
    timers: dict[str, Timer] = field(default_factory=dict)
    sql: dict[str, int] = field(default_factory=dict)
    sql_ms: dict[str, list[float]] = field(default_factory=dict)

    def warm_up(self) -> None:
        """Open every page once more than counts, and count the statements of the second time."""
        for name, page in self.pages.items():
            page()
            with watched(self.engine) as traffic:
                page()
            self.sql[name], self.timers[name], self.sql_ms[name] = traffic.statements, Timer(), []

    def run(self) -> None:
        """Open every page once."""
        for name, page in self.pages.items():
            with in_database(self.engine) as spent, self.timers[name].lap():
                page()
            self.sql_ms[name].append(sum(spent))


def run() -> None:
    """Print one line for each page and size."""
    if _KIND not in databases.kinds():
        raise SystemExit("the city is measured on PostgreSQL; none answers")
    with ExitStack() as stack:
        stack.enter_context(quiet())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bihuan-city-")))
        houses = {size: _built(stack, size, folder / str(size)) for size in SIZES}
        measure(houses)


def measure(houses: Mapping[int, House]) -> None:
    """Measure the pages of cities that are there already."""
    for house in houses.values():
        house.warm_up()
    for _ in range(ROUNDS):
        for house in houses.values():
            house.run()
    for name in PAGES:
        for size, house in houses.items():
            timer = house.timers[name]
            line: dict[str, Any] = {
                "bench": "city",
                "page": name,
                "hazards": size,
                "ms_p50": timer.p50,
                "ms_p95": timer.p95,
                "sql": house.sql[name],
            }
            if name == "board":
                line["sql_ms"] = numbers.median(house.sql_ms[name])
            emit(**line)
    for size, house in houses.items():
        begun = time.perf_counter()
        house.lock()
        emit(bench="city_lock", hazards=size, seconds=round(time.perf_counter() - begun, 1))


def _built(stack: ExitStack, size: int, folder: Path) -> House:
    folder.mkdir()
    url = stack.enter_context(databases.fresh(_KIND, folder, f"bihuan_city_{size}"))
    engine = open_database(url)
    with Session(engine, expire_on_commit=False) as session:
        session.info["secrets"] = Secrets.open(SECRET_KEY.encode(), folder)
        session.info["files"] = FileStore(folder)
        begun = time.perf_counter()
        city.build(session, enterprises=max(6, size * 6 // 100), hazards=size, variety=VARIETY)
        emit(bench="city_build", hazards=size, seconds=round(time.perf_counter() - begun))
    engine.dispose()
    house = opened(url, folder)
    stack.callback(house.engine.dispose)
    return house


def opened(url: str, folder: Path) -> House:
    """Open a city: its office's board is counted, and each page has somebody who looks at it."""
    config = Config(data_dir=folder, database_url=url, secret_key=SECRET_KEY, runner="off")
    app = create_app(config)
    with app.app_context():
        engine, session = db.engine, db.session()
        office, busiest = _office(session), _busiest(session)
        _count_boards(session, office)
        director = _member(session, office, "director")
        boss, doer = (_member(session, busiest, role) for role in ("principal", "rectifier"))
        case = session.scalars(_a_case(busiest)).one()
        session.rollback()
    month = months_back(statistics.present_month(), 2)[0]
    pages = {
        "inbox": _page(app, doer, "/tasks"),
        "ledger": _page(app, director, "/hazards"),
        "board": _page(app, director, "/board"),
        "monthly": _page(app, director, "/statistics"),
        "case": _page(app, boss, f"/cases/{case}"),
        "close": lambda: _close(engine, config, boss, month, locking.lock),
        "close_office": lambda: _close(engine, config, director, month, locking.lock_by_size),
    }
    return House(engine, app, pages, lambda: _lock(engine, config, director, month))


def _page(app: Flask, actor: Actor, address: str) -> Callable[[], None]:
    client = Client(app)
    client.sign_in(actor)

    def look() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")

    return look


def _close(
    engine: Engine, config: Config, actor: Actor, month: str, lock: Callable[..., Any]
) -> None:
    """Sign and lock a month as the request does; nothing is kept.

    An enterprise's, and that of an office over few enterprises, is locked then and there, with the
    cases behind each figure; that of a larger one is left to a job, which nobody waits for.
    """
    with _session(engine, config) as session:
        states.sign(session, month, actor=actor)
        lock(session, month, actor=actor)
        session.rollback()


def _lock(engine: Engine, config: Config, actor: Actor, month: str) -> None:
    """Sign and lock the office's month to the end, with the job that does it."""
    with _session(engine, config) as session:
        execute(session, states.sign, month, actor=actor)
        execute(session, locking.lock_by_size, month, actor=actor)
        asked = select(t.Job.organisation_id, t.Job.id).where(t.Job.kind == locking.LOCK)
        for owner, job in session.execute(asked).all():
            session.rollback()
            run_job(session, owner, job)
        if states.get(session, actor.organisation_id or UUID(int=0), month).state != "locked":
            raise RuntimeError(f"the office's {month} was not locked")


@contextmanager
def _session(engine: Engine, config: Config) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        session.info["secrets"] = Secrets.open(SECRET_KEY.encode(), config.data_dir)
        session.info["files"] = FileStore(config.data_dir)
        yield session


def _count_boards(session: Session, office: UUID) -> None:
    """Let the office's board and months be counted, as the runner would."""
    execute(session, enrol)
    for owner, job in due(session, limit=1000):
        if owner == office:
            run_job(session, owner, job)


def _office(session: Session) -> UUID:
    return session.scalars(select(t.Organisation.id).where(t.Organisation.kind == "office")).one()


def _busiest(session: Session) -> UUID:
    """Give the enterprise with most open tasks; in every size it has about as many."""
    # Not the one that played the models: its papers wait to be printed.
    statement = (
        select(t.Task.organisation_id)
        .join(t.Organisation, t.Organisation.id == t.Task.organisation_id)
        .where(t.Task.state == "open", t.Organisation.code != MODEL)
        .group_by(t.Task.organisation_id)
        .order_by(func.count().desc(), t.Task.organisation_id)
        .limit(1)
    )
    return session.scalars(statement).one()


def _member(session: Session, organisation: UUID, role: str) -> Actor:
    statement = select(t.Membership.user_id).where(
        t.Membership.organisation_id == organisation, t.Membership.role == role
    )
    user = session.scalars(statement.order_by(t.Membership.user_id).limit(1)).one()
    return membership.actor_for(session, user, organisation)


def _a_case(organisation: UUID) -> Any:
    """Select a case that went the usual way, without a detour."""
    is_case = (t.Instance.organisation_id == t.Hazard.organisation_id) & (
        t.Instance.id == t.Hazard.id
    )
    is_reward = (t.Reward.organisation_id == t.Hazard.organisation_id) & (
        t.Reward.instance_id == t.Hazard.id
    )
    is_usual = and_(
        t.Instance.identity_mode == "named",
        t.Hazard.rounds == 0,
        t.Hazard.level == "general",
        t.Hazard.fixed_on_spot.is_(False),
        t.Hazard.checklist_item.is_(None),
        t.Reward.state == "received",
    )
    return (
        select(t.Instance.id)
        .join(t.Hazard, is_case)
        .join(t.Reward, is_reward)
        .where(t.Instance.organisation_id == organisation, t.Instance.state == "completed")
        .order_by(is_usual.desc(), t.Instance.event_count, t.Instance.id)
        .limit(1)
    )


@contextmanager
def in_database(engine: Engine) -> Iterator[list[float]]:
    """Gather how many milliseconds each statement takes."""
    spent: list[float] = []
    begun: list[float] = []

    def before(*_: Any) -> None:
        begun.append(time.perf_counter())

    def after(*_: Any) -> None:
        spent.append((time.perf_counter() - begun.pop()) * 1e3)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield spent
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
