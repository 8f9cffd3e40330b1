"""The table of permissions says what the law and the design say."""

from __future__ import annotations

import pytest

from engine.actors import ENTERPRISE_ROLES, ROLES, SYSTEM, Actor, by_receipt
from engine.errors import NotAllowed
from engine.permissions import PERMISSIONS, allows, require
from engine.store import new_id

CONTRACT = {
    "case:list",
    "case:read",
    "case:suspend",
    "case:cancel",
    "case:migrate",
    "report:create",
    "report:enter",
    "check:make",
    "signal:send",
    "task:work",
    "message:write",
    "task:assign",
    "ledger:read",
    "reward:read",
    "statistics:read",
    "statistics:read_district",
    "analysis:read",
    "board:read",
    "coverage:read",
    "coverage:record",
    "coverage:enter",
    "coverage:sign",
    "coverage:explain",
    "coverage:remind",
    "coverage:target",
    "definition:read",
    "definition:deploy",
    "definition:approve",
    "people:manage",
    "place:manage",
    "organisation:manage",
    "registry:read",
    "registry:manage",
    "incident:read",
    "incident:retry",
    "certificate:read",
    "certificate:revoke",
    "audit:verify",
    "audit:read",
    "auditing:state",
    "auditing:seen",
    "auditing:grant",
    "auditing:granted",
    "auditing:oversee",
    "guidance:visit",
    "guidance:read",
    "guidance:answer",
    "complaint:handle",
    "letter:read",
    "letter:reply",
    "training:hold",
    "training:read",
    "major:read",
    "major:report",
    "major:guard",
    "major:draw_up",
    "major:supervise",
    "returns:read",
    "returns:sign",
    "returns:lock",
    "returns:export",
    "platform:export",
    "returns:manage",
    "practice:read",
    "practice:nominate",
    "practice:consent",
    "practice:vet",
    "practice:publish",
    "practice:apply",
    "campaign:read",
    "campaign:manage",
    "campaign:enter",
    "campaign:recommend",
    "campaign:review",
    "score:read",
    "score:work",
    "score:sign",
    "safety_record:own",
    "safety_record:appraise",
    "naming:own",
    "honour:read",
    "honour:propose",
    "honour:decide",
    "document:read",
    "document:publish",
    "token:own",
    "identity:reveal",
    "participation:read",
    "practice:export",
    "relation:answer",
    "relation:manage",
    "relation:pass",
    "relation:read",
    "team:manage",
    "template:publish",
    "rulebook:comment",
    "rulebook:read",
    "rulebook:write",
}


def acting(*roles: str) -> Actor:
    return Actor(
        user_id=new_id(),
        name="某人",
        organisation_id=new_id(),
        organisation_kind="enterprise",
        roles=frozenset(roles),
    )


def test_every_permission_is_in_the_table_and_every_role_exists() -> None:
    assert set(PERMISSIONS) == CONTRACT
    for roles in PERMISSIONS.values():
        assert roles
        assert roles <= set(ROLES)


def test_an_unknown_permission_is_a_mistake_and_never_granted() -> None:
    with pytest.raises(KeyError):
        allows(acting("administrator"), "case:everything")


def test_everybody_in_an_enterprise_may_report() -> None:
    assert PERMISSIONS["report:create"] == set(ENTERPRISE_ROLES)


def test_administrators_read_no_case_and_no_identity() -> None:
    administrator = acting("administrator")
    for permission in ("case:read", "case:list", "task:work", "reward:read", "identity:reveal"):
        assert not allows(administrator, permission)


def test_reporters_read_only_their_own() -> None:
    reporter = acting("reporter")
    for permission in ("case:read", "case:list", "ledger:read", "reward:read"):
        assert not allows(reporter, permission)


def test_those_above_look_but_do_not_touch() -> None:
    officer = acting("officer")
    for permission in ("case:read", "ledger:read", "statistics:read_district", "audit:verify"):
        assert allows(officer, permission)
    # They work on the tasks of their own processes; a task is its organisation's alone.
    for permission in ("message:write", "case:cancel", "definition:deploy", "identity:reveal"):
        assert not allows(officer, permission)


def test_the_machine_may_all_but_open_an_identity() -> None:
    refused = {permission for permission in PERMISSIONS if not allows(SYSTEM, permission)}
    assert refused == {"identity:reveal"}


def test_a_receipt_code_is_a_reporter_and_nothing_more() -> None:
    held = {p for p in PERMISSIONS if allows(by_receipt(new_id(), new_id()), p)}
    # The last ones open pages of an account, and a code signs nobody in.
    assert held == {
        "report:create", "task:work", "check:make", "signal:send", "naming:own", "token:own",
        "practice:read", "document:read", "safety_record:own", "honour:read",
    }  # fmt: skip


def test_a_refusal_says_which_permission_is_missing() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(acting("reporter"), "case:read")
    assert refused.value.details == {"permission": "case:read"}
