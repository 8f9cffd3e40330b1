"""Moving running cases: the plan, the dry run, and a batch that moves each case once."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import orjson
import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import (
    audit,
    definitions,
    diagrams,
    doctor,
    history,
    instances,
    jobs,
    migrations,
    task_forms,
    tasks,
)
from engine.actors import SYSTEM, Actor
from engine.clock import local_date
from engine.commands import execute
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, NotFound
from engine.secrets import Secrets
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine.stories import begin, do, open_keys, open_task, state_of, tags
from tests.together import Together

Ids = tuple[UUID, UUID]


def drawn(*parts: str, ways: tuple[tuple[str, ...], ...], key: str = "line") -> bytes:
    return flows.process(key, flows.start(), *parts, flows.END, flows.flows(*ways))


LINE = drawn(
    flows.task("first", dueIn="3wd"),
    flows.timer("tick", "first", "PT5H"),
    flows.task("hurry", "principal"),
    '<endEvent id="hurried"/>',
    flows.task("second"),
    ways=(
        ("start", "first"),
        ("first", "second"),
        ("second", "end"),
        ("tick", "hurry"),
        ("hurry", "hurried"),
    ),
)
#: A check is added behind the first step, which another role does by another deadline.
LONGER = LINE.replace(
    b'<endEvent id="end"/>', f'{flows.task("check", "principal")}<endEvent id="end"/>'.encode()
)
LONGER = LONGER.replace(
    b'sourceRef="first" targetRef="second"', b'sourceRef="first" targetRef="check"'
)
LONGER = LONGER.replace(
    b'<endEvent id="end"/>', b'<endEvent id="end"/>' + flows.flows(("check", "second")).encode()
)
LONGER = LONGER.replace(b'"3wd"', b'"5wd"').replace(b"PT5H", b"PT9H")
RENAMED = LINE.replace(b'"first"', b'"opening"').replace(b"first_to", b"opening_to")


def deploy(session: Session, cast: Cast, content: bytes, *more: bytes) -> UUID:
    """Deploy a version of "line" for 甲; give its id."""
    bundle = definitions.Bundle({"bpmn": {"line": content}, "form": {"ask": flows.ASK}})
    made = execute(
        session, definitions.deploy, bundle, organisation_id=cast.enterprise_id, actor=SYSTEM
    )
    return made[0].id


def start(
    session: Session, actor: Actor, versions: Ids, reason: str = "新制度", **mapping: str
) -> UUID:
    return execute(session, migrations.start, *versions, mapping, reason=reason, actor=actor)


def work(session: Session) -> None:
    """Do all jobs that are due, as often as there are new ones."""
    while jobs.run_due(session):
        pass


def case_of(session: Session, instance: UUID) -> t.Instance:
    session.rollback()
    return session.scalars(select(t.Instance).where(t.Instance.id == instance)).one()


def result(session: Session, batch: UUID, actor: Actor) -> dict[str, int]:
    session.rollback()
    return dict(migrations.progress(session, batch, actor=actor).counts)


def is_sound(session: Session) -> bool:
    session.rollback()
    assert list(doctor.examine(session)) == []
    assert list(audit.verify(session)) == []
    return True


def two_versions(session: Session, cast: Cast, *, cases: int = 1) -> tuple[Ids, list[UUID]]:
    """Some cases begun on version 1, and version 2."""
    first = deploy(session, cast, LINE)
    begun = [begin(session, cast.reporter, "line") for _ in range(cases)]
    return (first, deploy(session, cast, LONGER)), begun


# -- what becomes of a case -----------------------------------------------------------------------


def test_a_moved_case_keeps_what_it_had_and_goes_on_as_the_new_version_says(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    versions, (case,) = two_versions(session, cast)
    task_id = open_task(session, case, "first")
    opened = case_of(session, case).started_at
    execute(session, tasks.claim, task_id, actor=cast.verifier)
    execute(session, task_forms.save_draft, task_id, {"note": "写到一半"}, actor=cast.verifier)
    clock.shift(timedelta(hours=2))
    batch = start(session, cast.administrator, versions)
    work(session)
    assert result(session, batch, cast.principal) == {"moved": 1}
    moved = case_of(session, case)
    assert moved.definition_id == versions[1]
    assert moved.due_at == opened + timedelta(hours=5)
    row = session.scalars(select(t.Task).where(t.Task.id == task_id)).one()
    assert (row.assignee_id, row.state) == (cast.verifier.user_id, "open")
    # Five working days from when the task came up, on a Monday.
    assert local_date(row.due_at) == date(2026, 11, 9)
    form = task_forms.open_form(session, task_id, actor=cast.verifier)
    assert form.values["note"] == "写到一半"
    event = session.scalars(
        select(t.Event).where(t.Event.instance_id == case, t.Event.tag == "instance:migrated")
    ).one()
    said = orjson.loads(event.data)
    assert (event.actor_id, event.role) == (cast.administrator.user_id, "administrator")
    assert (said["from"]["version"], said["to"]["version"]) == (1, 2)
    assert said["reason"] == "新制度"
    assert is_sound(session)
    do(session, cast.verifier, case, "first", note="好")
    assert open_keys(session, case) == ["check"]
    do(session, cast.principal, case, "check")
    do(session, cast.verifier, case, "second")
    assert state_of(session, case) == "completed"
    assert is_sound(session)


def test_a_task_goes_on_under_the_name_a_person_chose_and_leaves_its_claim_to_its_role(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    first = deploy(session, cast, LINE)
    case = begin(session, cast.reporter, "line")
    task_id = open_task(session, case, "first")
    execute(session, tasks.claim, task_id, actor=cast.verifier)
    other = deploy(
        session, cast, RENAMED.replace(b'Groups" value="verifier"', b'Groups" value="rectifier"', 1)
    )
    versions = (first, other)
    plan = migrations.plan(session, *versions, {}, actor=cast.principal)
    (trial,) = migrations.dry_run(session, plan, actor=cast.principal)
    assert trial.state == "refused"
    assert trial.words is not None
    assert "is not in the new version" in trial.words.en
    plan = migrations.plan(session, *versions, {"first": "opening"}, actor=cast.principal)
    (trial,) = migrations.dry_run(session, plan, actor=cast.principal)
    assert (trial.state, trial.case.at) == ("moved", ["first"])
    start(session, cast.principal, versions, first="opening")
    work(session)
    assert open_keys(session, case) == ["opening"]
    row = session.scalars(select(t.Task).where(t.Task.id == task_id)).one()
    assert (row.candidate_group, row.assignee_id) == ("rectifier", None)
    assert is_sound(session)
    shown = diagrams.of_instance(session, case_of(session, case))["elements"]
    assert shown["opening"]["open"]
    assert "first" not in shown


def test_a_suspended_case_moves_and_stays_suspended_and_an_ended_one_is_let_be(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    versions, (halted, ended, done) = two_versions(session, cast, cases=3)
    execute(session, instances.suspend, halted, reason="等", actor=cast.principal)
    execute(session, instances.cancel, ended, reason="重复", actor=cast.principal)
    do(session, cast.verifier, done, "first")
    batch = start(session, cast.administrator, versions)
    do(session, cast.verifier, done, "second")
    work(session)
    assert result(session, batch, cast.administrator) == {"moved": 1, "refused": 1}
    assert case_of(session, halted).definition_id == versions[1]
    assert case_of(session, ended).definition_id == versions[0]
    assert is_sound(session)
    clock.shift(timedelta(hours=6))
    work(session)
    assert open_keys(session, halted) == ["first"]
    execute(session, instances.resume, halted, reason="好", actor=cast.principal)
    work(session)
    assert open_keys(session, halted) == ["first", "hurry"]
    assert is_sound(session)


def test_a_case_that_passed_the_step_which_asks_what_is_needed_later_is_refused(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    first = deploy(session, cast, LINE)
    passed, before = (begin(session, cast.reporter, "line") for _ in range(2))
    do(session, cast.verifier, passed, "first")
    asking = flows.form(
        "ask2", {"type": "number", "key": "people_hurt", "id": "p", "label": "受伤人数"}
    )
    content = LINE.replace(b'name="formKey" value="ask"', b'name="formKey" value="ask2"', 2)
    content = content.replace(b'name="formKey" value="ask2"', b'name="formKey" value="ask"', 1)
    content = content.replace(
        b'sourceRef="second" targetRef="end"/>', b'sourceRef="second" targetRef="choice"/>'
    )
    content = content.replace(
        b'<sequenceFlow id="second_to_end" sourceRef="second" targetRef="end">',
        b'<exclusiveGateway id="choice" default="choice_to_end"/>'
        + flows.flows(("choice", "end"), ("choice", "hurry", "people_hurt &gt; 0")).encode()
        + b'<sequenceFlow id="second_to_end" sourceRef="second" targetRef="choice">',
    )
    bundle = definitions.Bundle(
        {"bpmn": {"line": content}, "form": {"ask": flows.ASK, "ask2": asking}}
    )
    home = cast.enterprise_id
    (made,) = execute(session, definitions.deploy, bundle, organisation_id=home, actor=SYSTEM)
    plan = migrations.plan(session, first, made.id, {}, actor=cast.principal)
    found = migrations.dry_run(session, plan, actor=cast.principal)
    trials = {trial.case.id: trial for trial in found}
    assert trials[before].state == "moved"
    assert trials[passed].state == "refused"
    assert "reads 'people_hurt' further on, which 'first' gives" in str(trials[passed].words)


# -- the batch ------------------------------------------------------------------------------------


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
