"""Small form definitions in a few words."""

from __future__ import annotations

from typing import Any

from engine import forms


def field(type: str, key: str = "it", **more: Any) -> dict[str, Any]:
    """Give one component; `settings` become its properties, `rules` its validation."""
    settings, rules = more.pop("settings", {}), more.pop("rules", {})
    values = [{"value": value, "label": value} for value in more.pop("values", ())]
    component = {"type": type, "key": key, "label": key, "properties": settings, **more}
    return {**component, **({"values": values} if values else {}), "validate": rules}


def definition(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give a form definition."""
    return {"id": "sample", "type": "default", "components": list(components), **more}


def form(*components: dict[str, Any]) -> forms.Form:
    """Give a form, read."""
    return forms.read(definition(*components))


def answer(component: dict[str, Any], raw: object, **more: Any) -> Any:
    """Give what one field makes of one raw answer."""
    return forms.clean(form(component), {component["key"]: raw}, **more)[component["key"]]
