"""Campaigns and their entries as the API shows them, as far as the reader may know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from engine.actors import Actor
from engine.campaigns import asking, assigning, choosing, deciding, finding, reviewing
from engine.campaigns.plan import ASKED, KINDS, STATES
from web import db
from web.api.schemas import (
    ANY_OBJECT,
    DAY,
    FLAG,
    ID,
    MOMENT,
    NUMBER,
    TEXT,
    listed,
    maybe,
    shape,
)  # fmt: skip
from web.campaigns.room import shown_entry

_TEXTS: Final = {"type": "object", "additionalProperties": TEXT}
_POINTS: Final = {"type": "object", "additionalProperties": NUMBER}
CAMPAIGN: Final = shape(
    {
        "id": ID,
        "organisation_id": {"description": "The office that runs it.", **ID},
        "office": TEXT,
        "kind": {"enum": list(KINDS)},
        "title": TEXT,
        "state": {"enum": list(STATES)},
        "opens_on": DAY,
        "closes_on": DAY,
        "kinds": listed({"enum": list(ASKED)}),
        "sectors": listed(TEXT),
    }
)
_RESULT: Final = shape(
    {
        "title": TEXT,
        "owner": TEXT,
        "sender": TEXT,
        "award": maybe(TEXT),
        "place": maybe(NUMBER),
        "mean": TEXT,
        "award_reason": maybe(TEXT),
        "revoked_at": maybe(MOMENT),
        "remarks": {
            "description": "What became of the case and its award since.",
            **listed(TEXT),
        },
    }
)
_COUNTED: Final = shape({"kind": TEXT, "asked": NUMBER, "sent": NUMBER})
WHOLE: Final = shape(
    {
        **CAMPAIGN["properties"],
        "basis": TEXT,
        "call": TEXT,
        "contact": TEXT,
        **dict.fromkeys(("questions", "criteria", "awards"), listed(ANY_OBJECT)),
        "opened_at": maybe(MOMENT),
        "published_at": maybe(MOMENT),
        "heard_until": maybe(DAY),
        "cancelled_reason": maybe(TEXT),
        "runs": {"description": "Whether one is of those who run it.", **FLAG},
        "may_enter": {"description": "Whether one may hand a case in today.", **FLAG},
        "counts": {"description": "Who has sent some, for those who run it.", **listed(_COUNTED)},
        "sheets": maybe(shape({"given": NUMBER, "asked": NUMBER})),
        "result": {"description": "Once it is published: the awarded.", **listed(_RESULT)},
    }
)
ENTRY: Final = shape(
    {
        "id": ID,
        "campaign_id": ID,
        "practice_id": ID,
        "title": TEXT,
        "owner": TEXT,
        "sender": TEXT,
        "sector": TEXT,
        "state": {"enum": ["entered", "withdrawn", "refused"]},
        "stands": {"description": "Whether it can be judged and honoured.", **FLAG},
        "entered_at": MOMENT,
        "recommendation": maybe(TEXT),
        "ended_reason": maybe(TEXT),
        "revoked_at": maybe(MOMENT),
        "remarks": {"description": "What became of it since.", **listed(TEXT)},
    }
)
_SHEET: Final = shape(
    {
        "reviewer_id": ID,
        "person": TEXT,
        "state": {"enum": ["asked", "given", "stale", "stepped_back"]},
        "done_at": maybe(MOMENT),
        "reason": maybe(TEXT),
        "total": maybe(NUMBER),
        "scores": _POINTS,
        "notes": _TEXTS,
    }
)
PERSON: Final = shape({"user_id": ID, "person": TEXT, "unit_id": ID, "unit": TEXT})
_CASE: Final = {
    "dimensions": listed(TEXT),
    "story": _TEXTS,
    "version": {"description": "Which words of the case these are.", **NUMBER},
    "answers": {"description": "To the campaign's questions, by key.", **ANY_OBJECT},
}
ENTRY_WHOLE: Final = shape(
    {
        **ENTRY["properties"],
        **_CASE,
        "sheets": {"description": "For those who run it.", **listed(_SHEET)},
        "free": {"description": "Who may be given it, for those who run it.", **listed(PERSON)},
        "barred": {"description": "Who has to do with it.", **listed(PERSON)},
    }
)
REVIEW: Final = shape(
    {
        **ENTRY["properties"],
        **_CASE,
        "criteria": listed(ANY_OBJECT),
        "waits": FLAG,
        "review_state": TEXT,
        "scores": _POINTS,
        "notes": _TEXTS,
        "total": maybe(NUMBER),
        "others": {"description": "Once all have judged.", **listed(_SHEET)},
    }
)


def campaign(row: Any) -> dict[str, Any]:
    """Give a campaign as lists show it."""
    return {name: getattr(row, name) for name in CAMPAIGN["properties"]}


def whole(campaign_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give one campaign: what it wants, what has come, what the reader may do."""
    session = db.session()
    row = finding.get(session, campaign_id, actor=actor)
    runs = finding.runs(row, actor)
    sheets = deciding.progress(session, row).values() if runs else ()
    plain = (
        "basis", "call", "contact", "questions", "criteria", "awards", "opened_at",
        "published_at", "heard_until", "cancelled_reason",
    )  # fmt: skip
    return {
        **campaign(row),
        **{name: getattr(row, name) for name in plain},
        "runs": runs,
        "may_enter": choosing.may_enter(session, row, actor=actor),
        "counts": [
            {"kind": one.kind, "asked": one.asked, "sent": one.sent}
            for one in (asking.counts(session, row) if runs else ())
        ],
        "sheets": {"given": sum(s[0] for s in sheets), "asked": sum(s[1] for s in sheets)}
        if runs
        else None,
        "result": _result(row, runs=runs),
    }


