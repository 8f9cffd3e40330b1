"""What was posted in a form, as the raw answers that `engine.forms.clean` judges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import Invalid, Message
from engine.forms import Field, Form, Rights
from web.form_controls import TICKED

#: Sent for a question of yes or no that was left open: the judge refuses it at its field.
_NEITHER: Final = "?"


def answers(
    form: Form,
    formdata: MultiDict[str, str],
    *,
    rights: Rights = Rights(),  # noqa: B008
) -> dict[str, Any]:
    """Give what was posted as the raw answers that `engine.forms.clean` judges.

    What this step may not change is left out, unless somebody sent it: the judge refuses that.
    """
    both = deciding(form)
    raw: dict[str, Any] = {}
    for one in form.fields:
        sent = formdata.getlist(one.key)
        if one.is_static or (not sent and (is_fixed(one, rights) or not _is_multiple(one))):
            continue
        raw[one.key] = _raw(one, sent, one.key in both)
    return raw


def receive(
    form: Form,
    formdata: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    keep: Callable[[FileStorage], str],
    *,
    rights: Rights = Rights(),  # noqa: B008
) -> tuple[MultiDict[str, str], dict[str, list[Message]]]:
    """Upload the files that came with the form, as they do without JavaScript.

    Args:
        keep: uploads one file and gives its id; refuses with Invalid.

    Returns:
        the form data with the ids of the files added, and what was refused, by field.
    """
    complete = MultiDict(formdata)
    errors: dict[str, list[Message]] = {}
    for one in form.fields:
        if one.type != "filepicker" or is_fixed(one, rights):
            continue
        for sent in files.getlist(one.key):
            if not sent.filename:
                continue
            try:
                complete.add(one.key, keep(sent))
            except Invalid as refused:
                errors.setdefault(one.key, []).append(refused.message)
    return complete, errors


def _raw(one: Field, sent: list[str], decides: bool) -> Any:
    if one.type in ("checklist", "filepicker"):
        return [value for value in sent if value]
    if one.type == "checkbox":
        if not sent:
            return _NEITHER if decides else False
        return True if sent[0] == TICKED else sent[0]
    return sent[0]


def _is_multiple(one: Field) -> bool:
    """Say whether a browser sends nothing at all when the answer is "none"."""
    return one.type in ("checklist", "filepicker", "checkbox")


def is_fixed(one: Field, rights: Rights) -> bool:
    """Say whether this step may not change the field."""
    return one.readonly or one.key in rights.readonly | rights.hidden


def deciding(form: Form) -> frozenset[str]:
    """Give the ticks whose absence asks something too: they are asked as yes or no."""
    negative = {key for one in form.fields for key, wanted in one.conditions if "false" in wanted}
    return frozenset(
        one.key for one in form.fields if one.type == "checkbox" and one.key in negative
    )
