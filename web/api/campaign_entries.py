"""Cases of a campaign over the API: chosen, handed in, recommended, taken back, left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.campaigns import choosing, entering, finding, revoking
from web import db
from web.access import current_actor, requires
from web.api import campaign_shapes as told
from web.api import contract
from web.api.contract import Operation, Parameter, answer, asked_id, body, operation, paged
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import ANSWERS, ID, TEXT, shape

blueprint = Blueprint("campaign_entries", __name__, url_prefix="/campaigns")

_ENTRY: Final = "/entries/<uuid:entry_id>"
_CHOICE: Final = shape(
    {"id": ID, "organisation_id": ID, "title": TEXT, "sector": TEXT, "owner": TEXT}
)
_REASON: Final = closed({"reason": text(500, 1)})
NOW: Final = {200: ("The entry as it is now.", told.ENTRY_WHOLE)}


@blueprint.get("/<uuid:campaign_id>/choices")
@requires("campaign:read")
@operation(
    Operation(
        summary="The cases that one may hand in, the newest first",
        query=(
            Parameter("words", "Words in the title or the enterprise's name.", text(100)),
            *contract.WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(_CHOICE))},
    )
)
def choices(campaign_id: UUID) -> Response:
    """List the cases that may be handed in."""
    session, actor = db.session(), current_actor()
    campaign = finding.get(session, campaign_id, actor=actor)
    found = choosing.choices(
        session, campaign, actor=actor, words=request.args.get("words", ""),
        after=contract.after(), limit=contract.limit(),
    )  # fmt: skip
    return paged(found, lambda row: {name: getattr(row, name) for name in _CHOICE["properties"]})


@blueprint.get("/<uuid:campaign_id>/entries")
@requires("campaign:read")
@operation(
    Operation(
        summary="What was handed in, the newest first; to units and enterprises their own",
        query=(
            Parameter("unit_id", "Only what this one entered or recommended.", ID),
            Parameter("state", "Only those.", told.ENTRY["properties"]["state"]),
            *contract.WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(told.ENTRY))},
    )
)
def entries(campaign_id: UUID) -> Response:
    """List entries."""
    session, actor = db.session(), current_actor()
    campaign = finding.get(session, campaign_id, actor=actor)
    found = finding.entries(
        session, campaign, actor=actor, unit_id=asked_id("unit_id"),
        state=request.args.get("state", ""), after=contract.after(), limit=contract.limit(),
    )  # fmt: skip
    return paged(found, partial(told.entry, campaign))


@blueprint.post("/<uuid:campaign_id>/entries")
@requires("campaign:read")
@operation(
    Operation(
        summary="Hand a case in: an enterprise its own, those above one that they recommend",
        body=closed({"practice_id": ID, "answers": ANSWERS}, {"recommendation": text(1000)}),
        answers={201: ("Handed in.", told.ENTRY_WHOLE)},
        creates=True,
    )
)
def enter(campaign_id: UUID) -> Response:
    """Hand a case in."""
    given = body()
    practice_id, words = UUID(given["practice_id"]), given.get("recommendation", "")

    def make(session: Session, actor: Actor) -> Any:
        entry_id = entering.enter(
            session, campaign_id, practice_id, given["answers"], recommendation=words, actor=actor
        )
        return told.entry_whole(entry_id, actor)

    return answer(once("enter_campaign", given, make), 201)


@blueprint.get(_ENTRY)
@requires("campaign:read")
@operation(Operation(summary="One entry; to those who run it, with who judges it", answers=NOW))
def show(entry_id: UUID) -> Response:
    """Show an entry."""
    return answer(told.entry_whole(entry_id, current_actor()))


@blueprint.post(f"{_ENTRY}/recommend")
@requires("campaign:recommend")
@operation(
    Operation(
        summary="Recommend what an enterprise entered by itself",
        body=closed({"recommendation": text(1000, 1)}),
        answers=NOW,
        creates=True,
    )
)
def recommend(entry_id: UUID) -> Response:
    """Recommend an entry."""
    words = body()["recommendation"]
    return changed(entry_id, "recommend_entry", partial(entering.recommend, words=words))


@blueprint.post(f"{_ENTRY}/take-back")
@requires("campaign:read")
@operation(
    Operation(
        summary="Take an entry of one's own back, as long as cases are taken",
        body=_REASON,
        answers=NOW,
        creates=True,
    )
)
def take_back(entry_id: UUID) -> Response:
    """Take an entry back."""
    return changed(entry_id, "take_entry_back", partial(entering.take_back, **body()))


@blueprint.post(f"{_ENTRY}/refuse")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Leave an entry out, before anything is decided",
        body=_REASON,
        answers=NOW,
        creates=True,
    )
)
def refuse(entry_id: UUID) -> Response:
    """Leave an entry out."""
    return changed(entry_id, "refuse_entry", partial(entering.refuse, **body()))


@blueprint.post(f"{_ENTRY}/revoke")
@requires("campaign:manage")
@operation(
    Operation(
        summary="Revoke the award of a published result; it stays there, with the reason",
        body=_REASON,
        answers=NOW,
        creates=True,
    )
)
def revoke(entry_id: UUID) -> Response:
    """Revoke an award."""
    return changed(entry_id, "revoke_award", partial(revoking.revoke, **body()))


def changed(entry_id: UUID, name: str, run: Callable[..., Any]) -> Response:
    """Do something about an entry, and give it as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, entry_id, actor=actor)
        return told.entry_whole(entry_id, actor)

    given = body() if request.get_data(cache=True) else None
    return answer(once(name, given, make))
