"""Who reports and how openly, as it is handed to the identity vault and to nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from engine.actors import Actor
from engine.errors import InvalidAnswers, Message
from engine.hazards import codes

MODES: Final = codes.REPORT_MODES
#: Everybody may report, whatever their contract says (R-76, 安法 28, 61).
TYPES: Final = codes.REPORTER_TYPES


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who reports and how openly; handed to `keep` and to nothing else."""

    mode: str
    reporter_type: str = "staff"
    #: The account they are signed in with, if any.
    user_id: UUID | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    #: For which of the enterprises that work for the host, as the reporter said.
    works_for: str = field(default="", repr=False)

    @property
    def is_anonymous(self) -> bool:
        """Say whether nobody may ever learn who it was."""
        return self.mode == "anonymous"


def identity_of(
    actor: Actor,
    *,
    mode: str,
    reporter_type: str = "staff",
    name: str = "",
    contact: str = "",
    works_for: str = "",
) -> Identity:
    """Give the identity to keep for `actor`'s report.

    Args:
        mode: a key of `MODES`. reporter_type: a key of `TYPES`.
        name, contact: as typed; a signed-in reporter's own name is taken when empty.
        works_for: the contractor or tenant they come from; nothing is kept of an anonymous one.

    Raises:
        InvalidAnswers: mode or type is unknown, or a guest wants to be named without a name.
    """
    if mode not in MODES:
        raise InvalidAnswers({"identity_mode": [_CHOOSE]})
    if reporter_type not in TYPES:
        raise InvalidAnswers({"reporter_type": [_CHOOSE]})
    if mode == "anonymous":
        return Identity(mode=mode, reporter_type=reporter_type, user_id=actor.user_id)
    name = " ".join((name or actor.name).split())[:100]
    if not name:
        raise InvalidAnswers.at(
            "reporter_name",
            "请填写姓名；不想留名请选择“匿名”。",
            "Give your name; to leave none, choose “anonymous”.",
        )
    contact = " ".join(contact.split())[:100]
    return Identity(
        mode=mode,
        reporter_type=reporter_type,
        user_id=actor.user_id,
        name=name,
        contact=contact,
        works_for=" ".join(works_for.split())[:200],
    )


_CHOOSE: Final = Message("请选择一项。", "Choose one.")
