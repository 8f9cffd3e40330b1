"""The declarative base: one metadata, one naming rule for constraints."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Date, MetaData
from sqlalchemy.orm import DeclarativeBase

from engine.store.types import Id, Json, Moment

#: On SQLite a table keyed by organisation is stored in key order, with no second tree.
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Id(),
        datetime: Moment(),
        date: Date(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
    }
