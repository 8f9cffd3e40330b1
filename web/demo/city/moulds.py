"""A model as a mould: its rows as text with holes for what differs from case to case.

Every id, number, day and moment of the model becomes a hole; filling them gives the rows of
another case, which the engine opens as it opens its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import orjson

from engine.spiff.codec import unpack
from engine.store import Base
from engine.store import tables as t
from engine.store.types import microseconds
from web.demo.city.lines import line
from web.demo.city.models import Model

#: What stands in a hole: its kind, and which of the kind.
Key = tuple[str, Any]
_DAY: Final = r"\d{4}-\d\d-\d\d"
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Text:
    """A text with holes."""

    pattern: str
    take: Callable[[Sequence[str]], Any]

    def fill(self, values: Sequence[str]) -> str:
        """Give the text with `values` in its holes."""
        filled: str = self.pattern % self.take(values)
        return filled


@dataclass(frozen=True)
class EventText:
    """One event: the line without its hash, and what is hashed without the hash before."""

    line: Text
    content: Text


@dataclass
class Mould:
    """One model, to be told again."""

    model: Model
    instance: Text
    blob: Text
    #: The holes, in the order of the values that fill them.
    keys: list[Key]
    events: list[EventText] = field(default_factory=list)
    #: Table → its lines.
    others: dict[type[Base], list[Text]] = field(default_factory=dict)

    @property
    def began(self) -> int:
        """Give the day of the report, in days since 1970."""
        return day_of(self.model.began_at)

    @property
    def ended(self) -> int:
        """Give the day on which it was closed, or else began."""
        return day_of(self.model.ended_at or self.model.began_at)


def cast(model: Model, people: Sequence[UUID], known: frozenset[str]) -> Mould:
    """Make the mould of a model.

    Args:
        people: the members of the model's enterprise, in the order in which others stand for them.
        known: ids that stay as they are, such as those of definitions.

    Raises:
        ValueError: the model holds an id of which nothing is known.
    """
    cutter = _Cutter(_tokens(model, people), known)
    (instance,) = model.rows[t.Instance]
    events = model.rows[t.Event]
    told = {**instance, "event_count": len(events)}
    bare = line(t.Instance.__table__, told, without=("blob", "head_hash")).rstrip("\n")
    state = orjson.dumps(unpack(instance["blob"])).decode()
    mould = Mould(model, cutter.cut(bare), cutter.cut(state), cutter.keys)
    for number, row in enumerate(events, 1):
        mould.events.append(_event(cutter, {**row, "sequence": number}))
    for table in (t.Task, t.Hazard, t.Reward, t.Attachment, t.Job):
        mould.others[table] = [cutter.cut(line(table.__table__, row)) for row in model.rows[table]]
    return mould


def _event(cutter: _Cutter, row: Mapping[str, Any]) -> EventText:
    at = microseconds(row["at"])
    # As engine.history.event_hash writes it, up to the hash before.
    content = orjson.dumps(
        [
            1,
            row["organisation_id"].hex,
            row["instance_id"].hex,
            row["sequence"],
            at,
            row["tag"],
            _hex(row["actor_id"]),
            _hex(row["on_behalf_of"]),
            row["role"],
            _hex(row["task_id"]),
            row["element"],
            row["data"],
        ]
    ).decode()
    bare = line(t.Event.__table__, row, without=("hash",)).rstrip("\n")
    return EventText(
        line=cutter.cut(bare),
        content=cutter.cut(content.removesuffix("]") + ',"', {str(at): ("moment", at)}),
    )


class _Cutter:
    """Cuts holes into texts where something stands that differs from case to case."""

    def __init__(self, tokens: Mapping[str, Key], known: frozenset[str]) -> None:
        self.keys: list[Key] = []
        self._tokens = dict(tokens)
        self._known = known
        self._places: dict[Key, int] = {}

    def cut(self, text: str, more: Mapping[str, Key] | None = None) -> Text:
        """Give the text with holes; days are found by their look."""
        tokens = {**self._tokens, **(more or {})}
        longest = sorted(tokens, key=len, reverse=True)
        search = re.compile("|".join([*map(re.escape, longest), _DAY]))
        places: list[int] = []
        parts, at = [], 0
        for found in search.finditer(text):
            part = text[at : found.start()]
            self._check(part)
            parts.append(part.replace("%", "%%"))
            key = tokens.get(found[0]) or ("day", (date.fromisoformat(found[0]) - _EPOCH).days)
            places.append(self._place(key))
            at = found.end()
        self._check(text[at:])
        parts.append(text[at:].replace("%", "%%"))
        take = itemgetter(*places) if places else lambda _values: ()
        return Text("%s".join(parts), take)

    def _place(self, key: Key) -> int:
        if key not in self._places:
            self._places[key] = len(self.keys)
            self.keys.append(key)
        return self._places[key]

    def _check(self, part: str) -> None:
        for found in _UUID.findall(part):
            if found not in self._known:
                raise ValueError(f"nobody knows what {found} is: {part[:200]}")


def _tokens(model: Model, people: Sequence[UUID]) -> dict[str, Key]:
    (instance,) = model.rows[t.Instance]
    (hazard,) = model.rows[t.Hazard]
    tokens: dict[str, Key] = {instance["number"]: ("report", 0)}
    ids = {"owner": [instance["organisation_id"]], "case": [instance["id"]]}
    ids |= {name: [instance[f"{name}_id"]] for name in ("department", "town", "group")}
    ids |= {"person": list(people), "file": [row["id"] for row in model.rows[t.Attachment]]}
    ids |= {"reward_id": [row["id"] for row in model.rows[t.Reward]]}
    for name, found in ids.items():
        for number, id_ in enumerate(found):
            tokens[str(id_)] = (name, number)
            tokens[id_.hex] = (f"{name} hex", number)
    for row in (*model.rows[t.Task], *_inner_tasks(model)):
        number = row["id"].int & 0xFFFFFFFF
        tokens[str(row["id"])] = ("task", number)
        tokens[row["id"].hex] = ("task hex", number)
    tokens[_origin(instance)] = ("origin", 0)
    for name in ("number", "closure_number"):
        if hazard[name]:
            tokens[hazard[name]] = (name, 0)
    for number, row in enumerate(model.rows[t.Reward]):
        tokens[row["number"]] = ("reward", number)
    sector = hazard["sector"]
    tokens[f'"sector":"{sector}"'] = ("sector", 0)
    tokens[f'\\"sector\\":\\"{sector}\\"'] = ("sector", 1)
    tokens[f"\t{sector}\n"] = ("sector", 2)
    tokens[f"\t{sector}\t"] = ("sector", 3)
    return tokens


def _origin(instance: Mapping[str, Any]) -> str:
    return str(unpack(instance["blob"])["o"])


def _inner_tasks(model: Model) -> list[dict[str, UUID]]:
    """Give tasks that events name and that have no row: services, timers."""
    (instance,) = model.rows[t.Instance]
    upper = int(_origin(instance), 16)
    found = {
        UUID(text)
        for row in model.rows[t.Event]
        for text in (*_UUID.findall(row["data"]), str(row["task_id"] or ""))
        if text and UUID(text).int >> 32 == upper
    }
    return [{"id": one} for one in found]


def _hex(value: UUID | None) -> str | None:
    return value.hex if value else None


def day_of(moment: Any) -> int:
    """Give the day in UTC, in days since 1970."""
    return int((moment.date() - _EPOCH).days)


def day(number: int) -> date:
    """Give the day of so many days since 1970."""
    return _EPOCH + timedelta(days=number)
