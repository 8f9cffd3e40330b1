"""Reporting on a phone: from a poster or as staff, page by page, to the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import (
    definitions,
    organisations,
    permissions,
    selfcheck,
    starting,
)
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed, Refused
from web import check_in, db, files, form_fields, guests, report_hints, report_sent, status
from web.access import current_account, current_actor, public, requires
from web.language import say
from web.limits import UPLOADS, limiter
from web.report_check import CheckDesk
from web.report_entry import EntryDesk
from web.report_sheet import Desk, Errors, Sheet
from web.report_steps import CHECK, WHAT, Step

blueprint = Blueprint("reports", __name__)
report_sent.add_to(blueprint)
status.add_to(blueprint)
check_in.add_to(blueprint)

Page = str | tuple[str, int] | Response
#: The processes everybody knows come first and last among those to choose from.
_USUAL: Final = "hazard_report"
_SUGGESTION: Final = "suggestion"
_SENT_BEFORE: Final = Message(
    "这份报告已经发出，没有重复发送。要补充内容，请凭凭证码查进度并留言；要报另一件事，请重新开始。",
    "This report was sent already and is not sent twice. To add to it, follow it with your "
    "receipt code and leave a message; to report something else, begin again.",
)


@blueprint.route("/r/<code>", methods=["GET", "POST"])
@public
@limiter.limit(UPLOADS, methods=["POST"])
def place(code: str) -> Page:
    """Report what is wrong where a poster hangs."""
    found = organisations.find_place(db.session(), code)
    if found is None:
        return _without_poster()
    where = {"place": found.name, **({"part": found.part} if found.part else {})}
    try:
        actor = _reporter_at(found.organisation_id)
    except NotAllowed as refusal:
        page = render_template("reports/sign_in.html", where=where, sentence=say(refusal.message))
        return page, refusal.status
    return _report(actor, where)


@blueprint.route("/report", methods=["GET", "POST"])
@requires("report:create")
@limiter.limit(UPLOADS, methods=["POST"])
def start() -> Page:
    """Report something as a member of the enterprise."""
    return _report(current_actor(), {})


@blueprint.route("/report/for", methods=["GET", "POST"])
@requires("report:enter")
@limiter.limit(UPLOADS, methods=["POST"])
def enter() -> Page:
    """Type in what somebody else reported: by word of mouth, on a slip, in an inspection."""
    return _report(current_actor(), {}, EntryDesk)


@blueprint.route("/checks/<uuid:check_id>/items/<code>/report", methods=["GET", "POST"])
@requires("check:make")
@limiter.limit(UPLOADS, methods=["POST"])
def from_check(check_id: UUID, code: str) -> Page:
    """Report what a self-check found at an item."""
    row, entry = selfcheck.reportable(db.session(), check_id, code, actor=current_actor())
    desk = partial(CheckDesk, check_id=check_id, entry=entry)
    return _report(current_actor(), {"place": row.place}, desk)


def _without_poster() -> Page:
    """Who began with the poster while it was good may finish; nobody begins with it any more."""
    actor = guests.reporter() if request.method == "POST" else None
    if actor is not None and permissions.allows(actor, "report:create"):
        return _report(actor, {})
    return render_template("reports/gone.html"), 404


def _reporter_at(organisation_id: UUID) -> Actor:
    """Give who reports to this enterprise: its member, or anybody else as a guest.

    Raises:
        NotAllowed: the enterprise asks its reporters to sign in.
    """
    account = current_account()
    if account is not None and account.actor.organisation_id == organisation_id:
        return account.actor
    guest = organisations.guest(db.session(), organisation_id)
    guests.begin_report(organisation_id)
    return guest


def _report(actor: Actor, where: Mapping[str, str], desk_kind: Callable[..., Desk] = Desk) -> Page:
    """Answer a page of the report: ask again, go on, or send it."""
    if actor.organisation_id is None:
        raise NotFound()
    offered = _offered(actor, actor.organisation_id)
    wanted = request.values.get("report-form", "")
    loaded = offered.get(wanted) or next(iter(offered.values()))
    desk = desk_kind(actor, actor.organisation_id, loaded, where)
    if request.method == "GET":
        sheet = desk.sheet(MultiDict(), ())
        return _ask(sheet, sheet.steps[0], {}, offered)
    given, refused = form_fields.receive(
        desk.form,
        request.form,
        request.files,
        lambda photo: str(files.keep(photo, actor, as_reporter=True).id),
    )
    here = request.form.get("report-step", WHAT)
    sheet = desk.sheet(given, [*request.form.getlist("report-seen"), here])
    match request.form.get("report-go", "next"):
        case "next":
            return _go_on(sheet, here, refused)
        case "back":
            return _ask(sheet, sheet.before(here) or sheet.steps[0], {})
        case "send":
            return _send(sheet, refused)
        case "suggest":
            return _ask(sheet, sheet.find(here) or sheet.steps[0], {}, looks=True)
        case go if go.startswith(report_hints.TAKE):
            report_hints.take(sheet, go.removeprefix(report_hints.TAKE))
            return _ask(sheet, sheet.find(here) or sheet.steps[0], {})
        case "quick" if desk.quick_mode:
            sheet.sign(desk.quick_mode)
            return _send(sheet, refused)
        case key:
            return _ask(sheet, sheet.find(key) or sheet.steps[0], {})


def _offered(actor: Actor, owner_id: UUID) -> dict[str, definitions.Loaded]:
    """Give the processes the enterprise can start, the usual one first.

    Raises:
        NotFound: nothing can be reported here.
    """
    database = db.session()
    owner = organisations.get(database, owner_id, actor=actor)
    found = {one.key: one.id for one in definitions.startable(database, owner)}
    if not found:
        definitions.get_latest(database, owner, _USUAL)
    keys = sorted(found, key=lambda key: (key != _USUAL, key == _SUGGESTION, key))
    return {key: definitions.load(database, found[key]) for key in keys}


def _go_on(sheet: Sheet, here: str, refused: Errors) -> Page:
    """Ask the next page, or this one again if something on it is wrong."""
    step = sheet.find(here)
    errors = {**sheet.errors(), **refused}
    if step is not None and not errors.keys().isdisjoint(step.keys):
        return _ask(sheet, step, errors)
    following = sheet.after(here)
    return _check(sheet) if following is None else _ask(sheet, following, {})


def _send(sheet: Sheet, refused: Errors) -> Page:
    errors: Errors = {**sheet.errors(), **refused}
    if not errors:
        try:
            return _start(sheet)
        except InvalidAnswers as wrong:
            errors = wrong.errors
        except Refused as refusal:
            return _check(sheet, refusal)
    return _ask(sheet, sheet.wrong_step(errors) or sheet.steps[0], errors)


def _start(sheet: Sheet) -> Page:
    started = db.execute(
        starting.start,
        definition_key=sheet.desk.loaded.key,
        answers=sheet.raw,
        identity=sheet.identity(),
        origin=sheet.origin(),
        business_key=sheet.desk.business_key,
        concerns=sheet.concerns,
        idempotency_key=_key(),
        actor=sheet.desk.actor,
    )
    address = report_sent.keep(sheet, started)
    if request.headers.get("HX-Request"):
        # A script that followed the redirect itself would see the code, and nobody else.
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _ask(
    sheet: Sheet,
    step: Step,
    errors: Errors,
    offered: Mapping[str, definitions.Loaded] | None = None,
    *,
    looks: bool = False,
) -> Page:
    form = sheet.build(step, errors)
    now, of = sheet.place_in(step.key)
    page = render_template(
        "reports/step.html",
        sheet=sheet,
        step=step,
        form=form,
        carried=sheet.carried(form),
        now=now,
        of=of,
        is_first=sheet.before(step.key) is None,
        offered=offered or {},
        hints=report_hints.of(sheet, step, asked=looks),
        key=_key(),
    )
    return page, 422 if errors else 200


def _check(sheet: Sheet, refusal: Refused | None = None) -> Page:
    """Show everything before it is sent, or why it was not."""
    now, of = sheet.place_in(CHECK)
    sentence = _SENT_BEFORE if isinstance(refusal, Conflict) else refusal and refusal.message
    page = render_template(
        "reports/check.html",
        sheet=sheet,
        answered=[(step, sheet.build(step, {}), sheet.shown_keys(step)) for step in sheet.steps],
        carried=sheet.carried(),
        now=now,
        of=of,
        sentence=say(sentence) if sentence else "",
        key=_key(),
    )
    return page, refusal.status if refusal else 200


def _key() -> str:
    """Give the key that lets a report be sent only once: the phone's, else a new one."""
    return request.form.get("idempotency_key", "")[:64] or str(uuid4())
