"""One major as its page shows it: the dossier, what is missing, and what the reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from engine import (
    attachments,
    casefile,
    certificates,
    definitions,
    instances,
    majors,
    people,
    registry,
    turns,
)
from engine.actors import Actor
from engine.hazards.reports import TASKS
from engine.majors import Dossier
from engine.permissions import allows
from engine.voting import rounds as vote_rounds
from engine.voting.rounds import Secrets
from web import db
from web.access import current_actor
from web.certificates import NAMES, permission_for
from web.language import say
from web.majors import words
from web.majors.milestones import milestones
from web.majors.rows import Major

#: Kinds of certificates that belong to a major's page.
_PAPERS = ("major_authority", "major_congress", "major_acceptance", "closure")


@dataclass(frozen=True)
class MajorFile:
    """A major, opened by somebody who may read the register."""

    dossier: Dossier
    actor: Actor

    @classmethod
    def open(cls, instance_id: UUID) -> MajorFile:
        """Open a major for the visitor; NotFound when it is not theirs to see."""
        actor, session = current_actor(), db.session()
        row = majors.get_major(session, instance_id, actor=actor, sight="both")
        return cls(majors.dossiers(session, [row], actor=actor)[0], actor)

    @property
    def row(self) -> Any:
        """Its row of the register."""
        return self.dossier.row

    @cached_property
    def major(self) -> Major:
        """Its row with what follows from it."""
        return Major(self.row)

    @cached_property
    def names(self) -> dict[UUID, str]:
        """The names of those who said or entered something."""
        told = self.dossier.told
        ids = {one.by for one in told.determinations} | {one.by for one in told.interim}
        ids |= {one.by for one in self.dossier.reports}
        ids |= {by for _at, by in told.said.values()}
        ids |= {one.entered_by for one in self.dossier.supervisions}
        return people.names(db.session(), [one for one in ids if one is not None])

    def name(self, user_id: UUID | None) -> str:
        """Give somebody's name, "" for nobody."""
        return self.names.get(user_id, "") if user_id else ""

    @cached_property
    def secrets(self) -> Secrets:
        """What of its votes is not told."""
        session = db.session()
        case = instances.get_instance(session, self.row.id, actor=self.actor, sight="both")
        loaded = definitions.load(session, case.definition_id)
        found = vote_rounds.rounds(session, case, loaded)
        return vote_rounds.secrets_of(found, loaded, case.identity_mode)

    @cached_property
    def determinations(self) -> list[tuple[Any, str]]:
        """Who determined what, the latest first; who is not named stays unnamed."""
        secrets = self.secrets
        return [
            (one, "" if one.element in secrets.nameless else self.name(one.by))
            for one in reversed(self.dossier.told.determinations)
            if one.task_id is None or one.task_id not in secrets.untold
        ]

    @property
    def is_own(self) -> bool:
        """Say whether the reader belongs to the enterprise."""
        return bool(self.row.organisation_id == self.actor.organisation_id)

    @cached_property
    def is_beside(self) -> bool:
        """Say whether the reader's unit only supervises the enterprise besides."""
        owner = self.row.organisation_id
        return registry.only_beside(db.session(), owner, actor=self.actor)

    def may(self, permission: str) -> bool:
        """Say whether the reader may enter such a thing for this major."""
        if not allows(self.actor, permission):
            return False
        if permission == "major:supervise":
            is_over = self.actor.organisation_kind in ("department", "office", "town")
            return self.is_own or (is_over and not self.is_beside)
        return self.is_own

    def may_strike_off(self, supervision_id: UUID) -> bool:
        """Say whether the reader may enter that this supervision ended."""
        session = db.session()
        return self.may("major:supervise") and majors.may_strike_off(
            session, self.row, supervision_id, actor=self.actor
        )

    @cached_property
    def missing(self) -> list[dict[str, str]]:
        """What is missing, each with where to make up for it, if the reader can."""
        return [
            {"key": key, "text": say(words.MISSING[key]), **self._remedy(key)}
            for key in self.major.missing
        ]

    @cached_property
    def tasks(self) -> dict[str, Any]:
        """Its open tasks by their keys."""
        return {task.task_key: task for task in casefile.waiting(db.session(), self.row)}

    def _remedy(self, key: str) -> dict[str, str]:
        here = self.row.id
        task = self.tasks.get({**TASKS, "interim": "", "determination": "determine"}.get(key, key))
        if task is not None:
            mine = self.is_own and turns.is_turn(db.session(), task, self.actor)
            url = url_for("tasks.show", task_id=task.task_id) if mine else ""
            return {"url": url, "action": gettext("去办理"), "waits": task.task_name}
        if key in TASKS and self.may("major:report"):
            url = url_for("major_entries.report", instance_id=here, addressee=key)
            return {"url": url, "action": gettext("登记报告")}
        if key == "interim" and self.may("major:guard"):
            url = url_for("major_entries.guard", instance_id=here)
            return {"url": url, "action": gettext("写防范措施")}
        return {"url": "", "action": ""}

    def can_report(self, addressee: str) -> bool:
        """Say whether the reader may enter a report: no step is asking for it, and it is theirs."""
        return TASKS[addressee] not in self.tasks and self.may("major:report")

    def files(self, ids: Sequence[Any]) -> list[dict[str, str]]:
        """Give the names and addresses of uploaded files; opening one is a look at the case."""
        found = [self._files.get(str(one)) for one in ids]
        return [
            {"url": url_for("files.full", attachment_id=file.id), "name": file.name}
            for file in found
            if file is not None
        ]

    @cached_property
    def _files(self) -> dict[str, Any]:
        row = self.row
        found = attachments.of_case(db.session(), row.organisation_id, row.id)
        return {str(file.id): file for file in found}

    @cached_property
    def papers(self) -> list[dict[str, Any]]:
        """Its papers, the latest first."""
        session, row = db.session(), self.row
        found = certificates.of_instance(session, row.organisation_id, row.id)
        return [
            {
                "row": paper,
                "name": NAMES[paper.kind],
                "url": url_for("certificates.show", number=paper.number),
                "progress": "revoked"
                if paper.state == "revoked"
                else certificates.progress(session, paper),
            }
            for paper in reversed(found)
            if paper.kind in _PAPERS and allows(self.actor, permission_for(paper.kind))
        ]

    @cached_property
    def timeline(self) -> list[dict[str, Any]]:
        """What happened to the major, the latest first: its own milestones, not the history."""
        return milestones(self)
