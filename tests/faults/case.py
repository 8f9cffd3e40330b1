"""The case that is worked on while processes are killed: a small hazard loop with everything in it.

Two branches at once, rework, a timer that fires, a service that fails now and then, numbers,
both ledgers, and certificates made by jobs.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Final

from engine import definitions, delegates
from engine.errors import DelegateError
from tests import flows

KEY: Final = "killed"
FORM: Final = flows.form(
    "ask",
    {"type": "textfield", "key": "note", "id": "note", "label": "备注"},
    {"type": "textfield", "key": "result", "id": "result", "label": "结果"},
)


#: Who does what, in an order that leads to the end.
TASKS: Final = (
    ("verifier", "verify"),
    ("principal", "report_authority"),
    ("union", "report_union"),
    ("rectifier", "rectify"),
    ("acceptor", "accept"),
    ("approver", "approve"),
    ("finance", "pay"),
)


def _script(key: str, text: str) -> str:
    return f'<scriptTask id="{key}" name="{key}"><script>{text}</script></scriptTask>'


PROCESS: Final = flows.process(
    KEY,
    flows.start(),
    _script("price", "amount_fen = 5000\nreward_rule = 'flat'\ndescription = note"),
    '<parallelGateway id="split"/>',
    flows.task("verify"),
    flows.timer("late", "verify", "PT0.1S"),
    flows.service("remind", "notify", to="'principal'", message="'verify_overdue'"),
    '<endEvent id="reminded"/>',
    flows.service("register", "register_hazard"),
    flows.task("report_authority", "principal"),
    flows.task("report_union", "union"),
    '<exclusiveGateway id="again"/>',
    flows.task("rectify", "rectifier"),
    flows.task("accept", "acceptor", reviewer_not="rectify"),
    '<exclusiveGateway id="passed" default="passed_to_again"/>',
    flows.service("close", "close_hazard"),
    '<endEvent id="closed"/>',
    flows.service("telephone", "telephone"),
    flows.service("propose", "propose_reward"),
    flows.task("approve", "approver"),
    flows.service("approved", "approve_reward"),
    flows.task("pay", "finance"),
    flows.service("paid", "record_payment"),
    '<endEvent id="rewarded"/>',
    flows.flows(
        ("start", "price"),
        ("price", "split"),
        ("split", "verify"),
        ("late", "remind"),
        ("remind", "reminded"),
        ("verify", "register"),
        ("register", "report_authority"),
        ("report_authority", "report_union"),
        ("report_union", "again"),
        ("again", "rectify"),
        ("rectify", "accept"),
        ("accept", "passed"),
        ("passed", "again"),
        ("passed", "close", "result == 'passed'"),
        ("close", "closed"),
        ("split", "telephone"),
        ("telephone", "propose"),
        ("propose", "approve"),
        ("approve", "approved"),
        ("approved", "pay"),
        ("pay", "paid"),
        ("paid", "rewarded"),
    ),
)


@delegates.delegate
def telephone(
    step: delegates.Step, params: Mapping[str, Any], data: Mapping[str, Any]
) -> dict[str, Any]:
    """Fail now and then; the step then waits as a job."""
    if random.random() < 0.1:
        raise DelegateError("线路不通", "the line is dead")
    return {"told": True}


def bundle() -> definitions.Bundle:
    """Give the process with its form, to deploy."""
    return definitions.Bundle({"bpmn": {KEY: PROCESS}, "form": {"ask": FORM}})


def answers_to(task_key: str) -> dict[str, Any]:
    """Give answers to a task; every fourth acceptance sends the case back."""
    if task_key == "accept":
        return {"result": random.choice(["passed", "passed", "passed", "failed"])}
    return {"note": task_key}
