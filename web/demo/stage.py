"""Where the stories one looks at first are played, and how they begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

from engine import clock
from engine.actors import Actor
from web.demo.casework import Album, Case, report
from web.demo.people import MAIN, Crew
from web.demo.steps import Found
from web.demo.telling import Story, Teller, before

#: Stories of today begin so long ago.
_TODAY: Final = timedelta(hours=3)


@dataclass
class Stage:
    """What the stories play with."""

    teller: Teller
    crews: Mapping[str, Crew]
    album: Album
    rng: Random
    #: Cases that others refer to, or that the reader is pointed at, by the name of their story.
    cases: dict[str, Case] = field(default_factory=dict)

    def begin(self, stories: Iterable[Beginning]) -> None:
        """Begin each story so many working days ago; 0 is three hours ago."""
        today = clock.local_date(self.teller.until)
        for days, telling in stories:
            moment = before(today, days, self.rng) if days else self.teller.until - _TODAY
            self.teller.begin(moment, telling(self))

    def report(self, found: Found, *, by: str, code: str = MAIN, **more: Any) -> Case:
        """Let a member report what they found."""
        crew = self.crews[code]
        return self.send(crew, found, by=crew.login(by), **more)

    def send(self, crew: Crew, found: Found, *, by: Actor, **more: Any) -> Case:
        """Let anybody report what they found."""
        rng = Random(self.rng.random())  # noqa: S311 - a story, no secret
        answers = found.as_answers() | more
        session = self.teller.session
        return report(session, crew, self.album, rng, by=by, scene=found.scene, **answers)


#: Working days ago, and what then begins.
Beginning = tuple[int, Callable[[Stage], Story]]


def found(place: str, part: str, text: str, scene: str, **more: str) -> Found:
    """Give a hazard with what is common to most."""
    known = {
        "category": "object",
        "item": "",
        "cost": "500",
        "measures": "维修更换，逐台检查同类部位",
        "done": "已修好，同类部位已检查",
        **more,
    }
    return Found(sector="", place=place, part=part, text=text, scene=scene, **known)
