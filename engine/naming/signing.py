"""Which cases bear the name of their reporter, and reading those names for a paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from engine import clock, history, reporters, secrets
from engine.actors import Actor
from engine.permissions import role_for
from engine.store import Instance, Membership, Organisation, Reporter, Reward, User, upsert
from engine.store import tables as t

#: So many people at least have to be left who could have sent what bears no name. Fewer than five
#: is where statistics about people are commonly held back.
LEAST_OTHERS: Final = 5
_PAID: Final = ("paid", "received")


@dataclass(frozen=True)
class Signed:
    """Which of some cases bear the name of their reporter."""

    #: Case → the account's name; None where the vault has to be opened for it.
    names: Mapping[UUID, str | None] = field(repr=False)
    #: Whether names were left out because too few other people are left.
    is_held_back: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody who works for an enterprise now, and whether they agreed to be named."""

    user_id: UUID
    name: str = field(repr=False)
    agrees: bool


NOBODY: Final = Signed({})


def signed(
    session: Session, organisation_id: UUID, cases: Collection[UUID], *, beside: int
) -> Signed:
    """Say which of an enterprise's cases may bear their reporter's name; a few statements.

    Args:
        cases: ids of those that may bear one at all.
        beside: how many cases are told side by side with them, these included; what bears no
            name among them is what the names must not give away.
    """
    rows = session.execute(_by_name(organisation_id, cases)).all()
    if not any(row.agreed or row.user_digest for row in rows):
        return NOBODY
    known = people(session, organisation_id)
    names: dict[UUID, str | None] = {}
    for row in rows:
        person = known.get(row.user_digest) if row.user_digest else None
        always = person is not None and person.agrees and row.is_own
        if person is not None and (row.agreed or (row.agreed is None and always)):
            names[row.instance_id] = person.name
    guests = [row.instance_id for row in rows if row.agreed and row.user_digest is None]
    names |= dict.fromkeys(_paid(session, organisation_id, guests))
    if not names:
        return NOBODY
    for_one = {row.user_digest for row in rows if row.agreed and row.user_digest in known}
    count = len(for_one | {key for key, one in known.items() if one.agrees}) + len(guests)
    if len(names) < beside and not leaves_enough(session, organisation_id, known, count):
        return Signed({}, is_held_back=True)
    return Signed(names)


def people(session: Session, organisation_id: UUID) -> dict[bytes, Person]:
    """Give who works for an enterprise, by what the vault keeps of each; one statement."""
    keys = secrets.of(session)
    consent = t.NamingConsent
    statement = (
        select(User.id, User.name, consent.given_at)
        .select_from(User)
        .outerjoin(
            consent,
            and_(
                consent.organisation_id == organisation_id,
                consent.user_id == User.id,
                consent.withdrawn_at.is_(None),
            ),
        )
        .where(
            User.disabled_at.is_(None),
            User.id.in_(
                select(Membership.user_id).where(Membership.organisation_id == organisation_id)
            ),
        )
    )
    return {
        reporters.user_digest(keys, organisation_id, row.id): Person(
            row.id, row.name, row.given_at is not None
        )
        for row in session.execute(statement)
    }


def leaves_enough(
    session: Session, organisation_id: UUID, known: Mapping[bytes, Person], named: int
) -> bool:
    """Say whether enough people are left, besides `named` ones, who could have sent the rest."""
    staff = session.scalar(
        select(Organisation.staff_count).where(Organisation.id == organisation_id)
    )
    return max(staff or 0, len(known)) - named >= LEAST_OTHERS


def read_for_paper(
    session: Session, organisation_id: UUID, found: Signed, paper: str, *, actor: Actor
) -> dict[UUID, str]:
    """Give the names to print; the first time a case's name is printed is an event in its history.

    The event says on which paper and who printed it, never the name.

    Args:
        found: what `signed` gave in this very transaction. paper: "publicity 2026-11".

    Raises:
        IntegrityError: the vault's key is missing.
    """
    names = {}
    for case, name in found.names.items():
        said = name or reporters.payee_name(session, organisation_id, case)
        if said:
            names[case] = said
    known = select(t.NamingChoice.instance_id).where(
        t.NamingChoice.organisation_id == organisation_id,
        t.NamingChoice.instance_id.in_(list(names)),
        t.NamingChoice.printed_at.is_not(None),
    )
    event = history.Event(tag="identity:named", data={"paper": paper})
    role = role_for(actor, "reward:read")
    # In order, so that two who print at once wait for each other and do not stand in the way.
    for case in sorted(names.keys() - set(session.scalars(known))):
        history.append(session, organisation_id, case, [event], actor=actor, role=role)
        put(session, (organisation_id, case), {"printed_at": clock.now()})
    return names


def is_own(organisation_id: UUID, case: Any) -> ColumnElement[bool]:
    """Say in SQL that a case's reporter sent it, and nobody typed it in for them.

    Who typed it in has seen the receipt code, and may be wrong about whose report it is: such a
    case bears a name only when the account it is bound to says so for this case.
    """
    begun = t.Event
    return exists().where(
        begun.organisation_id == organisation_id,
        begun.instance_id == case,
        begun.sequence == 1,
        begun.role == "reporter",
    )


def _by_name(organisation_id: UUID, cases: Collection[UUID]) -> Any:
    """Select which of the cases were reported by name and not declined, and how they are known."""
    choice = t.NamingChoice
    return (
        select(
            Reporter.instance_id,
            Reporter.user_digest,
            choice.agreed,
            is_own(organisation_id, Reporter.instance_id).label("is_own"),
        )
        .join(
            Instance,
            and_(Instance.organisation_id == organisation_id, Instance.id == Reporter.instance_id),
        )
        .outerjoin(
            choice,
            and_(
                choice.organisation_id == organisation_id,
                choice.instance_id == Reporter.instance_id,
            ),
        )
        .where(
            Reporter.organisation_id == organisation_id,
            Reporter.instance_id.in_(list(cases)),
            Reporter.mode == "named",
            Instance.identity_mode == "named",
            choice.agreed.is_not(False),
        )
    )


def _paid(session: Session, organisation_id: UUID, cases: Collection[UUID]) -> Collection[UUID]:
    if not cases:
        return ()
    statement = select(Reward.instance_id).where(
        Reward.organisation_id == organisation_id,
        Reward.instance_id.in_(list(cases)),
        Reward.state.in_(_PAID),
    )
    return session.scalars(statement.distinct()).all()


def put(session: Session, key: tuple[UUID, UUID], values: Mapping[str, Any]) -> None:
    """Write what is known of one case's name; what is not said stays as it was."""
    row = {"organisation_id": key[0], "instance_id": key[1], "agreed": None}
    statement = upsert(session)(t.NamingChoice.__table__).values({**row, **values})
    keys = ["organisation_id", "instance_id"]
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=keys, set_=dict(values))
    )
