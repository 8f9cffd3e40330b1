"""The page of one task: what the case is, what was done before, what is asked now."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from engine import clock, instances, organisations, permissions, tasks, turns
from engine.actors import ROLES, Actor
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, NotFound, Refused
from engine.forms import Choice, Field
from engine.task_forms import TaskForm
from web import db, files, form_fields, task_hints
from web.case_file import CaseFile, working_days_until
from web.earlier import REWARD_STEPS, Earlier
from web.guests import visitors
from web.language import say
from web.vote_words import Tally

_END_OF_DAY: Final = time(23, 59, 59)


def find(task_id: UUID) -> tuple[Any, Actor]:
    """Give a task, and as whom this browser may see it: whose turn it is comes first.

    Raises:
        NotFound: there is none, or nobody here may know of it.
    """
    session = db.session()
    found = None
    for actor in visitors():
        try:
            row = tasks.get_task(session, task_id, actor=actor)
        except NotFound:
            continue
        if turns.is_turn(session, row, actor):
            return row, actor
        if found is None and instances.may_read(session, row, actor):
            found = row, actor
    if found is None:
        raise NotFound()
    return found


def days_left(due_at: datetime | None, settings: Mapping[str, Any]) -> int | None:
    """Give the working days until a deadline, negative when overdue; None for one of hours."""
    local = due_at.astimezone(clock.LOCAL_ZONE) if due_at else None
    if local is None or local.time() != _END_OF_DAY:
        return None
    return working_days_until(local.date(), settings)


@dataclass(frozen=True)
class Desk:
    """A task, opened by somebody who may see it."""

    row: Any
    actor: Actor

    @property
    def is_reporters(self) -> bool:
        """Say whether the page is for a reporter, who sees their report and their reward only."""
        return not permissions.allows(self.actor, "case:read")

    @cached_property
    def file(self) -> CaseFile:
        """The case."""
        return CaseFile(self.row, self.actor)

    @cached_property
    def earlier(self) -> Earlier:
        """What was answered before."""
        return Earlier(self.file, self.is_reporters)

    def sheet(
        self,
        asked: TaskForm,
        *,
        posted: MultiDict[str, str] | None = None,
        wrong: InvalidAnswers | None = None,
    ) -> str:
        """Show the task to be done; once more with what was `posted`, if that was `wrong`."""
        if self.row.state != "active":
            return self.told(_suspended())
        form = None if asked.form is None else self._form(asked, posted)
        if form is not None and wrong is not None:
            form_fields.put_errors(form, wrong)
        key = posted.get("idempotency_key") if posted else None
        return render_template(
            "tasks/show.html",
            form=form,
            draft_saved_at=asked.draft_saved_at if posted is None else None,
            key=key or secrets.token_urlsafe(16),
            keeps_drafts=form is not None and self.row.candidate_group != "reporter",
            is_claimed=self.row.assignee_id is not None,
            proposals=self.earlier.proposals(asked.form),
            hints=self._hints(asked),
            **self._context(),
        )

    def told(
        self,
        refusal: Refused,
        asked: TaskForm | None = None,
        posted: MultiDict[str, str] | None = None,
    ) -> str:
        """Show why the task is not the visitor's to do, and what they had typed."""
        row = tasks.get_task(db.session(), self.row.task_id, actor=self.actor)
        done = isinstance(refusal, AlreadyDone)
        # A vote that need not be cast any more was decided by somebody else's.
        was_done = row.task_state == "completed"
        return render_template(
            "tasks/told.html",
            sentence=say(refusal.message),
            done_by=(row.done_by or say(ROLES["reporter"])) if done and was_done else "",
            done_at=row.completed_at if done and was_done else None,
            typed=_typed(asked, posted) if asked and posted else "",
            others=self._others(row) if row.task_state == "open" else [],
            can_release=self._can_release(row),
            **self._context(),
        )

    def _context(self) -> dict[str, Any]:
        row = self.row
        return {
            "row": row,
            "file": self.file,
            "days": days_left(row.task_due_at, row.settings),
            "earlier": self.earlier,
            "reward": self.earlier.reward if row.task_key in REWARD_STEPS else None,
            "back": self._back(),
            "case_url": self._case_url(),
            "tally": self._tally,
            "is_reporters": self.is_reporters,
        }

    @cached_property
    def _tally(self) -> Tally | None:
        """How the vote stands that the task is part of, if it is one."""
        return None if self.is_reporters else self.file.open_tally(self.row.element)

    def _back(self) -> tuple[str, str]:
        if self.actor.receipt_for is not None:
            return url_for("reports.status"), gettext("查看进度")
        return url_for("tasks.inbox"), gettext("待办")

    def _case_url(self) -> str:
        if self.actor.receipt_for is not None:
            return url_for("reports.status")
        return url_for("cases.show", instance_id=self.row.id)

    def _form(self, asked: TaskForm, posted: MultiDict[str, str] | None) -> form_fields.AnswerForm:
        assert asked.form is not None  # noqa: S101 - a task without a form has none to show
        item = None if self.is_reporters else self.file.item
        return form_fields.build(
            asked.form,
            values=task_hints.from_item(asked.form, asked.values, item),
            choices={**asked.choices, **self._hints(asked).choices},
            rights=asked.rights,
            formdata=posted,
            upload_url=url_for("files.upload"),
            files=files.shown,
            known=asked.data,
        )

    def _hints(self, asked: TaskForm) -> task_hints.Hints:
        """Give what lies beside the form; nothing for a reporter. It is looked up once."""
        if self.is_reporters:
            return task_hints.Hints()
        if "hints" not in self.__dict__:
            self.__dict__["hints"] = task_hints.of(self.row, asked.form, asked.data)
        found: task_hints.Hints = self.__dict__["hints"]
        return found

    def _can_release(self, row: Any) -> bool:
        is_held = row.assignee_id is not None and row.assignee_id == self.actor.user_id
        is_vote = self._tally is not None
        is_open = row.task_state == "open" and row.state == "active"
        return bool(is_held and is_open and not is_vote)

    def _others(self, row: Any) -> list[str]:
        """Name the colleagues who may do the task: to be asked by somebody who may not."""
        if row.assignee_id is not None or self.is_reporters or row.candidate_group == "reporter":
            return []
        members = organisations.members_with_role(
            db.session(), row.organisation_id, row.candidate_group
        )
        return [name for user_id, name in members if user_id != self.actor.user_id]


def _suspended() -> Conflict:
    return Conflict(
        "这件事已暂停办理，恢复后才能继续。",
        "This case is suspended; it can go on when it is resumed.",
    )


def _typed(asked: TaskForm, posted: MultiDict[str, str]) -> str:
    """Write what somebody filled in as text they can keep."""
    lines = []
    for one in asked.form.fields if asked.form else ():
        said = [_word(one, value, asked.choices) for value in posted.getlist(one.key) if value]
        if said and not one.is_static and one.type != "filepicker":
            lines.append(say(one.label) + gettext("：") + "、".join(said))
    return "\n".join(lines)


def _word(one: Field, value: str, choices: Mapping[str, Sequence[Choice]]) -> str:
    if one.type == "checkbox":
        return str(gettext("否") if value == "false" else gettext("是"))
    for choice in (*one.choices, *choices.get(one.source or "", ())):
        if choice.value == value:
            return say(choice.label)
    return value
