"""A task for one person: whoever did an earlier one, or somebody by name; else for its role."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import clock, definitions, tasks
from engine.actors import SYSTEM
from engine.commands import execute
from engine.errors import Conflict, NotAllowed
from engine.store import Membership, User
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine.stories import begin, do, open_task


def _flow(assignee: str, **settings: str) -> bytes:
    return flows.process(
        "again",
        flows.start(),
        flows.task("verify", "verifier"),
        flows.task("rectify", "rectifier"),
        flows.task("look", "rectifier", assignee=assignee, **settings),
        '<endEvent id="end"/>',
        flows.flows(
            ("start", "verify"), ("verify", "rectify"), ("rectify", "look"), ("look", "end")
        ),
    )


def _arrived(session: Session, cast: Cast, assignee: str) -> UUID:
    """Begin a case and do what comes before the task that is given to somebody."""
    bundle = flows.bundle(again=_flow(assignee))
    execute(session, definitions.deploy, bundle, organisation_id=cast.enterprise_id, actor=SYSTEM)
    instance = begin(session, cast.reporter, "again")
    do(session, cast.verifier, instance, "verify")
    return instance


def _assignee(session: Session, instance: UUID) -> UUID | None:
    session.rollback()
    return session.scalars(
        select(t.Task.assignee_id).where(
            t.Task.instance_id == instance, t.Task.key == "look", t.Task.state == "open"
        )
    ).one()


def test_who_did_a_step_is_asked_again(session: Session, cast: Cast) -> None:
    instance = _arrived(session, cast, "doer:rectify")
    outcome = do(session, cast.colleague, instance, "rectify")
    assert [task[4] for task in outcome.open_tasks] == [cast.colleague.user_id]
    assert _assignee(session, instance) == cast.colleague.user_id
    with pytest.raises(Conflict):
        execute(session, tasks.claim, open_task(session, instance, "look"), actor=cast.rectifier)
    do(session, cast.colleague, instance, "look")


def test_an_earlier_step_counts_too_though_the_role_is_another(
    session: Session, cast: Cast
) -> None:
    instance = _arrived(session, cast, "doer:verify")
    do(session, cast.rectifier, instance, "rectify")
    with pytest.raises((Conflict, NotAllowed)):
        execute(session, tasks.claim, open_task(session, instance, "look"), actor=cast.rectifier)
    do(session, cast.verifier, instance, "look")


def test_a_person_is_named(session: Session, cast: Cast) -> None:
    instance = _arrived(session, cast, f"user:{cast.colleague.user_id}")
    do(session, cast.rectifier, instance, "rectify")
    assert _assignee(session, instance) == cast.colleague.user_id


@pytest.mark.parametrize("way", ["left", "disabled", "strange"])
def test_whoever_has_left_leaves_it_to_the_role(session: Session, cast: Cast, way: str) -> None:
    who = cast.stranger if way == "strange" else cast.colleague
    instance = _arrived(session, cast, f"user:{who.user_id}")
    if way == "left":
        session.execute(delete(Membership).where(Membership.user_id == who.user_id))
    elif way == "disabled":
        session.get_one(User, who.user_id).disabled_at = clock.now()
    session.commit()
    do(session, cast.rectifier, instance, "rectify")
    assert _assignee(session, instance) is None
    do(session, cast.rectifier, instance, "look")


@pytest.mark.parametrize(
    ("assignee", "settings", "rule"),
    [
        ("doer:nobody", {}, "assignee-unknown"),
        ("doer:verify", {"reviewer_not": "verify"}, "assignee-barred"),
        ("user:42", {}, "assignee-unknown"),
        ("doer:verify", {}, None),
    ],
)
def test_a_wrong_name_is_told(assignee: str, settings: dict[str, str], rule: str | None) -> None:
    bundle = flows.bundle(again=_flow(assignee, **settings))
    found = {
        problem.rule
        for problem in definitions.problems_of(bundle)
        if problem.element == "look" and problem.rule.startswith("assignee")
    }
    assert found == ({rule} if rule else set())
