"""A host names its contractors; the other side confirms; either ends it; nothing is removed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import notifications, registry
from engine.clock import local_date
from engine.commands import execute
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.relations import answering, codes, entered, listing, proposing, reminding, rules, trail
from engine.store import Organisation
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.registry.sheets import code
from tests.engine.relations.working_together import in_force, proposed, terms


def heard(session: Session, organisation_id: object) -> list[str]:
    """Give what was told to an organisation of its relations."""
    session.rollback()
    found = select(t.Notification.kind).where(t.Notification.organisation_id == organisation_id)
    return sorted(session.scalars(found.where(t.Notification.kind.like("relation%"))))


def test_the_other_side_decides_and_either_side_ends_it(session: Session, cast: Cast) -> None:
    with pytest.raises(InvalidAnswers) as unknown:
        execute(session, proposing.propose, "丙小吃", terms(), actor=cast.principal)
    # Nobody learns who is in the register: it is the same for one's own name.
    with pytest.raises(InvalidAnswers) as own:
        execute(session, proposing.propose, "甲机械有限公司", terms(), actor=cast.principal)
    assert unknown.value.errors == own.value.errors
    row = proposed(session, cast)
    with pytest.raises(InvalidAnswers):
        proposed(session, cast)
    assert heard(session, cast.one_person_firm_id) == ["relation_proposed"]
    for actor in (cast.stranger, cast.principal):
        with pytest.raises(NotFound):
            execute(session, answering.answer, row, agrees=True, actor=actor)
    with pytest.raises(NotAllowed):
        execute(session, proposing.propose, "丙小吃店", terms(), actor=cast.verifier)
    with pytest.raises(InvalidAnswers):
        execute(session, answering.answer, row, agrees=False, actor=cast.sole)
    execute(session, answering.answer, row, agrees=True, actor=cast.sole)
    with pytest.raises(Conflict):
        execute(session, answering.answer, row, agrees=False, reason="不做了", actor=cast.sole)
    mine, theirs = (
        listing.listed(session, side, actor=actor).items
        for side, actor in (("host", cast.principal), ("other", cast.sole))
    )
    assert [(one.host, one.other) for one in mine] == [("甲机械有限公司", "丙小吃店")]
    assert [one.id for one in theirs] == [one.id for one in mine] == [row]
    assert rules.agreement_of(mine[0]) == "missing"
    assert listing.led_by(session, [cast.enterprise_id])[cast.enterprise_id].unsigned == 1
    # Those above either side see it in the dossier; an enterprise beside sees nothing.
    for actor in (cast.officer, cast.office):
        found = listing.of_enterprise(session, cast.one_person_firm_id, actor=actor)
        assert [one.host for one in found.items] == ["甲机械有限公司"]
    with pytest.raises(NotFound):
        listing.of_enterprise(session, cast.enterprise_id, actor=cast.stranger)
    with pytest.raises(NotFound):
        listing.get(session, row, actor=cast.stranger)
    execute(session, answering.end, row, "工程做完了", actor=cast.sole)
    kept = listing.get(session, row, actor=cast.principal)
    assert [step.what for step in trail.steps(session, kept)] == ["ended", "confirmed", "proposed"]
    assert "relation_ended" in heard(session, cast.enterprise_id)
    # What is over may be begun anew.
    proposed(session, cast)


def test_who_is_invited_is_entered_by_those_above_and_then_asked(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    invited = execute(
        session, proposing.invite, "云帆保洁有限公司", code(7), terms(kind="tenant"),
        keeper_id=cast.town_id, actor=cast.administrator,
    )  # fmt: skip
    said = codes.spaced(codes.code_of(session, invited)).lower()
    assert entered.open_invitation(session, said) == invited
    assert entered.open_invitation(session, "2222-2222-2222") is None
    for actor, sees in ((cast.town, 1), (cast.office, 1), (cast.officer, 0)):
        assert len(entered.waiting(session, actor=actor)) == sees
    assert heard(session, cast.town_id) == ["relation_invited"]
    # Whoever else holds the code is not the one who was invited.
    with pytest.raises(Conflict):
        execute(session, entered.accept, said, actor=cast.stranger)
    values = {"name": "云帆保洁有限公司", "uscc": code(7), "sector": "general"}
    made = execute(session, registry.enter, values, invitation_id=invited.id, actor=cast.town)
    row = listing.get(session, invited.id, actor=cast.principal)
    assert (row.state, row.related_id) == ("proposed", made.id)
    assert entered.waiting(session, actor=cast.office) == []
    # A second one, found by its credit code alone; a third whose time is over.
    other = execute(session, proposing.invite, "顺丰仓储", code(8), terms(), actor=cast.principal)
    late = execute(session, proposing.invite, "迟到公司", code(9), terms(), actor=cast.principal)
    execute(
        session, registry.enter, {"name": "顺风仓储", "uscc": code(8), "sector": "general"},
        actor=cast.office,
    )  # fmt: skip
    assert listing.get(session, other.id, actor=cast.principal).state == "proposed"
    clock.shift(rules.INVITED_FOR)
    assert entered.open_invitation(session, codes.code_of(session, late)) is None
    assert rules.state_of(listing.get(session, late.id, actor=cast.principal)) == "expired"
    execute(session, proposing.invite, "迟到公司", code(9), terms(), actor=cast.principal)


def test_an_invitation_is_accepted_by_its_code(session: Session, cast: Cast) -> None:
    firm = session.get_one(Organisation, cast.one_person_firm_id)
    firm.uscc = code(3)
    session.commit()
    invited = execute(
        session, proposing.invite, "丙小吃店分店", code(3), terms(), actor=cast.principal
    )
    said = codes.code_of(session, invited)
    with pytest.raises(NotAllowed):
        execute(session, entered.accept, said, actor=cast.verifier)
    assert execute(session, entered.accept, said, actor=cast.sole) == invited.id
    with pytest.raises(NotFound):
        execute(session, entered.accept, said, actor=cast.sole)
    assert listing.get(session, invited.id, actor=cast.sole).other == "丙小吃店"
    again = execute(
        session, proposing.invite, "丙小吃店分店", code(3), terms(kind="tenant"),
        actor=cast.principal,
    )  # fmt: skip
    said = codes.code_of(session, again)
    asked = proposed(session, cast, kind="tenant")
    with pytest.raises(Conflict, match="directly"):
        execute(session, entered.accept, said, actor=cast.sole)
    assert listing.get(session, asked, actor=cast.sole).state == "proposed"


def test_an_agreement_is_asked_for_and_an_end_is_told_ahead(
    clock: time_machine.Traveller, session: Session, cast: Cast
) -> None:
    until = local_date() + timedelta(days=45)
    row = in_force(session, cast, until_on=until)
    in_force(session, cast, kind="supplier", subject="食材")

    def told() -> int:
        office = session.get_one(Organisation, cast.office_id)
        execute(
            session, lambda session, actor: reminding.remind(session, office), actor=cast.office
        )
        session.rollback()
        return notifications.unread(session, actor=cast.principal)

    before = told()
    clock.shift(timedelta(days=8))
    assert [told() - before, told() - before] == [1, 1]
    clock.shift(timedelta(days=8))
    assert told() - before == 2
    execute(
        session, answering.change, row, until_on=until + timedelta(days=90),
        coordinator="安全科 何核", is_offered=False, actor=cast.administrator,
    )  # fmt: skip
    clock.shift(timedelta(days=31))
    assert told() - before == 3
    assert rules.state_of(listing.get(session, row, actor=cast.sole)) == "in_force"
