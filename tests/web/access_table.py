"""The table itself: every route, and who may open it. Said once, for people and for the test."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.web.access_above import ROUTES_ABOVE
from tests.web.access_api import API_ABOVE
from tests.web.access_api_rooms import API_ROOMS
from tests.web.access_complaints import ROUTES_OF_COMPLAINTS
from tests.web.access_parts import (
    ABOVE_ONLY,
    ADMINISTRATOR,
    CASE,
    CHECK,
    CLAIM,
    DEFINITION,
    DOERS,
    EVERYBODY,
    HANDLERS,
    HIDDEN_FILE,
    MOVE,
    NO_SUCH_TASK,
    OVERSEERS,
    OWN_CHECK,
    OWN_REPORT,
    PRINCIPAL,
    PUBLIC,
    REPORTER,
    REWARD_READERS,
    STAFF,
    TAKERS,
    TASK,
    TOLD_WHO_TAKES_PART,
    UNION,
    VERIFIER,
    WAITING_DRAFT,
    Access,
    lists,
    thing,
    told,
    told_to_programs,
)
from tests.web.access_relations import ROUTES_RELATIONS
from tests.web.access_rulebook import ROUTES_RULEBOOK

ROUTES: Final = {
    # The front door.
    "GET /": Access(EVERYBODY),
    "GET /healthz": PUBLIC,
    "GET /static/<path:filename>": PUBLIC,
    "POST /language": PUBLIC,
    "GET /law": PUBLIC,
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
    # Typing in what others say.
    "GET /checks": lists(DOERS),
    "GET /checks/items": lists(DOERS),
    "GET /checks/new": lists(DOERS),
    "POST /checks/new": lists(DOERS),
    "GET /checks/<uuid:check_id>": CHECK,
    "POST /checks/<uuid:check_id>": OWN_CHECK,
    "GET /checks/<uuid:check_id>/items/<code>/report": OWN_CHECK,
    "POST /checks/<uuid:check_id>/items/<code>/report": OWN_CHECK,
    "GET /report/for": replace(lists(TAKERS), but={"stranger": "not found"}),
    "POST /report/for": replace(lists(TAKERS), but={"stranger": "not found"}),
    "GET /report/for/sent": lists(TAKERS),
    "GET /reports": lists(STAFF),
    "GET /reports/<uuid:instance_id>": OWN_REPORT,
    "POST /reports/<uuid:instance_id>/messages": OWN_REPORT,
    "POST /reports/<uuid:instance_id>/naming": OWN_REPORT,
    "POST /status/naming": PUBLIC,
    "GET /status": PUBLIC,
    "POST /status": PUBLIC,
    "POST /status/forget": PUBLIC,
    # Without a code it leads to the page that asks for one.
    "POST /status/messages": PUBLIC,
    # Asked after 90 days.
    "POST /status/check-in": PUBLIC,
    "POST /reports/<uuid:instance_id>/check-in": OWN_REPORT,
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
    # Ledgers and figures.
    "GET /hazards": lists(HANDLERS, OVERSEERS),
    "GET /hazards.<kind>": lists(HANDLERS, OVERSEERS),
    "GET /rewards": lists(REWARD_READERS),
    "GET /rewards.<kind>": lists(REWARD_READERS),
    # The cases behind a figure are rows of the ledger.
    "POST /statistics/recount": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /statistics/cases": lists(HANDLERS, OVERSEERS),
    "GET /statistics/cases.<kind>": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
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
    "POST /people/<uuid:user_id>/team": thing(ADMINISTRATOR),
    "GET /people/imports": lists(ADMINISTRATOR),
    "POST /people/imports": lists(ADMINISTRATOR),
    "GET /people/template.xlsx": lists(ADMINISTRATOR),
    "POST /people/passwords": lists(ADMINISTRATOR),
    "GET /people/imports/<uuid:batch_id>": thing(ADMINISTRATOR),
    "GET /people/imports/<uuid:batch_id>/bad.<kind>": thing(ADMINISTRATOR),
    "POST /people/imports/<uuid:batch_id>/<any(take,discard):what>": thing(ADMINISTRATOR),
    "GET /teams": lists(ADMINISTRATOR),
    "POST /teams": lists(ADMINISTRATOR),
    "GET /teams/<uuid:team_id>": thing(ADMINISTRATOR),
    "POST /teams/<uuid:team_id>": thing(ADMINISTRATOR),
    "POST /teams/<uuid:team_id>/<any(close,reopen):what>": thing(ADMINISTRATOR),
    "POST /teams/<uuid:team_id>/members/<uuid:user_id>/<any(join,leave):what>": thing(
        ADMINISTRATOR
    ),
    "POST /teams/<uuid:team_id>/areas": thing(ADMINISTRATOR),
    "POST /teams/<uuid:team_id>/areas/remove": thing(ADMINISTRATOR),
    "GET /participation": lists(TOLD_WHO_TAKES_PART),
    "GET /participation/figures.<kind>": lists(TOLD_WHO_TAKES_PART),
    "GET /participation/notice.pdf": replace(
        lists(TOLD_WHO_TAKES_PART), but=dict.fromkeys(OVERSEERS, "not found")
    ),
    "GET /places": lists(ADMINISTRATOR),
    "POST /places": lists(ADMINISTRATOR),
    "GET /places/posters.pdf": thing(ADMINISTRATOR),
    "GET /places/<uuid:place_id>/poster": thing(ADMINISTRATOR),
    "GET /places/<uuid:place_id>/poster.pdf": thing(ADMINISTRATOR),
    "POST /places/<uuid:place_id>/renew": thing(ADMINISTRATOR),
    "POST /places/<uuid:place_id>/revoke": thing(ADMINISTRATOR),
    # The API.
    "POST /api/v1/attachments": lists(EVERYBODY),
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
    "POST /api/v1/signals": lists(REPORTER, VERIFIER, PRINCIPAL, ADMINISTRATOR),
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
    **API_ABOVE,
    **API_ROOMS,
    **ROUTES_OF_COMPLAINTS,
    **ROUTES_ABOVE,
    **ROUTES_RULEBOOK,
    **ROUTES_RELATIONS,
}
