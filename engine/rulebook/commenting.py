"""Comments on a version, each answered by the enterprise; and what the union says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import attachments, clock, notifications
from engine.actors import Actor
from engine.attachments import Upload
from engine.coverage import evidence
from engine.coverage.evidence import UNION_OPINION, Given, own_enterprise
from engine.errors import (
    AlreadyDone,
    Conflict,
    InvalidAnswers,
    Message,
    NotAllowed,
    NotFound,
)
from engine.permissions import require
from engine.rulebook import finding, wording
from engine.store import new_id
from engine.store import tables as t
from engine.values.signs import writable

OUTCOMES: Final = {
    "taken": Message("采纳", "Taken"),
    "declined": Message("不采纳", "Not taken"),
}
#: What the union comes to; it is heard, and need not agree.
CONCLUSIONS: Final = {
    "agrees": Message("同意", "Agrees"),
    "with_changes": Message("有修改意见", "Asks for changes"),
    "disagrees": Message("不同意", "Disagrees"),
}
LONGEST: Final = 1000
#: Comments of one unit on one version.
_MOST: Final = 100
_WRITERS: Final = ("principal", "administrator")
_OFFICERS: Final = ("officer", "director")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A comment as somebody makes it."""

    chapter: str
    #: "" for the chapter as a whole.
    article: str = ""
    text: str
    #: Words that are proposed instead.
    suggestion: str = ""


def comment(session: Session, version_id: UUID, said: Said, *, actor: Actor) -> t.RulebookComment:
    """Comment on a chapter or an article, after the deadline as well while it is being heard.

    The same once more is the same comment: a second click adds none.

    Raises:
        NotAllowed: the role, or a unit that was not asked. NotFound: not theirs to read.
        Conflict: it was replaced or adopted. InvalidAnswers: field by field.
    """
    require(actor, "rulebook:comment")
    row = _heard(session, version_id, actor)
    if actor.user_id is None or not finding.may_comment(session, row, actor):
        raise NotAllowed(
            "这份稿子没有征求本单位的意见。", "Your unit was not asked about this draft."
        )
    said = _clean(row, said)
    mine = [
        one
        for one in finding.comments(session, row, actor=actor)
        if one.unit_id == actor.organisation_id
    ]
    for one in mine:
        if (one.chapter, one.article, one.text) == (said.chapter, said.article, said.text):
            return session.get_one(t.RulebookComment, (row.organisation_id, one.id))
    if len(mine) >= _MOST:
        raise Conflict(
            f"一份稿子最多提 {_MOST} 条意见，请合并。",
            f"At most {_MOST} comments on a draft; put some together.",
        )
    new = t.RulebookComment(
        organisation_id=row.organisation_id,
        id=new_id(),
        version_id=row.id,
        unit_id=actor.organisation_id,
        chapter=said.chapter,
        article=said.article,
        text=said.text,
        suggestion=said.suggestion or None,
        made_at=clock.now(),
        made_by=actor.user_id,
    )
    session.add(new)
    session.flush()
    # One notice a day is enough, however many articles somebody goes through.
    start = datetime.combine(clock.local_date(), time(0), clock.LOCAL_ZONE)
    if not any(one.made_at >= start for one in mine):
        unit, unit_en = ("工会", "The union")
        if new.unit_id != row.organisation_id:
            unit = unit_en = _name(session, new.unit_id)
        by = {"unit": unit, "unit_en": unit_en}
        _tell(session, [row.organisation_id], "rulebook_commented", row, _WRITERS, **by)
    return new


def answer(
    session: Session, comment_id: UUID, outcome: str, text: str, *, actor: Actor
) -> t.RulebookComment:
    """Say whether a comment is taken; one that is not with the reason. Said once.

    Raises:
        NotAllowed: the role, or those above. NotFound: no comment of one's own.
        AlreadyDone: it was answered. InvalidAnswers: outcome or reason.
    """
    own = own_enterprise(actor, "rulebook:write")
    row = session.get(t.RulebookComment, (own, comment_id), with_for_update=True)
    if row is None:
        raise NotFound()
    if row.outcome is not None:
        by = session.scalar(select(t.User.name).where(t.User.id == row.answered_by)) or ""
        raise AlreadyDone(
            f"这条意见已由 {by} 答复。", f"{by} has answered this comment.", by=by,
            at=row.answered_at,
        )  # fmt: skip
    row.outcome, row.answer = _clean_answer(outcome, text)
    row.answered_at, row.answered_by = clock.now(), actor.user_id
    session.flush()
    version = session.get_one(t.RulebookVersion, (own, row.version_id))
    roles = ("union",) if row.unit_id == own else _OFFICERS
    _tell(session, [row.unit_id], "rulebook_answered", version, roles)
    return row


