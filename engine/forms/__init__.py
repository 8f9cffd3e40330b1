"""Forms: what people are asked. Definitions are read, answers cleaned and checked; all pure.

A form definition is form-js JSON with our settings in `properties`. The server is the only judge of
answers: whatever the browser or a client sends, `clean` gives plain, checked values or refuses.
"""

from __future__ import annotations

from engine.forms.cleaning import clean
from engine.forms.model import Choice, Field, Form, Rights
from engine.forms.reading import read
from engine.forms.showing import expand, is_asked, prefilled, visible

__all__ = [
    "Choice",
    "Field",
    "Form",
    "Rights",
    "clean",
    "expand",
    "is_asked",
    "prefilled",
    "read",
    "visible",
]
