"""Uploads: what is kept is a harmless picture that names nobody, under the hash of its content."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments
from engine import clock as engine_clock
from engine.commands import execute
from engine.errors import IntegrityError, Invalid, InvalidAnswers, NotFound
from engine.filestore import FileStore
from engine.store import Attachment
from tests.cast import Cast
from tests.engine.accounts.cases import make_case
from tests.engine.accounts.photos import ATTACKS, GPS_SENTENCE, pdf, photo


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    """An empty file store."""
    return FileStore(tmp_path)


@pytest.fixture
def request_session(session: Session, files: FileStore) -> Session:
    """A session that knows the file store, as that of a request does."""
    session.info["files"] = files
    return session


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_everything_but_its_picture(files: FileStore, kind: str) -> None:
    kept = attachments.receive(files, photo(kind=kind), "包晓的照片.jpg", only_photos=True)
    content = files.get(kept.sha256)
    image = opened(content)
    assert (image.format, image.size) == ("WEBP", (40, 30))
    assert not image.getexif()
    assert GPS_SENTENCE.encode() not in content
    assert kept.sha256 == sha256(content).digest()
    assert (kept.media_type, kept.width, kept.height) == ("image/webp", 40, 30)
    assert "包晓" not in kept.name


def test_a_photo_is_turned_upright(files: FileStore) -> None:
    """Orientation 6: the phone was held upright; the red edge is then on top."""
    kept = attachments.receive(files, photo(orientation=6), "p.jpg", only_photos=True)
    image = opened(files.get(kept.sha256)).convert("RGB")
    assert image.size == (30, 40)
    red, green, _ = image.getpixel((15, 2))  # type: ignore[misc]
    assert red > 200 > 80 > green


def test_a_large_photo_becomes_smaller_and_gets_a_small_one(files: FileStore) -> None:
    kept = attachments.receive(files, photo(4000, 3000), "p.jpg", only_photos=True)
    assert (kept.width, kept.height) == (1920, 1440)
    row = Attachment(sha256=kept.sha256, media_type=kept.media_type)
    assert max(opened(attachments.thumbnail(files, row)).size) == 320
    files.path(kept.sha256, "small").unlink()
    assert max(opened(attachments.thumbnail(files, row)).size) == 320


def test_what_hides_behind_a_picture_is_gone(files: FileStore) -> None:
    hidden = b"<script>alert(1)</script>PK\x03\x04"
    kept = attachments.receive(files, photo() + hidden, "p.jpg", only_photos=True)
    assert b"script" not in files.get(kept.sha256)


def test_transparent_becomes_white(files: FileStore) -> None:
    target = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(target, "PNG")
    kept = attachments.receive(files, target.getvalue(), "p.png", only_photos=True)
    colour = opened(files.get(kept.sha256)).convert("RGB").getpixel((1, 1))
    assert min(colour) > 240  # type: ignore[type-var]


@pytest.mark.parametrize("name", ATTACKS)
def test_everything_else_is_refused_and_not_kept(files: FileStore, name: str) -> None:
    for only_photos in (True, False):
        with pytest.raises(Invalid):
            attachments.receive(files, ATTACKS[name], "photo.jpg", only_photos=only_photos)
    assert list(files.folder.rglob("*")) == []


def test_too_large_and_empty_are_refused(files: FileStore) -> None:
    for content in (b"", photo() + b"\0" * attachments.LARGEST):
        with pytest.raises(Invalid):
            attachments.receive(files, content, "p.jpg", only_photos=True)


def test_a_pdf_is_for_those_who_handle_cases(files: FileStore) -> None:
    """A document carries its author's name; a reporter sends photos."""
    kept = attachments.receive(files, pdf(), "整改方案.pdf", only_photos=False)
    assert (kept.media_type, kept.name) == ("application/pdf", "整改方案.pdf")
    with pytest.raises(Invalid):
        attachments.receive(files, pdf(), "整改方案.pdf", only_photos=True)
    with pytest.raises(NotFound):
        attachments.thumbnail(files, Attachment(sha256=kept.sha256, media_type=kept.media_type))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\plan.PDF", "plan.pdf"),
        ("\r\nSet-Cookie: a.pdf", "Set-Cookie: a.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("x" * 500 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_names_are_only_shown_and_never_lead_anywhere(sent: str, shown: str) -> None:
    assert attachments.clean_name(sent, ".pdf") == shown


def test_the_same_content_lies_once_and_a_changed_one_is_noticed(files: FileStore) -> None:
    first = attachments.receive(files, photo(), "a.jpg", only_photos=True)
    second = attachments.receive(files, photo(), "b.jpg", only_photos=True)
    assert first.sha256 == second.sha256
    path = files.path(first.sha256)
    assert path.relative_to(files.folder).as_posix() == (
        f"files/{first.sha256.hex()[:2]}/{first.sha256.hex()[2:]}"
    )
    path.write_bytes(b"changed")
    with pytest.raises(IntegrityError):
        files.get(first.sha256)


@pytest.fixture
def upload(request_session: Session, cast: Cast, files: FileStore) -> UUID:
    """A photo the reporter has sent and not yet cited."""
    kept = attachments.receive(files, photo(), "p.jpg", only_photos=True)
    return execute(request_session, attachments.add, kept, actor=cast.reporter).id


def cite(session: Session, cast: Cast, case: UUID, *ids: object) -> None:
    execute(session, attachments.cite, cast.enterprise_id, case, ids)


def test_a_cited_file_belongs_to_its_case_for_good(
    session: Session, cast: Cast, upload: UUID
) -> None:
    case, other = make_case(session, cast), make_case(session, cast, "BG-CN001-20261102-0002")
    cite(session, cast, case, str(upload))
    cite(session, cast, case, upload)
    with pytest.raises(InvalidAnswers):
        cite(session, cast, other, upload)
    found = attachments.of_case(session, cast.enterprise_id, case)
    assert [row.id for row in found] == [upload]


@pytest.mark.parametrize("wrong", ["nonsense", str(UUID(int=7)), ""])
def test_a_file_that_does_not_exist_is_not_cited(
    session: Session, cast: Cast, upload: UUID, wrong: str
) -> None:
    case = make_case(session, cast)
    with pytest.raises(InvalidAnswers):
        cite(session, cast, case, upload, wrong)
    assert session.scalars(select(Attachment.instance_id)).all() == [None]


def test_another_organisation_neither_sees_nor_cites_it(
    session: Session, cast: Cast, upload: UUID
) -> None:
    with pytest.raises(NotFound):
        attachments.get_file(session, upload, actor=cast.stranger)
    with pytest.raises(InvalidAnswers):
        execute(session, attachments.cite, cast.strange_enterprise_id, UUID(int=1), [upload])
    assert attachments.get_file(session, upload, actor=cast.officer).id == upload


def test_no_row_says_who_sent_it(session: Session, cast: Cast, upload: UUID) -> None:
    row = session.execute(select(Attachment.__table__)).one()
    assert cast.reporter.user_id not in tuple(row)


def test_uploads_that_nobody_cites_are_forgotten_when_the_next_one_comes(
    request_session: Session, cast: Cast, files: FileStore, clock: time_machine.Traveller
) -> None:
    session = request_session

    def send(width: int) -> Attachment:
        kept = attachments.receive(files, photo(width), "p.jpg", only_photos=True)
        return execute(session, attachments.add, kept, actor=cast.reporter)

    forgotten, cited, again = send(40), send(50), send(60)
    cite(session, cast, make_case(session, cast), cited.id)
    clock.shift(attachments.FORGOTTEN_AFTER + timedelta(minutes=1))
    newer = send(60)
    assert set(session.scalars(select(Attachment.id))) == {cited.id, newer.id}
    assert not files.path(forgotten.sha256).exists()
    assert not files.path(forgotten.sha256, "small").exists()
    assert files.get(cited.sha256)
    assert files.get(again.sha256) == files.get(newer.sha256)


def test_what_was_just_sent_again_is_not_cleared_away(
    files: FileStore, clock: time_machine.Traveller
) -> None:
    digest = files.put(b"x")
    clock.shift(timedelta(days=3))
    files.put(b"x")
    files.forget(digest, engine_clock.now() - attachments.FORGOTTEN_AFTER)
    assert files.get(digest) == b"x"
