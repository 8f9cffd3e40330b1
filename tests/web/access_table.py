"""The table itself: every route, and who may open it. Said once, for people and for the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

HANDLERS: Final = frozenset(
    ["verifier", "rectifier", "acceptor", "approver", "finance", "union", "principal", "colleague"]
)
ADMINISTRATOR: Final = frozenset({"administrator"})
REPORTER: Final = frozenset({"reporter"})
OVERSEERS: Final = frozenset({"officer", "town", "group", "office"})
STAFF: Final = HANDLERS | ADMINISTRATOR | REPORTER
EVERYBODY: Final = STAFF | OVERSEERS
DOERS: Final = HANDLERS | REPORTER
PRINCIPAL: Final = frozenset({"principal"})
VERIFIER: Final = frozenset({"verifier"})
UNION: Final = frozenset({"union"})
#: They hold every role of an enterprise, but not of the one whose house it is.
OUTSIDERS: Final = frozenset({"sole", "stranger"})


@dataclass(frozen=True)
class Access:
    """What each part finds behind a route: "opens", "forbidden", "not found", "signs in" or, for
    who looks from above without having said why, "states a ground"."""

    may: frozenset[str]
    others: str = "forbidden"
    outsiders: str = "opens"
    nobody: str = "signs in"
    #: What single parts find instead.
    but: Mapping[str, str] = field(default_factory=dict)

    def wanted(self, part: str) -> str:
        """Say what a part has to find."""
        if part in self.but:
            return self.but[part]
        if part == "nobody":
            return self.nobody
        if part in OUTSIDERS:
            return self.outsiders
        return "opens" if part in self.may else self.others


def lists(*parts: frozenset[str]) -> Access:
    """A page about one's own: outsiders see theirs, which is tested elsewhere."""
    return Access(frozenset().union(*parts))


def thing(*parts: frozenset[str], others: str = "forbidden") -> Access:
    """A thing of the enterprise 甲: for outsiders there is no such thing."""
    return Access(frozenset().union(*parts), others=others, outsiders="not found")


PUBLIC: Final = Access(EVERYBODY, nobody="opens")
#: Of those above the enterprise the officer has stated a ground; the others have not.
GROUNDLESS: Final = OVERSEERS - {"officer"}
_FIRST_A_GROUND: Final = dict.fromkeys(GROUNDLESS, "states a ground")


def told(access: Access) -> Access:
    """What tells one case's history: who looks from above states a ground first."""
    return replace(access, but={**access.but, **_FIRST_A_GROUND})


def told_to_programs(access: Access) -> Access:
    """As `told`, over the API: it is refused, with what to do."""
    return replace(access, but={**access.but, **dict.fromkeys(GROUNDLESS, "forbidden")})


#: A file says nothing to anybody who may not see its case, not even that it is there.
HIDDEN_FILE: Final = told(Access(HANDLERS | REPORTER | OVERSEERS, *["not found"] * 3))
#: Drawn by the district's office, so it runs in 丙 as well; the group stands beside the district.
DEFINITION: Final = replace(
    thing(HANDLERS, OVERSEERS, ADMINISTRATOR), but={"sole": "opens", "group": "not found"}
)
#: A draft that waits for a second person, of the enterprise 甲.
WAITING_DRAFT: Final = replace(thing(ADMINISTRATOR, PRINCIPAL), but={"office": "not found"})
#: A version of the office's runs in 丙 as well.
MOVE: Final = replace(thing(ADMINISTRATOR, PRINCIPAL), but={"sole": "opens"})
#: Handlers and those above them read a case.
CASE: Final = told(thing(HANDLERS, OVERSEERS))
#: Nobody but the reporter, not even the handlers.
OWN_REPORT: Final = replace(
    thing(REPORTER, others="not found"), but=dict.fromkeys(OVERSEERS, "forbidden")
)
#: Those who do no work find no task; of the others it is one person's turn.
TASK: Final = replace(thing(VERIFIER), but=dict.fromkeys(OVERSEERS | ADMINISTRATOR, "not found"))
#: Those above work on tasks of their own processes, and find none of an enterprise.
NO_SUCH_TASK: Final = dict.fromkeys(OVERSEERS, "not found")
CLAIM: Final = replace(thing(VERIFIER), but=NO_SUCH_TASK)
#: The office's director answers for those who look; no enterprise has such a part.
ABOVE_ONLY: Final = replace(lists(OVERSEERS), outsiders="forbidden")
DIRECTOR: Final = Access(frozenset({"office"}), outsiders="forbidden")
#: Who reads of a visit in the enterprise visited; and who may visit.
VISITED: Final = frozenset({"principal", "verifier", "union", "administrator"})
VISITING: Final = Access(OVERSEERS, outsiders="forbidden", but={"group": "not found"})
#: The principal's; nobody else changes it, those who share it neither.
OWN_VIEW: Final = replace(
    thing(PRINCIPAL), but=dict.fromkeys((HANDLERS - PRINCIPAL) | OVERSEERS, "not found")
)
#: The register of majors: what its parts may enter; a group supervises nothing.
MAJOR_PAPERS: Final = thing(frozenset({"verifier", "acceptor", "principal", "union", "colleague"}))
SUPERVISED: Final = replace(thing(VERIFIER, PRINCIPAL, OVERSEERS), but={"group": "not found"})
#: A session of the department; the office above it looks on.
LESSON: Final = Access(
    frozenset({"officer", "office"}), outsiders="forbidden",
    but=dict.fromkeys(("town", "group"), "not found"),
)  # fmt: skip
OWN_LESSON: Final = replace(LESSON, but=dict.fromkeys(("town", "group", "office"), "not found"))
SCHEME: Final = Access(
    frozenset({"office"}),
    outsiders="forbidden",
    but=dict.fromkeys(["officer", "town", "group"], "not found"),
)
NOMINATION: Final = thing(OVERSEERS, PRINCIPAL, VERIFIER)
REWARD_READERS: Final = frozenset({"approver", "finance", "union", "principal"}) | OVERSEERS

