"""What is done to a relation on its page: answered, withdrawn, ended, changed, its agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import InvalidAnswers, Refused
from engine.relations import answering, listing, rules
from web import db, files
from web.access import current_actor, requires
from web.form_errors import put
from web.relations.forms import AgreementForm, EditForm, ReasonForm
from web.relations.listing import page
from web.relations.room import Page, blueprint, shown


@blueprint.post("/<uuid:relation_id>/answer")
@requires("relation:answer")
def answer(relation_id: UUID) -> Page:
    """Confirm a relation, or decline it with a reason."""
    if request.form.get("agrees") == "yes":
        db.execute(answering.answer, relation_id, agrees=True)
        flash(gettext("已确认。"), "success")
        return _back(relation_id)

    def decline(reason: str) -> None:
        db.execute(answering.answer, relation_id, agrees=False, reason=reason)

    return _with_reason(relation_id, "refuse", decline, gettext("已告诉对方没有确认。"))


@blueprint.post("/<uuid:relation_id>/withdraw")
@requires("relation:manage")
def withdraw(relation_id: UUID) -> Page:
    """Take back a proposal or an invitation."""

    def take_back(reason: str) -> None:
        db.execute(answering.withdraw, relation_id, reason)

    return _with_reason(relation_id, "withdraw", take_back, gettext("已撤回。"))


@blueprint.post("/<uuid:relation_id>/end")
@requires("relation:manage")
def end(relation_id: UUID) -> Page:
    """End a relation."""

    def over(reason: str) -> None:
        db.execute(answering.end, relation_id, reason)

    return _with_reason(relation_id, "end", over, gettext("已结束，记录保留。"))


@blueprint.route("/<uuid:relation_id>/edit", methods=["GET", "POST"])
@requires("relation:manage")
def edit(relation_id: UUID) -> Page:
    """Change until when a relation lasts, who coordinates, who may choose it."""
    row = _own(relation_id)
    data = {"until_on": str(row.until_on or ""), "coordinator": row.coordinator,
            "is_offered": row.is_offered}  # fmt: skip
    form = EditForm(data=data)
    if form.is_submitted() and form.validate():
        try:
            db.execute(
                answering.change,
                relation_id,
                until_on=form.until_on.day,
                coordinator=form.coordinator.data or "",
                is_offered=bool(form.is_offered.data),
            )
        except InvalidAnswers as wrong:
            put(form, wrong)
        else:
            flash(gettext("已保存。"), "success")
            return _back(relation_id)
    content = render_template("relations/edit.html", form=form, one=shown(row))
    return content, 422 if form.errors else 200


@blueprint.route("/<uuid:relation_id>/agreement", methods=["GET", "POST"])
@requires("relation:manage")
def agreement(relation_id: UUID) -> Page:
    """Enter the safety agreement."""
    row = _own(relation_id)
    data = {"signed_on": str(row.agreement_on or ""), "until_on": str(row.agreement_until or ""),
            "files": [str(one) for one in row.agreement_files]}  # fmt: skip
    form = AgreementForm(data=data)
    form.receive()
    if form.is_submitted() and not form.files.errors and form.validate():
        try:
            db.execute(
                answering.sign,
                relation_id,
                signed_on=form.signed_on.day,
                until_on=form.until_on.day,
                files=form.files.data or (),
            )
        except InvalidAnswers as wrong:
            put(form, wrong)
        else:
            flash(gettext("已登记，对方也看得到。"), "success")
            return _back(relation_id)
    content = render_template("relations/agreement.html", form=form, one=shown(row))
    return content, 422 if form.errors else 200


def agreement_files(row: Any) -> list[dict[str, Any]]:
    """Give the files of an agreement with the addresses by which either side opens them."""
    names = {one["id"]: one for one in files.shown([str(each) for each in row.agreement_files])}
    return [
        {
            "url": url_for("relations.file", relation_id=row.id, file_id=one),
            "name": names[one]["name"] if one in names else gettext("文件 %(number)s", number=at),
        }
        for at, one in enumerate(map(str, row.agreement_files), 1)
    ]


blueprint.add_app_template_global(agreement_files)


def _own(relation_id: UUID) -> Any:
    """Give a relation one is host of and that goes on; what is refused else the engine says."""
    row = listing.get(db.session(), relation_id, actor=current_actor())
    if row.organisation_id != current_actor().organisation_id or row.state not in rules.OPEN:
        db.execute(
            answering.change,
            relation_id,
            until_on=row.until_on,
            coordinator=row.coordinator,
            is_offered=row.is_offered,
        )
    return row


def _with_reason(relation_id: UUID, which: str, run: Callable[[str], None], done: str) -> Page:
    form = ReasonForm(prefix=f"{which}-")
    form.validate()
    try:
        run(form.reason.data or "")
    except Refused as refusal:
        if not isinstance(refusal, InvalidAnswers):
            raise
        put(form, refusal)
        return page(relation_id, form, which), 422
    flash(done, "success")
    return _back(relation_id)


def _back(relation_id: UUID) -> Page:
    return redirect(url_for("relations.show", relation_id=relation_id), 303)
