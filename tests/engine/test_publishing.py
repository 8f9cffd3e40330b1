"""From draft to version: by one, by two, once, with a reason, and only what is new."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import clock as moment
from engine import commands, definitions, organisations
from engine.actors import SYSTEM
from engine.definitions import Bundle, drafts, publishing
from engine.definitions.drafts import copying
from engine.definitions.publishing import standing
from engine.errors import (
    AlreadyDone,
    Conflict,
    DefinitionRefused,
    Invalid,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    SeparationOfDuties,
)
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine.spiff.lint.redrawing import leading, redrawn
from tests.engine.studio_story import core, draft, named, notices, publish

#: The reward waits until the hazard is put right: the law leaves room for it, with a reason.
WAITING = (
    leading("both_start_to_reward_reporter", target="both_done"),
    leading("rectify_hazard_to_both_done", target="reward_reporter"),
)


@pytest.fixture
def by_two(session: Session, cast: Cast) -> None:
    """甲 publishes by two people."""
    commands.execute(
        session, organisations.update_settings, cast.enterprise_id, {"publish_by_two": True},
        actor=cast.administrator,
    )  # fmt: skip


@pytest.fixture
def shipped(session: Session, cast: Cast) -> None:
    """The shipped processes, deployed by the district's office for all."""
    commands.execute(
        session, definitions.deploy, core(), organisation_id=cast.office_id, actor=SYSTEM
    )


def _versions(session: Session, cast: Cast) -> list[tuple[str, int]]:
    session.rollback()
    rows = session.execute(
        select(t.Definition.key, t.Definition.version)
        .where(t.Definition.organisation_id == cast.enterprise_id)
        .order_by(t.Definition.key, t.Definition.version)
    )
    return [(row.key, row.version) for row in rows]


def test_a_draft_becomes_a_version_with_author_and_reason(session: Session, cast: Cast) -> None:
    row = draft(session, cast.administrator, named("一"))
    outcome = commands.execute(
        session, publishing.publish, row.id, revision=row.revision, reason=" 按新制度 ",
        actor=cast.administrator,
    )  # fmt: skip
    made = outcome.definitions[0]
    assert outcome.state == "published"
    assert (made.version, made.created_by, made.approved_by) == (
        1,
        cast.administrator.user_id,
        None,
    )
    assert made.reason == "按新制度"
    assert made.starts_at is None
    kept = drafts.get(session, row.id, actor=cast.administrator)
    assert (kept.state, kept.published_id) == ("published", made.id)
    # The second of two clicks.
    with pytest.raises(AlreadyDone) as refused:
        commands.execute(
            session, publishing.publish, row.id, revision=row.revision, reason="按新制度",
            actor=cast.administrator,
        )  # fmt: skip
    assert refused.value.by == "关理"
    assert _versions(session, cast) == [("line", 1)]


def test_two_clicks_at_once_make_one_version(
    database: Engine, session: Session, cast: Cast
) -> None:
    row = draft(session, cast.administrator, named("一"))
    refused: list[Exception] = []

    def click() -> None:
        with closing(Session(database, expire_on_commit=False)) as own:
            try:
                commands.execute(
                    own, publishing.publish, row.id, revision=1, reason="按新制度",
                    actor=cast.administrator,
                )  # fmt: skip
            except AlreadyDone as error:
                refused.append(error)

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(refused) == 1
    assert _versions(session, cast) == [("line", 1)]


def test_what_is_wrong_is_refused_with_every_problem(session: Session, cast: Cast) -> None:
    broken = flows.bundle(line=flows.LINE.replace(b'formKey" value="ask"', b'formKey" value="no"'))
    row = draft(session, cast.administrator, broken)
    with pytest.raises(DefinitionRefused) as refused:
        commands.execute(
            session, publishing.publish, row.id, revision=1, reason="按新制度",
            actor=cast.administrator,
        )  # fmt: skip
    assert {problem.rule for problem in refused.value.problems} == {"form-missing"}
    assert _versions(session, cast) == []
    assert drafts.get(session, row.id, actor=cast.administrator).state == "editing"


