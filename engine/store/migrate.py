"""Bringing a database to the present schema with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from engine.store import sqlite_plans

_FOLDER = Path(__file__).with_name("migrations")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run every migration that `engine`'s database has not seen, in one transaction each."""
    with engine.connect() as connection:
        command.upgrade(configuration(connection), revision)
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            sqlite_plans.advise(connection)
        # Connections read the figures when they open.
        engine.dispose()


def is_current(engine: Engine) -> bool:
    """Say whether `engine`'s database has seen every migration, and none we do not know."""
    with engine.connect() as connection:
        seen = MigrationContext.configure(connection).get_current_heads()
        ours = ScriptDirectory.from_config(configuration(connection)).get_heads()
    return set(seen) == set(ours)


def configuration(connection: Connection) -> Config:
    """Give Alembic's configuration for `connection`."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
