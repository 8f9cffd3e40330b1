"""Check a bundle and store what is new in it, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, spiff
from engine.actors import Actor
from engine.definitions import heirs
from engine.definitions.bundle import Bundle
from engine.definitions.check import problems_of
from engine.definitions.in_force import find_latest
from engine.definitions.items import keep_checklists
from engine.definitions.reader import READER
from engine.definitions.scenarios import process_of
from engine.errors import Conflict, DefinitionRefused, Invalid
from engine.permissions import require
from engine.settings import setting
from engine.spiff import Problem
from engine.spiff.lint import Override
from engine.store import new_id
from engine.store import tables as t

_LONGEST_REASON: Final = 500


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a version comes about: by whom, why, from when on, and drawn from what."""

    created_by: UUID | None
    #: The second person, where two are needed.
    approved_by: UUID | None = None
    reason: str | None = None
    #: None: at once.
    starts_at: datetime | None = None
    #: The version it was drawn from; by default the one that ran until then.
    base_id: UUID | None = None
    #: The key of the definition that `base_id` is about; the others take their default.
    base_key: str | None = None
    #: The sector pack it was installed from.
    pack: str | None = None


class Kept(NamedTuple):
    """A stored version of one file."""

    id: UUID
    version: int
    #: SHA-256 of its content.
    digest: bytes


def deploy(
    session: Session,
    bundle: Bundle,
    *,
    organisation_id: UUID,
    actor: Actor,
    reason: str | None = None,
    overrides: Collection[Override] = (),
    pack: str | None = None,
) -> list[t.Definition]:
    """Check `bundle` and store what is new in it as new versions, all or nothing.

    Args:
        overrides: legal rules the enterprise sets aside; those that were needed are kept with
            their reasons in the definition's own.
        pack: the sector pack it comes from, such as "gas 2".

    Returns:
        the definitions that got a new version; empty when nothing changed.

    Raises:
        NotAllowed: the actor may not deploy. DefinitionRefused: with every problem found.
        Conflict: the organisation publishes by two, and this would be one alone.
    """
    require(actor, "definition:deploy")
    organisation = session.get_one(t.Organisation, organisation_id)
    if setting(organisation, "publish_by_two") and not actor.is_system:
        raise _by_one()
    reason = refuse(bundle, reason=reason, overrides=overrides)
    terms = Terms(created_by=actor.user_id, reason=reason, pack=pack)
    return keep(session, organisation, bundle, terms)


def refuse(bundle: Bundle, *, reason: str | None, overrides: Collection[Override]) -> str | None:
    """Raise unless a bundle may run; give the reason to keep, with those of what was set aside.

    Raises:
        DefinitionRefused: with every problem found. Invalid: the reasons are too long together.
    """
    problems = problems_of(bundle, overrides=overrides)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DefinitionRefused(errors)
    return _with_overrides(reason, overrides, problems)


def keep(
    session: Session, organisation: t.Organisation, bundle: Bundle, terms: Terms
) -> list[t.Definition]:
    """Store what is new in a bundle that was checked, and tell those who inherit it."""
    bundle = bundle.by_process()
    resources = _keep_resources(session, organisation.id, bundle)
    checklists = {
        resources["checklist"][key].id: content for key, content in bundle.of("checklist").items()
    }
    keep_checklists(session, organisation.id, checklists)
    made = []
    for model in _startable(bundle):
        key = model.process_key
        before = find_latest(session, organisation, key)
        used = closure(model, bundle)
        row = _keep_definition(session, resources, model, used, organisation.id, terms, before)
        if row is not None:
            made.append(row)
            if before is not None:
                heirs.tell(session, organisation, row)
    return made


def _by_one() -> Conflict:
    return Conflict(
        "本单位规定流程由两人发布：请在“设计”里上传成草稿，提交后由另一人同意。",
        "Your organisation publishes by two people: upload the files as a draft in the studio, "
        "and have another person agree.",
    )


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
        if READER.model(bundle.of("bpmn"), key).start_form is not None:
            yield key


