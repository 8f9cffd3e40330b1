"""Particulars of enterprises that lay in the profile, put into columns by migration 0013.

What an enterprise is standardised in was typed as people pleased. Words that are known become the
code; whatever else was typed stays readable beside it. Two tags become particulars of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from engine.hazards.codes import STANDARD_SECTORS, STANDARD_WORDS
from engine.store.types import Id, Json

_CHUNK: Final = 1000
#: Columns of text → their lengths.
LENGTHS: Final[Mapping[str, int]] = {
    "region_code": 12,
    "hazard_source": 8,
    "oil_storage": 8,
    "monitoring": 8,
    "standard_sector": 24,
    "standard_grade": 8,
}
#: The tag of before → the column in which it is "yes".
_TAGS: Final = {"oil": "oil_storage", "monitored": "monitoring"}
_NOTE: Final = "standard_note"
_NAMES: Final = {words.zh: key for key, words in STANDARD_SECTORS.items()}


def into_columns(connection: sa.Connection) -> None:
    """Take out of every profile what has a column by now."""
    _rewrite(connection, lambda row: _taken_out(dict(row.profile or {})))


def into_profiles(connection: sa.Connection) -> None:
    """Put into every profile what will have no column any more."""
    _rewrite(connection, lambda row: {"profile": _put_back(row)})


def _rewrite(connection: sa.Connection, become: Any) -> None:
    statement = sa.update(_ROW).where(_ROW.c.id == sa.bindparam("own"))
    for rows in _chunks(connection):
        changes = [(row, become(row)) for row in rows]
        wanted = [
            {"own": row.id, **_present(row), **new}
            for row, new in changes
            if any(getattr(row, key) != value for key, value in new.items())
        ]
        if wanted:
            names = [name for name in wanted[0] if name != "own"]
            values = {name: sa.bindparam(name, type_=_ROW.c[name].type) for name in names}
            connection.execute(statement.values(values), wanted)


def _present(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS}


def _chunks(connection: sa.Connection) -> Iterator[list[Any]]:
    after = None
    while True:
        asked = sa.select(_ROW).order_by(_ROW.c.id).limit(_CHUNK)
        if after is not None:
            asked = asked.where(_ROW.c.id > after)
        rows = list(connection.execute(asked))
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _taken_out(profile: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: profile.pop(name, None) or None for name in ("hazard_source", "standard_grade")
    }
    found["standard_until"] = _day(profile)
    found["standard_sector"] = _sector(profile)
    tags = profile.get("tags") or []
    for tag, column in _TAGS.items():
        found[column] = "yes" if tag in tags else None
    if any(found[column] for column in _TAGS.values()):
        profile["tags"] = [tag for tag in tags if tag not in _TAGS]
    return {**found, "profile": profile or None}


def _day(profile: dict[str, Any]) -> date | None:
    said = profile.pop("standard_until", None)
    return date.fromisoformat(said) if said else None


def _sector(profile: dict[str, Any]) -> str | None:
    """Give the code of what was typed; what is no name of a code is noted as it was typed."""
    typed = " ".join(str(profile.pop("standard_sector", None) or "").split())
    if not typed:
        return None
    if typed in _NAMES or typed in STANDARD_SECTORS:
        return _NAMES.get(typed, typed)
    profile[_NOTE] = typed
    return STANDARD_WORDS.get(typed, "other")


def _put_back(row: Any) -> dict[str, Any] | None:
    profile = dict(row.profile or {})
    typed = profile.pop(_NOTE, None)
    words = STANDARD_SECTORS.get(row.standard_sector or "")
    said = {
        "hazard_source": row.hazard_source,
        "standard_grade": row.standard_grade,
        "standard_sector": typed or (words.zh if words else row.standard_sector),
        "standard_until": row.standard_until.isoformat() if row.standard_until else None,
    }
    profile |= {key: value for key, value in said.items() if value}
    tags = [tag for tag, column in _TAGS.items() if getattr(row, column) == "yes"]
    if tags:
        profile["tags"] = [*(profile.get("tags") or []), *tags]
    return profile or None


# As it is in 0013, whatever becomes of it later.
_ROW: Final = sa.Table(
    "organisation",
    sa.MetaData(),
    sa.Column("id", Id()),
    sa.Column("profile", Json()),
    *(sa.Column(name, sa.String()) for name in LENGTHS),
    sa.Column("standard_until", sa.Date()),
)
_COLUMNS: Final = ("profile", *LENGTHS, "standard_until")
