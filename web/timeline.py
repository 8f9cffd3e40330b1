"""The history of a case in words: what happened, by whom, in which role.

A reporter is only ever "报告人": events never hold who it was, and what could be concluded from
who was refused is left out here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import orjson
from flask_babel import gettext

from engine import answers, forms
from engine.actors import ROLES
from engine.definitions import Loaded
from engine.discretion import REWARD_TASKS
from engine.forms import Choice, Form
from engine.voting.rounds import NOTHING_SECRET, Secrets
from web import event_details as details
from web.answer_words import Change, Words, as_id
from web.event_words import look_of
from web.language import drawn, say

#: Bytes of a hash that are shown before anybody asks for all of it.
_SHORT: Final = 4


@dataclass(frozen=True)
class Proof:
    """Where an event stands in the chain, and its fingerprint."""

    sequence: int
    hash: str
    tag: str

    @property
    def short(self) -> str:
        """Give the beginning of the hash."""
        return self.hash[: 2 * _SHORT]


@dataclass(frozen=True)
class Entry:
    """One event as the page shows it; see `macros/timeline.html`."""

    at: datetime
    what: str
    who: str
    role: str
    tone: str
    icon: str
    proof: Proof
    behalf: str = ""
    text: str = ""
    changes: Sequence[Change] = ()
    photos: Sequence[dict[str, str]] = ()
    files: Sequence[dict[str, str]] = ()
    url: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Teller:
    """Tells the events of one case to one reader."""

    loaded: Loaded
    words: Words
    #: Task id → (name, candidate group).
    tasks: Mapping[UUID, tuple[str, str]]
    #: Gives the form version that an event cites.
    form: Callable[[UUID], Form | None]
    #: The checklist item the case cites, frozen.
    item: Mapping[str, Any] | None
    #: Says whether the reader holds a permission.
    may: Callable[[str], bool]
    number: str
    #: What of the case's votes is not told.
    votes: Secrets = NOTHING_SECRET

    def tell(self, event: Any) -> Entry:
        """Say one event."""
        data: dict[str, Any] = orjson.loads(event.data)
        look = look_of(event.tag)
        told = details.of(self, event, data)
        who, role = self._who(event)
        return Entry(
            at=event.at,
            what=told.what or str(look.what),
            who="" if told.is_secret else who,
            role="" if told.is_secret else role,
            behalf=self.words.names.get(event.on_behalf_of, "") if event.on_behalf_of else "",
            tone=told.tone or look.tone,
            icon=told.icon or look.icon,
            text=told.text,
            changes=told.answers.changes,
            photos=told.answers.photos,
            files=told.answers.files,
            url=told.url,
            link_text=told.link_text,
            proof=Proof(event.sequence, event.hash.hex(), event.tag),
        )

    @property
    def sees_rewards(self) -> bool:
        """Say whether the reader may know what is paid."""
        return self.may("reward:read")

    def element_name(self, key: str | None) -> str:
        """Give what an element is called on the diagram."""
        element = self.loaded.model.elements.get(key or "")
        return drawn(element.name or element.id) if element else (key or "")

    def step_name(self, event: Any) -> str:
        """Give what a task was called when it was there, whatever the diagram says now."""
        return self.task_name(event.task_id) or self.element_name(event.element)

    def task_title(self, task_key: str) -> str:
        """Give what a step is called by the modeller's key, in whichever of the diagrams it is."""
        elements = self.loaded.model.elements.values()
        return next((drawn(one.name or one.id) for one in elements if one.id == task_key), task_key)

    def task_name(self, task_id: Any) -> str:
        """Give a task's name by its id."""
        return drawn(self._task(task_id)[0])

    def is_reporters_task(self, task_id: Any) -> bool:
        """Say whether only the reporter can have meant to do this task."""
        return self._task(task_id)[1] == "reporter"

    def is_hidden(self, element: str | None) -> bool:
        """Say whether what was answered there is about a reward this reader may not see."""
        key = (element or "").rpartition(":")[2]
        return key in REWARD_TASKS and not self.sees_rewards

    def form_of(self, cited: Any) -> Form | None:
        """Give the form that asked, with what it asked once for each condition written out."""
        resource = as_id(cited)
        form = self.form(resource) if resource else None
        return forms.expand(form, self._conditions) if form else None

    @cached_property
    def _conditions(self) -> dict[str, list[Choice]]:
        return {"conditions": answers.conditions_of(self.item or {})}

    def _task(self, task_id: Any) -> tuple[str, str]:
        found = as_id(task_id)
        return self.tasks.get(found, ("", "")) if found else ("", "")

    def _who(self, event: Any) -> tuple[str, str]:
        role = say(ROLES[event.role]) if event.role in ROLES else event.role
        if event.actor_id is None or event.element in self.votes.nameless:
            return "", role
        return self.words.names.get(event.actor_id) or gettext("已离开的人员"), role
