"""Migration 0013: what was typed into profiles stands in columns, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.registry.matching import as_values
from engine.store import Organisation, new_id, open_database, upgrade
from engine.store.migrate import configuration
from engine.store.types import Id, Json, Moment

#: What stood in a profile → the columns, and the profile after it.
FIRMS: dict[str, tuple[dict[str, Any] | None, dict[str, Any], dict[str, Any] | None]] = {
    "known by name": (
        {"standard_sector": "化工（含石油化工）", "standard_grade": "two", "size": "small"},
        {"standard_sector": "chemical", "standard_grade": "two"},
        {"size": "small"},
    ),
    "known by another word": (
        {"standard_sector": "危化品", "standard_until": "2027-03-01"},
        {"standard_sector": "hazchem", "standard_until": date(2027, 3, 1)},
        {"standard_note": "危化品"},
    ),
    "unknown": (
        {"standard_sector": "  水上 客运 ", "tags": ["dust", "oil", "monitored"]},
        {"standard_sector": "other", "oil_storage": "yes", "monitoring": "yes"},
        {"standard_note": "水上 客运", "tags": ["dust"]},
    ),
    "nothing": (None, {}, None),
    "hazards": ({"hazard_source": "four", "zone": "临空"}, {"hazard_source": "four"},
                {"zone": "临空"}),
}  # fmt: skip
ROW = sa.table(
    "organisation", sa.column("id", Id()), sa.column("kind"), sa.column("name"), sa.column("code"),
    sa.column("sector"), sa.column("status"), sa.column("settings", Json()),
    sa.column("profile", Json()), sa.column("created_at", Moment()),
)  # fmt: skip


@pytest.fixture
def before(bare_database_url: str) -> Iterator[Engine]:
    """A database as the version before left it, with an enterprise of each kind."""
    engine = open_database(bare_database_url)
    upgrade(engine, "0012")
    with engine.begin() as connection:
        connection.execute(sa.insert(ROW), [
            {"id": new_id(), "kind": "enterprise", "name": name, "code": f"E{at}",
             "sector": "general", "status": "active", "settings": {}, "profile": profile,
             "created_at": datetime(2026, 3, 2, 1, 0, tzinfo=UTC)}
            for at, (name, (profile, _, _)) in enumerate(FIRMS.items())
        ])  # fmt: skip
    yield engine
    engine.dispose()


def test_profiles_become_columns_and_come_back(before: Engine) -> None:
    upgrade(before)
    names = ("hazard_source", "oil_storage", "monitoring", "standard_sector", "standard_grade",
             "standard_until")  # fmt: skip
    with Session(before) as session:
        for one in session.scalars(sa.select(Organisation)):
            _, columns, profile = FIRMS[one.name]
            assert {key: getattr(one, key) for key in names} == {
                **dict.fromkeys(names), **columns
            }  # fmt: skip
            assert one.profile == profile
    with before.connect() as connection:
        command.downgrade(configuration(connection), "0012")
    with before.begin() as connection:
        kept = dict(connection.execute(sa.select(ROW.c.name, ROW.c.profile)).all())  # type: ignore[arg-type]
    wanted = {name: profile for name, (profile, _, _) in FIRMS.items()}
    wanted["unknown"] = {"standard_sector": "水上 客运", "tags": ["dust", "oil", "monitored"]}
    assert kept == wanted


def test_a_sheet_that_was_read_before_is_taken_in_as_it_is_kept_by_now() -> None:
    row = {
        "values": {"standard_sector": "水上客运", "tags": ["oil"], "standard_until": "2027-03-01"}
    }
    assert as_values(row) == {
        "standard_sector": "other", "standard_note": "水上客运", "tags": [], "oil_storage": "yes",
        "standard_until": date(2027, 3, 1),
    }  # fmt: skip
