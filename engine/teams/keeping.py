"""Opening, changing and closing workshops and teams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.store import Membership, new_id
from engine.store import tables as t
from engine.teams.register import Node, enterprise_of, lock, note, tree

#: A workshop, a team in it, and a part of that.
DEEPEST: Final = 3
LONGEST_NAME: Final = 50
#: So many may be open at a time; their tree is shown and counted whole.
MOST: Final = 500
_MOST_PEOPLE: Final = 1_000_000
#: What parts the names in a path, and so stands in none.
_BETWEEN: Final = ("/", "／")


def open_team(
    session: Session,
    *,
    name: str,
    parent_id: UUID | None = None,
    head_count: int | None = None,
    leader_id: UUID | None = None,
    actor: Actor,
) -> t.Team:
    """Enter a workshop, or a team in one.

    Raises:
        NotAllowed: the role. NotFound: no such parent. InvalidAnswers: field by field.
        Conflict: there is one of that name beside it, too many, or it would stand too deep.
    """
    own = enterprise_of(actor)
    name = clean_name(name)
    _check_people(head_count)
    _check_leader(session, own, leader_id)
    lock(session, own)
    nodes = tree(session, own)
    _check_parent(nodes, parent_id)
    _refuse_double(nodes, parent_id, name)
    if sum(node.row.closed_on is None for node in nodes) >= MOST:
        raise Conflict(
            f"最多 {MOST} 个车间、班组。", f"At most {MOST} workshops and teams may be open."
        )
    row = t.Team(
        organisation_id=own,
        id=new_id(),
        parent_id=parent_id,
        name=name,
        head_count=head_count,
        leader_id=leader_id,
        opened_on=clock.local_date(),
    )
    session.add(row)
    session.flush()
    note(session, row, "opened", {}, _told(row), actor=actor)
    return row


def change(
    session: Session,
    team_id: UUID,
    *,
    name: str,
    head_count: int | None = None,
    leader_id: UUID | None = None,
    actor: Actor,
) -> None:
    """Change a team's name, head count and leader; where it stands in the tree stays.

    Raises:
        NotAllowed: the role. NotFound: none such. InvalidAnswers: field by field.
        Conflict: it is closed, or there is one of that name beside it.
    """
    own = enterprise_of(actor)
    name = clean_name(name)
    _check_people(head_count)
    _check_leader(session, own, leader_id)
    lock(session, own)
    row = _open(session, own, team_id)
    others = [node for node in tree(session, own) if node.id != team_id]
    _refuse_double(others, row.parent_id, name)
    before = _told(row)
    row.name, row.head_count, row.leader_id = name, head_count, leader_id
    after = _told(row)
    if after != before:
        note(session, row, "changed", before, after, actor=actor)


def close(session: Session, team_id: UUID, *, actor: Actor) -> None:
    """Close a team: its people are in no team from today on, its history stays.

    Raises:
        NotAllowed: the role. NotFound: none such. Conflict: one below it is open.
    """
    own = enterprise_of(actor)
    lock(session, own)
    row = _locked(session, own, team_id)
    if row.closed_on is not None:
        return
    if any(
        node.row.parent_id == team_id and node.row.closed_on is None for node in tree(session, own)
    ):
        raise Conflict(
            "下面还有在用的班组，请先停用下面的。", "A team below it is open; close that one first."
        )
    today = clock.local_date()
    mine = (t.TeamMember.organisation_id == own, t.TeamMember.team_id == team_id)
    # Whoever came today was never there for a day.
    came = session.scalars(select(t.TeamMember).where(*mine, t.TeamMember.until_on.is_(None))).all()
    for member in came:
        if member.from_on == today:
            session.delete(member)
    session.flush()
    session.execute(
        update(t.TeamMember).where(*mine, t.TeamMember.until_on.is_(None)).values(until_on=today)
    )
    areas = select(t.TeamArea).where(t.TeamArea.organisation_id == own)
    for area in session.scalars(areas.where(t.TeamArea.team_id == team_id)):
        session.delete(area)
    row.closed_on = today
    note(session, row, "closed", {"people": len(came)}, {}, actor=actor)


def reopen(session: Session, team_id: UUID, *, actor: Actor) -> None:
    """Open a closed team again, with nobody in it.

    Raises:
        NotAllowed: the role. NotFound: none such. Conflict: the one above is closed, or another of
        its name stands beside it.
    """
    own = enterprise_of(actor)
    lock(session, own)
    row = _locked(session, own, team_id)
    if row.closed_on is None:
        return
    others = [node for node in tree(session, own) if node.id != team_id]
    _check_parent(others, row.parent_id)
    _refuse_double(others, row.parent_id, row.name)
    row.closed_on = None
    note(session, row, "reopened", {}, {}, actor=actor)


def clean_name(name: str) -> str:
    """Give a team's name without outer spaces.

    Raises:
        InvalidAnswers: empty, too long, with invisible signs or what parts a path.
    """
    plain = " ".join(name.split())
    is_fit = 1 <= len(plain) <= LONGEST_NAME and plain.isprintable()
    if not is_fit or any(sign in plain for sign in _BETWEEN):
        raise InvalidAnswers.at(
            "name",
            f"请填写名称，1 至 {LONGEST_NAME} 个字，不要用斜杠。",
            f"Give a name of 1 to {LONGEST_NAME} characters, without a slash.",
        )
    return plain


def _locked(session: Session, own: UUID, team_id: UUID) -> t.Team:
    row = session.get(t.Team, (own, team_id), with_for_update=True)
    if row is None:
        raise NotFound()
    return row


def _open(session: Session, own: UUID, team_id: UUID) -> t.Team:
    row = _locked(session, own, team_id)
    require_open(row)
    return row


def require_open(row: t.Team) -> None:
    """Raise Conflict when a team is closed."""
    if row.closed_on is not None:
        raise Conflict(
            f"“{row.name}”已停用，请先恢复。", f"“{row.name}” is closed; open it again first."
        )


def _told(row: t.Team) -> dict[str, Any]:
    leader = None if row.leader_id is None else str(row.leader_id)
    return {"name": row.name, "head_count": row.head_count, "leader_id": leader}


def _check_people(count: int | None) -> None:
    if count is not None and not 0 <= count <= _MOST_PEOPLE:
        raise InvalidAnswers.at(
            "head_count",
            f"人数填 0 至 {_MOST_PEOPLE} 的整数。",
            f"The head count is a whole number from 0 to {_MOST_PEOPLE}.",
        )


def _check_leader(session: Session, own: UUID, leader_id: UUID | None) -> None:
    if leader_id is None:
        return
    statement = select(Membership.user_id).where(
        Membership.organisation_id == own, Membership.user_id == leader_id
    )
    if session.scalars(statement.limit(1)).first() is None:
        raise InvalidAnswers.at(
            "leader_id", "请选择本单位的人。", "Choose somebody who works here."
        )


def _check_parent(nodes: Iterable[Node], parent_id: UUID | None) -> None:
    if parent_id is None:
        return
    parent = next((node for node in nodes if node.id == parent_id), None)
    if parent is None:
        raise NotFound()
    require_open(parent.row)
    if parent.depth + 1 >= DEEPEST:
        raise Conflict(f"最多 {DEEPEST} 级。", f"At most {DEEPEST} levels.")


def _refuse_double(nodes: Iterable[Node], parent_id: UUID | None, name: str) -> None:
    for node in nodes:
        same = node.row.parent_id == parent_id and node.row.name == name
        if same and node.row.closed_on is None:
            raise Conflict(
                f"这里已经有“{name}”，请换一个名称。",
                f"“{name}” stands here already; choose another name.",
            )
