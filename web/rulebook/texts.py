"""The text as it reads now, and putting it before the union and those above."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.coverage.evidence import own_enterprise
from engine.errors import Conflict, InvalidAnswers
from engine.permissions import allows
from engine.rulebook import amounts, asking, finding, wording
from engine.rulebook.asking import Put
from web import db
from web.access import current_actor, own_organisation, requires
from web.form_errors import put
from web.rulebook.forms import AskForm
from web.rulebook.room import (
    answers_now,
    blueprint,
    file_of,
    kept_pdf,
    made_from,
    mechanism_now,
    text_of,
    today,
)
from web.rules_paper import Issue, rules_paper

Page = str | tuple[str, int] | AnyResponse


@blueprint.get("/text")
@requires("rulebook:read")
def text() -> Page:
    """Show the rules as they read with the present answers."""
    own_enterprise(current_actor(), "rulebook:read")
    found = mechanism_now()
    given = answers_now(found)
    return render_template(
        "rulebook/text.html",
        wording=text_of(found, given),
        given=given,
        changed=amounts.proposed(db.session(), found),
        may_write=allows(current_actor(), "rulebook:write"),
    )


@blueprint.get("/rules.<any(pdf,docx):kind>")
@requires("rulebook:read")
def files(kind: str) -> Response:
    """Give the present text as PDF or as Word document."""
    own_enterprise(current_actor(), "rulebook:read")
    found = mechanism_now()
    given = answers_now(found)
    issue = Issue(number=given.values["number"])
    return file_of(text_of(found, given), issue, kind, found.organisation.code)


@blueprint.route("/ask", methods=["GET", "POST"])
@requires("rulebook:write")
def ask() -> Page:
    """Freeze the text and ask the union and those above about it."""
    own_enterprise(current_actor(), "rulebook:write")
    session, found = db.session(), mechanism_now()
    given = answers_now(found)
    now = text_of(found, given)
    versions = finding.own_versions(session, own_organisation())
    latest = versions[0] if versions else None
    form = _offered(AskForm(data={"days": str(asking.DAYS)}), found.organisation, latest)
    if form.is_submitted() and form.validate():
        number = latest.number + 1 if latest else 1
        issue = Issue(number=given.values["number"], version=number)
        try:
            row = db.execute(
                asking.put,
                Put(
                    wording=now,
                    answers_version=given.version,
                    made_from=made_from(found),
                    upload=kept_pdf(rules_paper(now, issue, today())),
                    units=[UUID(one) for one in form.units.data or () if _is_id(one)],
                    days=_days(form.days.data),
                    note=form.note.data or "",
                ),
            )
        except (InvalidAnswers, Conflict) as error:
            put(form, error)
        else:
            flash(gettext("已发出，对方会收到通知。"), "success")
            return redirect(url_for("rulebook.version", version_id=row.id), 303)
    before = wording.read(latest.content) if latest else None
    page = render_template(
        "rulebook/ask.html",
        form=form,
        latest=latest,
        differences=wording.differences(before, now) if before else [],
        changed=amounts.proposed(db.session(), found),
    )
    return page, 422 if form.errors else 200


def _offered(form: AskForm, organisation: Any, latest: Any) -> AskForm:
    """Offer whom to ask; by default those asked last time, else the union and the department."""
    offered = asking.askable(db.session(), organisation)
    form.units.choices = [(str(unit), name or gettext("本单位工会")) for unit, name in offered]
    if not form.is_submitted():
        asked = finding.asked(db.session(), latest) if latest else ()
        chosen = {one.unit_id for one in asked} or {organisation.id, organisation.department_id}
        form.units.data = [str(unit) for unit, _ in offered if unit in chosen]
    return form


def _days(text: str | None) -> int | None:
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 5 else None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
