"""Honours: proposed by one, decided by another, shown once the person agreed to the words."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import appraisal, naming, notifications, people, safety_record
from engine.actors import Actor
from engine.commands import execute
from engine.errors import (
    Conflict,
    Invalid,
    InvalidAnswers,
    NotAllowed,
    NotFound,
    SeparationOfDuties,
)
from engine.honours import deciding, finding, proof, proposing, rules
from engine.store import tables as t
from tests.cast import Cast

WORDS = {"title": "隐患排查能手", "reason": "巡检细，报告及时", "reward": "奖金 500 元"}
YEAR = "2026"

pytestmark = pytest.mark.usefixtures("clock")


def propose(session: Session, actor: Actor, who: Actor | None = None, **given: Any) -> UUID:
    """Propose somebody, or 二号车间; give the honour's id."""
    team = given.pop("team", "二号车间" if who is None else "")
    period = given.pop("period", YEAR)
    row = execute(
        session,
        proposing.propose,
        period=period,
        given={**WORDS, **given},
        user_id=who.user_id if who else None,
        team=team,
        actor=actor,
    )
    return row.id


def awarded(session: Session, cast: Cast, who: Actor) -> UUID:
    """Let somebody be proposed and decided on, and agree."""
    honour = propose(session, cast.union, who)
    execute(session, deciding.decide, honour, actor=cast.principal)
    execute(session, deciding.agree, honour, actor=who)
    return honour


def names(session: Session, actor: Actor) -> list[str]:
    """Give who stands on the list, as `actor` reads it."""
    session.rollback()
    return [row.name or row.team for row in finding.shown(session, actor=actor).items]


def kinds(session: Session, actor: Actor) -> list[str]:
    """Give what `actor` was told."""
    session.rollback()
    return [row.kind for row in notifications.listed(session, actor=actor)]


def test_a_person_is_shown_once_they_agreed(session: Session, cast: Cast) -> None:
    honour = propose(session, cast.union, cast.reporter)
    assert kinds(session, cast.principal) == ["honour_proposed"]
    execute(session, deciding.decide, honour, actor=cast.principal)
    assert names(session, cast.finance) == []
    assert kinds(session, cast.reporter) == ["honour_decided"]
    assert [row.state for row in finding.own(session, actor=cast.reporter)] == ["decided"]
    with pytest.raises(NotFound):
        finding.get(session, honour, actor=cast.finance)
    execute(session, deciding.agree, honour, actor=cast.reporter)
    assert names(session, cast.finance) == ["包晓"]
    row = finding.get(session, honour, actor=cast.finance)
    assert row.number == "RY-CN001-2026-00001"
    # Taken back, and given again: each time it is their word.
    execute(session, deciding.hide, honour, actor=cast.reporter)
    assert names(session, cast.finance) == []
    with pytest.raises(NotFound):
        finding.certificate(session, honour, actor=cast.principal)
    assert finding.certificate(session, honour, actor=cast.reporter).number == row.number
    execute(session, deciding.agree, honour, actor=cast.reporter)
    assert names(session, cast.finance) == ["包晓"]
    # With the consent to be named everything is taken back.
    execute(session, naming.withdraw, actor=cast.reporter)
    assert names(session, cast.finance) == []
    assert finding.on_paper(session, YEAR, actor=cast.union) == []
    assert finding.periods(session, actor=cast.union) == []


def test_a_team_is_honoured_at_once_and_revoked_with_a_reason(session: Session, cast: Cast) -> None:
    honour = propose(session, cast.administrator)
    execute(session, deciding.decide, honour, actor=cast.principal)
    assert names(session, cast.reporter) == ["二号车间"]
    row = finding.certificate(session, honour, actor=cast.reporter)
    assert proof.check(session, row).intact
    assert proof.find_by_code(session, row.code or "") is row
    with pytest.raises(InvalidAnswers):
        execute(session, deciding.revoke, honour, reason=" ", actor=cast.principal)
    execute(session, deciding.revoke, honour, reason="统计有误", actor=cast.principal)
    assert names(session, cast.reporter) == []
    with pytest.raises(NotFound):
        finding.certificate(session, honour, actor=cast.reporter)
    # Once it is over the same may be proposed again.
    propose(session, cast.administrator)


