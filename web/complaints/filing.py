"""Complaining: by the receipt code of a report, or signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from flask import Response, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from engine import forms, reporters
from engine.actors import Actor
from engine.complaints import filing, own, rooms
from engine.errors import Invalid, InvalidAnswers
from web import db, files, form_fields, guests
from web.access import current_account, public
from web.complaints.room import blueprint, private
from web.form_controls import FilesField, MultiCheckboxField
from web.form_errors import put
from web.limits import MESSAGES, limiter

Page = str | tuple[str, int] | Any
_SENT: Final = "complained"


class WhoForm(FlaskForm):  # type: ignore[misc]
    """Who handles it, who must not see it, and how openly one complains; the engine judges it."""

    union = RadioField(lazy_gettext("由谁办理"), [InputRequired()], validate_choice=False)
    barred = MultiCheckboxField(
        lazy_gettext("不让谁看到"),
        description=lazy_gettext("勾选的人看不到这件投诉，也不能办理。"),
        validate_choice=False,
    )
    mode = RadioField(
        lazy_gettext("工会知道您是谁吗"),
        [InputRequired()],
        choices=[
            SelectChoice(
                "confidential", lazy_gettext("告诉工会我的姓名，只有办理的人能看，每次查看都有记录")
            ),
            SelectChoice("anonymous", lazy_gettext("不留姓名，只凭凭证码联系")),
        ],
        validate_choice=False,
    )
    name = StringField(
        lazy_gettext("姓名"),
        [InputRequired(), Length(max=100)],
        render_kw={"data-show-field": "mode", "data-show-values": "confidential"},
    )
    contact = StringField(
        lazy_gettext("联系方式"),
        [Length(max=100)],
        description=lazy_gettext("电话或微信。不要写单位的座机。"),
        render_kw={"data-show-field": "mode", "data-show-values": "confidential"},
    )
    photos = FilesField(
        lazy_gettext("照片"),
        description=lazy_gettext("工资条、通知、聊天记录的照片都可以。"),
        render_kw={"kind": "photos", "max": filing.MOST_FILES},
    )


@blueprint.get("/new")
@public
def new() -> Page:
    """Ask what happened."""
    actor, report_id = _complainant()
    if actor is None:
        return redirect(url_for("reports.status"))
    return _page(actor, report_id)


@blueprint.post("/new")
@public
@limiter.limit(MESSAGES)
def send() -> Page:
    """Send the complaint."""
    actor, report_id = _complainant()
    if actor is None:
        return redirect(url_for("reports.status"), 303)
    unions = filing.choices(db.session(), actor=actor)
    if not unions:
        return private(render_template("complaints/nobody.html"))
    asked = filing.start_form(db.session(), actor=actor)
    who = _who(unions, actor)
    key = request.form.get("idempotency_key", "")[:64] or None
    try:
        photos = _photos(unions, who, actor)
        identity = filing.identity_of(
            actor,
            mode=who.mode.data or "",
            name=who.name.data or "",
            contact=who.contact.data or "",
        )
        room_id, complaint_id = db.execute(
            filing.file,
            form_fields.answers(asked, request.form),
            union=who.union.data or "",
            identity=identity,
            barred=who.barred.data or (),
            files=photos,
            report_id=report_id,
            idempotency_key=key,
            actor=actor,
        )
    except InvalidAnswers as wrong:
        if "files" in wrong.errors:
            # Sent to another union's room before, or forgotten by now: they have to be sent anew.
            who.photos.data = []
            wrong = InvalidAnswers({"photos": wrong.errors["files"]})
        return _page(actor, report_id, posted=request.form, who=who, wrong=wrong)
    except Invalid as refused:
        at_photos = InvalidAnswers({"photos": [refused.message]})
        return _page(actor, report_id, posted=request.form, who=who, wrong=at_photos)
    session[_SENT] = [room_id.hex, complaint_id.hex]
    return redirect(url_for("complaints.sent"), 303)


@blueprint.get("/sent")
@public
def sent() -> Page:
    """Show the code of the complaint, this once."""
    kept = session.pop(_SENT, None)
    if kept is None:
        return private(render_template("reports/shown_before.html"))
    complaint_id = UUID(kept[1])
    code = reporters.receipt_code(db.session(), complaint_id)
    page = render_template(
        "complaints/sent.html",
        code=code,
        own_url=url_for("complaints.own", complaint_id=complaint_id) if _is_known(kept) else "",
    )
    return private(page)


def _is_known(kept: list[str]) -> bool:
    """Say whether the one signed in finds the complaint with their account."""
    account = current_account()
    found = own.find_own(db.session(), UUID(kept[1]), actor=account.actor) if account else None
    return found is not None


def _complainant() -> tuple[Actor | None, UUID | None]:
    """Give who complains and about which report: by its code, or with their account."""
    report_id = _report()
    by_code, account = guests.by_receipt(), current_account()
    if by_code is not None and report_id in (None, by_code.receipt_for):
        is_own = account is None or report_id is not None
        if is_own and not _is_complaint(by_code):
            return by_code, by_code.receipt_for
    return (account.actor if account else None), report_id


def _is_complaint(actor: Actor) -> bool:
    """Say whether the code that was entered is that of a complaint already."""
    return actor.receipt_for is not None and (
        own.find_own(db.session(), actor.receipt_for, actor=actor) is not None
    )


def _report() -> UUID | None:
    text = request.values.get("report", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error


def _photos(unions: Sequence[rooms.Union], who: WhoForm, actor: Actor) -> list[str]:
    """Keep the photos that came with the form, in the union's room."""
    found: list[str] = list(who.photos.data)
    sent_now = [one for one in request.files.getlist("photos") if one.filename]
    chosen = next((one for one in unions if one.key == who.union.data), None)
    if chosen is None or not sent_now:
        return found
    guest = db.execute(filing.open_room, chosen.key, actor=actor)
    for photo in sent_now:
        found.append(str(files.keep(photo, guest, as_reporter=True).id))
        who.photos.data = found
    return found


