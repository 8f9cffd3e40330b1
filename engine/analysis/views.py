"""Filters kept under a name, for oneself or for all of one's unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Invalid, NotFound
from engine.permissions import require
from engine.store import new_id
from engine.store import tables as t

#: The longest name, and the most views one person keeps.
LONGEST_NAME: Final = 60
MOST_VIEWS: Final = 50
#: In a view's query: its owner begins with it.
_START: Final = "_start"


def views(session: Session, page: str, *, actor: Actor) -> Sequence[t.SavedView]:
    """Give the actor's views of a page and those shared in their unit, by name."""
    require(actor, "analysis:read")
    return session.scalars(
        select(t.SavedView)
        .where(
            t.SavedView.organisation_id == actor.organisation_id,
            t.SavedView.page == page,
            or_(t.SavedView.user_id == actor.user_id, t.SavedView.is_shared),
        )
        .order_by(t.SavedView.name, t.SavedView.id)
    ).all()


def query_of(view: t.SavedView) -> dict[str, str]:
    """Give what an address has to say for a view; a relative period in it stays relative."""
    return {key: str(value) for key, value in view.query.items() if key != _START}


def is_start(view: t.SavedView) -> bool:
    """Say whether its owner begins with a view."""
    return bool(view.query.get(_START))


def find_start(session: Session, page: str, *, actor: Actor) -> t.SavedView | None:
    """Give the view that the actor begins with, None when they chose none."""
    found = views(session, page, actor=actor)
    return next((v for v in found if v.user_id == actor.user_id and is_start(v)), None)


def keep(
    session: Session,
    page: str,
    name: str,
    query: Mapping[str, str],
    *,
    is_shared: bool = False,
    actor: Actor,
) -> t.SavedView:
    """Keep filters under a name; one's own view of that name is written over.

    Raises:
        Invalid: the name is empty, too long, or there are too many views.
    """
    require(actor, "analysis:read")
    name = _name(name)
    own = _own(session, page, actor)
    found = next((view for view in own if view.name == name), None)
    if found is None:
        if len(own) >= MOST_VIEWS:
            raise Invalid(
                f"最多保存 {MOST_VIEWS} 个视图，请先删除不用的。",
                f"At most {MOST_VIEWS} views are kept; delete one you no longer need.",
                field="name",
            )
        found = t.SavedView(
            organisation_id=actor.organisation_id,
            id=new_id(),
            user_id=actor.user_id,
            page=page,
            name=name,
            created_at=clock.now(),
        )
        session.add(found)
    start = {_START: True} if found.query and is_start(found) else {}
    found.query, found.is_shared = {**query, **start}, is_shared
    return found


def rename(session: Session, view_id: UUID, name: str, *, actor: Actor) -> None:
    """Give a view another name.

    Raises:
        NotFound: it is not the actor's own. Invalid: the name is not one, or is taken.
    """
    view, name = get_own(session, view_id, actor=actor), _name(name)
    if any(one.name == name and one.id != view.id for one in _own(session, view.page, actor)):
        raise Invalid(
            f"您已有名为“{name}”的视图，请换个名称。",
            f"You already have a view named '{name}'; choose another name.",
            field="name",
        )
    view.name = name


def delete(session: Session, view_id: UUID, *, actor: Actor) -> None:
    """Delete a view; NotFound when it is not the actor's own."""
    session.delete(get_own(session, view_id, actor=actor))


def share(session: Session, view_id: UUID, *, is_shared: bool, actor: Actor) -> None:
    """Share a view with the unit, or no longer; NotFound when it is not the actor's own."""
    get_own(session, view_id, actor=actor).is_shared = is_shared


def begin_with(session: Session, view_id: UUID, *, on: bool, actor: Actor) -> None:
    """Begin with a view from now on, or no longer; NotFound when it is not the actor's own."""
    view = get_own(session, view_id, actor=actor)
    for one in _own(session, view.page, actor):
        start = {_START: True} if on and one.id == view.id else {}
        if is_start(one) or start:
            one.query = {**query_of(one), **start}


def _own(session: Session, page: str, actor: Actor) -> list[t.SavedView]:
    return [view for view in views(session, page, actor=actor) if view.user_id == actor.user_id]


def get_own(session: Session, view_id: UUID, *, actor: Actor) -> t.SavedView:
    """Give a view of the actor's own; NotFound when there is none."""
    require(actor, "analysis:read")
    view = session.get(t.SavedView, (actor.organisation_id, view_id))
    if view is None or view.user_id != actor.user_id:
        raise NotFound()
    return view


def _name(name: str) -> str:
    plain = "".join(sign for sign in name if sign.isprintable()).strip()
    if not plain:
        raise Invalid("请填写视图名称。", "Give the view a name.", field="name")
    if len(plain) > LONGEST_NAME:
        raise Invalid(
            f"视图名称最长 {LONGEST_NAME} 个字，请缩短。",
            f"A view's name has at most {LONGEST_NAME} characters; shorten it.",
            field="name",
        )
    return plain
