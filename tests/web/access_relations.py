"""Who may open the rooms of related parties: 甲 is the host, 丙 its contractor, 乙 a stranger."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.web.access_parts import (
    ADMINISTRATOR,
    ENTRY,
    HANDLERS,
    KEEPERS,
    OVERSEERS,
    PRINCIPAL,
    PUBLIC,
    UNION,
    VERIFIER,
    lists,
    thing,
)

#: Those of either side read a relation; its host says what it is about.
_READERS: Final = (PRINCIPAL, ADMINISTRATOR, VERIFIER, UNION)
_BOTH: Final = replace(thing(*_READERS), but={"sole": "opens"})
_HOST: Final = replace(thing(PRINCIPAL, ADMINISTRATOR), but={"sole": "forbidden"})
_NOT_OURS: Final = dict.fromkeys([*PRINCIPAL, *VERIFIER, "stranger"], "not found")
_TEMPLATE: Final = replace(
    thing(HANDLERS, ADMINISTRATOR), but={"sole": "opens", **dict.fromkeys(OVERSEERS, "not found")}
)
_ONE: Final = "/relations/<uuid:relation_id>"
_OF_TEMPLATE: Final = "/templates/<uuid:template_id>"

ROUTES_RELATIONS: Final = {
    "GET /relations": lists(*_READERS),
    "GET /relations/new": lists(PRINCIPAL, ADMINISTRATOR),
    "POST /relations/new": lists(PRINCIPAL, ADMINISTRATOR),
    "GET /relations/invite": lists(PRINCIPAL, ADMINISTRATOR),
    "POST /relations/invite": lists(PRINCIPAL, ADMINISTRATOR),
    f"GET {_ONE}": _BOTH,
    f"GET {_ONE}/files/<uuid:file_id>": _BOTH,
    f"GET {_ONE}/invitation.pdf": thing(PRINCIPAL, ADMINISTRATOR),
    # It was 丙 that was asked, and not the host itself.
    f"POST {_ONE}/answer": replace(thing(), but={"sole": "opens", "principal": "not found"}),
    f"POST {_ONE}/withdraw": _HOST,
    f"POST {_ONE}/end": replace(thing(PRINCIPAL, ADMINISTRATOR), but={"sole": "opens"}),
    f"GET {_ONE}/edit": _HOST,
    f"POST {_ONE}/edit": _HOST,
    f"GET {_ONE}/agreement": _HOST,
    f"POST {_ONE}/agreement": _HOST,
    f"GET {_ONE}/cases": thing(PRINCIPAL, VERIFIER),
    # The host's case is the host's alone; what was passed on is the contractor's to answer.
    "GET /relations/cases/<uuid:instance_id>": thing(PRINCIPAL, VERIFIER),
    "POST /relations/cases/<uuid:instance_id>": thing(PRINCIPAL, VERIFIER),
    "POST /relations/cases/<uuid:instance_id>/pass": thing(PRINCIPAL, VERIFIER),
    "POST /relations/cases/<uuid:instance_id>/call-back": thing(PRINCIPAL, VERIFIER),
    "GET /relations/received": lists(*_READERS),
    "POST /relations/received/<uuid:passed_id>/take": replace(lists(), but=_NOT_OURS),
    "POST /relations/received/<uuid:passed_id>/refuse": replace(lists(), but=_NOT_OURS),
    "GET /invited": PUBLIC,
    "GET /invited/<code>": PUBLIC,
    # Anybody else is told that they were not meant.
    "POST /invited/<code>": lists(PRINCIPAL),
    "GET /registry/invited": KEEPERS,
    "POST /registry/invited/<uuid:relation_id>/bind": replace(
        KEEPERS, but=dict.fromkeys(["officer", "town", "group"], "not found")
    ),
    "GET /registry/<uuid:organisation_id>/relations": ENTRY,
    # 甲 lets those who work for it take over its mechanism.
    "GET /templates": lists(HANDLERS, OVERSEERS, ADMINISTRATOR),
    "GET /templates/new": lists(PRINCIPAL),
    "POST /templates/new": lists(PRINCIPAL),
    f"GET {_OF_TEMPLATE}": _TEMPLATE,
    f"GET {_OF_TEMPLATE}/diagram.json": _TEMPLATE,
    f"GET {_OF_TEMPLATE}/compare": _TEMPLATE,
    f"POST {_OF_TEMPLATE}/take": replace(thing(ADMINISTRATOR), but={"sole": "opens"}),
    f"POST {_OF_TEMPLATE}/withdraw": thing(PRINCIPAL),
    # The same over the API.
    "GET /api/v1/relations": lists(*_READERS),
    "GET /api/v1/relations/received": lists(*_READERS),
    "GET /api/v1/relations/<uuid:relation_id>": _BOTH,
    "GET /api/v1/organisations/<uuid:organisation_id>/relations": ENTRY,
    "GET /api/v1/organisations/leading": KEEPERS,
}
