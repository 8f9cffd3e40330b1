"""Certificates: a statement frozen under a number, made into a PDF by a job, checked by anyone.

The number, the statement's digest and later the PDF's digest are also events in the case's hash
chain, so that a row altered together with its digest is still found out.
"""

from engine.certificates.checking import Soundness, check
from engine.certificates.facts import (
    KINDS,
    ClaimFacts,
    ClosureFacts,
    GuidanceFacts,
    ReceiptFacts,
)
from engine.certificates.finding import (
    PROOF_DIGITS,
    find_by_code,
    find_by_digest,
    get_by_id,
    get_by_number,
    issuer,
    of_instance,
    progress,
    read_intact,
    to_come,
)
from engine.certificates.issuing import JOB, issue, mark_ready, require_same, revoke
from engine.certificates.reward_facts import RewardFacts

__all__ = [
    "JOB",
    "KINDS",
    "PROOF_DIGITS",
    "ClaimFacts",
    "ClosureFacts",
    "GuidanceFacts",
    "ReceiptFacts",
    "RewardFacts",
    "Soundness",
    "check",
    "find_by_code",
    "find_by_digest",
    "get_by_id",
    "get_by_number",
    "issue",
    "issuer",
    "mark_ready",
    "of_instance",
    "progress",
    "read_intact",
    "require_same",
    "revoke",
    "to_come",
]