@pytest.mark.parametrize("reason", ["", " \n", "理" * 401])
def test_a_reason_is_asked_for(session: Session, cast: Cast, reason: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        publish(session, cast.administrator, named("一"), reason=reason)
    assert list(refused.value.errors) == ["reason"]


def test_the_moment_lies_ahead_but_not_too_far(session: Session, cast: Cast) -> None:
    for starts_at in (moment.now() - timedelta(seconds=1), moment.now() + timedelta(days=800)):
        with pytest.raises(InvalidAnswers) as refused:
            publish(session, cast.administrator, named("一"), starts_at=starts_at)
        assert list(refused.value.errors) == ["starts_at"]


def test_nobody_publishes_what_changed_since_they_looked(session: Session, cast: Cast) -> None:
    row = draft(session, cast.administrator, named("一"))
    commands.execute(
        session, drafts.save, row.id, revision=1, bundle=named("二"), overrides=[], title="草稿",
        actor=cast.administrator,
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        commands.execute(
            session, publishing.publish, row.id, revision=1, reason="按新制度",
            actor=cast.administrator,
        )  # fmt: skip
    assert "关理" in refused.value.message.zh
    assert _versions(session, cast) == []


def test_others_neither_publish_nor_see_a_draft(session: Session, cast: Cast) -> None:
    row = draft(session, cast.administrator, named("一"))
    for actor, error in (
        (cast.verifier, NotAllowed), (cast.principal, NotAllowed), (cast.stranger, NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            commands.execute(
                session, publishing.publish, row.id, revision=1, reason="按新制度", actor=actor
            )
    with pytest.raises(NotFound):
        publishing.get_waiting(session, row.id, actor=cast.principal)
    with pytest.raises(NotFound):
        publishing.get_waiting(session, row.id, actor=cast.stranger)


def test_the_same_as_what_runs_is_nothing_to_publish(
    session: Session, cast: Cast, shipped: None
) -> None:
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    inherited = definitions.get_latest(session, organisation, "hazard_report")
    with pytest.raises(Invalid, match="nothing to publish"):
        publish(
            session, cast.administrator, copying.files_of(session, inherited), base_id=inherited.id
        )
    assert _versions(session, cast) == []


def test_only_what_changed_becomes_ones_own(session: Session, cast: Cast, shipped: None) -> None:
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    inherited = definitions.get_latest(session, organisation, "hazard_report")
    files = copying.files_of(session, inherited)
    suggestion = core().of("bpmn")["suggestion"]
    changed = files.of("bpmn")["rectification"].replace(
        "提醒整改责任人：到期".encode(), "提醒整改责任人".encode()
    )
    drawn = {**files.of("bpmn"), "rectification": changed, "suggestion": suggestion}
    bundle = Bundle({**files.contents, "bpmn": drawn})
    made = publish(session, cast.administrator, bundle, base_id=inherited.id).definitions
    assert [row.key for row in made] == ["hazard_report"]
    assert made[0].base_id == inherited.id
    assert _versions(session, cast) == [("hazard_report", 1)]


def test_a_changed_table_is_changed_for_all_who_use_it(
    session: Session, cast: Cast, shipped: None
) -> None:
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    inherited = definitions.get_latest(session, organisation, "hazard_report")
    files = copying.files_of(session, inherited)
    table = files.of("dmn")["reward_amount"].replace(b"<text>20000<", b"<text>30000<")
    bundle = Bundle({**files.contents, "dmn": {**files.of("dmn"), "reward_amount": table}})
    made = publish(session, cast.administrator, bundle, base_id=inherited.id).definitions
    assert [row.key for row in made] == ["hazard_report", "suggestion"]
    for row in made:
        assert b"30000" in copying.files_of(session, row).of("dmn")["reward_amount"]


def test_a_draft_borrows_what_it_does_not_hold(session: Session, cast: Cast) -> None:
    publish(session, cast.administrator, named("一"))
    alone = Bundle({"bpmn": named("二").of("bpmn")})
    made = publish(session, cast.administrator, alone).definitions[0]
    assert made.version == 2
    assert copying.files_of(session, made).of("form") == {"ask": flows.ASK}


def test_by_two_the_first_proposes_and_another_agrees(
    session: Session, cast: Cast, by_two: None, clock: time_machine.Traveller
) -> None:
    row = draft(session, cast.administrator, named("一"))
    outcome = commands.execute(
        session, publishing.publish, row.id, revision=1, reason="按新制度",
        actor=cast.administrator,
    )  # fmt: skip
    assert (outcome.state, outcome.definitions) == ("proposed", ())
    assert _versions(session, cast) == []
    assert "需要您同意" in notices(session, cast.principal)[0]
    assert notices(session, cast.administrator) == []
    # Nothing is changed while somebody looks at it.
    with pytest.raises(Conflict):
        commands.execute(
            session, drafts.save, row.id, revision=1, bundle=named("二"), overrides=[],
            title="草稿", actor=cast.administrator,
        )  # fmt: skip
    with pytest.raises(SeparationOfDuties):
        commands.execute(session, publishing.approve, row.id, actor=cast.administrator)
    with pytest.raises(NotAllowed):
        commands.execute(session, publishing.approve, row.id, actor=cast.verifier)
    assert [one.id for one in publishing.waiting(session, actor=cast.principal)] == [row.id]
    made = commands.execute(session, publishing.approve, row.id, actor=cast.principal)
    version = made.definitions[0]
    assert version.created_by == cast.administrator.user_id
    assert version.approved_by == cast.principal.user_id
    assert "朱任" in notices(session, cast.administrator)[0]
    with pytest.raises(AlreadyDone):
        commands.execute(session, publishing.approve, row.id, actor=cast.principal)
    assert _versions(session, cast) == [("line", 1)]


def test_declined_it_goes_back_to_its_author_with_words(
    session: Session, cast: Cast, by_two: None
) -> None:
    row = draft(session, cast.administrator, named("一"))
    commands.execute(
        session, publishing.publish, row.id, revision=1, reason="按新制度",
        actor=cast.administrator,
    )  # fmt: skip
    with pytest.raises(InvalidAnswers):
        commands.execute(session, publishing.decline, row.id, words=" ", actor=cast.principal)
    commands.execute(
        session, publishing.decline, row.id, words="验收人写错了", actor=cast.principal
    )
    assert "验收人写错了" in notices(session, cast.administrator)[0]
    with pytest.raises(Conflict):
        commands.execute(session, publishing.approve, row.id, actor=cast.principal)
    revision = drafts.get(session, row.id, actor=cast.administrator).revision
    commands.execute(
        session, drafts.save, row.id, revision=revision, bundle=named("二"), overrides=[],
        title="草稿", actor=cast.administrator,
    )  # fmt: skip
    assert _versions(session, cast) == []


def test_by_two_nobody_goes_round_it(session: Session, cast: Cast, by_two: None) -> None:
    with pytest.raises(Conflict):
        commands.execute(
            session, definitions.deploy, named("一"), organisation_id=cast.enterprise_id,
            actor=cast.administrator,
        )  # fmt: skip
    commands.execute(
        session, organisations.update_settings, cast.one_person_firm_id,
        {"publish_by_two": True}, actor=cast.sole,
    )  # fmt: skip
    with pytest.raises(Conflict, match="nobody else"):
        publish(session, cast.sole, named("一"))
    assert _versions(session, cast) == []


def test_the_second_person_is_not_taken_away_unseen(
    session: Session, cast: Cast, by_two: None
) -> None:
    commands.execute(
        session, organisations.update_settings, cast.enterprise_id, {"publish_by_two": False},
        actor=cast.administrator,
    )  # fmt: skip
    assert "关理 取消了" in notices(session, cast.principal)[0]


def test_agreed_to_after_its_moment_it_begins_at_once(
    session: Session, cast: Cast, by_two: None, clock: time_machine.Traveller
) -> None:
    row = draft(session, cast.administrator, named("一"))
    commands.execute(
        session, publishing.publish, row.id, revision=1, reason="按新制度",
        starts_at=moment.now() + timedelta(hours=1), actor=cast.administrator,
    )  # fmt: skip
    clock.shift(timedelta(hours=2))
    made = commands.execute(session, publishing.approve, row.id, actor=cast.principal)
    assert made.definitions[0].starts_at is None


def _only_core(diagrams: Mapping[str, bytes]) -> dict[str, bytes]:
    return {key: diagrams[key] for key in core().of("bpmn")}


def test_what_was_set_aside_is_kept_and_set_aside_again_on_going_back(
    session: Session, cast: Cast
) -> None:
    files = core()
    waiting = Bundle({**files.contents, "bpmn": _only_core(redrawn("hazard_report", *WAITING))})
    overrides = [{"rule": "law-reward-waits", "element": "", "reason": "职代会已通过"}]
    row = draft(session, cast.administrator, waiting)
    with pytest.raises(DefinitionRefused):
        commands.execute(
            session, publishing.publish, row.id, revision=1, reason="新办法",
            actor=cast.administrator,
        )  # fmt: skip
    commands.execute(
        session, drafts.save, row.id, revision=1, bundle=waiting, overrides=overrides,
        title="草稿", actor=cast.administrator,
    )  # fmt: skip
    outcome = commands.execute(
        session, publishing.publish, row.id, revision=2, reason="新办法", actor=cast.administrator
    )
    first = next(one for one in outcome.definitions if one.key == "hazard_report")
    assert first.reason == "新办法；不适用 law-reward-waits：职代会已通过"
    publish(session, cast.administrator, files)
    outcome = commands.execute(
        session, standing.go_back, first.id, reason="还是要这样", actor=cast.administrator
    )
    back = next(one for one in outcome.definitions if one.key == "hazard_report")
    assert (back.version, back.digest) == (3, first.digest)
    assert back.reason == "还是要这样；不适用 law-reward-waits：职代会已通过"
