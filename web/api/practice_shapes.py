"""Typical cases as the API shows them: to all what is published, to those at work on one more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from engine.actors import Actor
from engine.campaigns import finding as campaigns
from engine.practices import finding, nominating, rules, wording
from web import db
from web.api.schemas import FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape
from web.practices.working import steps_for

#: What may be done about a case, as pages say it → the call that does it.
_CALLS: Final[Mapping[str, str]] = {
    "consent": "consent", "withdraw": "withdraw", "check": "check", "vet": "vet",
    "publish": "publish", "decline": "decline", "unpublish": "decline", "use": "study",
    "apply": "checklist", "draw": "process",
}  # fmt: skip
_TEXTS: Final = {"type": "object", "additionalProperties": TEXT}
_POINTS: Final = {"type": "object", "additionalProperties": NUMBER}
_MOMENTS: Final = ("nominated_at", "consented_at", "secrecy_at", "vetted_at", "reported_at")
PRACTICE: Final = shape(
    {
        "id": ID,
        "title": TEXT,
        "state": {"enum": list(finding.STATES)},
        "owner": {"description": "Its name, where it may be said.", **TEXT},
        "sector": TEXT,
        "dimensions": listed({"enum": list(rules.DIMENSIONS)}),
        "level": {"enum": list(rules.LEVELS)},
        "story": {"description": "`background`, `action`, `effect`, …", **_TEXTS},
        "photos": {"description": "How many may be shown.", **NUMBER},
        "awards": listed(TEXT),
        "studied": NUMBER,
        "published_at": maybe(MOMENT),
    }
)
_CHANGE: Final = shape({"name": TEXT, "before": TEXT, "after": TEXT})
_WORK: Final = shape(
    {
        "organisation_id": ID,
        "instance_id": maybe(ID),
        "is_named": FLAG,
        "version": NUMBER,
        "agreed_version": maybe(NUMBER),
        "changes": {"description": "Since the enterprise agreed.", **listed(_CHANGE)},
        "scores": _POINTS,
        "criteria": {"description": "Criterion → the most points.", **_POINTS},
        "pass_mark": NUMBER,
        **dict.fromkeys(_MOMENTS, maybe(MOMENT)),
        "ended_reason": maybe(TEXT),
        "photos_offered": {
            "description": "Photos of the hazard, for who agrees.",
            **listed(shape({"id": ID, "side": {"enum": ["before", "after"]}})),
        },
    }
)
WHOLE: Final = shape(
    {
        **PRACTICE["properties"],
        "uses": {"description": "`studied`, `checklist`, `process` → how often.", **_POINTS},
        "may": {"description": "Calls that one may send now.", **listed(TEXT)},
        "work": {"description": "For those who work on it.", **maybe(_WORK)},
    }
)


def all_of(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Give cases as lists show them."""
    won = campaigns.honours(db.session(), [(row.organisation_id, row.id) for row in rows])
    return [_practice(row, won.get(row.id, ())) for row in rows]


def whole(row: Any, actor: Actor) -> dict[str, Any]:
    """Give one case, as far as the reader may know it."""
    steps = steps_for(row, actor)
    return {
        **all_of([row])[0],
        "uses": finding.uses(db.session(), row),
        "may": sorted({_CALLS[step] for step in steps if step in _CALLS}),
        "work": _work(row, actor, steps) if "work" in steps else None,
    }


def _practice(row: Any, awards: Iterable[campaigns.Honour]) -> dict[str, Any]:
    plain = ("id", "title", "state", "sector", "dimensions", "level", "story", "studied")
    return {
        **{name: getattr(row, name) for name in (*plain, "published_at")},
        "owner": finding.owner_name(row),
        "photos": len(row.photos),
        "awards": [f"{one.award}　{one.campaign}（{one.office}）" for one in awards],
    }


def _work(row: Any, actor: Actor, steps: set[str]) -> dict[str, Any]:
    session = db.session()
    plain = (
        "organisation_id", "instance_id", "is_named", "version", "agreed_version", "scores",
        *_MOMENTS, "ended_reason",
    )  # fmt: skip
    offered: list[tuple[str, str]] = []
    if "consent" in steps:
        offered = nominating.photos_of(session, nominating.own(session, row.id, actor))
    return {
        **{name: getattr(row, name) for name in plain},
        "changes": [
            {"name": one.name.zh, "before": one.before.zh, "after": one.after.zh}
            for one in wording.changes(session, row)
        ],
        "criteria": {one.key: one.most for one in rules.criteria()},
        "pass_mark": rules.pass_mark(),
        "photos_offered": [{"id": id_, "side": side} for id_, side in offered],
    }
