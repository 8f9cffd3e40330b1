"""The codes of invitations: 12 signs that follow from the secret key and are not stored."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import secrets
from engine.store import tables as t

#: No 0/O, 1/I/L: a code is read aloud and typed.
_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 12


def code_of(session: Session, row: Any) -> str:
    """Give the code of an invitation, for its host to print."""
    number = int.from_bytes(secrets.of(session).digest("invitation code", row.id.hex))
    found = ""
    for _ in range(_LENGTH):
        number, sign = divmod(number, len(_SIGNS))
        found += _SIGNS[sign]
    return found


def digest(session: Session, code: str) -> bytes:
    """Give what is kept of a code, by which it is found again."""
    return secrets.of(session).digest("invitation", code)


def find(session: Session, written: str) -> t.Relation | None:
    """Give the relation whose invitation has this code, blanks and hyphens allowed, or None."""
    plain = "".join(written.split()).replace("-", "").upper()
    if len(plain) != _LENGTH or not set(plain) <= set(_SIGNS):
        return None
    return session.scalar(
        select(t.Relation).where(t.Relation.code_digest == digest(session, plain))
    )


def spaced(code: str) -> str:
    """Give a code in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