def _kept(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Give the photos sent so far by number; whoever has no account cannot open them again."""
    return [
        {
            "id": one,
            "name": gettext("照片 %(number)s", number=number),
            "picture": False,
            "sign": gettext("照片"),
        }
        for number, one in enumerate(ids, start=1)
    ]


def _who(unions: Sequence[rooms.Union], actor: Actor, *, posted: bool = True) -> WhoForm:
    form = WhoForm() if posted else WhoForm(formdata=None)
    form.union.choices = [SelectChoice(one.key, one.name) for one in unions]
    form.union.render_kw = {"notes": {one.key: _note(one) for one in unions}}
    form.barred.choices = [
        SelectChoice(str(person.id), f"{person.name}（{one.name}）")
        for one in unions
        for person in one.people
        if person.id != actor.user_id
    ]
    if not posted:
        form.mode.data, form.union.data = "confidential", unions[0].key if unions else None
        form.name.data = actor.name
    return form


def _note(union: rooms.Union) -> str:
    if union.key == "district":
        return str(gettext("不是您的单位，和单位管理层没有关系。"))
    if union.is_mixed:
        return str(gettext("这个工会的人还在单位负责核查、审批或者财务。不放心的，请选区总工会。"))
    return str(gettext("本单位的工会。单位管理层看不到投诉。"))


def _page(
    actor: Actor,
    report_id: UUID | None,
    *,
    posted: MultiDict[str, str] | None = None,
    who: WhoForm | None = None,
    wrong: InvalidAnswers | None = None,
) -> Response:
    database = db.session()
    unions = filing.choices(database, actor=actor)
    if not unions:
        return private(render_template("complaints/nobody.html"))
    asked: forms.Form = filing.start_form(database, actor=actor)
    who = who or _who(unions, actor, posted=False)
    form = form_fields.build(asked, values={}, choices={}, formdata=posted)
    who.photos.render_kw = {**who.photos.render_kw, "files": _kept(who.photos.data)}
    if wrong is not None:
        at_form = {key: said for key, said in wrong.errors.items() if key in form}
        at_who = {key: said for key, said in wrong.errors.items() if key not in form}
        if at_form:
            put(form, InvalidAnswers(at_form))
        if at_who:
            put(who, InvalidAnswers(at_who))
    page = render_template(
        "complaints/new.html",
        form=form,
        who=who,
        report_id=report_id,
        key=(posted.get("idempotency_key") if posted else "") or str(uuid4()),
        asks_name=not actor.name,
    )
    return private(page, 422 if wrong else 200)
