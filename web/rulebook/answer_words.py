"""What was answered, in words: what a version is traced to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from engine.rulebook.questions import QUESTIONS, Question
from web.language import say
from web.look import yuan


def told(values: Mapping[str, Any], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the questions that were answered, with what was said.

    Args:
        settings: what settings of the organisation were when the text was made.
    """
    known = {**values, **{one.key: settings.get(one.setting) for one in QUESTIONS if one.setting}}
    return [
        {"label": say(one.label), "value": _words(one, known[one.key])}
        for one in QUESTIONS
        if known.get(one.key) is not None
    ]


def _words(one: Question, value: Any) -> str:
    match one.kind:
        case "flag":
            return str(gettext("是") if value else gettext("否"))
        case "money":
            return str(gettext("%(amount)s 元", amount=yuan(value)))
        case "choice":
            return str(say((one.choices or {})[value]))
        case "choices":
            return "、".join(str(say((one.choices or {})[key])) for key in value)
    return str(value)