def hear_union(
    session: Session,
    version_id: UUID,
    conclusion: str,
    text: str,
    upload: Upload,
    *,
    actor: Actor,
) -> t.Evidence:
    """Enter the union's opinion on a version as evidence, with the paper that says it (安法 7).

    Raises:
        NotAllowed: not the union. NotFound: not of one's own enterprise.
        Conflict: it was replaced or adopted. AlreadyDone: the opinion is entered.
        InvalidAnswers: the conclusion, or the words.
    """
    own = own_enterprise(actor, "rulebook:comment")
    row = _heard(session, version_id, actor)
    text = check_opinion(conclusion, text)
    known = opinion_on(session, row)
    if known is not None:
        by = session.scalar(select(t.User.name).where(t.User.id == known.entered_by)) or ""
        raise AlreadyDone(
            "工会对这一稿的意见已经登记。", "The union's opinion on this draft is entered.",
            by=by, at=known.entered_at,
        )  # fmt: skip
    file = attachments.add(session, upload, actor=actor)
    given = Given(
        kind=UNION_OPINION,
        on=clock.local_date(),
        title=f"工会对《{row.title}》第 {row.number} 稿的意见"[:200],
        details={"version_id": str(row.id), "conclusion": conclusion},
        files=[file.id],
        note=f"{CONCLUSIONS[conclusion].zh}。{text}" if text else CONCLUSIONS[conclusion].zh,
    )
    made = evidence.add(session, own, given, by=actor.user_id)
    _tell(session, [own], "rulebook_opinion", row, _WRITERS)
    return made


def check_opinion(conclusion: str, text: str) -> str:
    """Give the words of an opinion in their plain form; InvalidAnswers field by field."""
    wrong: dict[str, list[Message]] = {}
    plain = writable(text).strip()
    if conclusion not in CONCLUSIONS:
        wrong["conclusion"] = [Message("请选择一项。", "Choose one.")]
    elif conclusion != "agrees" and len(plain) < 2:
        wrong["text"] = [Message("请写明意见。", "Say what the opinion is.")]
    if len(plain) > LONGEST:
        wrong["text"] = [Message(f"最多 {LONGEST} 个字。", f"At most {LONGEST} characters.")]
    if wrong:
        raise InvalidAnswers(wrong)
    return plain


def opinion_on(session: Session, row: t.RulebookVersion) -> t.Evidence | None:
    """Give the union's opinion on a version that was entered here, unless it was withdrawn."""
    found = evidence.listed(session, row.organisation_id)
    return next(
        (
            one
            for one in found
            if one.kind == UNION_OPINION
            and one.withdrawn_at is None
            and one.details.get("version_id") == str(row.id)
        ),
        None,
    )


def unanswered(session: Session, organisation_id: UUID, since: int) -> int:
    """Give how many comments on the versions from number `since` on wait for an answer."""
    one, version = t.RulebookComment, t.RulebookVersion
    return (
        session.scalar(
            select(func.count())
            .select_from(one)
            .join(
                version,
                (version.organisation_id == one.organisation_id) & (version.id == one.version_id),
            )
            .where(
                one.organisation_id == organisation_id,
                version.number >= since,
                one.outcome.is_(None),
            )
        )
        or 0
    )


def _heard(session: Session, version_id: UUID, actor: Actor) -> t.RulebookVersion:
    """Give a version that is being heard, locked: nobody adopts it meanwhile."""
    found = finding.get(session, version_id, actor=actor)
    key = (found.organisation_id, found.id)
    row = session.get_one(t.RulebookVersion, key, with_for_update=True, populate_existing=True)
    if row.state == "replaced":
        raise Conflict(
            "这一稿已有新稿，请对新稿提意见。", "There is a newer draft; comment on that one."
        )
    if row.state != "heard":
        raise Conflict(
            "这份制度已经签发，不再征求意见。", "These rules are issued; comments have ended."
        )
    return row


def _clean(row: t.RulebookVersion, said: Said) -> Said:
    wrong: dict[str, list[Message]] = {}
    if wording.read(row.content).find(said.chapter, said.article) is None:
        wrong["article"] = [Message("请选择章或者条。", "Choose a chapter or an article.")]
    text, suggestion = (writable(one).strip() for one in (said.text, said.suggestion))
    if not 2 <= len(text) <= LONGEST:
        wrong["text"] = [
            Message(f"请写明意见，2 至 {LONGEST} 个字。", f"2 to {LONGEST} characters.")
        ]
    if len(suggestion) > LONGEST:
        wrong["suggestion"] = [Message(f"最多 {LONGEST} 个字。", f"At most {LONGEST} characters.")]
    if wrong:
        raise InvalidAnswers(wrong)
    return Said(chapter=said.chapter, article=said.article, text=text, suggestion=suggestion)


def _clean_answer(outcome: str, text: str) -> tuple[str, str | None]:
    wrong: dict[str, list[Message]] = {}
    plain = writable(text).strip()
    if outcome not in OUTCOMES:
        wrong["outcome"] = [Message("请选择采纳或者不采纳。", "Say whether it is taken.")]
    elif outcome == "declined" and len(plain) < 2:
        wrong["answer"] = [Message("不采纳的，请说明理由。", "Say why it is not taken.")]
    if len(plain) > LONGEST:
        wrong["answer"] = [Message(f"最多 {LONGEST} 个字。", f"At most {LONGEST} characters.")]
    if wrong:
        raise InvalidAnswers(wrong)
    return outcome, plain or None


def _tell(
    session: Session, units: list[UUID], key: str, row: t.RulebookVersion, roles: Any, **more: Any
) -> None:
    facts = {
        "enterprise": _name(session, row.organisation_id),
        "title": row.title[:60],
        "number": row.number,
        **more,
    }
    notifications.tell_organisations(session, units, key, facts, roles=roles)


def _name(session: Session, organisation_id: UUID) -> str:
    return session.get_one(t.Organisation, organisation_id).name[:60]
