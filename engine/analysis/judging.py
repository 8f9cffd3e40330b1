"""Against which diagram a case is held: the one its own enterprise would begin it with now.

A version that somebody chose stands in for that only where it is one of the enterprise's own line;
no case is ever held against the diagram of an organisation that has nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import definitions
from engine.analysis import verdicts
from engine.analysis.filters import Question
from engine.analysis.verdicts import Verdict
from engine.definitions import many
from engine.spiff.replaying import Net, net_of
from engine.store import tables as t

#: So many enterprises are kept in mind; cases come enterprise by enterprise.
_REMEMBERED: Final = 5_000


class Judge:
    """Knows the diagram in force of every enterprise it was told of, and what it says to orders."""

    def __init__(self, session: Session, question: Question, at: int) -> None:
        """Take the question, and the moment as of which a version has to be in force."""
        self._session = session
        self._key = question.key
        self._at = datetime.fromtimestamp(at, UTC)
        self._chosen: t.Definition | None = None
        if question.filters.against and question.against is not None:
            self._chosen = session.get(t.Definition, question.against)
        self._targets: dict[UUID, str | None] = {}

    def meet(self, owners: Iterable[UUID]) -> None:
        """Look up the diagrams of enterprises that were not met yet."""
        new = set(owners) - self._targets.keys()
        if not new:
            return
        if len(self._targets) >= _REMEMBERED:
            self._targets.clear()
        lines = many.lines_of(self._session, new)
        if self._chosen is not None:
            chosen = self._chosen
            for one in new:
                is_theirs = one in lines and lines[one].takes(chosen.organisation_id, chosen.pack)
                self._targets[one] = chosen.id.hex if is_theirs else None
            return
        found = many.in_force_of(self._session, lines, self._key, at=self._at)
        self._targets.update({one: found[one].hex if one in found else None for one in new})

    def target(self, owner: UUID) -> str | None:
        """Give the version that cases of an enterprise are held against, None when there is none.

        Only for enterprises that it `meet`s, lately.
        """
        return self._targets.get(owner)

    def verdict(self, target: str, order: str) -> Verdict:
        """Hold an order of steps against a version."""
        return _verdict(net_of(definitions.load(self._session, UUID(target)).model), order)


@lru_cache(maxsize=10_000)
def _verdict(net: Net, order: str) -> Verdict:
    return verdicts.verdict(net, order)
