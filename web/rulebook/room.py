"""What all pages about the rules share: the text that is made now, its files, its versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from flask import Blueprint, Response, current_app

from engine import clock, filestore, mechanism
from engine.attachments import Upload, receive
from engine.errors import Conflict, NotFound
from engine.mechanism import Mechanism
from engine.rulebook import answers, finding, wording
from engine.rulebook.answers import Answers
from engine.rulebook.wording import Wording
from web import db, downloads, rules_paper, rules_text, rules_word
from web.access import current_actor
from web.rules_paper import Issue

blueprint = Blueprint("rulebook", __name__, url_prefix="/rulebook")

_NAME: Final = "rules"


def mechanism_now() -> Mechanism:
    """Give what runs in one's own organisation; NotFound with what to do when nothing does."""
    return mechanism.read(db.session(), actor=current_actor())


def find_mechanism() -> Mechanism | None:
    """Give what runs, None when nothing does."""
    try:
        return mechanism_now()
    except (NotFound, Conflict):
        return None


def answers_now(found: Mechanism, version: int | None = None) -> Answers:
    """Give the answers, of an earlier version where one is asked for."""
    return answers.current(db.session(), found, version=version)


def text_of(found: Mechanism, given: Answers, *, proposed: bool = True) -> Wording:
    """Give the rules as they read."""
    base_url = current_app.extensions["config"].base_url
    return rules_text.compose(db.session(), found, given, base_url=base_url, proposed=proposed)


def text_if_made_now(row: Any) -> Wording | None:
    """Give the text of a version's answers with what is in force now; None when nothing runs."""
    found = find_mechanism()
    if found is None:
        return None
    return text_of(found, answers_now(found, row.answers_version), proposed=False)


def made_from(found: Mechanism) -> dict[str, object]:
    """Give what a text is traced to beside its answers."""
    runs = found.definition
    return {
        "process": f"{runs.key} {runs.version}",
        "named": f"“{runs.name}”第 {runs.version} 版",
        "definition_id": str(runs.id),
        "digest": runs.digest.hex(),
        "reward_limit_fen": found.setting("reward_limit_fen"),
        "anonymous_reports": found.setting("anonymous_reports"),
    }


def issue_of(row: Any) -> Issue:
    """Give what head and end of a version say; once it is issued it is no draft."""
    heard_on = row.made_from.get("heard_on")
    return Issue(
        number=row.document_number or "",
        issued_on=row.issued_on,
        signer=finding.signer(db.session(), row),
        version=row.number,
        is_draft=row.state != "adopted",
        heard_on=date.fromisoformat(heard_on) if heard_on else None,
    )


def kept_pdf(content: bytes) -> Upload:
    """Keep a PDF that was made here, before the transaction that tells of it."""
    return receive(filestore.of(db.session()), content, f"{_NAME}.pdf", only_photos=False)


def file_of(text: Wording, issue: Issue, kind: str, code: str) -> Response:
    """Give a text as PDF or as Word document."""
    if kind == "docx":
        content = rules_word.rules_document(text, issue, clock.now())
        return downloads.kept(content, rules_word.TYPE, f"{_NAME}-{code}.docx")
    return downloads.pdf(rules_paper.rules_paper(text, issue, today()), f"{_NAME}-{code}.pdf")


def version_file(row: Any, kind: str) -> Response:
    """Give a version: the very PDF that was kept, or its words as a Word document."""
    name = f"{_NAME}-{finding.enterprise(db.session(), row).code}-{row.number}"
    if kind == "docx":
        content = rules_word.rules_document(
            wording.read(row.content), issue_of(row), row.adopted_at or row.made_at
        )
        return downloads.kept(content, rules_word.TYPE, f"{name}.docx")
    file = finding.pdf(db.session(), row)
    return downloads.pdf(filestore.of(db.session()).get(file.sha256), f"{name}.pdf")


def today() -> datetime:
    """Give the beginning of the day, so that a paper made twice is the same to the byte."""
    return (
        clock.now().astimezone(clock.LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    )
