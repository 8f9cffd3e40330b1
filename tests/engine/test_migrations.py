"""Moving running cases: what a case keeps, what goes on, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import orjson
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, diagrams, instances, migrations, task_forms, tasks
from engine.actors import SYSTEM
from engine.clock import local_date
from engine.commands import execute
from engine.store import tables as t
from engine.voting import rounds as vote_rounds
from tests import flows, voting
from tests.cast import Cast
from tests.engine.move_stories import (
    LINE,
    RENAMED,
    case_of,
    deploy,
    is_sound,
    result,
    start,
    two_versions,
    work,
)
from tests.engine.stories import begin, do, open_keys, open_task, state_of, tags
from tests.engine.vote_stories import cast_vote, voting_on


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
    assert tags(session, case)[-2:] == ["instance:migrated", "task:released"]
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


def test_a_case_whose_checker_could_be_the_one_who_is_checked_is_refused(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    first = deploy(session, cast, LINE)
    case = begin(session, cast.reporter, "line")
    do(session, cast.verifier, case, "first")
    checked = flows.task("second", reviewer_not="opening").encode()
    other = deploy(session, cast, RENAMED.replace(flows.task("second").encode(), checked))
    plan = migrations.plan(session, first, other, {}, actor=cast.principal)
    (trial,) = migrations.dry_run(session, plan, actor=cast.principal)
    assert trial.state == "refused"
    assert "Whoever did 'opening' may not do 'second'" in str(trial.words)


def test_a_vote_that_is_going_on_goes_on_and_is_not_moved_to_where_it_would_be_lost(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    home = cast.enterprise_id
    signed = {"decide": "all", "voters": "verifier,rectifier,acceptor"}

    def deployed(**settings: str) -> UUID:
        forms = {"ask": flows.ASK, "ballot": voting.BALLOT}
        content = voting.process("line", **settings).replace(b'"yes"', b'"done"')
        content = content.replace(b'_to_yes"', b'_to_done"').replace(b"yes_to", b"done_to")
        bundle = definitions.Bundle({"bpmn": {"line": content}, "form": forms})
        made = execute(session, definitions.deploy, bundle, organisation_id=home, actor=SYSTEM)
        return made[0].id

    first = deployed(**signed)
    case = voting_on(session, cast, "line")
    cast_vote(session, case, cast.acceptor, "agree", "可以")
    later = deployed(**signed, dueIn="3wd")
    counted_otherwise = deployed(**{**signed, "decide": "any"})
    renamed = deployed(**signed, voted="settle")
    for target, mapping, words in (
        (counted_otherwise, {}, "A vote is going on at 'decide'"),
        (renamed, {"decide": "settle"}, "There was a vote at 'decide'"),
    ):
        plan = migrations.plan(session, first, target, mapping, actor=cast.principal)
        (trial,) = migrations.dry_run(session, plan, actor=cast.principal)
        assert trial.state == "refused"
        assert words in str(trial.words)
    start(session, cast.principal, (first, later))
    work(session)
    assert case_of(session, case).definition_id == later
    assert is_sound(session)
    for voter in (cast.verifier, cast.rectifier, cast.colleague):
        cast_vote(session, case, voter, "agree")
    assert open_keys(session, case) == ["done"]
    loaded = definitions.load(session, later)
    (one,) = vote_rounds.rounds(session, case_of(session, case), loaded)
    assert (one.state, one.agreed, one.voters) == ("passed", 4, 4)
    assert is_sound(session)
