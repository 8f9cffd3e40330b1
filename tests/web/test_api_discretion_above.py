"""The rooms of those above tell programs what they tell people: no reporter, and no more.

Everybody reads every answer of these rooms in the furnished house, where one person has reported
under their own name, another time in confidence; nothing that is answered leads to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.actors import Actor
from tests.cast import Cast
from tests.web.access_api import API_ABOVE
from tests.web.access_api_rooms import API_ROOMS
from tests.web.house import House, furnish
from tests.web.test_api import Client as Program

#: Papers are those of the pages.
READ = sorted(
    route
    for route in (*API_ABOVE, *API_ROOMS)
    # An honour names the one it honours, once they agreed.
    if route.startswith("GET ") and not route.endswith(".pdf") and "/honours" not in route
)
#: What only those hold who may open cases.
_CLOSED = (
    "/returns", "/majors", "/majors/overview", "/analysis", "/analysis/cases", "/guidance-visits",
    "/board/steps/verify", "/training-sessions",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An enterprise with cases, majors, returns, visits and training, and everybody's keys."""
    with furnish(tmp_path_factory.mktemp("discreet"), sqlite_template) as furnished:
        yield furnished


@pytest.mark.parametrize("route", READ)
def test_nothing_that_is_answered_leads_to_who_reported(house: House, route: str) -> None:
    reporter = house.actors["reporter"]
    told = 0
    for part in house.actors:
        answer = house.app.test_client().get(
            house.address(route),
            headers={"Authorization": f"Bearer {house.keys[part]}"},
            buffered=True,
        )
        text = answer.get_data().decode("utf-8", "replace")
        told += answer.status_code == 200
        assert reporter.name not in text, part
        assert str(reporter.user_id) not in text, part
        assert "reporter_type" not in text, part
    # A file is there once a month is locked; the hazard of the house is nominated already.
    assert told or "<month>/e" in route or "/proposals/" in route


def test_an_observer_reads_figures_and_no_case(
    client: FlaskClient, session: Session, cast: Cast, observer: Actor
) -> None:
    watcher = Program(client, session, observer)
    for path in ("/board", "/coverage/targets", "/organisations", "/coverage/kpis?by=town"):
        assert watcher.get(path).status_code == 200, path
    answers: dict[str, Any] = {path: watcher.get(path).status_code for path in _CLOSED}
    assert answers == dict.fromkeys(_CLOSED, 403)
    assert watcher.post("/returns/2026-10/sign", {}).status_code == 403
    sheet = f"/organisations/{cast.enterprise_id}/changes"
    assert watcher.get(sheet).status_code == 200
    assert watcher.get("/organisations/nodes").status_code == 403
