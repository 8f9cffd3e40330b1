"""Stories of votes: who is asked, what is kept, who is told, and what becomes of the case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import Engine, delete, event, select, update
from sqlalchemy.orm import Session

from engine import definitions, doctor, instances, jobs, people, task_forms, tasks
from engine.actors import Actor
from engine.commands import execute
from engine.errors import AlreadyDone, Conflict, NotAllowed
from engine.inbox import list_tasks
from engine.store import tables as t
from engine.voting import rounds as vote_rounds
from tests.cast import Cast
from tests.engine.stories import begin, do, open_keys, state_of, tags
from tests.engine.vote_stories import cast_vote, deploy_votes, seats, voting_on


@pytest.fixture
def deployed(session: Session, cast: Cast) -> Cast:
    return deploy_votes(session, cast)


def data_of(session: Session, instance: UUID) -> dict[str, Any]:
    session.rollback()
    return instances.read_data(session, session.scalars(_row(instance)).one())


def rounds_of(session: Session, instance: UUID) -> list[vote_rounds.Round]:
    session.rollback()
    row = session.scalars(_row(instance)).one()
    return vote_rounds.rounds(session, row, definitions.load(session, row.definition_id))


def _row(instance: UUID) -> Any:
    return select(t.Instance).where(t.Instance.id == instance)


def facts(session: Session, instance: UUID, tag: str) -> list[dict[str, Any]]:
    session.rollback()
    rows = session.scalars(
        select(t.Event.data)
        .where(t.Event.instance_id == instance, t.Event.tag == tag)
        .order_by(t.Event.sequence)
    )
    return [orjson.loads(row) for row in rows]


def test_everybody_signs_and_each_is_kept(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "countersign")
    voters = (deployed.verifier, deployed.rectifier, deployed.colleague, deployed.acceptor)
    assert set(seats(session, instance)) == {voter.user_id for voter in voters}
    for voter in voters:
        assert open_keys(session, instance) != ["yes"]
        cast_vote(session, instance, voter, "agree", f"理由 {voter.name}")
    assert open_keys(session, instance) == ["yes"]
    data = data_of(session, instance)
    assert data["decide_result"] == "passed"
    assert data["decide_votes"] == {"voters": 4, "agreed": 4, "refused": 0}
    assert "decision" not in data
    assert "opinion" not in data
    (one,) = rounds_of(session, instance)
    assert (one.state, one.voters, one.agreed) == ("passed", 4, 4)
    assert [(vote.user_id, vote.choice, vote.opinion) for vote in one.votes] == [
        (voter.user_id, "for", f"理由 {voter.name}") for voter in voters
    ]
    assert {vote.role for vote in one.votes} == {"verifier", "rectifier", "acceptor"}
    assert [fact["vote"]["choice"] for fact in facts(session, instance, "task:completed")[1:]] == [
        "for"
    ] * 4
    assert list(doctor.examine(session)) == []


def test_one_refusal_ends_a_countersigning_and_the_others_are_told(
    session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "countersign")
    spared = seats(session, instance)
    cast_vote(session, instance, deployed.acceptor, "refuse")
    assert open_keys(session, instance) == ["no"]
    assert (
        tags(session, instance)[-5:] == ["task:completed", "vote:decided"] + ["task:cancelled"] * 3
    )
    (decided,) = facts(session, instance, "vote:decided")
    assert (decided["result"], decided["spared"]) == ("failed", 3)
    told = session.scalars(
        select(t.Notification.user_id).where(
            t.Notification.instance_id == instance, t.Notification.kind == "vote_over"
        )
    ).all()
    assert set(told) == set(spared) - {deployed.acceptor.user_id}
    late = spared[deployed.verifier.user_id]
    for late_command in (
        lambda: execute(
            session, tasks.complete, late, {"decision": "agree"}, actor=deployed.verifier
        ),
        lambda: task_forms.open_form(session, late, actor=deployed.verifier),
    ):
        with pytest.raises(AlreadyDone) as refused:
            late_command()
        assert refused.value.by == deployed.acceptor.name
        assert refused.value.at is not None
    assert list(doctor.examine(session)) == []


@pytest.mark.parametrize(("decision", "step"), [("agree", "yes"), ("refuse", "no")])
def test_the_first_to_answer_decides_for_all(
    session: Session, deployed: Cast, decision: str, step: str
) -> None:
    instance = voting_on(session, deployed, "either")
    cast_vote(session, instance, deployed.colleague, decision, "我来定")
    assert open_keys(session, instance) == [step]
    data = data_of(session, instance)
    assert (data["decision"], data["opinion"]) == (decision, "我来定")
    assert data["decide_votes"]["voters"] == 4


def test_a_ratio_passes_at_its_boundary_and_the_last_voter_decides(
    session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "ballot")
    for voter, decision in (
        (deployed.verifier, "agree"),
        (deployed.rectifier, "refuse"),
        (deployed.colleague, "agree"),
    ):
        cast_vote(session, instance, voter, decision)
        assert open_keys(session, instance)[0] == "decide"
    cast_vote(session, instance, deployed.acceptor, "agree")
    assert open_keys(session, instance) == ["yes"]
    assert data_of(session, instance)["decide_votes"] == {"voters": 4, "agreed": 3, "refused": 1}


def test_a_ratio_fails_as_soon_as_it_cannot_be_reached(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "ballot")
    cast_vote(session, instance, deployed.verifier, "refuse")
    cast_vote(session, instance, deployed.acceptor, "refuse")
    assert open_keys(session, instance) == ["no"]


def test_in_sequence_each_is_asked_when_the_one_before_has_agreed(
    session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "in_turn")
    for voter in (deployed.verifier, deployed.approver):
        assert list(seats(session, instance)) == [voter.user_id]
        cast_vote(session, instance, voter, "agree")
    assert list(seats(session, instance)) == [deployed.finance.user_id]
    cast_vote(session, instance, deployed.finance, "refuse")
    assert open_keys(session, instance) == ["no"]


def test_a_vote_is_its_voters_alone(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "countersign")
    mine = seats(session, instance)[deployed.acceptor.user_id]
    listed = list_tasks(session, actor=deployed.acceptor)
    assert [row.task_id for row in listed if row.id == instance] == [mine]
    other = deployed.colleague
    for command in (tasks.claim, lambda s, i, actor: tasks.complete(s, i, {}, actor=actor)):
        with pytest.raises((NotAllowed, Conflict)):
            execute(session, command, mine, actor=other)
    with pytest.raises(Conflict, match="cannot be given back"):
        execute(session, tasks.release, mine, actor=deployed.acceptor)
    assert seats(session, instance)[deployed.acceptor.user_id] == mine


def test_who_reported_or_did_the_step_before_is_no_voter(session: Session, deployed: Cast) -> None:
    both = replace(deployed.reporter, roles=deployed.reporter.roles | {"verifier"})
    session.add(
        t.Membership(user_id=both.user_id, organisation_id=deployed.enterprise_id, role="verifier")
    )
    session.commit()
    instance = begin(session, both, "checked_by_many", mode="confidential")
    do(session, deployed.verifier, instance, "first", again=False)
    (only,) = seats(session, instance).items()
    assert only[0] is None, "the verifier did the step before, the reporter reported"
    (opened,) = facts(session, instance, "vote:opened")
    assert opened["voters"] == 0
    assert "left_out" not in opened, "how many are left out would point at the reporter"
    execute(session, tasks.complete, only[1], {"decision": "agree"}, actor=deployed.principal)
    assert open_keys(session, instance) == ["yes"]


def test_the_same_person_is_asked_once_and_nobody_twice(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "countersign")
    assert list(seats(session, instance)).count(deployed.colleague.user_id) == 1
    assert len(seats(session, instance)) == 4


def test_nobody_can_vote_and_the_principal_is_asked(session: Session, deployed: Cast) -> None:
    instance = begin(session, deployed.reporter, "nobody_there")
    person = session.get_one(t.User, deployed.union.user_id)
    person.disabled_at = person.created_at
    session.commit()
    do(session, deployed.verifier, instance, "first", again=False)
    (task_id,) = seats(session, instance).values()
    assert [row.task_id for row in list_tasks(session, actor=deployed.principal)] == [task_id]
    assert "vote:nobody" in tags(session, instance)
    assert [fact["to"] for fact in facts(session, instance, "people:notified")] == []
    told = session.scalars(select(t.Notification.kind)).all()
    assert told == ["vote_nobody"]
    execute(session, tasks.claim, task_id, actor=deployed.principal)
    execute(session, tasks.release, task_id, actor=deployed.principal)
    execute(session, tasks.complete, task_id, {"decision": "refuse"}, actor=deployed.principal)
    assert data_of(session, instance)["decide_votes"] == {"voters": 1, "agreed": 0, "refused": 1}
    assert list(doctor.examine(session)) == []


def test_the_only_person_of_a_firm_votes_alone_and_the_waiver_is_noted(
    session: Session, deployed: Cast
) -> None:
    sole = deployed.sole
    instance = begin(session, sole, "checked_by_many")
    do(session, sole, instance, "first", again=False)
    (task_id,) = seats(session, instance).values()
    execute(session, tasks.complete, task_id, {"decision": "agree"}, actor=sole)
    assert open_keys(session, instance) == ["yes"]
    assert "separation:waived" in tags(session, instance)


def test_who_leaves_is_counted_out(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "countersign")
    for voter in (deployed.verifier, deployed.acceptor, deployed.rectifier):
        cast_vote(session, instance, voter, "agree")
    _close(session, deployed, deployed.colleague)
    assert open_keys(session, instance) == ["decide"], "the job has not run yet"
    jobs.run_due(session)
    assert open_keys(session, instance) == ["yes"]
    assert data_of(session, instance)["decide_votes"] == {"voters": 3, "agreed": 3, "refused": 0}
    (one,) = rounds_of(session, instance)
    assert (one.state, one.voters) == ("passed", 3)
    assert "vote:counted_out" in tags(session, instance)
    assert list(doctor.examine(session)) == []


def test_when_every_voter_has_left_the_principal_decides(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "ballot")
    voters = (deployed.verifier, deployed.acceptor, deployed.rectifier, deployed.colleague)
    for voter in voters:
        _close(session, deployed, voter)
    jobs.run_due(session)
    assert list(seats(session, instance)) == [None]
    (one,) = rounds_of(session, instance)
    assert (one.state, one.voters) == ("open", 1)


def test_a_suspended_vote_waits_and_goes_on(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "ballot")
    execute(session, instances.suspend, instance, actor=deployed.principal, reason="等等")
    with pytest.raises(Conflict):
        cast_vote(session, instance, deployed.verifier, "agree")
    _close(session, deployed, deployed.colleague)
    jobs.run_due(session)
    assert len(seats(session, instance)) == 4, "nothing moves while it is suspended"
    execute(session, instances.resume, instance, actor=deployed.principal, reason="好了")
    jobs.run_due(session)
    assert deployed.colleague.user_id not in seats(session, instance)
    cast_vote(session, instance, deployed.verifier, "agree")
    cast_vote(session, instance, deployed.acceptor, "agree")
    assert open_keys(session, instance) == ["yes"], "two of three"
    assert list(doctor.examine(session)) == []


def test_a_case_cancelled_while_voting_keeps_its_votes(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "ballot")
    cast_vote(session, instance, deployed.verifier, "agree")
    execute(session, instances.cancel, instance, actor=deployed.principal, reason="重复")
    assert state_of(session, instance) == "cancelled"
    (one,) = rounds_of(session, instance)
    assert (one.state, one.agreed, len(one.votes)) == ("ended", 1, 1)
    assert "vote:ended" in tags(session, instance)
    assert list(doctor.examine(session)) == []


def test_a_loop_holds_a_new_round_and_keeps_the_old_votes(session: Session, deployed: Cast) -> None:
    instance = begin(session, deployed.reporter, "countersign")
    do(session, deployed.verifier, instance, "first", again=True)
    cast_vote(session, instance, deployed.verifier, "refuse", "不行")
    assert len(seats(session, instance)) == 4
    assert data_of(session, instance)["decide_result"] is None
    form = task_forms.open_form(
        session, seats(session, instance)[deployed.verifier.user_id], actor=deployed.verifier
    )
    assert form.values.get("decision") is None
    cast_vote(session, instance, deployed.verifier, "agree")
    first, second = rounds_of(session, instance)
    assert (first.state, [vote.opinion for vote in first.votes]) == ("failed", ["不行"])
    assert (second.state, second.agreed) == ("open", 1)
    assert first.id != second.id
    assert list(doctor.examine(session)) == []


def test_the_ledger_takes_what_came_of_a_vote_and_no_single_voters_answer(
    session: Session, deployed: Cast
) -> None:
    instance = begin(session, deployed.reporter, "accepted_by_many")

    def hazard() -> t.Hazard:
        session.rollback()
        return session.scalars(select(t.Hazard).where(t.Hazard.id == instance)).one()

    cast_vote(session, instance, deployed.verifier, "refuse")
    assert hazard().verified_at is None, "one voter has not verified it"
    cast_vote(session, instance, deployed.rectifier, "agree")
    cast_vote(session, instance, deployed.acceptor, "agree")
    assert hazard().verified_at is not None
    do(session, deployed.rectifier, instance, "rectify")
    assert deployed.colleague.user_id in seats(session, instance)
    cast_vote(session, instance, deployed.colleague, "agree")
    cast_vote(session, instance, deployed.union, "refuse", "还有一处")
    assert (hazard().rounds, hazard().accepted_at) == (1, None)
    do(session, deployed.rectifier, instance, "rectify")
    for voter in (deployed.acceptor, deployed.colleague, deployed.union):
        assert hazard().accepted_at is None
        cast_vote(session, instance, voter, "agree")
    assert hazard().accepted_at is not None
    assert state_of(session, instance) == "completed"
    assert list(doctor.examine(session)) == [], "and a recount gives the same"


def test_a_deciding_vote_takes_few_statements_and_one_commit(
    session: Session, deployed: Cast, database: Engine
) -> None:
    instance = voting_on(session, deployed, "countersign")
    task_id = seats(session, instance)[deployed.verifier.user_id]
    statements: list[str] = []
    commits: list[bool] = []
    event.listen(
        database,
        "before_cursor_execute",
        lambda _c, _cursor, text, *_rest: statements.append(text),
    )
    event.listen(database, "commit", lambda _connection: commits.append(True))
    execute(session, tasks.complete, task_id, {"decision": "refuse"}, actor=deployed.verifier)
    assert len(statements) <= 15, "\n".join(statements)
    assert len(commits) == 1


def test_a_step_that_dies_before_its_commit_leaves_no_vote(
    session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "either")
    task_id = seats(session, instance)[deployed.verifier.user_id]

    def dying(work: Session) -> None:
        tasks.complete(work, task_id, {"decision": "agree"}, actor=deployed.verifier)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        execute(session, dying)
    assert len(seats(session, instance)) == 4
    assert [one.voted for one in rounds_of(session, instance)] == [0]
    cast_vote(session, instance, deployed.verifier, "agree")
    assert open_keys(session, instance) == ["yes"]
    assert list(doctor.examine(session)) == []


@pytest.mark.parametrize(
    "change",
    [
        delete(t.Vote),
        update(t.Vote).values(choice="against"),
        update(t.Vote).values(round_id=UUID(int=7)),
    ],
)
def test_the_doctor_finds_a_vote_that_was_changed(
    session: Session, deployed: Cast, change: Any
) -> None:
    instance = voting_on(session, deployed, "ballot")
    cast_vote(session, instance, deployed.verifier, "agree")
    assert list(doctor.examine(session)) == []
    session.execute(change)
    session.commit()
    assert {finding.subject for finding in doctor.examine(session)} == {"votes"}


def test_a_vote_needs_its_answer(session: Session, deployed: Cast) -> None:
    instance = voting_on(session, deployed, "countersign")
    with pytest.raises(Exception, match="need correcting"):
        cast_vote(session, instance, deployed.verifier, "perhaps")
    assert len(seats(session, instance)) == 4


def _close(session: Session, cast: Cast, who: Actor) -> None:
    execute(session, people.disable, who.user_id, cast.enterprise_id, actor=cast.administrator)
