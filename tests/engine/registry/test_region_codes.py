"""Region codes: said of nodes, inherited by the enterprises under them, checked for their form."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import registry
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.registry.cleaning import clean
from tests.engine.registry.district import District, firm, found


@pytest.fixture
def district(session: Session, clock: time_machine.Traveller) -> District:
    return found(session, "甲")


def say(session: Session, node: Any, code: str, *, by: Any = None) -> None:
    values = {"region_code": code}
    registry.set_node(session, node.organisation_id, values, actor=by or node)


def regions(session: Session, district: District) -> dict[str, str | None]:
    page = registry.listed(session, actor=district.office)
    return {row.Organisation.name: row.region for row in page.items}


def test_an_enterprise_has_its_own_code_or_that_of_its_town_or_district(
    session: Session, district: District
) -> None:
    firm(session, "无处", district.departments[0])
    firm(session, "在镇", district.departments[0], district.towns[0])
    own = firm(session, "自填", district.departments[0], district.towns[0])
    assert set(regions(session, district).values()) == {None}
    say(session, district.office, "310105")
    say(session, district.towns[0], "310105 102 ０００")
    registry.correct(session, own.id, {"region_code": "310112"}, actor=district.office)
    assert regions(session, district) == {
        "无处": "310105", "在镇": "310105102000", "自填": "310112"
    }  # fmt: skip
    told = {one.node.name: one for one in registry.branches(session, actor=district.office)}
    assert (told["甲五角场镇"].region, told["甲五角场镇"].region_code) == ("310105", None)
    assert told["甲区安委办"].node.kind == "office"
    (change, _) = registry.changes(
        session, district.towns[0].organisation_id or own.id, actor=district.office
    )
    assert change.OrganisationChange.after == {"region_code": "310105102000"}


def test_a_code_has_the_form_of_one(session: Session, district: District) -> None:
    field = registry.BY_KEY["region_code"]
    assert clean(field, 310105001000.0) == "310105001000"
    for wrong in ("31010", "3101050010", "0" * 6, "91310105MA0A00014K", "三一〇一〇五", 1.5):
        with pytest.raises(InvalidAnswers):
            clean(field, wrong)
    for actor, code in ((district.office, "310105001"), (district.towns[0], "310105")):
        with pytest.raises(InvalidAnswers) as refused:
            say(session, actor, code)
        assert list(refused.value.errors) == ["region_code"]
    say(session, district.towns[0], "310105001")
    with pytest.raises(Conflict):
        say(session, district.towns[0], "310105001")
    with pytest.raises(NotFound):
        say(session, district.towns[1], "310105002", by=district.towns[0])
