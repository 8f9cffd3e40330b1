"""Lines of a table by group, named so that one sees where in the tree each stands (R-63)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.statistics.tree import WITH_BELOW, Branch, Keyed

L = TypeVar("L", bound=Keyed)
#: What each step down the tree is drawn in by; the width of a Chinese letter.
_STEP = "\u3000"


def named(
    session: Session,
    by: str,
    lines: Sequence[L],
    name_of: Callable[[L], str],
    as_tree: Callable[[Session, Sequence[L]], Sequence[Branch[L]]],
) -> list[tuple[str, L]]:
    """Give lines with their names: groups as a tree with sums, the others as they are."""
    if by != "group":
        return [(name_of(line), line) for line in lines]
    return [
        (_STEP * branch.depth + _name(branch, name_of), branch.line)
        for branch in as_tree(session, lines)
    ]


def place_of(key: str, name: str) -> str:
    """Give the name behind a key of the axis of groups, which may mean all below it, too."""
    return _with_below(name) if key.endswith(WITH_BELOW) else name


def _name(branch: Branch[Any], name_of: Callable[[Any], str]) -> str:
    if branch.is_sum:
        return _with_below(branch.name)
    name = name_of(branch.line)
    return str(gettext("%(name)s（本级）", name=name)) if branch.has_below else name


def _with_below(name: str) -> str:
    return str(gettext("%(name)s（含下级）", name=name))
