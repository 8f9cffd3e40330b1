"""Who may open what, in words that several routes share."""

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
#: They type in what others report.
TAKERS: Final = frozenset({"verifier", "rectifier", "colleague", "union", "principal"})
#: They read how many take part, never who.
TOLD_WHO_TAKES_PART: Final = OVERSEERS | VERIFIER | UNION | PRINCIPAL | ADMINISTRATOR
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
#: A case of 甲, granted to 乙 by name: for nobody else there is such a grant.
GRANTED: Final = replace(lists(), but=dict.fromkeys([*PRINCIPAL, *OVERSEERS, "sole"], "not found"))
#: A self-check of the verifier: seen by who handles cases, filled in by who makes it.
CHECK: Final = replace(thing(HANDLERS), but={"reporter": "not found"})
OWN_CHECK: Final = replace(thing(VERIFIER), but=dict.fromkeys(DOERS - VERIFIER, "not found"))
#: An enterprise has none below it.
ENTERPRISES_BELOW: Final = replace(
    lists(OVERSEERS), outsiders="not found", but=dict.fromkeys(HANDLERS, "not found")
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
#: A signed sheet: of those who score, and of the one scored.
SCORED: Final = Access(
    frozenset({"office", "officer"}),
    outsiders="not found",
    but=dict.fromkeys(["town", "group", "principal"], "not found"),
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
#: Only departments supervise beside others.
BESIDE: Final = Access(
    frozenset({"officer"}),
    outsiders="not found",
    but=dict.fromkeys(("town", "group", "office", *PRINCIPAL, *ADMINISTRATOR), "not found"),
)
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

#: Who proposes honours; whose the honour is, for whom it waits, and who hands the paper out.
PROPOSERS: Final = VERIFIER | UNION | ADMINISTRATOR
HONOURED_ALONE: Final = Access(
    REPORTER, others="not found", outsiders="not found", but=dict.fromkeys(OVERSEERS, "forbidden")
)
HONOURED: Final = replace(HONOURED_ALONE, may=REPORTER | PROPOSERS | PRINCIPAL)

#: The office published the case of the house, gave it to an outlet and may revoke its award.
PUBLISHER: Final = replace(DIRECTOR, but=dict.fromkeys(("officer", "town", "group"), "not found"))
PRESS: Final = {
    "POST /campaigns/entries/<uuid:entry_id>/revoke": DIRECTOR,
    "GET /practices/press": ABOVE_ONLY,
    "POST /practices/press": ABOVE_ONLY,
    "POST /practices/<uuid:practice_id>/press": PUBLISHER,
    "GET /practices/press/<uuid:export_id>.zip": PUBLISHER,
    # Nobody has to be told of a case that is published.
    "POST /practices/press/<uuid:export_id>/<uuid:practice_id>/told": replace(
        ABOVE_ONLY, but=dict.fromkeys(OVERSEERS, "not found")
    ),
}
CAMPAIGN_STEPS: Final = "open,judge,publish,remind,cancel,reopen,extend"
#: Those who may enter or recommend cases; no office's campaign concerns the stranger.
CAMPAIGN_READERS: Final = lists(OVERSEERS, PRINCIPAL, ADMINISTRATOR)
CAMPAIGN: Final = replace(CAMPAIGN_READERS, but={"stranger": "not found"})
CAMPAIGN_ENTRY: Final = thing(OVERSEERS, PRINCIPAL, ADMINISTRATOR)
#: Given to the officer of the department and to nobody else.
JUDGED: Final = Access(
    frozenset({"officer"}),
    outsiders="forbidden",
    but=dict.fromkeys(("town", "group", "office"), "not found"),
)

#: The rules of 甲: put before its union and its department; nothing runs where the stranger works.
RULES_WRITERS: Final = PRINCIPAL | ADMINISTRATOR
RULES_READERS: Final = RULES_WRITERS | VERIFIER | UNION
OWN_RULES: Final = Access(
    RULES_READERS, but={"stranger": "not found"},
)  # fmt: skip
OWN_RULES_WRITTEN: Final = replace(OWN_RULES, may=RULES_WRITERS)
ASKED: Final = Access(
    RULES_READERS | {"officer"},
    outsiders="not found",
    but=dict.fromkeys(OVERSEERS - {"officer"}, "not found"),
)
COMMENTED: Final = replace(ASKED, may=UNION | {"officer"})
#: Whoever may report may complain; a stranger with neither code nor account is asked for a code.
COMPLAINING: Final = replace(lists(STAFF), nobody="opens")
#: Who complained by name.
COMPLAINANT: Final = Access(REPORTER, others="not found", outsiders="not found")
#: Those of the union, and nobody else; who could handle one elsewhere finds none.
COMPLAINT: Final = Access(UNION, outsiders="not found", but=dict.fromkeys(OVERSEERS, "not found"))
