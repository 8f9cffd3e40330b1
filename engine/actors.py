"""Who acts, for which organisation, with which roles."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from engine.errors import Message

#: Roles a member may hold in an enterprise. Lanes name them; forms and tables cite them.
ENTERPRISE_ROLES: Final = {
    "reporter": Message("报告人", "Reporter"),
    "verifier": Message("核查人", "Verifier"),
    "rectifier": Message("整改责任人", "Rectifier"),
    "acceptor": Message("验收人", "Acceptor"),
    "approver": Message("奖励审批人", "Reward approver"),
    "finance": Message("财务", "Finance"),
    "union": Message("工会", "Trade union"),
    "principal": Message("主要负责人", "Principal"),
    "administrator": Message("管理员", "Administrator"),
}
#: Roles a member may hold in an office, department, town or group.
OVERSIGHT_ROLES: Final = {
    "officer": Message("监管人员", "Officer"),
    "director": Message("负责人", "Director"),
    "administrator": Message("管理员", "Administrator"),
    # Members of the committee who only support it, the trade union above all: figures, no cases.
    "observer": Message("观察员（只看数字）", "Observer (figures only)"),
}
#: Roles that no member holds: the machine itself, and a reporter known only by a receipt code;
#: whoever reads what an enterprise granted their organisation by name.
TECHNICAL_ROLES: Final = {
    "system": Message("系统", "System"),
    "operator": Message("运维人员", "Operator"),
    "grantee": Message("受企业授权的单位", "Granted by the enterprise"),
}
#: The role of one who reads what an enterprise granted by name.
GRANTEE: Final = "grantee"
ROLES: Final = {**TECHNICAL_ROLES, **OVERSIGHT_ROLES, **ENTERPRISE_ROLES}
#: Roles whose members do tasks, and after which a lane may be named.
TASK_ROLES: Final = {
    role: name
    for role, name in {**ENTERPRISE_ROLES, **OVERSIGHT_ROLES}.items()
    if role != "observer"
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody acting now. Frozen: a change of role is a new actor."""

    #: The user, or None for the system and for a reporter known only by a receipt code.
    user_id: UUID | None
    #: The name shown to colleagues; never filled for a reporter known only by a code.
    name: str
    #: The organisation in whose name they act; None only for the system.
    organisation_id: UUID | None
    #: office, department, town, group or enterprise; empty for the system.
    organisation_kind: str = ""
    roles: AbstractSet[str] = field(default_factory=frozenset)
    #: The one instance a receipt code opens, if that is how they came in.
    receipt_for: UUID | None = None

    def has(self, *roles: str) -> bool:
        """Say whether the actor holds at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_system(self) -> bool:
        """Say whether this is the machine: timers, jobs, the command line."""
        return "system" in self.roles


SYSTEM: Final = Actor(user_id=None, name="系统", organisation_id=None, roles=frozenset({"system"}))


def acting_for(organisation: Any) -> Actor:
    """Give the machine as it acts in the name of an organisation, seeing what its officers see."""
    return Actor(
        user_id=None,
        name=organisation.name,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        roles=frozenset({"officer"}),
    )


def by_receipt(organisation_id: UUID, instance_id: UUID) -> Actor:
    """Give the actor a receipt code stands for: the reporter of one instance, nameless."""
    return Actor(
        user_id=None,
        name="",
        organisation_id=organisation_id,
        organisation_kind="enterprise",
        roles=frozenset({"reporter"}),
        receipt_for=instance_id,
    )
