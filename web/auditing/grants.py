"""An enterprise grants those above it the right to look into its histories, until a day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from engine import clock
from engine.auditing import grants
from engine.auditing.grounds import PURPOSE_LENGTH
from engine.errors import Refused
from engine.permissions import allows
from web import db
from web.access import current_actor, requires
from web.auditing import blueprint
from web.auditing.words import until
from web.form_errors import put

Page = str | tuple[str, int] | Response


class GrantForm(FlaskForm):  # type: ignore[misc]
    """Whom the enterprise lets look, what for, until when."""

    to = RadioField(lazy_gettext("授权给"), [InputRequired(lazy_gettext("请选择授权给谁。"))])
    purpose = TextAreaField(
        lazy_gettext("授权事由"),
        [DataRequired(lazy_gettext("请写明为什么授权。")), Length(max=PURPOSE_LENGTH)],
        description=lazy_gettext("例如：请主管部门指导本单位的整改闭环"),
        render_kw={"rows": 3},
    )
    expires_on = DateField(
        lazy_gettext("截止日"),
        [InputRequired(lazy_gettext("请填写截止日。"))],
        description=lazy_gettext("最长一年，可以提前收回。"),
    )

    def prepare(self) -> GrantForm:
        """Put in who can be chosen."""
        found = grants.grantable(db.session(), actor=current_actor())
        self.to.choices = [(str(one.id), one.name) for one in found]
        today = clock.local_date()
        last = today + timedelta(days=grants.LONGEST_DAYS)
        self.expires_on.render_kw = {"min": str(today), "max": str(last)}
        return self


@blueprint.get("/audit/grants")
@requires("auditing:seen")
def given_grants() -> Page:
    """List what the enterprise has granted, with the form for another."""
    form = GrantForm(formdata=None).prepare() if _may_grant() else None
    return _page(form)


@blueprint.post("/audit/grants")
@requires("auditing:grant")
def grant() -> Page:
    """Give a grant."""
    form = GrantForm().prepare()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        db.execute(
            grants.grant,
            UUID(form.to.data),
            purpose=form.purpose.data,
            expires_on=form.expires_on.data,
        )
    except Refused as error:
        put(form, error)
        return _page(form), 422
    flash(gettext("已授权。对方查看时会留下记录，您可以随时收回。"), "success")
    return redirect(url_for("auditing.given_grants"), 303)


@blueprint.post("/audit/grants/<uuid:ground_id>/end")
@requires("auditing:grant")
def withdraw_grant(ground_id: UUID) -> Page:
    """Withdraw a grant before its day."""
    db.execute(grants.withdraw, ground_id)
    flash(gettext("授权已收回。"), "success")
    return redirect(url_for("auditing.given_grants"), 303)


def _may_grant() -> bool:
    return allows(current_actor(), "auditing:grant")


def _page(form: GrantForm | None) -> str:
    rows = grants.given(db.session(), actor=current_actor())
    return render_template(
        "auditing/grants.html", rows=rows, form=form, may_grant=_may_grant(), until=until
    )
