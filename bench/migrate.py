"""What moving costs: a thousand running cases to a version with one step more.

The cases stand at the first, second and third of five tasks. The dry run, which writes nothing, is
printed beside the batch.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from bench import databases, w1_process
from bench.measure import emit, percentile
from bench.w1_world import World, enter, opened
from engine import definitions, jobs, membership, migrations, reporters, starting, tasks
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.definitions import Bundle
from engine.store import Membership, Task, open_database

CASES: Final = 1000
_TASKS: Final = ("first", "second")


def run() -> None:
    """Print one line for each database."""
    with tempfile.TemporaryDirectory(prefix="bihuan-migrate-") as name:
        folder = Path(name)
        for kind in databases.kinds():
            with databases.fresh(kind, folder, "bihuan_migrate") as url:
                _move(kind, url, folder)


def _move(kind: str, url: str, folder: Path) -> None:
    world = enter(url, folder)
    engine = open_database(url)
    with opened(engine, folder) as session:
        mover = _principal(session, world.actor)
        for number in range(CASES):
            _begin(session, world, number)
        versions = _versions(session, mover)
        databases.settle(engine)
        tried = _dry_run(session, versions, mover)
        execute(session, migrations.start, *versions, {}, reason="bench", actor=mover)
        with _commits(engine) as moments:
            while jobs.run_due(session):
                pass
        (batch,) = migrations.listed(session, "w1", actor=mover)
        assert batch.counts == {"moved": CASES}, batch.counts
    engine.dispose()
    laps = [(later - earlier) * 1e3 for earlier, later in pairwise(moments)]
    emit(
        bench="migrate",
        database=kind,
        cases=CASES,
        cases_per_s=CASES / (moments[-1] - moments[0]),
        ms_p50=percentile(laps, 0.5),
        ms_p95=percentile(laps, 0.95),
        dry_run_per_s=CASES / tried,
    )


def _dry_run(session: Session, versions: tuple[UUID, UUID], mover: Actor) -> float:
    """Give how many seconds it takes to say what would become of all cases."""
    plan = migrations.plan(session, *versions, {}, actor=mover)
    begun = time.perf_counter()
    trials = migrations.dry_run(session, plan, actor=mover)
    seconds = time.perf_counter() - begun
    assert [trial.state for trial in trials] == ["moved"] * CASES
    session.rollback()
    return seconds


def _principal(session: Session, actor: Actor) -> Actor:
    """Give the person of the world the role that moves cases."""
    assert actor.user_id is not None
    assert actor.organisation_id is not None
    session.add(
        Membership(user_id=actor.user_id, organisation_id=actor.organisation_id, role="principal")
    )
    session.commit()
    return membership.actor_for(session, actor.user_id, actor.organisation_id)


def _begin(session: Session, world: World, number: int) -> None:
    started = execute(
        session,
        starting.start,
        definition_key="w1",
        answers=w1_process.answers("begin", number),
        actor=world.actor,
        identity=reporters.identity_of(world.actor, mode="named"),
    )
    wanted = select(Task.id).where(Task.instance_id == started.instance_id, Task.state == "open")
    for key in _TASKS[: number % 3]:
        task_id = session.scalars(wanted).one()
        said = w1_process.answers(key, number)
        execute(session, tasks.complete, task_id, said, actor=world.actor)


def _versions(session: Session, mover: Actor) -> tuple[UUID, UUID]:
    """Deploy the version with one step more; give both."""
    made = execute(
        session,
        definitions.deploy,
        _longer(),
        organisation_id=mover.organisation_id,
        actor=SYSTEM,
    )
    ((source, _number),) = migrations.sources(session, "w1", actor=mover)
    return source.id, made[0].id


def _longer() -> Bundle:
    """W1 with a further task behind the third."""
    bundle = w1_process.bundle()
    drawn = bundle.of("bpmn")["w1"].decode()
    fourth = drawn[drawn.index('<userTask id="fourth"') :].partition("</userTask>")[0]
    further = f"{fourth}</userTask>".replace('id="fourth" name="fourth"', 'id="more" name="more"')
    flow = '<sequenceFlow id="third_fourth" sourceRef="third" targetRef="fourth">'
    assert flow in drawn
    drawn = drawn.replace(
        flow,
        '<sequenceFlow id="more_fourth" sourceRef="more" targetRef="fourth"></sequenceFlow>'
        '<sequenceFlow id="third_more" sourceRef="third" targetRef="more">',
    ).replace('<userTask id="fourth"', f'{further}<userTask id="fourth"')
    return Bundle({**bundle.contents, "bpmn": {"w1": drawn.encode()}})


@contextmanager
def _commits(engine: Engine) -> Iterator[list[float]]:
    """Note the moment of every commit: one a case."""
    moments = [time.perf_counter()]

    def note(_connection: Any) -> None:
        moments.append(time.perf_counter())

    event.listen(engine, "commit", note)
    try:
        yield moments
    finally:
        event.remove(engine, "commit", note)
