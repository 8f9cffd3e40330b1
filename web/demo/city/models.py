"""The cases that a city is made from: played through the engine by the people of one enterprise.

Each is then told many times over, in other enterprises and at other times. What is closed was
closed long enough ago to be moved; what is open is told as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.store import Base
from engine.store import tables as t
from web.demo import majors, months, steps
from web.demo.casework import Album, Case, report
from web.demo.people import Crew
from web.demo.steps import Found
from web.demo.telling import Story, Teller, before

#: Tables of which a case has rows that are told again.
TABLES: Final = (t.Instance, t.Task, t.Event, t.Hazard, t.Reward, t.Attachment, t.Job)
#: The jobs that go with a state; others print papers.
_STANDING_JOBS: Final = ("timer", "delegate")
_NOT_TOLD: Final = ("certificate:issued", "certificate:ready")
#: Working days ago on which cases begin that are closed by now, and that mostly are not.
_PAST: Final = (45, 60)
_UNDER_WAY: Final = (0, 1, 2, 3, 4, 6, 8, 11)
_MAJORS_BEGAN: Final = (3, 14, 40, 75)
#: What a report to the authority says when it has put the major under its supervision 挂牌督办.
_SUPERVISED: Final = {
    "supervised": True, "supervised_by": "市应急管理局", "case_no": "申督〔2026〕7号",
}  # fmt: skip


@dataclass(frozen=True)
class Model:
    """One case with everything the database knows of it."""

    #: open | open major | dismissed | closed | major
    kind: str
    began_at: datetime
    #: When it ended; None for what still runs.
    ended_at: datetime | None
    mode: str
    reporter_type: str
    #: Table → its rows, in order.
    rows: Mapping[type[Base], list[Mapping[str, Any]]]


def play(session: Session, crew: Crew, now: datetime, *, variety: int) -> list[Model]:
    """Play the stories in `crew`, and give their cases.

    Args:
        variety: how many closed cases there are of the ordinary kind.
    """
    teller, album = Teller(session, now), Album(session)
    rng = Random(7)  # noqa: S311 - stories, no secrets
    today = clock.local_date(now)
    finds = [one for one in steps.catalogue() if one.sector in ("industry_trade", "general")]
    for number in range(variety):
        found = finds[number % len(finds)]
        begin = before(today, rng.randint(*_PAST), rng)
        teller.begin(begin, months.ordinary(teller, crew, album, found, _own(rng)))
    for days in (*_UNDER_WAY[: max(3, variety)], 30):
        # What was begun a moment ago has hardly been looked at yet; one is late for long.
        begin = before(today, days, rng) if days else now - timedelta(hours=2)
        story = _stuck if days == 30 else months.ordinary
        teller.begin(begin, story(teller, crew, album, rng.choice(finds), _own(rng)))
    for number in range(max(1, variety // 8)):
        begin = before(today, rng.randint(*_PAST), rng)
        teller.begin(begin, _dismissed(teller, crew, album, finds[number], _own(rng)))
    for days in (*_MAJORS_BEGAN, _PAST[0] + 20):
        begin = before(today, days, rng)
        closes = days > _MAJORS_BEGAN[-1] or days == _PAST[0] + 20
        teller.begin(begin, _major(teller, crew, album, _own(rng), closes=closes))
    # What the register of majors asks beyond that: nothing told to anybody yet, and what an
    # authority supervises, late or put right and not struck off. Own dice: the others stay as
    # they are.
    dice = Random(8)  # noqa: S311 - stories, no secrets
    for days, how in ((6, {"until": "determined"}), (80, {"supervised": True}),
                      (30, {"supervised": True, "until": "accepted"})):  # fmt: skip
        begin = before(today, days, dice)
        teller.begin(begin, _major(teller, crew, album, _own(dice), **how))
    teller.tell()
    return list(_read(session, crew.organisation_id))


def _own(rng: Random) -> Random:
    return Random(rng.random())  # noqa: S311 - a story, no secret


def _begin(teller: Teller, crew: Crew, album: Album, found: Found, rng: Random) -> Case:
    by = crew.who("reporter")
    answers = found.as_answers()
    return report(teller.session, crew, album, rng, by=by, scene=found.scene, **answers)


def _dismissed(
    teller: Teller, crew: Crew, album: Album, found: Found, rng: Random
) -> Iterator[datetime]:
    case = _begin(teller, crew, album, found, rng)
    yield from steps.acknowledged(case)
    yield from steps.verified(
        case, found, finding="unfounded", level=None, finding_note="现场没有发现所说的情况"
    )


def _stuck(teller: Teller, crew: Crew, album: Album, found: Found, rng: Random) -> Story:
    """Planned, and not put right in time."""
    case = _begin(teller, crew, album, found, rng)
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found)
    teller.begin(clock.now(), steps.rewarded(case))
    yield from steps.planned(case, found, days=10)


def _major(
    teller: Teller,
    crew: Crew,
    album: Album,
    rng: Random,
    *,
    closes: bool = False,
    supervised: bool = False,
    until: str = "",
) -> Story:
    """A major hazard: `until` it was determined or accepted, else as far as its plan."""
    found = majors._SPRAY_BOOTH
    case = _begin(teller, crew, album, found, rng)
    yield from steps.acknowledged(case, "已停用，今天核查")
    yield from steps.verified(case, found, level="major", report_quality="good")
    yield from steps.determined(case, majors._BOOTH_MARKS, "应急管理部令第10号 第七条（七）")
    teller.begin(clock.now(), steps.rewarded_after_approval(case))
    if until == "determined":
        return
    yield from steps.reported_twice(
        case, found, "市应急管理局", **(_SUPERVISED if supervised else {})
    )
    yield from steps.planned(case, found, days=45, major=True)
    if closes or until == "accepted":
        yield from steps.rectified(case, found, 9)
        yield from steps.accepted(case)
    if closes:
        yield clock.now() + timedelta(days=1)
        case.does("sign_closure", crew.who("principal"), closure_signed=True, closure_note="已核对")


def _read(session: Session, organisation_id: UUID) -> Iterator[Model]:
    by_case: dict[type[Base], dict[UUID, list[Mapping[str, Any]]]] = {}
    for table in (*TABLES, t.Reporter):
        rows = by_case.setdefault(table, {})
        for row in session.execute(_of(table, organisation_id)).mappings():
            rows.setdefault(row[_case_of(table)], []).append(dict(row))
    for key, (instance,) in by_case[t.Instance].items():
        told: dict[type[Base], list[Mapping[str, Any]]] = {
            table: by_case[table].get(key, []) for table in TABLES
        }
        told[t.Event] = [row for row in told[t.Event] if row["tag"] not in _NOT_TOLD]
        told[t.Job] = [row for row in told[t.Job] if row["kind"] in _STANDING_JOBS]
        (vault,) = by_case[t.Reporter][key]
        yield Model(
            kind=_kind(instance, told[t.Hazard][0]),
            began_at=instance["started_at"],
            ended_at=instance["ended_at"],
            mode=vault["mode"],
            reporter_type=vault["reporter_type"],
            rows=told,
        )


def _of(table: Any, organisation_id: UUID) -> Any:
    statement = select(table.__table__).where(table.organisation_id == organisation_id)
    return statement.order_by(table.sequence) if table is t.Event else statement


def _case_of(table: type[Base]) -> str:
    return "id" if table in (t.Instance, t.Hazard) else "instance_id"


def _kind(instance: Mapping[str, Any], hazard: Mapping[str, Any]) -> str:
    is_major, is_open = hazard["level"] == "major", instance["ended_at"] is None
    if is_open:
        return "open major" if is_major else "open"
    return "major" if is_major else str(hazard["state"])
