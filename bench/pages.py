"""Pages that are opened all day, with a thousand and with a hundred thousand hazards behind them.

Each page is asked for through the application by somebody signed in. Both sizes and both
databases take turns, so that whatever else the machine does hits all alike.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import Engine

from bench import databases
from bench.district import District, fill
from bench.measure import Timer, emit, quiet, watched
from bench.w1_world import SECRET_KEY
from engine.actors import Actor
from tests.web.visits import Client
from web import create_app
from web.config import Config
from web.db import db

FEW: Final = 1_000
MANY: Final = 100_000
ROUNDS: Final = 15
#: Name and address of each page, and who looks: a doer of the big enterprise, or the director.
PAGES: Final = (
    ("inbox", "/tasks", "enterprise"),
    ("hazards", "/hazards", "enterprise"),
    ("hazards", "/hazards", "district"),
    ("monthly", "/statistics", "enterprise"),
    ("monthly", "/statistics", "district"),
)


@dataclass
class House:
    """One application on one database of one size, with both people signed in."""

    engine: Engine
    clients: dict[str, Client]
    timers: dict[tuple[str, str], Timer] = field(default_factory=dict)
    sql: dict[tuple[str, str], int] = field(default_factory=dict)

    def warm_up(self) -> None:
        """Open every page once more than counts, and count the statements of the second time."""
        for page, address, who in PAGES:
            self._open(address, who)
            with watched(self.engine) as traffic:
                self._open(address, who)
            self.sql[page, who] = traffic.statements
            self.timers[page, who] = Timer()

    def run(self) -> None:
        """Open every page once."""
        for page, address, who in PAGES:
            with self.timers[page, who].lap():
                self._open(address, who)

    def _open(self, address: str, who: str) -> None:
        answer = self.clients[who].get(address)
        assert answer.status_code == 200, (address, answer.status)


def run() -> None:
    """Print one line for each page and database."""
    with ExitStack() as stack:
        stack.enter_context(quiet())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bihuan-pages-")))
        kinds = databases.kinds()
        houses = {
            (kind, size): _house(stack, kind, size, folder)
            for kind in kinds
            for size in (FEW, MANY)
        }
        for house in houses.values():
            house.warm_up()
        for _ in range(ROUNDS):
            for house in houses.values():
                house.run()
        for kind in kinds:
            for page, _, who in PAGES:
                _report(page, who, kind, houses[kind, FEW], houses[kind, MANY])


def _report(page: str, who: str, kind: str, small: House, large: House) -> None:
    few, many = small.timers[page, who], large.timers[page, who]
    pairs = zip(many.milliseconds, few.milliseconds, strict=True)
    emit(
        bench="pages",
        page=page,
        who=who,
        database=kind,
        few=FEW,
        many=MANY,
        ms_few=few.p50,
        ms_many=many.p50,
        sql_few=small.sql[page, who],
        sql_many=large.sql[page, who],
        ratio=statistics.median(slow / quick for slow, quick in pairs),
    )


def _house(stack: ExitStack, kind: str, size: int, folder: Path) -> House:
    url = stack.enter_context(databases.fresh(kind, folder, f"bihuan_pages_{size}"))
    district = fill(url, size)
    config = Config(data_dir=folder, database_url=url, secret_key=SECRET_KEY, runner="off")
    app = create_app(config)
    with app.app_context():
        engine = db.engine
    stack.callback(engine.dispose)
    return House(engine, dict(_signed_in(app, district)))


def _signed_in(app: Flask, district: District) -> Iterator[tuple[str, Client]]:
    app.test_client_class = Client
    people: dict[str, Actor] = {"enterprise": district.doer, "district": district.director}
    for who, actor in people.items():
        client = app.test_client()
        assert isinstance(client, Client)
        client.sign_in(actor)
        yield who, client
