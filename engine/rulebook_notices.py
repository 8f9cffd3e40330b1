"""The words of notices about the rules of an enterprise; no diagram says them."""

from __future__ import annotations

from typing import Final

from engine.errors import Message

#: To members: of the units asked, of the union, of the enterprise.
RULEBOOK_WORDS: Final = {
    "rulebook_asked": Message(
        "{enterprise}就“{title}”第 {number} 稿征求意见，请在 {due_on} 前提出；没有意见可以不回。",
        "{enterprise} asks for comments on “{title}”, draft {number}, by {due_on}; none is fine.",
    ),
    "rulebook_union": Message(
        "“{title}”第 {number} 稿征求工会意见，请在 {due_on} 前提出（安全生产法第七条）。",
        "The union is asked about “{title}”, draft {number}, by {due_on} (Work Safety Law art. 7).",
    ),
    "rulebook_commented": Message(
        "{unit}对“{title}”第 {number} 稿提了意见，请逐条答复。",
        "{unit_en} commented on “{title}”, draft {number}; please answer each comment.",
    ),
    "rulebook_answered": Message(
        "{enterprise}答复了对“{title}”第 {number} 稿的意见。",
        "{enterprise} answered a comment on “{title}”, draft {number}.",
    ),
    "rulebook_opinion": Message(
        "工会对“{title}”第 {number} 稿的意见已经登记。",
        "The union's opinion on “{title}”, draft {number}, is entered.",
    ),
    "rulebook_adopted": Message(
        "{enterprise}签发了“{title}”，{issued_on}起公布。",
        "{enterprise} issued “{title}” on {issued_on}.",
    ),
}  # fmt: skip
