"""After sending: the number, and the receipt code, which is shown once.

The code follows from the case when its page is shown; it is in no cookie and no address.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import segno
from flask import Blueprint, Response, current_app, render_template, session, url_for

from engine import actors, organisations, progress, reporters
from engine.starting import Started
from web import db
from web.access import current_account, public, requires
from web.report_entry import EntrySheet
from web.report_sheet import Sheet

_SENT: Final = "sent"
_ENTERED: Final = "entered"


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the reports."""
    blueprint.get("/report/sent")(sent)
    blueprint.get("/report/for/sent")(entered)


def keep(sheet: Sheet, started: Started) -> str:
    """Note which case was begun, for the page after sending; gives that page's address."""
    case = [sheet.desk.owner_id.hex, started.instance_id.hex]
    if isinstance(sheet, EntrySheet):
        session[_ENTERED] = [*case, sheet.wants_code and started.receipt_code is not None]
        return url_for("reports.entered")
    session[_SENT] = case
    return url_for("reports.sent")


@public
def sent() -> Response:
    """Show the receipt code, this once."""
    kept = session.pop(_SENT, None)
    if kept is None:
        return _private(render_template("reports/shown_before.html"))
    organisation_id, instance_id = UUID(kept[0]), UUID(kept[1])
    reporter = actors.by_receipt(organisation_id, instance_id)
    found = progress.of_report(db.session(), instance_id, actor=reporter)
    address = current_app.extensions["base_url"] + url_for("reports.status")
    page = render_template(
        "reports/sent.html",
        found=found,
        owner=organisations.get(db.session(), organisation_id, actor=reporter),
        code=reporters.receipt_code(db.session(), instance_id),
        address=address,
        picture=segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=4),
        own=_is_in_list(found),
    )
    return _private(page)


@requires("report:enter")
def entered() -> Response:
    """Show the number, and the receipt code for the reporter if they want it, this once."""
    kept = session.pop(_ENTERED, None)
    if kept is None:
        return _private(render_template("reports/shown_before.html", entered=True))
    organisation_id, instance_id = UUID(kept[0]), UUID(kept[1])
    reporter = actors.by_receipt(organisation_id, instance_id)
    database = db.session()
    page = render_template(
        "reports/entered.html",
        found=progress.of_report(database, instance_id, actor=reporter),
        owner=organisations.get(database, organisation_id, actor=reporter),
        code=reporters.receipt_code(database, instance_id) if kept[2] else "",
        address=current_app.extensions["base_url"] + url_for("reports.status"),
    )
    return _private(page)


def _private(page: str) -> Response:
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_in_list(report: progress.Progress) -> bool:
    """Say whether the one signed in finds the report among their own."""
    account, row = current_account(), report.instance
    if account is None or account.actor.user_id is None or row.identity_mode == "anonymous":
        return False
    return reporters.is_reporter(db.session(), row.organisation_id, row.id, account.actor.user_id)
