"""The register of enterprises: list, entry, changes, sheets, overlaps."""

from web.registry import changing, entry, index, leading, overlaps, sheets
from web.registry.room import blueprint

__all__ = ["blueprint", "changing", "entry", "index", "leading", "overlaps", "sheets"]
