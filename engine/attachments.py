"""Files cited by answers: photos made harmless, and PDF. Who sent one is not kept.

A file is uploaded first and cited afterwards by the answers of a step; from then on it belongs to
that case and is served to those who may see the case. Until then only its random id leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import filetype
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import clock, filestore, pictures
from engine.actors import Actor
from engine.commands import after_commit
from engine.errors import Invalid, InvalidAnswers, NotFound
from engine.filestore import FileStore
from engine.store import Attachment, random_id, visible_to

#: Bytes of one upload.
LARGEST: Final = 10 * 1024 * 1024
#: Types as sniffed from the content; what the sender says counts for nothing.
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"})
PDF: Final = "application/pdf"
#: An uploaded file that no answer cites is thrown away after this time.
FORGOTTEN_AFTER: Final = timedelta(days=2)
_PHOTO_NAME: Final = "photo.webp"


@dataclass(frozen=True)
class Upload:
    """A file that was checked and kept, before a row tells of it."""

    sha256: bytes
    media_type: str
    size: int
    width: int | None
    height: int | None
    name: str


def receive(files: FileStore, content: bytes, name: str, *, only_photos: bool) -> Upload:
    """Check an uploaded file, make it harmless and keep it. Slow: done before the transaction.

    Args:
        content: the bytes as sent. name: as the sender called it; only shown, never a path.
        only_photos: refuse PDF, as from reporters: a document carries its author's name.

    Raises:
        Invalid: empty, too large, neither photo nor PDF, or broken.
    """
    if not content:
        raise Invalid("文件是空的，请重新选择。", "The file is empty; choose another.")
    if len(content) > LARGEST:
        raise Invalid(
            f"文件太大（上限 {LARGEST // 1024 // 1024} MB）。请压缩后再传。",
            f"The file is too large (over {LARGEST // 1024 // 1024} MB). Make it smaller.",
        )
    kind = filetype.guess_mime(content)
    if kind in PICTURES:
        return _receive_picture(files, content)
    if kind == PDF and not only_photos:
        return Upload(files.put(content), PDF, len(content), None, None, clean_name(name, ".pdf"))
    raise _wrong_kind(only_photos)


def add(session: Session, upload: Upload, *, actor: Actor) -> Attachment:
    """Give an upload its row and id, in the organisation the actor reports or works for.

    Uploads that were forgotten by now are cleared up on the way.
    """
    if actor.organisation_id is None:
        raise NotFound()
    forget_uncited(session, actor.organisation_id)
    row = Attachment(
        id=random_id(),
        organisation_id=actor.organisation_id,
        instance_id=None,
        sha256=upload.sha256,
        media_type=upload.media_type,
        size=upload.size,
        width=upload.width,
        height=upload.height,
        name=upload.name,
        uploaded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def cite(
    session: Session, organisation_id: UUID, instance_id: UUID, ids: Iterable[str | UUID]
) -> None:
    """Bind uploaded files to the case whose answers cite them.

    Raises:
        InvalidAnswers: one does not exist here, or belongs to another case.
    """
    wanted = {_id(one) for one in ids}
    if not wanted:
        return
    statement = (
        update(Attachment)
        .where(
            Attachment.organisation_id == organisation_id,
            Attachment.id.in_(wanted),
            Attachment.instance_id.is_(None) | (Attachment.instance_id == instance_id),
        )
        .values(instance_id=instance_id)
        .returning(Attachment.id)
    )
    if set(session.connection().execute(statement).scalars()) != wanted:
        raise _unknown()


def hold(session: Session, organisation_id: UUID, ids: Iterable[str | UUID], *, by: str) -> None:
    """Bind uploaded files to something of the organisation that is no case.

    From then on everybody who may see the organisation may open them.

    Args:
        by: what holds them: the name of its table.

    Raises:
        InvalidAnswers: one does not exist here, or is held by something else already.
    """
    wanted = {_id(one) for one in ids}
    if not wanted:
        return
    statement = (
        update(Attachment)
        .where(
            Attachment.organisation_id == organisation_id,
            Attachment.id.in_(wanted),
            Attachment.instance_id.is_(None),
            Attachment.held_by.is_(None) | (Attachment.held_by == by),
        )
        .values(held_by=by)
        .returning(Attachment.id)
    )
    if set(session.connection().execute(statement).scalars()) != wanted:
        raise _unknown()


def get_file(session: Session, attachment_id: UUID, *, actor: Actor) -> Attachment:
    """Give a file's row to somebody of the organisation that holds it, or of one above or beside.

    Whether the actor may see the case it belongs to is the caller's question (`instance_id`);
    a file that is not yet cited opens to whoever knows its random id.

    Raises:
        NotFound: none, or another organisation's.
    """
    statement = select(Attachment).where(Attachment.id == attachment_id)
    row = session.scalar(visible_to(actor, statement, sight="both"))
    if row is None:
        raise NotFound()
    return row


def of_case(session: Session, organisation_id: UUID, instance_id: UUID) -> Sequence[Attachment]:
    """Give the files of a case in the order they were sent."""
    statement = (
        select(Attachment)
        .where(Attachment.organisation_id == organisation_id, Attachment.instance_id == instance_id)
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return session.scalars(statement).all()


def thumbnail(files: FileStore, row: Attachment) -> bytes:
    """Give the small picture for lists; NotFound for a file that is not a picture."""
    if row.media_type != pictures.MEDIA_TYPE:
        raise NotFound()
    small = files.get_small(row.sha256)
    return small or pictures.make_harmless(files.get(row.sha256)).small


def forget_uncited(session: Session, organisation_id: UUID) -> None:
    """Drop an organisation's uploads that nothing cited in time, bytes included (R-75)."""
    before = clock.now() - FORGOTTEN_AFTER
    statement = (
        delete(Attachment)
        .where(
            Attachment.organisation_id == organisation_id,
            Attachment.instance_id.is_(None),
            Attachment.held_by.is_(None),
            Attachment.uploaded_at < before,
        )
        .returning(Attachment.sha256)
    )
    dropped = set(session.connection().execute(statement).scalars())
    if dropped:
        used = set(session.scalars(select(Attachment.sha256).where(Attachment.sha256.in_(dropped))))
        files = filestore.of(session)
        for digest in dropped - used:
            after_commit(session, partial(files.forget, digest, before))


