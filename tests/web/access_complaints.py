"""Who may open the pages of complaints of retaliation, and of the letters of a union."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.web.access_parts import (
    COMPLAINANT,
    COMPLAINING,
    COMPLAINT,
    OVERSEERS,
    PRINCIPAL,
    PUBLIC,
    Access,
    lists,
    thing,
)

ROUTES_OF_COMPLAINTS: Final = {
    # Complaints: by code or account; handled by those of the union who are not the employer; the
    # principal sees the letter. For everybody else above or beside there is no such thing.
    "GET /complaints/new": COMPLAINING,
    "POST /complaints/new": COMPLAINING,
    "GET /complaints/sent": PUBLIC,
    **dict.fromkeys(
        (
            "GET /complaints/own/<uuid:complaint_id>",
            "POST /complaints/own/<uuid:complaint_id>/messages",
            "POST /complaints/own/<uuid:complaint_id>/withdraw",
            "GET /complaints/own/<uuid:complaint_id>/files/<uuid:attachment_id>",
        ),
        COMPLAINANT,
    ),
    "GET /complaints": replace(COMPLAINT, outsiders="forbidden"),
    # No union here is the district's.
    "GET /complaints/figures": replace(
        COMPLAINT, outsiders="forbidden", but={**COMPLAINT.but, "union": "not found"}
    ),
    # Sums for those above, the observer too.
    "GET /complaints/protection": Access(OVERSEERS, outsiders="forbidden"),
    **dict.fromkeys(
        (
            "GET /complaints/<uuid:complaint_id>",
            "POST /complaints/<uuid:complaint_id>/tasks/<uuid:task_id>",
            "POST /complaints/<uuid:complaint_id>/messages",
            "POST /complaints/<uuid:complaint_id>/identity",
            "POST /complaints/<uuid:complaint_id>/attachments",
            "GET /complaints/<uuid:complaint_id>/files/<uuid:attachment_id>",
            "GET /complaints/<uuid:complaint_id>/replies/<uuid:attachment_id>",
            "GET /complaints/<uuid:complaint_id>/papers/<number>.pdf",
        ),
        COMPLAINT,
    ),
    "GET /letters": lists(PRINCIPAL),
    "GET /letters/<uuid:letter_id>": thing(PRINCIPAL),
    "POST /letters/<uuid:letter_id>": thing(PRINCIPAL),
    "GET /letters/<uuid:letter_id>/letter.pdf": thing(PRINCIPAL),
}
