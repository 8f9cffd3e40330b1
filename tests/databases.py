"""The databases that tests run on."""

from __future__ import annotations

from typing import Any, Final

import pytest

BOTH: Final[list[Any]] = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
#: Marks stories of the web that run on both: those whose pages put together SQL of their own, or
#: hand the database what it may not be able to hold.
on_both = pytest.mark.parametrize("database_kind", BOTH, indirect=True)
