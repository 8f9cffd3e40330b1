"""A case's own diagrams as pictures on the page, with what happened on them: no script is needed,
and paper shows the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext
from markupsafe import Markup

from engine.auditing.course import Standing, diagram_of
from engine.definitions import Loaded
from engine.spiff.drawing import read_drawing
from web import db
from web.diagram_path import Path
from web.diagram_svg import draw
from web.language import drawn

#: At this part of its full size a drawing's words can still be read.
_SCALE: Final = 0.85


@dataclass(frozen=True)
class Picture:
    """One process of a case, drawn."""

    key: str
    name: str
    svg: Markup
    #: Whether something of it was passed or is open.
    was_used: bool
    #: A diagram may say what runs without being drawn.
    is_blank: bool = False


def pictures(loaded: Loaded, standing: Standing, only: str | None = None) -> list[Picture]:
    """Draw the process of a version and those it calls, itself first, with what had happened.

    Args:
        only: draw this process alone.
    """
    return [
        _picture(loaded, standing, key, name)
        for key, name in loaded.model.names().items()
        if only is None or key == only
    ]


def process_of(key: str, main: str) -> str:
    """Give the process an element belongs to, by the element's key."""
    return key.rpartition(":")[0] or main


def _picture(loaded: Loaded, standing: Standing, key: str, name: str) -> Picture:
    path = _path(loaded, standing, key)
    title = drawn(name)
    # What a drawing holds is escaped where it is made.
    drawing = read_drawing(diagram_of(db.session(), loaded, key))
    width = round(drawing.bounds.width * _SCALE)
    svg = Markup(draw(drawing, title=title, path=path, width=width))  # noqa: S704
    was_used = bool(path.passed or path.open)
    return Picture(key, title, svg, was_used, is_blank=not drawing.shapes)


def _path(loaded: Loaded, standing: Standing, process: str) -> Path:
    """Give what happened in one process, by the ids of its own diagram."""
    prefix = "" if process == loaded.key else f"{process}:"
    passed = {key: standing.passed[key] for key in _within(standing.passed, prefix)}
    present = _within(standing.open, prefix)
    inside = {key.removeprefix(prefix): times for key, times in passed.items()}
    found = Path(
        passed=inside,
        open=_ids(present, prefix),
        just=_ids(_within(standing.just, prefix), prefix),
    )
    return Path(found.passed, found.open, found.just, _words(loaded, found, prefix))


def _within(keys: Iterable[str], prefix: str) -> list[str]:
    """Give the keys that belong to one process."""
    return [key for key in keys if (key.startswith(prefix) if prefix else ":" not in key)]


def _ids(keys: Iterable[str], prefix: str) -> Set[str]:
    return {key.removeprefix(prefix) for key in keys}


def _words(loaded: Loaded, path: Path, prefix: str) -> Mapping[str, str]:
    """Say of each element that was reached what happened to it."""
    elements: Any = loaded.model.elements
    found = {}
    for id_ in path.passed.keys() | path.open:
        element = elements.get(f"{prefix}{id_}")
        times = path.passed.get(id_, 0)
        said = [gettext("走过 %(count)s 次", count=times)] if times else []
        said += [gettext("停在这一步")] if id_ in path.open else []
        name = drawn(element.name) if element is not None and element.name else id_
        found[id_] = f"{name}{gettext('：')}{'、'.join(said)}"
    return found
