"""Taking a sheet of people in, with their teams: looked at first, then once.

The register of enterprises keeps its sheets the same way (engine/registry/batches).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import accounts, people
from engine.actors import Actor
from engine.errors import Conflict, Invalid, Message
from engine.permissions import require
from engine.registry import batches
from engine.registry.batches import CHUNK
from engine.registry.pieces import Pieces
from engine.store import Membership, User
from engine.store.tables import ImportBatch
from engine.teams.keeping import open_team
from engine.teams.moving import put, teams_of
from engine.teams.register import Node, enterprise_of, tree
from engine.teams.sheet import Line, read

#: Who says no role reports, as everybody may.
_USUAL = ["reporter"]
_TAKEN_LOGIN = Message(
    "这个登录名是别的单位的人在用，请换一个。",
    "Somebody of another organisation has this login; choose another one.",
)
_TWICE = Message("表格里前面已有这个登录名。", "This login stands further up in the sheet.")
_OTHER_NAME = Message(
    "这个登录名是本单位另一个姓名的人，请核对。",
    "Somebody here with another name has this login; check it.",
)


def preview(session: Session, content: bytes, name: str, *, actor: Actor) -> ImportBatch:
    """Judge a sheet and keep it, to be looked at; nothing else changes.

    Raises:
        NotAllowed: the role. Invalid: it cannot be read, or holds nobody.
    """
    _own(actor)
    rows = list(judged(session, content, actor=actor))
    if not rows:
        raise Invalid("表格里没有人。请从表头下一行填起。", "The sheet holds nobody.")
    batch = batches.begun(content, name, actor)
    batches.filled(batch, rows)
    session.add(batch)
    session.flush()
    return batch


def judged(session: Session, content: bytes, *, actor: Actor) -> Iterator[dict[str, Any]]:
    """Yield what would become of each row, as it is kept for the preview.

    Raises:
        NotAllowed: the role. Invalid: it cannot be read.
    """
    own = _own(actor)
    lines = list(read(content))
    known, seen = _Known(session, own, lines), set[str]()
    for line in lines:
        if line.login and line.login in seen:
            line.wrong("login", _TWICE, line.login)
        seen.add(line.login)
        known.check(line)
        yield known.row(line)


def get(session: Session, batch_id: UUID, *, actor: Actor) -> batches.Preview:
    """Give a sheet of people that the actor's enterprise read in.

    Raises:
        NotAllowed: the role. NotFound: none such, or another's.
    """
    _own(actor)
    return batches.found(session, batch_id, actor=actor)


def latest(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give the sheets of people that were read in last, with who read them.

    Raises:
        NotAllowed: the role.
    """
    _own(actor)
    return batches.of_organisation(session, actor)


def discard(session: Session, batch_id: UUID, *, actor: Actor) -> None:
    """Put a sheet aside that was only looked at.

    Raises:
        NotAllowed, NotFound. AlreadyDone: it was taken in meanwhile.
    """
    _own(actor)
    batches.put_aside(session, batch_id, actor)


