"""Every figure of the analysis opens exactly the cases it counts, whatever had happened to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import analysis, clock, commands, jobs
from engine.actors import SYSTEM, Actor
from engine.analysis import Figure, Filters, count_of, keeping
from engine.analysis.answers import Answers
from engine.analysis.computing import ordering_of
from engine.analysis.figures import KINDS
from engine.definitions import Bundle, deploy, read_folder
from engine.errors import Invalid, NotAllowed
from engine.store import tables as t
from tests.cast import enter
from tests.engine.analysis_story import OCTOBER, ROLES, ROOT, USUAL, Desk, Done

BOTH = Filters(period="months", first="2026-09", last="2026-10")
ODD = ("second_look", "rectification:second_look")
PLACES = ("二号车间", "食堂")


@pytest.fixture
def desk(session: Session, clock: time_machine.Traveller) -> Desk:
    return Desk(session, enter(session))


def own_version(session: Session, owner: UUID) -> UUID:
    """Let an enterprise run its own version of the shipped process."""
    bundle: Bundle = read_folder(ROOT)
    made = commands.execute(session, deploy, bundle, organisation_id=owner, actor=SYSTEM)
    return next(row.id for row in made if row.key == "hazard_report")


def histories(desk: Desk, seed: int, count: int = 20) -> None:
    """Write random cases of two enterprises, of which one also runs by a version of its own."""
    dice = random.Random(seed)
    cast = desk.cast
    own = own_version(desk.session, cast.one_person_firm_id)
    for _ in range(count):
        owner = dice.choice([cast.enterprise_id, cast.one_person_firm_id])
        is_finished = dice.random() < 0.7
        desk.case(
            list(_steps(dice, is_finished)),
            owner=owner,
            at=OCTOBER - timedelta(hours=dice.randrange(1_000)),
            definition_id=dice.choice([None, own]) if owner != cast.enterprise_id else None,
            is_finished=is_finished,
            hazard=_hazard(dice),
        )
    desk.session.commit()


def _steps(dice: random.Random, is_finished: bool) -> Iterator[Done]:
    names = list(USUAL)
    for _ in range(dice.randrange(4)):
        match dice.randrange(4):
            case 0:
                names.insert(dice.randrange(len(names) + 1), dice.choice(ODD))
            case 1:
                names.pop(dice.randrange(len(names)))
            case 2:
                names.insert(dice.randrange(len(names) + 1), dice.choice(names))
            case 3:
                at, other = dice.randrange(len(names)), dice.randrange(len(names))
                names[at], names[other] = names[other], names[at]
    begun = 0.0
    for name in names:
        took = dice.choice([0, 1, 5, 40, 400])
        claimed = begun + took / 2 if dice.random() < 0.5 else None
        due = begun + 24 if dice.random() < 0.6 else None
        state = "cancelled" if dice.random() < 0.1 else ""
        yield Done(name, begun, begun + took, claimed, due, state)
        begun += took
    if not is_finished:
        yield Done(dice.choice(list(ROLES)), begun, None, None, begun + 24)


def _hazard(dice: random.Random) -> dict[str, Any]:
    state = dice.choice(["reported", "verified", "closed", "dismissed"])
    closed = {"closed_at": OCTOBER + timedelta(hours=dice.randrange(99))}
    return {
        "state": state,
        "level": dice.choice(["general", "major"]),
        "category": dice.choice(["object", "human", None]),
        "checklist_item": dice.choice(["GEN-01", "", None]),
        "place": dice.choice([*PLACES, None]),
        **(closed if state == "closed" else {}),
    }


def answered(session: Session, actor: Actor, filters: Filters = BOTH) -> tuple[Any, Answers]:
    found = analysis.analyse(session, filters, actor=actor)
    assert found.content is not None
    return found.question, Answers(found.content, ordering_of(session, found.question))


def figures(told: Answers) -> Iterator[Figure]:
    """Give every figure that a page shows."""
    hazards = told.content["hazards"]
    of = {
        "": [""],
        "month": list(told.now.months),
        "step": list(told.now.steps),
        "role": list(told.now.roles),
        "way": [line.digest for line in told.ways],
        "target": [line.id for line in told.targets],
        "ran": [line.id for line in told.versions],
        "unit": [line.id for line in told.units],
        "category": [line[0] for line in hazards["categories"]],
        "item": [line[0] for line in hazards["items"]],
        "place": [analysis.place_key(line[0], line[2]) for line in hazards["places"]],
        "again": [
            analysis.place_key(line[0], line[2], line[3]) for line in hazards["again"]["lines"]
        ],
    }
    for by, ones in of.items():
        for one in ones:
            yield from (Figure.named(kind, by, one) for kind in KINDS[by])
    for kind, step, _count in told.faults:
        yield Figure.named("fault", kind, step)


def counted(session: Session, question: Any, told: Answers, figure: Figure) -> list[Any]:
    """Give all rows of the list behind a figure; of some the pages are short."""
    rows: list[Any] = []
    after, limit = None, 50 if figure.by else 7
    while True:
        page = analysis.behind(session, question, told, figure, after=after, limit=limit)
        rows += page.items
        after = page.next
        if after is None:
            return rows


def check(session: Session, question: Any, told: Answers) -> dict[str, int]:
    """Hold every figure against its list; give how many of each kind came to anything."""
    seen: dict[str, int] = {}
    for figure in figures(told):
        rows = counted(session, question, told, figure)
        said, times = count_of(told, figure), sum(row.hit.times for row in rows)
        assert said is None or said == times, figure
        assert len({row.trace.place for row in rows}) == len(rows), figure
        if figure.kind == "longest" and rows:
            sums = getattr(told.now, f"{figure.by}s")[figure.of]
            assert {row.hit.seconds for row in rows} == {sums.took.longest}
        seen[figure.kind] = seen.get(figure.kind, 0) + bool(times)
    return seen


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_opens_the_cases_it_counts(session: Session, desk: Desk, seed: int) -> None:
    histories(desk, seed)
    seen = check(session, *answered(session, desk.cast.officer))
    assert {kind for kind, times in seen.items() if not times} <= {"paid", "unchecked"}
    check(session, *answered(session, desk.cast.sole))


def test_narrowed_figures_open_narrowed_lists(session: Session, desk: Desk) -> None:
    histories(desk, 7)
    for more in (
        {"level": "major"},
        {"name": "丙小"},
        {"unit": str(desk.cast.enterprise_id)},
        {"version": str(desk.definition_id)},
        {"against": str(desk.definition_id)},
    ):
        question, told = answered(session, desk.cast.officer, Filters(**{**vars(BOTH), **more}))
        assert sum(check(session, question, told).values()) > 0


def test_a_kept_figure_and_its_list_tell_of_the_same_moment(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    monkeypatch.setattr("engine.analysis.computing.STRETCH", 4)
    monkeypatch.setattr("engine.analysis.listing._FOR_A_PAGE", 5)
    clock.move_to(OCTOBER + timedelta(hours=30))
    histories(desk, 11)
    actor = desk.cast.officer
    commands.execute(session, analysis.order, BOTH, actor=actor)
    while jobs.run_due(session):
        pass
    question, told = answered(session, actor)
    before = {figure: count_of(told, figure) for figure in figures(told)}
    _go_on(session, desk, clock)
    question, told = answered(session, actor)
    stays = {figure: count_of(told, figure) for figure in figures(told)}
    assert stays == before, "what was kept is shown as it was"
    rows = {
        figure: counted(session, question, told, figure)
        for figure in before
        if not figure.is_of_hazards
    }
    assert {
        figure: sum(row.hit.times for row in found)
        for figure, found in rows.items()
        if before[figure] is not None
    } == {figure: n for figure, n in before.items() if n is not None and figure in rows}


def _go_on(session: Session, desk: Desk, traveller: time_machine.Traveller) -> None:
    """Two days pass: cases begin and end, open steps are done, an enterprise draws anew."""
    traveller.shift(timedelta(days=2))
    now = clock.now()
    session.execute(
        update(t.Task)
        .where(t.Task.state == "open")
        .values(state="completed", claimed_at=now, completed_at=now)
    )
    session.execute(
        update(t.Instance)
        .where(t.Instance.state == "active")
        .values(state="completed", ended_at=now)
    )
    session.execute(
        update(t.Hazard).where(t.Hazard.closed_at.is_(None)).values(closed_at=now, state="closed")
    )
    for _ in range(3):
        desk.case(USUAL, at=now - timedelta(hours=1))
    own_version(session, desk.cast.enterprise_id)
    session.commit()


def test_a_figure_that_is_none_is_refused(session: Session, desk: Desk) -> None:
    desk.case(USUAL)
    session.commit()
    question, told = answered(session, desk.cast.officer)
    for named in (
        ("x", "", ""),
        ("late", "x", ""),
        ("fault", "", ""),
        ("done", "step", "x" * 9999),
    ):
        with pytest.raises(Invalid):
            Figure.named(*named)
    for of in ("", "x", "a/b", "x/y/z"):
        for by in ("unit", "ran", "month", "place", "again"):
            with pytest.raises(Invalid):
                counted(session, question, told, Figure.named(KINDS[by][0], by, of))
    for by in ("step", "role", "way", "target", "category", "item"):
        rows = counted(session, question, told, Figure.named(KINDS[by][0], by, "\ufffe ' --"))
        assert rows == []
    everything = Figure("cases")
    with pytest.raises(Invalid):
        analysis.behind(session, question, told, everything, after="x")
    reporter = analysis.Question(**{**vars(question), "actor": desk.cast.reporter})
    with pytest.raises(NotAllowed):
        analysis.behind(session, reporter, told, everything)


def test_what_a_list_shows_is_in_the_ledger_too(session: Session, desk: Desk) -> None:
    """Numbers, moments and whose it is: no answer, no name of a person."""
    desk.case(USUAL)
    session.commit()
    question, told = answered(session, desk.cast.officer)
    (row,) = counted(session, question, told, Figure("cases"))
    number = session.scalar(select(t.Instance.number))
    assert (row.trace.number, row.organisation) == (number, "甲机械有限公司")
    assert {name for one in row.trace.steps for name in vars_of(one)} == {
        "element", "name", "role", "state", "opened", "claimed", "ended", "due",
    }  # fmt: skip


def vars_of(step: Any) -> tuple[str, ...]:
    return tuple(type(step).__slots__)
