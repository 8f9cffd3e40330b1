"""Plain data: copying, strict comparison and three-way merging.

Data of a running instance is never changed in place: a step makes a new top-level dictionary and
new values. So branches and history may share values, and "unchanged" is mostly a test of identity.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

Data = dict[str, Any]
#: Stands for "there is no such field".
MISSING: Final[Any] = object()


def copied(value: Any) -> Any:
    """Give a deep copy of a plain value (dictionaries and lists; all else is immutable)."""
    kind = type(value)
    if kind is dict:
        return {key: copied(item) for key, item in value.items()}
    if kind is list:
        return [copied(item) for item in value]
    return value


def same(one: Any, other: Any) -> bool:
    """Say whether two plain values are equal, telling 1 from True and 1 from 1.0 at any depth."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is dict:
        return len(one) == len(other) and all(
            key in other and same(value, other[key]) for key, value in one.items()
        )
    if kind is list:
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def merged(base: Data, ours: Data, theirs: Data) -> Data:
    """Merge two descendants of `base` field by field; where both changed, see `_settled`."""
    out = dict(ours)
    for key, value in theirs.items():
        before = base.get(key, MISSING)
        if not same(before, value):
            out[key] = _settled(before, ours.get(key, MISSING), value)
    for key in base:
        if key not in theirs:
            out.pop(key, None)
    return out


def _settled(base: Any, ours: Any, theirs: Any) -> Any:
    """Give the value of a field that `theirs` changed: objects by field, appended lists joined."""
    if ours is MISSING or same(base, ours) or same(ours, theirs):
        return theirs
    if type(ours) is dict and type(theirs) is dict:
        return merged(base if type(base) is dict else {}, ours, theirs)
    if type(base) is list and _extends(ours, base) and _extends(theirs, base):
        return ours + theirs[len(base) :]
    return theirs


def _extends(value: Any, base: list[Any]) -> bool:
    return type(value) is list and len(value) >= len(base) and same(value[: len(base)], base)


def folded(base: Data, branches: Iterable[Data]) -> Data:
    """Merge what each branch changed since `base`; the later branch wins a true conflict."""
    out = base
    for branch in branches:
        out = branch if out is base else merged(base, out, branch)
    return dict(out)


#: What an ended branch changed: the fields as they were, and as they became.
Change = tuple[Data, Data]


def change(base: Data, data: Data) -> Change:
    """Give the fields in which `data` differs from `base`."""
    keys = {k for k, v in data.items() if not same(base.get(k, MISSING), v)}
    keys.update(k for k in base if k not in data)
    return _only(base, keys), _only(data, keys)


def combined(first: Change, second: Change) -> Change:
    """Give one change that says the same as `first` and then `second`."""
    keys = first[0].keys() | first[1].keys()
    overlap = keys & (second[0].keys() | second[1].keys())
    now = merged(_only(first[0], overlap), _only(first[1], overlap), _only(second[1], overlap))
    lone = keys - overlap
    return (
        {**_only(first[0], lone), **second[0]},
        {**_only(first[1], lone), **_without(second[1], overlap), **now},
    )


def applied(changed: Change, data: Data) -> Data:
    """Give `data` with the fields of `changed` brought in, where `data` has not moved on itself."""
    was, now = changed
    keys = was.keys() | now.keys()
    return {**_without(data, keys), **merged(was, now, _only(data, keys))}


def _only(data: Data, keys: Iterable[str]) -> Data:
    return {key: data[key] for key in sorted(keys) if key in data}


def _without(data: Data, keys: Iterable[str]) -> Data:
    unwanted = set(keys)
    return {key: value for key, value in data.items() if key not in unwanted}