#: An enterprise outside the district has no target.
COVERAGE: Final = replace(lists(HANDLERS, OVERSEERS, ADMINISTRATOR), but={"stranger": "not found"})
#: The office sets targets; an enterprise's administrator finds nothing there.
TARGET: Final = Access(
    frozenset({"office"}), outsiders="not found", but={"administrator": "not found"}
)
#: Who keeps a register; an enterprise finds its own entry in it.
KEEPERS: Final = Access(OVERSEERS, outsiders="forbidden")
ENTRY: Final = thing(OVERSEERS, ADMINISTRATOR, PRINCIPAL)
#: The district's office says where an enterprise stands and whether it runs.
OFFICE_ONLY: Final = thing(frozenset({"office"}))
#: A sheet that the office read in.
SHEET: Final = Access(
    frozenset({"office"}),
    outsiders="forbidden",
    but=dict.fromkeys(["officer", "town", "group"], "not found"),
)

#: The principal, and of those above the director; the officers prepare.
RETURN_SIGNER: Final = Access(PRINCIPAL | {"office"})
RETURN_MANAGER: Final = Access(PRINCIPAL | ADMINISTRATOR | {"office"})
#: The department of 甲: its own people say whom to call, and the office.
NODE: Final = Access(
    frozenset({"office", "officer"}),
    outsiders="forbidden",
    but=dict.fromkeys(["town", "group"], "not found"),
)

