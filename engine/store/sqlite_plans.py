"""What SQLite should take for granted about big tables.

Without figures SQLite believes that one organisation has ten tasks, and reads all of them to find
those of one case. A database tells it once what a grown one looks like; `ANALYZE` may replace that
by what it finds.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

#: Table, index ("task" is the primary key) and its figures: rows in it, then how many of them share
#: the first column, the first two, and so on.
_FIGURES: Final = (
    ("task", "task", "500000 100000 1"),
    ("task", "ix_task_instance", "500000 100000 8 2"),
    ("task", "ix_task_group", "50000 10000 2000 1"),
    ("task", "ix_task_mine", "10000 200 1"),
    ("task", "ix_task_done", "450000 1000 1"),
    ("reporter", "reporter", "100000 20000 1"),
    ("reporter", "ix_reporter_user", "100000 20000 20 1"),
)


def advise(connection: Connection) -> None:
    """Give a SQLite database the figures it does not have yet."""
    # Makes the table of figures; the schema's own table is all that is looked at.
    connection.execute(text("ANALYZE sqlite_schema"))
    known = set(connection.scalars(text("SELECT tbl FROM sqlite_stat1")))
    insert = text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)")
    for table, index, figures in _FIGURES:
        if table not in known:
            connection.execute(insert, {"tbl": table, "idx": index, "stat": figures})