def take_in(session: Session, batch_id: UUID, *, actor: Actor) -> ImportBatch:
    """Take the good rows in, this once: as people and teams are by now.

    New people have no password yet; `people.without_password` finds them.

    Raises:
        NotAllowed: the role. NotFound: none such. AlreadyDone: it, or the very same file, was
        taken in before. Conflict: it was discarded, has no good row, or a login was taken since.
    """
    own = _own(actor)
    batch = batches.to_be_taken(session, batch_id, actor)
    session.flush()
    pieces, outcome, where = Pieces(batch.content), Counter[str](), dict[UUID, UUID | None]()
    opened = _Opened(session, own, actor)
    for number in range(-(-batch.good // CHUNK)):
        for row in pieces.good(number):
            user_id, what = _enter(session, own, row, actor)
            team = opened.find(row["values"]["team"])
            if team is not None:
                where[user_id] = team
            outcome[what if what != "same" else row["is"]] += 1
    put(session, where, actor=actor)
    batch.outcome, batch.done, batch.state = dict(outcome), batch.good, "imported"
    session.flush()
    return batch


class _Known:
    """What is known of the people and teams that a sheet speaks of; a few statements."""

    def __init__(self, session: Session, own: UUID, lines: Iterable[Line]) -> None:
        logins = {line.login for line in lines if line.login}
        self.users: dict[str, User] = {}
        self.roles: dict[UUID, set[str]] = {}
        for part in _parts(sorted(logins)):
            found = session.scalars(select(User).where(User.login.in_(part)))
            self.users |= {user.login: user for user in found}
        ids = [user.id for user in self.users.values()]
        for some in _parts(ids):
            held = select(Membership.user_id, Membership.role).where(
                Membership.organisation_id == own, Membership.user_id.in_(some)
            )
            for user_id, role in session.execute(held):
                self.roles.setdefault(user_id, set()).add(role)
        nodes = [node for node in tree(session, own) if node.row.closed_on is None]
        self.teams = {node.names: node.id for node in nodes}
        self.paths = {node.id: node.path for node in nodes}
        self.where = teams_of(session, own, ids)

    def check(self, line: Line) -> None:
        """Note what is wrong with a row beside those that are there already."""
        user = self.users.get(line.login)
        if user is None:
            return
        if user.id not in self.roles:
            line.wrong("login", _TAKEN_LOGIN, line.login)
        elif line.name and user.name != line.name:
            line.wrong("name", _OTHER_NAME, line.name)

    def row(self, line: Line) -> dict[str, Any]:
        """Give a row as it is kept: JSON-plain, with what would become of it."""
        values = {"login": line.login, "roles": line.roles, "team": line.team}
        row = {"row": line.number, "name": line.name, "values": values}
        if line.faults:
            return {**row, "is": "bad", "faults": line.faults}
        user = self.users.get(line.login)
        opens = bool(line.team) and tuple(line.team) not in self.teams
        if user is None:
            return {**row, "is": "new", "opens": opens}
        before = {
            "roles": sorted(self.roles[user.id]),
            "team": self.paths.get(self.where.get(user.id, user.id), ""),
        }
        after = {
            "roles": sorted(line.roles) or before["roles"],
            "team": "/".join(line.team) or before["team"],
        }
        changed = {key: value for key, value in after.items() if value != before[key]}
        return {
            **row, "is": "changed" if changed else "same", "before": before, "after": changed,
            "opens": opens, "id": str(user.id),
        }  # fmt: skip


class _Opened:
    """The teams by their path; one that is not there yet is opened, with those above it."""

    def __init__(self, session: Session, own: UUID, actor: Actor) -> None:
        self._session, self._actor = session, actor
        nodes: Iterable[Node] = tree(session, own)
        self._ids = {node.names: node.id for node in nodes if node.row.closed_on is None}

    def find(self, names: Sequence[str]) -> UUID | None:
        """Give the team of a path; None for none."""
        at: UUID | None = None
        for end in range(1, len(names) + 1):
            path = tuple(names[:end])
            if path not in self._ids:
                row = open_team(self._session, name=path[-1], parent_id=at, actor=self._actor)
                self._ids[path] = row.id
            at = self._ids[path]
        return at


def _enter(session: Session, own: UUID, row: dict[str, Any], actor: Actor) -> tuple[UUID, str]:
    """Add somebody, or change what they may do; give who it is and what was done."""
    values = row["values"]
    user = session.scalar(select(User).where(User.login == values["login"]))
    if user is None:
        added = accounts.add_user(
            session,
            login=values["login"],
            name=row["name"],
            password=None,
            organisation_id=own,
            roles=values["roles"] or _USUAL,
            actor=actor,
        )
        return added.id, "new"
    held = set(
        session.scalars(
            select(Membership.role).where(
                Membership.organisation_id == own, Membership.user_id == user.id
            )
        )
    )
    if not held or user.name != row["name"]:
        raise Conflict(
            f"登录名 {values['login']} 刚被别人用了，请重新上传表格。",
            f"The login {values['login']} was taken meanwhile; upload the sheet again.",
        )
    if values["roles"] and set(values["roles"]) != held:
        people.set_roles(session, user.id, own, values["roles"], actor=actor)
        return user.id, "changed"
    return user.id, "same"


def _own(actor: Actor) -> UUID:
    require(actor, "people:manage")
    return enterprise_of(actor)


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[at : at + CHUNK] for at in range(0, len(values), CHUNK)]
