"""Votes of a case that is to be moved: what was voted has to stay readable, and secret.

A round is told by its element. Where the new version has no such vote, or would name voters whose
list says who reported, the case stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import Loaded
from engine.errors import Message
from engine.hazards import duties
from engine.spiff import Element
from engine.store import tables as t


def lost(session: Session, case: Any, old: Loaded, new: Loaded) -> list[Message]:
    """Give, in words, what would be lost of a case's votes; asks nothing where nobody votes."""
    if not any(element.ballot for element in old.model.elements.values()):
        return []
    after = new.model.elements
    return [
        _words(before)
        for before in _voted(session, case, old)
        if not _is_kept(before, after.get(before.key))
    ]


def _voted(session: Session, case: Any, old: Loaded) -> Iterator[Element]:
    """Give the elements of the version at which rounds were opened."""
    keys = session.scalars(
        select(t.Event.element)
        .where(
            t.Event.organisation_id == case.organisation_id,
            t.Event.instance_id == case.id,
            t.Event.tag == "vote:opened",
        )
        .distinct()
        .order_by(t.Event.element)
    )
    yield from (old.model.elements[key] for key in keys if key and key in old.model.elements)


def _is_kept(before: Element, after: Element | None) -> bool:
    if after is None or after.ballot is None:
        return False
    return _is_secret(after) or not _is_secret(before)


def _is_secret(element: Element) -> bool:
    """Say whether its list of voters may tell who reported: they may not vote themselves."""
    return "report" in duties.forbidden(element.id, element.properties)


def _words(element: Element) -> Message:
    name = element.name or element.id
    return Message(
        f"这件事在“{name}”表决过，新版本里没有这个表决，或不再保密，当时的表决会看不到或泄露报告人。",
        f"There was a vote at '{name}', which the new version does not have or would not keep "
        "secret; what was voted would be lost, or tell who reported.",
    )
