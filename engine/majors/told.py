"""What the history of majors says: read for a whole page of the register at once (R-52).

Everything the process asked is taken from its answers: who determined what on which evidence, the
plan, the measures, to whom it was reported. A vote's answers count once it is decided.

Those above an enterprise are told what it owes them of a major without being asked (安法 41; order
16 art. 14): level and criterion, state and harm, the plan, measures, reports, days. What else its
steps answered, and who did them, is in the case, behind its door (docs/decisions/0027).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from engine import casefile, definitions
from engine.actors import Actor
from engine.hazards import levels
from engine.hazards.facts import plain_date
from engine.hazards.major_facts import DETERMINE, INTERIM, SIX_ELEMENTS
from engine.hazards.reports import ADDRESSEES, Report, reports_in
from engine.store import Event, Instance

#: The answers that are owed to those above.
OWED: Final = frozenset(
    {
        *SIX_ELEMENTS,
        *INTERIM,
        *("level", "criterion", "due_on", "fund_plan", "plan_files", "hazard_state", "hazard_harm"),
        *("reported_to_authority", "authority_name", "authority_method", "authority_proof"),
        *("reported_to_union", "union_method", "union_proof", "authority_files", "union_files"),
        *("supervised", "supervised_by", "case_no", "authority_cancelled_on"),
    }
)
_TAGS: Final = ("task:completed", "checklist:cited", "vote:decided", "major:guarded")


@dataclass(frozen=True)
class Said:
    """Something somebody wrote: what, when, who; nobody for the machine."""

    text: str
    at: datetime
    by: UUID | None = None


@dataclass(frozen=True)
class Tick:
    """One condition of the criteria, and what was found about it."""

    number: int
    text: str
    is_precondition: bool
    met: bool | None
    evidence: str


@dataclass(frozen=True)
class Determination:
    """One person's determination, condition by condition (domain.md C1 30)."""

    at: datetime
    by: UUID | None
    element: str
    task_id: UUID | None
    #: The document and clause it was judged by, as written.
    criterion: str
    ticks: Sequence[Tick]
    level: str
    note: str
    #: What the ticks say by themselves: major, general or undecided.
    proposed: str


@dataclass
class Told:
    """What the history of one major says."""

    #: The checklist item it cites, frozen in its version, or None.
    item: Mapping[str, Any] | None = None
    item_version: int | None = None
    determinations: list[Determination] = field(default_factory=list)
    #: The latest answer to each field, and who gave it when.
    answers: dict[str, Any] = field(default_factory=dict)
    said: dict[str, tuple[datetime, UUID | None]] = field(default_factory=dict)
    interim: list[Said] = field(default_factory=list)
    #: Reports the process asked for.
    reports: list[Report] = field(default_factory=list)
    #: Every day it was to be done by, the first first: extensions are added, never written over.
    due: list[tuple[date, datetime]] = field(default_factory=list)

    def text(self, key: str) -> str:
        """Give the latest answer to a field of text, "" when there is none."""
        value = self.answers.get(key)
        return value if isinstance(value, str) else ""

    @property
    def plan(self) -> dict[str, str]:
        """Give the six elements of its plan by their keys; empty while it is not whole."""
        found = {key: self.text(key) for key in SIX_ELEMENTS}
        return found if all(found.values()) else {}

    @property
    def extensions(self) -> list[tuple[date, datetime]]:
        """Give the days that came after the first one."""
        return self.due[1:]

    @property
    def supervised_by(self) -> str:
        """Give the authority that its report names as supervising it."""
        return self.text("supervised_by") if self.answers.get("supervised") is True else ""

    def when(self, key: str) -> datetime | None:
        """Give when a field was answered last."""
        return self.said[key][0] if key in self.said else None

    def who(self, key: str) -> UUID | None:
        """Give who answered a field last."""
        return self.said[key][1] if key in self.said else None


Key = tuple[UUID, UUID]


def told(session: Session, rows: Iterable[Any], *, actor: Actor) -> dict[UUID, Told]:
    """Give what the histories of majors say, by the ids of their cases, in few statements.

    Args:
        rows: rows of the register, which the actor may see; at most a page of them.
    """
    keys = [(row.organisation_id, row.id) for row in rows]
    hidden = _hidden(session, keys, actor)
    found: dict[UUID, Told] = {case: Told() for _owner, case in keys}
    for event in _events(session, keys):
        _take(found[event.instance_id], event, hidden)
    if not actor.is_system and actor.organisation_kind != "enterprise":
        return {case: owed(said) for case, said in found.items()}
    return found