def _startable(bundle: Bundle) -> list[spiff.Model]:
    """Build what can be started of a bundle that was checked a moment ago."""
    diagrams = bundle.of("bpmn")
    models = [READER.prepared(diagrams, key) for key in bundle.processes()]
    return [model for model in models if model.start_form is not None]


def _keep_resources(
    session: Session, organisation_id: UUID, bundle: Bundle
) -> dict[str, dict[str, Kept]]:
    """Give the latest version of each content, after storing the next one of what is new."""
    latest = _latest_resources(session, organisation_id)
    kept: dict[str, dict[str, Kept]] = {}
    for kind, contents in bundle.contents.items():
        for key, content in contents.items():
            digest = hashlib.sha256(content).digest()
            before = latest.get((kind, key))
            if before is None or before.digest != digest:
                version = before.version + 1 if before else 1
                before = Kept(new_id(), version, digest)
                session.add(
                    t.Resource(
                        id=before.id,
                        organisation_id=organisation_id,
                        kind=kind,
                        key=key,
                        version=version,
                        digest=digest,
                        content=content,
                        created_at=clock.now(),
                    )
                )
            kept.setdefault(kind, {})[key] = before
    session.flush()
    return kept


def _latest_resources(session: Session, organisation_id: UUID) -> dict[tuple[str, str], Kept]:
    rows = session.execute(
        select(
            t.Resource.kind, t.Resource.key, t.Resource.id, t.Resource.version, t.Resource.digest
        )
        .where(t.Resource.organisation_id == organisation_id)
        .order_by(t.Resource.version)
    )
    return {(row.kind, row.key): Kept(row.id, row.version, row.digest) for row in rows}


def _keep_definition(
    session: Session,
    resources: Mapping[str, Mapping[str, Kept]],
    model: spiff.Model,
    used: Collection[tuple[str, str]],
    organisation_id: UUID,
    terms: Terms,
    before: t.Definition | None,
) -> t.Definition | None:
    key = model.process_key
    digest = hashlib.sha256(b"".join(resources[kind][name].digest for kind, name in used)).digest()
    latest = session.execute(
        select(t.Definition.id, t.Definition.version, t.Definition.digest)
        .where(t.Definition.organisation_id == organisation_id, t.Definition.key == key)
        .order_by(t.Definition.version.desc())
        .limit(1)
    ).one_or_none()
    # The same content as a version that is suspended or has yet to begin is still news.
    runs = latest is not None and before is not None and latest.id == before.id
    if latest is not None and runs and latest.digest == digest:
        return None
    pinned: dict[str, dict[str, str]] = {}
    for kind, name in used:
        pinned.setdefault(kind, {})[name] = str(resources[kind][name].id)
    is_drawn_from = terms.base_id is not None and terms.base_key in (None, key)
    base = session.get(t.Definition, terms.base_id) if is_drawn_from else before
    definition = t.Definition(
        id=new_id(),
        organisation_id=organisation_id,
        key=key,
        name=model.name or key,
        version=latest.version + 1 if latest else 1,
        digest=digest,
        resources=pinned,
        state="active",
        created_at=clock.now(),
        created_by=terms.created_by,
        approved_by=terms.approved_by,
        reason=terms.reason,
        starts_at=terms.starts_at,
        base_id=base.id if base else None,
        # What was drawn from a sector's pack is still for that sector alone.
        pack=terms.pack or (base.pack if base and is_drawn_from else None),
    )
    session.add(definition)
    session.flush()
    return definition


def closure(model: spiff.Model, bundle: Bundle) -> list[tuple[str, str]]:
    """Give every resource an instance of `model` may need, and its scenarios, in a fixed order."""
    tables = {
        decision: key
        for key, content in bundle.of("dmn").items()
        for decision in READER.tables(content)
    }
    diagrams = bundle.processes()
    used = {("bpmn", diagrams[key]) for key in (model.process_key, *model.calls())}
    used |= {("form", key) for key in model.forms()}
    used |= {("dmn", tables[decision]) for decision in model.decisions()}
    used |= {
        ("scenario", key)
        for key, content in bundle.of("scenario").items()
        if process_of(content) == model.process_key
    }
    return sorted(used)
