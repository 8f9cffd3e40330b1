"""An observer of the district, such as the trade union, reads figures and nothing of a case."""

from __future__ import annotations

from typing import Any

from lxml import html
from sqlalchemy.orm import Session

from engine import registry
from engine.actors import TASK_ROLES, Actor
from engine.commands import execute
from engine.permissions import PERMISSIONS
from tests.cast import Cast
from tests.web.ledger_story import tell
from tests.web.visits import Client

#: All that an observer holds: reading, learning from typical cases, and a token for a machine.
HELD = {
    "statistics:read", "statistics:read_district", "board:read", "coverage:read", "registry:read",
    "practice:read", "document:read", "token:own", "participation:read",
}  # fmt: skip


def test_an_observer_holds_nothing_but_reading() -> None:
    assert {key for key, roles in PERMISSIONS.items() if "observer" in roles} == HELD
    assert "observer" not in TASK_ROLES


def test_every_way_on_from_the_figures_is_open(
    client: Client, session: Session, cast: Cast, observer: Actor
) -> None:
    tell(session, cast)
    session.commit()
    client.sign_in(observer)
    pages = (
        "/board", "/board/silent", "/statistics?month=2026-10", "/coverage", "/registry",
        "/registry/overlaps?month=2026-10", f"/registry/{cast.enterprise_id}", "/practices",
    )  # fmt: skip
    seen = set(pages)
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        tree: Any = html.fromstring(answer.data)
        for link in tree.xpath("//main//a/@href | //nav//a/@href"):
            if link.startswith("/") and link not in seen:
                seen.add(link)
                assert client.get(link).status_code == 200, f"{page} leads to {link}"
    assert len(seen) > 15


def test_no_case_and_no_change_is_open(client: Client, cast: Cast, observer: Actor) -> None:
    client.sign_in(observer)
    for closed in ("/hazards", "/rewards", "/majors", "/tasks", "/returns", "/analysis",
                   "/audit/grounds", "/board/steps/verify", "/guidance", "/registry/new",
                   "/statistics/cases?indicator=reported&month=2026-10"):  # fmt: skip
        assert client.get(closed).status_code == 403, closed
    for change in ("/coverage/reminders", "/scoring/adopt"):
        assert client.submit(change, {}).status_code == 403, change


def test_whom_to_call_is_not_theirs_to_know(
    client: Client, session: Session, cast: Cast, observer: Actor
) -> None:
    contacts = {"principal_name": "朱任", "principal_phone": "13800001234"}
    execute(
        session, registry.correct, cast.enterprise_id, contacts, reason="换人",
        actor=cast.administrator,
    )  # fmt: skip
    for who, seen in ((cast.officer, True), (observer, False)):
        client.sign_in(who)
        for page in (f"/registry/{cast.enterprise_id}", "/registry/list.csv"):
            text = client.get(page).get_data(as_text=True)
            assert ("13800001234" in text) is seen, (who.name, page)
