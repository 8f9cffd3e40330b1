"""The one table of who may do what.

A permission says what a role may do at all; which rows it may do it to is said by
`engine.store.visible_to`, and whose turn it is by the task's candidate group. Nothing else in the
program names a role in order to allow something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.actors import ENTERPRISE_ROLES, GRANTEE, OVERSIGHT_ROLES, Actor
from engine.errors import NotAllowed, NotFound
from engine.store import Organisation, organisations_of

_MEMBERS: Final = frozenset(ENTERPRISE_ROLES)
_DOERS: Final = _MEMBERS - {"administrator"}
#: Those who handle cases. Administrators look after people and diagrams, and read no report;
#: reporters see their own cases through the identity vault, not through a permission.
_HANDLERS: Final = _DOERS - {"reporter"}
_OVERSEERS: Final = frozenset(OVERSIGHT_ROLES) - {"administrator", "observer"}
#: Those who read figures, and nothing of single cases (R-10, R-13).
_WATCHERS: Final = _OVERSEERS | {"observer"}
_ADMINISTRATORS: Final = frozenset({"administrator", "operator"})
_EVERYONE: Final = _MEMBERS | frozenset(OVERSIGHT_ROLES)

#: Permission → the roles that hold it. The system role holds all but `identity:reveal`.
PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "case:list": _HANDLERS | _OVERSEERS,
    "case:read": _HANDLERS | _OVERSEERS,
    "case:suspend": frozenset({"principal", "operator"}),
    "case:cancel": frozenset({"principal", "operator"}),
    "case:migrate": _ADMINISTRATORS | {"principal"},
    "report:create": _MEMBERS,
    # Typing in what somebody said, wrote on a slip or found in an inspection, and saying which.
    "report:enter": frozenset({"verifier", "rectifier", "union", "principal"}),
    # Self-checks by the checklist, by whoever works there.
    "check:make": _DOERS,
    # Alarms of devices: a gateway has an account of its own, which may nothing but report.
    "signal:send": frozenset({"reporter", "verifier", "principal", "administrator"}),
    # Those above an enterprise do the tasks of their own processes, such as guidance visits.
    "task:work": _DOERS | _OVERSEERS,
    "message:write": _HANDLERS,
    "task:assign": frozenset({"verifier", "principal"}),
    "ledger:read": _HANDLERS | _OVERSEERS,
    "reward:read": frozenset({"approver", "finance", "union", "principal"}) | _OVERSEERS,
    "statistics:read": _HANDLERS | _WATCHERS | {"administrator"},
    "statistics:read_district": _WATCHERS,
    # How many take part, by team in an enterprise, by axis above: sums, never persons.
    "participation:read": frozenset({"verifier", "principal", "union", "administrator"})
    | _WATCHERS,
    "analysis:read": _HANDLERS | _OVERSEERS,
    "board:read": _WATCHERS,
    "coverage:read": _HANDLERS | _WATCHERS | {"administrator"},
    # An enterprise enters its evidence; its principal signs; those above explain and remind.
    "coverage:record": frozenset({"verifier", "principal", "administrator"}),
    # The union enters its own opinion on the rules (安法 7), and nothing else.
    "coverage:enter": frozenset({"verifier", "principal", "administrator", "union"}),
    "coverage:sign": frozenset({"principal"}),
    "coverage:explain": frozenset({"principal", "administrator"}) | _OVERSEERS,
    "coverage:remind": _OVERSEERS,
    "coverage:target": frozenset({"director", "administrator"}),
    "definition:read": _HANDLERS | _OVERSEERS | _ADMINISTRATORS,
    "definition:deploy": _ADMINISTRATORS,
    # The second person, where an organisation publishes by two.
    "definition:approve": _ADMINISTRATORS | {"principal", "director"},
    "people:manage": _ADMINISTRATORS,
    # The register of workshops and teams, and who is in which.
    "team:manage": _ADMINISTRATORS,
    "place:manage": _ADMINISTRATORS,
    "organisation:manage": _ADMINISTRATORS,
    # An enterprise finds its own entry in the register, and keeps its contacts up to date.
    "registry:read": _WATCHERS | _ADMINISTRATORS | {"principal"},
    "registry:manage": _OVERSEERS | _ADMINISTRATORS | {"principal"},
    "incident:read": _ADMINISTRATORS | {"principal"},
    "incident:retry": _ADMINISTRATORS,
    "certificate:read": _HANDLERS | _OVERSEERS,
    "certificate:revoke": frozenset({"principal", "operator"}),
    "audit:verify": _OVERSEERS | _ADMINISTRATORS | {"principal", "union", GRANTEE},
    "audit:read": _OVERSEERS | _ADMINISTRATORS | {"principal", "union", GRANTEE},
    # Looking into histories from above: on what ground, who looked, and who watches over that.
    "auditing:state": _OVERSEERS,
    "auditing:seen": frozenset({"principal", "union", "verifier"}),
    "auditing:grant": frozenset({"principal"}),
    # Cases that an enterprise granted one's organisation by name.
    "auditing:granted": _OVERSEERS | {"principal"},
    "auditing:oversee": frozenset({"director"}),
    # Guidance visits 合规指导: who makes them, who sees them, who answers for the enterprise.
    "guidance:visit": _OVERSEERS,
    "guidance:read": _OVERSEERS | {"principal", "verifier", "union", "administrator"},
    "guidance:answer": frozenset({"principal", "verifier"}),
    # Complaints of retaliation: those of a union, one complaint at a time; which of
    # them says `engine.complaints.access`. The principal gets the union's letters.
    "complaint:handle": frozenset({"union"}) | _OVERSEERS,
    "letter:read": frozenset({"principal"}),
    "letter:reply": frozenset({"principal"}),
    # Training sessions 培训: held by those above; an enterprise sees who of its people was there.
    "training:hold": _OVERSEERS,
    "training:read": _HANDLERS | _OVERSEERS | {"administrator"},
    # The register of majors: reported and made safe by the enterprise; put under supervision 挂牌
    # and struck off 核销 by an authority, or so noted by the enterprise with the document.
    "major:read": _HANDLERS | _OVERSEERS,
    "major:report": frozenset({"verifier", "principal", "union"}),
    "major:guard": frozenset({"verifier", "rectifier", "principal"}),
    "major:draw_up": frozenset({"verifier", "acceptor", "principal", "union"}),
    "major:supervise": _OVERSEERS | {"verifier", "principal"},
    # The month: the director of a unit signs, or the principal of an enterprise.
    "returns:read": _HANDLERS | _OVERSEERS,
    "returns:sign": frozenset({"director", "principal"}),
    "returns:lock": frozenset({"director", "officer", "principal"}),
    # Whole months with every case and reward in them leave the house.
    "returns:export": _OVERSEERS | {"principal"},
    # Enterprises and hazards without any person, for a city's risk-monitoring platform.
    "platform:export": _OVERSEERS,
    "returns:manage": _ADMINISTRATORS | {"director", "principal"},
    # Typical cases: all learn from them; the enterprise consents, two people check, one publishes.
    "practice:read": _EVERYONE,
    "practice:nominate": _OVERSEERS | {"principal", "verifier"},
    "practice:consent": frozenset({"principal"}),
    "practice:vet": _OVERSEERS,
    "practice:publish": frozenset({"director"}),
    # Given to the press by officers and directors of the unit that published them.
    "practice:export": _OVERSEERS,
    "practice:apply": frozenset({"principal", "verifier", "administrator"}),
    # Campaigns: an office's director runs them, enterprises enter, those above recommend and judge.
    "campaign:read": _OVERSEERS | {"principal", "administrator"},
    "campaign:manage": frozenset({"director"}),
    "campaign:enter": frozenset({"principal", "administrator"}),
    "campaign:recommend": _OVERSEERS,
    "campaign:review": _OVERSEERS,
    # Scoring organisations; whoever is scored reads the sheet once it is signed.
    "score:read": _OVERSEERS | {"principal"},
    "score:work": _OVERSEERS,
    "score:sign": frozenset({"director"}),
    # One's own safety record, and reading those of people who agreed to it: the principal,
    # who decides on appraisal and promotion, and the union, which proposes for honours.
    "safety_record:own": _MEMBERS,
    "safety_record:appraise": frozenset({"principal", "union"}),
    # Agreeing that one's name is said; and honours 荣誉: proposed by one, decided by another.
    "naming:own": _MEMBERS,
    "honour:read": _MEMBERS,
    "honour:propose": frozenset({"verifier", "union", "administrator"}),
    "honour:decide": frozenset({"principal"}),
    # The library of those above: read by all below, published by officers and directors.
    "document:read": _EVERYONE,
    "document:publish": _OVERSEERS,
    # Contractors, tenants and their hosts: the host says who they are, the other side's principal
    # whether that is so; a hazard is passed on, and taken on, by who verifies.
    "relation:read": frozenset({"principal", "administrator", "verifier", "union"}),
    "relation:manage": frozenset({"principal", "administrator"}),
    "relation:answer": frozenset({"principal"}),
    "relation:pass": frozenset({"principal", "verifier"}),
    # Letting others take over the own mechanism.
    "template:publish": frozenset({"principal"}),
    # The enterprise's own rules: built from answers, put before the union and those above, who
    # comment; the principal issues them (`coverage:sign`).
    "rulebook:read": _OVERSEERS | {"principal", "administrator", "verifier", "union"},
    "rulebook:write": frozenset({"principal", "administrator"}),
    "rulebook:comment": _OVERSEERS | {"union"},
    "token:own": _EVERYONE,
    # The union guards the reporter, the principal has to talk with them (安法 54-55, 73;
    # domain.md B7). Each look is a history event with its reason.
    "identity:reveal": frozenset({"union", "principal"}),
}


def allows(actor: Actor, permission: str) -> bool:
    """Say whether the actor holds `permission`; an unknown permission is a KeyError."""
    roles = PERMISSIONS[permission]
    if actor.is_system:
        return permission != "identity:reveal"
    return actor.has(*roles)


def role_for(actor: Actor, permission: str) -> str:
    """Give the role by which the actor holds `permission`, "" when they do not hold it."""
    if actor.is_system:
        return "system" if allows(actor, permission) else ""
    return min(actor.roles & PERMISSIONS[permission], default="")


def require(actor: Actor, permission: str) -> None:
    """Raise NotAllowed unless the actor holds `permission`."""
    if not allows(actor, permission):
        raise NotAllowed(
            "您的岗位没有这项权限。如确有需要，请联系本单位管理员。",
            "Your role does not permit this. If you need it, ask your administrator.",
            permission=permission,
        )


def require_over(session: Session, actor: Actor, permission: str, organisation_id: UUID) -> None:
    """Raise unless the actor holds `permission` and may use it on that organisation.

    Members manage their own organisation; those of the district office also the ones in their
    district, since somebody has to give a new enterprise its first administrator.

    Raises:
        NotAllowed: the role lacks the permission. NotFound: the organisation is not theirs.
    """
    require(actor, permission)
    if actor.is_system or actor.organisation_id == organisation_id:
        return
    seen = organisations_of(actor).where(Organisation.id == organisation_id)
    if actor.organisation_kind != "office" or session.scalar(seen) is None:
        raise NotFound()
