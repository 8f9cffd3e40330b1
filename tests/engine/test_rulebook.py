"""The rules as they are kept: versions of answers, who is asked, who may say what, and races."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import commands, organisations
from engine.actors import Actor
from engine.coverage import evidence, offers
from engine.definitions import drafts
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.filestore import FileStore
from engine.rulebook import adopting, amounts, answers, asking, commenting, finding, wording
from engine.rulebook.commenting import Said
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.coverage_story import enter
from tests.engine.rulebook_story import asking_for, put_forward, text, upload
from tests.engine.studio_story import notices
from tests.together import Together
from tests.web.reporting import deploy
from web.config import Config

RESULTS = {"uses": ["honours"], "public_place": "食堂", "public_days": "3", "review_month": "6"}


@pytest.fixture(autouse=True)
def runs(
    clock: time_machine.Traveller, session: Session, cast: Cast, config: Config
) -> time_machine.Traveller:
    """The general flow runs in 甲."""
    session.info["files"] = FileStore(config.data_dir)
    deploy(session, cast.enterprise_id)
    return clock


def save(session: Session, cast: Cast, step: str = "results", seen: int = 0, **said: Any) -> int:
    return commands.execute(
        session, answers.save, step, {**RESULTS, **said}, seen=seen, actor=cast.principal
    )


def count(session: Session, table: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_answers_are_versions_and_a_text_is_traced_to_its_own(session: Session, cast: Cast) -> None:
    assert (save(session, cast), save(session, cast)) == (1, 1), "a second click saves nothing"
    first = put_forward(session, cast)
    assert save(session, cast, seen=1, public_place="大门口") == 2
    assert first.answers_version == 1
    now, version = text(session, cast)
    assert version == 2
    found = wording.differences(wording.read(first.content), now)
    assert {one.state for one in found} == {"changed"}
    assert {one.chapter for one in found} == {"核查整改", "结果应用"}
    with pytest.raises(Conflict):
        save(session, cast, seen=1, public_place="后门")
    with pytest.raises(InvalidAnswers) as wrong:
        save(session, cast, seen=2, public_days="0", review_month="13", public_place="长" * 101)
    assert wrong.value.errors.keys() == {"public_days", "review_month", "public_place"}
    with pytest.raises(NotFound):
        save(session, cast, "moon")
    for actor in (cast.verifier, cast.officer, cast.union):
        with pytest.raises(NotAllowed):
            commands.execute(session, answers.save, "results", RESULTS, seen=2, actor=actor)


def test_a_setting_is_changed_by_who_may_change_it(session: Session, cast: Cast) -> None:
    channels = {"receiver": "何核", "talker": "朱任", "anonymous": False}

    def anonymous() -> bool:
        session.rollback()
        own = session.get_one(t.Organisation, cast.enterprise_id, populate_existing=True)
        return bool(organisations.setting(own, "anonymous_reports"))

    commands.execute(session, answers.save, "channels", channels, seen=0, actor=cast.principal)
    assert anonymous()
    assert "保密、匿名" in " ".join(one.text for _, one in text(session, cast)[0].articles())
    commands.execute(session, answers.save, "channels", channels, seen=1, actor=cast.administrator)
    assert not anonymous()
    assert "保密、匿名" not in " ".join(one.text for _, one in text(session, cast)[0].articles())


def test_the_deadline_counts_working_days_of_the_enterprise(session: Session, cast: Cast) -> None:
    commands.execute(
        session, organisations.update_settings, cast.enterprise_id,
        {"calendar": {"2026-11-04": False}}, actor=cast.administrator,
    )  # fmt: skip
    assert put_forward(session, cast).due_on == date(2026, 11, 10)
    for days in (0, 61, None):
        with pytest.raises(InvalidAnswers):
            put_forward(session, cast, days=days)
    with pytest.raises(InvalidAnswers):
        put_forward(session, cast, units={cast.office_id, cast.strange_enterprise_id})


def test_only_who_was_asked_reads_and_comments(session: Session, cast: Cast) -> None:
    row = put_forward(session, cast)
    said = Said(chapter="rewards", article="table", text="奖励太低", suggestion="翻一番")
    made = commands.execute(session, commenting.comment, row.id, said, actor=cast.officer)
    again = commands.execute(session, commenting.comment, row.id, said, actor=cast.officer)
    assert made.id == again.id
    for actor in (cast.town, cast.group, cast.office, cast.stranger):
        with pytest.raises((NotFound, NotAllowed)):
            commands.execute(session, commenting.comment, row.id, said, actor=actor)
    for actor in (cast.principal, cast.verifier):
        with pytest.raises(NotAllowed):
            commands.execute(session, commenting.comment, row.id, said, actor=actor)
    inside = Said(chapter="final", text="请写明谁解释")
    commands.execute(session, commenting.comment, row.id, inside, actor=cast.union)
    seen = finding.comments(session, row, actor=cast.officer)
    assert [one.text for one in seen] == ["奖励太低"], "the union's stay in the house"
    assert len(finding.comments(session, row, actor=cast.principal)) == 2
    told = session.scalars(
        select(t.Notification.en).where(t.Notification.user_id == cast.principal.user_id)
    )
    assert any(words.startswith("The union commented on") for words in told)
    put_forward(session, cast, units={cast.town_id})
    assert len(finding.asked(session, row)) == 3, "the same text asks one more, and is no new one"
    assert finding.get(session, row.id, actor=cast.town).number == 1
    listing = finding.listed(session, actor=cast.officer, limit=1)
    assert [(one.comments, one.answered) for one in listing.items] == [(1, 0)]
    for wrong in ("moon", "rewards/moon"):
        chapter, _, article = wrong.partition("/")
        with pytest.raises(InvalidAnswers):
            commands.execute(
                session, commenting.comment, row.id,
                Said(chapter=chapter, article=article, text="好的"), actor=cast.officer,
            )  # fmt: skip


def adopt(session: Session, cast: Cast, row: t.RulebookVersion, **how: Any) -> t.RulebookVersion:
    said: dict[str, Any] = {"number": "甲〔2026〕1号", "on": date(2026, 11, 2), **how}
    now = said.pop("now", None) or text(session, cast, proposed=False)[0]
    return commands.execute(
        session, adopting.adopt, row.id, now=now, upload=upload(session),
        **{"actor": cast.principal, **said},
    )  # fmt: skip


def test_nobody_waits_for_a_silent_department_but_the_union_is_heard(
    session: Session, cast: Cast, runs: time_machine.Traveller
) -> None:
    early = enter(session, cast.principal, "union_opinion", date(2026, 10, 1))
    session.commit()
    row = put_forward(session, cast)
    runs.shift(timedelta(days=30))
    with pytest.raises(Conflict, match="union has not been heard"):
        adopt(session, cast, row)
    assert early.withdrawn_at is None, "an opinion on earlier rules is none on these"
    enter(session, cast.principal, "union_opinion", date(2026, 11, 20))
    session.commit()
    for wrong in (date(2026, 11, 1), date(2027, 1, 1), None):
        with pytest.raises(InvalidAnswers):
            adopt(session, cast, row, on=wrong)
    for actor in (cast.administrator, cast.officer, cast.stranger):
        with pytest.raises((NotAllowed, NotFound)):
            adopt(session, cast, row, actor=actor)
    done = adopt(session, cast, row, on=date(2026, 12, 1))
    kept = session.get_one(t.Evidence, (cast.enterprise_id, done.evidence_id))
    assert (kept.kind, kept.on, kept.number) == ("rules", date(2026, 12, 1), "甲〔2026〕1号")
    assert set(kept.details["chapters"]) == {
        "content", "channels", "handling", "rewards", "results",
    }  # fmt: skip
    assert "rules" not in offers.offers(session, actor=cast.principal)
    with pytest.raises(AlreadyDone):
        adopt(session, cast, row)
    assert finding.get(session, row.id, actor=cast.group).number == 1, "issued: read from above"
    assert "签发了" in notices(session, cast.officer)[0]
    commands.execute(session, evidence.withdraw, kept.id, "上传了旧的", actor=cast.principal)
    assert finding.get(session, row.id, actor=cast.principal).state == "adopted"


def test_every_comment_is_answered_before_and_once(session: Session, cast: Cast) -> None:
    row = put_forward(session, cast)
    said = Said(chapter="rewards", text="请写明谁来发")
    one = commands.execute(session, commenting.comment, row.id, said, actor=cast.officer)
    enter(session, cast.principal, "union_opinion", date(2026, 11, 2))
    session.commit()
    with pytest.raises(Conflict, match="wait for an answer"):
        adopt(session, cast, row)
    save(session, cast, public_place="大门口")
    second = put_forward(session, cast)
    with pytest.raises(Conflict, match="wait for an answer"):
        adopt(session, cast, second)
    with pytest.raises(Conflict, match="newer version"):
        adopt(session, cast, row)
    with pytest.raises(InvalidAnswers):
        commands.execute(session, commenting.answer, one.id, "declined", "", actor=cast.principal)
    for actor in (cast.union, cast.officer, cast.stranger):
        with pytest.raises((NotAllowed, NotFound)):
            commands.execute(session, commenting.answer, one.id, "taken", "好", actor=actor)
    commands.execute(session, commenting.answer, one.id, "declined", "已有", actor=cast.principal)
    with pytest.raises(AlreadyDone):
        commands.execute(session, commenting.answer, one.id, "taken", "", actor=cast.principal)
    assert "答复了" in notices(session, cast.officer)[0]
    adopt(session, cast, second)


def test_rules_that_say_what_the_program_does_not_do_are_not_issued(
    session: Session, cast: Cast
) -> None:
    rewards = {
        "reward_limit": "500", "fund": "cost", "budget_year": "2026", "team": True,
        "forms": [], "pickup": "",
    }  # fmt: skip
    row = put_forward(session, cast)
    enter(session, cast.principal, "union_opinion", date(2026, 11, 2))
    session.commit()
    commands.execute(session, answers.save, "rewards", rewards, seen=0, actor=cast.administrator)
    assert "funds" not in offers.offers(session, actor=cast.principal), "no budget was named"
    with pytest.raises(Conflict, match="not what process, reward table or settings say"):
        adopt(session, cast, row)
    said = {**rewards, "budget": "30000"}
    commands.execute(session, answers.save, "rewards", said, seen=1, actor=cast.principal)
    money = offers.offers(session, actor=cast.principal)["funds"].details
    assert (money["source"], money["budget_fen"], money["year"]) == ("cost", 3_000_000, 2026)
    changed = commands.execute(session, amounts.propose, {"R15": 13_050}, actor=cast.administrator)
    draft = session.get_one(t.DefinitionDraft, (cast.enterprise_id, changed))
    assert (draft.state, draft.revision) == ("editing", 1)
    assert "¥130.50" in table(session, cast)
    commands.execute(session, drafts.discard, draft.id, actor=cast.administrator)
    assert "¥130.50" not in table(session, cast), "nobody proposes it any more"
    for wrong in (-1, 10**9, True, "5"):
        with pytest.raises(InvalidAnswers):
            commands.execute(session, amounts.propose, {"R15": wrong}, actor=cast.administrator)
    with pytest.raises(NotAllowed):
        commands.execute(session, amounts.propose, {"R15": 1}, actor=cast.principal)


def table(session: Session, cast: Cast) -> str:
    """Give the reward table as the rules tell it, with what is proposed."""
    found = text(session, cast)[0].find("rewards", "table")
    assert found is not None
    assert found[1] is not None
    return " ".join(found[1].lines)


def test_what_is_issued_is_not_replaced_at_the_same_moment(
    session: Session, cast: Cast, database: Engine, secrets: Secrets
) -> None:
    row = put_forward(session, cast)
    enter(session, cast.principal, "union_opinion", date(2026, 11, 2))
    session.commit()
    now, file = text(session, cast, proposed=False)[0], upload(session)
    save(session, cast, public_place="大门口")
    given = asking_for(session, cast)
    said: Any = {"number": "", "on": date(2026, 11, 2), "now": now, "upload": file}
    Together(database, secrets).overtaking(
        lambda own: adopting.adopt(own, row.id, actor=cast.principal, **said),
        lambda own: asking.put(own, given, actor=cast.principal),
    )
    session.rollback()
    states = {one.number: one.state for one in finding.own_versions(session, cast.enterprise_id)}
    assert states == {1: "adopted", 2: "heard"}


def test_two_at_once_make_one(
    session: Session, cast: Cast, database: Engine, secrets: Secrets
) -> None:
    together, given = Together(database, secrets), asking_for(session, cast)

    def both(operation: Any, *arguments: Any, actor: Actor) -> list[Any]:
        return together.at_once(*[lambda own: operation(own, *arguments, actor=actor)] * 2)

    both(asking.put, given, actor=cast.principal)
    assert count(session, t.RulebookVersion) == 1
    row = finding.own_versions(session, cast.enterprise_id)[0]
    session.rollback()
    said = Said(chapter="rewards", text="同一条意见")
    both(commenting.comment, row.id, said, actor=cast.officer)
    assert count(session, t.RulebookComment) == 1
    both(amounts.propose, {"R15": 1}, actor=cast.administrator)
    assert count(session, t.DefinitionDraft) == 1
