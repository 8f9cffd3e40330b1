"""Who may call the API of the rooms above an enterprise: those who may open their pages."""

from __future__ import annotations

from typing import Final

from tests.web.access_parts import (
    ABOVE_ONLY,
    ADMINISTRATOR,
    ASKED,
    BESIDE,
    COMMENTED,
    COVERAGE,
    ENTRY,
    HANDLERS,
    KEEPERS,
    LESSON,
    MOVE,
    OVERSEERS,
    PRINCIPAL,
    RETURN_SIGNER,
    RULES_READERS,
    SHEET,
    TOLD_WHO_TAKES_PART,
    UNION,
    VERIFIER,
    VISITED,
    Access,
    lists,
    thing,
    told_to_programs,
)

_RETURNS: Final = lists(HANDLERS, OVERSEERS)
_RETURN_LOCKER: Final = lists(OVERSEERS, PRINCIPAL)
_SHEET: Final = "/organisations/imports/<uuid:batch_id>"
_AUTHORITIES: Final = OVERSEERS - {"group"}
_SUPERVISION: Final = "/majors/<uuid:instance_id>/supervisions/<uuid:supervision_id>"

API_ABOVE: Final[dict[str, Access]] = {
    f"{method} /api/v1{path}": access
    for (method, path), access in {
        # The months: each looks at the returns of their own unit.
        ("GET", "/returns"): _RETURNS,
        ("GET", "/returns/received"): _RETURNS,
        ("GET", "/returns/formats"): _RETURN_LOCKER,
        ("GET", "/returns/corrections"): _RETURNS,
        ("POST", "/returns/corrections"): RETURN_SIGNER,
        ("POST", "/returns/corrections/accept"): RETURN_SIGNER,
        ("POST", "/returns/corrections/compare"): _RETURNS,
        ("GET", "/returns/<month>"): _RETURNS,
        ("GET", "/returns/<month>/lines"): _RETURNS,
        ("GET", "/returns/<month>/cases"): _RETURNS,
        ("GET", "/returns/<month>/adjustments"): _RETURNS,
        ("GET", "/returns/<month>/report.pdf"): _RETURNS,
        ("GET", "/returns/<month>/evidence.zip"): _RETURN_LOCKER,
        ("POST", "/returns/<month>/evidence"): _RETURN_LOCKER,
        ("GET", "/returns/<month>/export/<key>.<any(csv,xlsx):kind>"): _RETURN_LOCKER,
        ("POST", "/returns/<month>/sign"): RETURN_SIGNER,
        ("POST", "/returns/<month>/withdraw"): RETURN_SIGNER,
        ("POST", "/returns/<month>/lock"): _RETURN_LOCKER,
        ("POST", "/returns/<month>/submit"): _RETURN_LOCKER,
        ("POST", "/returns/<month>/remind"): _RETURN_LOCKER,
        ("POST", "/returns/<month>/entered"): _RETURN_LOCKER,
        # The register of majors. A group supervises nothing, and is told so.
        ("GET", "/majors"): lists(HANDLERS, OVERSEERS),
        ("GET", "/majors/overview"): lists(HANDLERS, OVERSEERS),
        ("GET", "/majors/<uuid:instance_id>"): thing(HANDLERS, OVERSEERS),
        ("POST", "/majors/<uuid:instance_id>/reports"): thing(VERIFIER, PRINCIPAL, UNION),
        ("POST", "/majors/<uuid:instance_id>/measures"): thing(
            VERIFIER, PRINCIPAL, frozenset({"rectifier", "colleague"})
        ),
        ("POST", "/majors/<uuid:instance_id>/supervisions"): thing(
            VERIFIER, PRINCIPAL, _AUTHORITIES
        ),
        ("POST", f"{_SUPERVISION}/apply"): thing(VERIFIER, PRINCIPAL),
        # The department listed it; the street sees it, and strikes nothing off.
        ("POST", f"{_SUPERVISION}/strike-off"): thing(VERIFIER, PRINCIPAL, _AUTHORITIES - {"town"}),
        # The register: an enterprise finds its own entry; the office read the sheet in.
        ("GET", "/organisations"): lists(OVERSEERS, ADMINISTRATOR, PRINCIPAL),
        ("GET", "/organisations/nodes"): KEEPERS,
        ("GET", "/organisations/beside"): BESIDE,
        **{
            ("GET", f"/organisations/<any(standards,monitoring):what>{part}"): lists(
                OVERSEERS, ADMINISTRATOR, PRINCIPAL
            )
            for part in ("", "/enterprises")
        },
        ("GET", "/organisations/<uuid:organisation_id>"): ENTRY,
        ("GET", "/organisations/<uuid:organisation_id>/changes"): ENTRY,
        ("POST", "/organisations/imports"): KEEPERS,
        ("GET", f"{_SHEET}"): SHEET,
        ("POST", f"{_SHEET}/take"): SHEET,
        ("POST", f"{_SHEET}/discard"): SHEET,
        # For a city's platform, which has the key of somebody above.
        ("GET", "/platform/enterprises"): ABOVE_ONLY,
        ("GET", "/platform/hazards"): ABOVE_ONLY,
        # Coverage with mechanisms.
        ("GET", "/coverage/targets"): lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
        ("GET", "/coverage/board"): COVERAGE,
        ("GET", "/coverage/enterprises"): COVERAGE,
        ("GET", "/coverage/kpis"): lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
        ("GET", "/participation"): lists(TOLD_WHO_TAKES_PART),
        ("GET", "/coverage/records/<uuid:organisation_id>"): thing(
            HANDLERS, OVERSEERS, ADMINISTRATOR
        ),
        ("GET", "/board"): ABOVE_ONLY,
        ("POST", "/board/refresh"): ABOVE_ONLY,
        ("GET", "/board/silent"): ABOVE_ONLY,
        ("GET", "/board/steps/<key>"): ABOVE_ONLY,
        # Guidance visits: the enterprise visited reads the letter and answers.
        ("GET", "/guidance-visits"): lists(VISITED, OVERSEERS),
        ("GET", "/guidance-visits/<uuid:visit_id>"): thing(VISITED, OVERSEERS),
        ("GET", "/guidance-visits/<uuid:visit_id>/letter.pdf"): thing(VISITED, OVERSEERS),
        ("GET", "/follow-ups/<uuid:follow_up_id>"): thing(PRINCIPAL, VERIFIER),
        ("POST", "/follow-ups/<uuid:follow_up_id>/answer"): thing(PRINCIPAL, VERIFIER),
        # The rules of 甲, as on their pages.
        ("GET", "/rulebooks"): lists(RULES_READERS, OVERSEERS),
        ("GET", "/rulebooks/<uuid:version_id>"): ASKED,
        ("GET", "/rulebooks/<uuid:version_id>/rules.<any(pdf,docx):kind>"): ASKED,
        ("POST", "/rulebooks/<uuid:version_id>/comments"): COMMENTED,
        # Training: held by those above; an enterprise sees who of its people was there.
        ("GET", "/training-sessions"): ABOVE_ONLY,
        ("GET", "/training-sessions/<uuid:session_id>"): LESSON,
        ("GET", "/training-coverage"): ABOVE_ONLY,
        ("GET", "/training-attendance"): lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
        # Across cases; an event log tells single histories.
        **{
            ("GET", f"/analysis{part}"): lists(HANDLERS, OVERSEERS)
            for part in ("", "/ways", "/steps", "/conformance", "/cases")
        },
        ("POST", "/analysis/recount"): lists(HANDLERS, OVERSEERS),
        ("GET", "/analysis/events.<any(xes,csv,xlsx):kind>"): told_to_programs(
            thing(HANDLERS, OVERSEERS)
        ),
        # A case as a whole.
        ("POST", "/instances/<uuid:instance_id>/suspend"): thing(PRINCIPAL),
        ("POST", "/instances/<uuid:instance_id>/resume"): thing(PRINCIPAL),
        ("POST", "/instances/<uuid:instance_id>/cancel"): thing(PRINCIPAL),
        ("GET", "/moves"): MOVE,
        ("POST", "/moves"): MOVE,
        ("GET", "/moves/<uuid:migration_id>"): thing(ADMINISTRATOR, PRINCIPAL),
        ("POST", "/moves/<uuid:migration_id>/stop"): thing(ADMINISTRATOR, PRINCIPAL),
        ("POST", "/moves/<uuid:migration_id>/retry"): thing(ADMINISTRATOR, PRINCIPAL),
    }.items()
}
