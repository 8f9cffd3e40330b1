"""A case as its readers see it: everything its page, its print and its diagram are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from engine import (
    attachments,
    casefile,
    clock,
    definitions,
    history,
    instances,
    people,
    registry,
    turns,
)
from engine.actors import Actor
from engine.definitions import Loaded
from engine.discretion import MONEY_OUTPUTS, Discretion
from engine.errors import NotFound
from engine.hazards.counts import OPEN_STATES
from engine.hazards.deadlines import overdue_days
from engine.permissions import allows
from engine.relations import concerning
from engine.voting import rounds as vote_rounds
from engine.voting.rounds import Round, Secrets
from web import db, doors
from web.access import current_actor
from web.answer_words import Words, ids_in
from web.event_details import rule_words
from web.timeline import Entry, Teller
from web.vote_words import Tally, tally


@dataclass(frozen=True)
class Waiting:
    """An open task as the case's page shows it."""

    task: Any
    is_mine: bool
    #: How its vote stands, if it is one; the other voters' tasks are not listed then.
    tally: Tally | None = None
    #: The names of those who have not voted yet, where voters are named.
    missing: str = ""

    @property
    def can_be_claimed(self) -> bool:
        """Say whether the reader may take it from its group."""
        if self.tally is not None:
            return False
        is_free = self.task.assignee_id is None and self.task.candidate_group != "reporter"
        return self.is_mine and is_free


