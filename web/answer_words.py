"""Answers in the words of the form that asked: labels, choices, sums, days, names, files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from engine import pictures
from engine.forms import Field, Form
from web.language import say
from web.look import moment, yuan

#: An id in the text of an event: of a person, a file or a task.
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NOTHING: Final[tuple[Any, ...]] = (None, "", [])


@dataclass(frozen=True)
class Change:
    """One answer: what it is called, what it was, what it is now."""

    key: str
    label: str
    after: str
    before: str | None = None


@dataclass(frozen=True)
class Told:
    """The answers of one step, as its reader may see them."""

    changes: Sequence[Change] = ()
    #: dicts url, small, name
    photos: Sequence[dict[str, str]] = ()
    #: dicts url, name
    files: Sequence[dict[str, str]] = ()


@dataclass(frozen=True)
class Words:
    """What answers are said with, and what their reader may not see."""

    #: User id → name.
    names: Mapping[UUID, str] = field(default_factory=dict)
    #: Attachment id → its row.
    files: Mapping[UUID, Any] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    def tell(
        self, form: Form | None, answers: Mapping[str, Any], before: Mapping[str, Any]
    ) -> Told:
        """Say what was answered, in the order in which the form asks."""
        fields = {one.key: one for one in form.fields if one.key} if form else {}
        keys = [key for key in fields if key in answers] + [k for k in answers if k not in fields]
        seen = [key for key in keys if key not in self.hidden]
        changes = [
            self._change(fields.get(key), key, answers[key], before.get(key))
            for key in seen
            if not _is_files(fields.get(key))
            and (answers[key] not in _NOTHING or before.get(key) not in _NOTHING)
        ]
        cited = [
            value for key in seen if _is_files(fields.get(key)) for value in answers[key] or ()
        ]
        return Told(changes, *self._sorted(cited))

    def say(self, one: Field | None, value: Any) -> str:
        """Say one answer."""
        if value in _NOTHING:
            return "—"
        if isinstance(value, bool):
            return str(gettext("是") if value else gettext("否"))
        if one is None:
            return "、".join(map(str, value)) if isinstance(value, list) else str(value)
        if isinstance(value, list):
            return "、".join(self._chosen(one, entry) for entry in value)
        return self._single(one, value)

    def shown(self, ids: Iterable[Any]) -> list[dict[str, str]]:
        """Give the pictures among these files."""
        return self._sorted(ids)[0]

    def attached(self, ids: Iterable[Any]) -> Told:
        """Give these files as the answers of one step."""
        return Told((), *self._sorted(ids))

    def _change(self, one: Field | None, key: str, after: Any, before: Any) -> Change:
        label = say(one.label) if one is not None else key
        said = None if before in _NOTHING else self.say(one, before)
        return Change(key, label, self.say(one, after), said)

    def _single(self, one: Field, value: Any) -> str:
        if one.money and isinstance(value, int):
            return f"¥{yuan(value)}"
        if one.type == "datetime" and one.subtype != "date":
            return _moment(str(value))
        return self._chosen(one, value)

    def _chosen(self, one: Field, value: Any) -> str:
        if one.people:
            found = as_id(value)
            return self.names.get(found, str(value)) if found else str(value)
        labels = {choice.value: choice.label for choice in one.choices}
        return say(labels[value]) if value in labels else str(value)

    def _sorted(self, ids: Iterable[Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        photos, files = [], []
        for row in filter(None, (self.files.get(one) for one in map(as_id, ids) if one)):
            url = url_for("files.full", attachment_id=row.id)
            if row.media_type == pictures.MEDIA_TYPE:
                small = url_for("files.small", attachment_id=row.id)
                photos.append({"url": url, "small": small, "name": row.name})
            else:
                files.append({"url": url, "name": row.name})
        return photos, files


def _is_files(one: Field | None) -> bool:
    """Files are shown, not told."""
    return one is not None and one.type == "filepicker"


def ids_in(texts: Iterable[str]) -> set[UUID]:
    """Give every id that stands in these texts."""
    return {UUID(found) for text in texts for found in _ID.findall(text)}


def as_id(value: Any) -> UUID | None:
    """Give the id that `value` is, or None."""
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _moment(text: str) -> str:
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        return text
