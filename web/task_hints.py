"""What is laid beside a form that verifies a report: looked up, proposed, and decided by nobody.

Open hazards that it may repeat (so that the earlier number is chosen, not typed), items of the
checklist that resemble its words (R-48), and how good it is by its facts (R-22).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from engine import history, lookalikes
from engine.errors import Message
from engine.forms import Choice, Form
from engine.hazards.codes import CATEGORIES
from engine.hazards.quality import FACTS, Quality, quality_of
from engine.lookalikes import Alike, Proposed
from web import db
from web.language import say

#: The list of choices a form may name for the number of an earlier report.
LOOKALIKE: Final = "lookalike"
_DUPLICATE, _ITEM, _QUALITY = "duplicate_of", "checklist_item", "report_quality"
#: So many open hazards are listed; the likeliest come first.
_MOST: Final = 6


@dataclass(frozen=True)
class Hints:
    """What lies beside a form; empty where the form does not ask."""

    alike: Sequence[Alike] = ()
    #: Whether the form asks of what it is a repetition.
    asks_duplicate: bool = False
    items: Sequence[Proposed] = ()
    quality: Quality | None = None
    #: Passed-in choices for the form.
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)

    @property
    def quality_facts(self) -> list[tuple[str, bool]]:
        """Give each fact of the report's quality, and whether it holds."""
        held = self.quality.facts if self.quality else {}
        return [(say(FACTS[key][1]), holds) for key, holds in held.items()]

    def class_of(self, item: Proposed) -> str:
        """Give the class of an item in words."""
        return say(CATEGORIES[item.category])


def of(row: Any, form: Form | None, data: Mapping[str, Any]) -> Hints:
    """Give what to lay beside a task's form.

    Args:
        row: the task with its case. data: the case's data.
    """
    asked = {one.key for one in form.fields} if form is not None else set[str]()
    if _DUPLICATE not in asked:
        return Hints()
    session = db.session()
    alike = lookalikes.open_like(session, data, row)[:_MOST]
    items: Sequence[Proposed] = ()
    if _ITEM in asked and not data.get(_ITEM):
        words = str(data.get("description") or "")
        items = lookalikes.items_like(session, row.organisation_id, words)
    quality = quality_of(_reported(row)) if _QUALITY in asked else None
    return Hints(alike, True, items, quality, {LOOKALIKE: [_choice(one) for one in alike]})


def from_item(form: Form | None, values: Mapping[str, Any], item: Mapping[str, Any] | None) -> Any:
    """Give a form's values with class and basis of the item the report cites, where none is given.

    Args:
        item: as it was frozen when it was cited, or None.
    """
    if form is None or item is None or form.find("basis") is None:
        return values
    given = {
        "category": item.get("category"),
        "basis": "；".join(item.get("basis") or ())[: form_length(form)],
    }
    missing = {key: value for key, value in given.items() if value and not values.get(key)}
    return {**values, **missing}


def form_length(form: Form) -> int:
    """Give how long a basis may be."""
    found = form.find("basis")
    return (found.max_length if found is not None else None) or 1000


def _choice(one: Alike) -> Choice:
    text = " ".join(filter(None, (one.number, one.where, one.description[:40])))
    return Choice(one.number, Message(text, text))


def _reported(row: Any) -> Mapping[str, Any]:
    """Give the answers the report came in with; what the verifier adds is no merit of it."""
    found = history.read(db.session(), row.organisation_id, row.id, limit=1)
    told: Any = orjson.loads(found[0].data).get("answers") if found else None
    return told if isinstance(told, dict) else {}
