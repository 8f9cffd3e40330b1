"""How a case began, told in its history: reported, typed in for somebody else, sent by a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from engine.hazards.counts import SIGNALS
from engine.relations.passing import STATES as PASSED
from web.event_particulars import Data, Detail, about
from web.labels import CHANNELS, SOURCES, name_of
from web.language import say

if TYPE_CHECKING:
    from web.timeline import Teller


@about("instance:started")
def _started(teller: Teller, _event: Any, data: Data) -> Detail:
    form = teller.form_of(data.get("form"))
    answers = teller.words.tell(form, data.get("answers") or {}, {})
    return Detail(answers=answers, what=_what(data), text=_way_in(data))


def _what(data: Data) -> str:
    # A visit reports nothing.
    if data.get("kind") == "guidance":
        return str(gettext("计划指导"))
    is_entered = data.get("entered_by") and data.get("source") not in SIGNALS
    return str(gettext("代填报告")) if is_entered else ""


def _way_in(data: Data) -> str:
    """Say where a report is from and which way it came in, as far as that was noted."""
    source, channel = data.get("source") or "", data.get("channel") or ""
    concerned = (data.get("concerns") or {}).get("name") or ""
    words = (
        say(name_of(SOURCES, source)) if source not in ("", "staff") else "",
        str(data.get("source_note") or ""),
        say(name_of(CHANNELS, channel)) if channel else "",
        gettext("涉及%(name)s", name=concerned) if concerned else "",
    )
    return " · ".join(filter(None, words))


@about("relation:concerned", "relation:passed")
def _concerned(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=str(data.get("name") or gettext("不涉及相关方")))


@about("relation:answered")
def _answered(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=say(name_of(PASSED, str(data.get("state") or ""))))