ROUTES: Final = {
    # The front door.
    "GET /": Access(EVERYBODY),
    "GET /healthz": PUBLIC,
    "GET /static/<path:filename>": PUBLIC,
    "POST /language": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "GET /sign-in/organisation": Access(EVERYBODY),
    "POST /sign-in/organisation": Access(EVERYBODY),
    "POST /sign-out": Access(frozenset(), others="signs in", outsiders="signs in"),
    # One's own account.
    "GET /account": lists(EVERYBODY),
    "POST /account/password": lists(EVERYBODY),
    "POST /account/sessions/end": lists(EVERYBODY),
    "POST /account/tokens": lists(EVERYBODY),
    "POST /account/tokens/<uuid:token_id>/revoke": thing(ADMINISTRATOR, others="not found"),
    "GET /notifications": lists(EVERYBODY),
    "POST /notifications/read": lists(EVERYBODY),
    # Somebody else's leads to one's own list, as one that never was.
    "POST /notifications/<uuid:notification_id>/open": lists(EVERYBODY),
    # Reporting, and what became of it: by poster and code, or with an account.
    "GET /r/<code>": PUBLIC,
    "POST /r/<code>": PUBLIC,
    # Nothing is deployed where the stranger works.
    "GET /report": replace(lists(STAFF), but={"stranger": "not found"}),
    "POST /report": replace(lists(STAFF), but={"stranger": "not found"}),
    "GET /report/sent": PUBLIC,
    "GET /reports": lists(STAFF),
    "GET /reports/<uuid:instance_id>": OWN_REPORT,
    "POST /reports/<uuid:instance_id>/messages": OWN_REPORT,
    "GET /status": PUBLIC,
    "POST /status": PUBLIC,
    "POST /status/forget": PUBLIC,
    # Without a code it leads to the page that asks for one.
    "POST /status/messages": PUBLIC,
    # The work.
    "GET /tasks": lists(DOERS, OVERSEERS),
    "GET /tasks/<uuid:task_id>": TASK,
    "POST /tasks/<uuid:task_id>/claim": CLAIM,
    "POST /tasks/<uuid:task_id>/complete": TASK,
    "POST /tasks/<uuid:task_id>/draft": CLAIM,
    "POST /tasks/<uuid:task_id>/release": replace(thing(DOERS), but=NO_SUCH_TASK),
    # A case: the reporter is led to the report's own page.
    "GET /cases/<uuid:instance_id>": told(thing(HANDLERS, OVERSEERS, REPORTER, others="not found")),
    "GET /cases/<uuid:instance_id>/diagram.json": CASE,
    "GET /cases/<uuid:instance_id>/papers": CASE,
    "GET /cases/<uuid:instance_id>/print": CASE,
    "GET /cases/<uuid:instance_id>/proof": told(thing(OVERSEERS, PRINCIPAL, UNION)),
    "GET /cases/<uuid:instance_id>/audit.jsonl": told(thing(OVERSEERS, PRINCIPAL, UNION)),
    "GET /cases/<uuid:instance_id>/audit": told(thing(OVERSEERS, PRINCIPAL, UNION)),
    "GET /cases/<uuid:instance_id>/audit/replay": told(thing(OVERSEERS, PRINCIPAL, UNION)),
    "GET /cases/<uuid:instance_id>/messages": thing(HANDLERS),
    "POST /cases/<uuid:instance_id>/messages": thing(HANDLERS),
    "GET /cases/<uuid:instance_id>/identity": thing(PRINCIPAL, UNION),
    "POST /cases/<uuid:instance_id>/identity": thing(PRINCIPAL, UNION),
    "GET /cases/<uuid:instance_id>/<any(suspend,resume,cancel):action>": thing(PRINCIPAL),
    "POST /cases/<uuid:instance_id>/<any(suspend,resume,cancel):action>": thing(PRINCIPAL),
    # Looking in from above, and who looked.
    "GET /audit/grounds": ABOVE_ONLY,
    "GET /audit/grounds/new": ABOVE_ONLY,
    "POST /audit/grounds/new": ABOVE_ONLY,
    "POST /audit/grounds/<uuid:ground_id>/end": replace(
        ABOVE_ONLY, but=dict.fromkeys(GROUNDLESS, "not found")
    ),
    "GET /audit/grants": lists(PRINCIPAL, UNION, VERIFIER),
    "POST /audit/grants": lists(PRINCIPAL),
    "POST /audit/grants/<uuid:ground_id>/end": thing(PRINCIPAL),
    "GET /audit/looks": lists(PRINCIPAL, UNION, VERIFIER),
    "GET /audit/looks/mine": ABOVE_ONLY,
    "GET /audit/looks/all": DIRECTOR,
    "GET /audit/looks/<any(ours,mine,all):side>.<kind>": lists(PRINCIPAL, UNION, VERIFIER),
    # Guidance visits: those above plan them, the enterprise reads the letter and answers.
    "GET /guidance": lists(VISITED, OVERSEERS),
    # Only enterprises assess themselves; where the stranger works nothing is deployed.
    "GET /guidance/self-assessment.pdf": replace(
        lists(VISITED), but={"stranger": "not found", **dict.fromkeys(OVERSEERS, "not found")}
    ),
    "GET /guidance/new": ABOVE_ONLY,
    # The group stands beside the district, whose office deployed the process.
    "GET /guidance/new/<uuid:enterprise_id>": VISITING,
    "POST /guidance/new/<uuid:enterprise_id>": VISITING,
    "GET /guidance/<uuid:visit_id>": thing(VISITED, OVERSEERS),
    "GET /guidance/<uuid:visit_id>/letter.pdf": thing(VISITED, OVERSEERS),
    "POST /guidance/<uuid:visit_id>/cancel": replace(
        VISITING, but=dict.fromkeys(OVERSEERS - {"officer"}, "not found")
    ),
    "GET /guidance/follow-ups/<uuid:follow_up_id>": thing(PRINCIPAL, VERIFIER),
    "POST /guidance/follow-ups/<uuid:follow_up_id>": thing(PRINCIPAL, VERIFIER),
    # Typical cases: published ones are for all, in every organisation, and in public.
    "GET /practices": lists(EVERYBODY),
    "GET /practices/work": lists(OVERSEERS, PRINCIPAL, VERIFIER),
    "GET /practices/new/<uuid:instance_id>": NOMINATION,
    "POST /practices/new/<uuid:instance_id>": NOMINATION,
    "GET /practices/<uuid:practice_id>": lists(EVERYBODY),
    "POST /practices/<uuid:practice_id>/study": lists(EVERYBODY),
    "POST /practices/<uuid:practice_id>/checklist": lists(PRINCIPAL, VERIFIER, ADMINISTRATOR),
    "POST /practices/<uuid:practice_id>/process": lists(ADMINISTRATOR),
    "POST /practices/<uuid:practice_id>/consent": thing(PRINCIPAL),
    "POST /practices/<uuid:practice_id>/withdraw": thing(PRINCIPAL),
    "POST /practices/<uuid:practice_id>/check": ABOVE_ONLY,
    "POST /practices/<uuid:practice_id>/vet": ABOVE_ONLY,
    "POST /practices/<uuid:practice_id>/publish": DIRECTOR,
    # It is published: a director alone takes it back.
    "POST /practices/<uuid:practice_id>/decline": DIRECTOR,
    "GET /practices/book.pdf": lists(EVERYBODY),
    "GET /practices/report.xlsx": DIRECTOR,
    "POST /practices/report": DIRECTOR,
    "GET /practices/public": PUBLIC,
    "GET /practices/public/<slug>": PUBLIC,
    "GET /practices/public/<slug>/photos/<int:number>": PUBLIC,
    "GET /practices/public.rss": PUBLIC,
    # Coverage: the board for those above, the record for enterprises; the principal signs.
    "GET /coverage": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /coverage/board.<kind>": COVERAGE,
    "GET /coverage/units": COVERAGE,
    "GET /coverage/units.<kind>": COVERAGE,
    "POST /coverage/reminders": Access(OVERSEERS, outsiders="forbidden"),
    "GET /coverage/kpis": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /coverage/targets": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /coverage/targets/new": TARGET,
    "POST /coverage/targets/new": TARGET,
    "POST /coverage/targets/adopt": TARGET,
    "GET /coverage/targets/<uuid:target_id>": TARGET,
    "POST /coverage/targets/<uuid:target_id>": TARGET,
    "POST /coverage/targets/<uuid:target_id>/withdraw": TARGET,
    "GET /mechanism": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /mechanism/<uuid:organisation_id>": thing(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "POST /mechanism/<uuid:organisation_id>/obstacle": thing(PRINCIPAL, ADMINISTRATOR, OVERSEERS),
    "GET /mechanism/evidence/<kind>": lists(VERIFIER, PRINCIPAL, ADMINISTRATOR),
    "POST /mechanism/evidence/<kind>": lists(VERIFIER, PRINCIPAL, ADMINISTRATOR),
    "GET /mechanism/evidence/<uuid:evidence_id>/withdraw": thing(
        VERIFIER, PRINCIPAL, ADMINISTRATOR
    ),
    "POST /mechanism/evidence/<uuid:evidence_id>/withdraw": thing(
        VERIFIER, PRINCIPAL, ADMINISTRATOR
    ),
    # Nothing is deployed where the stranger works, so nothing is offered.
    "POST /mechanism/offers/<kind>": replace(
        lists(VERIFIER, PRINCIPAL, ADMINISTRATOR), but={"stranger": "not found"}
    ),
    "GET /mechanism/zero": lists(PRINCIPAL),
    "POST /mechanism/zero": lists(PRINCIPAL),
    "GET /principal": lists(PRINCIPAL),
    "POST /principal/quarters/<key>": lists(PRINCIPAL),
    # Scores: the office scores the department, which reads its sheet once it is signed.
    "GET /scoring": lists(OVERSEERS, PRINCIPAL),
    "POST /scoring/adopt": DIRECTOR,
    "GET /scoring/<uuid:scheme_id>": SCHEME,
    "GET /scoring/<uuid:scheme_id>.xlsx": SCHEME,
    "POST /scoring/<uuid:scheme_id>/compute": SCHEME,
    "GET /scoring/<uuid:scheme_id>/edit": DIRECTOR,
    "POST /scoring/<uuid:scheme_id>/edit": DIRECTOR,
    "GET /scoring/<uuid:scheme_id>/<uuid:scored_id>": Access(
        frozenset({"office", "officer"}),
        outsiders="not found",
        but=dict.fromkeys(["town", "group", "principal"], "not found"),
    ),
    "POST /scoring/<uuid:scheme_id>/<uuid:scored_id>/bonus": SCHEME,
    "POST /scoring/<uuid:scheme_id>/<uuid:scored_id>/sign": DIRECTOR,
    "GET /scoring/evidence.zip": replace(
        lists(PRINCIPAL), but=dict.fromkeys(OVERSEERS, "not found")
    ),
    # One's own safety record; those of people who agreed, for those who appraise.
    "GET /safety-record": lists(STAFF),
    "POST /safety-record/consent": lists(STAFF),
    "POST /safety-record/withdraw": lists(STAFF),
    "GET /safety-record/own.<kind>": lists(STAFF),
    "GET /safety-record/thanks": lists(STAFF),
    "GET /safety-record/agreed": lists(PRINCIPAL, UNION),
    "GET /safety-record/agreed.<kind>": lists(PRINCIPAL, UNION),
    # Ledgers and figures.
    "GET /hazards": lists(HANDLERS, OVERSEERS),
    "GET /hazards.<kind>": lists(HANDLERS, OVERSEERS),
    "GET /rewards": lists(REWARD_READERS),
    "GET /rewards.<kind>": lists(REWARD_READERS),
    # Ways, times and bottlenecks across cases; an event log tells single histories.
    "GET /analysis": lists(HANDLERS, OVERSEERS),
    "GET /analysis/ways": lists(HANDLERS, OVERSEERS),
    "GET /analysis/ways/<digest>": thing(HANDLERS, OVERSEERS),
    "GET /analysis/steps": lists(HANDLERS, OVERSEERS),
    "GET /analysis/heat": lists(HANDLERS, OVERSEERS),
    "GET /analysis/conformance": lists(HANDLERS, OVERSEERS),
    "GET /analysis/hazards": lists(HANDLERS, OVERSEERS),
    "GET /analysis/silent": lists(HANDLERS, OVERSEERS),
    "GET /analysis/progress": lists(HANDLERS, OVERSEERS),
    "POST /analysis/recount": lists(HANDLERS, OVERSEERS),
    "POST /analysis/views": lists(HANDLERS, OVERSEERS),
    "POST /analysis/views/<uuid:view_id>": OWN_VIEW,
    "GET /analysis/ways.<kind>": lists(HANDLERS, OVERSEERS),
    "GET /analysis/steps.<kind>": lists(HANDLERS, OVERSEERS),
    "GET /analysis/events.<kind>": told(thing(HANDLERS, OVERSEERS)),
    "GET /board": ABOVE_ONLY,
    "POST /board/refresh": ABOVE_ONLY,
    "GET /board/silent": ABOVE_ONLY,
    "GET /board/steps/<key>": ABOVE_ONLY,
    # The register of majors, what is entered there, and the month's publicity sheet.
    "GET /majors": lists(HANDLERS, OVERSEERS),
    "GET /majors.<any(xlsx,csv):kind>": lists(HANDLERS, OVERSEERS),
    "GET /majors/<uuid:instance_id>": thing(HANDLERS, OVERSEERS),
    **{
        f"{method} /majors/<uuid:instance_id>{route}": access
        for route, access in {
            "/guard": thing(VERIFIER, PRINCIPAL, frozenset({"rectifier", "colleague"})),
            "/report/<any(authority,congress):addressee>": thing(VERIFIER, PRINCIPAL, UNION),
            "/papers/<any(authority,congress):addressee>": MAJOR_PAPERS,
            "/papers/acceptance": MAJOR_PAPERS,
            "/supervision": SUPERVISED,
            "/supervision/<uuid:supervision_id>/strike-off": SUPERVISED,
            "/supervision/<uuid:supervision_id>/apply": replace(
                thing(VERIFIER, PRINCIPAL), but=dict.fromkeys(OVERSEERS, "not found")
            ),
        }.items()
        for method in ("GET", "POST")
    },
    "GET /publicity": lists(REWARD_READERS - OVERSEERS),
    "GET /publicity.pdf": lists(REWARD_READERS - OVERSEERS),
    # Training: held by those above; whoever has the code of the sheet signs.
    "GET /training": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /training/new": ABOVE_ONLY,
    "POST /training/new": ABOVE_ONLY,
    "GET /training/untrained": ABOVE_ONLY,
    "GET /training/untrained.<any(xlsx,csv):kind>": ABOVE_ONLY,
    "GET /training/<uuid:session_id>": LESSON,
    "GET /training/<uuid:session_id>/edit": OWN_LESSON,
    "POST /training/<uuid:session_id>/edit": OWN_LESSON,
    "GET /training/<uuid:session_id>/sheet.pdf": LESSON,
    "GET /training/<uuid:session_id>/list": OWN_LESSON,
    "POST /training/<uuid:session_id>/list": OWN_LESSON,
    "GET /training/<uuid:session_id>/attendees.<any(xlsx,csv):kind>": LESSON,
    "POST /training/<uuid:session_id>/sheet": OWN_LESSON,
    "POST /training/<uuid:session_id>/confirm": OWN_LESSON,
    "POST /training/<uuid:session_id>/withdraw": OWN_LESSON,
    "POST /training/<uuid:session_id>/attendees/<uuid:attendee_id>/remove": OWN_LESSON,
    "GET /training/<uuid:session_id>/materials/<uuid:file_id>": replace(
        thing(HANDLERS, ADMINISTRATOR, OVERSEERS),
        but=dict.fromkeys(("town", "group"), "not found"),
    ),
    "GET /t/<code>": PUBLIC,
    "POST /t/<code>": PUBLIC,
    "GET /statistics": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /statistics.<kind>": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    # The cases behind a figure are rows of the ledger.
    "GET /statistics/cases": lists(HANDLERS, OVERSEERS),
    "GET /statistics/cases.<kind>": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    # The months as they are handed in: each looks at the returns of their own unit.
    "GET /returns": lists(HANDLERS, OVERSEERS),
    "GET /returns/<month>": lists(HANDLERS, OVERSEERS),
    "GET /returns/<month>/cases": lists(HANDLERS, OVERSEERS),
    "GET /returns/<month>/report.pdf": lists(HANDLERS, OVERSEERS),
    "GET /returns/<month>/evidence.zip": lists(OVERSEERS, PRINCIPAL),
    "GET /returns/<month>/export/<key>.<kind>": lists(OVERSEERS, PRINCIPAL),
    "POST /returns/<month>/sign": RETURN_SIGNER,
    "POST /returns/<month>/withdraw": RETURN_SIGNER,
    "POST /returns/<month>/lock": lists(OVERSEERS, PRINCIPAL),
    "POST /returns/<month>/submit": lists(OVERSEERS, PRINCIPAL),
    "POST /returns/<month>/entered": lists(OVERSEERS, PRINCIPAL),
    "POST /returns/<month>/remind": lists(OVERSEERS, PRINCIPAL),
    "GET /returns/corrections": lists(HANDLERS, OVERSEERS),
    "POST /returns/corrections/accept": RETURN_SIGNER,
    "POST /returns/corrections/state": RETURN_SIGNER,
    "GET /returns/formats": lists(OVERSEERS, PRINCIPAL),
    "GET /returns/formats/<key>.toml": lists(OVERSEERS, PRINCIPAL),
    "POST /returns/formats": RETURN_MANAGER,
    "POST /returns/settings": RETURN_MANAGER,
    # Definitions and incidents.
    "GET /definitions": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /definitions/upload": lists(ADMINISTRATOR),
    "POST /definitions/upload": lists(ADMINISTRATOR),
    "GET /definitions/<key>": DEFINITION,
    "GET /definitions/<key>/<int:version>": DEFINITION,
    "GET /definitions/<key>/<int:version>.bpmn": DEFINITION,
    "GET /definitions/<key>/<int:version>/diagram.json": DEFINITION,
    "GET /definitions/<key>/<int:version>/files/<kind>/<name>": DEFINITION,
    # Sector packs, and what is printed from what runs.
    "GET /packs": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /packs/<key>": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /packs/<key>/diagram.json": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /packs/<key>/compare": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /packs/<key>/print": DEFINITION,
    "GET /packs/<key>/<any(handbook,rules,notice):paper>.pdf": DEFINITION,
    "POST /packs/<key>/install": lists(ADMINISTRATOR),
    "POST /packs/<key>/adapt": lists(ADMINISTRATOR),
    # The studio: drafts of the own organisation only.
    "GET /studio": lists(ADMINISTRATOR),
    "POST /studio/drafts": lists(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>": thing(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>/content.json": thing(ADMINISTRATOR),
    "PUT /studio/drafts/<uuid:draft_id>/content.json": thing(ADMINISTRATOR),
    "POST /studio/drafts/<uuid:draft_id>/discard": thing(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>/proposals.json": thing(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>/pack.zip": thing(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>/try": thing(ADMINISTRATOR),
    "POST /studio/drafts/<uuid:draft_id>/try": thing(ADMINISTRATOR),
    "POST /studio/drafts/<uuid:draft_id>/try.json": thing(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>/try/diagram.json": thing(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>/scenarios": thing(ADMINISTRATOR),
    "POST /studio/drafts/<uuid:draft_id>/scenarios": thing(ADMINISTRATOR),
    "POST /studio/drafts/<uuid:draft_id>/scenarios/<key>/rename": thing(ADMINISTRATOR),
    "POST /studio/drafts/<uuid:draft_id>/scenarios/<key>/remove": thing(ADMINISTRATOR),
    "GET /definitions/<key>/<int:version>/pack.zip": DEFINITION,
    # The second person sees what waits for them; the first is not the second.
    "GET /studio/drafts/<uuid:draft_id>/publish": WAITING_DRAFT,
    "POST /studio/drafts/<uuid:draft_id>/publish": thing(ADMINISTRATOR),
    "GET /studio/drafts/<uuid:draft_id>/diagram.json": WAITING_DRAFT,
    "POST /studio/drafts/<uuid:draft_id>/approve": replace(
        WAITING_DRAFT, but={"administrator": "forbidden", "office": "not found"}
    ),
    "POST /studio/drafts/<uuid:draft_id>/decline": WAITING_DRAFT,
    "GET /definitions/<key>/<int:version>/compare": DEFINITION,
    "GET /definitions/<key>/<int:version>/<any(suspend,resume,restore):action>": thing(
        ADMINISTRATOR
    ),
    "POST /definitions/<key>/<int:version>/<any(suspend,resume,restore):action>": thing(
        ADMINISTRATOR
    ),
    "GET /definitions/<key>/inherit": thing(ADMINISTRATOR),
    "POST /definitions/<key>/inherit": thing(ADMINISTRATOR),
    "POST /definitions/<key>/keep": thing(ADMINISTRATOR),
    # Cases are moved by those who draw, and by the principal: their own enterprise's only.
    "GET /definitions/<key>/<int:version>/move": MOVE,
    "POST /definitions/<key>/<int:version>/move": MOVE,
    "GET /definitions/moves/<uuid:migration_id>": thing(ADMINISTRATOR, PRINCIPAL),
    "POST /definitions/moves/<uuid:migration_id>/stop": thing(ADMINISTRATOR, PRINCIPAL),
    "POST /definitions/moves/<uuid:migration_id>/retry": thing(ADMINISTRATOR, PRINCIPAL),
    "POST /studio/lint": lists(ADMINISTRATOR),
    "POST /studio/fix": lists(ADMINISTRATOR),
    "POST /studio/preview": lists(ADMINISTRATOR),
    "GET /incidents": lists(ADMINISTRATOR, PRINCIPAL),
    "POST /incidents/<uuid:incident_id>/retry": thing(ADMINISTRATOR),
    # Files of a case.
    "POST /attachments": lists(EVERYBODY),
    "GET /files/<uuid:attachment_id>": HIDDEN_FILE,
    "GET /files/<uuid:attachment_id>/small": HIDDEN_FILE,
    # Certificates: those of the case, and the check for everybody.
    "GET /certificates/<number>": told(thing(HANDLERS, REPORTER, OVERSEERS, others="not found")),
    "GET /certificates/<number>.pdf": told(
        thing(HANDLERS, REPORTER, OVERSEERS, others="not found")
    ),
    "POST /certificates/<number>/revoke": thing(PRINCIPAL),
    "GET /verify": PUBLIC,
    "POST /verify": PUBLIC,
    "GET /verify/<code>": PUBLIC,
    "POST /verify/<code>": PUBLIC,
    # What the administrator looks after.
    "GET /organisation": lists(ADMINISTRATOR),
    "POST /organisation": lists(ADMINISTRATOR),
    "GET /people": lists(ADMINISTRATOR),
    "GET /people/new": lists(ADMINISTRATOR),
    "POST /people/new": lists(ADMINISTRATOR),
    "GET /people/<uuid:user_id>": thing(ADMINISTRATOR),
    "POST /people/<uuid:user_id>/disable": thing(ADMINISTRATOR),
    "POST /people/<uuid:user_id>/enable": thing(ADMINISTRATOR),
    "POST /people/<uuid:user_id>/password": thing(ADMINISTRATOR),
    "POST /people/<uuid:user_id>/roles": thing(ADMINISTRATOR),
    "GET /places": lists(ADMINISTRATOR),
    "POST /places": lists(ADMINISTRATOR),
    "GET /places/posters.pdf": thing(ADMINISTRATOR),
    "GET /places/<uuid:place_id>/poster": thing(ADMINISTRATOR),
    "GET /places/<uuid:place_id>/poster.pdf": thing(ADMINISTRATOR),
    "POST /places/<uuid:place_id>/renew": thing(ADMINISTRATOR),
    "POST /places/<uuid:place_id>/revoke": thing(ADMINISTRATOR),
    # The register of enterprises.
    "GET /registry": lists(OVERSEERS, ADMINISTRATOR, PRINCIPAL),
    "GET /registry/list.<kind>": lists(OVERSEERS, ADMINISTRATOR, PRINCIPAL),
    "GET /registry/new": KEEPERS,
    "POST /registry/new": KEEPERS,
    "GET /registry/unassigned": KEEPERS,
    "POST /registry/unassigned": Access(frozenset({"office"}), outsiders="forbidden"),
    "GET /registry/imports": KEEPERS,
    "POST /registry/imports": KEEPERS,
    "GET /registry/template.xlsx": KEEPERS,
    "GET /registry/imports/<uuid:batch_id>": SHEET,
    "GET /registry/imports/<uuid:batch_id>/bad.<kind>": SHEET,
    "POST /registry/imports/<uuid:batch_id>/<any(take,discard):what>": SHEET,
    "GET /registry/overlaps": KEEPERS,
    "GET /registry/overlaps/cases": KEEPERS,
    "GET /registry/leading": KEEPERS,
    "GET /registry/nodes": KEEPERS,
    "GET /registry/nodes/new": Access(frozenset({"office"}), outsiders="forbidden"),
    "POST /registry/nodes/new": Access(frozenset({"office"}), outsiders="forbidden"),
    "GET /registry/nodes/<uuid:organisation_id>": NODE,
    "POST /registry/nodes/<uuid:organisation_id>": NODE,
    "GET /registry/<uuid:organisation_id>": ENTRY,
    "GET /registry/<uuid:organisation_id>/edit": ENTRY,
    "POST /registry/<uuid:organisation_id>/edit": ENTRY,
    "GET /registry/<uuid:organisation_id>/move": OFFICE_ONLY,
    "POST /registry/<uuid:organisation_id>/move": OFFICE_ONLY,
    "POST /registry/<uuid:organisation_id>/supervisors": OFFICE_ONLY,
    "GET /registry/<uuid:organisation_id>/<any(suspend,close,merge,reopen):action>": OFFICE_ONLY,
    "POST /registry/<uuid:organisation_id>/<any(suspend,close,merge,reopen):action>": OFFICE_ONLY,
    # The API.
    "POST /api/v1/attachments": lists(STAFF),
    "GET /api/v1/attachments/<uuid:attachment_id>": told_to_programs(
        thing(HANDLERS, REPORTER, OVERSEERS, others="not found")
    ),
    "GET /api/v1/openapi.json": PUBLIC,
    "GET /api/v1/audit/verify": lists(OVERSEERS, ADMINISTRATOR, PRINCIPAL, UNION),
    "GET /api/v1/certificates/<number>.pdf": told_to_programs(
        thing(HANDLERS, REPORTER, OVERSEERS, others="not found")
    ),
    "GET /api/v1/verify/<code>": PUBLIC,
    "GET /api/v1/definitions": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "POST /api/v1/definitions": lists(ADMINISTRATOR),
    "POST /api/v1/definitions/lint": lists(ADMINISTRATOR),
    "GET /api/v1/definitions/<key>": DEFINITION,
    "GET /api/v1/definitions/<key>/<int:version>.bpmn": DEFINITION,
    "GET /api/v1/definitions/<key>/start-form": replace(thing(STAFF), but={"sole": "opens"}),
    "GET /api/v1/hazards": lists(HANDLERS, OVERSEERS),
    "GET /api/v1/hazards/<number>": thing(HANDLERS, OVERSEERS),
    "GET /api/v1/statistics/monthly": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /api/v1/instances": lists(HANDLERS, OVERSEERS),
    "POST /api/v1/instances": lists(STAFF),
    "GET /api/v1/instances/<uuid:instance_id>": told_to_programs(thing(HANDLERS, OVERSEERS)),
    "GET /api/v1/instances/<uuid:instance_id>/diagram": told_to_programs(
        thing(HANDLERS, OVERSEERS)
    ),
    "GET /api/v1/instances/<uuid:instance_id>/history": told_to_programs(
        thing(HANDLERS, OVERSEERS)
    ),
    "GET /api/v1/audit-grounds": ABOVE_ONLY,
    "POST /api/v1/audit-grounds": ABOVE_ONLY,
    "GET /api/v1/tasks": lists(DOERS, OVERSEERS),
    "GET /api/v1/tasks/<uuid:task_id>": CLAIM,
    "POST /api/v1/tasks/<uuid:task_id>/claim": CLAIM,
    "POST /api/v1/tasks/<uuid:task_id>/complete": CLAIM,
    "POST /api/v1/tasks/<uuid:task_id>/release": replace(thing(DOERS), but=NO_SUCH_TASK),
}
