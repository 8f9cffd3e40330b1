"""At the same moment: of two who want one thing one gets it, and what does not collide survives.

Each story runs twice: the second begins while the first has done everything but commit; and many
rounds begin at one moment, as chance will have it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import accounts, definitions, doctor, incidents, instances, people, starting, tasks
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.errors import AlreadyDone, Conflict
from engine.reporters import identity_of
from engine.secrets import Secrets
from engine.store import tables as t
from tests import flows
from tests.cast import PASSWORD, Cast
from tests.engine.stories import begin, deploy, open_keys, open_task, state_of, tags
from tests.together import Together

ROUNDS = 20
ROLES = ["administrator", "principal"]
Meeting = Callable[..., list[object]]


@pytest.fixture
def together(database: Engine, secrets: Secrets) -> Together:
    return Together(database, secrets)


@pytest.fixture
def deployed(session: Session, cast: Cast) -> Cast:
    deploy(session, cast)
    return cast


@pytest.fixture(params=["overtaking", "at once"])
def meetings(request: pytest.FixtureRequest, together: Together) -> list[Meeting]:
    """How often, and how, two operations meet."""
    if request.param == "overtaking":
        return [together.overtaking, lambda first, second: together.overtaking(second, first)[::-1]]
    return [together.at_once] * ROUNDS


def _completing(task_id: UUID, actor: Actor, **kwargs: str) -> partial[tasks.Outcome]:
    return partial(tasks.complete, task_id=task_id, answers={}, actor=actor, **kwargs)


def _won_and_lost(results: list[object]) -> tuple[list[object], list[object]]:
    lost = [result for result in results if isinstance(result, Exception)]
    return [result for result in results if result not in lost], lost


def _assignee(session: Session, task_id: UUID) -> UUID | None:
    session.rollback()
    return session.scalar(select(t.Task.assignee_id).where(t.Task.id == task_id))


def test_of_two_people_completing_one_task_one_wins(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for meet in meetings:
        instance = begin(session, deployed.reporter, "fork")
        task_id = open_task(session, instance, "right")
        session.rollback()
        people = (deployed.rectifier, deployed.colleague)
        won, lost = _won_and_lost(meet(*(_completing(task_id, who) for who in people)))
        assert len(won) == 1, lost
        assert [type(error) for error in lost] == [AlreadyDone], lost
        row = session.scalars(select(t.Task).where(t.Task.id == task_id)).one()
        assert lost[0].by == {p.user_id: p.name for p in people}[row.completed_by]
        assert lost[0].at == row.completed_at
        assert tags(session, instance).count("task:completed") == 1


def test_two_tasks_of_one_instance_both_survive(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for meet in meetings:
        instance = begin(session, deployed.reporter, "fork")
        left, right = (open_task(session, instance, key) for key in ("left", "right"))
        session.rollback()
        results = meet(_completing(left, deployed.verifier), _completing(right, deployed.rectifier))
        assert all(isinstance(result, tasks.Outcome) for result in results), results
        assert open_keys(session, instance) == ["last"]
        assert tags(session, instance).count("task:completed") == 2
    assert list(doctor.examine(session)) == []


def test_of_two_people_claiming_one_task_one_gets_it(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    people = (deployed.rectifier, deployed.colleague)
    for meet in meetings:
        instance = begin(session, deployed.reporter, "fork")
        task_id = open_task(session, instance, "right")
        session.rollback()
        results = meet(*(partial(tasks.claim, task_id=task_id, actor=who) for who in people))
        (loser,) = [n for n, result in enumerate(results) if isinstance(result, Conflict)]
        winner = people[1 - loser]
        assert results[1 - loser] is None, results
        assert winner.name in results[loser].message.zh
        assert _assignee(session, task_id) == winner.user_id
        assert tags(session, instance).count("task:claimed") == 1


def test_nobody_completes_what_somebody_else_has_just_claimed(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for meet in meetings:
        instance = begin(session, deployed.reporter, "fork")
        task_id = open_task(session, instance, "right")
        session.rollback()
        claimed, completed = meet(
            partial(tasks.claim, task_id=task_id, actor=deployed.rectifier),
            _completing(task_id, deployed.colleague),
        )
        if claimed is None:
            assert isinstance(completed, Conflict), completed
            assert _assignee(session, task_id) == deployed.rectifier.user_id
        else:
            assert isinstance(claimed, AlreadyDone)
            assert isinstance(completed, tasks.Outcome)


@pytest.mark.parametrize("ending", ["suspend", "cancel"])
def test_a_case_that_is_stopped_is_worked_on_before_or_not_at_all(
    session: Session, deployed: Cast, meetings: list[Meeting], ending: str
) -> None:
    for meet in meetings:
        instance = begin(session, deployed.reporter, "late")
        task_id = open_task(session, instance, "slow")
        session.rollback()
        operation = getattr(instances, ending)
        stopped, completed = meet(
            partial(operation, instance_id=instance, actor=deployed.principal, reason="停产检修"),
            _completing(task_id, deployed.verifier),
        )
        if stopped is None:
            assert isinstance(completed, Conflict)
            assert state_of(session, instance) in ("suspended", "cancelled")
        else:
            assert isinstance(stopped, Conflict)
            assert isinstance(completed, tasks.Outcome)
    assert list(doctor.examine(session)) == []


def test_a_request_sent_twice_at_once_is_done_once_and_answered_twice(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for number, meet in enumerate(meetings):
        instance = begin(session, deployed.reporter, "line")
        task_id = open_task(session, instance, "first")
        session.rollback()
        asked = _completing(task_id, deployed.verifier, idempotency_key=f"k{number}")
        first, second = meet(asked, asked)
        assert first == second
        assert isinstance(first, tasks.Outcome)
        assert tags(session, instance).count("task:completed") == 1


def _starting(actor: Actor, **kwargs: str) -> partial[starting.Started]:
    return partial(
        starting.start,
        definition_key="line",
        answers={"note": "开始"},
        actor=actor,
        identity=identity_of(actor, mode="named"),
        **kwargs,
    )


def test_a_report_sent_twice_at_once_is_one_report(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for number, meet in enumerate(meetings, 1):
        asked = _starting(deployed.reporter, idempotency_key=f"k{number}")
        first, second = meet(asked, asked)
        assert first == second
        assert isinstance(first, starting.Started)
        session.rollback()
        assert len(session.scalars(select(t.Instance.id)).all()) == number


def test_a_business_key_starts_one_case(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for number, meet in enumerate(meetings):
        asked = _starting(deployed.reporter, business_key=f"b{number}")
        won, lost = _won_and_lost(meet(asked, asked))
        assert len(won) == 1
        assert [type(error) for error in lost] == [Conflict], lost


def test_reports_at_once_get_numbers_without_gaps(
    session: Session, deployed: Cast, together: Together
) -> None:
    for _ in range(5):
        results = together.at_once(*[_starting(deployed.reporter)] * 4)
        assert all(isinstance(one, starting.Started) for one in results), results
    session.rollback()
    numbers = [int(n.rpartition("-")[2]) for n in session.scalars(select(t.Instance.number))]
    assert sorted(numbers) == list(range(1, 21))
    (month,) = session.scalars(select(t.Month)).all()
    assert month.reported == 20
    assert list(doctor.examine(session)) == []


def test_two_who_deploy_at_once_make_two_versions(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for number, meet in enumerate(meetings[:5]):
        asked = [
            partial(
                definitions.deploy,
                bundle=flows.bundle(line=flows.LINE.replace(b"first", f"f{number}{one}".encode())),
                organisation_id=deployed.enterprise_id,
                actor=SYSTEM,
            )
            for one in "ab"
        ]
        results = meet(*asked)
        versions = [definition.version for (definition,) in results]
        assert sorted(versions) == [2 * number + 2, 2 * number + 3]


def test_of_two_who_take_one_login_one_is_told_that_it_is_taken(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for number, meet in enumerate(meetings[:5]):
        asked = partial(
            accounts.add_user,
            organisation_id=deployed.enterprise_id,
            login=f"new-{number}",
            name="新人",
            password=PASSWORD,
            roles=["verifier"],
            actor=deployed.administrator,
        )
        won, lost = _won_and_lost(meet(asked, asked))
        assert len(won) == 1
        assert [type(error) for error in lost] == [Conflict], lost


def test_two_administrators_cannot_put_each_other_out(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    home, pair = deployed.enterprise_id, (deployed.administrator, deployed.principal)
    for meet in meetings[:5]:
        for person in pair:
            execute(session, people.set_roles, person.user_id, home, ROLES, actor=SYSTEM)
        session.rollback()
        won, lost = _won_and_lost(
            meet(
                partial(
                    people.set_roles,
                    user_id=pair[0].user_id,
                    organisation_id=home,
                    roles=["principal"],
                    actor=SYSTEM,
                ),
                partial(
                    people.disable,
                    user_id=pair[1].user_id,
                    organisation_id=home,
                    actor=SYSTEM,
                ),
            )
        )
        assert won == [None]
        assert [type(error) for error in lost] == [Conflict], lost
        execute(session, people.enable, pair[1].user_id, home, actor=SYSTEM)


def test_two_operators_retry_an_incident_once(
    session: Session, deployed: Cast, meetings: list[Meeting]
) -> None:
    for meet in meetings:
        instance = begin(session, deployed.reporter, "line")
        incident = incidents.open_incident(
            session,
            organisation_id=deployed.enterprise_id,
            job_id=instance,
            instance_id=instance,
            kind="timer",
            element=None,
            error="x",
        )
        session.commit()
        asked = partial(incidents.retry, incident_id=incident, actor=deployed.administrator)
        won, lost = _won_and_lost(meet(asked, asked))
        assert won == [None]
        assert [type(error) for error in lost] == [Conflict]
        assert tags(session, instance).count("incident:retried") == 1
