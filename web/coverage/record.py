"""The record of one enterprise as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock, organisations, registry
from engine.actors import Actor
from engine.coverage import evidence, kinds, reminders, signs, targets, zero
from engine.coverage.records import proofs_of
from engine.errors import NotFound
from engine.hazards.mechanism import OPTIONAL, QUARTER, REQUIRED, STATED, Proof, stage_of
from engine.permissions import allows
from web import files
from web.coverage import words
from web.language import say
from web.look import yuan


@dataclass(frozen=True)
class Piece:
    """One piece of evidence in words."""

    row: Any
    name: str
    lines: Sequence[str]
    files: Sequence[Mapping[str, Any]]
    is_whole: bool


class Record:
    """Everything the page says of an enterprise's mechanism."""

    def __init__(self, session: Session, organisation_id: UUID, actor: Actor) -> None:
        self.session, self.actor = session, actor
        self.organisation = organisations.get(session, organisation_id, actor=actor, sight="both")
        if self.organisation.kind != "enterprise":
            raise NotFound()
        self.is_own = actor.organisation_id == organisation_id
        #: The reader's unit only supervises it besides, and reads.
        self.is_beside = registry.only_beside(session, organisation_id, actor=actor)
        self.standing = signs.standing(session, organisation_id)

    def may(self, permission: str) -> bool:
        """Say whether the reader may do something here."""
        own = permission in (
            "coverage:record", "coverage:enter", "coverage:sign", "rulebook:write",
        )  # fmt: skip
        if self.is_beside and permission == "coverage:explain":
            return False
        return allows(self.actor, permission) and (self.is_own or not own)

    @property
    def stage(self) -> str:
        """Give the stage of today."""
        return stage_of(
            self.standing.days,
            is_active=self.organisation.status == "active",
            last_sign_on=self.standing.last_sign_on,
            today=clock.local_date(),
        )

    @cached_property
    def rows(self) -> Sequence[Any]:
        """Give all evidence, the newest first."""
        return evidence.listed(self.session, self.organisation.id)

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """Give each kind with its evidence."""
        return [
            {
                "key": key,
                "name": say(kinds.KINDS[key].name),
                "hint": say(kinds.KINDS[key].hint),
                "required": key in REQUIRED,
                "pieces": [_piece(row) for row in self._of(key)],
                "is_there": any(one.is_whole for one in proofs_of(self._of(key))),
                "missing": self._missing(key),
            }
            for key in (*REQUIRED, *OPTIONAL)
        ]

    @property
    def lacking(self) -> int:
        """Give how many kinds that are asked for are not there."""
        return sum(part["required"] and not part["is_there"] for part in self.parts)

    @property
    def others(self) -> list[Piece]:
        """Give days stated before and signed quarters."""
        return [_piece(row) for key in (STATED, QUARTER) for row in self._of(key)]

    @property
    def withdrawn(self) -> list[Piece]:
        """Give what no longer holds."""
        return [_piece(row) for row in self.rows if row.withdrawn_at is not None]

    @cached_property
    def zero_statements(self) -> Sequence[Any]:
        """Give the zero statements, the newest first."""
        return zero.listed(self.session, self.organisation.id)

    @cached_property
    def targets(self) -> list[dict[str, Any]]:
        """Give the targets that mean this enterprise, and whether it has reached them."""
        known = targets.listed(self.session, actor=self.actor)
        meant = signs.meant_by(self.session, self.organisation.id, known)
        days = {
            "established": self.standing.days.established_on,
            "implemented": self.standing.days.implemented_on,
        }
        today = clock.local_date()
        return [
            {
                "row": one,
                "reached_on": days[one.stage],
                "is_late": days[one.stage] is None and today > one.due_on,
            }
            for one in known
            if one.id in meant
        ]

    @cached_property
    def reminders(self) -> list[Any]:
        """Give the reminders it has got, the newest first."""
        return reminders.reminders(self.session, self.organisation.id)

    def _of(self, key: str) -> list[Any]:
        return [row for row in self.rows if row.kind == key and row.withdrawn_at is None]

    def _missing(self, key: str) -> list[str]:
        """Give the chapters that no rules have, where there are rules."""
        proofs = [Proof(row.kind, row.on, row.details) for row in self._of(key)]
        if key != "rules" or not proofs or any(one.is_whole for one in proofs):
            return []
        return [say(kinds.CHAPTER_NAMES[chapter]) for chapter in proofs[0].missing]


def _piece(row: Any) -> Piece:
    proof = Proof(row.kind, row.on, row.details)
    return Piece(
        row=row,
        name=say(words.kind_name(row.kind)),
        lines=[line for line in _lines(row.details) if line],
        files=files.shown([str(one) for one in row.files]),
        is_whole=proof.is_whole,
    )


def _lines(details: Mapping[str, Any]) -> list[str]:
    chapters = details.get("chapters") or {}
    told = [
        f"{say(kinds.CHAPTER_NAMES[key])}（{page}）"
        for key, page in chapters.items()
        if key in kinds.CHAPTER_NAMES
    ]
    lines = ["　".join(told)]
    named = {"method": kinds.METHODS, "channel": kinds.CHANNELS, "source": kinds.FUNDS}
    for key, choices in named.items():
        if details.get(key) in choices:
            lines.append(say(choices[details[key]]))
    lines += [str(details.get(key) or "") for key in ("version", "posts", "result")]
    if details.get("budget_fen"):
        lines.append(f"{details['year']}　¥{yuan(details['budget_fen'])}")
    return lines
