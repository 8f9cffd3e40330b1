"""From draft to version: by one person, or by two where the organisation says so.

A draft is published when nothing in it is wrong, its scenarios pass and a reason is given. What is
the same as what runs already is left alone: an untouched process stays inherited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.definitions import drafts
from engine.definitions.bundle import Bundle
from engine.definitions.deploy import Terms, keep, refuse
from engine.definitions.drafts.states import (
    changed,
    locked,
    of_actor,
    only_editing,
    only_proposed,
)
from engine.definitions.publishing import news
from engine.errors import (
    Conflict,
    Invalid,
    InvalidAnswers,
    NotFound,
    SeparationOfDuties,
)
from engine.permissions import PERMISSIONS, require
from engine.settings import setting
from engine.spiff.lint import Override
from engine.store import tables as t

LONGEST_REASON: Final = 400
_DEPLOY: Final = "definition:deploy"
_APPROVE: Final = "definition:approve"
#: Nothing is scheduled for a later year by mistake.
_FARTHEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class Outcome:
    """What publishing led to: versions, or a second person who has to agree."""

    #: published or proposed
    state: str
    definitions: tuple[t.Definition, ...] = ()


def get_waiting(session: Session, draft_id: UUID, *, actor: Actor) -> t.DefinitionDraft:
    """Give a draft of the actor's own organisation to those who draw or have to agree.

    Who only agrees sees it once it was put forward.

    Raises:
        NotFound: there is none, or it is not for them.
    """
    require(actor, "definition:approve")
    found = session.scalar(of_actor(draft_id, actor).execution_options(populate_existing=True))
    if found is None or (found.state == "editing" and not actor.has(*PERMISSIONS[_DEPLOY])):
        raise NotFound()
    return found


def waiting(session: Session, *, actor: Actor) -> Sequence[t.DefinitionDraft]:
    """Give the drafts of the actor's organisation that wait for a second person, oldest first."""
    require(actor, "definition:approve")
    return session.scalars(
        select(t.DefinitionDraft)
        .where(
            t.DefinitionDraft.organisation_id == actor.organisation_id,
            t.DefinitionDraft.state == "proposed",
        )
        .order_by(t.DefinitionDraft.proposed_at)
    ).all()


def publish(
    session: Session,
    draft_id: UUID,
    *,
    revision: int,
    reason: str,
    starts_at: datetime | None = None,
    actor: Actor,
) -> Outcome:
    """Publish a draft, or put it forward to a second person where two are needed.

    Args:
        revision: the one that was looked at.
        starts_at: the moment from which new cases begin with it; None: at once.

    Raises:
        DefinitionRefused: with every problem found. InvalidAnswers: reason or moment.
        AlreadyDone: it was published. Conflict: it changed meanwhile, or waits for somebody.
        Invalid: it is the same as what runs.
    """
    require(actor, _DEPLOY)
    draft = locked(session, draft_id, actor)
    only_editing(session, draft)
    if draft.revision != revision:
        raise changed(session, draft)
    draft.reason = clean_reason(reason)
    draft.starts_at = _clean_start(starts_at)
    draft.proposed_at, draft.proposed_by = clock.now(), actor.user_id
    organisation = session.get_one(t.Organisation, draft.organisation_id)
    if not setting(organisation, "publish_by_two"):
        return _make(session, organisation, draft, approver=None)
    _news(session, organisation, draft)
    draft.state = "proposed"
    facts = {"author": actor.name, "name": draft.title}
    told = notifications.tell_about_definition(
        session, [organisation.id], "definition_proposed", facts,
        roles=PERMISSIONS[_APPROVE], but=actor.user_id,
    )  # fmt: skip
    if not told:
        raise _nobody_else()
    session.flush()
    return Outcome("proposed")


def approve(session: Session, draft_id: UUID, *, actor: Actor) -> Outcome:
    """Agree, as the second person, that a draft is published.

    Raises:
        SeparationOfDuties: the actor put it forward. AlreadyDone: it was published.
        Conflict: it was not put forward. DefinitionRefused: something is wrong with it by now.
    """
    require(actor, _APPROVE)
    draft = locked(session, draft_id, actor)
    only_proposed(session, draft)
    if draft.proposed_by == actor.user_id:
        raise SeparationOfDuties(
            "提交的人不能自己同意，请由另一位管理员或主要负责人同意。",
            "Who put it forward cannot agree to it; another administrator or the principal has to.",
        )
    if draft.starts_at is not None and draft.starts_at <= clock.now():
        draft.starts_at = None
    organisation = session.get_one(t.Organisation, draft.organisation_id)
    outcome = _make(session, organisation, draft, approver=actor.user_id)
    first = outcome.definitions[0] if outcome.definitions else None
    since = (draft.starts_at or clock.now()).astimezone(clock.LOCAL_ZONE)
    facts = {
        "author": actor.name,
        "name": first.name if first else draft.title,
        "version": first.version if first else "",
        "since": since.strftime("%Y-%m-%d %H:%M"),
    }
    _tell_proposer(session, draft, "definition_published", facts)
    return outcome


