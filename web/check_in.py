"""The question after 90 days on the pages of one's report: has anything happened to you?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext

from engine.actors import Actor
from engine.complaints import check_ins
from engine.errors import Refused
from web import db, guests
from web.access import current_actor, public, requires
from web.language import say
from web.limits import MESSAGES, limiter


def add_to(blueprint: Blueprint) -> None:
    """Give the answers their addresses, in the room of the reports."""
    blueprint.post("/reports/<uuid:instance_id>/check-in")(check_in)
    blueprint.post("/status/check-in")(check_in_by_code)


@requires("report:create")
@limiter.limit(MESSAGES)
def check_in(instance_id: UUID) -> Any:
    """Answer for one's own report."""
    return _answer(instance_id, current_actor(), url_for("reports.show", instance_id=instance_id))


@public
@limiter.limit(MESSAGES)
def check_in_by_code() -> Any:
    """Answer for the opened report."""
    actor = guests.by_receipt()
    if actor is None or actor.receipt_for is None:
        return redirect(url_for("reports.status"), 303)
    return _answer(actor.receipt_for, actor, url_for("reports.status"))


def _answer(instance_id: UUID, actor: Actor, back: str) -> Any:
    said = request.form.get("answer", "")
    try:
        db.execute(check_ins.answer, instance_id, said, actor=actor)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(say(refusal.message), "warning")
        return redirect(back, 303)
    if said == "yes":
        flash(gettext("谢谢您告诉我们。请写下发生了什么，由工会办理。"), "warning")
        return redirect(url_for("complaints.new", report=instance_id), 303)
    flash(gettext("已记录，谢谢您。"), "success")
    return redirect(back, 303)
