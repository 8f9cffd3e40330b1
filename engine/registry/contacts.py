"""Whom to call in an enterprise, as far as the register knows them (R-69)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Position → how the register names who holds it; it knows nobody of the others.
_KEYS: Final = {"principal": "principal", "fire_safety": "fire", "safety_officer": "safety"}


def contact_of(profile: Mapping[str, Any] | None, position: str) -> tuple[str, str]:
    """Give the name and the phone of who holds a position, each "" where nobody entered it."""
    known, key = profile or {}, _KEYS.get(position, "")
    return str(known.get(f"{key}_name") or ""), str(known.get(f"{key}_phone") or "")
