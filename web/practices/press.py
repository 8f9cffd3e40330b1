"""Giving published cases to the press, and telling it when one is taken back (R-20)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.validators import Length

from engine import clock, statistics
from engine.errors import Conflict, Refused
from engine.practices import parcels, press
from web import db, downloads
from web.access import current_account, current_actor, requires
from web.form_errors import put
from web.language import say
from web.majors.forms import Asked
from web.practices import press_files
from web.practices.room import STATES, blueprint
from web.queries import with_query

Page = str | tuple[str, int] | AnyResponse
_PAGE: Final = 30
_MONTHS: Final = 12


class PressForm(FlaskForm):  # type: ignore[misc]
    """To whom cases are given."""

    outlet = StringField(
        lazy_gettext("提供给"),
        [Asked(), Length(max=100)],
        description=lazy_gettext("媒体名称，企业会看到。例如：长宁区融媒体中心"),
    )


class MonthForm(PressForm):
    """The cases of a month."""

    month = SelectField(lazy_gettext("发布月份"), [Asked()], validate_choice=False)

    def __init__(self) -> None:
        super().__init__()
        present = clock.month_of(clock.now())
        months = statistics.months_back(present, _MONTHS)[::-1]
        self.month.choices = [(one, one) for one in months]


@blueprint.get("/press")
@requires(parcels.EXPORT)
def parcel_list() -> Page:
    """List what the unit gave to the press, and who has to be told of a withdrawal."""
    return _list(MonthForm())


@blueprint.post("/press")
@requires(parcels.EXPORT)
def give_month() -> Page:
    """Give all cases of a month to an outlet."""
    form = MonthForm()
    if not form.validate_on_submit():
        return _list(form), 422
    try:
        db.execute(press.give, form.outlet.data or "", month=form.month.data or "")
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        put(form, refusal)
        return _list(form), refusal.status
    return _given()


@blueprint.post("/<uuid:practice_id>/press")
@requires(parcels.EXPORT)
def give(practice_id: UUID) -> Page:
    """Give one case to an outlet."""
    form = PressForm()
    try:
        db.execute(press.give, form.outlet.data or "", practice_id=practice_id)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        errors = getattr(refusal, "errors", {}).get("outlet", [refusal.message])
        flash(say(errors[0]), "warning")
        address = url_for("practices.show", practice_id=practice_id)
        return redirect(with_query(address, {"outlet": (form.outlet.data or "")[:100]}), 303)
    return _given()


@blueprint.get("/press/<uuid:export_id>.zip")
@requires(parcels.EXPORT)
def parcel(export_id: UUID) -> Response | AnyResponse:
    """Give a parcel, as long as any of its cases is published."""
    session = db.session()
    try:
        row, given, gone = press.content(session, export_id, actor=current_actor())
    except Conflict as refusal:
        flash(say(refusal.message), "warning")
        return redirect(url_for("practices.parcel_list"), 303)
    name = f"press-{clock.local_date(row.made_at):%Y%m%d}-{str(row.id)[:8]}.zip"
    account = current_account()
    unit = account.organisation_name if account else ""
    return downloads.sent(
        lambda to: press_files.write(to, row, given, gone, unit), downloads.ZIP, name
    )


@blueprint.post("/press/<uuid:export_id>/<uuid:practice_id>/told")
@requires(parcels.EXPORT)
def outlet_told(export_id: UUID, practice_id: UUID) -> AnyResponse:
    """Note that an outlet was told to stop using a case."""
    db.execute(press.told, export_id, practice_id)
    flash(gettext("已记录。"), "success")
    return redirect(url_for("practices.parcel_list"), 303)


def _given() -> AnyResponse:
    flash(gettext("已生成，企业会收到通知。请在下面下载。"), "success")
    return redirect(url_for("practices.parcel_list"), 303)


def _list(form: MonthForm) -> str:
    session, actor = db.session(), current_actor()
    after = request.args.get("after") or None
    page = parcels.listed(session, actor=actor, after=after, limit=_PAGE)
    return render_template(
        "practices/press.html",
        form=form,
        rows=page.items,
        recalls=parcels.recalls(session, actor=actor),
        state_of=lambda key: say(STATES[key]),
        next_url=with_query(url_for("practices.parcel_list"), {"after": page.next})
        if page.next
        else "",
    )
