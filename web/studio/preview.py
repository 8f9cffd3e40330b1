"""A form that is being drawn, as people will see it. Nothing is kept, and nothing can be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from engine import answers, forms
from engine.errors import Invalid, Message
from engine.forms import Choice, Form, Rights
from web import db, form_fields
from web.access import own_organisation, requires
from web.json_views import sent, speaks_json
from web.language import say

blueprint = Blueprint("form_preview", __name__, url_prefix="/studio")

#: What stands for the choices that only a case has, or that the organisation has none of yet.
_SAMPLES: Final = tuple(
    Choice(f"sample_{number}", Message(f"示例 {number}", f"Sample {number}")) for number in (1, 2)
)


@blueprint.post("/preview")
@requires("definition:deploy")
@speaks_json
def preview() -> str | Response:
    """Draw the form that is sent, with what a task lets its doer see and change."""
    body = sent()
    form = forms.read(_text(body, "form").encode())
    rights = Rights.of({name: _text(body, name, "") for name in ("readonly", "hidden")})
    choices = _choices(form)
    shown = form_fields.build(
        form, values={}, choices=choices, rights=rights, known=_known(form, choices)
    )
    return render_template("studio/preview.html", title=say(form.title), form=shown)


def _text(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    found = body.get(name, default)
    if not isinstance(found, str):
        raise Invalid(f"{name} 应为文字。", f"'{name}' has to be text.")
    return found


def _choices(form: Form) -> dict[str, Sequence[Choice]]:
    found = answers.choices_for(db.session(), form, own_organisation(), {})
    return {source: found.get(source) or _SAMPLES for source in form.sources}


def _known(form: Form, choices: Mapping[str, Sequence[Choice]]) -> dict[str, Any]:
    """Say that what other forms would have said lets everything here be asked."""
    own = {field.key for field in forms.expand(form, choices).fields}
    conditions = [condition for field in form.fields for condition in field.conditions]
    return {key: values[0] for key, values in reversed(conditions) if key not in own and values}
