"""What the system itself knows of a mechanism, to be taken as evidence with one click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, mechanism
from engine.actors import Actor
from engine.coverage import evidence
from engine.coverage.evidence import Given, own_enterprise
from engine.errors import Conflict, NotAllowed, NotFound
from engine.hazards.codes import SECTORS
from engine.hazards.mechanism import CHAPTERS
from engine.permissions import allows
from engine.rulebook import answers
from engine.store import tables as t

#: What the papers of `engine.mechanism` call the decision on rewards.
_REWARDS: Final = "reward_amount"


def offers(session: Session, *, actor: Actor) -> dict[str, Given]:
    """Give by kind what the actor's enterprise has not yet taken as evidence.

    Only what is true in the database is offered: the versions in force, the places that have a
    poster from which somebody has reported already.
    """
    own = own_enterprise(actor, "coverage:record")
    taken = {
        (row.kind, row.details.get("reference"))
        for row in evidence.listed(session, own)
        if row.withdrawn_at is None
    }
    return {
        given.kind: given
        for given in _known(session, actor)
        if (given.kind, given.details["reference"]) not in taken
    }


def take(session: Session, kind: str, *, actor: Actor) -> t.Evidence:
    """Take an offer as evidence.

    Raises:
        NotFound: it is not offered, or taken already. NotAllowed: rules are issued by the
        principal. Conflict: somebody took it just now.
    """
    given = offers(session, actor=actor).get(kind)
    if given is None:
        raise NotFound(
            "这项内容已经登记，或系统里还没有。", "This is entered already, or not there yet."
        )
    own = own_enterprise(actor, "coverage:record")
    if kind == "rules":
        if not allows(actor, "coverage:sign"):
            raise NotAllowed(
                "制度由主要负责人签发，请由主要负责人来确认。",
                "Rules are issued by the principal; ask the principal to do this.",
            )
        given = replace(given, details={**given.details, "signer": actor.name})
    return evidence.add(session, own, given, by=actor.user_id)


def _known(session: Session, actor: Actor) -> Iterator[Given]:
    if not allows(actor, "definition:read"):
        return
    try:
        found = mechanism.read(session, actor=actor)
    except (NotFound, Conflict):
        return
    runs, today = found.definition, clock.local_date()
    if not _has_rulebook(session, found.organisation.id):
        yield _rules(found, today)
    yield Given(
        kind="process",
        on=clock.local_date(runs.created_at),
        title=f"流程“{runs.name}”第 {runs.version} 版",
        details={"reference": f"{runs.key} {runs.version}", "version": f"第 {runs.version} 版"},
        note=f"由{found.owner}发布。",
    )
    yield from _versions(found)
    yield from _funds(session, found)
    yield from _posters(session, found)


def _rules(found: mechanism.Mechanism, today: date) -> Given:
    runs = found.definition
    return Given(
        kind="rules",
        on=today,
        title="事故隐患内部报告奖励制度",
        details={
            "reference": f"{runs.key} {runs.version}",
            "sector": found.sector,
            "chapters": dict.fromkeys(CHAPTERS, "见制度同名章节"),
            "protects": True,
        },
        note="由本系统按正在用的流程、奖励标准和清单生成。",
    )


def _has_rulebook(session: Session, organisation_id: UUID) -> bool:
    """Say whether the enterprise makes its rules step by step; they are then issued there."""
    row = t.RulebookVersion
    return (
        session.scalars(
            select(row.id).where(row.organisation_id == organisation_id).limit(1)
        ).first()
        is not None
    )


def _versions(found: mechanism.Mechanism) -> Iterator[Given]:
    table = found.loaded.pinned.get(("dmn", found.loaded.tables.get(_REWARDS, _REWARDS)))
    if table is not None:
        yield Given(
            kind="reward_table",
            on=clock.local_date(found.definition.created_at),
            title="奖励标准表",
            details={"reference": f"{table.id}", "version": f"第 {table.version} 版"},
        )
    if found.items:
        sector = SECTORS[found.sector].zh
        yield Given(
            kind="checklist",
            on=clock.local_date(),
            title=f"{sector}报告清单",
            details={
                "reference": f"{found.sector} {len(found.items)}",
                "version": f"{len(found.items)} 项在用",
                "posts": "全部岗位",
            },
        )


def _funds(session: Session, found: mechanism.Mechanism) -> Iterator[Given]:
    """What was answered about the year's money need not be entered once more."""
    given = answers.current(session, found)
    budget, year, source = (given.values[key] for key in ("budget", "budget_year", "fund"))
    if "rewards" in given.saved and budget and year:
        yield Given(
            kind="funds",
            on=clock.local_date(),
            title=f"{year} 年度奖励预算",
            details={
                "reference": f"{source} {budget} {year}",
                "source": source,
                "budget_fen": budget,
                "year": year,
            },
            note="来自制度向导的回答。",
        )


def _posters(session: Session, found: mechanism.Mechanism) -> Iterator[Given]:
    """A report that came in is the test of the way it came."""
    if not found.places:
        return
    first = session.scalar(
        select(func.min(t.Hazard.reported_at)).where(
            t.Hazard.organisation_id == found.organisation.id
        )
    )
    if first is None:
        return
    hung = max(first, min(place.created_at for place in found.places))
    yield Given(
        kind="channels",
        on=clock.local_date(hung),
        title=f"{len(found.places)} 处张贴报告二维码",
        details={
            "reference": f"poster {len(found.places)}",
            "channel": "poster",
            "passed": True,
            "result": "已经收到报告。",
        },
    )
