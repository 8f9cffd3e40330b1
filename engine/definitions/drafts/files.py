"""The files of a draft: how much there may be, and reading and writing their rows.

A draft may hold what cannot be read or would never run. It is kept as it was sent; only its size
and its names are judged.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engine.definitions.bundle import Bundle
from engine.errors import Invalid
from engine.store import tables as t

KINDS: Final = ("bpmn", "dmn", "form", "checklist", "scenario")
MOST_FILES: Final = 200
LARGEST_FILE: Final = 2 * 1024 * 1024
LARGEST_DRAFT: Final = 8 * 1024 * 1024
_LONGEST_KEY: Final = 64
_MEGABYTE: Final = 1024 * 1024


def check_sizes(bundle: Bundle) -> None:
    """Raise Invalid when a bundle is more than a draft may hold."""
    files = [
        (kind, key, content)
        for kind, keys in bundle.contents.items()
        for key, content in keys.items()
    ]
    if len(files) > MOST_FILES:
        raise Invalid(
            f"一份草稿最多 {MOST_FILES} 个文件，现在有 {len(files)} 个。请删去不用的文件。",
            f"A draft holds at most {MOST_FILES} files, this one has {len(files)}; remove what is "
            "not used.",
        )
    for kind, key, content in files:
        _check_name(kind, key)
        _check_size(key, content)
    total = sum(len(content) for _kind, _key, content in files)
    if total > LARGEST_DRAFT:
        raise Invalid(
            f"一份草稿最多 {LARGEST_DRAFT // _MEGABYTE} MB，现在有 {_megabytes(total)} MB。"
            "请删去不用的文件。",
            f"A draft holds at most {LARGEST_DRAFT // _MEGABYTE} MB, this one has "
            f"{_megabytes(total)} MB; remove what is not used.",
        )


def read(session: Session, draft: t.DefinitionDraft) -> Bundle:
    """Give what a draft holds, byte for byte as it was saved."""
    rows = session.execute(
        select(t.DraftFile.kind, t.DraftFile.key, t.DraftFile.content)
        .where(*_of(draft))
        .order_by(t.DraftFile.kind, t.DraftFile.key)
    )
    # A draft without scenarios is to have none: they are not taken from what is in force.
    contents: dict[str, dict[str, bytes]] = {"scenario": {}}
    for row in rows:
        contents.setdefault(row.kind, {})[row.key] = row.content
    return Bundle(contents)


def write(session: Session, draft: t.DefinitionDraft, bundle: Bundle) -> None:
    """Make the rows of a draft say what `bundle` says; rows that say so already are left alone."""
    before, after = _flat(read(session, draft)), _flat(bundle)
    for kind, key in before.keys() - after.keys():
        session.execute(delete(t.DraftFile).where(*_of(draft), *_named(kind, key)))
    for kind, key in after.keys() & before.keys():
        content = after[kind, key]
        if content != before[kind, key]:
            session.execute(
                update(t.DraftFile)
                .where(*_of(draft), *_named(kind, key))
                .values(content=content)
                .execution_options(synchronize_session=False)
            )
    new = [
        {
            "organisation_id": draft.organisation_id,
            "draft_id": draft.id,
            "kind": kind,
            "key": key,
            "content": after[kind, key],
        }
        for kind, key in sorted(after.keys() - before.keys())
    ]
    if new:
        session.execute(insert(t.DraftFile), new)


def _flat(bundle: Bundle) -> dict[tuple[str, str], bytes]:
    return {
        (kind, key): content
        for kind, keys in bundle.contents.items()
        for key, content in keys.items()
    }


def _of(draft: t.DefinitionDraft) -> tuple[Any, Any]:
    return (
        t.DraftFile.organisation_id == draft.organisation_id,
        t.DraftFile.draft_id == draft.id,
    )


def _named(kind: str, key: str) -> tuple[Any, Any]:
    return t.DraftFile.kind == kind, t.DraftFile.key == key


def _check_name(kind: str, key: str) -> None:
    if kind not in KINDS:
        raise Invalid(
            f"草稿里不能有“{kind[:40]}”类的文件；可以有流程图、决策表、表单、清单和试运行场景。",
            f"A draft holds no files of kind '{kind[:40]}'; only diagrams, tables, forms, "
            "checklists and scenarios.",
        )
    if not key or len(key) > _LONGEST_KEY or not key.isprintable() or key != key.strip():
        raise Invalid(
            f"文件名“{key[:80]}”不能用：要有 1 到 {_LONGEST_KEY} 个看得见的字符。",
            f"The name '{key[:80]}' cannot be used: it needs 1 to {_LONGEST_KEY} visible "
            "characters.",
        )


def _check_size(key: str, content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise Invalid(
            f"文件“{key}”有 {_megabytes(len(content))} MB，最多 {LARGEST_FILE // _MEGABYTE} MB。",
            f"The file '{key}' has {_megabytes(len(content))} MB; at most "
            f"{LARGEST_FILE // _MEGABYTE} MB are allowed.",
        )


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f}"