@dataclass(frozen=True)
class CaseFile:
    """One case, opened by somebody who may read it. What is asked for is read once."""

    row: Any
    actor: Actor

    @classmethod
    def open(cls, instance_id: UUID, what: str = "history") -> CaseFile:
        """Open a case for the visitor; who looks from above leaves a trace.

        Args:
            what: in which way they look at it (`engine.auditing.looks.WAYS`).

        Raises:
            NotFound: there is none, or it is not theirs to read as one who handles cases.
            GroundNeeded: they look from above and have stated no ground.
        """
        actor = current_actor()
        row = doors.enter(instance_id, what)
        if not allows(actor, "case:read"):
            raise NotFound()
        return cls(row, actor)

    def may(self, permission: str) -> bool:
        """Say whether the reader holds a permission."""
        return allows(self.actor, permission)

    @cached_property
    def loaded(self) -> Loaded:
        """The version of the process it runs by."""
        return definitions.load(db.session(), self.row.definition_id)

    @cached_property
    def definition(self) -> Any:
        """That version's row: who made it, when."""
        return casefile.definition(db.session(), self.row)

    @cached_property
    def owner(self) -> Any:
        """The enterprise."""
        return casefile.owner(db.session(), self.row)

    @cached_property
    def hazard(self) -> Any:
        """Its line in the hazard ledger, or None."""
        return casefile.hazard(db.session(), self.row)

    @cached_property
    def party(self) -> concerning.Party | None:
        """Whose work or place it concerns, or None; for its own enterprise and those above."""
        return concerning.of_case(db.session(), self.row)

    @cached_property
    def rewards(self) -> Sequence[Any]:
        """Its lines in the reward ledger; none for those who may not read them."""
        return casefile.rewards(db.session(), self.row) if self.may("reward:read") else ()

    @cached_property
    def working_days_left(self) -> int | None:
        """Working days until the hazard's due day, negative when overdue; None when it is done."""
        hazard = self.hazard
        if hazard is None or hazard.due_on is None or hazard.state not in OPEN_STATES:
            return None
        return working_days_until(hazard.due_on, self.owner.settings)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Its open tasks, and which of them are the reader's to do."""
        found = casefile.waiting(db.session(), self.row)
        waiting = [
            Waiting(task, self._is_mine(task), self.open_tally(task.element)) for task in found
        ]
        return list(_once_a_vote(waiting, self.secrets.nameless))

    @cached_property
    def rounds(self) -> Sequence[Round]:
        """The rounds of its votes, oldest first."""
        return vote_rounds.rounds(db.session(), self.row, self.loaded)

    @cached_property
    def secrets(self) -> Secrets:
        """What of its votes is not told."""
        return vote_rounds.secrets_of(self.rounds, self.loaded, self.row.identity_mode)

    @cached_property
    def tallies(self) -> list[Tally]:
        """Its votes as they stand, the latest round first."""
        return [self._tally(one) for one in reversed(self.rounds)]

    def open_tally(self, element: str) -> Tally | None:
        """Give how the open round of an element stands; None for what is no vote."""
        found = [one for one in self.rounds if one.element == element and one.state == "open"]
        return self._tally(found[-1]) if found else None

    def _tally(self, one: Round) -> Tally:
        return tally(
            one,
            self.loaded.model.elements.get(one.element),
            is_nameless=one.element in self.secrets.nameless,
            is_withheld=Discretion(self.loaded, self.actor, {}).is_withheld(one.element),
        )

    def _is_mine(self, task: Any) -> bool:
        if self.row.state != "active" or not self.may("task:work"):
            return False
        if self.actor.organisation_id != self.row.organisation_id:
            return False
        return turns.is_turn(db.session(), task, self.actor)

    @cached_property
    def item(self) -> Mapping[str, Any] | None:
        """The checklist item it cites, frozen."""
        return casefile.cited_item(db.session(), self.row)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The keys of answers and data that the reader is not told."""
        return Discretion(self.loaded, self.actor, {}).hidden

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """Its data as it is now, without what is hidden."""
        found = instances.read_data(db.session(), self.row)
        return {key: value for key, value in found.items() if key not in self.hidden}

    def sees(self, key: str) -> bool:
        """Say whether the reader may see a field."""
        return key not in self.hidden

    @property
    def is_overseers(self) -> bool:
        """Say whether the reader looks on from another organisation."""
        return bool(self.actor.organisation_id != self.row.organisation_id)

    @cached_property
    def is_beside(self) -> bool:
        """Say whether the reader's unit only supervises the enterprise besides."""
        return registry.only_beside(db.session(), self.row.organisation_id, actor=self.actor)

    @cached_property
    def decisions(self) -> list[dict[str, str]]:
        """The tables that spoke last, by which version and which of their rules."""
        found = []
        for key, decision in self.loaded.decisions.items():
            version = self.data.get(f"{key}_version")
            names = {column.name for column in decision.outputs}
            if version is not None and (self.may("reward:read") or not names & MONEY_OUTPUTS):
                words = rule_words(version, self.data.get(f"{key}_rules") or ())
                found.append({"key": key, "name": decision.name, "words": words})
        return found

    def person(self, user_id: UUID | None) -> str:
        """Give a person's name, "" for nobody."""
        return people.names(db.session(), [user_id]).get(user_id, "") if user_id else ""

    @cached_property
    def entered_by(self) -> str:
        """The name of who typed it in for somebody else, "" when the reporter did."""
        try:
            return self.person(UUID(str(self.data.get("entered_by"))))
        except ValueError:
            return ""

    @cached_property
    def files(self) -> Mapping[UUID, Any]:
        """Its files by their ids."""
        row = self.row
        found = attachments.of_case(db.session(), row.organisation_id, row.id)
        return {file.id: file for file in found}

    @cached_property
    def words(self) -> Words:
        """What its present data is said with."""
        return Words(files=self.files, hidden=self.hidden)

    def photos(self, key: str) -> list[dict[str, str]]:
        """Give the pictures in one of its fields."""
        value = self.data.get(key)
        return self.words.shown(value) if isinstance(value, list) else []

    def entries(self, *, before: int | None = None, limit: int) -> list[Entry]:
        """Give its history in words, the newest first; only what stands before `before`."""
        session, row = db.session(), self.row
        events = history.read_back(session, row.organisation_id, row.id, before=before, limit=limit)
        return self.told(events)

    def told(self, events: Sequence[Any], loaded: Loaded | None = None) -> list[Entry]:
        """Say some of its events in words, in the order in which they are given.

        Args:
            loaded: the version it ran by then, if that is not the one it runs by now.
        """
        teller = self._teller(events, loaded or self.loaded)
        return [teller.tell(event) for event in events]

    def _teller(self, events: Sequence[Any], loaded: Loaded) -> Teller:
        session = db.session()
        cited = ids_in(event.data for event in events)
        actors = {event.actor_id for event in events} | {event.on_behalf_of for event in events}
        ids = (cited | actors) - {None}
        tasks = cited | {event.task_id for event in events if event.task_id}
        return Teller(
            loaded=loaded,
            words=Words(people.names(session, ids), self.files, self.hidden),
            tasks=casefile.tasks_named(session, self.row, tasks),
            form=lambda cited: definitions.form_asked(session, loaded, cited),
            item=self.item,
            may=self.may,
            number=self.row.number,
            votes=self.secrets,
        )


def _once_a_vote(waiting: Sequence[Waiting], nameless: Collection[str]) -> Iterator[Waiting]:
    """Show a vote once: by its reader's own task, else by the first that is open."""
    votes: dict[str, list[Waiting]] = {}
    for one in waiting:
        if one.tally is not None:
            votes.setdefault(one.task.element, []).append(one)
    for one in waiting:
        if one.tally is None:
            yield one
        elif (same := votes.pop(one.task.element, None)) is not None:
            chosen = next((each for each in same if each.is_mine), one)
            names = [each.task.assignee for each in same if each.task.assignee]
            hidden = one.task.element in nameless
            yield replace(chosen, missing="" if hidden else "、".join(names))


def working_days_until(due_on: date, settings: Mapping[str, Any]) -> int:
    """Give the working days left by an enterprise's calendar; negative when overdue."""
    days = (settings or {}).get("calendar") or {}
    calendar = {date.fromisoformat(day): bool(works) for day, works in days.items()}
    today = clock.local_date()
    if due_on < today:
        return -overdue_days(due_on, today, calendar)
    return overdue_days(today, due_on, calendar)
