"""The words of notices to whom an enterprise granted histories by name; no diagram says them."""

from __future__ import annotations

from typing import Final

from engine.errors import Message

GRANT_WORDS: Final = {
    "grant_given": Message(
        "{by}授权本单位查阅{what}（{reference}），有效期至 {until}。请在“获授权查阅”里看。",
        "{by} granted your organisation {what} ({reference}), until {until}. Read it under "
        "“Granted to us”.",
    ),
    "grant_withdrawn": Message(
        "{by}收回了对{what}的授权（{reference}），不能再查阅。",
        "{by} withdrew its grant of {what} ({reference}); it opens nothing any more.",
    ),
    "grant_over": Message(
        "{by}对{what}的授权（{reference}）已到期，不能再查阅。",
        "The grant of {what} by {by} ({reference}) has ended; it opens nothing any more.",
    ),
}
