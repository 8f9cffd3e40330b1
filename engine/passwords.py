"""Passwords: how strong, how kept, how compared."""

from __future__ import annotations

import secrets as random
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from engine.errors import InvalidAnswers, Message

MINIMUM_LENGTH: Final = 10
#: Longer ones are refused before they are digested: a megabyte of password is an attack.
MAXIMUM_LENGTH: Final = 128
_COMMON: Final = frozenset(
    {
        "1234567890",
        "0123456789",
        "0987654321",
        "password123",
        "qwertyuiop",
        "1q2w3e4r5t",
        "a123456789",
        "123456789a",
        "12345678910",
        "1qaz2wsx3edc",
        "admin12345",
        "abc1234567",
    }
)

_SPOKEN: Final = "abcdefghjkmnpqrstuvwxyz23456789"

#: Argon2id (RFC 9106) with the library's recommended memory and time.
HASHER = PasswordHasher()
#: What an unknown login is compared with, so that it takes as long as a known one.
_NOBODY: list[str] = []


def digest(password: str) -> str:
    """Give the argon2id digest to keep."""
    return HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Compare `password` with a kept digest; takes the same time when there is none."""
    if len(password) > MAXIMUM_LENGTH:
        return False
    try:
        return HASHER.verify(kept or _nobody(), password) and kept is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def make() -> str:
    """Give a first password to tell somebody: four groups of four, without lookalikes."""
    groups = ("".join(random.choice(_SPOKEN) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def judge(password: str, login: str, *, field: str = "password") -> None:
    """Refuse passwords that are guessed first (NIST SP 800-63B 3.1.1: length, not decoration).

    Raises:
        InvalidAnswers: for `field`, with what to do.
    """
    if fault := _fault(password, login):
        raise InvalidAnswers({field: [fault]})


def _fault(password: str, login: str) -> Message | None:
    if len(password) < MINIMUM_LENGTH:
        return Message(
            f"密码至少 {MINIMUM_LENGTH} 个字符，可以用一句话。",
            f"The password needs at least {MINIMUM_LENGTH} characters; a sentence will do.",
        )
    if len(password) > MAXIMUM_LENGTH:
        return Message(
            f"密码不能超过 {MAXIMUM_LENGTH} 个字符。",
            f"The password may have at most {MAXIMUM_LENGTH} characters.",
        )
    plain = password.lower()
    if plain in _COMMON or len(set(plain)) < 4 or login.lower() in plain:
        return Message(
            "这个密码太容易猜到，请换一个，且不要包含登录名。",
            "This password is too easy to guess; choose another, without the login in it.",
        )
    return None


def _nobody() -> str:
    if not _NOBODY:
        _NOBODY.append(HASHER.hash("nobody has this password"))
    return _NOBODY[0]
