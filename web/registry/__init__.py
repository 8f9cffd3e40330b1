"""The register of enterprises: list, entry, changes, sheets, overlaps."""

from web.registry import (
    beside,
    branches,
    changing,
    entry,
    index,
    leading,
    overlaps,
    particulars,
    related,
    sheets,
)
from web.registry.room import blueprint

__all__ = [
    "beside",
    "blueprint",
    "branches",
    "changing",
    "entry",
    "index",
    "leading",
    "overlaps",
    "particulars",
    "related",
    "sheets",
]
