"""Groups as a tree 集团→二级→三级: what each has by itself, and with all below it (R-63)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.store import Organisation

#: At the end of a group's id: it and all below it.
WITH_BELOW: Final = "+"


class Keyed(Protocol):
    """A line of a table on the axis of groups."""

    @property
    def key(self) -> str:
        """The id of its group as text, or what stands for nowhere."""


L = TypeVar("L", bound=Keyed)


@dataclass(frozen=True)
class Branch(Generic[L]):
    """A line at its place in the tree."""

    line: L
    name: str
    #: 0 for what stands at the top.
    depth: int
    #: Whether it is the sum of a group and all below it.
    is_sum: bool
    #: Whether other groups stand below its group.
    has_below: bool = False


def subtree(group_id: UUID) -> Select[Any]:
    """Select the ids of a group and of all below it."""
    tree = select(Organisation.id).where(Organisation.id == group_id).cte(recursive=True)
    below = select(Organisation.id).join(tree, Organisation.parent_id == tree.c.id)
    tree = tree.union(below)
    return select(tree.c.id)


def branches(
    session: Session, lines: Sequence[L], join: Callable[[str, Sequence[L]], L]
) -> list[Branch[L]]:
    """Give lines of groups in the order of their tree, with a sum for each that has others below.

    Args:
        join: makes a line with a key out of those that it sums up.

    Returns:
        every line once, beside sums; what belongs to no group comes last.
    """
    own = {line.key: line for line in lines}
    names, parents = _above(session, own)
    children: dict[str, list[str]] = {}
    for key in names:
        above = parents.get(key)
        children.setdefault(above if above in names else "", []).append(key)
    for below in children.values():
        below.sort(key=lambda key: (names[key], key))

    def tell(key: str, depth: int) -> Iterator[Branch[L]]:
        below = children.get(key, [])
        if below:
            everything = [own[one] for one in _within(key, children) if one in own]
            yield Branch(join(key + WITH_BELOW, everything), names[key], depth, True, True)
        if key in own:
            yield Branch(own[key], names[key], depth + bool(below), False, bool(below))
        for one in below:
            yield from tell(one, depth + 1)

    told = [branch for top in children.get("", []) for branch in tell(top, 0)]
    rest = [Branch(line, "", 0, False) for key, line in own.items() if key not in names]
    return told + rest


def _within(key: str, children: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield key
    for below in children.get(key, ()):
        yield from _within(below, children)


def _above(session: Session, own: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Give names and parents of the groups named, and of every group above one of them."""
    ids = [id_ for id_ in map(_id, own) if id_ is not None]
    group = Organisation
    up = select(group.id, group.parent_id).where(group.id.in_(ids)).cte(recursive=True)
    above = select(group.id, group.parent_id).join(up, group.id == up.c.parent_id)
    up = up.union(above.where(group.kind == "group"))
    rows = session.execute(
        select(group.id, group.name, group.parent_id).where(group.id.in_(select(up.c.id)))
    ).all()
    names = {str(row.id): row.name for row in rows}
    return names, {str(row.id): str(row.parent_id) for row in rows if row.parent_id}


def _id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
