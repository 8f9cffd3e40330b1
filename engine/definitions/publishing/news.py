"""What in a draft would make a new version, and what is the same as what runs already.

An untouched process stays as it is, inherited or own. A form, table or called process that was
changed makes a new version also of the other processes that run with it, as it would on upload.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions.borrowing import filled_up
from engine.definitions.bundle import Bundle
from engine.definitions.deploy import closure, startable_in
from engine.definitions.drafts import copying
from engine.definitions.findings import completed
from engine.definitions.in_force import find_latest, inheritance
from engine.definitions.reader import READER
from engine.errors import ModelError
from engine.store import tables as t


def whole(
    session: Session, organisation: t.Organisation, sent: Bundle, base_id: UUID | None
) -> Bundle:
    """Give a draft with what it lacks, from what the organisation runs now.

    Drawn from a version it began with that one's scenarios; those that are gone were taken out.
    """
    if base_id is not None:
        sent = Bundle({"scenario": {}, **sent.contents})
    filled = completed(session, organisation, sent)
    drawn = _drawn(sent)
    try:
        used = {
            part
            for key in startable_in(filled)
            if key in drawn
            for part in closure(READER.model(filled.of("bpmn"), key), filled)
        }
        sent_parts = {(kind, key) for kind, keys in sent.contents.items() for key in keys}
        named = {("bpmn", key) for key in drawn}
        return _only(filled, used | sent_parts | named) if used else filled
    except (ModelError, LookupError):
        # Something is missing or cannot be read; the check says what.
        return filled


def news(
    session: Session, organisation: t.Organisation, sent: Bundle, base_id: UUID | None
) -> list[Bundle]:
    """Give what has to be stored, one after the other; nothing when all of it runs already.

    Args:
        sent: a draft that was checked. base_id: the version that it was drawn from.
    """
    drawn = _drawn(sent)
    own = whole(session, organisation, sent, base_id)
    parts = set(_changed_parts(session, organisation, own, drawn))
    parts |= {("checklist", key) for key in _new_checklists(session, organisation, own)}
    others = _others(session, organisation, _touched(session, sent, base_id), drawn)
    return [bundle for bundle in (_only(own, parts), others) if any(bundle.contents.values())]


def also_changed(
    session: Session, organisation: t.Organisation, sent: Bundle, base_id: UUID | None
) -> list[str]:
    """Give the names of processes outside a draft that would get a new version with it."""
    touched = _touched(session, sent, base_id)
    others = _others(session, organisation, touched, _drawn(sent))
    return [READER.model(others.of("bpmn"), key).name or key for key in _readable_startable(others)]


def known_checklists(
    session: Session, organisation: t.Organisation, keys: Collection[str]
) -> dict[str, bytes]:
    """Give the checklists of those keys as the organisation has or inherits them."""
    chain = inheritance(session, organisation)
    rows = session.scalars(
        select(t.Resource)
        .where(
            t.Resource.organisation_id.in_(chain),
            t.Resource.kind == "checklist",
            t.Resource.key.in_(keys),
        )
        .order_by(t.Resource.version)
    ).all()
    # The nearest organisation's newest comes last, and so stays.
    rows = sorted(rows, key=lambda row: -chain.index(row.organisation_id))
    return {row.key: row.content for row in rows}


def _others(
    session: Session, organisation: t.Organisation, touched: Bundle, drawn: Collection[str]
) -> Bundle:
    """Give the processes outside the draft that run with something that was changed in it."""
    if not any(touched.contents.values()):
        return Bundle()
    filled = filled_up(session, organisation, touched)
    outside = [key for key in _readable_startable(filled) if key not in drawn]
    return _only(filled, set(_changed_parts(session, organisation, filled, outside)))


def _changed_parts(
    session: Session, organisation: t.Organisation, bundle: Bundle, keys: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the parts of those processes that would differ from what runs."""
    named = bundle.by_process()
    for key in startable_in(named):
        if key in keys:
            used = closure(READER.model(named.of("bpmn"), key), named)
            runs = find_latest(session, organisation, key)
            if runs is None or runs.digest != _digest(named, used):
                yield from used


def _touched(session: Session, sent: Bundle, base_id: UUID | None) -> Bundle:
    """Give the files of a draft that differ from those of the version it was drawn from."""
    base = session.get(t.Definition, base_id) if base_id else None
    before = copying.files_of(session, base).contents if base else {}
    return Bundle(
        {
            kind: {
                key: content
                for key, content in keys.items()
                if before.get(kind, {}).get(key) != content
            }
            for kind, keys in sent.by_process().contents.items()
            if kind not in ("checklist", "scenario")
        }
    )


def _new_checklists(session: Session, organisation: t.Organisation, bundle: Bundle) -> list[str]:
    """Give the checklists that nobody in the organisation's line has in this content."""
    found = []
    for key, content in bundle.of("checklist").items():
        known = session.scalar(
            select(t.Resource.id)
            .where(
                t.Resource.organisation_id.in_(inheritance(session, organisation)),
                t.Resource.kind == "checklist",
                t.Resource.key == key,
                t.Resource.digest == hashlib.sha256(content).digest(),
            )
            .limit(1)
        )
        if known is None:
            found.append(key)
    return found


def _digest(bundle: Bundle, used: Collection[tuple[str, str]]) -> bytes:
    """Give the digest that a version made of these files would have."""
    parts = (hashlib.sha256(bundle.of(kind)[key]).digest() for kind, key in used)
    return hashlib.sha256(b"".join(parts)).digest()


def _only(bundle: Bundle, parts: Collection[tuple[str, str]]) -> Bundle:
    named = bundle.by_process()
    kept = {
        kind: {key: content for key, content in keys.items() if (kind, key) in parts}
        for kind, keys in named.contents.items()
    }
    return Bundle({kind: keys for kind, keys in kept.items() if keys})


def _drawn(sent: Bundle) -> set[str]:
    """Give the processes that are drawn in a draft itself."""
    try:
        return set(sent.processes())
    except ModelError:
        return set()


def _readable_startable(bundle: Bundle) -> list[str]:
    try:
        return list(startable_in(bundle))
    except ModelError:
        return []
