"""The register of enterprises: list, entry, changes, sheets, overlaps."""

from web.registry import (
    branches,
    changing,
    entry,
    index,
    leading,
    overlaps,
    particulars,
    sheets,
)
from web.registry.room import blueprint

__all__ = [
    "blueprint",
    "branches",
    "changing",
    "entry",
    "index",
    "leading",
    "overlaps",
    "particulars",
    "sheets",
]