def owed(said: Told) -> Told:
    """Give what of it is owed to those above; see the top of this file."""
    return replace(
        said,
        determinations=[
            replace(one, by=None, note="", ticks=[replace(tick, evidence="") for tick in one.ticks])
            for one in said.determinations
        ],
        answers={key: value for key, value in said.answers.items() if key in OWED},
        said={key: (at, None) for key, (at, _by) in said.said.items() if key in OWED},
        interim=[replace(one, by=None) for one in said.interim],
        reports=[replace(one, by=None) for one in said.reports],
    )


def _events(session: Session, keys: Sequence[Key]) -> Sequence[Any]:
    if not keys:
        return ()
    statement = (
        select(
            Event.instance_id,
            Event.at,
            Event.tag,
            Event.actor_id,
            Event.task_id,
            Event.element,
            Event.data,
        )
        .where(
            tuple_(Event.organisation_id, Event.instance_id).in_(keys),
            Event.tag.in_(_TAGS),
        )
        .order_by(Event.instance_id, Event.sequence)
    )
    return session.execute(statement).all()


def _hidden(session: Session, keys: Sequence[Key], actor: Actor) -> frozenset[str]:
    """Give the fields that the diagrams hide from the actor; those above are told by `OWED`."""
    if actor.is_system or actor.organisation_kind != "enterprise" or not keys:
        return frozenset()
    versions = session.scalars(
        select(Instance.definition_id)
        .where(
            Instance.organisation_id == actor.organisation_id,
            Instance.id.in_([case for _owner, case in keys]),
        )
        .distinct()
    )
    loaded = [definitions.load(session, version) for version in versions]
    return frozenset().union(*(casefile.hidden_fields(one, actor) for one in loaded))


def _take(case: Told, event: Any, hidden: Collection[str]) -> None:
    data = orjson.loads(event.data)
    match event.tag:
        case "checklist:cited":
            case.item, case.item_version = data.get("item"), data.get("version")
        case "major:guarded":
            case.interim.append(Said(str(data.get("text") or ""), event.at, event.actor_id))
        case "task:completed":
            answers = data.get("answers")
            if isinstance(answers, dict):
                known = {key: value for key, value in answers.items() if key not in hidden}
                _take_answers(case, event, known, is_vote="vote" in data)


def _take_answers(case: Told, event: Any, answers: dict[str, Any], *, is_vote: bool) -> None:
    if (event.element or "").rpartition(":")[2] == DETERMINE:
        case.determinations.append(_determination(case, event, answers))
    if is_vote:
        # What one of several voters answers is no fact of the case.
        return
    case.answers |= answers
    case.said |= dict.fromkeys(answers, (event.at, event.actor_id))
    text = "；".join(str(answers[key]).strip() for key in INTERIM if answers.get(key))
    if text and all(text != one.text for one in case.interim):
        case.interim.append(Said(text, event.at, event.actor_id))
    due = plain_date(answers.get("due_on"))
    if due is not None and (not case.due or case.due[-1][0] != due):
        case.due.append((due, event.at))
    case.reports += reports_in(answers, event.at, event.actor_id)


def _determination(case: Told, event: Any, answers: Mapping[str, Any]) -> Determination:
    item = case.item or {}
    listed = item.get("conditions") or ()
    marks = levels.ticks_in(answers, len(listed))
    ticks = [
        Tick(number, str(one["text"]), bool(one.get("pre")), mark.met, mark.evidence)
        for number, (one, mark) in enumerate(zip(listed, marks, strict=True), start=1)
    ]
    return Determination(
        at=event.at,
        by=event.actor_id,
        element=event.element or "",
        task_id=event.task_id,
        criterion=str(answers.get("criterion") or ""),
        ticks=ticks,
        level=str(answers.get("level") or ""),
        note=str(answers.get("determination_note") or ""),
        proposed=_proposed(item, marks),
    )


def _proposed(item: Mapping[str, Any], marks: Sequence[levels.Tick]) -> str:
    """Say what the ticks give by themselves; nothing when they say too little to judge."""
    criterion = levels.criterion_of(item)
    if criterion is None or any(mark.met and not mark.evidence.strip() for mark in marks):
        return ""
    return levels.determine(criterion, marks).verdict


__all__ = ["ADDRESSEES", "Determination", "Report", "Said", "Tick", "Told", "told"]
