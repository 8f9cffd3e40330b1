"""Taking in what others say, write on a slip or find in an inspection (R-27, domain.md C1 20-23).

Who types it in is not its reporter: the vault keeps the other person, the history keeps who typed.
A reporter who has an account is bound to it, so that they find the report among their own, are
paid, and cannot verify it; a name alone would not say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import InvalidAnswers
from engine.permissions import require
from engine.reporters import Identity, identity_of
from engine.store import Membership, User

#: What is answered when the reporter is none of the colleagues of that name.
NOBODY_HERE: Final = "nobody"
#: More people of one name than this are not listed; they are told apart by their logins.
_MOST: Final = 8


@dataclass(frozen=True)
class Namesake:
    """A colleague who has the reporter's name."""

    user_id: UUID
    name: str
    login: str


def namesakes(session: Session, name: str, *, actor: Actor) -> Sequence[Namesake]:
    """Give the members of the actor's enterprise who have that name, at most a few, by login.

    Raises:
        NotAllowed: the role.
    """
    require(actor, "report:enter")
    wanted = " ".join(name.split())
    # Nobody's name holds a sign that a database cannot.
    if not wanted or len(wanted) > 100 or not wanted.isprintable():
        return []
    statement = (
        select(User.id, User.name, User.login)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == actor.organisation_id,
            User.name == wanted,
            User.disabled_at.is_(None),
        )
        .distinct()
        .order_by(User.login)
        .limit(_MOST)
    )
    return [Namesake(*row) for row in session.execute(statement)]


def identity_for(
    session: Session,
    *,
    actor: Actor,
    mode: str,
    reporter_type: str = "staff",
    name: str = "",
    contact: str = "",
    account: str | None = None,
) -> Identity:
    """Give the identity to keep of whoever `actor` types a report in for.

    Args:
        mode: how openly the reporter wants it; a key of `reporters.MODES`.
        name, contact: as the reporter gave them; nothing is kept of an anonymous one.
        account: the user id of the colleague who reported; `NOBODY_HERE` for none of those who
            have that name.

    Raises:
        NotAllowed: the role. InvalidAnswers: field by field; also when it is not said which of
            the colleagues of that name it is.
    """
    require(actor, "report:enter")
    if mode == "anonymous":
        return Identity(mode=mode, reporter_type=reporter_type)
    name = " ".join(name.split())
    if not name:
        raise InvalidAnswers.at(
            "reporter_name",
            "请填写报告人姓名；报告人不想留名，请选“匿名”。",
            "Give the reporter's name; if they leave none, choose “anonymous”.",
        )
    found = {str(one.user_id): one for one in namesakes(session, name, actor=actor)}
    if found and account != NOBODY_HERE and account not in found:
        raise InvalidAnswers.at(
            "reporter_account",
            "本单位有同名的人，请选一下是不是这位，免得他核查自己的报告，也好让他查进度。",
            "Somebody here has that name. Say whether it is them: they may not verify their own "
            "report, and will find it in their list.",
        )
    known = found.get(account or "")
    plain = identity_of(actor, mode=mode, reporter_type=reporter_type, name=name, contact=contact)
    return Identity(
        mode=mode,
        reporter_type=reporter_type,
        user_id=None if known is None else known.user_id,
        name=plain.name,
        contact=plain.contact,
    )
