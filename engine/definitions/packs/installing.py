"""Installing a sector pack: by a department for its sector, or by an enterprise for itself."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.definitions import drafts
from engine.definitions.bundle import Bundle
from engine.definitions.deploy import closure, deploy, startable_in
from engine.definitions.drafts import copying
from engine.definitions.in_force import find_latest, inheritance, nearest, pack_fits
from engine.definitions.packs import Pack, bundle_of, get_pack
from engine.definitions.reader import READER
from engine.errors import Conflict, NotFound
from engine.permissions import require, require_over
from engine.store import tables as t

#: The process a pack is about; the others come along.
MAIN: Final = "hazard_report"


@dataclass(frozen=True)
class Standing:
    """How what runs in an organisation stands to a pack."""

    #: What runs, None when nothing does.
    runs: t.Definition | None
    #: What runs is just what the pack holds.
    is_same: bool
    #: The version of this pack that what runs came from, None when it came from elsewhere.
    version: int | None
    #: (kind, key) of the files that are other than in the pack, or only on one side.
    differing: tuple[tuple[str, str], ...]


def standing(session: Session, organisation: t.Organisation, pack: Pack) -> Standing:
    """Say how what runs in an organisation stands to `pack`."""
    runs = runs_for(session, organisation, pack, MAIN)
    bundle = bundle_of(pack.key)
    theirs = _parts(bundle, [MAIN])
    ours = copying.files_of(session, runs) if runs else Bundle()
    differing = tuple(
        (kind, key)
        for kind in ("bpmn", "form", "dmn")
        for key in sorted(ours.of(kind).keys() | {name for one, name in theirs if one == kind})
        if ours.of(kind).get(key) != (bundle.of(kind)[key] if (kind, key) in theirs else None)
    )
    return Standing(
        runs=runs,
        is_same=runs is not None and not differing,
        version=_version(runs, pack),
        differing=differing,
    )


def main_of(pack: Pack) -> Bundle:
    """Give what a pack's hazard process runs with, and its scenarios."""
    bundle = bundle_of(pack.key)
    return _only(bundle, _parts(bundle, [MAIN]))


def install(
    session: Session, key: str, *, organisation_id: UUID, actor: Actor
) -> list[t.Definition]:
    """Store what a pack has that does not run yet; the next reports follow it.

    Args:
        organisation_id: an enterprise, or a department for all enterprises of that sector.

    Returns:
        the new versions; empty when all of it runs already.

    Raises:
        NotAllowed: the actor may not deploy. NotFound: no such pack, or not their organisation.
        Conflict: the organisation publishes by two; the pack then goes through a draft.
    """
    require_over(session, actor, "definition:deploy", organisation_id)
    organisation = session.get_one(t.Organisation, organisation_id)
    pack = get_pack(key)
    bundle = bundle_of(key)
    new = [
        process
        for process in startable_in(bundle)
        if not _is_known(session, organisation, pack, bundle, process)
    ]
    lists = _new_checklists(session, organisation, bundle)
    if not new and not lists:
        return []
    wanted = _parts(bundle, new) | {("checklist", name) for name in lists}
    return deploy(
        session,
        _only(bundle, wanted),
        organisation_id=organisation_id,
        actor=actor,
        reason=f"安装行业包“{pack.name.zh}”第 {pack.version} 版",
        pack=pack.label,
    )


def adapt(session: Session, key: str, *, actor: Actor) -> t.DefinitionDraft:
    """Begin a draft with what a pack holds, to be redrawn before it is published.

    Raises:
        Conflict: a department has to install it first, so that it stays for that sector alone.
    """
    require(actor, "definition:deploy")
    organisation = session.get(t.Organisation, actor.organisation_id)
    if organisation is None:
        raise NotFound()
    pack = get_pack(key)
    found = standing(session, organisation, pack)
    if organisation.kind != "enterprise" and found.version is None:
        raise Conflict(
            "请先为本行业安装这个行业包，再修改：这样改过的流程仍只用于本行业。",
            "Install the pack for its sector first and adapt it then, so that what you draw stays "
            "for that sector alone.",
        )
    return drafts.create(
        session,
        title=f"{pack.name.zh}（行业包第 {pack.version} 版）",
        bundle=main_of(pack),
        base_id=found.runs.id if found.runs else None,
        key=MAIN,
        actor=actor,
    )


def runs_for(
    session: Session, organisation: t.Organisation, pack: Pack, key: str
) -> t.Definition | None:
    """Give what runs in an organisation; of a department, what it has for the pack's sector."""
    if organisation.kind == "enterprise":
        return find_latest(session, organisation, key)
    chain = inheritance(session, organisation)
    meant = pack_fits(("general", pack.key))
    return nearest(session, organisation, chain, key, meant=meant)


def _version(runs: t.Definition | None, pack: Pack) -> int | None:
    if runs is None or runs.pack is None:
        return None
    key, _, version = runs.pack.partition(" ")
    return int(version) if key == pack.key and version.isdecimal() else None


def _is_known(
    session: Session, organisation: t.Organisation, pack: Pack, bundle: Bundle, process: str
) -> bool:
    runs = runs_for(session, organisation, pack, process)
    if runs is None:
        return False
    used = closure(READER.model(bundle.of("bpmn"), process), bundle)
    parts = (hashlib.sha256(bundle.of(kind)[key]).digest() for kind, key in used)
    return bool(runs.digest == hashlib.sha256(b"".join(parts)).digest())


def _new_checklists(session: Session, organisation: t.Organisation, bundle: Bundle) -> list[str]:
    """Give the checklists that nobody in the organisation's line has in this content."""
    line = inheritance(session, organisation)
    wanted = {
        key: hashlib.sha256(content).digest() for key, content in bundle.of("checklist").items()
    }
    known = session.execute(
        select(t.Resource.key, t.Resource.digest).where(
            t.Resource.organisation_id.in_(line),
            t.Resource.kind == "checklist",
            t.Resource.key.in_(wanted),
        )
    ).all()
    have = {(row.key, row.digest) for row in known}
    return [key for key, digest in wanted.items() if (key, digest) not in have]


def _parts(bundle: Bundle, processes: Collection[str]) -> set[tuple[str, str]]:
    """Give (kind, key) of everything those processes run with."""
    return {
        part
        for process in processes
        for part in closure(READER.model(bundle.of("bpmn"), process), bundle)
    }


def _only(bundle: Bundle, parts: Collection[tuple[str, str]]) -> Bundle:
    """Leave in a bundle those parts alone."""
    contents = {
        kind: {key: content for key, content in keys.items() if (kind, key) in parts}
        for kind, keys in bundle.contents.items()
    }
    return Bundle({kind: keys for kind, keys in contents.items() if keys})
