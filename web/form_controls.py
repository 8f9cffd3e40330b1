"""The control that suits each type of question, as an unbound WTForms field.

All of them keep text as it was typed; the classes of WTForms that read numbers and dates would
lose what they cannot read. What `macros/forms.html` needs to know stands in `render_kw`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Field as Control
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, DateInput, DateTimeLocalInput, ListWidget

from engine.clock import LOCAL_ZONE
from engine.forms import Choice, Field
from engine.forms.values import MAX_FILES, MAX_LINE, MAX_TEXT
from web.language import say

#: What a browser sends for a ticked box.
TICKED: Final = "y"
#: A longer list gets a box to search in it.
_LONG: Final = 12


class MultiCheckboxField(SelectMultipleField):  # type: ignore[misc]
    """Any number of choices, a box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FilesField(Control):  # type: ignore[misc]
    """Uploaded files, by their ids; what is no id is no file."""

    def process_data(self, value: Any) -> None:
        """Take the ids of earlier answers."""
        self.data = [one for one in value or () if _is_id(one)]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the ids that came with the form."""
        self.data = [one for one in valuelist if _is_id(one)]


def control(one: Field, offered: Sequence[Choice], *, decides: bool = False) -> Any:
    """Give the unbound field of a question.

    Args:
        offered: what can be chosen, or is suggested where free text is taken.
        decides: a tick whose absence asks something too; it is asked as yes or no.
    """
    choices = [SelectChoice(choice.value, say(choice.label)) for choice in offered]
    match one.type:
        case "textfield":
            return _text(one, choices)
        case "textarea":
            return _made(TextAreaField, one, maxlength=one.max_length or MAX_TEXT, rows=3)
        case "number":
            return _number(one)
        case "datetime":
            return _moment(one)
        case "checkbox":
            return _yes_or_no(one) if decides else _made(BooleanField, one)
        case "radio":
            return _made(RadioField, one, choices, **_searched(choices))
        case "checklist":
            return _made(MultiCheckboxField, one, choices, **_searched(choices))
        case "select":
            return _select(one, choices)
        case "filepicker":
            kind = "photos" if one.photo else "files"
            most = MAX_FILES if one.multiple else 1
            return _made(FilesField, one, kind=kind, max=most, accept=one.accept or "image/*,.pdf")
        case other:
            raise ValueError(other)


def shown_value(one: Field, value: Any) -> Any:
    """Give a kept answer, or one of a draft, as its control shows it."""
    if isinstance(value, bool):
        return value if one.type == "checkbox" else str(value).lower()
    if one.type == "number" and isinstance(value, int | float):
        return _money(int(value)) if one.money else f"{Decimal(repr(value)):f}"
    if one.type == "datetime" and one.subtype == "datetime" and isinstance(value, str):
        return _local(value)
    if one.type in ("checklist", "filepicker"):
        return [value] if isinstance(value, str) else list(value or ())
    return "" if value is None and one.type == "select" else value


def _made(
    control_type: type[Control],
    one: Field,
    choices: Sequence[SelectChoice] | None = None,
    *,
    more: dict[str, Any] | None = None,
    **settings: Any,
) -> Any:
    """Make the field; `more` are its own options, `settings` what its control is told."""
    options = dict(more or {})
    if choices is not None:
        options |= {"choices": list(choices), "validate_choice": False}
    return control_type(
        say(one.label),
        description=say(one.help) if one.help else "",
        default=shown_value(one, one.default),
        id=f"answer-{one.key}",
        validators=[_Required()] if one.required else [],
        render_kw={name: value for name, value in settings.items() if value is not None},
        **options,
    )


class _Required:
    """Marks a question as one that has to be answered; the engine is the judge of it."""

    field_flags = {"required": True}  # noqa: RUF012 - the name and type WTForms reads

    def __call__(self, form: Any, field: Any) -> None:
        """Accept anything."""


def _text(one: Field, choices: list[SelectChoice]) -> Any:
    suggested = [(choice.value, choice.label) for choice in choices]
    return _made(
        StringField,
        one,
        maxlength=one.max_length or MAX_LINE,
        autocomplete="off",
        suggestions=suggested or None,
    )


def _number(one: Field) -> Any:
    decimal = one.money or one.digits > 0
    return _made(
        StringField,
        one,
        kind="money" if one.money else None,
        short=None if one.money else True,
        inputmode="decimal" if decimal else "numeric",
        autocomplete="off",
    )


def _moment(one: Field) -> Any:
    widget = DateInput() if one.subtype == "date" else DateTimeLocalInput()
    return _made(StringField, one, more={"widget": widget}, short=True)


def _select(one: Field, choices: list[SelectChoice]) -> Any:
    nothing = gettext("请选择") if one.required else gettext("不选")
    if len(choices) <= _LONG:
        return _made(SelectField, one, [SelectChoice("", nothing), *choices])
    given = choices if one.required else [SelectChoice("", nothing), *choices]
    return _made(RadioField, one, given, **_searched(choices, people=bool(one.people)))


def _searched(choices: Sequence[SelectChoice], *, people: bool = False) -> dict[str, Any]:
    if len(choices) <= _LONG:
        return {}
    return {"kind": "people" if people else "search"}


def _yes_or_no(one: Field) -> Any:
    both = [SelectChoice("true", gettext("是")), SelectChoice("false", gettext("否"))]
    # Neither is no answer.
    asked = replace(one, required=True)
    return _made(RadioField, asked, both, more={"coerce": lambda value: str(value).lower()})


def _money(fen: int) -> str:
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def _local(text: str) -> str:
    """Give a kept moment as the browser's own control takes it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = moment.astimezone(LOCAL_ZONE) if moment.tzinfo else moment
    return local.strftime("%Y-%m-%dT%H:%M")


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
