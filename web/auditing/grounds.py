"""Stating a ground: a short form on the way into a case, and the list of one's own grounds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from engine import clock, organisations
from engine.auditing import grounds
from engine.errors import GroundNeeded, NotFound, Refused
from web import db
from web.access import current_actor, requires, safe_next
from web.auditing import blueprint
from web.auditing.words import until
from web.errors import engine_error, wants_json
from web.form_errors import put
from web.language import say

Page = str | tuple[str, int] | AnyResponse


class GroundForm(FlaskForm):  # type: ignore[misc]
    """On what ground somebody looks."""

    kind = RadioField(lazy_gettext("依据"), [InputRequired(lazy_gettext("请选择依据的种类。"))])
    reference = StringField(
        lazy_gettext("文号或编号"),
        [DataRequired(lazy_gettext("请填写文号、计划编号或受理编号。")), Length(max=200)],
        description=lazy_gettext(
            "企业会看到。不要写投诉人、举报人是谁。例如：2026 年检查计划第 12 号"
        ),
    )
    scope = RadioField(lazy_gettext("查阅范围"), default="one")
    enterprise = StringField(
        lazy_gettext("企业"),
        [Length(max=200)],
        description=lazy_gettext("单位全称、单位编码或统一社会信用代码。"),
        render_kw={"data-show-field": "scope", "data-show-values": "one"},
    )
    purpose = TextAreaField(
        lazy_gettext("查阅目的"),
        [Length(max=grounds.PURPOSE_LENGTH)],
        description=lazy_gettext(
            "只在监管单位内部留存。依据为“其他法定职责”或范围为全部企业时必填。"
        ),
        render_kw={"rows": 3},
    )
    expires_on = DateField(
        lazy_gettext("有效期至"),
        [Optional()],
        description=lazy_gettext("默认当天有效，最长 30 天。"),
        render_kw={"short": True},
    )
    next = HiddenField()

    def prepare(self) -> GroundForm:
        """Put in what can be chosen."""
        self.kind.choices = [(one, say(grounds.KINDS[one])) for one in grounds.STATED]
        self.scope.choices = [
            ("one", gettext("只看一家企业")),
            ("all", gettext("职责范围内的全部企业")),
        ]
        # Asked for only where one enterprise is meant, and then it has to be there.
        self.enterprise.flags.required = self.scope.flags.required = True
        today = clock.local_date()
        last = today + timedelta(days=grounds.LONGEST_DAYS - 1)
        self.expires_on.render_kw = {"short": True, "min": str(today), "max": str(last)}
        if self.expires_on.data is None and not self.expires_on.errors:
            self.expires_on.data = today
        return self


@blueprint.app_errorhandler(GroundNeeded)
def ask_for_ground(error: GroundNeeded) -> Response | AnyResponse:
    """Lead a person to the form and afterwards to where they wanted to go; tell a program."""
    if wants_json() or request.path.startswith("/api/") or request.method != "GET":
        return engine_error(error)
    target = request.full_path.rstrip("?")
    address = url_for(
        "auditing.state_ground",
        next=safe_next(target),
        enterprise=error.details.get("organisation_id"),
    )
    if request.headers.get("HX-Request"):
        return Response(status=403, headers={"HX-Redirect": address})
    return redirect(address)


@blueprint.get("/audit/grounds")
@requires("auditing:state")
def own_grounds() -> str:
    """List the visitor's grounds, and those granted to their organisation."""
    rows = grounds.list_own(db.session(), actor=current_actor())
    return render_template("auditing/grounds.html", rows=rows, kinds=grounds.KINDS, until=until)


@blueprint.route("/audit/grounds/new", methods=["GET", "POST"])
@requires("auditing:state")
def state_ground() -> Page:
    """Ask for a ground, and lead on to what was wanted."""
    form = GroundForm().prepare()
    if form.validate_on_submit() and _state(form):
        flash(gettext("依据已登记，查看会留下记录，企业能看到。"), "success")
        return redirect(safe_next(form.next.data) or url_for("auditing.own_grounds"), 303)
    wanted = None
    if request.method == "GET":
        wanted = _wanted()
        form.next.data = safe_next(request.args.get("next")) or ""
        form.enterprise.data = wanted.name if wanted else ""
    context = {"form": form, "wanted": wanted, "back": _back(form)}
    page = render_template("auditing/state.html", **context)
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/audit/grounds/<uuid:ground_id>/end")
@requires("auditing:state")
def end_ground(ground_id: UUID) -> AnyResponse:
    """End one's own ground before its day."""
    db.execute(grounds.end, ground_id)
    flash(gettext("依据已结束。"), "success")
    return redirect(url_for("auditing.own_grounds"), 303)


def _state(form: GroundForm) -> bool:
    """State what the form says; False when something is wrong, which then stands in the form."""
    enterprise = None
    if form.scope.data != "all":
        enterprise = grounds.find_enterprise(
            db.session(), form.enterprise.data or "", actor=current_actor()
        )
        if enterprise is None:
            words = gettext("没有找到这家企业，或不在您的职责范围内。请填写全称或编码。")
            form.enterprise.errors = [words]
            return False
    try:
        db.execute(
            grounds.state,
            kind=form.kind.data,
            reference=form.reference.data,
            purpose=form.purpose.data or "",
            enterprise_id=enterprise.id if enterprise else None,
            expires_on=form.expires_on.data,
        )
    except Refused as error:
        put(form, error)
        return False
    return True


def _wanted() -> Any:
    """Give the enterprise that the visitor was on the way to, if they may see it."""
    try:
        wanted = UUID(request.args.get("enterprise", ""))
        return organisations.get(db.session(), wanted, actor=current_actor(), sight="both")
    except (ValueError, NotFound):
        return None


def _back(form: GroundForm) -> str:
    """Give where somebody goes who would rather not look: the list the case stands in."""
    return url_for("ledgers.hazards") if form.next.data else url_for("auditing.own_grounds")
