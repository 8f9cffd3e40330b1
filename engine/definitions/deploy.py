"""Check a bundle and store what is new in it, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, decisions, spiff
from engine.actors import Actor
from engine.definitions.bundle import Bundle
from engine.definitions.check import problems_of
from engine.definitions.items import keep_checklists
from engine.errors import DefinitionRefused, Invalid
from engine.permissions import require
from engine.spiff import Problem
from engine.spiff.lint import Override
from engine.store import new_id
from engine.store import tables as t

_LONGEST_REASON: Final = 500


def deploy(
    session: Session,
    bundle: Bundle,
    *,
    organisation_id: UUID,
    actor: Actor,
    reason: str | None = None,
    overrides: Collection[Override] = (),
) -> list[t.Definition]:
    """Check `bundle` and store what is new in it as new versions, all or nothing.

    Args:
        overrides: legal rules the enterprise sets aside; those that were needed are kept with
            their reasons in the definition's own.

    Returns:
        the definitions that got a new version; empty when nothing changed.

    Raises:
        NotAllowed: the actor may not deploy. DefinitionRefused: with every problem found.
    """
    require(actor, "definition:deploy")
    problems = problems_of(bundle, overrides=overrides)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DefinitionRefused(errors)
    reason = _with_overrides(reason, overrides, problems)
    bundle = bundle.by_process()
    resources = {
        kind: {
            key: _keep_resource(session, organisation_id, kind, key, content)
            for key, content in contents.items()
        }
        for kind, contents in bundle.contents.items()
    }
    keep_checklists(session, organisation_id, resources.get("checklist", {}))
    made = (
        _keep_definition(session, bundle, resources, key, organisation_id, actor, reason)
        for key in startable_in(bundle)
    )
    return [definition for definition in made if definition is not None]


def _with_overrides(
    reason: str | None, overrides: Collection[Override], problems: Collection[Problem]
) -> str | None:
    """Give the reason of a version with those of the legal rules that were set aside for it."""
    needed = {problem.rule for problem in problems if problem.family == "law"}
    said = [f"不适用 {each.rule}：{each.reason}" for each in overrides if each.rule in needed]
    found = "；".join([*([reason] if reason else []), *said])
    if len(found) > _LONGEST_REASON:
        raise Invalid(
            f"理由太长，连同不适用条款的理由最多 {_LONGEST_REASON} 个字符。",
            f"The reasons are too long; together they may have {_LONGEST_REASON} characters.",
        )
    return found or None


def startable_in(bundle: Bundle) -> Iterator[str]:
    """Yield the processes that have a start form; the others are only called."""
    for key in bundle.processes():
        if spiff.build(bundle.of("bpmn"), key).start_form is not None:
            yield key


def _keep_resource(
    session: Session, organisation_id: UUID, kind: str, key: str, content: bytes
) -> t.Resource:
    """Give the latest version if it has this content, else store the next version."""
    digest = hashlib.sha256(content).digest()
    latest = session.scalar(
        select(t.Resource)
        .where(
            t.Resource.organisation_id == organisation_id,
            t.Resource.kind == kind,
            t.Resource.key == key,
        )
        .order_by(t.Resource.version.desc())
        .limit(1)
    )
    if latest is not None and latest.digest == digest:
        return latest
    resource = t.Resource(
        id=new_id(),
        organisation_id=organisation_id,
        kind=kind,
        key=key,
        version=latest.version + 1 if latest else 1,
        digest=digest,
        content=content,
        created_at=clock.now(),
    )
    session.add(resource)
    session.flush()
    return resource


def _keep_definition(
    session: Session,
    bundle: Bundle,
    resources: Mapping[str, Mapping[str, t.Resource]],
    key: str,
    organisation_id: UUID,
    actor: Actor,
    reason: str | None,
) -> t.Definition | None:
    model = spiff.build(bundle.of("bpmn"), key)
    used = closure(model, bundle)
    digest = hashlib.sha256(b"".join(resources[kind][name].digest for kind, name in used)).digest()
    latest = session.execute(
        select(t.Definition.version, t.Definition.digest)
        .where(t.Definition.organisation_id == organisation_id, t.Definition.key == key)
        .order_by(t.Definition.version.desc())
        .limit(1)
    ).one_or_none()
    if latest is not None and latest.digest == digest:
        return None
    pinned: dict[str, dict[str, str]] = {}
    for kind, name in used:
        pinned.setdefault(kind, {})[name] = str(resources[kind][name].id)
    definition = t.Definition(
        id=new_id(),
        organisation_id=organisation_id,
        key=key,
        name=model.name or key,
        version=latest.version + 1 if latest else 1,
        digest=digest,
        resources=pinned,
        created_at=clock.now(),
        created_by=actor.user_id,
        reason=reason,
    )
    session.add(definition)
    session.flush()
    return definition


def closure(model: spiff.Model, bundle: Bundle) -> list[tuple[str, str]]:
    """Give every resource an instance of `model` may need, in a fixed order."""
    tables = {
        decision: key
        for key, content in bundle.of("dmn").items()
        for decision in decisions.parse(content)
    }
    diagrams = bundle.processes()
    used = {("bpmn", diagrams[key]) for key in (model.process_key, *model.calls())}
    used |= {("form", key) for key in model.forms()}
    used |= {("dmn", tables[decision]) for decision in model.decisions()}
    return sorted(used)
