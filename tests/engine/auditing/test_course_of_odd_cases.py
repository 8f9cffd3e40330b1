"""The course of cases that looped, were moved, stopped, called off, or voted on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, instances
from engine.auditing import course
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import move_stories as moves
from tests.engine import stories
from tests.engine.stories import begin, do
from tests.engine.vote_stories import cast_vote, deploy_votes, seats, voting_on

HOUR = timedelta(hours=1)
ROUNDS = 30


def course_of(session: Session, case: UUID) -> course.Course:
    session.rollback()
    row = session.execute(select(t.Instance.__table__).where(t.Instance.id == case)).one()
    return course.read(session, row)


def first_with(found: course.Course, tag: str) -> int:
    return next(one.sequence for one in found.events if one.tag == tag)


def test_every_round_of_a_long_loop_is_counted(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    stories.deploy(session, cast)
    case = begin(session, cast.reporter, "loop")
    for number in range(ROUNDS):
        clock.shift(HOUR)
        do(session, cast.verifier, case, "work", again=number < ROUNDS - 1)
    found = course_of(session, case)
    done = [one.sequence for one in found.events if one.tag == "task:completed"]
    assert [found.at(at).passed["work"] for at in done] == list(range(1, ROUNDS + 1))
    assert all(found.at(at).open == {"work"} for at in done[:-1])
    end = found.at(found.last)
    assert (end.open, end.state) == (frozenset(), "completed")
    assert [step.turn for step in found.steps] == list(range(1, ROUNDS + 1))
    assert found.steps[-1].waited == HOUR


def test_a_moved_case_is_told_by_the_version_it_ran_by_then(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    old = moves.deploy(session, cast, moves.LINE)
    case = begin(session, cast.reporter, "line")
    new = moves.deploy(session, cast, moves.RENAMED)
    clock.shift(HOUR)
    moves.start(session, cast.administrator, (old, new), first="opening")
    moves.work(session)
    clock.shift(HOUR)
    do(session, cast.verifier, case, "opening", note="一")
    found = course_of(session, case)
    moved = first_with(found, course.MOVED)
    assert [(since, one.id) for since, one in found.versions] == [(0, old), (moved, new)]
    assert found.version_at(moved - 1).id == old
    assert found.version_at(0).id == old
    assert found.version_at(moved).id == found.version_at(999).id == new
    before, after = found.at(moved - 1), found.at(moved)
    assert before.open == {"first"}, "as it was called then"
    assert after.open == {"opening"}
    assert before.passed == after.passed == {"start": 1}
    last = found.at(found.last)
    assert last.open == {"second"}
    assert last.passed["opening"] == 1
    assert b'id="first"' in course.diagram_of(session, found.version_at(1), "line")
    assert b'id="opening"' in course.diagram_of(session, found.version_at(moved), "line")


def test_a_case_moved_twice_and_done_in_between(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    first = moves.deploy(session, cast, moves.LINE)
    case = begin(session, cast.reporter, "line")
    second = moves.deploy(session, cast, moves.LONGER)
    moves.start(session, cast.administrator, (first, second))
    moves.work(session)
    clock.shift(HOUR)
    do(session, cast.verifier, case, "first", note="一")
    third = moves.deploy(session, cast, moves.LONGER.replace(b'"5wd"', b'"7wd"'))
    moves.start(session, cast.administrator, (second, third))
    moves.work(session)
    found = course_of(session, case)
    assert [one.id for _since, one in found.versions] == [first, second, third]
    assert found.at(found.last).open == {"check"}
    assert found.at(found.last).passed["first"] == 1
    assert found.steps[0].element == "first"


def test_a_case_that_stands_still_says_so(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    stories.deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    for operation in (instances.suspend, instances.resume, instances.suspend):
        clock.shift(HOUR)
        commands.execute(session, operation, case, actor=cast.principal, reason="停产检修")
    found = course_of(session, case)
    states = [found.at(one.sequence).state for one in found.events]
    assert states == ["active", "suspended", "active", "suspended"]
    assert found.at(found.last).open == {"first"}, "it stands where it stood"


def test_a_case_that_was_called_off_waits_for_nobody(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    stories.deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    clock.shift(HOUR)
    commands.execute(session, instances.cancel, case, actor=cast.principal, reason="重复报告")
    found = course_of(session, case)
    cancelled = first_with(found, "instance:cancelled")
    assert found.at(cancelled - 1).open == {"first"}
    for at in range(cancelled, found.last + 1):
        assert (found.at(at).open, found.at(at).state) == (frozenset(), "cancelled")
    (step,) = found.steps
    assert (step.state, step.ended_at, step.kept) == ("cancelled", step.opened_at + HOUR, None)


def test_each_voter_s_step_is_told(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    deploy_votes(session, cast)
    case = voting_on(session, cast, "countersign")
    opened = course_of(session, case)
    assert opened.at(opened.last).open == {"decide"}
    people = {one.user_id: one for one in cast.everybody().values()}
    voters = list(seats(session, case))
    for number, voter in enumerate(voters, start=1):
        clock.shift(HOUR)
        cast_vote(session, case, people[voter], "agree", "可以")
        found = course_of(session, case)
        assert found.at(found.last).open == ({"yes"} if number == len(voters) else {"decide"})
    decided = first_with(found, "vote:decided")
    assert found.at(decided).passed["decide"] == 1
    seats_told = [one for one in found.steps if one.element == "decide"]
    assert [one.state for one in seats_told] == ["completed"] * len(voters)
