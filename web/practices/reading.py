"""Published cases to learn from, and the list of those that are being worked on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response as File
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import attachments, filestore
from engine.errors import NotFound, Refused
from engine.permissions import allows
from engine.practices import finding, parcels, using
from web import db, files
from web.access import current_actor, requires
from web.language import say
from web.practices.room import blueprint, choices, filters, query, shown_all
from web.queries import with_query


@blueprint.get("")
@requires("practice:read")
def index() -> str:
    """List the published cases, and look for some."""
    chosen = filters()
    page = finding.published(db.session(), filters=chosen, after=request.args.get("after") or None)
    return render_template(
        "practices/index.html",
        cases=shown_all(page.items),
        filters=chosen,
        active=len(query(chosen)),
        choices=choices(),
        may_work=allows(current_actor(), "practice:nominate"),
        may_campaign=allows(current_actor(), "campaign:read"),
        book_url=with_query(url_for("practices.book"), query(chosen)),
        next_url=with_query(url_for("practices.index"), {**query(chosen), "after": page.next})
        if page.next
        else "",
    )


@blueprint.get("/work")
@requires("practice:nominate")
def work() -> str:
    """List the cases that are being worked on, of all states."""
    chosen = filters(state=True)
    page = finding.at_work(
        db.session(),
        actor=current_actor(),
        filters=chosen,
        after=request.args.get("after") or None,
    )
    return render_template(
        "practices/work.html",
        cases=shown_all(page.items),
        filters=chosen,
        active=len(query(chosen)),
        choices=choices(),
        may_report=allows(current_actor(), "practice:publish"),
        may_give=allows(current_actor(), parcels.EXPORT),
        next_url=with_query(url_for("practices.work"), {**query(chosen), "after": page.next})
        if page.next
        else "",
    )


@blueprint.get("/<uuid:practice_id>/photos/<int:number>")
@requires("practice:vet")
def unpublished_photo(practice_id: UUID, number: int) -> Response:
    """Give a photo that the enterprise would show, to those who check what may be told."""
    session, actor = db.session(), current_actor()
    row = finding.get(session, practice_id, actor=actor)
    if not finding.oversees(session, row, actor=actor):
        raise NotFound()
    return photo_of(row, number)


def photo_of(row: Any, number: int) -> File:
    """Answer with a photo of a case, counted from 1."""
    found = finding.photo(db.session(), row, number)
    store = filestore.of(db.session())
    small = "small" in request.args
    content = attachments.thumbnail(store, found) if small else store.get(found.sha256)
    return files.as_file(found, content)


@blueprint.post("/<uuid:practice_id>/study")
@requires("practice:read")
def study(practice_id: UUID) -> Response:
    """Note that the visitor studied the case."""
    db.execute(using.study, practice_id)
    flash(gettext("已记录：您学习了这个案例。"), "success")
    return redirect(url_for("practices.show", practice_id=practice_id))


@blueprint.post("/<uuid:practice_id>/checklist")
@requires("practice:apply")
def take_item(practice_id: UUID) -> Response:
    """Copy what the case teaches into the own checklist."""
    try:
        code = db.execute(using.apply_checklist, practice_id)
    except Refused as refusal:
        flash(say(refusal.message), "warning")
    else:
        flash(gettext("已纳入本单位的报告清单，编号 %(code)s。", code=code), "success")
    return redirect(url_for("practices.show", practice_id=practice_id))


@blueprint.post("/<uuid:practice_id>/process")
@requires("practice:apply", "definition:deploy")
def take_process(practice_id: UUID) -> Response:
    """Open a draft from the process of the case."""
    try:
        draft_id = db.execute(using.apply_process, practice_id)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        flash(say(refusal.message), "warning")
        return redirect(url_for("practices.show", practice_id=practice_id))
    flash(gettext("已按这个案例的流程建了草稿，改好再发布。"), "success")
    return redirect(url_for("studio.edit", draft_id=draft_id))
