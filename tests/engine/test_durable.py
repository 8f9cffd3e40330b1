"""An answered step survives a power cut: SQLite waits for the disk, outside of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.store import connection, open_database
from tests import quickly


def test_sqlite_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PRAGMAS", quickly.SHIPPED)
    engine = open_database(f"sqlite:///{tmp_path / 'bihuan.sqlite'}")
    with engine.connect() as opened:
        said = {
            name: opened.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
