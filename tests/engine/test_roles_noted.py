"""The history says in which role somebody acted, and never forgets who it was."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import instances, messages, reporters
from engine.commands import execute
from engine.store import Event
from tests.cast import Cast
from tests.engine.stories import begin, deploy


def _last(session: Session, instance: UUID) -> Event:
    session.rollback()
    return session.scalars(
        select(Event).where(Event.instance_id == instance).order_by(Event.sequence.desc())
    ).first()  # type: ignore[return-value]


def test_who_may_also_report_is_named_when_they_look_into_the_vault(
    session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    union = replace(cast.union, roles=frozenset({"union", "reporter"}))
    execute(session, reporters.reveal, instance, actor=union, reason="商定发放方式")
    looked = _last(session, instance)
    assert (looked.tag, looked.role, looked.actor_id) == (
        "identity:revealed", "union", cast.union.user_id,
    )  # fmt: skip


def test_a_verifier_who_may_also_report_does_not_write_as_the_reporter(
    session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    verifier = replace(cast.verifier, roles=frozenset({"verifier", "reporter"}))
    execute(session, messages.say, instance, "请补一张照片", actor=verifier)
    said = _last(session, instance)
    assert (said.role, said.actor_id) == ("verifier", cast.verifier.user_id)


def test_suspending_is_done_in_the_role_that_allows_it(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    principal = replace(cast.principal, roles=frozenset({"acceptor", "principal"}))
    execute(session, instances.suspend, instance, actor=principal, reason="停产检修")
    assert _last(session, instance).role == "principal"