def clean_name(name: str, suffix: str) -> str:
    """Give a name to show: the last part of what was sent, printable, ending in `suffix`."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    stem = plain.rpartition(".")[0] or plain
    return (stem[:100] or "file") + suffix


def _receive_picture(files: FileStore, content: bytes) -> Upload:
    """Keep a photo; its name is dropped, for phones and people write into it when and who."""
    picture = pictures.make_harmless(content)
    digest = files.put(picture.content)
    files.put_small(digest, picture.small)
    return Upload(
        digest,
        pictures.MEDIA_TYPE,
        len(picture.content),
        picture.width,
        picture.height,
        _PHOTO_NAME,
    )


def _wrong_kind(only_photos: bool) -> Invalid:
    if only_photos:
        return Invalid(
            "只能上传照片（JPEG、PNG、WebP）。", "Only photos (JPEG, PNG, WebP) can be uploaded."
        )
    return Invalid(
        "只能上传照片（JPEG、PNG、WebP）或 PDF 文件。",
        "Only photos (JPEG, PNG, WebP) and PDF files can be uploaded.",
    )


def _id(text: str | UUID) -> UUID:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError as error:
        raise _unknown() from error


def _unknown() -> InvalidAnswers:
    return InvalidAnswers.at(
        "files",
        "有附件没有上传成功，请重新上传。",
        "One of the files was not uploaded; upload it again.",
    )
