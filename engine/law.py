"""The legal basis as data (R-03): which act, which article, since when, and how sure that is.

An act is a file of `processes/law`. What a page or a paper cites is asked here by key, such as
`awl-41`, so that an article that gets another number is changed in one place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from engine.errors import IntegrityError, Message

_FOLDER: Final = Path(__file__).resolve().parents[1] / "processes" / "law"
#: How binding an act is, the most binding first.
KINDS: Final[Mapping[str, Message]] = {
    "law": Message("法律", "Law"),
    "regulation": Message("地方性法规", "Local regulations"),
    "rule": Message("部门规章", "Ministerial rules"),
    "document": Message("规范性文件", "Documents"),
}
#: How it is known what an act says.
CERTAINTIES: Final[Mapping[str, Message]] = {
    "read": Message("核对过条文", "Checked against the text"),
    "mirror": Message("见转载，没有核对到原件", "Seen on a mirror, not in the original"),
    "known": Message("按通行理解，条文请自行核对", "As commonly understood; check the text"),
}


@dataclass(frozen=True)
class Article:
    """One article of an act."""

    #: Of its act, such as "41".
    key: str
    act: str
    #: 第四十一条
    number: str
    #: What it says for us, in our own words.
    about: Message
    #: The number it had before, which old documents still cite.
    earlier: str = ""


@dataclass(frozen=True)
class Act:
    """A law, regulation, rule or document."""

    key: str
    title: Message
    short: Message
    #: A key of KINDS.
    kind: str
    #: The amendment, or the number of the document 文号.
    number: str
    issued_on: date
    effective_from: date
    #: The last day it held, and the act that took its place.
    effective_to: date | None
    superseded_by: str
    source: str
    #: A key of CERTAINTIES.
    certainty: str
    articles: Sequence[Article]

    def holds_on(self, day: date) -> bool:
        """Say whether the act is in force on a day."""
        ends = self.effective_to
        return self.effective_from <= day and (ends is None or day <= ends)


@cache
def acts() -> Mapping[str, Act]:
    """Give every act by key, the most binding first, then those cited most; read once a process.

    Raises:
        IntegrityError: a file says what it may not.
    """
    found = [_act(tomllib.loads(path.read_text("utf-8"))) for path in _FOLDER.glob("*.toml")]
    order = list(KINDS)
    found.sort(key=lambda act: (order.index(act.kind), -len(act.articles), act.key))
    return {act.key: act for act in found}


def cite(key: str) -> Message:
    """Give how an article, or a whole act, is cited: 《安全生产法》第四十一条.

    Args:
        key: "awl-41", or "awl" for the act.

    Raises:
        IntegrityError: nobody entered such an article.
    """
    act_key, _, number = key.partition("-")
    act = acts().get(act_key)
    if act is None:
        raise _unknown(key)
    if not number:
        return Message(_quoted(act), act.short.en)
    article = next((one for one in act.articles if one.key == number), None)
    if article is None:
        raise _unknown(key)
    return Message(f"{_quoted(act)}{article.number}", f"{act.short.en}, art. {number}")


def _quoted(act: Act) -> str:
    """Give a title in its marks; a number of a document has none."""
    return act.short.zh if act.short.zh[-1].isdigit() or "号" in act.short.zh else (
        f"《{act.short.zh}》"
    )  # fmt: skip


def _act(content: Mapping[str, Any]) -> Act:
    try:
        return Act(
            key=content["key"],
            title=Message(**content["title"]),
            short=Message(**content["short"]),
            kind=_known(content["kind"], KINDS),
            number=content["number"],
            issued_on=content["issued_on"],
            effective_from=content["effective_from"],
            effective_to=content.get("effective_to"),
            superseded_by=content.get("superseded_by", ""),
            source=content["source"],
            certainty=_known(content["certainty"], CERTAINTIES),
            articles=[
                Article(
                    one["key"],
                    content["key"],
                    one["zh"],
                    Message(**one["about"]),
                    one.get("earlier", ""),
                )
                for one in content.get("articles", ())
            ],
        )
    except (KeyError, TypeError) as error:
        raise IntegrityError(
            f"法律依据“{content.get('key', '?')}”写得不全：{error}。",
            f"The act '{content.get('key', '?')}' is not written in full: {error}.",
        ) from error


def _known(value: str, among: Mapping[str, Message]) -> str:
    if value not in among:
        raise KeyError(value)
    return value


def _unknown(key: str) -> IntegrityError:
    return IntegrityError(
        f"没有登记“{key}”这条法律依据，请补到 processes/law。",
        f"No article '{key}' is entered; add it to processes/law.",
    )