def test_nobody_decides_what_they_proposed_or_their_own(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        propose(session, cast.union, cast.union)
    own = propose(session, cast.union, cast.principal)
    with pytest.raises(SeparationOfDuties):
        execute(session, deciding.decide, own, actor=cast.principal)
    alone = propose(session, cast.sole)
    with pytest.raises(SeparationOfDuties):
        execute(session, deciding.decide, alone, actor=cast.sole)
    with pytest.raises(SeparationOfDuties):
        execute(session, deciding.decline, alone, reason="不合适", actor=cast.sole)
    execute(session, proposing.drop, alone, actor=cast.sole)
    assert names(session, cast.sole) == []


def test_each_step_has_its_role_and_its_house(session: Session, cast: Cast) -> None:
    for actor in (cast.reporter, cast.principal, cast.finance, cast.officer, cast.office):
        with pytest.raises(NotAllowed):
            propose(session, actor, cast.reporter if actor is not cast.reporter else cast.finance)
    with pytest.raises(NotFound):
        propose(session, cast.union, cast.stranger)
    honour = propose(session, cast.union, cast.reporter)
    for actor in (cast.verifier, cast.union, cast.administrator, cast.reporter, cast.officer):
        with pytest.raises(NotAllowed):
            execute(session, deciding.decide, honour, actor=actor)
    for step in (deciding.decide, deciding.agree, deciding.refuse, deciding.hide, proposing.drop):
        with pytest.raises(NotFound):
            execute(session, step, honour, actor=cast.stranger)
    with pytest.raises(NotFound):
        finding.get(session, honour, actor=cast.stranger)
    with pytest.raises(NotAllowed):
        finding.shown(session, actor=cast.officer)
    for actor in (cast.reporter, cast.finance):
        with pytest.raises(NotAllowed):
            finding.at_work(session, actor=actor)
    execute(session, deciding.decide, honour, actor=cast.principal)
    # Nobody agrees for another person.
    for actor in (cast.union, cast.principal, cast.colleague):
        for step in (deciding.agree, deciding.refuse, deciding.hide):
            with pytest.raises(NotFound):
                execute(session, step, honour, actor=actor)
    assert finding.shown(session, actor=cast.stranger).items == []


def test_every_step_is_taken_once(session: Session, cast: Cast) -> None:
    honour = propose(session, cast.union, cast.reporter)
    with pytest.raises(Conflict):
        propose(session, cast.verifier, cast.reporter)
    with pytest.raises(Conflict):
        execute(session, deciding.agree, honour, actor=cast.reporter)
    execute(session, deciding.decide, honour, actor=cast.principal)
    for step in (deciding.decide, proposing.drop):
        with pytest.raises(Conflict):
            execute(session, step, honour, actor=_who(cast, step))
    execute(session, deciding.refuse, honour, actor=cast.reporter)
    with pytest.raises(Conflict):
        execute(session, deciding.agree, honour, actor=cast.reporter)
    with pytest.raises(Conflict):
        execute(session, deciding.revoke, honour, reason="重复", actor=cast.principal)
    declined = propose(session, cast.union, cast.finance)
    execute(session, deciding.decline, declined, reason="材料不足", actor=cast.principal)
    states = [row.state for row in finding.at_work(session, actor=cast.verifier).items]
    assert states == ["declined", "refused"]
    found = finding.at_work(session, actor=cast.verifier, state="refused").items
    assert [row.id for row in found] == [honour]


def _who(cast: Cast, step: Any) -> Actor:
    return cast.principal if step is deciding.decide else cast.union


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "奖" * 41}, "title"),
        ({"reason": "报告了 YH-CN001-2026-00003 号隐患"}, "reason"),
        ({"reason": "见报告bg-CN001-20261102-0001"}, "reason"),
        ({"reason": "和严收一起整改"}, "reason"),
        ({"reason": "乱码\ufffe"}, "reason"),
        ({"reason": "空\0字符"}, "reason"),
        ({"reward": "奖" * 201}, "reward"),
        ({"reward": "与朱任同享"}, "reward"),
    ],
)
def test_words_that_would_name_others_or_cases_are_refused(
    session: Session, cast: Cast, given: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        propose(session, cast.union, cast.reporter, **given)
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_periods_and_teams_that_are_none(session: Session, cast: Cast) -> None:
    for period in ("", "2026-13", "2026-Q5", "abcd", "2027", "2026-12", "9999999-01", "2026-1"):
        with pytest.raises(Invalid):
            propose(session, cast.union, period=period)
    for team in (" ", "组" * 101, "\ufffe"):
        with pytest.raises(InvalidAnswers):
            propose(session, cast.union, team=team)
    for period in rules.periods():
        propose(session, cast.union, period=period)
    assert rules.period_words("2026-Q4").zh == "2026年第四季度"
    page = finding.at_work(session, actor=cast.principal, limit=10)
    assert (len(page.items), page.next is not None) == (10, True)
    with pytest.raises(Invalid):
        finding.at_work(session, actor=cast.principal, after="nonsense")


def test_whoever_left_is_no_longer_shown(session: Session, cast: Cast) -> None:
    awarded(session, cast, cast.reporter)
    own = cast.enterprise_id
    execute(session, people.disable, cast.reporter.user_id, own, actor=cast.administrator)
    assert names(session, cast.finance) == []
    with pytest.raises(NotFound):
        propose(session, cast.union, cast.reporter, title="安全之星")


def test_an_altered_certificate_is_found_out(session: Session, cast: Cast) -> None:
    honour = awarded(session, cast, cast.reporter)
    row = session.scalars(select(t.Honour).where(t.Honour.id == honour)).one()
    assert proof.check(session, row).intact
    digest = (row.statement_digest or b"").hex()
    assert proof.find_by_digest(session, row.number or "", digest[:8]) is row
    assert proof.find_by_digest(session, row.number or "", digest[:7]) is None
    text = (row.statement or "").replace("包晓", "何核")
    row.statement = text
    assert not proof.check(session, row).statement
    # Whoever makes the digest fit still cannot sign.
    row.statement_digest = hashlib.sha256(text.encode()).digest()
    found = proof.check(session, row)
    assert (found.statement, found.signature, found.intact) == (True, False, False)
    row.statement_digest = None
    assert not proof.check(session, row).intact
    session.rollback()


def test_honours_stand_beside_the_safety_record(session: Session, cast: Cast) -> None:
    honour = awarded(session, cast, cast.reporter)
    execute(session, safety_record.consent, "counts", actor=cast.reporter)
    (shown,) = appraisal.agreed(session, actor=cast.principal).items
    assert [row.title for row in shown.honours] == [WORDS["title"]]
    execute(session, deciding.hide, honour, actor=cast.reporter)
    (shown,) = appraisal.agreed(session, actor=cast.principal).items
    assert list(shown.honours) == []


def test_the_records_of_those_who_agreed_come_page_by_page(session: Session, cast: Cast) -> None:
    staff = [actor for actor in cast.everybody().values() if actor.has("reporter", "verifier")]
    staff = [one for one in staff if one.organisation_id == cast.enterprise_id]
    staff += [cast.finance, cast.union, cast.colleague]
    for actor in staff:
        execute(session, safety_record.consent, "counts", actor=actor)
    seen: list[str] = []
    after = None
    while True:
        page = appraisal.agreed(session, actor=cast.union, after=after, limit=2)
        seen += [one.name for one in page.items]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == sorted(one.name for one in staff)
    assert len(seen) == len(set(seen)) == 5
    for wrong in ("x", "0" * 32):
        with pytest.raises(Invalid):
            appraisal.agreed(session, actor=cast.union, after=wrong)
