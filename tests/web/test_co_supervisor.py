"""A department that supervises 甲 beside its primary one: which doors that opens, and no figure.

The same officer knocks at every address of a thing before and after the office says so: what
differs is what co-supervision gives, and all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from lxml import html

from engine import accounts, commands, membership, organisations, registry, tokens
from engine.actors import SYSTEM, Actor
from tests.looking import state_ground
from tests.web.access_table import ROUTES
from tests.web.house import House, furnish
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web import db

_VISIT: Final = "/guidance/<uuid:visit_id>"
#: What opens without a ground: the entry, the mechanism, what is owed of majors; visits.
SEES: Final = frozenset(
    {
        "GET /registry/<uuid:organisation_id>",
        "GET /mechanism/<uuid:organisation_id>",
        "GET /majors/<uuid:instance_id>",
        f"GET {_VISIT}",
        f"GET {_VISIT}/letter.pdf",
        "GET /guidance/new/<uuid:enterprise_id>",
        "POST /guidance/new/<uuid:enterprise_id>",
        "GET /api/v1/organisations/<uuid:organisation_id>",
        "GET /api/v1/organisations/<uuid:organisation_id>/changes",
        "GET /api/v1/majors/<uuid:instance_id>",
        "GET /api/v1/coverage/records/<uuid:organisation_id>",
        "GET /api/v1/coverage/records/<uuid:organisation_id>/reminders",
        "POST /api/v1/guidance-visits",
        "GET /api/v1/guidance-visits/<uuid:visit_id>",
        "GET /api/v1/guidance-visits/<uuid:visit_id>/letter.pdf",
    }
)
#: What over the API tells one case's history; pages that do are known by asking for a ground.
TOLD_TO_PROGRAMS: Final = frozenset(
    {
        "GET /api/v1/attachments/<uuid:attachment_id>",
        "GET /api/v1/certificates/<number>.pdf",
        "GET /api/v1/instances/<uuid:instance_id>",
        "GET /api/v1/instances/<uuid:instance_id>/diagram",
        "GET /api/v1/instances/<uuid:instance_id>/history",
    }
)
#: Pages that count, and lists of what a unit has under it.
FIGURES: Final = (
    "/statistics", "/coverage", "/coverage/kpis", "/registry", "/registry/overlaps",
    "/registry/leading", "/hazards", "/rewards", "/majors", "/returns", "/returns/2026-09",
    "/training/untrained", "/scoring", "/board", "/practices/work",
)  # fmt: skip
_TIME: Final = re.compile(r"\d\d:\d\d")


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnish(tmp_path_factory.mktemp("beside"), sqlite_template) as furnished:
        yield furnished


def _do(house: House, operation: Any, *args: Any, **said: Any) -> Any:
    with house.app.app_context():
        session = db.session()
        found = commands.execute(session, operation, *args, **said)
        session.close()
        db.db.engine.dispose()
    house.keep()
    return found


def _fire_brigade(house: House) -> Actor:
    made = _do(
        house, organisations.create, kind="department", name="区消防救援局", code="D119",
        parent_id=house.actors["office"].organisation_id, actor=SYSTEM,
    )  # fmt: skip
    user = _do(
        house, accounts.add_user, login="beside", name="肖防", password=None,
        organisation_id=made.id, roles=["officer"], actor=SYSTEM,
    )  # fmt: skip
    with house.app.app_context():
        actor = membership.actor_for(db.session(), user.id, made.id)
        db.session().close()
    assert actor is not None
    house.actors["beside"] = actor
    house.keys["beside"] = _do(house, tokens.create_token, name="test", actor=actor)
    return actor


def _finds(house: House, routes: Iterable[str]) -> dict[str, str]:
    return {route: house.ask("beside", route) for route in routes}


def _figures(house: House) -> dict[str, str]:
    client = Client(house.app)
    client.sign_in(house.actors["beside"])
    answers = {path: client.get(path, follow_redirects=True) for path in FIGURES}
    assert {answer.status_code for answer in answers.values()} == {200}
    pages = {path: html.fromstring(answer.text) for path, answer in answers.items()}
    # When they were counted stands on some of them.
    return {path: _TIME.sub("", page.xpath("string(//main)")) for path, page in pages.items()}


def test_what_co_supervision_opens_and_that_it_counts_nothing(house: House) -> None:
    actor, own = _fire_brigade(house), house.actors["principal"].organisation_id
    office, department = house.actors["office"], actor.organisation_id
    assert isinstance(own, UUID)
    assert isinstance(department, UUID)
    # What a stranger may open is no thing of 甲, but a list or a figure of one's own.
    routes = [
        route for route, access in ROUTES.items()
        if access.wanted("officer") == "opens" and access.wanted("stranger") != "opens"
    ]  # fmt: skip
    told = {route for route in routes if ROUTES[route].wanted("town") == "states a ground"}
    # Who analyses many cases does so over those that stand under them.
    told = {route for route in told if "/analysis/" not in route} | TOLD_TO_PROGRAMS
    before, counted = _finds(house, routes), _figures(house)
    _do(house, registry.add_co_supervisor, own, department, area="fire", actor=office)
    after = _finds(house, routes)
    gained = {route: after[route] for route in routes if after[route] != before[route]}
    assert {route for route, found in gained.items() if found == "opens"} == SEES
    assert gained.keys() - SEES == told
    assert _figures(house) == counted

    client = Client(house.app)
    client.sign_in(actor)
    listed = text_of(client, "/registry/beside")
    assert "甲机械有限公司" in listed
    assert "消防" in listed
    assert "主管部门：区应急管理局" in listed
    entry = text_of(client, f"/registry/{own}")
    assert "数字算在主管部门" in entry
    assert f"/registry/{own}/edit" not in entry
    ledger = f"/hazards?organisation_id={own}"
    assert "/audit/grounds/new" in client.get(ledger).headers["Location"]

    _do(house, lambda session, actor: state_ground(session, actor), actor=actor)
    assert set(_finds(house, told).values()) == {"opens"}
    assert "这是协管单位的台账" in text_of(client, ledger)
    assert _figures(house) == counted
    seen = Client(house.app)
    seen.sign_in(house.actors["principal"])
    assert "区消防救援局" in text_of(seen, "/audit/looks")
    assert "区消防救援局" in text_of(seen, "/audit/grants")

    _do(house, registry.end_co_supervisor, own, department, actor=office)
    assert _finds(house, gained) == {route: before[route] for route in gained}
    assert "甲机械有限公司" not in text_of(client, "/registry/beside")
    assert "区消防救援局" in text_of(seen, "/audit/looks")
