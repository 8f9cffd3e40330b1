"""Entries into the register of majors, as a case's history tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from web.answer_words import Told
from web.event_particulars import Data, Detail, about
from web.language import say
from web.majors import words

if TYPE_CHECKING:
    from web.timeline import Teller


@about("major:reported")
def _reported(teller: Teller, _event: Any, data: Data) -> Detail:
    whom = words.ADDRESSEES.get(str(data.get("addressee")))
    method = words.METHODS.get(str(data.get("method")))
    said = [
        say(whom) if whom else "",
        str(data.get("name") or ""),
        str(data.get("reported_on") or ""),
        say(method) if method else "",
        str(data.get("proof") or ""),
    ]
    number = str(data.get("certificate") or "")
    url = url_for("certificates.show", number=number) if number else ""
    return Detail(text=_joined(said), answers=_files(teller, data), url=url, link_text=number)


@about("major:guarded")
def _guarded(_teller: Teller, _event: Any, data: Data) -> Detail:
    return Detail(text=str(data.get("text") or ""))


@about("supervision:listed", "supervision:applied", "supervision:cancelled")
def _supervised(teller: Teller, _event: Any, data: Data) -> Detail:
    keys = (
        "authority",
        "case_number",
        "listed_on",
        "applied_on",
        "cancelled_on",
        "due_on",
        "cancelled_by",
        "note",
    )
    said = [str(data.get(key) or "") for key in keys]
    return Detail(text=_joined(said), answers=_files(teller, data))


def _files(teller: Teller, data: Data) -> Told:
    ids = data.get("files")
    return teller.words.attached(ids if isinstance(ids, list) else [])


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)
