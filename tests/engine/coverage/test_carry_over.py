"""A database of the version before: typed days become evidence, and the record is true at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.store import new_id, open_database, upgrade
from engine.store import tables as t
from engine.store.types import Id, Json, Moment

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PAID = datetime(2026, 4, 20, 17, 0, tzinfo=UTC)
FOUND = "2026-03-02T07:30:00+08:00"


@pytest.fixture
def before(bare_database_url: str) -> Iterator[Engine]:
    """A database as the version before left it."""
    engine = open_database(bare_database_url)
    upgrade(engine, "0003")
    yield engine
    engine.dispose()


def _into(connection: sa.Connection, table: str, **values: Any) -> None:
    """Write a row as the older schema has it: what it does not know is left to its defaults."""
    known = {column["name"]: column for column in sa.inspect(connection).get_columns(table)}
    types = {"id": Id(), "at": Moment(), "on": sa.Date()}
    columns = []
    for name in values:
        ending = name.rpartition("_")[2]
        kind = types.get(ending) or (Json() if name in ("settings", "resources") else None)
        columns.append(sa.column(name, kind or known[name]["type"]))
    connection.execute(sa.insert(sa.table(table, *columns)).values(values))


def test_what_was_typed_and_known_is_carried_over(before: Engine) -> None:
    office, firm, case = new_id(), new_id(), new_id()
    with before.begin() as connection:
        _organisation(connection, office, "office", {})
        days = {"established_on": "2026-03-01", "implemented_on": None}
        _organisation(connection, firm, "enterprise", {"mechanism": days, "calendar": {}})
        _case(connection, firm, case)
    upgrade(before)
    with Session(before) as session:
        evidence = session.scalars(sa.select(t.Evidence)).one()
        assert (evidence.kind, evidence.on) == ("stated", date(2026, 3, 1))
        assert evidence.details == {"stage": "established"}
        record = session.get_one(t.MechanismRecord, firm)
        assert record.established_on == date(2026, 3, 1)
        assert (record.rewarded_on, record.rewarded_case) == (date(2026, 4, 21), case)
        assert (record.implemented_on, record.implemented_by) == (date(2026, 4, 21), "report")
        assert session.get_one(t.Organisation, firm).settings == {"calendar": {}}
        hazard = session.get_one(t.Hazard, (firm, case))
        assert hazard.found_at == datetime.fromisoformat(FOUND)
        planted = session.scalars(sa.select(t.CoverageTarget).order_by(t.CoverageTarget.due_on))
        assert [(one.organisation_id, one.due_on) for one in planted] == [
            (office, date(2025, 6, 30)),
            (office, date(2025, 12, 31)),
        ]


def _organisation(connection: sa.Connection, id_: Any, kind: str, settings: dict[str, Any]) -> None:
    _into(
        connection,
        "organisation",
        id=id_,
        kind=kind,
        name=kind,
        code=kind[:8].upper(),
        sector="gas",
        status="active",
        settings=settings,
        created_at=AT,
    )


def _case(connection: sa.Connection, firm: Any, case: Any) -> None:
    """A hazard that was found, reported, put on the ledger and rewarded."""
    definition = new_id()
    _into(
        connection, "definition", id=definition, organisation_id=firm, key="k", name="n",
        version=1, digest=b"", resources={}, state="active", created_at=AT,
    )  # fmt: skip
    _into(
        connection, "instance", organisation_id=firm, id=case, definition_id=definition, key="k",
        number="BG-1", title="", state="active", revision=0, blob=b"", identity_mode="named",
        started_at=AT, event_count=1, head_hash=b"",
    )  # fmt: skip
    data = orjson.dumps({"answers": {"found_at": FOUND}, "kind": "hazard"}).decode()
    _into(
        connection, "event", organisation_id=firm, instance_id=case, sequence=1, at=AT,
        tag="instance:started", role="reporter", data=data, hash=b"",
    )  # fmt: skip
    _into(
        connection, "hazard", organisation_id=firm, id=case, report_number="BG-1", kind="hazard",
        state="verified", source="staff", imminent=False, fixed_on_spot=False, rounds=0,
        reported_at=AT, registered_at=AT, sector="gas",
    )  # fmt: skip
    _into(
        connection, "reward", organisation_id=firm, id=new_id(), instance_id=case, number="JL-1",
        state="paid", computed_fen=1, computation="{}", paid_fen=1, paid_at=PAID, proposed_at=AT,
    )  # fmt: skip
