"""The hazard ledger over the API: the same rows as on the page, to the same people."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.databases import on_both
from tests.histories import Told
from tests.web.ledger_story import tell
from tests.web.test_api import API
from tests.web.test_api import Client as Program

pytestmark = on_both


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


@pytest.fixture
def verifier(client: FlaskClient, session: Session, cast: Cast, told: dict[str, Told]) -> Program:
    return Program(client, session, cast.verifier)


def items(program: Program, query: str = "") -> list[dict[str, Any]]:
    answer = program.get(f"/hazards{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_a_hazard_is_told_with_everything_but_its_reporter(
    verifier: Program, cast: Cast, told: dict[str, Told]
) -> None:
    late = next(one for one in items(verifier) if one["description"] == "护栏松动")
    assert late["instance_id"] == str(told["late"].id)
    assert late["organisation"] == "甲机械有限公司"
    assert (late["state"], late["level"], late["kind"]) == ("verified", "major", "hazard")
    assert (late["due_on"], late["overdue_days"]) == ("2026-10-28", 3)
    assert late["registered_at"] == "2026-10-12T01:00:00Z"
    assert not [key for key in late if "reporter" in key]


@pytest.mark.parametrize("kind", ["report_number", "number", "closure_number"])
def test_it_is_found_by_each_of_its_numbers(
    verifier: Program, told: dict[str, Told], kind: str
) -> None:
    (closed,) = items(verifier, "?state=closed&kind=hazard")
    found = verifier.get(f"/hazards/{closed[kind]}")
    assert found.get_json() == closed


@pytest.mark.parametrize("number", ["BG-1", "YH-x", "JL-1", "护栏", "%25", "BG-%E2%80%8B"])
def test_a_number_nobody_has_is_not_found(verifier: Program, number: str) -> None:
    answer = verifier.get(f"/hazards/{number}")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?state=open", 3),
        ("?level=major", 1),
        ("?category=environment", 1),
        ("?kind=suggestion", 1),
        ("?month=2026-11", 1),
        ("?month=2026-11&dated=closed", 1),
        ("?overdue=true", 1),
        ("?overdue=false", 7),
        ("?place=%E8%BD%A6%E9%97%B4", 2),
        ("?text=%20%E6%8A%A4%E6%A0%8F", 1),
    ],
)
def test_filters_narrow(verifier: Program, query: str, count: int) -> None:
    assert len(items(verifier, query)) == count


@pytest.mark.parametrize(
    "query",
    [
        "state=moon", "level=x", "month=2026-13", "dated=x", "overdue=1", "organisation_id=x",
        "limit=0", "limit=201", "limit=x", "cursor=x",
    ],
)  # fmt: skip
def test_wrong_filters_are_named(verifier: Program, query: str) -> None:
    answer = verifier.get(f"/hazards?{query}")
    assert answer.status_code == 422
    problem = answer.get_json()
    assert query.partition("=")[0] in (problem.get("errors") or {}) or problem["field"] == "after"


def test_pages_follow_each_other_by_cursor(verifier: Program) -> None:
    seen, query = [], "?limit=3"
    while query:
        page = verifier.get(f"/hazards{query}").get_json()
        seen += [one["report_number"] for one in page["items"]]
        query = f"?limit=3&cursor={page['next']}" if page["next"] else ""
    assert len(seen) == len(set(seen)) == 7


def test_everybody_sees_their_own(
    client: FlaskClient, session: Session, cast: Cast, told: dict[str, Told]
) -> None:
    number = told["late"].instance.number
    wanted = {"officer": 8, "office": 8, "group": 8, "sole": 1, "stranger": 1}
    for part, count in wanted.items():
        program = Program(client, session, cast.everybody()[part])
        assert len(items(program)) == count, part
        expected = 404 if part in ("sole", "stranger") else 200
        assert program.get(f"/hazards/{number}").status_code == expected, part
    officer = Program(client, session, cast.officer)
    assert len(items(officer, "?unit=%E5%B0%8F%E5%90%83")) == 1
    assert items(officer, f"?organisation_id={cast.strange_enterprise_id}") == []
    for part in ("reporter", "administrator"):
        program = Program(client, session, cast.everybody()[part])
        assert program.get("/hazards").status_code == 403
        assert program.get(f"/hazards/{number}").status_code == 403
    assert client.get(f"{API}/hazards").status_code == 401
