"""Checks a bundle once a process: the shipped one is deployed by hundreds of stories."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from typing import Any

import pytest

from engine.definitions import Bundle

_module: Any = importlib.import_module("engine.definitions.deploy")
_check = _module.problems_of
_known: dict[Any, Any] = {}


def remember(patch: pytest.MonkeyPatch) -> None:
    """Let `deploy` remember what was found in a bundle with these very contents."""
    patch.setattr(_module, "problems_of", _once)


def forget() -> None:
    """Have everything checked anew: the rules are about to change."""
    _known.clear()


def _once(bundle: Bundle, *, overrides: Collection[Any] = (), **how: Any) -> Any:
    key = (
        frozenset(
            (kind, name, content)
            for kind, contents in bundle.contents.items()
            for name, content in contents.items()
        ),
        tuple(overrides),
        tuple(how.items()),
    )
    if key not in _known:
        _known[key] = _check(bundle, overrides=overrides, **how)
    return _known[key]
