"""Alembic's entry: runs migrations on the connection handed in by `engine.store.migrate`."""

from __future__ import annotations

from alembic import context

from engine.store.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
