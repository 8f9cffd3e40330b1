"""The document library 文件资料: for those below; its public part for everybody, also as RSS."""

from __future__ import annotations

from email.utils import format_datetime
from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, RadioField, StringField, TextAreaField

from engine import documents, filestore
from engine.errors import InvalidAnswers, Refused
from engine.permissions import allows
from engine.values.signs import writable
from web import db
from web.access import current_account, current_actor, public, requires
from web.files import as_file
from web.form_controls import FilesField
from web.form_errors import put
from web.language import say
from web.majors.forms import Asked, DayField, EntryForm
from web.queries import chosen, with_query

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

Page = str | tuple[str, int] | AnyResponse
_IN_FEED: Final = 30
_RSS: Final = "application/rss+xml; charset=utf-8"


class DocumentForm(EntryForm):
    """A document: what it is, by whom, since when, for whom."""

    title = StringField(lazy_gettext("标题"), [Asked()])
    kind = RadioField(lazy_gettext("类别"), [Asked()], validate_choice=False)
    number = StringField(lazy_gettext("文号"), render_kw={"short": True})
    issuer = StringField(lazy_gettext("发文单位"), [Asked()])
    issued_on = DayField(lazy_gettext("发文日期"), [Asked()])
    summary = TextAreaField(lazy_gettext("摘要"), render_kw={"rows": 3})
    files = FilesField(
        lazy_gettext("文件"),
        description=lazy_gettext("PDF 或照片。"),
        render_kw={"kind": "files", "accept": "image/*,.pdf", "max": documents.MOST_FILES},
    )
    is_public = BooleanField(lazy_gettext("向社会公开：不登录也能看"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(key, say(words)) for key, words in documents.KINDS.items()]

    @property
    def facts(self) -> documents.Facts:
        """Give what was typed; the engine is the judge of it."""
        return documents.Facts(
            kind=self.kind.data or "",
            title=self.title.data or "",
            number=self.number.data or "",
            issuer=self.issuer.data or "",
            issued_on=self.issued_on.day,
            summary=self.summary.data or "",
            files=self.files.data or (),
            is_public=bool(self.is_public.data),
        )


@blueprint.get("")
@requires("document:read")
def index() -> Page:
    """List what those above published, and one's own."""
    return _index()


@blueprint.route("/new", methods=["GET", "POST"])
@requires("document:publish")
def new() -> Page:
    """Publish a document."""
    account = current_account()
    form = DocumentForm(data={"issuer": account.organisation_name if account else ""})
    form.receive()
    if form.is_submitted() and not any(field.errors for field in form) and form.validate():
        try:
            db.execute(documents.publish, form.facts)
            flash(gettext("已发布，下属单位都能看到。"), "success")
            return redirect(url_for("documents.index"), 303)
        except InvalidAnswers as wrong:
            put(form, wrong)
    page = render_template("documents/new.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/<uuid:document_id>/withdraw")
@requires("document:publish")
def withdraw(document_id: UUID) -> Page:
    """Take a document out of the library."""
    reason = request.form.get("reason", "")
    try:
        db.execute(documents.withdraw, document_id, reason)
    except InvalidAnswers as wrong:
        return _index(say(wrong.errors["reason"][0]), document_id, reason), wrong.status
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return _index(say(refusal.message)), refusal.status
    flash(gettext("已撤下。"), "success")
    return redirect(url_for("documents.index"), 303)


@blueprint.get("/<uuid:document_id>/files/<uuid:file_id>")
@requires("document:read")
def file(document_id: UUID, file_id: UUID) -> Response:
    """Give a file to those who may read the document."""
    row = documents.file_of(db.session(), document_id, file_id, actor=current_actor())
    return as_file(row, filestore.of(db.session()).get(row.sha256))


@blueprint.get("/public")
@public
def wall() -> str:
    """List what everybody may read."""
    kind, words = _kind(), _words()
    page = documents.public(
        db.session(), kind=kind, words=words, after=request.args.get("after") or None
    )
    return render_template("documents/public.html", **_listed(page, "documents.wall", kind, words))


@blueprint.get("/public/<uuid:document_id>/files/<uuid:file_id>")
@public
def public_file(document_id: UUID, file_id: UUID) -> Response:
    """Give a file of a public document to anybody."""
    row = documents.file_of(db.session(), document_id, file_id, actor=None)
    return as_file(row, filestore.of(db.session()).get(row.sha256))


@blueprint.get("/public.rss")
@public
def feed() -> Response:
    """Give the latest public documents as RSS 2.0."""
    rows = documents.public(db.session(), limit=_IN_FEED).items
    base = current_app.extensions["base_url"]
    content = render_template(
        "documents/feed.xml",
        rows=[(row, format_datetime(row.published_at)) for row in rows],
        address=base + url_for("documents.wall"),
        own_address=base + url_for("documents.feed"),
    )
    return Response(writable(content), content_type=_RSS)


def _index(wrong: str = "", wrong_id: UUID | None = None, reason: str = "") -> str:
    kind, words, actor = _kind(), _words(), current_actor()
    page = documents.library(
        db.session(), actor=actor, kind=kind, words=words, after=request.args.get("after") or None
    )
    return render_template(
        "documents/index.html",
        **_listed(page, "documents.index", kind, words),
        own_id=actor.organisation_id,
        may_publish=allows(actor, "document:publish") and actor.organisation_kind != "enterprise",
        wrong=wrong,
        wrong_id=wrong_id,
        reason=reason,
    )


def _listed(page: Any, endpoint: str, kind: str, words: str) -> dict[str, Any]:
    query = chosen(("kind", "q"))
    return {
        "rows": page.items,
        "kinds": [(key, say(name)) for key, name in documents.KINDS.items()],
        "kind_names": {key: say(name) for key, name in documents.KINDS.items()},
        "kind": kind,
        "words": words,
        "next_url": with_query(url_for(endpoint), {**query, "after": page.next})
        if page.next
        else "",
    }


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in documents.KINDS else ""


def _words() -> str:
    return request.args.get("q", "").strip()[:100]
