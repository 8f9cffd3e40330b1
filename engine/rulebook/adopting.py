"""The principal adopts a version: it is issued, and proves that the enterprise has rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import attachments, clock, notifications
from engine.actors import Actor
from engine.attachments import Upload
from engine.coverage import evidence
from engine.coverage.evidence import UNION_OPINION, Given, own_enterprise
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, Message, NotFound
from engine.hazards.mechanism import CHAPTERS
from engine.rulebook import commenting, finding, wording
from engine.rulebook.cleaning import line
from engine.rulebook.wording import Wording
from engine.store import tables as t

_LONGEST_NUMBER: Final = 60


@dataclass(frozen=True)
class Standing:
    """What keeps a version from being adopted; empty when nothing does."""

    #: The union's opinion counts when it was given since the first version of this round.
    opinion: t.Evidence | None
    unanswered: int
    #: Articles that say of the program what it does not do any more.
    outdated: Sequence[str]

    @property
    def hindrances(self) -> list[Message]:
        """Say what is still to be done, in the order in which it is done."""
        found = []
        if self.outdated:
            which = "、".join(self.outdated[:5])
            found.append(
                Message(
                    f"{which}与现行的流程、奖励标准或设置不一致。请先发布草稿，或者重新生成一稿。",
                    f"{which}: not what process, reward table or settings say now. Publish the "
                    "draft first, or make a new version.",
                )
            )
        if self.opinion is None:
            found.append(
                Message(
                    "还没有听取工会意见（安全生产法第七条）。请工会在这里提出，"
                    "没有工会的，在“机制建设”登记职工意见。",
                    "The union has not been heard (Work Safety Law art. 7). Let it say so here; "
                    "without a union, enter the staff's opinion under Mechanism.",
                )
            )
        if self.unanswered:
            found.append(
                Message(
                    f"还有 {self.unanswered} 条意见没有答复。",
                    f"{self.unanswered} comment(s) wait for an answer.",
                )
            )
        return found


def standing(session: Session, row: t.RulebookVersion, now: Wording | None) -> Standing:
    """Say how far a version is from being adopted.

    Args:
        now: the text as the same answers and what runs now would give it; None leaves that out.
    """
    first = _round(session, row)
    since = clock.local_date(first.made_at)
    opinions = [
        one
        for one in evidence.listed(session, row.organisation_id)
        if one.kind == UNION_OPINION and one.withdrawn_at is None and one.on >= since
    ]
    frozen = wording.read(row.content)
    return Standing(
        opinion=opinions[0] if opinions else None,
        unanswered=commenting.unanswered(session, row.organisation_id, first.number),
        outdated=wording.outdated(frozen, now) if now is not None else (),
    )


def adopt(
    session: Session,
    version_id: UUID,
    *,
    number: str,
    on: date | None,
    now: Wording,
    upload: Upload,
    actor: Actor,
) -> t.RulebookVersion:
    """Issue a version under its number and day, and enter it as evidence, chapter by chapter.

    Nobody above has to agree, and nobody is waited for but the union (安法 7).

    Args:
        now: the text as the same answers and what runs now would give it.
        upload: the final PDF.

    Raises:
        NotAllowed: not the principal. NotFound: no version of one's own enterprise.
        AlreadyDone: it is issued. Conflict: it was replaced, or something is still to be done.
        InvalidAnswers: number or day.
    """
    own = own_enterprise(actor, "coverage:sign")
    row = session.get(
        t.RulebookVersion, (own, version_id), with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound()
    _only_heard(session, row)
    number, on = check(row, number, on)
    found = standing(session, row, now)
    for hindrance in found.hindrances:
        raise Conflict(hindrance.zh, hindrance.en)
    file = attachments.add(session, upload, actor=actor)
    made = evidence.add(session, own, _evidence(row, number, on, file.id, actor), by=actor.user_id)
    row.state, row.adopted_at, row.adopted_by = "adopted", clock.now(), actor.user_id
    row.document_number, row.issued_on, row.issued_file_id = number or None, on, file.id
    row.evidence_id = made.id
    if found.opinion is not None:
        row.made_from = {**row.made_from, "heard_on": found.opinion.on.isoformat()}
    session.flush()
    _tell(session, row)
    return row


def check(row: t.RulebookVersion, number: str, on: date | None) -> tuple[str, date]:
    """Give number and day of issue in their plain form; InvalidAnswers field by field."""
    wrong: dict[str, list[Message]] = {}
    plain = line(number)
    if len(plain) > _LONGEST_NUMBER:
        wrong["number"] = [
            Message(f"文号最多 {_LONGEST_NUMBER} 字。", f"At most {_LONGEST_NUMBER} characters.")
        ]
    if on is None:
        wrong["on"] = [Message("请填写签发日期。", "Give the day of issue.")]
    elif on > clock.local_date():
        wrong["on"] = [Message("签发日期还没有到。", "That day is yet to come.")]
    elif on < clock.local_date(row.made_at):
        wrong["on"] = [
            Message("签发不能早于征求意见。", "It cannot be issued before others were asked.")
        ]
    if wrong or on is None:
        raise InvalidAnswers(wrong)
    return plain, on


def _evidence(row: t.RulebookVersion, number: str, on: date, file_id: UUID, actor: Actor) -> Given:
    spans = {one.key: one.span for one in wording.read(row.content).chapters}
    return Given(
        kind="rules",
        on=on,
        title=row.title,
        number=number,
        details={
            "reference": row.made_from.get("process", ""),
            "chapters": {key: spans[key] for key in CHAPTERS if key in spans},
            "signer": actor.name,
            "protects": True,
            "version_id": str(row.id),
        },
        files=[file_id],
        note=f"由制度向导第 {row.number} 稿签发。",
    )


def _round(session: Session, row: t.RulebookVersion) -> t.RulebookVersion:
    """Give the first version since the last one that was adopted."""
    first = row
    for one in finding.own_versions(session, row.organisation_id):
        if one.number < row.number:
            if one.state == "adopted":
                break
            first = one
    return first


def _only_heard(session: Session, row: t.RulebookVersion) -> None:
    if row.state == "adopted":
        by = session.get(t.User, row.adopted_by)
        name = by.name if by else ""
        raise AlreadyDone(
            f"这一稿已由 {name} 签发。", f"{name} has issued this version.", by=name,
            at=row.adopted_at,
        )  # fmt: skip
    if row.state != "heard":
        raise Conflict("这一稿已有新稿，请签发新稿。", "There is a newer version; issue that one.")


def _tell(session: Session, row: t.RulebookVersion) -> None:
    units = [one.unit_id for one in finding.asked(session, row)]
    facts = {
        "enterprise": session.get_one(t.Organisation, row.organisation_id).name[:60],
        "title": row.title[:60],
        "issued_on": row.issued_on,
    }
    notifications.tell_organisations(
        session, units, "rulebook_adopted", facts, roles=("officer", "director", "union")
    )
