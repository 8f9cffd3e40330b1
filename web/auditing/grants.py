"""An enterprise lets those above it, or an organisation it names, look into its histories."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from engine import clock
from engine.auditing import grants, named
from engine.auditing.grounds import PURPOSE_LENGTH
from engine.errors import Refused
from engine.permissions import allows
from web import db
from web.access import current_actor, own_organisation, requires
from web.auditing import blueprint
from web.auditing.words import until
from web.form_errors import put
from web.limits import WRONG_NAMES, failed, limiter

Page = str | tuple[str, int] | Response
#: Two forms of one page have fields of the same names.
_PREFIX: Final = "named-"


def _enterprise() -> str:
    """Give whose tries are counted together."""
    return f"grant {own_organisation()}"


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


class NamedGrantForm(FlaskForm):  # type: ignore[misc]
    """Which organisation the enterprise names, which cases it may read, what for, until when."""

    organisation = StringField(
        lazy_gettext("单位"),
        [DataRequired(lazy_gettext("请填写对方的全称或统一社会信用代码。")), Length(max=200)],
        description=lazy_gettext("对方的全称或统一社会信用代码，须在本系统登记。"),
    )
    scope = RadioField(lazy_gettext("授权范围"), default="one")
    case_number = StringField(
        lazy_gettext("事项编号"),
        [Length(max=200)],
        description=lazy_gettext("该事项的报告编号。"),
    )
    purpose = TextAreaField(
        lazy_gettext("授权事由"),
        [DataRequired(lazy_gettext("请写明为什么授权。")), Length(max=PURPOSE_LENGTH)],
        description=lazy_gettext("例如：委托评估机构核对整改闭环"),
        render_kw={"rows": 3},
    )
    expires_on = DateField(
        lazy_gettext("截止日"),
        [InputRequired(lazy_gettext("请填写截止日。"))],
        description=lazy_gettext("最长一年，可以提前收回。"),
    )

    def prepare(self) -> NamedGrantForm:
        """Put in what can be chosen."""
        self.scope.choices = [
            ("one", gettext("只看一个事项")),
            ("all", gettext("本单位的全部事项")),
        ]
        shown = {"data-show-field": self.scope.name, "data-show-values": "one"}
        self.case_number.render_kw = shown
        self.scope.flags.required = self.case_number.flags.required = True
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


@blueprint.post("/audit/grants/named")
@requires("auditing:grant")
@limiter.limit(WRONG_NAMES, key_func=_enterprise, deduct_when=failed)
def grant_by_name() -> Page:
    """Let an organisation that the enterprise names read its cases."""
    form = NamedGrantForm(prefix=_PREFIX).prepare()
    if not form.validate_on_submit():
        return _named_page(form), 422
    is_one = form.scope.data != "all"
    try:
        db.execute(
            named.grant,
            form.organisation.data,
            purpose=form.purpose.data,
            expires_on=form.expires_on.data,
            case_number=(form.case_number.data or "") if is_one else None,
        )
    except Refused as error:
        put(form, error)
        return _named_page(form), 422
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


def _page(form: GrantForm | None, by_name: NamedGrantForm | None = None) -> str:
    rows = grants.given(db.session(), actor=current_actor())
    if form is not None and by_name is None:
        by_name = NamedGrantForm(formdata=None, prefix=_PREFIX).prepare()
    return render_template(
        "auditing/grants.html",
        rows=rows,
        form=form,
        by_name=by_name,
        may_grant=_may_grant(),
        until=until,
    )


def _named_page(by_name: NamedGrantForm) -> str:
    return _page(GrantForm(formdata=None).prepare(), by_name)
