"""An administrator looks after the people of one organisation, and of no other."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import accounts, people
from engine.actors import SYSTEM, Actor
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.store import Membership, Organisation, User, new_id
from tests.cast import PASSWORD, Cast


def add(session: Session, organisation_id: object, actor: Actor, **changes: object) -> User:
    facts = {"login": "lin", "name": "林新", "password": PASSWORD, "roles": ["verifier"]}
    return accounts.add_user(
        session,
        organisation_id=organisation_id,
        actor=actor,
        **{**facts, **changes},  # type: ignore[arg-type]
    )


def test_a_new_person_acts_in_the_roles_given(session: Session, cast: Cast) -> None:
    user = add(session, cast.enterprise_id, cast.administrator, roles=["verifier", "acceptor"])
    actor = accounts.actor_for(session, user.id, cast.enterprise_id)
    assert actor.roles == {"verifier", "acceptor"}
    assert actor.organisation_kind == "enterprise"


def test_nobody_but_an_administrator_adds_people(session: Session, cast: Cast) -> None:
    for part, actor in cast.everybody().items():
        if part not in ("administrator", "sole", "stranger"):
            with pytest.raises(NotAllowed):
                add(session, actor.organisation_id, actor)


def test_an_administrator_of_another_enterprise_finds_nothing_here(
    session: Session, cast: Cast
) -> None:
    verifier = cast.verifier.user_id
    assert verifier is not None
    strange = {"actor": cast.stranger}
    with pytest.raises(NotFound):
        add(session, cast.enterprise_id, cast.stranger)
    with pytest.raises(NotFound):
        people.members(session, cast.enterprise_id, **strange)
    with pytest.raises(NotFound):
        people.set_roles(session, verifier, cast.enterprise_id, ["reporter"], **strange)
    with pytest.raises(NotFound):
        people.disable(session, verifier, cast.enterprise_id, **strange)
    with pytest.raises(NotFound):
        people.reset_password(session, verifier, cast.enterprise_id, PASSWORD, **strange)
    # Naming their own organisation does not make the person theirs.
    with pytest.raises(NotFound):
        people.disable(session, verifier, cast.strange_enterprise_id, **strange)


def test_a_login_is_unique_in_the_whole_installation(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict):
        add(session, cast.strange_enterprise_id, cast.stranger, login="Verifier")


@pytest.mark.parametrize("login", ["a", "有汉字", "a b", "x" * 65, "../root", "a\0b", ".dot"])
def test_strange_logins_are_refused(session: Session, cast: Cast, login: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        add(session, cast.enterprise_id, cast.administrator, login=login)
    assert list(refused.value.errors) == ["login"]


@pytest.mark.parametrize("roles", [[], ["officer"], ["system"], ["operator"], ["verifier", "god"]])
def test_roles_must_fit_the_organisation(session: Session, cast: Cast, roles: list[str]) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        add(session, cast.enterprise_id, cast.administrator, roles=roles)
    assert list(refused.value.errors) == ["roles"]


def test_the_last_administrator_stays(session: Session, cast: Cast) -> None:
    own = cast.administrator.user_id
    assert own is not None
    with pytest.raises(Conflict):
        people.set_roles(session, own, cast.enterprise_id, ["verifier"], actor=cast.administrator)
    with pytest.raises(Conflict):
        people.disable(session, own, cast.enterprise_id, actor=cast.administrator)
    second = add(session, cast.enterprise_id, cast.administrator, roles=["administrator"])
    people.set_roles(session, own, cast.enterprise_id, ["verifier"], actor=cast.administrator)
    with pytest.raises(Conflict):
        people.disable(session, second.id, cast.enterprise_id, actor=SYSTEM)


def test_somebody_of_two_organisations_keeps_account_and_password(
    session: Session, cast: Cast
) -> None:
    """Else the administrator of one could take over what the person may do in the other."""
    verifier = cast.verifier.user_id
    assert verifier is not None
    session.add(
        Membership(user_id=verifier, organisation_id=cast.strange_enterprise_id, role="verifier")
    )
    session.flush()
    with pytest.raises(NotAllowed):
        people.disable(session, verifier, cast.enterprise_id, actor=cast.administrator)
    with pytest.raises(NotAllowed):
        people.reset_password(
            session, verifier, cast.enterprise_id, "a-stolen-account", actor=cast.administrator
        )
    people.set_roles(session, verifier, cast.enterprise_id, ["reporter"], actor=cast.administrator)
    seats = {seat.organisation_id: seat.roles for seat in accounts.memberships(session, verifier)}
    assert seats == {cast.enterprise_id: {"reporter"}, cast.strange_enterprise_id: {"verifier"}}


def test_the_office_gives_an_enterprise_of_its_district_its_first_administrator(
    session: Session, cast: Cast
) -> None:
    chief = Actor(
        user_id=cast.office.user_id,
        name="安主",
        organisation_id=cast.office_id,
        organisation_kind="office",
        roles=frozenset({"administrator"}),
    )
    user = add(session, cast.enterprise_id, chief, roles=["administrator"])
    assert accounts.actor_for(session, user.id, cast.enterprise_id).has("administrator")
    outside = Organisation(
        id=new_id(), kind="enterprise", name="区外公司", code="OUT", created_at=user.created_at
    )
    session.add(outside)
    session.flush()
    with pytest.raises(NotFound):
        add(session, outside.id, chief, login="else")


def test_a_new_password_ends_the_sessions_of_its_owner(session: Session, cast: Cast) -> None:
    verifier = cast.verifier.user_id
    assert verifier is not None
    people.reset_password(
        session, verifier, cast.enterprise_id, "a-brand-new-phrase", actor=cast.administrator
    )
    session.flush()
    account = accounts.find_account(session, verifier, cast.enterprise_id)
    assert account is not None
    assert account.session_epoch == 1
    assert accounts.authenticate(session, "verifier", "a-brand-new-phrase") is not None
