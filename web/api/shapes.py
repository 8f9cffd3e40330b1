"""Rows as the API shows them. Nothing here knows who reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from engine.definitions.publishing import standing
from engine.discretion import Discretion
from engine.store import tables as t
from engine.voting.rounds import Round
from web import ledger_rows

#: Columns of the hazard ledger that go out as they are.
_HAZARD: Final = (
    "report_number", "number", "closure_number", "organisation_id", "kind", "state", "level",
    "category", "finding", "source", "channel", "place", "part", "description",
    "checklist_item", "imminent", "fixed_on_spot", "control_type", "rounds", "reported_at",
    "acknowledged_at", "verified_at", "registered_at", "due_on", "rectified_at", "accepted_at",
    "closed_at", "dismissed_at", "cancelled_at", "told_at", "sector", "department_id", "town_id",
    "group_id",
)  # fmt: skip
OpenTask = tuple[Any, str, str, str, Any]


def definition(row: Any) -> dict[str, Any]:
    """Give one version of a definition."""
    return {
        "key": row.key,
        "name": row.name,
        "version": row.version,
        "state": row.state,
        "created_at": row.created_at,
        "starts_at": row.starts_at,
        "reason": row.reason,
        "pack": row.pack,
        "digest": row.digest.hex(),
    }


def version(row: Any, in_force: Any) -> dict[str, Any]:
    """Give one version among the others of a definition, a row of `engine.definitions.lineage`."""
    return {
        **definition(row),
        "standing": standing.standing(row, in_force),
        "author": row.author,
        "approver": row.approver,
    }


def instance(row: Any) -> dict[str, Any]:
    """Give an instance as lists show it."""
    return {
        "id": row.id,
        "definition_key": row.key,
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "identity_mode": row.identity_mode,
    }


def open_tasks(tasks: Iterable[OpenTask]) -> list[dict[str, Any]]:
    """Give the tasks an instance waits at."""
    names = ("id", "key", "name", "candidate_group", "assignee_id")
    return [dict(zip(names, task, strict=True)) for task in tasks]


def votes(found: Sequence[Round], discretion: Discretion) -> list[dict[str, Any]]:
    """Give the rounds of a case's votes; who said what, once it is told."""
    return [
        {
            "element": one.element,
            "state": one.state,
            "opened_at": one.opened_at,
            "ended_at": one.ended_at,
            "voters": one.voters,
            "voted": one.voted,
            "votes": [
                {
                    "user_id": None if one.element in discretion.votes.nameless else vote.user_id,
                    "role": vote.role,
                    "choice": vote.choice,
                    "opinion": vote.opinion,
                    "at": vote.at,
                }
                for vote in one.votes
                if vote.task_id not in discretion.votes.untold
                and not discretion.is_withheld(one.element)
            ],
        }
        for one in found
    ]


def task(row: Any) -> dict[str, Any]:
    """Give a task as lists show it."""
    return {
        "id": row.task_id,
        "instance_id": row.id,
        "key": row.task_key,
        "name": row.task_name,
        "candidate_group": row.candidate_group,
        "assignee_id": row.assignee_id,
        "state": row.task_state,
        "created_at": row.created_at,
        "due_at": row.task_due_at,
        "completed_at": row.completed_at,
        "number": row.number,
        "title": row.title,
    }


def hazard(row: Any) -> dict[str, Any]:
    """Give a row of the hazard ledger."""
    return {
        **{name: getattr(row, name) for name in _HAZARD},
        "instance_id": row.id,
        "organisation": row.organisation_name,
        "rectifier": row.rectifier_name,
        "overdue_days": ledger_rows.Hazard(row).days_late,
    }


def events(
    rows: Sequence[t.Event], previous: bytes, discretion: Discretion
) -> list[dict[str, Any]]:
    """Give events with their hashes, and of each what the reader may know.

    Args:
        previous: the hash of the event before the first of them.
    """
    found = []
    for row in rows:
        found.append(
            {
                "sequence": row.sequence,
                "at": row.at,
                "tag": row.tag,
                **discretion.event(row),
                "hash": row.hash.hex(),
                "previous_hash": previous.hex(),
            }
        )
        previous = row.hash
    return found


def problem(found: Any) -> dict[str, Any]:
    """Give one lint problem."""
    return {
        "rule": found.rule,
        "family": found.family,
        "element": found.element,
        "line": found.line,
        "severity": found.severity,
        "zh": found.zh,
        "en": found.en,
        "fix": found.fix,
    }
