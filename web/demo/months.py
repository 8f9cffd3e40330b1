"""The ordinary months: in every enterprise people report, and most of it is put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Final

from engine import clock
from engine.actors import Actor
from engine.hazards import deadlines
from web.demo import mechanisms, steps
from web.demo.casework import Album, Case, report
from web.demo.people import MAIN, Crew
from web.demo.steps import Found
from web.demo.telling import Story, Teller, working_moment

#: How far back the story goes.
DAYS_TOLD: Final = 150
#: Reports from every enterprise in those days; `_FEW` where nothing is said.
_REPORTS: Final = {MAIN: 14, "HG001": 7, "JG001": 6, "GC001": 6, "XX001": 6, "YY001": 5, "DX001": 2}
_FEW: Final = 4
_MODES: Final = ("named", "named", "named", "confidential", "anonymous")
#: The last days belong to the stories that are shown on their own.
_QUIET_DAYS: Final = 3


def begin(teller: Teller, crews: Mapping[str, Crew], album: Album, rng: Random) -> None:
    """Begin every ordinary story."""
    first = clock.local_date(teller.until) - timedelta(days=DAYS_TOLD)
    known = steps.catalogue()
    for code, crew in crews.items():
        if not crew.is_enterprise:
            continue
        found = [one for one in known if one.sector == crew.sector]
        dates = sorted(days(first, _REPORTS.get(code, _FEW), rng))
        for number, day in enumerate(dates):
            story = ordinary(teller, crew, album, found[number % len(found)], Random(rng.random()))  # noqa: S311
            teller.begin(working_moment(day, rng), story)
    mechanisms.begin(teller, crews, first, rng)


def ordinary(
    teller: Teller,
    crew: Crew,
    album: Album,
    found: Found,
    rng: Random,
    *,
    by: Actor | None = None,
) -> Story:
    """Reported, verified, rewarded and put right, by whoever it is in this enterprise."""
    reporter = by or rng.choice(crew.all_with("reporter"))
    mode = rng.choice(_MODES)
    case = report(
        teller.session,
        crew,
        album,
        rng,
        by=reporter,
        scene=found.scene,
        mode=mode,
        found_at=_found(found),
        **found.as_answers(),
    )
    yield from steps.acknowledged(case)
    good, on_spot = rng.random() < 0.25, found.cost == "0" and rng.random() < 0.6
    yield from steps.verified(
        case,
        found,
        by=_verifier(case),
        report_quality="good" if good else "normal",
        fixed_on_spot=on_spot,
    )
    over_limit = good and not on_spot
    rewarded = steps.rewarded_after_approval if over_limit else steps.rewarded
    teller.begin(clock.now(), rewarded(case))
    if not on_spot:
        yield from steps.planned(case, found)
    # One in eight is late, which the months then show.
    yield from steps.rectified(case, found, 16 if rng.random() < 0.12 else None)
    if rng.random() < 0.12:
        yield from steps.failed(case, "现场还差一处没有处理好", 5)
        yield from steps.rectified(case, found)
    yield from steps.accepted(case)


def _found(found: Found) -> str:
    """Give when it was found: some tell at once, others after the shift."""
    minutes = 5 * (sum(map(ord, found.text)) % 40)
    return (clock.now() - timedelta(minutes=minutes)).isoformat(timespec="seconds")


def _verifier(case: Case) -> Actor:
    """Give a verifier who did not report it, where the firm has one."""
    verifiers = case.crew.all_with("verifier")
    return next((one for one in verifiers if one != case.reporter), verifiers[0])


def days(first: date, count: int, rng: Random) -> Iterator[date]:
    """Give working days spread over the time told, one in each part of it."""
    part = (DAYS_TOLD - _QUIET_DAYS) / count
    for number in range(count):
        day = first + timedelta(days=int((number + rng.random()) * part))
        while not deadlines.is_working_day(day):
            day += timedelta(days=1)
        yield day
