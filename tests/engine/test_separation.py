"""Nobody checks their own work, whatever the diagram says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import tasks
from engine.actors import Actor
from engine.commands import execute
from engine.errors import SeparationOfDuties
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, open_keys, open_task, state_of, tags


def _also(actor: Actor, *roles: str) -> Actor:
    return replace(actor, roles=actor.roles | set(roles))


@pytest.mark.parametrize("mode", ["named", "confidential", "anonymous"])
def test_nobody_verifies_their_own_report(session: Session, cast: Cast, mode: str) -> None:
    deploy(session, cast)
    both = _also(cast.reporter, "verifier")
    instance = begin(session, both, "checked", mode=mode)
    task_id = open_task(session, instance, "verify")
    for command in (tasks.claim, lambda s, i, actor: tasks.complete(s, i, {}, actor=actor)):
        with pytest.raises(SeparationOfDuties):
            execute(session, command, task_id, actor=both)
    do(session, cast.verifier, instance, "verify")
    assert open_keys(session, instance) == ["rectify"]


def test_the_refusal_does_not_tell_who_the_reporter_is(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    both = _also(cast.reporter, "verifier")
    instance = begin(session, both, "checked")
    with pytest.raises(SeparationOfDuties):
        execute(session, tasks.claim, open_task(session, instance, "verify"), actor=both)
    assert tags(session, instance)[-1] == "command:denied"
    actors = session.scalars(select(t.Event.actor_id).where(t.Event.instance_id == instance))
    assert both.user_id not in set(actors)


def test_nobody_accepts_their_own_rectification(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "checked")
    do(session, cast.verifier, instance, "verify")
    do(session, cast.colleague, instance, "rectify")
    task_id = open_task(session, instance, "accept")
    with pytest.raises(SeparationOfDuties):
        execute(session, tasks.complete, task_id, {}, actor=cast.colleague)
    do(session, cast.acceptor, instance, "accept")
    assert state_of(session, instance) == "completed"


def test_in_a_firm_of_one_the_principal_does_it_all_and_it_is_recorded(
    session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    instance = begin(session, cast.sole, "checked")
    for key in ("verify", "rectify", "accept"):
        do(session, cast.sole, instance, key)
    assert state_of(session, instance) == "completed"
    assert tags(session, instance).count("separation:waived") == 2
