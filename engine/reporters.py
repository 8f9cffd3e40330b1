"""The identity vault: who reported, how openly, and how to talk with them (安法 54-55, 73; R-70).

A case never says who reported it. The vault keeps, beside the case:

* a keyed digest of the user id, which answers "is it me?" but not "who is it?";
* a keyed digest of the person, by which statistics count persons;
* name and contact sealed to the vault's public key, so that reading needs the private key, a
  permission and a reason that goes into the history;
* the keyed digest of a receipt code, with which the reporter comes back, account or not.

An anonymous report is bound to nothing that another report shares: its digests are of this case
alone, and nothing is sealed. What remains is what separation of duties needs: is it the reporter?
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.orm import Session

from engine import history, secrets
from engine.actors import Actor
from engine.errors import Conflict, Invalid, NotFound
from engine.identities import MODES, TYPES, Identity, identity_of
from engine.permissions import require, role_for
from engine.store import Hazard, Instance, Reporter, Write, visible_to

__all__ = [
    "MODES",
    "TYPES",
    "Identity",
    "among",
    "digests",
    "find_by_receipt",
    "identity_of",
    "is_reporter",
    "keep",
    "mode_of",
    "own_ids",
    "own_instances",
    "payee_name",
    "receipt_code",
    "reveal",
    "sealed",
    "user_digest",
]

_DIGITS: Final = 16
_KEEP: Final = Write(insert(Reporter))
_IS_REPORTER: Final = select(Reporter.user_digest).where(
    Reporter.organisation_id == bindparam("owner"),
    Reporter.instance_id == bindparam("instance"),
    Reporter.user_digest.in_(bindparam("digests", expanding=True)),
)
_SHORTEST_REASON: Final = 4


def keep(session: Session, organisation_id: UUID, instance_id: UUID, identity: Identity) -> str:
    """Put the reporter of a case into the vault; gives the receipt code to show once."""
    code = receipt_code(session, instance_id)
    keys = secrets.of(session)
    row = {
        "organisation_id": organisation_id,
        "instance_id": instance_id,
        "mode": identity.mode,
        "reporter_type": identity.reporter_type,
        **digests(keys, organisation_id, instance_id, identity),
        "sealed": None if identity.is_anonymous else sealed(keys, identity),
        "receipt_digest": keys.digest("receipt", code),
    }
    _KEEP.run(session, [row])
    return code


def receipt_code(session: Session, instance_id: UUID) -> str:
    """Give a case's receipt code: 16 digits that follow from the secret key and are not stored.

    For the moment of reporting only, and for the same request sent again.
    """
    digest = secrets.of(session).digest("receipt code", instance_id.hex)
    return f"{int.from_bytes(digest) % 10**_DIGITS:0{_DIGITS}d}"


def find_by_receipt(session: Session, code: str) -> tuple[UUID, UUID] | None:
    """Give (organisation id, instance id) of a receipt code, spaces and hyphens allowed."""
    digits = "".join(code.split()).replace("-", "")
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    digest = secrets.of(session).digest("receipt", digits)
    row = session.execute(
        select(Reporter.organisation_id, Reporter.instance_id).where(
            Reporter.receipt_digest == digest
        )
    ).first()
    return (row.organisation_id, row.instance_id) if row else None


def is_reporter(session: Session, organisation_id: UUID, instance_id: UUID, user_id: UUID) -> bool:
    """Say whether this user reported this case, openly or not."""
    return bool(among(session, organisation_id, instance_id, [user_id]))


def among(
    session: Session, organisation_id: UUID, instance_id: UUID, people: Collection[UUID]
) -> set[UUID]:
    """Give the one of `people` who reported this case, if any of them did."""
    keys = secrets.of(session)
    digests = {user_digest(keys, organisation_id, person): person for person in people}
    digests |= {case_digest(keys, instance_id, person): person for person in people}
    key = {"owner": organisation_id, "instance": instance_id, "digests": list(digests)}
    return {digests[row.user_digest] for row in session.connection().execute(_IS_REPORTER, key)}


def own_instances(
    session: Session, *, actor: Actor, limit: int = 100
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Give the cases the actor reported by name or in confidence, newest first.

    Columns: id, organisation_id, number, title, key, state, started_at; kind and ledger_state of
    its line in the ledger, None without one. Anonymous reports are not among them: only their
    receipt codes lead there.
    """
    if actor.user_id is None or actor.organisation_id is None:
        return []
    digest = user_digest(secrets.of(session), actor.organisation_id, actor.user_id)
    statement = (
        select(
            Instance.id,
            Instance.organisation_id,
            Instance.number,
            Instance.title,
            Instance.key,
            Instance.state,
            Instance.started_at,
            Hazard.kind,
            Hazard.state.label("ledger_state"),
        )
        .join(
            Reporter,
            (Reporter.organisation_id == Instance.organisation_id)
            & (Reporter.instance_id == Instance.id),
        )
        .outerjoin(
            Hazard,
            (Hazard.organisation_id == Instance.organisation_id) & (Hazard.id == Instance.id),
        )
        .where(Reporter.organisation_id == actor.organisation_id, Reporter.user_digest == digest)
        .order_by(Instance.started_at.desc(), Instance.id.desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def own_ids(session: Session, *, actor: Actor) -> Any:
    """Give a select of the ids of `own_instances`; None for somebody without an account."""
    if actor.user_id is None or actor.organisation_id is None:
        return None
    digest = user_digest(secrets.of(session), actor.organisation_id, actor.user_id)
    return select(Reporter.instance_id).where(
        Reporter.organisation_id == actor.organisation_id, Reporter.user_digest == digest
    )


def reveal(session: Session, instance_id: UUID, *, actor: Actor, reason: str) -> dict[str, str]:
    """Open the identity of a case's reporter: `{"name", "contact", "reporter_type", "mode"}`.

    `works_for` is there when they said for which contractor or tenant they work.

    Each look is written into the case's history with who, when and why, never with the name.

    Raises:
        NotAllowed: the role. NotFound: the case. Conflict: the report was anonymous.
        Invalid: no reason. IntegrityError: the vault's key is missing.
    """
    require(actor, "identity:reveal")
    reason = " ".join(reason.split())
    if len(reason) < _SHORTEST_REASON:
        raise Invalid(
            "请写明查看身份的理由，理由会写入办理记录。",
            "State why you need to know; the reason goes into the history.",
            field="reason",
        )
    row = _visible(session, instance_id, actor)
    if row.sealed is None:
        raise Conflict(
            "这是匿名报告，系统没有保存身份。可以在案件页给报告人留言。",
            "This report was anonymous; no identity was kept. You can leave the reporter a "
            "message.",
            instance_id=str(instance_id),
        )
    known = orjson.loads(secrets.of(session).unseal(row.sealed))
    event = history.Event(tag="identity:revealed", data={"reason": reason[:500]})
    role = role_for(actor, "identity:reveal")
    history.append(session, row.organisation_id, instance_id, [event], actor=actor, role=role)
    return {**known, "reporter_type": row.reporter_type, "mode": row.mode}


def payee_name(session: Session, organisation_id: UUID, instance_id: UUID) -> str | None:
    """Give the name to print on a reward certificate: only of those who reported by name."""
    row = session.get(Reporter, (organisation_id, instance_id))
    if row is None or row.mode != "named" or row.sealed is None:
        return None
    known: dict[str, str] = orjson.loads(secrets.of(session).unseal(row.sealed))
    return known["name"]


def mode_of(session: Session, organisation_id: UUID, instance_id: UUID) -> tuple[str, str] | None:
    """Give (mode, reporter type) of a case's report, or None."""
    row = session.get(Reporter, (organisation_id, instance_id))
    return (row.mode, row.reporter_type) if row else None


def _visible(session: Session, instance_id: UUID, actor: Actor) -> Reporter:
    statement = select(Reporter).where(Reporter.instance_id == instance_id)
    row: Reporter | None = session.scalar(visible_to(actor, statement))
    if row is None:
        raise NotFound()
    return row


def digests(
    keys: secrets.Secrets, organisation_id: UUID, instance_id: UUID, identity: Identity
) -> dict[str, bytes | None]:
    """Give what the vault keeps to answer "is it me?" and to count persons."""
    of = (keys, organisation_id, instance_id, identity)
    return {"user_digest": _kept_user_digest(*of), "payee_digest": _person_digest(*of)}


def sealed(keys: secrets.Secrets, identity: Identity) -> bytes:
    """Give name, contact and employer as only the vault's private key opens them."""
    known = {"name": identity.name, "contact": identity.contact}
    if identity.works_for:
        known["works_for"] = identity.works_for
    return keys.seal(orjson.dumps(known))


def _kept_user_digest(
    keys: secrets.Secrets, organisation_id: UUID, instance_id: UUID, identity: Identity
) -> bytes | None:
    if identity.user_id is None:
        return None
    if identity.is_anonymous:
        return case_digest(keys, instance_id, identity.user_id)
    return user_digest(keys, organisation_id, identity.user_id)


def _person_digest(
    keys: secrets.Secrets, organisation_id: UUID, instance_id: UUID, identity: Identity
) -> bytes:
    """Two anonymous reports count as two persons; nobody can know better."""
    if identity.is_anonymous:
        return keys.digest("person", instance_id.hex)
    if identity.user_id is not None:
        return keys.digest("person", f"{organisation_id.hex} {identity.user_id.hex}")
    named = f"{organisation_id.hex} {identity.name.casefold()} {identity.contact}"
    return keys.digest("person", named)


def user_digest(keys: secrets.Secrets, organisation_id: UUID, user_id: UUID) -> bytes:
    """Give what the vault keeps of an account that reported by name or in confidence."""
    return keys.digest("reporter", f"{organisation_id.hex} {user_id.hex}")


def case_digest(keys: secrets.Secrets, instance_id: UUID, user_id: UUID) -> bytes:
    """Give what the vault keeps of an account that reported anonymously."""
    return keys.digest("anonymous reporter", f"{instance_id.hex} {user_id.hex}")
