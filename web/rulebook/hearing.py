"""A version that others were asked about: its text, comments and answers, the union, issuing."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from engine import clock, people
from engine.coverage.evidence import own_enterprise
from engine.errors import Conflict, InvalidAnswers, Refused
from engine.permissions import allows
from engine.rulebook import adopting, answers, commenting, finding, wording
from engine.rulebook.commenting import Said
from web import db
from web.access import current_actor, requires
from web.form_errors import put
from web.language import say
from web.rulebook import answer_words, forms, opinion
from web.rulebook.room import (
    blueprint,
    issue_of,
    kept_pdf,
    text_if_made_now,
    today,
    version_file,
)
from web.rules_paper import Issue, rules_paper

Page = str | tuple[str, int] | AnyResponse
_STATES: Final = {"heard": "tone-going", "replaced": "tone-calm", "adopted": "tone-done"}


@blueprint.get("/versions/<uuid:version_id>")
@requires("rulebook:read")
def version(version_id: UUID) -> Page:
    """Show a version with what was said about it."""
    return _show(finding.get(db.session(), version_id, actor=current_actor()))


@blueprint.get("/versions/<uuid:version_id>/rules.<any(pdf,docx):kind>")
@requires("rulebook:read")
def version_files(version_id: UUID, kind: str) -> Response:
    """Give a version as it was frozen."""
    return version_file(finding.get(db.session(), version_id, actor=current_actor()), kind)


@blueprint.post("/versions/<uuid:version_id>/comments")
@requires("rulebook:comment")
def comment(version_id: UUID) -> Page:
    """Comment on a chapter or an article."""
    row = finding.get(db.session(), version_id, actor=current_actor())
    form = forms.CommentForm()
    chapter, _, article = (form.where.data or "").partition("/")
    said = Said(
        chapter=chapter,
        article=article,
        text=form.text.data or "",
        suggestion=form.suggestion.data or "",
    )
    try:
        db.execute(commenting.comment, version_id, said)
    except (InvalidAnswers, Conflict) as error:
        _put(form, error, {"article": "where"})
        return _show(row, comment_form=form), error.status
    flash(gettext("意见已送达。"), "success")
    return redirect(url_for("rulebook.version", version_id=version_id) + "#comments", 303)


@blueprint.post("/comments/<uuid:comment_id>/answer")
@requires("rulebook:write")
def answer(comment_id: UUID) -> Page:
    """Say whether a comment is taken."""
    form = forms.AnswerForm(prefix=str(comment_id))
    try:
        made = db.execute(
            commenting.answer, comment_id, form.outcome.data or "", form.answer.data or ""
        )
    except (InvalidAnswers, Conflict) as error:
        put(form, error)
        row = finding.version_of(db.session(), comment_id, actor=current_actor())
        return _show(row, answered=(comment_id, form)), error.status
    flash(gettext("已答复，对方会收到通知。"), "success")
    return redirect(url_for("rulebook.version", version_id=made.version_id) + "#comments", 303)


@blueprint.post("/versions/<uuid:version_id>/opinion")
@requires("rulebook:comment")
def hear(version_id: UUID) -> Page:
    """Enter the union's opinion as evidence."""
    actor = current_actor()
    own_enterprise(actor, "rulebook:comment")
    row = finding.get(db.session(), version_id, actor=actor)
    form = forms.OpinionForm(prefix="opinion")
    said = (form.conclusion.data or "", form.text.data or "")
    try:
        plain = commenting.check_opinion(*said)
        upload = kept_pdf(opinion.paper(row, said[0], plain, actor))
        db.execute(commenting.hear_union, version_id, *said, upload)
    except (InvalidAnswers, Conflict) as error:
        put(form, error)
        return _show(row, opinion_form=form), error.status
    flash(gettext("工会意见已登记为机制材料。"), "success")
    return redirect(url_for("rulebook.version", version_id=version_id), 303)


@blueprint.post("/versions/<uuid:version_id>/adopt")
@requires("coverage:sign")
def adopt(version_id: UUID) -> Page:
    """Issue a version under its number and day."""
    actor = current_actor()
    row = finding.get(db.session(), version_id, actor=actor)
    form = forms.AdoptForm(prefix="adopt")
    now = text_if_made_now(row)
    if now is None:
        raise BadRequest()
    try:
        number, on = adopting.check(row, form.number.data or "", form.day)
        heard = adopting.standing(db.session(), row, None).opinion
        issue = Issue(
            number=number, issued_on=on, signer=actor.name, version=row.number, is_draft=False,
            heard_on=heard.on if heard else None,
        )  # fmt: skip
        paper = rules_paper(wording.read(row.content), issue, today())
        db.execute(
            adopting.adopt, version_id, number=number, on=on, now=now, upload=kept_pdf(paper)
        )
    except (InvalidAnswers, Conflict) as error:
        put(form, error)
        return _show(row, adopt_form=form), error.status
    flash(gettext("已签发，并登记为机制材料“制度文件”。"), "success")
    return redirect(url_for("rulebook.version", version_id=version_id), 303)


