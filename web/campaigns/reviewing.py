"""A reviewer's own pages: what waits for them, one sheet, stepping back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import attachments, filestore
from engine.campaigns import reviewing
from engine.errors import InvalidAnswers, Refused
from engine.practices import finding as practices
from web import db, files
from web.access import current_actor, requires
from web.campaigns.room import SHEETS, STATES, ReasonForm, blueprint, shown, shown_entry
from web.form_errors import put
from web.language import say

Page = str | tuple[str, int] | Response


@blueprint.get("/reviews")
@requires("campaign:review")
def reviews() -> str:
    """List what the visitor is asked to judge, what waits first."""
    rows = reviewing.mine(db.session(), actor=current_actor())
    return render_template(
        "campaigns/reviews.html",
        waiting=[row for row in rows if row.waits],
        done=[
            (row, say(SHEETS[row.review_state]), say(STATES[row.campaign_state]))
            for row in rows
            if not row.waits
        ],
    )


@blueprint.get("/reviews/<uuid:entry_id>")
@requires("campaign:review")
def review(entry_id: UUID) -> str:
    """Show an entry to who judges it, with their sheet."""
    return _page(entry_id)


@blueprint.post("/reviews/<uuid:entry_id>")
@requires("campaign:review")
def give(entry_id: UUID) -> Page:
    """Give one's sheet."""
    campaign, _row = reviewing.get(db.session(), entry_id, actor=current_actor())
    keys = [one["key"] for one in campaign.criteria]
    scores = {key: request.form.get(key, "")[:10] for key in keys}
    notes = {key: request.form.get(f"{key}_note", "") for key in keys}
    read = request.form.get("version", "")
    version = int(read) if read.isascii() and read.isdigit() and len(read) < 6 else 0
    try:
        db.execute(reviewing.give, entry_id, scores, notes, version=version)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        page = _page(entry_id, refusal=refusal, scores=scores, notes=notes)
        return page, refusal.status
    flash(gettext("评分已提交。所有评审人都评完以后，才看得到别人的评分。"), "success")
    return redirect(url_for("campaigns.reviews"))


@blueprint.post("/reviews/<uuid:entry_id>/step-back")
@requires("campaign:review")
def step_back(entry_id: UUID) -> Page:
    """Declare that one has to do with the entry."""
    form = ReasonForm()
    try:
        db.execute(reviewing.step_back, entry_id, reason=form.reason.data or "")
    except Refused as refusal:
        if refusal.status == 404:
            raise
        put(form, refusal)
        return _page(entry_id, reason=form), refusal.status
    flash(gettext("已回避，安委办会另派评审人。"), "success")
    return redirect(url_for("campaigns.reviews"))


@blueprint.get("/reviews/<uuid:entry_id>/photos/<int:number>")
@requires("campaign:review")
def review_photo(entry_id: UUID, number: int) -> Response:
    """Give a photo that the enterprise would show, to who judges the case."""
    session = db.session()
    _campaign, row = reviewing.get(session, entry_id, actor=current_actor())
    found = practices.photo(session, _Case(row), number)
    store = filestore.of(session)
    small = "small" in request.args
    content = attachments.thumbnail(store, found) if small else store.get(found.sha256)
    return files.as_file(found, content)


class _Case:
    """The case of an entry, as far as its photos go."""

    def __init__(self, row: Any) -> None:
        self.organisation_id = row.practice_owner_id
        self.photos = row.photos


def _page(
    entry_id: UUID,
    *,
    refusal: Refused | None = None,
    scores: dict[str, str] | None = None,
    notes: dict[str, str] | None = None,
    reason: ReasonForm | None = None,
) -> str:
    session, actor = db.session(), current_actor()
    campaign, row = reviewing.get(session, entry_id, actor=actor)
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    waits = reviewing.waits(campaign, row)
    return render_template(
        "campaigns/review.html",
        campaign=shown(campaign),
        entry=shown_entry(campaign, row),
        waits=waits,
        state=say(SHEETS[row.review_state]),
        again=waits and row.review_state == "given",
        criteria=[
            {
                **one,
                "value": (scores or row.scores).get(one["key"], ""),
                "note": (notes or row.notes).get(one["key"], ""),
                "error": _said(errors, one["key"]),
                "note_error": _said(errors, f"{one['key']}_note"),
            }
            for one in campaign.criteria
        ],
        others=[
            one
            for one in reviewing.sheets(session, row, judges=True)
            if one.reviewer_id != actor.user_id and one.state == "given"
        ],
        refused="" if refusal is None or errors else say(refusal.message),
        reason=reason or ReasonForm(formdata=None),
    )


def _said(errors: Any, key: str) -> str:
    found = errors.get(key) or []
    return say(found[0]) if found else ""
