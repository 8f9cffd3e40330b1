"""The words of notices about honours; no diagram says them."""

from __future__ import annotations

from typing import Final

from engine.errors import Message

#: To members, about honours.
HONOUR_WORDS: Final = {
    "honour_proposed": Message(
        "有人推荐授予“{title}”（{period}），请在“荣誉榜”里决定。",
        "“{title}” ({period_en}) is proposed; decide under Honours.",
    ),
    "honour_decided": Message(
        "单位决定授予您“{title}”（{period}）。请在“荣誉榜”里看内容：您同意以后才会公布。",
        "You are to be given “{title}” ({period_en}). Read it under Honours: it is shown only if "
        "you agree.",
    ),
    "honour_revoked": Message(
        "您的“{title}”（{period}）已撤销：{reason}",
        "Your “{title}” ({period_en}) was revoked: {reason}",
    ),
}