def entry(campaign_row: Any, row: Any) -> dict[str, Any]:
    """Give an entry as lists show it, to those who may see it."""
    told = shown_entry(campaign_row, row)
    plain = (
        "id", "campaign_id", "practice_id", "title", "sector", "state", "entered_at",
        "recommendation", "ended_reason", "revoked_at",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: told[name] for name in ("owner", "sender", "stands")},
        "remarks": told["notes"],
    }


def entry_whole(entry_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give one entry; to those who run the campaign, with who judges it."""
    session = db.session()
    campaign_row, row = finding.get_entry(session, entry_id, actor=actor)
    runs = finding.runs(campaign_row, actor)
    free, barred = (
        assigning.free_for(session, campaign_row, row)
        if runs and campaign_row.state == "judging"
        else ([], [])
    )
    return {
        **entry(campaign_row, row),
        **_case(row),
        "sheets": _sheets(reviewing.sheets(session, row) if runs else ()),
        "free": people(free),
        "barred": people(barred),
    }


def review(entry_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give an entry to who judges it, with their own sheet."""
    session = db.session()
    campaign_row, row = reviewing.get(session, entry_id, actor=actor)
    others = reviewing.sheets(session, row, judges=True)
    return {
        **entry(campaign_row, row),
        **_case(row),
        "criteria": campaign_row.criteria,
        "waits": reviewing.waits(campaign_row, row),
        **{name: getattr(row, name) for name in ("review_state", "scores", "notes", "total")},
        "others": _sheets(
            [one for one in others if one.reviewer_id != actor.user_id and one.state == "given"]
        ),
    }


def people(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Give people with the unit as whose member they judge."""
    return [{name: getattr(one, name) for name in PERSON["properties"]} for one in rows]


def _case(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _CASE}


def _sheets(found: Sequence[reviewing.Sheet]) -> list[dict[str, Any]]:
    return [{name: getattr(one, name) for name in _SHEET["properties"]} for one in found]


def _result(row: Any, *, runs: bool) -> list[dict[str, Any]]:
    if row.state != "published" and not (runs and row.state == "decided"):
        return []
    found = []
    for one in finding.result(db.session(), row):
        if not runs and not one.award:
            continue  # Who was judged and not awarded is nobody else's business.
        told = shown_entry(row, one, inside=runs)
        found.append(
            {
                "title": told["title"],
                "owner": told["owner"],
                "sender": told["sender"] if one.recommender_id or runs else told["owner"],
                "award": told["award"] or None,
                "place": one.place,
                "mean": told["mean"],
                "award_reason": one.award_reason if runs else None,
                "revoked_at": one.revoked_at,
                "remarks": told["notes"],
            }
        )
    return found
