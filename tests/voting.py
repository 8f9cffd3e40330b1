"""Diagrams in which several decide, one a kind, with the form that asks for a vote."""

from __future__ import annotations

from engine import definitions
from tests import flows

BALLOT = flows.form(
    "ballot",
    {
        "type": "radio",
        "key": "decision",
        "id": "decision",
        "label": "意见",
        "values": [{"label": "同意", "value": "agree"}, {"label": "不同意", "value": "refuse"}],
        "validate": {"required": True},
        "properties": {"values_en": "Agree|Refuse"},
    },
    {"type": "textarea", "key": "opinion", "id": "opinion", "label": "理由"},
)


def vote(key: str = "decide", group: str = "verifier", **settings: str) -> str:
    """Give a task that several decide on."""
    sequential = str(settings["decide"] == "sequence").lower()
    values = {"formKey": "ballot", "candidateGroups": group, **settings}
    return (
        f'<userTask id="{key}" name="{key}">{flows.properties(**values)}'
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"/></userTask>'
    )


def process(key: str, *, voted: str = "decide", **settings: str) -> bytes:
    """A vote, then `yes` or `no`, or a round again when that was asked for."""
    return flows.process(
        key,
        flows.start(),
        flows.task("first"),
        '<exclusiveGateway id="back"/>',
        vote(voted, **settings),
        '<exclusiveGateway id="choice" default="choice_to_no"/>',
        flows.task("yes"),
        flows.task("no"),
        flows.END,
        '<endEvent id="end2"/>',
        flows.flows(
            ("start", "first"), ("first", "back"), ("back", voted), (voted, "choice"),
            ("choice", "yes", f"{voted}_result == 'passed'"), ("choice", "back", "again"),
            ("choice", "no"), ("yes", "end"), ("no", "end2"),
        ),
    )  # fmt: skip


_SAFETY = "verifier,rectifier,acceptor"
DIAGRAMS = {
    "countersign": process("countersign", decide="all", voters=_SAFETY),
    "seen_by_all": process("seen_by_all", decide="all", voters=_SAFETY, vote_open="true"),
    "either": process("either", decide="any", voters=_SAFETY),
    "ballot": process("ballot", decide="ratio", ratio="2/3", voters=_SAFETY),
    "in_turn": process("in_turn", decide="sequence", voters="verifier,approver,finance"),
    "checked_by_many": process(
        "checked_by_many", voted="verify", decide="all", voters="verifier,reporter",
        reviewer_not="first",
    ),
    "verified_by_many": process(
        "verified_by_many", voted="verify", decide="all", voters="reporter,rectifier,acceptor"
    ),
    "accepted_by_many": flows.process(
        "accepted_by_many",
        flows.start(),
        vote("verify", decide="ratio", ratio="1/2", voters=_SAFETY),
        flows.task("rectify", "rectifier"),
        vote("accept", "acceptor", decide="all", voters="acceptor,union"),
        '<exclusiveGateway id="choice" default="choice_to_rectify"/>',
        flows.END,
        flows.flows(
            ("start", "verify"), ("verify", "rectify"), ("rectify", "accept"),
            ("accept", "choice"), ("choice", "end", "accept_result == 'passed'"),
            ("choice", "rectify"),
        ),
    ),
    "nobody_there": process("nobody_there", decide="all", voters="union", reviewer_not="first"),
}  # fmt: skip


def bundle() -> definitions.Bundle:
    """Give a bundle of all of them."""
    return definitions.Bundle({"bpmn": DIAGRAMS, "form": {"ask": flows.ASK, "ballot": BALLOT}})
