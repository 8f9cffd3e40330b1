"""What calls of the API need in the furnished house, beside what pages need."""

from __future__ import annotations

from typing import Any, Final

from tests.web.access_api import API_ABOVE

_EXPORT: Final = "GET /api/v1/returns/<month>/export/<key>.<any(csv,xlsx):kind>"


def calls(things: dict[str, Any]) -> dict[str, Any]:
    """Give what stands in the addresses and bodies of the API's calls.

    Args:
        things: what stands in those of the pages.
    """
    return {
        "GET /api/v1/returns/<month>/cases query": "?figure=reported",
        f"{_EXPORT} key": "three_indicators",
        f"{_EXPORT} kind": "csv",
        **_as_on_pages(things),
    }


def _as_on_pages(things: dict[str, Any]) -> dict[str, Any]:
    """Give for a call what stands in the page of the same address."""
    found: dict[str, Any] = {}
    for route in API_ABOVE:
        method, path = route.split(" ", 1)
        page = f"{method} {path.removeprefix('/api/v1')} "
        found |= {
            f"{route} {key.removeprefix(page)}": value
            for key, value in things.items()
            if key.startswith(page)
        }
    return found
