"""Who may open which address: every route, tried by every part of the cast, a stranger and nobody.

One hazard of the enterprise 甲 has gone all the way round. Everybody is in the house of the same
story; the stranger holds every role, but in another enterprise. A route that is missing here fails
the first test, so that nobody adds one without saying who may open it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.web.access_table import ROUTES
from tests.web.drawn_once import refusals_told_once
from tests.web.house import House, furnish


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An enterprise with a case, certificates, people and places, and everybody signed in."""
    folder = tmp_path_factory.mktemp("house")
    # Time stands still: what is printed with its moment is then the same for all who may.
    with (
        time_machine.travel(datetime.now(UTC), tick=False),
        furnish(folder, sqlite_template) as furnished,
        refusals_told_once(),
    ):
        yield furnished


def test_the_table_names_every_route(house: House) -> None:
    assert sorted(ROUTES) == sorted(house.routes())


@pytest.mark.parametrize("route", ROUTES)
def test_who_may_open(house: House, route: str) -> None:
    found = {part: house.ask(part, route) for part in house.parts}
    wanted = {part: ROUTES[route].wanted(part) for part in house.parts}
    assert found == wanted
