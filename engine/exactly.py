"""An organisation named exactly: by its full name or its credit code, and in no other way.

Whoever knows neither learns nothing. One that is not there and one that may not be named get the
same answer, and pages count tries (docs/decisions/0028).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.store import Organisation

#: The longest name or code that is looked for.
_LONGEST: Final = 200


def find_exactly(
    session: Session, text: str, *, kinds: Sequence[str], but: UUID
) -> Organisation | None:
    """Give the one active organisation of that full name or credit code, or None.

    Args:
        kinds: which kinds may be named. but: whose house it is; that one is never found.
    """
    wanted = text.strip()
    if not 0 < len(wanted) <= _LONGEST or not wanted.isprintable():
        return None
    own = Organisation
    found = session.scalars(
        select(own)
        .where(
            or_(own.name == wanted, own.uscc == wanted.upper()),
            # Names are in the index by kind.
            own.kind.in_(tuple(kinds)),
            own.id != but,
            own.status == "active",
        )
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None
