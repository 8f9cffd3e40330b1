"""The sector packs of the demonstration: departments install them, one enterprise does itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.commands import execute
from engine.definitions.packs import installing
from web.demo.people import Crew

#: Who installed which pack.
_INSTALLED: Final = (
    ("YJJ", "hazchem"),
    ("JGW", "construction"),
    ("JGW", "gas"),
    ("GC001", "commercial"),
)
#: What verifiers of a sector say beyond the general form, unless a story says otherwise.
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "construction": {"employer": "own"},
    "gas": {"gas_site": "station"},
    "commercial": {"hazard_area": "shared"},
}


def install(session: Session, crews: Mapping[str, Crew]) -> None:
    """Install the packs, each by an administrator of who installs it."""
    for code, key in _INSTALLED:
        crew = crews[code]
        execute(
            session,
            installing.install,
            key,
            organisation_id=crew.organisation_id,
            actor=crew.who("administrator"),
        )
