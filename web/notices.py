"""What a member should know."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine import notifications
from engine.campaign_notices import CAMPAIGN_WORDS
from engine.complaint_notices import COMPLAINT_WORDS, LETTER_WORDS, UNION_WORDS
from engine.coverage import reminders
from engine.errors import Message
from engine.grant_notices import GRANT_WORDS
from engine.honour_notices import HONOUR_WORDS
from engine.notices import OVERSIGHT_WORDS, STUDIO_WORDS, VISIT_WORDS
from engine.permissions import allows
from engine.practices import press, recall, wording
from engine.relation_notices import RELATION_WORDS
from engine.rulebook_notices import RULEBOOK_WORDS
from web import db
from web.access import current_actor, own_organisation, requires
from web.language import say

blueprint = Blueprint("notices", __name__, url_prefix="/notifications")

_PAGE = 50
#: What is said of a typical case → the state in which it is found.
_CASES: Final = {wording.REWORDED: "reworded", press.EXPORTED: "published"}
#: What notices without a case lead to.
_LEAD_ON: Final = frozenset(
    {
        *STUDIO_WORDS,
        *OVERSIGHT_WORDS,
        *HONOUR_WORDS,
        *CAMPAIGN_WORDS,
        *COMPLAINT_WORDS,
        *RULEBOOK_WORDS,
        *RELATION_WORDS,
        *GRANT_WORDS,
    }
)


@blueprint.get("")
@requires()
def index() -> str:
    """List the notifications, newest first."""
    rows = notifications.listed(
        db.session(), actor=current_actor(), after=_after(), limit=_PAGE + 1
    )
    shown = [
        {
            "id": row.id,
            "at": row.at,
            "text": say(Message(row.zh, row.en)),
            "leads_on": row.instance_id is not None or row.kind in _LEAD_ON,
            "row": row,
        }
        for row in rows[:_PAGE]
    ]
    more = url_for("notices.index", after=rows[_PAGE - 1].id) if len(rows) > _PAGE else ""
    return render_template("notices/index.html", notices=shown, next_url=more)


@blueprint.post("/read")
@requires()
def read_all() -> Response:
    """Note that everything was read."""
    db.execute(notifications.mark_read)
    return redirect(url_for("notices.index"))


@blueprint.post("/<uuid:notification_id>/open")
@requires()
def open_one(notification_id: UUID) -> Response:
    """Note that one was read and go to what it is about: a case, definitions, the mechanism."""
    instance_id = db.execute(notifications.mark_read, notification_id)
    kind = notifications.kind_of(db.session(), notification_id, actor=current_actor())
    if instance_id:
        room = "guidance" if kind in VISIT_WORDS else "cases"
        return redirect(f"/{room}/{instance_id}")
    if kind in UNION_WORDS:
        return redirect(url_for("complaints.index"))
    if kind in LETTER_WORDS:
        return redirect(url_for("letters.index"))
    if kind in HONOUR_WORDS:
        if kind == "honour_proposed":
            return redirect(url_for("honours.work", state="proposed"))
        return redirect(url_for("honours.consent"))
    if kind in RELATION_WORDS:
        return redirect(_relations(str(kind)))
    if kind in GRANT_WORDS:
        return redirect(url_for("auditing.granted"))
    if kind in _CASES:
        return redirect(url_for("practices.work", state=_CASES[kind]))
    if kind == recall.RECALLED:
        return redirect(url_for("practices.parcel_list"))
    if kind in CAMPAIGN_WORDS:
        judges = kind == "campaign_review"
        return redirect(url_for("campaigns.reviews" if judges else "campaigns.index"))
    if kind in RULEBOOK_WORDS and allows(current_actor(), "rulebook:read"):
        return redirect(url_for("rulebook.index"))
    if kind == reminders.KEY and allows(current_actor(), "coverage:read"):
        return redirect(url_for("mechanism.own"))
    if (kind or "").startswith("standard_") and allows(current_actor(), "registry:read"):
        return redirect(url_for("registry.show", organisation_id=own_organisation()))
    if kind in OVERSIGHT_WORDS and kind != reminders.KEY:
        return redirect(url_for("returns.index"))
    about_definitions = kind in STUDIO_WORDS and allows(current_actor(), "definition:read")
    return redirect(url_for("definitions.index" if about_definitions else "notices.index"))


def _relations(kind: str) -> str:
    if kind == "relation_invited":
        return url_for("registry.invited")
    if kind in ("hazard_passed", "hazard_called_back"):
        return url_for("relations.received")
    side = "other" if kind == "relation_proposed" else "host"
    return url_for("relations.index", side=side)


def _after() -> UUID | None:
    text = request.args.get("after")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise BadRequest() from error
