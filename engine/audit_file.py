"""Signed audit files: histories with their seals and proofs, to be checked without a database.

Its reader finds in it what the case's page would tell them, never who reported. An event of which
something is withheld keeps its hash, so the chain goes on through it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit_lines, casefile, clock, definitions, merkle, seals, secrets
from engine.actors import Actor
from engine.discretion import Discretion
from engine.errors import Conflict, IntegrityError
from engine.permissions import require
from engine.seal_check import seals_of_case
from engine.store import tables as t
from engine.voting import rounds as vote_rounds


def build(session: Session, cases: Sequence[Any], *, actor: Actor) -> bytes:
    """Give the audit file of some cases.

    Args:
        cases: the instances' columns, as `engine.instances.get_instance` gives them to `actor`.

    Raises:
        NotAllowed: the actor may not read audit files.
        Conflict: nothing can be signed here: the signing key is missing or another.
    """
    require(actor, "audit:read")
    content = b"".join(_lines(session, cases, actor))
    digest = hashlib.sha256(content).digest()
    try:
        key, signature = secrets.of(session).seal_keys.sign(audit_lines.SIGNED_AS + digest)
    except IntegrityError as error:
        raise Conflict(error.message.zh, error.message.en) from error
    return content + audit_lines.line(
        "signature", key=key, sha256=digest.hex(), signature=signature.hex()
    )


def _lines(session: Session, cases: Sequence[Any], actor: Actor) -> Iterator[bytes]:
    made_at = clock.now().isoformat(timespec="seconds")
    yield audit_lines.line("file", format=audit_lines.FORMAT, made_at=made_at, cases=len(cases))
    for key, public in secrets.of(session).seal_keys.known().items():
        yield audit_lines.line("key", id=key, public=public.hex())
    first: dict[UUID, Any] = {}
    for row in cases:
        yield from _case(session, row, actor)
        for seal in seals_of_case(session, row.organisation_id, row.id):
            proof = _proof(seal, row.id)
            if proof is not None:
                yield proof
                owner = row.organisation_id
                first[owner] = min(first.get(owner, seal["day"]), seal["day"])
    for owner, day in first.items():
        yield from _seals(session, owner, day)


def _case(session: Session, row: Any, actor: Actor) -> Iterator[bytes]:
    """Yield a case and its history as they are in one and the same moment."""
    table = t.Event
    events = session.scalars(
        select(table)
        .where(table.organisation_id == row.organisation_id, table.instance_id == row.id)
        .order_by(table.sequence)
    ).all()
    end = events[-1] if events else None
    yield audit_lines.line(
        "case",
        organisation_id=row.organisation_id,
        instance_id=row.id,
        number=row.number,
        events=end.sequence if end else 0,
        head=end.hash.hex() if end else "",
    )
    discretion = _discretion(session, row, actor, events)
    for event in events:
        yield audit_lines.event_line(event, discretion.event(event))


def _proof(seal: Any, instance_id: UUID) -> bytes | None:
    """Give the proof that a seal covers a case; None when the case did not move on its day."""
    leaves = seals.leaves_of(seal["leaves"])
    for index, head in enumerate(seals.heads_of(leaves)):
        if head.instance_id == instance_id:
            return audit_lines.proof_line(head, seal["day"], index, merkle.proof(leaves, index))
    return None


def _seals(session: Session, organisation_id: UUID, first: Any) -> Iterator[bytes]:
    """Yield an organisation's seals up to the newest: whichever was published leads back here."""
    table = t.Seal.__table__
    columns = [column for column in table.c if column.name != "leaves"]
    found = session.execute(
        select(*columns)
        .where(table.c.organisation_id == organisation_id, table.c.day >= first)
        .order_by(table.c.day)
    )
    for row in found.mappings():
        yield audit_lines.seal_line(row)


def _discretion(session: Session, row: Any, actor: Actor, events: Sequence[Any]) -> Discretion:
    loaded = definitions.load(session, row.definition_id)
    tasks = casefile.tasks_named(session, row, {one.task_id for one in events if one.task_id})
    rounds = vote_rounds.rounds(session, row, loaded)
    secret = vote_rounds.secrets_of(rounds, loaded, row.identity_mode)
    return Discretion(loaded, actor, tasks, secret)
