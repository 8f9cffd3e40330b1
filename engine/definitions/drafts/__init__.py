"""Drafts of definitions: kept on the server, drawn by several people, nobody's work overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from engine import clock, spiff
from engine.actors import Actor
from engine.definitions import overrides as overrides_of
from engine.definitions.bundle import Bundle
from engine.definitions.drafts import files as draft_files
from engine.errors import Conflict, Invalid, ModelError, NotAllowed, NotFound
from engine.permissions import require
from engine.store import new_id
from engine.store import tables as t

_LONGEST_KEY: Final = 64
_LONGEST_TITLE: Final = 200
_MOST_LISTED: Final = 200
#: The states of a draft that people still work on.
OPEN: Final = ("editing", "proposed")


def create(
    session: Session,
    *,
    title: str,
    bundle: Bundle,
    base_id: UUID | None,
    actor: Actor,
    organisation_id: UUID | None = None,
    key: str | None = None,
) -> t.DefinitionDraft:
    """Begin a draft with the files of `bundle`.

    Args:
        base_id: the version it begins from, None when it is drawn anew.
        key: the process that is to be started; by default the first with a start form.

    Raises:
        Invalid: it is too big, or has no title.
    """
    user_id, organisation_id = _author(actor, organisation_id)
    draft_files.check_sizes(bundle)
    now = clock.now()
    draft = t.DefinitionDraft(
        organisation_id=organisation_id,
        id=new_id(),
        key=_kept_key(key or "", bundle),
        title=clean_title(title),
        base_id=base_id,
        state="editing",
        revision=1,
        overrides=[],
        created_at=now,
        created_by=user_id,
        saved_at=now,
        saved_by=user_id,
    )
    session.add(draft)
    session.flush()
    draft_files.write(session, draft, bundle)
    return draft


def get(session: Session, draft_id: UUID, *, actor: Actor) -> t.DefinitionDraft:
    """Give a draft of the actor's own organisation, unless it was discarded.

    Raises:
        NotFound: there is none, or it is another organisation's.
    """
    require(actor, "definition:deploy")
    found = session.scalar(
        select(t.DefinitionDraft)
        .where(
            t.DefinitionDraft.organisation_id == actor.organisation_id,
            t.DefinitionDraft.id == draft_id,
            t.DefinitionDraft.state != "discarded",
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound()
    return found


def bundle_of(session: Session, draft: t.DefinitionDraft) -> Bundle:
    """Give the files of a draft, byte for byte as they were saved."""
    return draft_files.read(session, draft)


def save(
    session: Session,
    draft_id: UUID,
    *,
    revision: int,
    bundle: Bundle,
    overrides: Any,
    title: str,
    actor: Actor,
) -> t.DefinitionDraft:
    """Replace what a draft holds, if nobody has saved it since it had `revision`.

    Args:
        overrides: legal rules set aside: {"rule", "element", "reason"} each.

    Raises:
        Conflict: somebody else saved meanwhile (details: who, when, revision), or it is no
            longer being edited. Invalid: it is too big.
    """
    user_id, organisation_id = _author(actor, None)
    draft_files.check_sizes(bundle)
    values = {
        "title": clean_title(title),
        "overrides": overrides_of.clean(overrides),
        "key": _kept_key(get(session, draft_id, actor=actor).key, bundle),
        "saved_at": clock.now(),
        "saved_by": user_id,
        "revision": revision + 1,
    }
    done = session.execute(
        update(t.DefinitionDraft)
        .where(
            t.DefinitionDraft.organisation_id == organisation_id,
            t.DefinitionDraft.id == draft_id,
            t.DefinitionDraft.revision == revision,
            t.DefinitionDraft.state == "editing",
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    draft = get(session, draft_id, actor=actor)
    if not done.rowcount:  # type: ignore[attr-defined]
        raise _not_saved(session, draft)
    draft_files.write(session, draft, bundle)
    return draft


def discard(session: Session, draft_id: UUID, *, actor: Actor) -> None:
    """Put a draft away. What was published of it stays.

    Raises:
        Conflict: it was published already.
    """
    draft = get(session, draft_id, actor=actor)
    if draft.state not in OPEN:
        raise _closed(draft)
    draft.state = "discarded"
    draft.revision += 1
    session.flush()


def listed(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give the drafts that are being worked on in the actor's organisation, latest first.

    Columns: id, key, title, state, revision, created_at, saved_at, base_id, base_version;
    `author` and `saver` are names.
    """
    require(actor, "definition:deploy")
    author, saver, base = aliased(t.User), aliased(t.User), aliased(t.Definition)
    draft = t.DefinitionDraft
    return session.execute(
        select(
            draft.id,
            draft.key,
            draft.title,
            draft.state,
            draft.revision,
            draft.created_at,
            draft.saved_at,
            draft.base_id,
            base.version.label("base_version"),
            author.name.label("author"),
            saver.name.label("saver"),
        )
        .join(author, author.id == draft.created_by)
        .join(saver, saver.id == draft.saved_by)
        .outerjoin(base, base.id == draft.base_id)
        .where(draft.organisation_id == actor.organisation_id, draft.state.in_(OPEN))
        .order_by(draft.saved_at.desc(), draft.id)
        .limit(_MOST_LISTED)
    ).all()


