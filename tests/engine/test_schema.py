"""The schema: migrations lead to what the tables say, and every one of them can be gone back."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.store import Base, open_database, upgrade
from engine.store.migrate import configuration


def test_every_migration_goes_down_and_up_again(bare_database_url: str) -> None:
    engine = open_database(bare_database_url)
    upgrade(engine)
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection)).walk_revisions()
    for script in scripts:
        with engine.connect() as connection:
            command.downgrade(configuration(connection), str(script.down_revision or "base"))
    upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()
