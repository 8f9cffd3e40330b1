"""The analysis of many cases: how long until it is there, how long each turn of its job, the page.

A year of cases is written in bulk, those of the last months are asked about by the district's
director. The job's turns are what others would wait for, so they are told apart.
"""

from __future__ import annotations

import tempfile
import tracemalloc
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench import databases
from bench.district import District, fill
from bench.measure import Timer, emit, quiet, watched
from engine import analysis, clock, commands, definitions
from engine.actors import SYSTEM
from engine.analysis import Filters
from engine.analysis.computing import Work, finished, go_on
from engine.store import open_database

#: Cases of a year, of which those of the last months are analysed.
CASES: Final = 120_000
FILTERS: Final = Filters(period="last_3_months")
_ROOT: Final = Path(__file__).parents[1]


def run() -> None:
    """Print one line a database."""
    with ExitStack() as stack:
        stack.enter_context(quiet())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bihuan-analysis-")))
        for kind in databases.kinds():
            url = stack.enter_context(databases.fresh(kind, folder, "bihuan_analysis"))
            district = fill(url, CASES)
            engine = open_database(url)
            stack.callback(engine.dispose)
            _draw(engine, district)
            _report(engine, district, kind)


def _report(engine: Engine, district: District, kind: str) -> None:
    with Session(engine) as session:
        question = analysis.ask(session, FILTERS, actor=district.director)
        whole, turns, last, page = Timer(), Timer(), Timer(), Timer()
        with whole.lap(), watched(engine) as traffic:
            work = Work.begin(session, question)
            while not work.is_done:
                with turns.lap():
                    go_on(session, question, work)
                    session.rollback()
            with last.lap():
                content = finished(session, question, work)
        commands.execute(session, analysis.order, FILTERS, actor=district.director)
        for _ in range(5):
            with page.lap():
                analysis.analyse(session, FILTERS, actor=district.director)
                session.rollback()
        emit(
            bench="analysis",
            database=kind,
            cases=work.done,
            ways=len(content["now"]["ways"]),
            ms=whole.total,
            turns=len(turns.milliseconds),
            ms_turn_p50=turns.p50,
            ms_turn_p95=turns.p95,
            ms_last=last.total,
            ms_page=page.p50,
            sql=traffic.statements,
            peak_mb=_peak(session, district) / 1e6,
        )


def _peak(session: Session, district: District) -> float:
    """Give the most memory that one turn takes."""
    question = analysis.ask(session, FILTERS, actor=district.director)
    work = Work(at=int(clock.now().timestamp()), of=0, done=0, sums={})
    tracemalloc.start()
    go_on(session, question, work)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _draw(engine: Engine, district: District) -> None:
    """Let the cases have run by the shipped process: its steps are those of the rows."""
    with Session(engine) as session:
        assert district.director.organisation_id is not None
        deployed = commands.execute(
            session,
            definitions.deploy,
            definitions.read_folder(_ROOT),
            organisation_id=district.director.organisation_id,
            actor=SYSTEM,
        )
        row = next(one for one in deployed if one.key == "hazard_report")
        wrong = "key in ('rectify', 'accept')"
        session.execute(text(f"update task set element = 'rectification:' || key where {wrong}"))  # noqa: S608
        taken = row.id.bytes if engine.dialect.name == "sqlite" else row.id
        session.execute(text("update instance set definition_id = :id"), {"id": taken})
        session.commit()
    databases.settle(engine)
