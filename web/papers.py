"""Certificates on paper: the PDF of a statement, kept under its hash, made again when lost."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.orm import Session

from engine import certificates, filestore, jobs
from engine.filestore import FileStore
from engine.store import Certificate
from web import figures
from web.pdf import Picture, render

#: What a kind is called on its paper.
TITLES: Final = {
    "reward": "奖励证书",
    "closure": "事故隐患闭环销号证明",
    "receipt": "受理回执",
    "claim": "匿名奖励领取凭证",
    "guidance": "合规指导意见书",
    "union_letter": "工会意见书",
    "union_referral": "移送函",
    "major_authority": "重大事故隐患报告单",
    "major_congress": "重大事故隐患报告单",
    "major_acceptance": "重大事故隐患治理验收单",
}
#: Papers that may have several pages.
_LONG: Final = frozenset(
    {
        "guidance", "major_authority", "major_congress", "major_acceptance", "union_letter",
        "union_referral",
    }
)  # fmt: skip
#: So many photos are printed on each side; the others stay in the case.
MOST_PHOTOS: Final = 2
_STYLES: Final = ("print/base.css", "print/certificate.css")
#: Letters look alike, whoever writes them.
_LIKE: Final = {"union": "guidance"}


def render_certificate(
    row: Certificate,
    files: FileStore,
    *,
    hide_amount: bool = False,
    revoked_at: datetime | None = None,
) -> bytes:
    """Lay out a certificate from its statement; the same statement gives the same bytes.

    Args:
        files: where the photos lie.
        hide_amount: a copy to put up for all to see, without the sum.
        revoked_at: print 作废 and this day across it.

    Raises:
        IntegrityError: the statement or a photo was altered or is lost.
        DelegateError: the machine cannot make PDFs.
    """
    statement = certificates.read_intact(row)
    photos = _photos(files, statement)
    return render(
        f"print/{row.template}/template.html",
        {
            "s": statement,
            "title": TITLES[row.kind],
            "issuer": statement["issuer"],
            "digest": row.statement_digest.hex(),
            "hide_amount": hide_amount,
            "revoked_at": revoked_at.isoformat() if revoked_at else None,
            "photos_before": _captions(photos, "before", "整改前"),
            "photos_after": _captions(photos, "after", "整改后"),
        },
        styles=(*_STYLES, f"print/{_LIKE.get(row.template, row.template)}/style.css"),
        created=datetime.fromisoformat(statement["issued_at"]),
        identifier=row.code.encode(),
        pictures={"qr": figures.qr(statement["verify_url"]), **photos},
        one_page=row.kind not in _LONG,
    )


def original(session: Session, row: Certificate) -> bytes | None:
    """Give the PDF as it was made; made again when the file is lost. None while it is not ready.

    Raises:
        IntegrityError: the stored file was altered, or what is made again is not the same.
    """
    if row.pdf_digest is None:
        return None
    files = filestore.of(session)
    if not files.path(row.pdf_digest).exists():
        again = render_certificate(row, files)
        certificates.require_same(row, sha256(again).digest())
        files.put(again)
    return files.get(row.pdf_digest)


def paper(session: Session, row: Certificate, *, hide_amount: bool = False) -> bytes | None:
    """Give the PDF to hand out now: the original, or a copy marked 作废, or one without the sum."""
    if row.revoked_at is None and not hide_amount:
        return original(session, row)
    files = filestore.of(session)
    return render_certificate(row, files, hide_amount=hide_amount, revoked_at=row.revoked_at)


def stored(session: Session, row: Certificate) -> bytes | None:
    """Give the stored file as it lies there, sound or not; None when it is gone."""
    if row.pdf_digest is None:
        return None
    try:
        return filestore.of(session).path(row.pdf_digest).read_bytes()
    except FileNotFoundError:
        return None


def is_ours(session: Session, row: Certificate, content: bytes) -> bool:
    """Say whether `content` is this certificate's PDF: the original or one of its copies."""
    digest, files = sha256(content).digest(), filestore.of(session)
    if digest == row.pdf_digest:
        return True
    copies = [{"hide_amount": False}, {"hide_amount": True}] if row.kind == "reward" else [{}]
    marks = {None, row.revoked_at}
    return any(
        digest == sha256(render_certificate(row, files, revoked_at=mark, **copy)).digest()
        for mark in marks
        for copy in copies
    )


def _make(session: Session, job: jobs.Job) -> bytes:
    """Lay out the PDF of a job and keep it; gives its digest. Nobody waits for this."""
    row = certificates.get_by_id(session, job.organisation_id, job.id)
    files = filestore.of(session)
    return files.put(render_certificate(row, files))


@jobs.handler(certificates.JOB, prepare=_make)
def note_ready(session: Session, job: jobs.Job) -> None:
    """Write down that the PDF of a job is there."""
    row = certificates.get_by_id(session, job.organisation_id, job.id)
    certificates.mark_ready(session, row, job.prepared)


def _photos(files: FileStore, statement: dict[str, Any]) -> dict[str, Picture]:
    facts = statement["facts"]
    return {
        f"{side}-{place}": figures.photo(files.get(bytes.fromhex(digest)))
        for side in ("before", "after")
        for place, digest in enumerate(facts.get(f"photos_{side}", [])[:MOST_PHOTOS], start=1)
    }


def _captions(photos: dict[str, Picture], side: str, words: str) -> list[tuple[str, str]]:
    """Give (picture's name, what a screen reader says) of one side."""
    names = [name for name in photos if name.startswith(side)]
    return [(name, f"{words}照片{place}") for place, name in enumerate(names, start=1)]
