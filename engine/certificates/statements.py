"""The frozen statement of a certificate: canonical JSON, its digest, its verification code."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from engine.cases import Case
from engine.certificates.facts import Facts
from engine.clock import local_date

_FORMAT: Final = 1
#: Digits and capitals without I, L, O, U: nothing to confuse when typed (80 bits in 16).
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH: Final = 16
_DEFAULT_BASE_URL: Final = "http://127.0.0.1:8000"


def new_code() -> str:
    """Give a verification code nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def clean_code(text: str) -> str:
    """Give a typed code as it is stored: capitals, no spaces or dashes, look-alikes put right."""
    plain = "".join(char for char in text.upper() if char.isalnum())
    return plain.translate(str.maketrans("ILO", "110"))


def base_url(session: Session) -> str:
    """Give the address people reach the site at; `session.info["base_url"]` carries it."""
    return str(session.info.get("base_url", _DEFAULT_BASE_URL))


def freeze(
    case: Case, facts: Facts, *, kind: str, number: str, code: str, at: datetime, base: str
) -> str:
    """Give the statement: everything the paper prints, as canonical JSON (sorted keys, UTF-8)."""
    statement = {
        "format": _FORMAT,
        "kind": kind,
        "number": number,
        "issuer": case.organisation.name,
        "issuer_code": case.organisation.code,
        "issued_at": at.isoformat(),
        "issued_on": local_date(at).isoformat(),
        "verify_url": f"{base}/verify/{code}",
        "facts": facts.printed(),
    }
    return orjson.dumps(statement, option=orjson.OPT_SORT_KEYS).decode()


def read(statement: str) -> dict[str, Any]:
    """Give the statement as plain data."""
    plain: dict[str, Any] = orjson.loads(statement)
    return plain


def digest(statement: str) -> bytes:
    """Give the SHA-256 of the statement's text."""
    return hashlib.sha256(statement.encode()).digest()
