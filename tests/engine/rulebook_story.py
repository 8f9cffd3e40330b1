"""How stories about the rules begin: a text, frozen and put before others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import commands, filestore, mechanism
from engine.attachments import Upload, receive
from engine.rulebook import answers, asking
from engine.rulebook.wording import Wording
from engine.store import tables as t
from tests.cast import Cast
from web import rules_text

#: No paper that anybody reads; what is printed is told by the tests of the pages.
PDF = b"%PDF-1.7\n%%EOF\n"


def text(session: Session, cast: Cast, **how: Any) -> tuple[Wording, int]:
    """Give the rules of 甲 as they read now, and the version of the answers."""
    session.rollback()
    found = mechanism.read(session, actor=cast.principal)
    given = answers.current(session, found)
    made = rules_text.compose(session, found, given, base_url="https://b.example", **how)
    session.rollback()
    return made, given.version


def upload(session: Session) -> Upload:
    """Keep a PDF, as the pages do before they freeze a text."""
    return receive(filestore.of(session), PDF, "rules.pdf", only_photos=False)


def asking_for(
    session: Session, cast: Cast, units: Collection[UUID] | None = None, days: int | None = 5
) -> asking.Put:
    """Give the present text as it is put before the union and the department, or others."""
    wording, version = text(session, cast)
    return asking.Put(
        wording=wording,
        answers_version=version,
        made_from={"process": "hazard_report 1"},
        upload=upload(session),
        units=units if units is not None else {cast.enterprise_id, cast.department_id},
        days=days,
    )


def put_forward(session: Session, cast: Cast, *how: Any, **more: Any) -> t.RulebookVersion:
    """Ask the union and the department, or others, about the present text."""
    given = asking_for(session, cast, *how, **more)
    return commands.execute(session, asking.put, given, actor=cast.principal)
