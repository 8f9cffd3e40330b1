"""A form definition as a web form: shown with WTForms, and read back as what the judge takes.

Nothing is validated here. `engine.forms.clean` is the only judge of answers; a page shows what it
says with `put_errors`. Fields keep what was typed as text, so that a refused form comes back as it
was sent.

    posted, errors = receive(form, request.form, request.files, keep)
    raw = answers(form, posted)                                 what the judge takes
    shown = build(form, values=…, choices=…, formdata=posted)   what definition_form.html draws
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from engine import forms
from engine.errors import Message
from engine.forms import Field, Form, Rights
from web import form_controls
from web.form_answers import answers, deciding, is_fixed, receive
from web.form_errors import put as put_errors
from web.language import say

__all__ = ["AnswerForm", "Part", "Section", "answers", "build", "put_errors", "receive"]

Files = Callable[[Sequence[str]], list[dict[str, Any]]]


@dataclass(frozen=True)
class Part:
    """One thing in a section: a question, or a text or line that asks nothing."""

    #: The bound field of a question, else None.
    field: Any
    #: text or separator, when it asks nothing.
    type: str = ""
    text: str = ""
    #: It is shown only while that field has one of these values ("a,b").
    show_field: str = ""
    show_values: str = ""


@dataclass(frozen=True)
class Section:
    """What stands together under one heading; without a heading, what stands by itself."""

    heading: str
    folded: bool
    show_field: str
    show_values: str
    parts: list[Part] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Say whether a folded section has to be open: something in it is wrong, or filled in."""
        asked = [part.field for part in self.parts if part.field is not None]
        return any(
            one.errors or one.data not in (None, "", False, [], one.default) for one in asked
        )


class AnswerForm(BaseForm):  # type: ignore[misc]
    """The questions of a form, by key; `sections` has them as they are to be drawn.

    A plain BaseForm: no key that a modeller may choose can hide a method of it.
    """

    sections: Sequence[Section] = ()


def build(
    form: Form,
    *,
    values: Mapping[str, Any],
    choices: Mapping[str, Sequence[forms.Choice]],
    rights: Rights = Rights(),  # noqa: B008 - immutable
    formdata: MultiDict[str, str] | None = None,
    upload_url: str | None = None,
    files: Files | None = None,
    known: Mapping[str, Any] | None = None,
) -> AnswerForm:
    """Give the form to show.

    Args:
        values: what stands in the fields before anything is typed.
        choices: passed-in choices, by the name of their list.
        formdata: what was posted and refused; it wins over `values`.
        upload_url: where the browser sends each file; without it files go with the form.
        files: gives {"id", "url", "name", "picture"} of each uploaded file that may be shown.
        known: the process data that conditions refer to beside the fields themselves.
    """
    shown = _shown(forms.expand(form, choices), rights, {**(known or {}), **values})
    decisive = deciding(form)
    made = AnswerForm(
        {
            one.key: _unbound(one, choices, rights, upload_url, one.key in decisive)
            for one in shown
            if not one.is_static
        }
    )
    made.process(formdata, data=_start(shown, values))
    for question in made:
        if isinstance(question, form_controls.FilesField):
            question.render_kw["files"] = (files or _by_address)(question.data)
    made.sections = _sections(shown, made)
    return made


def _start(shown: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        one.key: form_controls.shown_value(one, values.get(one.key, one.default))
        for one in shown
        if not one.is_static
    }


def _shown(form: Form, rights: Rights, known: dict[str, Any]) -> list[Field]:
    """Give the fields that are, or may come to be, on the page.

    A condition on a field that is answered on the page is left to the browser; any other is
    decided here, from what is known.
    """
    live: set[str] = set()
    shown = []
    for one in form.fields:
        if one.key in rights.hidden:
            continue
        if not forms.is_asked(_without(one, live), known):
            known[one.key] = None
            continue
        if not is_fixed(one, rights):
            live.add(one.key)
        shown.append(_only(one, live))
    return shown


def _without(one: Field, live: set[str]) -> Field:
    """Give the field without its conditions on live fields."""
    return replace(
        one,
        show_field=None if one.show_field in live else one.show_field,
        group_show_field=None if one.group_show_field in live else one.group_show_field,
    )


def _only(one: Field, live: set[str]) -> Field:
    """Give the field with nothing but its conditions on live fields."""
    return replace(
        one,
        show_field=one.show_field if one.show_field in live else None,
        group_show_field=one.group_show_field if one.group_show_field in live else None,
    )


def _unbound(
    one: Field,
    choices: Mapping[str, Sequence[forms.Choice]],
    rights: Rights,
    upload_url: str | None,
    decides: bool,
) -> Any:
    offered = (choices.get(one.key) or choices.get(one.source or "") or ()) if one.source else ()
    made = form_controls.control(one, (*one.choices, *offered), decides=decides)
    settings = made.kwargs["render_kw"]
    if is_fixed(one, rights):
        settings["readonly"] = True
    if one.type == "filepicker" and upload_url:
        settings["upload_url"] = upload_url
    if one.show_field:
        settings |= {"data-show-field": one.show_field}
        settings |= {"data-show-values": ",".join(one.show_values)}
    return made


def _sections(shown: Sequence[Field], made: AnswerForm) -> list[Section]:
    sections = []
    for (group, folded, key, wanted), members in groupby(shown, key=_group):
        section = Section(
            heading=say(group) if group else "",
            folded=folded,
            show_field=key or "",
            show_values=",".join(wanted),
        )
        section.parts.extend(_part(one, made) for one in members)
        sections.append(section)
    return sections


def _group(one: Field) -> tuple[Message | None, bool, str | None, tuple[str, ...]]:
    return (
        one.group,
        one.folded and one.group is not None,
        one.group_show_field,
        (one.group_show_values if one.group_show_field else ()),
    )


def _part(one: Field, made: AnswerForm) -> Part:
    if not one.is_static:
        return Part(made[one.key])
    return Part(
        None,
        type=one.type,
        text=say(one.label),
        show_field=one.show_field or "",
        show_values=",".join(one.show_values) if one.show_field else "",
    )


def _by_address(ids: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"id": one, "url": f"/files/{UUID(one)}/small", "name": one[:8], "picture": True}
        for one in ids
    ]
