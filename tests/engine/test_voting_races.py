"""Votes at the same moment: a round is decided once, and no vote that it needs is lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import doctor, jobs, people, tasks
from engine.actors import Actor
from engine.commands import execute
from engine.errors import AlreadyDone
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import open_keys, tags
from tests.engine.vote_stories import deploy_votes, seats, voting_on
from tests.together import Together

ROUNDS = 8
Meeting = Callable[..., list[object]]


@pytest.fixture
def deployed(session: Session, cast: Cast) -> Cast:
    return deploy_votes(session, cast)


@pytest.fixture(params=["overtaking", "at once"])
def meetings(request: pytest.FixtureRequest, database: Engine, secrets: Secrets) -> list[Meeting]:
    """How often, and how, two votes meet."""
    together = Together(database, secrets)
    if request.param == "overtaking":
        return [together.overtaking]
    return [together.at_once] * ROUNDS


def opened(session: Session, cast: Cast, key: str) -> tuple[UUID, dict[UUID, UUID]]:
    instance = voting_on(session, cast, key)
    return instance, seats(session, instance)


def voting(asked: dict[UUID, UUID], who: Actor, decision: str) -> partial[tasks.Outcome]:
    answers = {"decision": decision}
    return partial(tasks.complete, task_id=asked[who.user_id], answers=answers, actor=who)


def votes(session: Session, instance: UUID) -> list[UUID]:
    session.rollback()
    return list(session.scalars(select(t.Vote.user_id).where(t.Vote.instance_id == instance)))


def test_of_two_deciding_votes_one_decides_and_the_other_is_told(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    pair = (deployed.verifier, deployed.acceptor)
    for meet in meetings:
        instance, asked = opened(session, deployed, "either")
        results = meet(voting(asked, pair[0], "agree"), voting(asked, pair[1], "refuse"))
        (loser,) = [n for n, result in enumerate(results) if isinstance(result, AlreadyDone)]
        assert results[loser].by == pair[1 - loser].name
        assert results[loser].at is not None
        assert open_keys(session, instance) == [("yes", "no")[1 - loser]]
        assert votes(session, instance) == [pair[1 - loser].user_id]
        assert tags(session, instance).count("vote:decided") == 1
    assert list(doctor.examine(session)) == []


@pytest.mark.parametrize(("key", "before"), [("ballot", 1), ("countersign", 2)])
def test_two_votes_that_are_both_needed_are_both_counted(
    session: Session, deployed: Cast, meetings: list[Meeting], key: str, before: int
) -> None:
    early = (deployed.rectifier, deployed.colleague)[:before]
    for meet in meetings:
        instance, asked = opened(session, deployed, key)
        for voter in early:
            execute(session, voting(asked, voter, "agree"))
        session.rollback()
        pair = (deployed.verifier, deployed.acceptor)
        results = meet(*(voting(asked, voter, "agree") for voter in pair))
        assert all(isinstance(result, tasks.Outcome) for result in results), results
        assert open_keys(session, instance) == ["yes"]
        assert set(votes(session, instance)) == {v.user_id for v in (*early, *pair)}
    assert list(doctor.examine(session)) == []


def test_a_voter_who_leaves_meets_the_last_vote(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    """Whichever comes first, the round is decided, once."""
    meet = meetings[0]
    instance, asked = opened(session, deployed, "countersign")
    for voter in (deployed.rectifier, deployed.colleague):
        execute(session, voting(asked, voter, "agree"))
    leaving = deployed.verifier
    execute(session, people.disable, leaving.user_id, deployed.enterprise_id,
            actor=deployed.administrator)  # fmt: skip
    job = session.execute(select(t.Job.organisation_id, t.Job.id)).one()
    session.rollback()

    def count_out(other: Session) -> object:
        return jobs._perform(other, leased)

    leased = execute(session, jobs.lease, job.organisation_id, job.id)
    session.rollback()
    results = meet(voting(asked, deployed.acceptor, "agree"), count_out)
    assert not [result for result in results if isinstance(result, Exception)], results
    jobs.run_due(session)
    assert open_keys(session, instance) == ["yes"]
    assert tags(session, instance).count("vote:decided") == 1
    assert list(doctor.examine(session)) == []
