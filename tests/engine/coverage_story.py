"""Evidence for the stories about mechanisms: what an enterprise would hand in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.coverage import evidence
from engine.hazards.mechanism import CHAPTERS, REQUIRED
from engine.store import Attachment, random_id
from engine.store import tables as t

DETAILS: Final[dict[str, dict[str, Any]]] = {
    "rules": {"chapters": dict.fromkeys(CHAPTERS, "第 2 页"), "signer": "朱任", "protects": True},
    "union_opinion": {},
    "publication": {"method": "board"},
    "channels": {"channel": "poster", "passed": True, "result": "当时收到回执"},
    "checklist": {"version": "第 3 版"},
    "reward_table": {"version": "第 1 版"},
    "funds": {"source": "safety_expense", "budget_fen": 3_000_000, "year": 2026},
    "process": {"version": "第 1 版"},
    "training": {"people": 20},
}


def given(session: Session, actor: Actor, kind: str, on: date, **more: Any) -> evidence.Given:
    """Give a piece of evidence as it should be, with a photo where one is asked for."""
    details = {**DETAILS[kind], **more.pop("details", {})}
    needs_file = kind in ("rules", "union_opinion", "publication")
    files = [photo(session, actor)] if needs_file else []
    return evidence.Given(kind=kind, on=on, details=details, files=files, **more)


def enter(session: Session, actor: Actor, kind: str, on: date, **more: Any) -> t.Evidence:
    """Enter a piece of evidence as it should be."""
    return evidence.enter(session, given(session, actor, kind, on, **more), actor=actor)


def establish(
    session: Session, actor: Actor, on: date, *, but: Iterable[str] = ()
) -> dict[str, t.Evidence]:
    """Enter everything that is asked for, except some kinds."""
    kinds = [kind for kind in REQUIRED if kind not in set(but)]
    return {kind: enter(session, actor, kind, on) for kind in kinds}


def photo(session: Session, actor: Actor) -> UUID:
    """Put an uploaded photo there; its bytes are nobody's concern here."""
    assert actor.organisation_id is not None
    row = Attachment(
        id=random_id(),
        organisation_id=actor.organisation_id,
        sha256=b"\0" * 32,
        media_type="image/webp",
        size=1,
        name="photo.webp",
        uploaded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row.id
