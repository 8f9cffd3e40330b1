"""Who may do over the API what people do on pages: the same people."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.scoring import behind
from tests.web.access_parts import (
    ABOVE_ONLY,
    ADMINISTRATOR,
    CAMPAIGN,
    CAMPAIGN_ENTRY,
    CAMPAIGN_READERS,
    CHECK,
    DIRECTOR,
    DOERS,
    ENTRY,
    EVERYBODY,
    HANDLERS,
    HONOURED,
    HONOURED_ALONE,
    JUDGED,
    KEEPERS,
    LESSON,
    NODE,
    NOMINATION,
    OVERSEERS,
    OWN_CHECK,
    OWN_LESSON,
    PRINCIPAL,
    PROPOSERS,
    SCHEME,
    SCORED,
    STAFF,
    UNION,
    VERIFIER,
    VISITING,
    Access,
    lists,
    thing,
)

_RECORDERS: Final = (VERIFIER, PRINCIPAL, ADMINISTRATOR)
_RECORD: Final = "/coverage/records/<uuid:organisation_id>"
_CAMPAIGN: Final = "/campaigns/<uuid:campaign_id>"
_CHECK: Final = "/checks/<uuid:check_id>"
_CAMPAIGN_ENTRY: Final = "/campaigns/entries/<uuid:entry_id>"
_ENTRY: Final = "/organisations/<uuid:organisation_id>"
_DOCUMENT: Final = "/documents/<uuid:document_id>"
_HONOUR: Final = "/honours/<uuid:honour_id>"
_LESSON: Final = "/training-sessions/<uuid:session_id>"
_PRACTICE: Final = "/practices/<uuid:practice_id>"
_SCHEME: Final = "/scoring/schemes/<uuid:scheme_id>"
_SCORE: Final = f"{_SCHEME}/sheets/<uuid:scored_id>"
_VALUE: Final = f"/values/<any({','.join(sorted(behind.VALUES))}):value>"
_TARGET: Final = "/coverage/targets/<uuid:target_id>"

API_ROOMS: Final[dict[str, Access]] = {
    f"{method} /api/v1{path}": access
    for (method, path), access in {
        # The mechanism of an enterprise: its people enter, the principal signs.
        ("POST", "/coverage/evidence"): lists(*_RECORDERS, UNION),
        ("POST", "/coverage/evidence/<uuid:evidence_id>/withdraw"): thing(*_RECORDERS),
        ("GET", "/coverage/offers"): lists(*_RECORDERS),
        # Nothing is deployed where the stranger works, so nothing is offered.
        ("POST", "/coverage/offers/<kind>"): replace(
            lists(*_RECORDERS), but={"stranger": "not found"}
        ),
        ("GET", "/coverage/zero-statements"): lists(PRINCIPAL),
        ("POST", "/coverage/zero-statements"): lists(PRINCIPAL),
        ("GET", "/coverage/quarters"): lists(PRINCIPAL),
        ("POST", "/coverage/quarters/<key>/sign"): lists(PRINCIPAL),
        ("POST", f"{_RECORD}/obstacle"): thing(PRINCIPAL, ADMINISTRATOR, OVERSEERS),
        ("GET", f"{_RECORD}/reminders"): thing(HANDLERS, OVERSEERS, ADMINISTRATOR),
        # Targets: set by the office; no target means an enterprise outside the district.
        ("POST", "/coverage/targets"): DIRECTOR,
        ("POST", "/coverage/targets/adopt"): DIRECTOR,
        ("GET", _TARGET): replace(
            lists(HANDLERS, OVERSEERS, ADMINISTRATOR), but={"stranger": "not found"}
        ),
        ("POST", f"{_TARGET}/change"): DIRECTOR,
        ("POST", f"{_TARGET}/withdraw"): DIRECTOR,
        ("POST", "/coverage/reminders"): KEEPERS,
        # The register: kept by those above, moved and closed by the office.
        ("POST", "/organisations"): KEEPERS,
        ("POST", f"{_ENTRY}/correct"): ENTRY,
        ("POST", "/organisations/assign"): DIRECTOR,
        ("POST", f"{_ENTRY}/move"): DIRECTOR,
        ("POST", f"{_ENTRY}/supervisors"): DIRECTOR,
        ("POST", f"{_ENTRY}/<any(suspend,close,reopen):action>"): DIRECTOR,
        ("POST", f"{_ENTRY}/merge"): DIRECTOR,
        ("POST", "/organisations/nodes"): DIRECTOR,
        ("POST", "/organisations/nodes/<uuid:organisation_id>/correct"): NODE,
        # Visits: the officer's department planned this one; the group has no such process.
        ("GET", "/guidance-visits/start-form"): replace(ABOVE_ONLY, but={"group": "not found"}),
        ("POST", "/guidance-visits"): VISITING,
        ("POST", "/guidance-visits/<uuid:visit_id>/cancel"): replace(
            VISITING, but=dict.fromkeys(OVERSEERS - {"officer"}, "not found")
        ),
        # Training: a session of the officer's department.
        ("POST", "/training-sessions"): ABOVE_ONLY,
        ("GET", f"{_LESSON}/attendees"): LESSON,
        **{
            ("POST", f"{_LESSON}/{step}"): OWN_LESSON
            for step in (
                "change",
                "withdraw",
                "sheet",
                "attendees",
                "confirm",
                "attendees/<uuid:attendee_id>/remove",
            )
        },
        ("GET", f"{_LESSON}/materials/<uuid:file_id>"): replace(
            thing(HANDLERS, ADMINISTRATOR, OVERSEERS),
            but=dict.fromkeys(("town", "group"), "not found"),
        ),
        ("GET", "/training-untrained"): ABOVE_ONLY,
        # Typical cases: the one of 甲 is published, for all to read.
        ("GET", "/practices"): lists(EVERYBODY),
        ("GET", "/practices/work"): lists(OVERSEERS, PRINCIPAL, VERIFIER),
        ("GET", "/practices/book.pdf"): lists(EVERYBODY),
        ("GET", "/practices/report.xlsx"): DIRECTOR,
        ("POST", "/practices/report"): DIRECTOR,
        ("GET", "/practices/proposals/<uuid:instance_id>"): NOMINATION,
        ("POST", "/practices"): NOMINATION,
        ("GET", _PRACTICE): lists(EVERYBODY),
        ("GET", f"{_PRACTICE}/photos/<int:number>"): lists(EVERYBODY),
        ("POST", f"{_PRACTICE}/consent"): thing(PRINCIPAL),
        ("POST", f"{_PRACTICE}/withdraw"): thing(PRINCIPAL),
        ("POST", f"{_PRACTICE}/check"): ABOVE_ONLY,
        ("POST", f"{_PRACTICE}/vet"): ABOVE_ONLY,
        ("POST", f"{_PRACTICE}/publish"): DIRECTOR,
        ("POST", f"{_PRACTICE}/decline"): DIRECTOR,
        ("POST", f"{_PRACTICE}/study"): lists(EVERYBODY),
        ("POST", f"{_PRACTICE}/checklist"): lists(PRINCIPAL, VERIFIER, ADMINISTRATOR),
        ("POST", f"{_PRACTICE}/process"): lists(ADMINISTRATOR),
        # Campaigns: the office's is published; its one entry was handed in by the street.
        ("GET", "/campaigns"): CAMPAIGN_READERS,
        **{
            ("GET", f"{_CAMPAIGN}{part}"): CAMPAIGN
            for part in ("", "/result.pdf", "/choices", "/entries")
        },
        **{
            ("GET", f"{_CAMPAIGN}/{part}"): DIRECTOR
            for part in ("units", "trail", "reviewers", "standings")
        },
        ("POST", "/campaigns"): DIRECTOR,
        **{
            ("POST", f"{_CAMPAIGN}/{part}"): DIRECTOR
            for part in (
                "change",
                "<any(open,judge,publish,remind):action>",
                "cancel",
                "reopen",
                "extend",
                "reviewers",
                "reviewers/<uuid:user_id>/remove",
                "assign",
                "decide",
            )
        },
        ("POST", f"{_CAMPAIGN}/entries"): CAMPAIGN_ENTRY,
        ("GET", _CAMPAIGN_ENTRY): CAMPAIGN_ENTRY,
        ("POST", f"{_CAMPAIGN_ENTRY}/recommend"): ABOVE_ONLY,
        ("POST", f"{_CAMPAIGN_ENTRY}/take-back"): replace(
            thing(frozenset({"town"})),
            but=dict.fromkeys(
                (OVERSEERS - {"town"}) | PRINCIPAL | ADMINISTRATOR,
                "not found",
            ),
        ),
        ("POST", f"{_CAMPAIGN_ENTRY}/refuse"): DIRECTOR,
        ("POST", f"{_CAMPAIGN_ENTRY}/revoke"): DIRECTOR,
        ("POST", f"{_CAMPAIGN_ENTRY}/reviewers"): DIRECTOR,
        ("POST", f"{_CAMPAIGN_ENTRY}/reviewers/<uuid:user_id>/remove"): DIRECTOR,
        ("GET", "/campaigns/reviews"): ABOVE_ONLY,
        ("GET", "/campaigns/reviews/<uuid:entry_id>"): JUDGED,
        ("POST", "/campaigns/reviews/<uuid:entry_id>"): JUDGED,
        ("POST", "/campaigns/reviews/<uuid:entry_id>/step-back"): JUDGED,
        # Scores: the office scores the department, which reads its sheet once it is signed.
        ("GET", "/scoring/shipped"): ABOVE_ONLY,
        ("GET", "/scoring/schemes"): ABOVE_ONLY,
        ("POST", "/scoring/schemes"): DIRECTOR,
        ("GET", _SCHEME): SCHEME,
        ("POST", f"{_SCHEME}/change"): DIRECTOR,
        ("POST", f"{_SCHEME}/compute"): SCHEME,
        ("GET", f"{_SCHEME}/sheets"): SCHEME,
        ("GET", "/scoring/sheets"): lists(OVERSEERS, PRINCIPAL),
        **{
            ("GET", f"{_SCORE}{part}"): SCORED
            for part in ("", _VALUE, "/sheet.pdf", "/evidence.zip")
        },
        ("POST", f"{_SCORE}/bonus"): SCHEME,
        ("POST", f"{_SCORE}/bonus/take-back"): SCHEME,
        ("POST", f"{_SCORE}/sign"): DIRECTOR,
        # Self-checks: seen by who handles cases, filled in by who makes them.
        ("GET", "/checks"): lists(DOERS),
        ("POST", "/checks"): lists(DOERS),
        ("GET", "/checks/items"): lists(DOERS),
        ("GET", _CHECK): CHECK,
        ("POST", f"{_CHECK}/fill"): OWN_CHECK,
        ("POST", f"{_CHECK}/sign"): OWN_CHECK,
        ("POST", f"{_CHECK}/items/<code>/report"): OWN_CHECK,
        # Honours: proposed by some, decided by the principal, shown once the person agreed.
        ("GET", "/honours"): lists(STAFF),
        ("GET", "/honours/work"): lists(PROPOSERS, PRINCIPAL),
        ("GET", "/honours/own"): lists(STAFF),
        ("GET", "/honours/people"): lists(PROPOSERS),
        ("POST", "/honours"): lists(PROPOSERS),
        ("GET", _HONOUR): thing(STAFF),
        ("GET", f"{_HONOUR}/certificate.pdf"): HONOURED,
        ("POST", f"{_HONOUR}/decide"): thing(PRINCIPAL),
        ("POST", f"{_HONOUR}/decline"): thing(PRINCIPAL),
        ("POST", f"{_HONOUR}/revoke"): thing(PRINCIPAL),
        ("POST", f"{_HONOUR}/drop"): thing(PROPOSERS),
        ("POST", f"{_HONOUR}/<any(agree,hide):action>"): HONOURED_ALONE,
        ("POST", f"{_HONOUR}/refuse"): HONOURED_ALONE,
        # The library: the officer's department published one thing, for all below.
        ("GET", "/documents"): lists(EVERYBODY),
        ("POST", "/documents"): ABOVE_ONLY,
        ("POST", f"{_DOCUMENT}/withdraw"): Access(
            frozenset({"officer"}),
            outsiders="forbidden",
            but=dict.fromkeys(OVERSEERS - {"officer"}, "not found"),
        ),
        ("GET", f"{_DOCUMENT}/files/<uuid:file_id>"): Access(
            EVERYBODY,
            but=dict.fromkeys(("stranger", "group", "town"), "not found"),
        ),
    }.items()
}
