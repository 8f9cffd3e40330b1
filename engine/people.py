"""The people of an organisation, as its administrator looks after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from engine import clock, departures, passwords
from engine.accounts import memberships, set_password, write_roles
from engine.actors import Actor
from engine.errors import Conflict, NotAllowed, NotFound
from engine.permissions import require_over
from engine.statistics.paging import Page, after_name, name_cursor
from engine.store import Membership, Organisation, User


def members(
    session: Session, organisation_id: UUID, *, actor: Actor
) -> list[tuple[User, list[str]]]:
    """Give an organisation's members with their roles, by name."""
    require_over(session, actor, "people:manage", organisation_id)
    statement = (
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(User.name, User.login)
    )
    found: dict[UUID, tuple[User, list[str]]] = {}
    for user, role in session.execute(statement):
        found.setdefault(user.id, (user, []))[1].append(role)
    return list(found.values())


def page(
    session: Session,
    organisation_id: UUID,
    *,
    actor: Actor,
    words: str = "",
    after: str | None = None,
    limit: int = 100,
) -> Page[tuple[User, list[str]]]:
    """Give a page of an organisation's members with their roles, by name.

    Args:
        words: only those whose name or login has this in it.
        after: the cursor of the page before.

    Raises:
        NotAllowed: the role. NotFound: not theirs. Invalid: the cursor.
    """
    require_over(session, actor, "people:manage", organisation_id)
    theirs = select(Membership.user_id).where(Membership.organisation_id == organisation_id)
    statement = select(User).where(User.id.in_(theirs)).order_by(User.name, User.id)
    wanted = " ".join(words.split())
    if wanted and wanted.isprintable():
        like = User.name.contains(wanted, autoescape=True)
        statement = statement.where(like | User.login.contains(wanted.lower(), autoescape=True))
    if after is not None:
        statement = statement.where(after_name(User.name, User.id, after))
    users = list(session.scalars(statement.limit(limit + 1)))
    shown = users[:limit]
    roles: dict[UUID, list[str]] = {}
    held = select(Membership.user_id, Membership.role).where(
        Membership.organisation_id == organisation_id,
        Membership.user_id.in_([user.id for user in shown]),
    )
    for user_id, role in session.execute(held):
        roles.setdefault(user_id, []).append(role)
    last = shown[-1] if len(users) > limit else None
    items = [(user, sorted(roles.get(user.id, []))) for user in shown]
    return Page(items, name_cursor(last.id, last.name) if last is not None else None)


def names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of people by their ids, for a history that the reader may read."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def get_member(session: Session, user_id: UUID, organisation_id: UUID) -> User:
    """Give a member of that organisation; NotFound for anybody else."""
    statement = select(User).join(Membership).where(_membership(user_id, organisation_id))
    user = session.scalars(statement).first()
    if user is None:
        raise NotFound()
    return user


def set_roles(
    session: Session, user_id: UUID, organisation_id: UUID, roles: Iterable[str], *, actor: Actor
) -> None:
    """Replace what a member may do in an organisation.

    Raises:
        NotFound: not a member there. Conflict: nobody would be left to administer it.
    """
    require_over(session, actor, "people:manage", organisation_id)
    get_member(session, user_id, organisation_id)
    chosen = frozenset(roles)
    if "administrator" not in chosen:
        _keep_one_administrator(session, user_id, organisation_id)
    session.execute(delete(Membership).where(_membership(user_id, organisation_id)))
    write_roles(session, user_id, organisation_id, chosen)


def disable(session: Session, user_id: UUID, organisation_id: UUID, *, actor: Actor) -> None:
    """Close a member's account; what they did stays in the histories. Votes go on without them.

    Raises:
        NotAllowed: they also belong to another organisation. Conflict: the last administrator.
    """
    user = _managed(session, user_id, organisation_id, actor)
    _keep_one_administrator(session, user_id, organisation_id)
    user.disabled_at = user.disabled_at or clock.now()
    user.session_epoch += 1
    departures.leave_votes(session, user_id, organisation_id)


def enable(session: Session, user_id: UUID, organisation_id: UUID, *, actor: Actor) -> None:
    """Open a closed account again."""
    _managed(session, user_id, organisation_id, actor).disabled_at = None


def reset_password(
    session: Session, user_id: UUID, organisation_id: UUID, password: str, *, actor: Actor
) -> None:
    """Give a member who forgot it a new password, and end their sessions."""
    user = _managed(session, user_id, organisation_id, actor)
    passwords.judge(password, user.login)
    set_password(user, password)


def without_password(
    session: Session, organisation_id: UUID, *, actor: Actor, limit: int
) -> list[User]:
    """Give members of this organisation alone who cannot sign in yet, by name; at most `limit`.

    Raises:
        NotAllowed: the role. NotFound: not theirs.
    """
    require_over(session, actor, "people:manage", organisation_id)
    here = select(Membership.user_id).where(Membership.organisation_id == organisation_id)
    elsewhere = select(Membership.user_id).where(Membership.organisation_id != organisation_id)
    statement = (
        select(User)
        .where(
            User.password_digest.is_(None),
            User.disabled_at.is_(None),
            User.id.in_(here),
            User.id.not_in(elsewhere.where(Membership.user_id == User.id)),
        )
        .order_by(User.name, User.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def give_first_passwords(
    session: Session, organisation_id: UUID, digests: Mapping[UUID, str], *, actor: Actor
) -> set[UUID]:
    """Keep the digests of first passwords; give whose are kept: who got one meanwhile keeps it.

    Raises:
        NotAllowed: the role. NotFound: not theirs.
    """
    require_over(session, actor, "people:manage", organisation_id)
    waiting = without_password(session, organisation_id, actor=actor, limit=len(digests) + 1000)
    locked = (
        select(User)
        .where(User.id.in_([user.id for user in waiting if user.id in digests]))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    given = set()
    for user in session.scalars(locked):
        if user.password_digest is None:
            user.password_digest = digests[user.id]
            given.add(user.id)
    return given


def _managed(session: Session, user_id: UUID, organisation_id: UUID, actor: Actor) -> User:
    require_over(session, actor, "people:manage", organisation_id)
    user = get_member(session, user_id, organisation_id)
    if not actor.is_system and len(memberships(session, user_id)) > 1:
        raise NotAllowed(
            "此人还属于其他单位，本单位只能调整其岗位，不能停用账号或重设密码。",
            "This person also belongs to another organisation: you may change their roles here, "
            "but not close the account or reset its password.",
        )
    return user


def _keep_one_administrator(session: Session, user_id: UUID, organisation_id: UUID) -> None:
    # One after the other, or two administrators could put each other out at the same moment.
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == organisation_id)
        .with_for_update(key_share=True)
    )
    statement = (
        select(User.id)
        .join(Membership)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == "administrator",
            User.disabled_at.is_(None),
        )
    )
    if set(session.scalars(statement)) == {user_id}:
        raise Conflict(
            "这是本单位最后一名管理员。请先指定另一名管理员。",
            "This is the organisation's last administrator. Appoint another one first.",
        )


def _membership(user_id: UUID, organisation_id: UUID) -> ColumnElement[bool]:
    return and_(Membership.user_id == user_id, Membership.organisation_id == organisation_id)
