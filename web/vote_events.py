"""What is said of the events of votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from web.answer_words import as_id
from web.event_particulars import Data, Detail, about
from web.vote_words import kind_words

if TYPE_CHECKING:
    from web.timeline import Teller


@about("vote:opened")
def _opened(teller: Teller, event: Any, data: Data) -> Detail:
    element = teller.loaded.model.elements.get(event.element)
    words = [
        teller.element_name(event.element),
        kind_words(element.ballot if element else None),
        gettext("共 %(count)s 人表决", count=data.get("voters")),
    ]
    if data.get("left_out"):
        words.append(gettext("%(count)s 人因职责分离不参加", count=data["left_out"]))
    return Detail(text=" · ".join(word for word in words if word))


@about("vote:decided")
def _voted(teller: Teller, event: Any, data: Data) -> Detail:
    passed = data.get("result") == "passed"
    words = gettext(
        "同意 %(agreed)s，不同意 %(refused)s，共 %(voters)s 人",
        agreed=data.get("agreed"),
        refused=data.get("refused"),
        voters=data.get("voters"),
    )
    return Detail(
        what=gettext("表决通过") if passed else gettext("表决没有通过"),
        text=f"{teller.element_name(event.element)} · {words}",
        tone="done" if passed else "late",
        icon="check" if passed else "cross",
    )


@about("vote:counted_out")
def _counted_out(teller: Teller, event: Any, data: Data) -> Detail:
    voter = as_id(data.get("voter"))
    is_named = voter is not None and event.element not in teller.votes.nameless
    name = teller.words.names.get(voter, "") if voter and is_named else ""
    words = [teller.element_name(event.element), name, gettext("账号已停用")]
    return Detail(text=" · ".join(word for word in words if word))


@about("vote:nobody")
def _nobody(teller: Teller, event: Any, data: Data) -> Detail:
    what_then = {
        "principal": gettext("由主要负责人一人决定"),
        "pass": gettext("按流程规定算通过"),
        "fail": gettext("按流程规定算没有通过"),
    }
    words = what_then.get(str(data.get("nobody")), "")
    return Detail(text=f"{teller.element_name(event.element)} · {words}")


@about("vote:ended")
def _ended(teller: Teller, event: Any, _data: Data) -> Detail:
    return Detail(text=teller.element_name(event.element))
