"""How stories of moved cases begin: two versions of a flow, cases, and all jobs done."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, definitions, doctor, jobs, migrations
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine.stories import begin

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


def deploy(session: Session, cast: Cast, content: bytes) -> UUID:
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
