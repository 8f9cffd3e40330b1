"""What the engine refuses in a form, shown at the field it is about."""

from __future__ import annotations

from wtforms.form import BaseForm

from engine.errors import InvalidAnswers, Refused
from web.language import say


def put(form: BaseForm, error: Refused) -> None:
    """Put the engine's sentences into `form`: at their fields, the others on top."""
    by_field = error.errors if isinstance(error, InvalidAnswers) else {}
    for name, messages in by_field.items():
        said = [say(message) for message in messages]
        if name in form:
            form[name].errors = [*form[name].errors, *said]
        else:
            form.form_errors.extend(said)
    if not by_field:
        form.form_errors.append(say(error.message))