def decline(session: Session, draft_id: UUID, *, words: str, actor: Actor) -> t.DefinitionDraft:
    """Send a draft back to be worked on, with words; its proposer may take it back themselves.

    Raises:
        InvalidAnswers: no words. AlreadyDone, Conflict: it does not wait for anybody.
    """
    require(actor, _APPROVE)
    draft = locked(session, draft_id, actor)
    only_proposed(session, draft)
    words = clean_reason(words, "words")
    draft.state = "editing"
    draft.revision += 1
    if actor.user_id != draft.proposed_by:
        facts = {"author": actor.name, "name": draft.title, "words": words}
        _tell_proposer(session, draft, "definition_declined", facts)
    session.flush()
    return draft


def clean_reason(text: str, field: str = "reason") -> str:
    """Give a reason without outer spaces; InvalidAnswers when there is none or it is too long."""
    plain = " ".join(text.split())
    if not plain:
        raise InvalidAnswers.at(field, "请写明理由。", "Say why.")
    if len(plain) > LONGEST_REASON or not plain.isprintable():
        raise InvalidAnswers.at(
            field,
            f"最多 {LONGEST_REASON} 个字，不能有看不见的字符。",
            f"At most {LONGEST_REASON} characters, none of them invisible.",
        )
    return plain


def overrides_of(draft: t.DefinitionDraft) -> list[Override]:
    """Give the legal rules that a draft sets aside."""
    return [Override(each["rule"], each["reason"]) for each in draft.overrides]


def _make(
    session: Session,
    organisation: t.Organisation,
    draft: t.DefinitionDraft,
    *,
    approver: UUID | None,
) -> Outcome:
    found, reason = _news(session, organisation, draft)
    terms = Terms(
        created_by=draft.proposed_by,
        approved_by=approver,
        reason=reason,
        starts_at=draft.starts_at,
        base_id=draft.base_id,
        base_key=draft.key,
    )
    made = [row for bundle in found for row in keep(session, organisation, bundle, terms)]
    draft.state = "published"
    first = next((row for row in made if row.key == draft.key), made[0] if made else None)
    draft.published_id = first.id if first else None
    session.flush()
    return Outcome("published", tuple(sorted(made, key=lambda row: row is not first)))


def _news(
    session: Session, organisation: t.Organisation, draft: t.DefinitionDraft
) -> tuple[list[Bundle], str | None]:
    """Give what is new in a draft that may be published, and the reason to keep with it."""
    sent = drafts.bundle_of(session, draft)
    whole = news.whole(session, organisation, sent, draft.base_id)
    overrides = overrides_of(draft)
    reason = refuse(whole, reason=draft.reason, overrides=overrides)
    found = news.news(session, organisation, sent, draft.base_id)
    for bundle in found[1:]:
        refuse(bundle, reason=None, overrides=overrides)
    if not found:
        raise Invalid(
            "草稿的内容与现行版本相同，没有可以发布的改动。",
            "The draft is the same as the version in force; there is nothing to publish.",
        )
    return found, reason


def _nobody_else() -> Conflict:
    return Conflict(
        "本单位规定两人发布，但没有第二个可以同意的人。请先添加一位管理员或主要负责人，"
        "或在单位设置里改为一人发布。",
        "Your organisation publishes by two, but nobody else may agree. Add another administrator "
        "or a principal, or change that setting.",
    )


def _clean_start(starts_at: datetime | None) -> datetime | None:
    """Give a moment that lies ahead, but not too far."""
    if starts_at is None:
        return None
    if starts_at <= clock.now():
        raise InvalidAnswers.at(
            "starts_at",
            "起用时间应在现在之后；要马上起用，请选“立即起用”。",
            "The moment has to lie ahead; to begin now, choose “at once”.",
        )
    if starts_at > clock.now() + _FARTHEST:
        raise InvalidAnswers.at(
            "starts_at", "起用时间最远一年之内。", "The moment may lie a year ahead at most."
        )
    return starts_at.astimezone(UTC)


def _tell_proposer(
    session: Session, draft: t.DefinitionDraft, key: str, facts: Mapping[str, Any]
) -> None:
    if draft.proposed_by is not None:
        notifications.tell_about_definition(
            session, [draft.organisation_id], key, facts, user_ids=[draft.proposed_by]
        )
