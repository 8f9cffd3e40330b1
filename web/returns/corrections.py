"""Putting locked months right: computed differences to accept, or a correction stated by hand."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DecimalField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from engine import permissions, returns
from engine.errors import InvalidAnswers, Refused
from web import db
from web.access import current_actor, requires
from web.counting import counting_words
from web.form_errors import put
from web.language import say
from web.returns import words
from web.returns.room import Page, blueprint, month_url

#: So many differences a page shows; all of them can be accepted at once.
_SHOWN: Final = 200
_CHOICES: Final = 2_000
#: No figure is so large; what would take for ever to write out is refused before.
_LARGEST: Final = 10**12


class StatedForm(FlaskForm):  # type: ignore[misc]
    """A correction stated by hand."""

    sent = HiddenField()
    enterprise = SelectField(lazy_gettext("单位"), [InputRequired(lazy_gettext("请选择单位。"))])
    corrects = SelectField(
        lazy_gettext("更正哪个月"), [InputRequired(lazy_gettext("请选择月份。"))]
    )
    figure = SelectField(lazy_gettext("指标"), [InputRequired(lazy_gettext("请选择指标。"))])
    delta = DecimalField(
        lazy_gettext("增加或减少"),
        [InputRequired(lazy_gettext("请填写要增加或减少的数。"))],
        description=lazy_gettext("减少的写负数。金额以元为单位，其余为整数。"),
        places=None,
    )
    reason = TextAreaField(
        lazy_gettext("理由"),
        [InputRequired(lazy_gettext("请写明更正的理由。")), Length(max=500)],
        description=lazy_gettext("写明依据。这一行会一直标明是人工填写。"),
        render_kw={"rows": 3},
    )


@blueprint.get("/corrections")
@requires("returns:read")
def corrections() -> str:
    """Show what the histories say otherwise than the locked months."""
    return _shown(StatedForm(formdata=None), keys=())


@blueprint.post("/corrections/compare")
@requires("returns:read")
def compare() -> Page:
    """Have the months of a large unit compared anew."""
    counting = db.execute(returns.compare)
    flash(counting_words(counting) if counting else gettext("差异是刚刚比对的。"), "info")
    return redirect(url_for("returns.corrections"))


@blueprint.post("/corrections/accept")
@requires("returns:sign")
def accept() -> Page:
    """Sign the differences that were chosen, or all."""
    form = request.form
    keys = None if form.get("all") else form.getlist("key")
    try:
        rows = db.execute(returns.accept, keys, reason=form.get("reason", ""))
    except InvalidAnswers as error:
        stated = StatedForm(formdata=None)
        words_of = [say(m) for messages in error.errors.values() for m in messages]
        page = _shown(stated, keys=form.getlist("key"), wrong=words_of)
        return page, 422
    except Refused as error:
        flash(say(error.message), "danger")
        return redirect(url_for("returns.corrections"))
    flash(
        gettext("已确认 %(count)s 条，计入 %(month)s。", count=len(rows), month=rows[0].month),
        "success",
    )
    return redirect(month_url(rows[0].month))


@blueprint.post("/corrections/state")
@requires("returns:sign")
def state() -> Page:
    """Sign a correction by hand."""
    form = StatedForm()
    _fill(form)
    if not form.validate():
        return _shown(form, keys=()), 422
    try:
        row = db.execute(returns.state, _read(form))
    except InvalidAnswers as error:
        put(form, error)
        return _shown(form, keys=()), 422
    except Refused as error:
        flash(say(error.message), "danger")
        return redirect(url_for("returns.corrections"))
    flash(gettext("已记下更正，计入 %(month)s。", month=row.month), "success")
    return redirect(month_url(row.month))


def _shown(form: StatedForm, *, keys: Any, wrong: Any = ()) -> str:
    session, actor = db.session(), current_actor()
    unit = returns.own_unit(session, actor)
    compared = returns.differences(session, actor=actor)
    found = compared.found
    month = returns.open_month(session, unit)
    if not form.enterprise.choices:
        _fill(form)
    if not form.sent.data:
        form.sent.data = str(uuid4())
    return render_template(
        "returns/corrections.html",
        found=None if found is None else found[:_SHOWN],
        count=len(found or ()),
        compared=compared,
        counting_words=counting_words,
        month=month,
        is_office=unit.is_office,
        form=form,
        keys=set(keys),
        wrong=wrong,
        reason=request.form.get("reason", "") if keys or wrong else "",
        may_sign=permissions.allows(actor, "returns:sign"),
        words=words,
        month_url=month_url,
    )


def _fill(form: StatedForm) -> None:
    session, actor = db.session(), current_actor()
    unit = returns.own_unit(session, actor)
    month = returns.open_month(session, unit)
    rows = [row for _, row in returns.months(session, actor=actor) if row and row.digest]
    form.corrects.choices = [(row.month, row.month) for row in rows]
    # Only what one of them was counted by can be put right.
    known = {key for row in rows for key in returns.keys_of(row.definitions_version)}
    form.figure.choices = [(key, _with_unit(key)) for key in returns.ADJUSTABLE if key in known]
    places = returns.places_of(session, unit, month, limit=_CHOICES) if month else []
    form.enterprise.choices = [(str(id_), name) for id_, name in places]


def _with_unit(key: str) -> str:
    name = say(words.figure_name(key))
    return f"{name}{gettext('（元）')}" if words.unit_of(key) == "fen" else name


def _read(form: StatedForm) -> returns.Stated:
    number = form.delta.data
    if not (number.is_finite() and -_LARGEST <= number <= _LARGEST):
        raise InvalidAnswers.at("delta", "这个数太大，请核对。", "The number is too large.")
    whole = number * 100 if words.unit_of(form.figure.data) == "fen" else number
    if whole != whole.to_integral_value():
        raise InvalidAnswers.at(
            "delta",
            "件数和人数应是整数，金额最多到分。",
            "Counts are whole numbers; money has at most two decimals.",
        )
    try:
        sent = UUID(form.sent.data)
    except ValueError:
        sent = uuid4()
    return returns.Stated(
        id=sent,
        enterprise_id=UUID(form.enterprise.data),
        corrects=form.corrects.data,
        figure=form.figure.data,
        delta=int(whole),
        reason=form.reason.data,
    )
