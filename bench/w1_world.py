"""The world of W1: an enterprise, one person who reports and does all, the process, a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench import w1_process
from engine import clock, definitions, membership, tokens
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.secrets import Secrets
from engine.store import Membership, Organisation, User, new_id, open_database

SECRET_KEY = "the secret key of the benches, 32 bytes or more"


@dataclass(frozen=True)
class World:
    """Who acts and with which key."""

    actor: Actor
    token: str


def enter(url: str, folder: Path) -> World:
    """Write the world into an empty, migrated database."""
    engine = open_database(url)
    with opened(engine, folder) as session:
        user_id, organisation_id = _person(session)
        execute(
            session,
            definitions.deploy,
            w1_process.bundle(),
            organisation_id=organisation_id,
            actor=SYSTEM,
        )
        actor = membership.actor_for(session, user_id, organisation_id)
        token = execute(session, tokens.create_token, name="bench", actor=actor)
    engine.dispose()
    return World(actor, token)


@contextmanager
def opened(engine: Engine, folder: Path) -> Iterator[Session]:
    """Give a session with the keys in `folder`."""
    with Session(engine, expire_on_commit=False) as session:
        session.info["secrets"] = Secrets.open(SECRET_KEY.encode(), folder)
        yield session


def _person(session: Session) -> tuple[UUID, UUID]:
    organisation = Organisation(
        id=new_id(),
        kind="enterprise",
        name="甲机械有限公司",
        code="CN001",
        sector="industry",
        staff_count=80,
        created_at=clock.now(),
    )
    user = User(id=new_id(), login="doer", name="何核", password_digest="", created_at=clock.now())
    session.add_all([organisation, user])
    session.flush()
    session.add_all(
        Membership(user_id=user.id, organisation_id=organisation.id, role=role)
        for role in ("reporter", "verifier")
    )
    session.commit()
    return user.id, organisation.id
