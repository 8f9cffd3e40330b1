"""Time stands still in the stories of this folder until they move it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.processes.stories import MONDAY


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller
