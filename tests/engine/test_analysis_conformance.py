"""Cases are held against what the present diagram of their own enterprise would allow."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import analysis, clock, commands, definitions
from engine.actors import SYSTEM, Actor
from engine.analysis import Filters, conformance
from engine.analysis.answers import Answers
from engine.analysis.computing import ordering_of
from engine.definitions import Bundle, find_latest, many, read_folder
from engine.errors import NotFound
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast, enter
from tests.engine.analysis_story import OCTOBER, RECTIFY, ROOT, USUAL, Desk

MONTHS = Filters(period="months", first="2026-10", last="2026-10")
WITHOUT_VERIFY = [one for one in USUAL if one != "verify"]
#: A diagram that asks for one step, as a small enterprise may draw it.
SMALL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 id="d" targetNamespace="t">
<bpmn:process id="hazard_report" name="小店报告" isExecutable="true">
<bpmn:startEvent id="s"/><bpmn:userTask id="acknowledge" name="受理"/><bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="acknowledge"/>
<bpmn:sequenceFlow id="f2" sourceRef="acknowledge" targetRef="e"/>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture
def desk(session: Session, clock: time_machine.Traveller) -> Desk:
    return Desk(session, enter(session))


def draw_small(session: Session, owner: UUID) -> UUID:
    """Put a version of an enterprise's own into the store, as if the law had let it."""
    resource = t.Resource(
        id=new_id(), organisation_id=owner, kind="bpmn", key="hazard_report", version=1,
        digest=b"x", content=SMALL.encode(), created_at=clock.now(),
    )  # fmt: skip
    row = t.Definition(
        id=new_id(), organisation_id=owner, key="hazard_report", name="小店报告", version=1,
        digest=b"x", resources={"bpmn": {"hazard_report": str(resource.id)}},
        created_at=clock.now(), state="active",
    )  # fmt: skip
    session.add_all([resource, row])
    session.flush()
    return row.id


def asked(session: Session, actor: Actor, **more: str) -> Answers:
    filters = Filters(**{**vars(MONTHS), **more})
    found = analysis.analyse(session, filters, actor=actor)
    assert found.content is not None
    return Answers(found.content, ordering_of(session, found.question))


def test_each_case_is_held_against_its_own_enterprise_s_diagram(
    session: Session, desk: Desk
) -> None:
    cast = desk.cast
    own = draw_small(session, cast.one_person_firm_id)
    desk.case(USUAL)
    desk.case(WITHOUT_VERIFY)
    # Begun by the district's version, held against the one the firm has drawn since.
    desk.case(["acknowledge"], owner=cast.one_person_firm_id)
    desk.case(["acknowledge", "verify"], owner=cast.one_person_firm_id)
    session.commit()
    told = asked(session, cast.office)
    assert (told.fit_total.cases, told.fit_total.checked, told.fit_total.fits) == (4, 4, 2)
    lines = {line.id: (line.cases, line.checked, line.fits) for line in told.targets}
    assert lines == {desk.definition_id.hex: (2, 2, 1), own.hex: (2, 2, 1)}
    assert {line.id for line in told.versions} == {desk.definition_id.hex}
    units = {line.id: line.unfit for line in told.units}
    assert units == {cast.enterprise_id.hex: 1, cast.one_person_firm_id.hex: 1}
    assert (told.fit.units_checked, told.fit.units_unfit) == (2, 2)
    assert set(told.faults) == {("skipped", "verify", 1), ("unknown", "verify", 1)}
    one = asked(session, cast.office, unit=str(cast.one_person_firm_id))
    assert one.faults == [("unknown", "verify", 1)]
    assert asked(session, cast.sole).faults == one.faults, "the enterprise is told the same"


def test_departures_are_told_by_steps_that_diagrams_share(session: Session, desk: Desk) -> None:
    """Wherever a diagram has its steps, as its own or in a process it calls, they have one key."""
    draw_small(session, desk.cast.one_person_firm_id)
    desk.case([*USUAL, RECTIFY])
    desk.case(["acknowledge", "rectify"], owner=desk.cast.one_person_firm_id)
    desk.case(["acknowledge", RECTIFY], owner=desk.cast.one_person_firm_id)
    session.commit()
    told = asked(session, desk.cast.officer)
    assert set(told.faults) == {("misplaced", "rectify", 1), ("unknown", "rectify", 2)}


def test_a_chosen_version_is_held_against_nobody_else_s_cases(session: Session, desk: Desk) -> None:
    cast = desk.cast
    own = draw_small(session, cast.one_person_firm_id)
    desk.case(USUAL)
    desk.case(["acknowledge"], owner=cast.one_person_firm_id)
    session.commit()
    told = asked(session, cast.office, against=str(own))
    assert [(line.id, line.cases, line.fits) for line in told.targets] == [(own.hex, 1, 1)]
    assert (told.fit_total.cases, told.fit_total.checked, told.fit.undrawn) == (2, 1, 1)
    everybody = asked(session, cast.office, against=str(desk.definition_id))
    assert (everybody.fit_total.checked, everybody.fit_total.fits) == (2, 1)


