"""How stories about drafts begin: drawn, published, and who was told."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, definitions
from engine.actors import Actor
from engine.definitions import Bundle, drafts, publishing
from engine.store import tables as t
from tests import flows

ROOT = Path(__file__).parents[2]


def named(name: str) -> Bundle:
    """Give the process "line" under that name, with the form it asks."""
    return flows.bundle(line=flows.LINE.replace(b'name="line"', f'name="{name}"'.encode()))


def core() -> Bundle:
    """Give the shipped process of hazards and that of suggestions, which share forms and tables."""
    shipped = definitions.read_folder(ROOT)
    diagrams = ("hazard_report", "rectification", "reward", "suggestion")
    bpmn = {key: shipped.of("bpmn")[key] for key in diagrams}
    return Bundle({"bpmn": bpmn, "dmn": shipped.of("dmn"), "form": shipped.of("form")})


def draft(
    session: Session, actor: Actor, bundle: Bundle, base_id: UUID | None = None
) -> t.DefinitionDraft:
    """Draw a draft."""
    return commands.execute(
        session, drafts.create, title="草稿", bundle=bundle, base_id=base_id, actor=actor
    )


def publish(
    session: Session, actor: Actor, bundle: Bundle, *, base_id: UUID | None = None, **how: Any
) -> publishing.Outcome:
    """Draw a draft and publish it, or put it forward."""
    row = draft(session, actor, bundle, base_id)
    how.setdefault("reason", "按新制度")
    return commands.execute(
        session, publishing.publish, row.id, revision=row.revision, actor=actor, **how
    )


def version_of(session: Session, instance_id: UUID) -> t.Definition:
    """Give the version that a case runs."""
    session.rollback()
    return session.scalars(
        select(t.Definition)
        .join(t.Instance, t.Instance.definition_id == t.Definition.id)
        .where(t.Instance.id == instance_id)
    ).one()


def notices(session: Session, actor: Actor) -> list[str]:
    """Give what somebody was told, the latest first."""
    session.rollback()
    return list(
        session.scalars(
            select(t.Notification.zh)
            .where(t.Notification.user_id == actor.user_id)
            .order_by(t.Notification.id.desc())
        )
    )
