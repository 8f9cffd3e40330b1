"""The self-assessment sheet of a mechanism 机制建设自评表, to print, tick and sign (C7 no. 10)."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from engine import clock
from engine.guidance.checklist import self_check
from web import db, downloads
from web.access import current_actor, requires
from web.guidance.room import blueprint
from web.pdf import render

_STYLES: Final = ("print/base.css", "print/self_assessment/style.css")
#: The five chapters that the notice asks of a mechanism (R-26).
_CHAPTERS: Final = ("报告内容", "报告途径", "核查整改", "及时奖励", "结果应用")


@blueprint.get("/self-assessment.pdf")
@requires("guidance:read", "statistics:read")
def sheet() -> Response:
    """Give the sheet with what is known already filled in."""
    found = self_check(db.session(), actor=current_actor())
    content = render(
        "print/self_assessment/template.html",
        {
            "issuer": found.organisation,
            "found": found,
            "chapters": _CHAPTERS,
            "made_on": clock.local_date().isoformat(),
        },
        styles=_STYLES,
        created=clock.now(),
        one_page=True,
    )
    return downloads.pdf(content, "self-assessment.pdf", download="download" in request.args)