def test_a_version_that_is_not_ours_to_know_is_one_that_is_not(
    session: Session, desk: Desk
) -> None:
    cast = desk.cast
    strange = draw_small(session, cast.strange_enterprise_id)
    desk.case(USUAL)
    session.commit()
    for version in (strange, new_id()):
        for name in ("version", "against"):
            with pytest.raises(NotFound) as refused:
                asked(session, cast.office, **{name: str(version)})
            assert refused.value.details == {}
    suggestion = session.scalar(select(t.Definition.id).where(t.Definition.key == "suggestion"))
    told = asked(session, cast.office, version=str(suggestion), against=str(suggestion))
    assert told.now.cases == 1, "it was chosen for another process, and is passed over"
    # The department moved on; what its old cases ran by can still be chosen.
    desk.case(USUAL, definition_id=strange)
    session.commit()
    assert asked(session, cast.officer, version=str(strange)).now.cases == 1


def test_the_bounds_leave_cases_unjudged_and_say_so(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformance, "MOST_VERDICTS", 1)
    monkeypatch.setattr(conformance, "MOST_UNITS", 1)
    desk.case(USUAL)
    desk.case(USUAL)
    desk.case(WITHOUT_VERIFY)
    for owner in (desk.cast.one_person_firm_id, desk.cast.enterprise_id):
        desk.case(USUAL, owner=owner)
    session.commit()
    told = asked(session, desk.cast.officer)
    assert told.fit_total.cases == 5
    assert told.fit_total.checked in (1, 4), "one order alone was judged"
    assert len(told.units) == 1
    monkeypatch.setattr(conformance, "MOST_TARGETS", 0)
    assert asked(session, desk.cast.officer).fit_total.checked == 0


def test_what_many_run_is_what_each_of_them_runs(session: Session, cast: Cast) -> None:
    """Held against `find_latest`, over random lines, packs, schedules and suspensions."""
    dice = random.Random(20261126)
    sectors = ("industry", "gas", "general")
    offices = [_organisation(session, "office") for _ in range(2)]
    departments = [
        _organisation(session, "department", parent_id=dice.choice([*offices, None]))
        for _ in range(4)
    ]
    firms = [
        _organisation(
            session,
            "enterprise",
            department_id=dice.choice([*departments, None]),
            parent_id=dice.choice([*offices, None]),
            sector=dice.choice(sectors),
        )
        for _ in range(25)
    ]
    everybody = [*offices, *departments, *firms]
    for number in range(60):
        session.add(_version(dice, dice.choice(everybody), number))
    session.commit()
    now = clock.now()
    lines = many.lines_of(session, [*everybody, new_id()])
    assert set(lines) == set(everybody)
    found = many.in_force_of(session, lines, "x", at=now)
    for one in everybody:
        wanted = find_latest(session, session.get_one(t.Organisation, one), "x")
        assert found.get(one) == (wanted.id if wanted else None)
    assert len(set(found.values())) > 5


def _organisation(session: Session, kind: str, **links: Any) -> UUID:
    id_ = new_id()
    given = {"sector": "general", **links}
    session.add(
        t.Organisation(
            id=id_, kind=kind, name=id_.hex, code=id_.hex[-12:], created_at=clock.now(), **given
        )
    )
    session.flush()
    return id_


def _version(dice: random.Random, owner: UUID, number: int) -> t.Definition:
    now = clock.now()
    begins = [None, None, now - timedelta(days=number), now + timedelta(days=1)]
    return t.Definition(
        id=new_id(), organisation_id=owner, key="x", name="x", version=number + 1, digest=b"",
        resources={}, created_at=now - timedelta(minutes=number),
        starts_at=dice.choice(begins), state=dice.choice(["active", "active", "suspended"]),
        pack=dice.choice([None, None, "gas 1", "general 2", "industry 3"]),
    )  # fmt: skip


def test_only_its_line_is_asked(session: Session, desk: Desk) -> None:
    """A version of a sister enterprise is nobody else's, whatever its age."""
    bundle: Bundle = read_folder(ROOT)
    commands.execute(
        session,
        definitions.deploy,
        bundle,
        organisation_id=desk.cast.strange_enterprise_id,
        actor=SYSTEM,
    )
    session.execute(update(t.Definition).values(created_at=OCTOBER - timedelta(days=1)))
    desk.case(USUAL)
    session.commit()
    told = asked(session, desk.cast.officer)
    assert [line.id for line in told.targets] == [desk.definition_id.hex]
