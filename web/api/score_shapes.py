"""Schemes and sheets as the API shows them; points are points, not hundredths of one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import people
from engine.actors import Actor
from engine.scoring import rules, schemes, sheets
from engine.scoring.writing import to_text
from engine.store import tables as t
from web.api.schemas import ID, MOMENT, NUMBER, TEXT, listed, maybe, shape

SHIPPED: Final = shape({"key": TEXT, "name": TEXT, "kinds": listed({"enum": list(rules.KINDS)})})
SCHEME: Final = shape(
    {
        "id": ID,
        "key": TEXT,
        "name": TEXT,
        "kind": {"enum": list(rules.KINDS)},
        "year": NUMBER,
        "version": NUMBER,
        "created_at": MOMENT,
    }
)
WHOLE: Final = shape(
    {**SCHEME["properties"], "content": {"description": "As TOML, to be changed.", **TEXT}}
)
_POINTS: Final = {"type": "number"}
RANKED: Final = shape(
    {
        "scheme_id": ID,
        "scored_id": ID,
        "name": TEXT,
        "scheme": TEXT,
        "year": NUMBER,
        "kind": {"enum": list(rules.KINDS)},
        "version": NUMBER,
        "state": {"enum": ["draft", "signed"]},
        "total": _POINTS,
        "updated_at": MOMENT,
        "signed_at": maybe(MOMENT),
    }
)
_LINE: Final = shape(
    {
        "key": TEXT,
        "name": TEXT,
        "value_key": {"description": "What it is computed from.", **TEXT},
        "unit": {"enum": ["percent", "number", "count"]},
        "rule": {"enum": list(rules.RULES)},
        "value": maybe(_POINTS),
        "part": maybe(NUMBER),
        "whole": maybe(NUMBER),
        "points": _POINTS,
        "most": _POINTS,
    }
)
_BONUS: Final = shape({"points": _POINTS, "reason": TEXT, "by": TEXT, "at": TEXT})
FULL: Final = shape(
    {
        **RANKED["properties"],
        "indicators": listed(_LINE),
        "bonus": listed(_BONUS),
        "bonus_most": _POINTS,
        "signed_by": maybe(TEXT),
    }
)


def scheme(row: t.ScoreScheme) -> dict[str, Any]:
    """Give a version of a scheme as lists show it."""
    return {name: getattr(row, name) for name in SCHEME["properties"]}


def whole(row: t.ScoreScheme) -> dict[str, Any]:
    """Give a version of a scheme with its text."""
    return {**scheme(row), "content": to_text(row.content)}


def ranked(row: Any) -> dict[str, Any]:
    """Give a sheet as lists show it."""
    found = {name: getattr(row, name) for name in RANKED["properties"]}
    return {**found, "total": row.total / 100}


def full(session: Session, scheme_id: UUID, scored_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give one sheet, to those who may read it."""
    row = sheets.get(session, scheme_id, scored_id, actor=actor)
    known = schemes.read(sheets.scheme_of(session, row))
    signer = people.names(session, [row.signed_by]) if row.signed_by else {}
    return {
        **ranked(row),
        "indicators": [_line(one, row) for one in known.indicators],
        "bonus": [
            {
                "points": one["points"] / 100,
                "reason": one["reason"],
                "by": one["name"],
                "at": one["at"],
            }
            for one in row.items.get("bonus", ())
        ],
        "bonus_most": known.bonus_most / 100,
        "signed_by": signer.get(row.signed_by),
    }


def _line(one: rules.Indicator, row: Any) -> dict[str, Any]:
    found = row.items["indicators"].get(one.key, {})
    value = found.get("value")
    return {
        "key": one.key,
        "name": one.name.zh,
        "value_key": one.value,
        "unit": one.unit,
        "rule": one.rule,
        "value": None if value is None else value / 100,
        "part": found.get("part"),
        "whole": found.get("whole"),
        "points": found.get("points", 0) / 100,
        "most": one.weight / 100,
    }
