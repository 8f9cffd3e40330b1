"""Who may open the rooms of rules: the enterprise's own people, and the units it asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.web.access_parts import (
    ADMINISTRATOR,
    ASKED,
    COMMENTED,
    OVERSEERS,
    OWN_RULES,
    OWN_RULES_WRITTEN,
    PRINCIPAL,
    RULES_READERS,
    RULES_WRITERS,
    UNION,
    lists,
    thing,
)

ROUTES_RULEBOOK: Final = {
    # The rules: written by the enterprise, put before its union and its department.
    "GET /rulebook": lists(RULES_READERS, OVERSEERS),
    "GET /rulebook/steps/<step>": OWN_RULES_WRITTEN,
    "POST /rulebook/steps/<step>": OWN_RULES_WRITTEN,
    "POST /rulebook/amounts": replace(OWN_RULES_WRITTEN, may=ADMINISTRATOR),
    "GET /rulebook/text": OWN_RULES,
    "GET /rulebook/rules.<any(pdf,docx):kind>": OWN_RULES,
    "GET /rulebook/ask": OWN_RULES_WRITTEN,
    "POST /rulebook/ask": OWN_RULES_WRITTEN,
    "GET /rulebook/versions/<uuid:version_id>": ASKED,
    "GET /rulebook/versions/<uuid:version_id>/rules.<any(pdf,docx):kind>": ASKED,
    "POST /rulebook/versions/<uuid:version_id>/comments": COMMENTED,
    # The enterprise's own union, and no union of those above.
    "POST /rulebook/versions/<uuid:version_id>/opinion": thing(UNION),
    "POST /rulebook/versions/<uuid:version_id>/adopt": thing(PRINCIPAL),
    "POST /rulebook/comments/<uuid:comment_id>/answer": thing(RULES_WRITERS),
}
