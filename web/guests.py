"""People without an account: those who begin a report, and those who come back with a code.

The cookie of a guest says for which enterprise they report, and which case their receipt code
opens. It ends with the browser, and the code itself is never in it.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import session

from engine import actors, organisations
from engine.actors import Actor
from web import db
from web.access import current_account

_RECEIPT: Final = "receipt"
_REPORTS_TO: Final = "reports_to"


def open_case(organisation_id: UUID, instance_id: UUID) -> None:
    """Let this browser see the case whose receipt code was just entered."""
    session[_RECEIPT] = [organisation_id.hex, instance_id.hex]


def close_case() -> None:
    """Let this browser forget the case, as on a shared phone."""
    session.pop(_RECEIPT, None)


def by_receipt() -> Actor | None:
    """Give the reporter of the case that this browser has opened with its code, or None."""
    kept = session.get(_RECEIPT)
    return actors.by_receipt(UUID(kept[0]), UUID(kept[1])) if kept else None


def begin_report(organisation_id: UUID) -> None:
    """Note for which enterprise somebody without an account begins a report."""
    session[_REPORTS_TO] = organisation_id.hex


def reporter() -> Actor | None:
    """Give who reports from this browser: the account, else a guest of the enterprise noted.

    Raises:
        NotAllowed: the enterprise asks its reporters to sign in.
    """
    account = current_account()
    return account.actor if account is not None else guest()


def guest() -> Actor | None:
    """Give the guest of the enterprise noted, whoever is signed in, or None.

    Raises:
        NotAllowed: the enterprise asks its reporters to sign in.
    """
    kept = session.get(_REPORTS_TO)
    return organisations.guest(db.session(), UUID(kept)) if kept else None


def visitors() -> list[Actor]:
    """Give everybody this browser may read as: the account, and the reporter of a case."""
    account = current_account()
    return [actor for actor in (account.actor if account else None, by_receipt()) if actor]