def _show(
    row: Any,
    *,
    comment_form: Any = None,
    answered: tuple[UUID, Any] | None = None,
    opinion_form: Any = None,
    adopt_form: Any = None,
) -> str:
    session, actor = db.session(), current_actor()
    session.refresh(row)
    is_own = actor.organisation_id == row.organisation_id
    is_heard = row.state == "heard"
    text = wording.read(row.content)
    said = finding.comments(session, row, actor=actor)
    earlier = finding.before(session, row)
    may_comment = is_heard and allows(actor, "rulebook:comment") and finding.may_comment(
        session, row, actor
    )  # fmt: skip
    may_sign = is_own and is_heard and allows(actor, "coverage:sign")
    standing = adopting.standing(session, row, text_if_made_now(row) if is_heard else None) if (
        is_own
    ) else None  # fmt: skip
    is_union = is_own and is_heard and actor.has("union")
    opinion_row = commenting.opinion_on(session, row) if is_own else None
    bound = adopt_form or comment_form or opinion_form or (answered[1] if answered else None)
    names = people.names(
        session,
        {row.made_by, row.adopted_by, *(one.made_by for one in said if is_own),
         *(one.answered_by for one in said)} - {None},
    )  # fmt: skip
    return render_template(
        "rulebook/version.html",
        row=row,
        tone=_STATES[row.state],
        enterprise=finding.enterprise(session, row).name,
        is_own=is_own,
        wording=text,
        issue=issue_of(row),
        asked=finding.asked(session, row) if is_own else (),
        answered=_answered(row) if is_own else [],
        said=[_comment(one, text, is_own, answered) for one in said],
        names=names,
        may_answer=is_own and allows(actor, "rulebook:write"),
        comment_form=_offered(comment_form or forms.CommentForm(formdata=None), text)
        if may_comment
        else None,
        standing=standing,
        hindrances=[say(one) for one in standing.hindrances] if standing and is_heard else [],
        opinion=opinion_row,
        conclusions={key: say(words) for key, words in commenting.CONCLUSIONS.items()},
        opinion_form=(opinion_form or forms.OpinionForm(formdata=None, prefix="opinion"))
        if is_union and opinion_row is None
        else None,
        adopt_form=(adopt_form or _adopt_form(row)) if may_sign else None,
        form=bound,
        earlier=earlier,
        differences=wording.differences(wording.read(earlier.content), text) if earlier else [],
        is_over=row.due_on is not None and row.due_on < clock.local_date(),
    )


def _comment(
    one: Any, text: wording.Wording, is_own: bool, answered: tuple[UUID, Any] | None
) -> dict[str, Any]:
    found = text.find(one.chapter, one.article)
    chapter, article = found if found else (None, None)
    form = None
    if is_own and one.outcome is None:
        mine = answered and answered[0] == one.id
        form = answered[1] if answered and mine else forms.AnswerForm(
            formdata=None, prefix=str(one.id)
        )  # fmt: skip
    return {
        "row": one,
        "where": article.name if article else chapter.name if chapter else "",
        "anchor": article.key if article else one.chapter,
        "is_union": one.unit_id == one.organisation_id,
        "outcome": say(commenting.OUTCOMES[one.outcome]) if one.outcome else "",
        "form": form,
    }


def _offered(form: Any, text: wording.Wording) -> Any:
    """Offer every chapter and article; `?at=` chooses one."""
    choices: list[tuple[str, str]] = [("", gettext("请选择"))]
    for chapter in text.chapters:
        choices.append((chapter.key, gettext("“%(name)s”整章", name=chapter.name)))
        choices += [
            (f"{chapter.key}/{one.key}", f"{one.name}　{one.text[:24]}") for one in chapter.articles
        ]
    form.where.choices = choices
    wanted = request.args.get("at", "")
    if not form.where.data and wanted in dict(choices):
        form.where.data = wanted
    return form


def _answered(row: Any) -> list[dict[str, Any]]:
    kept = answers.values_at(db.session(), row.organisation_id, row.answers_version)
    return answer_words.told(kept, row.made_from)


def _adopt_form(row: Any) -> Any:
    kept = answers.values_at(db.session(), row.organisation_id, row.answers_version)
    known = {"number": kept.get("number", ""), "on": clock.local_date().isoformat()}
    return forms.AdoptForm(formdata=None, prefix="adopt", data=known)


def _put(form: Any, error: Refused, names: dict[str, str]) -> None:
    if isinstance(error, InvalidAnswers):
        error = InvalidAnswers(
            {names.get(field, field): said for field, said in error.errors.items()}
        )
    put(form, error)
