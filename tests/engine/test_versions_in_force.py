"""Which version a new case begins with: scheduled, suspended, one's own or the sector's."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine import clock as moment
from engine import commands, definitions
from engine.actors import SYSTEM, Actor
from engine.definitions import heirs
from engine.definitions.publishing import standing
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine import stories
from tests.engine.studio_story import draft, named, notices, publish, version_of


@pytest.fixture
def sector(session: Session, cast: Cast, clock: time_machine.Traveller) -> t.Definition:
    """The department's first version of the process "line", which 甲 inherits."""
    return _of_sector(session, cast, "一")


def _of_sector(session: Session, cast: Cast, name: str) -> t.Definition:
    made = commands.execute(
        session, definitions.deploy, named(name), organisation_id=cast.department_id, actor=SYSTEM
    )
    return made[0]


def _runs(session: Session, organisation_id: UUID) -> str | None:
    session.rollback()
    organisation = session.get_one(t.Organisation, organisation_id)
    found = definitions.find_latest(session, organisation, "line")
    return found.name if found else None


def _begun(session: Session, actor: Actor) -> str:
    """Start a case and give the name of the version it began with."""
    return version_of(session, stories.begin(session, actor, "line")).name


def test_a_scheduled_version_waits_for_its_moment_and_no_job(
    session: Session, cast: Cast, sector: t.Definition, clock: time_machine.Traveller
) -> None:
    publish(session, cast.administrator, named("二"), starts_at=moment.now() + timedelta(days=2))
    assert _begun(session, cast.reporter) == "一"
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    assert [row.name for row in definitions.startable(session, organisation)] == ["一"]
    session.rollback()
    clock.shift(timedelta(days=2))
    assert _begun(session, cast.reporter) == "二"
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    assert [row.name for row in definitions.startable(session, organisation)] == ["二"]


