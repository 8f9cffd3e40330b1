"""What entries have to say: each wrong field gets its sentence, all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import InvalidAnswers, Message, NotAllowed
from engine.store import Certificate

#: Kinds of certificates that report a major.
REPORT_KINDS: Final = {"authority": "major_authority", "congress": "major_congress"}
_MOST_FILES: Final = 9
_LONG_AGO: Final = date(2000, 1, 1)


class Wrong:
    """Collects what is wrong with an entry."""

    def __init__(self) -> None:
        self._found: dict[str, list[Message]] = {}

    def at(self, field: str, zh: str, en: str) -> None:
        """Note one sentence about a field."""
        self._found.setdefault(field, []).append(Message(zh, en))

    def need(self, field: str, value: str, most: int) -> None:
        """Want a text of at most so many characters."""
        if not value.strip():
            self.at(field, "请填写。", "Fill this in.")
        self.most(field, value, most)

    def most(self, field: str, value: str, most: int) -> None:
        """Want no more than so many characters."""
        if len(value.strip()) > most:
            self.at(field, f"最多 {most} 个字，请删减。", f"At most {most} characters.")

    def choose(self, field: str, value: str, values: Collection[str]) -> None:
        """Want one of some values."""
        if value not in values:
            self.at(field, "请选择一项。", "Choose one.")

    def past(self, field: str, value: date | None, since: date | None = None) -> None:
        """Want a day that has come, and not before `since`."""
        if value is None:
            self.at(field, "请填写日期，例如 2026-11-05。", "Give a day, such as 2026-11-05.")
        elif value > clock.local_date():
            self.at(field, "日期不能晚于今天。", "The day has not come yet.")
        elif value < _LONG_AGO:
            self.at(field, "日期太早了，请核对年份。", "The day is too long ago; check the year.")
        elif since is not None and value < since:
            self.at(field, f"日期不能早于 {since}。", f"The day cannot be before {since}.")

    def proof(self, field: str, files: Sequence[str], words: str) -> None:
        """Want a proof: a file, or words that name one."""
        if not files and not words.strip():
            self.at(
                field,
                "请上传回执、会议记录等凭据，或在说明里写明回执编号。",
                "Upload the receipt or the minutes, or give the receipt's number in the note.",
            )
        self._few(field, files)

    def document(self, field: str, files: Sequence[str]) -> None:
        """Want the authority's document."""
        if not files:
            self.at(
                field,
                "由企业登记的，请上传督办部门的通知书或决定书。",
                "An enterprise shows the authority's notice or decision: upload it.",
            )
        self._few(field, files)

    def stop(self) -> None:
        """Raise InvalidAnswers if anything is wrong."""
        if self._found:
            raise InvalidAnswers(self._found)

    def _few(self, field: str, files: Sequence[str]) -> None:
        if len(files) > _MOST_FILES:
            self.at(field, f"最多 {_MOST_FILES} 个文件。", f"At most {_MOST_FILES} files.")


def not_yours(zh: str, en: str, instance_id: UUID) -> NotAllowed:
    """Give the refusal for an entry that is another's to make."""
    return NotAllowed(zh, en, case=str(instance_id))


def printed_numbers(session: Session, row: Any) -> list[str]:
    """Give the numbers of the reports of a major that were drawn up, the latest first."""
    return list(
        session.scalars(
            select(Certificate.number)
            .where(
                Certificate.organisation_id == row.organisation_id,
                Certificate.instance_id == row.id,
                Certificate.kind.in_(REPORT_KINDS.values()),
            )
            .order_by(Certificate.id.desc())
        )
    )
