"""Judging the answers to a whole form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import InvalidAnswers, Message, NotAllowed
from engine.forms.model import Choice, Field, Form, Rights
from engine.forms.showing import expand, initial, is_asked
from engine.forms.values import WrongAnswer, answer, is_empty

_UNANSWERED = Message("请填写这一项。", "Please answer this.")
_UNTICKED = Message("请勾选这一项。", "Please tick this.")
_UNCHOSEN = Message("请选择一项。", "Please choose.")
_NO_FILE = Message("请至少上传一个文件或一张照片。", "Please upload at least one file or photo.")
_REQUIRED = {
    "checkbox": _UNTICKED,
    "select": _UNCHOSEN,
    "radio": _UNCHOSEN,
    "checklist": _UNCHOSEN,
    "filepicker": _NO_FILE,
}


def clean(
    form: Form,
    raw: Mapping[str, Any],
    *,
    rights: Rights | None = None,
    choices: Mapping[str, Sequence[Choice]] | None = None,
    current: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Give the answers as plain, checked values: every field that is asked has one, maybe None.

    Dates are ISO text, files lists of attachment ids, ticks bool, lists of choices list[str],
    money integer fen. A field that was not sent keeps its earlier answer or its default; keys the
    form does not know are ignored; a field whose condition does not hold is left out.

    Args:
        raw: what was sent, by field key.
        rights: which fields this task may not show or change.
        choices: passed-in choices, by the name in the field's `options` or `people`, or its key.
        current: the process data: earlier answers and what conditions may refer to.

    Raises:
        InvalidAnswers: field by field.
        NotAllowed: a hidden or read-only field was sent with another value.
    """
    if not isinstance(raw, Mapping):
        raise InvalidAnswers({"": [Message("没有收到表单内容。", "No answers were received.")]})
    task = _Sheet(raw, rights or Rights(), choices or {}, dict(current or {}))
    for field in expand(form, task.choices).fields:
        task.take(field)
    if task.errors:
        raise InvalidAnswers(task.errors)
    return task.answers


class _Sheet:
    """One sheet of answers being judged, field by field from the top."""

    def __init__(
        self,
        raw: Mapping[str, Any],
        rights: Rights,
        choices: Mapping[str, Sequence[Choice]],
        known: dict[str, Any],
    ) -> None:
        self.raw = raw
        self.rights = rights
        self.choices = choices
        #: Process data overlaid by the answers so far: what conditions look at.
        self.known = known
        self.answers: dict[str, Any] = {}
        self.errors: dict[str, list[Message]] = {}

    def take(self, field: Field) -> None:
        """Judge one field."""
        if field.is_static:
            return
        if not is_asked(field, self.known):
            self.known[field.key] = None
        elif field.readonly or field.key in self.rights.readonly | self.rights.hidden:
            self._refuse_change(field)
        else:
            self._ask(field)

    def _ask(self, field: Field) -> None:
        sent = self.raw.get(field.key, initial(field, self.known))
        try:
            value = answer(field, sent, self.choices)
        except WrongAnswer as wrong:
            self.errors[field.key] = [wrong.message]
            return
        if field.required and is_empty(value):
            self.errors[field.key] = [_REQUIRED.get(field.type, _UNANSWERED)]
        self.answers[field.key] = self.known[field.key] = value

    def _refuse_change(self, field: Field) -> None:
        """A field that may not be changed may be sent back as it was shown, but not otherwise."""
        if field.key not in self.raw or is_empty(self.raw[field.key]):
            return
        shown = field.key not in self.rights.hidden
        if shown and self.raw[field.key] == self.known.get(field.key):
            return
        raise NotAllowed(
            f"“{field.label.zh}”在这一步不能修改。请刷新页面后重新填写。",
            f"'{field.label.en}' may not be changed in this step. Reload the page and try again.",
            field=field.key,
        )