def saver(session: Session, draft: t.DefinitionDraft) -> str:
    """Give the name of who saved a draft last."""
    return session.scalar(select(t.User.name).where(t.User.id == draft.saved_by)) or ""


def key_of(bundle: Bundle) -> str:
    """Give the process of a bundle that is to be started: the first with a start form, else any.

    What cannot be read is passed over: it is a draft.
    """
    diagrams = bundle.of("bpmn")
    processes = [process for content in diagrams.values() for process in _processes(content)]
    startable = (process for process in processes if _has_start_form(diagrams, process))
    return next(startable, None) or next(iter([*processes, *diagrams]), "process")


def _author(actor: Actor, organisation_id: UUID | None) -> tuple[UUID, UUID]:
    """Give who draws and for whom: a person, in their own organisation."""
    require(actor, "definition:deploy")
    own = actor.organisation_id
    if actor.user_id is None or own is None:
        raise NotAllowed("草稿要由一个人来画。", "A draft needs a person who draws it.")
    if organisation_id not in (None, own):
        raise NotFound()
    return actor.user_id, own


def clean_title(title: str) -> str:
    """Give the title of a draft without odd blanks; Invalid when it is none, or too long."""
    clean = " ".join(title.split())
    if not clean or len(clean) > _LONGEST_TITLE or not clean.isprintable():
        raise Invalid(
            f"请给草稿起名，1 到 {_LONGEST_TITLE} 个字。",
            f"Give the draft a name of 1 to {_LONGEST_TITLE} characters.",
        )
    return clean


def _kept_key(key: str, bundle: Bundle) -> str:
    """Give the process that will be started: the same as before while it is still drawn."""
    diagrams = bundle.of("bpmn")
    drawn = {process for content in diagrams.values() for process in _processes(content)}
    kept = key in drawn or (key and not drawn)
    return key[:_LONGEST_KEY] if kept else key_of(bundle)[:_LONGEST_KEY]


def _processes(content: bytes) -> list[str]:
    try:
        return list(spiff.processes_in(content))
    except ModelError:
        return []


def _has_start_form(diagrams: Any, process: str) -> bool:
    try:
        return spiff.build(diagrams, process).start_form is not None
    except ModelError:
        return False


def _not_saved(session: Session, draft: t.DefinitionDraft) -> Conflict:
    """Say why a save did not go through: it is closed, or somebody else was first."""
    if draft.state != "editing":
        return _closed(draft)
    who = saver(session, draft)
    at = draft.saved_at.astimezone(clock.LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
    return Conflict(
        f"{who} 已在 {at} 保存过这份草稿，您的改动没有覆盖它。请先看看对方的改动，再合并保存。",
        f"{who} saved this draft at {at}; your changes have not overwritten theirs. Look at "
        "them first, then save again.",
        who=who,
        when=draft.saved_at.isoformat(),
        revision=draft.revision,
    )


def _closed(draft: t.DefinitionDraft) -> Conflict:
    if draft.state == "proposed":
        return Conflict(
            "这份草稿已提交，正等第二个人同意，不能再改。要改请先撤回或等对方退回。",
            "This draft was put forward and waits for a second person; it cannot be changed until "
            "it is declined.",
            revision=draft.revision,
        )
    return Conflict(
        "这份草稿已经发布，不能再改。请从已发布的版本另起一份草稿。",
        "This draft was published and cannot be changed; begin another one from that version.",
        revision=draft.revision,
    )
