"""A batch moves each case once, whoever dies or comes in between, and only for who may."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import orjson
import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import (
    definitions,
    doctor,
    history,
    jobs,
    migrations,
    tasks,
)
from engine.actors import SYSTEM
from engine.commands import execute
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, NotFound
from engine.secrets import Secrets
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine.move_stories import (
    LINE,
    LONGER,
    RENAMED,
    Ids,
    case_of,
    deploy,
    is_sound,
    result,
    start,
    two_versions,
    work,
)
from tests.engine.stories import begin, do, open_keys, open_task, tags
from tests.together import Together


def test_what_is_refused_is_tried_again_once_it_has_gone_on(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    first = deploy(session, cast, LINE)
    begun = [begin(session, cast.reporter, "line") for _ in range(3)]
    other = deploy(session, cast, RENAMED)
    do(session, cast.verifier, begun[0], "first")
    batch = start(session, cast.administrator, (first, other))
    with pytest.raises(Conflict):
        start(session, cast.principal, (first, other))
    work(session)
    assert result(session, batch, cast.administrator) == {"moved": 1, "refused": 2}
    items = migrations.items(session, batch, actor=cast.administrator)
    assert [item.state for item in items] == ["refused", "refused", "moved"]
    assert items[0].words is not None
    assert items[0].at == ["first"]
    do(session, cast.verifier, begun[1], "first")
    execute(session, migrations.retry, batch, actor=cast.administrator)
    work(session)
    assert result(session, batch, cast.administrator) == {"moved": 2, "refused": 1}
    assert tags(session, begun[0]).count("instance:migrated") == 1
    assert migrations.listed(session, "line", actor=cast.principal)[0].state == "done"
    assert is_sound(session)


def test_a_process_that_dies_between_cases_leaves_the_rest_to_the_next(
    clock: time_machine.Traveller,
    session: Session,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    versions, begun = two_versions(session, cast, cases=5)
    batch = start(session, cast.administrator, versions)
    (pair,) = jobs.due(session)
    session.rollback()
    job = execute(session, jobs.lease, *pair)
    assert job is not None
    for _ in range(2):
        assert execute(session, jobs._perform, job)
    session.rollback()
    assert result(session, batch, cast.administrator) == {"moved": 2, "waiting": 3}
    assert is_sound(session)
    work(session)
    assert result(session, batch, cast.administrator) == {"moved": 2, "waiting": 3}
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    monkeypatch.setattr(jobs, "TURNS", 2)
    work(session)
    assert result(session, batch, cast.administrator) == {"moved": 5}
    assert not execute(session, jobs._perform, job)
    assert [tags(session, case).count("instance:migrated") for case in begun] == [1] * 5
    assert session.scalar(select(t.Migration.state)) == "done"
    assert is_sound(session)


def test_a_stopped_batch_moves_nothing_more_until_it_is_begun_again(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    versions, _begun = two_versions(session, cast, cases=2)
    batch = start(session, cast.administrator, versions)
    execute(session, migrations.stop, batch, actor=cast.principal)
    work(session)
    assert result(session, batch, cast.principal) == {"waiting": 2}
    assert is_sound(session)
    execute(session, migrations.retry, batch, actor=cast.principal)
    work(session)
    assert result(session, batch, cast.principal) == {"moved": 2}


def test_whoever_does_a_task_while_its_case_is_moved_and_the_move_both_succeed(
    database: Engine, secrets: Secrets, session: Session, cast: Cast
) -> None:
    together = Together(database, secrets)
    versions, begun = two_versions(session, cast, cases=3)
    batch = start(session, cast.administrator, versions)
    (pair,) = jobs.due(session)
    session.rollback()
    job = execute(session, jobs.lease, *pair)
    session.rollback()
    for meet, case in zip(
        (together.overtaking, lambda a, b: together.overtaking(b, a), together.at_once),
        sorted(begun),
        strict=True,
    ):
        task_id = open_task(session, case, "first")
        session.rollback()
        results = meet(
            partial(tasks.complete, task_id=task_id, answers={"note": "好"}, actor=cast.verifier),
            partial(jobs._perform, job=job),
        )
        assert not [one for one in results if isinstance(one, Exception)], results
        assert case_of(session, case).definition_id == versions[1]
        # Whoever was first: the step was asked by one version, and the next comes from it.
        events = tags(session, case)
        is_moved_first = events.index("instance:migrated") < events.index("task:completed")
        assert open_keys(session, case) == (["check"] if is_moved_first else ["second"])
    assert result(session, batch, cast.administrator) == {"moved": 3}
    assert is_sound(session)


def test_only_who_may_moves_cases_and_only_those_of_their_own_enterprise(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    versions, _cases = two_versions(session, cast)
    batch = start(session, cast.administrator, versions)
    for actor, error in (
        (cast.verifier, NotAllowed),
        (cast.officer, NotAllowed),
        (cast.stranger, NotFound),
    ):
        for refused in (
            partial(migrations.targets, source_id=versions[0]),
            partial(migrations.progress, migration_id=batch),
            partial(migrations.items, migration_id=batch),
            partial(migrations.stop, migration_id=batch),
            partial(migrations.retry, migration_id=batch),
        ):
            with pytest.raises(error):
                refused(session, actor=actor)
    wrong: list[tuple[Ids, dict[str, str], str, type[EngineError]]] = [
        (versions, {}, " ", Invalid),
        (versions, {"first": "nothing"}, "x", Invalid),
        (versions, {"first": "end"}, "x", Invalid),
        ((versions[0], versions[0]), {}, "x", NotFound),
        ((versions[1], versions[0]), {}, "x", Invalid),
    ]
    for pair, mapping, reason, refusal in wrong:
        with pytest.raises(refusal):
            migrations.start(session, *pair, mapping, reason=reason, actor=cast.principal)


def test_cases_of_an_inherited_version_move_to_the_enterprises_own(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    bundle = definitions.Bundle({"bpmn": {"line": LINE}, "form": {"ask": flows.ASK}})
    (inherited,) = execute(
        session, definitions.deploy, bundle, organisation_id=cast.department_id, actor=SYSTEM
    )
    case = begin(session, cast.reporter, "line")
    own = deploy(session, cast, LONGER)
    assert migrations.count(session, inherited.id, actor=cast.principal) == 1
    sources = migrations.sources(session, "line", actor=cast.principal)
    assert [(version.id, number) for version, number in sources] == [(inherited.id, 1)]
    targets = migrations.targets(session, inherited.id, actor=cast.principal)
    assert [target.id for target in targets] == [own]
    start(session, cast.principal, (inherited.id, own))
    work(session)
    assert case_of(session, case).definition_id == own
    event = history.last(session, cast.enterprise_id, case, tag="instance:migrated")
    assert event is not None
    assert orjson.loads(event.data)["owners"] == {"from": "区应急管理局", "to": "甲机械有限公司"}
    assert is_sound(session)


def test_the_doctor_sees_a_case_that_runs_by_another_version_than_its_history_says(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    versions, (case,) = two_versions(session, cast)
    case_of(session, case).definition_id = versions[1]
    session.commit()
    assert [finding.subject for finding in doctor.examine(session)] == ["state"]
