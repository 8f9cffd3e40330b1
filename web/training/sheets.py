"""Lists of attendees: read in, signed with a code, printed to be signed by hand; the untrained."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
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
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound

from engine import training
from engine.clock import LOCAL_ZONE
from engine.errors import Conflict, Invalid
from engine.errors import NotFound as NoSheet
from engine.hazards.codes import SECTORS
from engine.registry import workbook
from engine.registry.contacts import contact_of
from engine.training.reading import LONGEST, MOST_COLUMNS, MOST_LINES, cells_of
from web import db, downloads, exports, figures, print_words
from web.access import current_account, current_actor, public, requires
from web.exports import Column, Sheet
from web.form_errors import put
from web.labels import name_of
from web.language import say
from web.limits import limiter
from web.pdf import render
from web.queries import chosen, with_query
from web.training import COVERED, Page, chosen_year, own_session, sectors_said
from web.training.forms import ListForm, SignForm

blueprint = Blueprint("training_sheets", __name__)

#: Signatures from one address: a hall behind one router, but no flood.
_SIGNATURES: Final = "120 per 10 minutes"
_BLANK_LINES: Final = 20
_LARGEST: Final = 2 * 1024 * 1024


@blueprint.post("/training/<uuid:session_id>/sheet")
@requires("training:hold")
def toggle(session_id: UUID) -> Page:
    """Open the sign-in sheet, or close it."""
    if request.form.get("action") == "close":
        db.execute(training.close_sheet, session_id)
        flash(gettext("签到已关闭，签到码不再有效。"), "success")
    else:
        db.execute(training.open_sheet, session_id)
        flash(gettext("签到已打开，请让参训人扫码。"), "success")
    return redirect(url_for("training.show", session_id=session_id), 303)


@blueprint.get("/training/<uuid:session_id>/sheet.pdf")
@requires("training:hold")
def sheet(session_id: UUID) -> Response:
    """Give the sheet to be printed: the code to scan, and lines to sign by hand."""
    row = training.get_session(db.session(), session_id, actor=current_actor())
    account = current_account()
    address = sheet_address(row.code) if row.code else ""
    content = render(
        "print/training/template.html",
        {
            "issuer": account.organisation_name if account else "",
            "topic": row.topic,
            "audience": training.POSITIONS[row.audience].zh,
            "sectors": sectors_said(row.sectors),
            "held": print_words.day(row.held_on.isoformat()),
            "hours": f"{row.minutes / 60:.1f}".removesuffix(".0"),
            "place": row.place,
            "code": row.code,
            "address": address,
            "lines": _BLANK_LINES,
        },
        styles=("print/base.css", "print/training/style.css"),
        created=datetime.combine(row.held_on, datetime.min.time(), LOCAL_ZONE),
        identifier=row.id.bytes,
        pictures={"qr": figures.qr(address, "h")} if address else {},
    )
    return downloads.pdf(content, f"sign-in-{row.held_on}.pdf")


@blueprint.route("/training/<uuid:session_id>/list", methods=["GET", "POST"])
@requires("training:hold")
def read(session_id: UUID) -> Page:
    """Read in a list of attendees: look at it first, then take its good lines in."""
    row = own_session(session_id)
    form, rows = ListForm(), None
    if form.is_submitted() and form.validate():
        try:
            cells = _cells(form)
            if request.form.get("action") == "take":
                good, bad = db.execute(training.take, session_id, cells)
                flash(
                    gettext("已导入 %(good)s 人，%(bad)s 行没有导入。", good=good, bad=bad),
                    "success",
                )
                return redirect(url_for("training.show", session_id=session_id), 303)
            rows = training.preview(db.session(), session_id, cells, actor=current_actor())
        except Invalid as error:
            put(form, error)
    context = {"row": row, "form": form, "rows": rows, "positions": training.POSITIONS}
    page = render_template("training/list.html", **context)
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.get("/training/<uuid:session_id>/attendees.<any(xlsx,csv):kind>")
@requires("training:hold")
def attendees(session_id: UUID, kind: str) -> Response:
    """Give the attendees of a session as a file."""
    row = training.get_session(db.session(), session_id, actor=current_actor())
    people = training.attendees(db.session(), session_id, actor=current_actor())
    columns = [
        Column(gettext("单位"), width=30),
        Column(gettext("行业"), width=14),
        Column(gettext("姓名"), width=12),
        Column(gettext("岗位"), width=18),
        Column(gettext("来源"), width=12),
        Column(gettext("登记时间"), "moment", 17),
    ]
    cells = (
        [
            one.enterprise,
            say(name_of(SECTORS, one.sector)),
            one.name,
            say(training.POSITIONS[one.position]),
            origin(one.origin),
            one.at,
        ]
        for one in people
    )
    notes = [row.topic, row.held_on.isoformat()]
    return exports.answer(Sheet(gettext("参训名单"), "attendees", columns, cells, notes), kind)


@blueprint.get("/training/untrained")
@requires("training:hold")
def untrained() -> str:
    """Name the enterprises whose principal, or fire-safety responsible person, is not trained."""
    year, position = chosen_year(), _position()
    page = _untrained(year, position, request.args.get("after") or None, 50)
    query = {**chosen(("sector",)), "year": str(year), "position": position}
    here = url_for("training_sheets.untrained")
    return render_template(
        "training/untrained.html",
        rows=[{"row": row, "contact": contact_of(row.profile, position)} for row in page.items],
        position=position,
        positions={key: training.POSITIONS[key] for key in COVERED},
        year=year,
        sector=request.args.get("sector", ""),
        sectors=[("", gettext("全部")), *((key, say(name)) for key, name in SECTORS.items())],
        sector_name=lambda key: say(name_of(SECTORS, key)),
        next_url=with_query(here, {**query, "after": page.next}) if page.next else "",
        files=[
            (with_query(url_for("training_sheets.untrained_file", kind=kind), query), kind.upper())
            for kind in ("xlsx", "csv")
        ],
    )


@blueprint.get("/training/untrained.<any(xlsx,csv):kind>")
@requires("training:hold")
def untrained_file(kind: str) -> Response:
    """Give the named list as a file."""
    year, position = chosen_year(), _position()
    rows = exports.Rows(lambda after: _untrained(year, position, after, 500), kind)
    who = say(training.POSITIONS[position])
    columns = [
        Column(gettext("单位"), width=30),
        Column(gettext("行业"), width=14),
        Column(who, width=14),
        Column(gettext("电话"), width=16),
    ]
    cells = (
        [row.name, say(name_of(SECTORS, row.sector)), *contact_of(row.profile, position)]
        for row in rows
    )
    title = gettext("%(year)s 年未参训名单", year=year)
    made = Sheet(title, "untrained", columns, cells, [who], warning=rows.warning)
    return exports.answer(made, kind)


@blueprint.route("/t/<code>", methods=["GET", "POST"])
@public
@limiter.limit(_SIGNATURES, methods=["POST"])
def sign(code: str) -> Page:
    """Sign in at a session with the code of its sheet; no account is needed."""
    lesson = training.find_by_code(db.session(), code)
    if lesson is None:
        return render_template("training/closed.html"), 404
    form = SignForm(data={"position": lesson.audience, **_signer()}).offer()
    if form.is_submitted() and form.validate():
        try:
            db.execute(
                training.sign,
                code,
                enterprise=form.enterprise.data or "",
                name=form.name.data or "",
                position=form.position.data or "",
                actor=None,
            )
        except (Invalid, Conflict) as error:
            put(form, error)
        except NoSheet:
            return render_template("training/closed.html"), 404
        else:
            return render_template("training/signed.html", lesson=lesson, name=form.name.data)
    status = 422 if form.is_submitted() else 200
    return render_template("training/sign.html", lesson=lesson, form=form), status


def origin(key: str) -> str:
    """Say how somebody came onto a list."""
    words = {
        "imported": gettext("名单导入"),
        "signed": gettext("扫码签到，待确认"),
        "confirmed": gettext("扫码签到，已确认"),
    }
    return str(words.get(key, key))


def sheet_address(code: str) -> str:
    """Give the address at which a sheet with this code is signed."""
    return f"{current_app.extensions['config'].base_url}/t/{code}"


def _signer() -> dict[str, str]:
    """Fill in who is signed in, for their enterprise."""
    account = current_account()
    if account is None or account.actor.organisation_kind != "enterprise":
        return {}
    return {"enterprise": account.organisation_name, "name": account.actor.name}


def _position() -> str:
    position = request.args.get("position") or COVERED[0]
    if position not in COVERED:
        raise NotFound()
    return position


def _untrained(year: int, position: str, after: str | None, limit: int) -> Any:
    return training.untrained(
        db.session(),
        actor=current_actor(),
        year=year,
        position=position,
        sector=request.args.get("sector", ""),
        after=after,
        limit=limit,
    )


def _cells(form: ListForm) -> list[list[Any]]:
    """Give the cells of the file, or of what was pasted; the file's stay in the form as text."""
    sent = request.files.get("file")
    if not isinstance(sent, FileStorage) or not sent.filename:
        return cells_of(form.text.data or "")
    content = sent.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise BadRequest()
    if content[:2] == b"PK":
        cells = [
            [row.get(at) for at in range(min(max(row) + 1, MOST_COLUMNS))]
            for _number, row in islice(workbook.rows(content), MOST_LINES)
        ]
    else:
        cells = [list(row) for row in cells_of(_decoded(content))]
    form.text.data = "\n".join("\t".join(_flat(cell) for cell in row) for row in cells)
    return cells


def _decoded(content: bytes) -> str:
    """Give the text of a CSV file as Chinese spreadsheets write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        "文件编码不认识，请另存为 UTF-8 的 CSV 或 XLSX。", "Save the file as UTF-8 or XLSX."
    )


def _flat(cell: Any) -> str:
    return " ".join(str("" if cell is None else cell).split())[: LONGEST + 1]
