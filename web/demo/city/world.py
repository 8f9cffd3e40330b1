"""Who is above the enterprises of a city, and the rows of the enterprises and their people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import accounts, clock, definitions, organisations, passwords
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.hazards.mechanism import STATED, Proof, days_of
from engine.store import Base, Organisation
from engine.store import tables as t
from web.demo.city.counts import Tally
from web.demo.city.lines import line
from web.demo.city.plan import DEPARTMENTS, GROUPS, TOWNS, Unit
from web.demo.city.telling import Lines, Owner
from web.demo.people import PASSWORD, Crew

OFFICE: Final = "AWB"
#: The enterprise that plays the models; it stands under the first of each axis.
MODEL: Final = "E00000"
#: Login, name and roles of the members of every enterprise; the last one reports.
MEMBERS: Final = (
    ("boss", "任总", ("principal", "approver", "administrator")),
    ("safety", "安科", ("verifier", "union")),
    ("repair", "修工", ("rectifier", "finance")),
    ("staff", "员工", ("reporter", "acceptor")),
)
_ROOT: Final = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class City:
    """Who is above the enterprises, by code; and the enterprise that plays the models."""

    ids: Mapping[str, UUID]
    crew: Crew
    #: Who may sign in, for demo.json.
    people: Sequence[Mapping[str, Any]]
    digest: str


def found(session: Session, now: datetime) -> City:
    """Enter the office, departments, towns and groups, and what runs in their city."""
    with clock.at(now - timedelta(days=1000)):
        return execute(session, _found)


def _found(session: Session) -> City:
    digest, people = passwords.digest(PASSWORD), []
    made: dict[str, Organisation] = {}
    above = (
        ("office", ((OFFICE, "申江市安委办", None),)),
        ("department", ((code, name, OFFICE) for code, name in DEPARTMENTS)),
        ("town", ((code, name, OFFICE) for code, name in TOWNS)),
        ("group", GROUPS),
    )
    for kind, nodes in above:
        for code, name, parent in nodes:
            made[code] = organisations.create(
                session,
                kind=kind,
                name=name,
                code=code,
                parent_id=made[parent].id if parent else None,
                actor=SYSTEM,
            )
            role = "director" if kind == "office" else "officer"
            login, _ = _member(session, made[code], code.lower(), "管科", (role,), digest)
            people.append(_told(login, "管科", made[code].name, (role,)))
    made[MODEL] = organisations.create(
        session,
        kind="enterprise",
        name="样板机械制造有限公司",
        code=MODEL,
        sector="industry_trade",
        department_id=made["YJJ"].id,
        town_id=made["JD01"].id,
        group_id=made["JT1"].id,
        staff_count=60,
        settings={"anonymous_reports": True, "reward_limit_fen": 10_000},
        actor=SYSTEM,
    )
    members = tuple(
        _member(session, made[MODEL], f"{MODEL.lower()}-{login}", name, roles, digest)
        for login, name, roles in MEMBERS
    )
    for (_, name, roles), (full, _) in zip(MEMBERS, members, strict=True):
        people.append(_told(full, name, made[MODEL].name, roles))
    definitions.deploy(
        session,
        definitions.read_folder(_ROOT),
        organisation_id=made[OFFICE].id,
        actor=SYSTEM,
    )
    crew = Crew(MODEL, made[MODEL].id, "industry_trade", True, members)
    return City({code: one.id for code, one in made.items()}, crew, people, digest)


def _member(
    session: Session,
    organisation: Organisation,
    login: str,
    name: str,
    roles: Sequence[str],
    digest: str,
) -> tuple[str, Actor]:
    user = accounts.add_user(
        session,
        login=login,
        name=name,
        password=None,
        organisation_id=organisation.id,
        roles=frozenset(roles),
        actor=SYSTEM,
    )
    user.password_digest = digest
    actor = Actor(
        user_id=user.id,
        name=name,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        roles=frozenset(roles),
    )
    return login, actor


def _told(login: str, name: str, organisation: str, roles: Sequence[str]) -> dict[str, Any]:
    return {
        "name": name,
        "login": login,
        "password": PASSWORD,
        "organisation": organisation,
        "roles": sorted(roles),
    }


def owner_of(unit: Unit, ids: Mapping[str, UUID], since: datetime) -> Owner:
    """Give an enterprise with the ids that follow from its number."""
    milliseconds = int(since.timestamp() * 1000) + unit.number
    base = milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | unit.number << 8
    return Owner(
        id=UUID(int=base),
        code=unit.code,
        sector=unit.sector,
        above={
            "department": ids[unit.department],
            "town": ids[unit.town],
            "group": ids[unit.group] if unit.group else None,
        },
        people=[UUID(int=base + place + 1) for place in range(len(MEMBERS))],
        cases=unit.cases,
        quiet_days=unit.quiet_days,
    )


def rows_of(
    unit: Unit, owner: Owner, tally: Tally, since: datetime, digest: str, rng: Random
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """Yield the rows of an enterprise, its people and its mechanism."""
    place = {f"{name}_id": id_ for name, id_ in owner.above.items()} | {"sector": unit.sector}
    yield (
        t.Organisation,
        {
            "id": owner.id,
            "kind": "enterprise",
            "name": unit.name,
            "code": unit.code,
            "ownership": unit.ownership,
            "staff_count": unit.staff,
            "status": "active",
            "settings": {},
            "created_at": since,
            **place,
        },
    )
    yield (
        t.Placement,
        {
            "organisation_id": owner.id,
            "from_on": clock.local_date(since),
            "status": "active",
            **place,
        },
    )
    for id_, (login, name, roles) in zip(owner.people, MEMBERS, strict=True):
        account = {"id": id_, "login": f"{unit.code.lower()}-{login}", "name": name}
        yield (
            t.User,
            {
                **account,
                "password_digest": digest,
                "language": "zh_CN",
                "session_epoch": 0,
                "created_at": since,
            },
        )
        for role in roles:
            yield t.Membership, {"user_id": id_, "organisation_id": owner.id, "role": role}
    yield from _mechanism(owner, tally, since, rng)


def _mechanism(
    owner: Owner, tally: Tally, since: datetime, rng: Random
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """Yield a stated day for most, and the record that it and the first reward come to."""
    established_on: date | None = None
    if rng.random() < 0.86:
        established_on = clock.local_date(since) + timedelta(days=rng.randint(60, 950))
        yield (
            t.Evidence,
            {
                "organisation_id": owner.id,
                "id": UUID(int=owner.id.int + 64),
                "kind": STATED,
                "held_on": established_on,
                "title": "机制建立日期（此前由本单位填报，未附材料）",
                "details": {"stage": "established"},
                "files": [],
                "entered_at": since,
            },
        )
    if established_on is None and tally.first is None:
        return
    proofs = [Proof(STATED, established_on, {"stage": "established"})] if established_on else []
    days = days_of(proofs, rewarded_on=tally.rewarded["rewarded_on"])
    yield (
        t.MechanismRecord,
        {"organisation_id": owner.id, "updated_at": since, **tally.rewarded, **vars(days)},
    )


def add_lines(lines: Lines, rows: Iterator[tuple[type[Base], dict[str, Any]]]) -> None:
    """Write rows among the lines of their tables."""
    for table, row in rows:
        lines[table].append(line(table.__table__, row))
