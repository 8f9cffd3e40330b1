"""Reports that somebody types in for others: whose they are, what they count for, who decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, doctor, intake, reporters, starting, statistics
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.errors import InvalidAnswers, NotAllowed, SeparationOfDuties
from engine.hazards.origins import Origin
from engine.reporters import Identity
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.loop import ROOT
from tests.processes.player import CONFIRMED, PAID, REPORT

pytestmark = pytest.mark.usefixtures("clock")

WORDS = {**REPORT, "kind": "hazard", "photos_before": []}


def test_the_reporter_is_who_said_it_and_not_who_typed_it(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    started = enter(session, cast, colleague=cast.reporter, channel="phone")
    case = started.instance_id
    both = [one.user_id for one in (cast.reporter, cast.verifier) if one.user_id]
    assert reporters.among(session, cast.enterprise_id, case, both) == {cast.reporter.user_id}
    assert reporters.own_instances(session, actor=cast.reporter)
    assert not reporters.own_instances(session, actor=cast.verifier)
    assert started.receipt_code is not None
    first = events(session, case)[0]
    assert (first.actor_id, first.role) == (cast.verifier.user_id, "verifier")
    said = orjson.loads(first.data)
    assert (said["source"], said["channel"]) == ("staff", "phone")
    assert said["entered_by"] == str(cast.verifier.user_id)
    assert cast.reporter.name not in first.data
    assert str(cast.reporter.user_id) not in first.data


def test_who_typed_it_in_may_verify_it_but_decides_on_no_money(
    session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    # Everything up to this amount is approved by the rule alone; not what somebody typed in.
    limit(session, cast, 50_000)
    everything = give_roles(session, cast, "verifier", ("approver", "finance"))
    case = enter(session, cast, by=everything, colleague=cast.reporter).instance_id
    stories.do(session, everything, case, "acknowledge")
    stories.do(session, everything, case, "verify", **CONFIRMED)
    assert "approve_reward" in stories.open_keys(session, case)
    with pytest.raises(SeparationOfDuties, match=r"approve or pay|代填"):
        stories.do(session, everything, case, "approve_reward", approved=True)
    stories.do(session, cast.approver, case, "approve_reward", approved=True)
    with pytest.raises(SeparationOfDuties):
        stories.do(session, everything, case, "pay_reward", **PAID)
    stories.do(session, cast.finance, case, "pay_reward", **PAID)


def test_a_report_of_ones_own_up_to_the_limit_is_still_approved_by_the_rule(
    session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    limit(session, cast, 50_000)
    case = stories.begin(session, cast.reporter, "hazard_report", answers=WORDS)
    stories.do(session, cast.verifier, case, "acknowledge")
    stories.do(session, cast.verifier, case, "verify", **CONFIRMED)
    assert "approve_reward" not in stories.open_keys(session, case)


def test_a_colleague_who_rang_up_may_not_verify_the_report(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    case = enter(session, cast, by=cast.principal, colleague=cast.verifier).instance_id
    # The principal leads, and takes it on; the verifier is its reporter.
    stories.do(session, cast.verifier, case, "acknowledge")
    with pytest.raises(SeparationOfDuties):
        stories.do(session, cast.verifier, case, "verify", **CONFIRMED)


def test_a_name_that_a_colleague_has_is_not_left_open(session: Session, cast: Cast) -> None:
    def said(**more: Any) -> Identity:
        return intake.identity_for(
            session, actor=cast.verifier, mode="confidential", name=cast.reporter.name, **more
        )

    with pytest.raises(InvalidAnswers) as refused:
        said()
    assert set(refused.value.errors) == {"reporter_account"}
    assert said(account=str(cast.reporter.user_id)).user_id == cast.reporter.user_id
    assert said(account=intake.NOBODY_HERE).user_id is None
    with pytest.raises(InvalidAnswers):
        said(account=str(cast.stranger.user_id))
    with pytest.raises(InvalidAnswers) as nameless:
        intake.identity_for(session, actor=cast.verifier, mode="named", name="  ")
    assert set(nameless.value.errors) == {"reporter_name"}
    assert intake.namesakes(session, "包\0晓", actor=cast.verifier) == []
    nobody = intake.identity_for(session, actor=cast.verifier, mode="anonymous", name="某人")
    assert (nobody.name, nobody.user_id) == ("", None)


def test_those_who_only_report_type_in_nothing_for_others(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    for part in (cast.reporter, cast.finance, cast.administrator):
        with pytest.raises(NotAllowed):
            enter(session, cast, by=part)
        with pytest.raises(NotAllowed):
            intake.namesakes(session, cast.union.name, actor=part)
    # Nor do they say that it was found in an inspection, which would hide it from the indicator.
    with pytest.raises(NotAllowed):
        execute(
            session, starting.start, definition_key="hazard_report", answers=WORDS,
            actor=cast.reporter, identity=reporters.identity_of(cast.reporter, mode="named"),
            origin=Origin(source="special_check"),
        )  # fmt: skip


@pytest.mark.parametrize("source", ["special_check", "government", "transferred"])
def test_what_inspections_find_counts_beside_and_earns_nothing(
    session: Session, cast: Cast, source: str
) -> None:
    deploy(session, cast)
    limit(session, cast, 50_000)
    colleague = cast.colleague if source == "special_check" else None
    case = enter(session, cast, source=source, channel="document", note="检查记录 12 号",
                 colleague=colleague).instance_id  # fmt: skip
    own = stories.begin(session, cast.reporter, "hazard_report", answers=WORDS)
    for one in (case, own):
        stories.do(session, cast.verifier, one, "acknowledge")
        stories.do(session, cast.verifier, one, "verify", **CONFIRMED)
    assert not session.scalars(select(t.Reward).where(t.Reward.instance_id == case)).all()
    assert session.scalars(select(t.Reward).where(t.Reward.instance_id == own)).one()
    month = session.scalars(select(t.Month)).one()
    assert (month.reported, month.others, month.others_verified) == (1, 1, 1)
    assert month.reporters == 1
    row = session.get_one(t.Hazard, (cast.enterprise_id, case))
    assert (row.source, row.channel) == (source, "document")
    (found,) = statistics.hazards(
        session, actor=cast.verifier, filters=statistics.HazardFilters(source=source)
    ).items
    assert found.id == case
    assert not statistics.hazards(
        session, actor=cast.verifier, filters=statistics.HazardFilters(channel="qr")
    ).items
    assert statistics.recount(session).differences == []
    assert not [one for one in doctor.examine(session) if one.subject == "vault"]


def test_the_same_entry_sent_twice_is_one_report(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    first = enter(session, cast, colleague=cast.reporter, idempotency_key="abc")
    again = enter(session, cast, colleague=cast.reporter, idempotency_key="abc")
    assert first == again


def deploy(session: Session, cast: Cast) -> None:
    """Let 甲 run the shipped processes."""
    bundle = definitions.read_folder(ROOT)
    owner = cast.enterprise_id
    execute(session, definitions.deploy, bundle, organisation_id=owner, actor=SYSTEM)


def enter(
    session: Session,
    cast: Cast,
    *,
    by: Actor | None = None,
    colleague: Actor | None = None,
    source: str = "staff",
    channel: str = "in_person",
    note: str = "",
    **more: Any,
) -> starting.Started:
    """Type a report in for a colleague, or for nobody of the firm."""
    by = by or cast.verifier
    identity = None
    if colleague is not None:
        identity = intake.identity_for(
            session, actor=by, mode="named", name=colleague.name, account=str(colleague.user_id)
        )
    elif source not in ("government", "transferred"):
        identity = Identity(mode="anonymous")
    return execute(
        session,
        starting.start,
        definition_key="hazard_report",
        answers=WORDS,
        actor=by,
        identity=identity,
        origin=Origin(source=source, channel=channel, note=note, entered_by=by.user_id),
        **more,
    )


def limit(session: Session, cast: Cast, fen: int) -> None:
    """Let rewards up to an amount be approved by the rule alone."""
    owner = session.get_one(t.Organisation, cast.enterprise_id)
    owner.settings = {**owner.settings, "reward_limit_fen": fen}
    session.commit()


def give_roles(session: Session, cast: Cast, part: str, roles: tuple[str, ...]) -> Actor:
    """Give one of the cast more roles, as in a small firm."""
    actor: Actor = getattr(cast, part)
    for role in roles:
        session.add(
            t.Membership(user_id=actor.user_id, organisation_id=cast.enterprise_id, role=role)
        )
    session.commit()
    return Actor(**{**vars(actor), "roles": frozenset({*actor.roles, *roles})})


def events(session: Session, case: UUID) -> list[t.Event]:
    """Give a case's events in order."""
    found = select(t.Event).where(t.Event.instance_id == case).order_by(t.Event.sequence)
    return list(session.scalars(found))
