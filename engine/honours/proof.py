"""The certificate of an honour 荣誉证书: a statement frozen under a number, signed, checked by all.

An honour belongs to no case, so no history backs it. Its statement is signed with the key of the
seals instead: whoever can only write to the database can make none and change none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, secrets
from engine.certificates import PROOF_DIGITS, statements
from engine.errors import IntegrityError
from engine.hazards.numbers import honour_number
from engine.seal_keys import is_signed
from engine.store import Organisation, next_number
from engine.store import tables as t

_FORMAT: Final = 1
#: So that a signature of a seal or a file is none of an honour.
_SIGNED_AS: Final = b"bihuan honour 1\n"


@dataclass(frozen=True, kw_only=True)
class Soundness:
    """What was found when a certificate was checked."""

    #: The statement has the digest it was issued with, and is the one of this number and code.
    statement: bool
    #: The installation's key signed it.
    signature: bool

    @property
    def intact(self) -> bool:
        """Say whether nothing contradicts anything."""
        return self.statement and self.signature


def issue(session: Session, row: t.Honour, recipient: str) -> None:
    """Give an honour its number and freeze what its certificate says.

    Args:
        recipient: the person's or the team's name.

    Raises:
        IntegrityError: the signing key is missing.
    """
    own = session.get_one(Organisation, row.organisation_id)
    at = clock.now()
    year = clock.local_date(at).year
    row.number = honour_number(own.code, year, next_number(session, own.id, f"honour-{year}"))
    row.code = statements.new_code()
    statement = {
        "format": _FORMAT,
        "kind": "honour",
        "number": row.number,
        "issuer": own.name,
        "issuer_code": own.code,
        "issued_at": at.isoformat(),
        "issued_on": clock.local_date(at).isoformat(),
        "verify_url": f"{statements.base_url(session)}/verify/{row.code}",
        "facts": {
            "recipient": recipient,
            "kind": row.kind,
            "period": row.period,
            "title": row.title,
            "reason": row.reason,
            "basis": row.basis,
            "reward": row.reward,
        },
    }
    row.statement = orjson.dumps(statement, option=orjson.OPT_SORT_KEYS).decode()
    row.statement_digest = statements.digest(row.statement)
    keys = secrets.of(session).seal_keys
    row.key_id, row.signature = keys.sign(_SIGNED_AS + row.statement.encode())


def read(row: t.Honour) -> Mapping[str, Any]:
    """Give what the certificate says.

    Raises:
        IntegrityError: the text no longer has the digest it was issued with.
    """
    if row.statement is None or statements.digest(row.statement) != row.statement_digest:
        raise IntegrityError(
            f"荣誉证书 {row.number} 的存证内容已被改动，请联系运维人员。",
            f"The statement of certificate {row.number} was altered; tell the operator.",
        )
    return statements.read(row.statement)


def check(session: Session, row: t.Honour) -> Soundness:
    """Check a certificate; everything is computed anew from what is stored."""
    text = row.statement or ""
    known = secrets.of(session).seal_keys.known().get(row.key_id or "")
    return Soundness(
        statement=statements.digest(text) == row.statement_digest and _is_of(row, text),
        signature=known is not None
        and row.signature is not None
        and is_signed(known, _SIGNED_AS + text.encode(), row.signature),
    )


def find_by_code(session: Session, code: str) -> t.Honour | None:
    """Give the honour whose certificate carries `code`, however it was typed."""
    wanted = statements.clean_code(code)
    return session.scalar(select(t.Honour).where(t.Honour.code == wanted))


def find_by_digest(session: Session, number: str, digest: str) -> t.Honour | None:
    """Give the honour of that number if `digest` begins like the one printed on its paper."""
    proof = "".join(digest.lower().split())
    if len(proof) < PROOF_DIGITS:
        return None
    found = session.scalar(select(t.Honour).where(t.Honour.number == number.strip().upper()))
    if found is None or found.statement_digest is None:
        return None
    return found if found.statement_digest.hex().startswith(proof) else None


def issuer(session: Session, row: t.Honour) -> str:
    """Give the name of the enterprise that gave it."""
    return session.get_one(Organisation, row.organisation_id).name


def _is_of(row: t.Honour, text: str) -> bool:
    try:
        said = orjson.loads(text)
        return bool(said["number"] == row.number and said["verify_url"].endswith(f"/{row.code}"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