def test_what_was_scheduled_takes_over_from_what_was_published_meanwhile(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    publish(
        session, cast.administrator, named("元旦版"), starts_at=moment.now() + timedelta(days=9)
    )
    assert _runs(session, cast.enterprise_id) is None
    publish(session, cast.administrator, named("今天版"))
    assert _runs(session, cast.enterprise_id) == "今天版"
    clock.shift(timedelta(days=10))
    assert _runs(session, cast.enterprise_id) == "元旦版"


def test_suspended_the_one_before_runs_and_at_last_the_inherited_one(
    session: Session, cast: Cast, sector: t.Definition, clock: time_machine.Traveller
) -> None:
    own = []
    for name in ("二", "三"):
        own.append(publish(session, cast.administrator, named(name)).definitions[0])
        clock.shift(timedelta(minutes=1))
    running = stories.begin(session, cast.reporter, "line")
    then = commands.execute(
        session, standing.suspend, own[1].id, reason="表单写错了", actor=cast.administrator
    )
    assert then is not None
    assert then.name == "二"
    assert _begun(session, cast.reporter) == "二"
    # What runs goes on, with its own version.
    stories.do(session, cast.verifier, running, "first", note="好")
    stories.do(session, cast.verifier, running, "second", note="好")
    assert stories.state_of(session, running) == "completed"
    assert version_of(session, running).name == "三"
    then = commands.execute(
        session, standing.suspend, own[0].id, reason="也错了", actor=cast.administrator
    )
    assert then is not None
    assert then.id == sector.id
    assert _runs(session, cast.enterprise_id) == "一"
    with pytest.raises(AlreadyDone) as refused:
        commands.execute(
            session, standing.suspend, own[0].id, reason="再来", actor=cast.administrator
        )
    assert refused.value.by == "关理"
    then = commands.execute(
        session, standing.resume, own[0].id, reason="改好了", actor=cast.administrator
    )
    assert then is not None
    assert then.name == "二"
    kept = session.get_one(t.Definition, own[0].id, populate_existing=True).changes
    assert kept is not None
    assert [(one["what"], one["name"], one["reason"]) for one in kept] == [
        ("suspended", "关理", "也错了"),
        ("resumed", "关理", "改好了"),
    ]
    assert "恢复" in notices(session, cast.principal)[0]


def test_only_those_who_look_after_a_version_turn_it(
    session: Session, cast: Cast, sector: t.Definition
) -> None:
    own = publish(session, cast.administrator, named("二")).definitions[0]
    for actor in (cast.verifier, cast.principal, cast.officer):
        with pytest.raises(NotAllowed):
            commands.execute(session, standing.suspend, own.id, reason="不要了", actor=actor)
    for actor, id_ in ((cast.stranger, own.id), (cast.administrator, sector.id)):
        with pytest.raises(NotFound):
            commands.execute(session, standing.suspend, id_, reason="不要了", actor=actor)
    with pytest.raises(InvalidAnswers):
        commands.execute(session, standing.suspend, own.id, reason=" ", actor=cast.administrator)
    assert _runs(session, cast.enterprise_id) == "二"


def test_using_the_sectors_again_suspends_all_of_ones_own(
    session: Session, cast: Cast, sector: t.Definition
) -> None:
    with pytest.raises(NotFound):
        commands.execute(
            session, standing.use_inherited, "line", reason="省事", actor=cast.administrator
        )
    publish(session, cast.administrator, named("二"))
    publish(session, cast.administrator, named("三"))
    inherited = commands.execute(
        session, standing.use_inherited, "line", reason="省事", actor=cast.administrator
    )
    assert inherited.id == sector.id
    assert _begun(session, cast.reporter) == "一"
    with pytest.raises(AlreadyDone):
        commands.execute(
            session, standing.use_inherited, "line", reason="省事", actor=cast.administrator
        )


def test_nothing_to_change_to_is_said(session: Session, cast: Cast) -> None:
    publish(session, cast.administrator, named("二"))
    with pytest.raises(Conflict):
        commands.execute(
            session, standing.use_inherited, "line", reason="省事", actor=cast.administrator
        )


def test_going_back_publishes_the_old_content_as_a_new_version(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    first = publish(session, cast.administrator, named("二")).definitions[0]
    clock.shift(timedelta(hours=1))
    second = publish(session, cast.administrator, named("三")).definitions[0]
    old = stories.begin(session, cast.reporter, "line")
    clock.shift(timedelta(hours=1))
    outcome = commands.execute(
        session, standing.go_back, first.id, reason="三不好用", actor=cast.administrator
    )
    made = outcome.definitions[0]
    assert (made.version, made.name, made.reason) == (3, "二", "三不好用")
    assert made.base_id == first.id
    assert made.digest == first.digest
    assert _begun(session, cast.reporter) == "二"
    assert version_of(session, old).id == second.id


def test_who_adapted_is_told_of_the_sectors_newer_version_and_decides(
    session: Session, cast: Cast, sector: t.Definition, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=1))
    publish(session, cast.administrator, named("本厂"), base_id=sector.id)
    clock.shift(timedelta(hours=1))
    publish(session, cast.administrator, named("本厂再改"))
    assert _newer(session, cast) is None
    clock.shift(timedelta(hours=1))
    newer = _of_sector(session, cast, "行业新版")
    told = notices(session, cast.administrator)
    assert "不会自动改变" in told[0]
    assert "区应急管理局" in told[0]
    # The one-person firm merely inherits: it gets the version by itself, and is told so.
    assert "按它办理" in notices(session, cast.sole)[0]
    assert _runs(session, cast.one_person_firm_id) == "行业新版"
    assert _runs(session, cast.enterprise_id) == "本厂再改"
    assert notices(session, cast.verifier) == []
    found = _newer(session, cast)
    assert found is not None
    assert (found.base.id, found.newer.id) == (sector.id, newer.id)
    commands.execute(
        session, standing.keep_own, "line", newer_id=newer.id, actor=cast.administrator
    )
    assert _newer(session, cast) is None
    # The decision holds for later versions of one's own, not for what the sector does next.
    clock.shift(timedelta(hours=1))
    publish(session, cast.administrator, named("本厂三改"))
    assert _newer(session, cast) is None
    clock.shift(timedelta(hours=1))
    newest = _of_sector(session, cast, "行业更新版")
    found = _newer(session, cast)
    assert found is not None
    assert found.newer.id == newest.id
    publish(session, cast.administrator, named("接受行业版"), base_id=newest.id)
    assert _newer(session, cast) is None


def _newer(session: Session, cast: Cast) -> heirs.Newer | None:
    session.rollback()
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    return heirs.find_newer(session, organisation, "line")


def test_a_pack_is_news_to_its_own_sector_alone(
    session: Session, cast: Cast, sector: t.Definition
) -> None:
    for pack, told in (("gas 1", False), ("industry 2", True)):
        commands.execute(
            session, definitions.deploy, named(pack), organisation_id=cast.department_id,
            actor=SYSTEM, pack=pack,
        )  # fmt: skip
        assert bool(notices(session, cast.administrator)) is told, pack


def test_a_first_version_is_news_to_nobody(
    session: Session, cast: Cast, sector: t.Definition
) -> None:
    assert session.scalars(select(t.Notification)).all() == []


def test_finding_what_runs_takes_two_statements(
    session: Session, cast: Cast, sector: t.Definition
) -> None:
    for name in ("二", "三", "四"):
        publish(session, cast.administrator, named(name))
    session.rollback()
    session.expire_all()
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    said: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: said.append(args[2]))
    assert definitions.get_latest(session, organisation, "line").name == "四"
    assert len(said) == 2, said


def test_a_draft_is_no_version(session: Session, cast: Cast, sector: t.Definition) -> None:
    draft(session, cast.administrator, flows.bundle(line=flows.LINE))
    assert _runs(session, cast.enterprise_id) == "一"
