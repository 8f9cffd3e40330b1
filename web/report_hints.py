"""Items of the checklist that resemble what was just written, to be taken with a tap (R-48).

They are shown on the page after the words, and on the page of the words to whoever asks. Taking one
fills in the item and the class; its legal basis travels with the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import MultiDict

from engine import lookalikes
from engine.hazards.codes import CATEGORIES
from engine.lookalikes import Proposed
from web import db
from web.language import say
from web.report_sheet import Sheet
from web.report_steps import WHAT, Step

#: What a button of a card says, before the item's code.
TAKE: Final = "take:"
_ITEM: Final = "checklist_item"


@dataclass(frozen=True)
class Hints:
    """What a page shows of the checklist."""

    #: The item that was taken.
    chosen: Proposed | None
    items: Sequence[Proposed]
    #: Whether it was looked for; then it is said, too, that there is none.
    looked: bool

    def class_of(self, item: Proposed) -> str:
        """Give the class of an item in words."""
        return say(CATEGORIES[item.category])


def of(sheet: Sheet, step: Step, *, asked: bool = False) -> Hints | None:
    """Give what a page shows; None when the process asks for no item, or it is no time for it.

    Args:
        asked: the reporter wants to see what resembles their words.
    """
    if not _asks_item(sheet):
        return None
    is_next = sheet.before(step.key) == sheet.find(WHAT)
    if not asked and step.key != WHAT and not is_next:
        return None
    code = sheet.sent.get(_ITEM) if WHAT in sheet.seen else None
    owner = sheet.desk.owner_id
    if code:
        return Hints(lookalikes.item_of(db.session(), owner, code), (), looked=asked)
    if step.key == WHAT and not asked:
        return Hints(None, (), looked=False)
    found = lookalikes.items_like(db.session(), owner, sheet.sent.get("description", ""))
    return Hints(None, found, looked=asked) if found or asked else None


def take(sheet: Sheet, code: str) -> None:
    """Answer the item with `code` and the class with the item's; an empty code takes it back."""
    item = lookalikes.item_of(db.session(), sheet.desk.owner_id, code) if code else None
    kept = [(name, value) for name, value in sheet.sent.items(multi=True) if name != _ITEM]
    if item is not None:
        kept = [(name, value) for name, value in kept if name != "category" or value]
        kept.append((_ITEM, item.code))
        if not any(name == "category" for name, _value in kept):
            kept.append(("category", item.category))
    sheet.sent = MultiDict(kept)


def _asks_item(sheet: Sheet) -> bool:
    field = sheet.desk.form.find(_ITEM)
    return field is not None and field.options == "checklist"
