"""Which teams are large enough to be told apart, and where the people of the others count.

Whoever is told the figures of a workshop and of all but one of its teams can work out those of the
last one. So what is told apart, and what is left over, is of at least five people in every month
that it has anybody; and that follows from who was where, never from what they reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from engine.naming import LEAST_OTHERS

#: Fewer people than this are not told apart.
LEAST: Final = LEAST_OTHERS
#: Somebody was there in a month: (month, user id).
Presence = tuple[str, UUID]


class Cells:
    """The groups that are told apart: teams by their id, each with all below it."""

    def __init__(
        self,
        parents: Mapping[UUID, UUID | None],
        present: Mapping[UUID, set[Presence]],
        rest: Iterable[Presence],
    ) -> None:
        """Work it out.

        Args:
            parents: team → the one above; whoever stands above comes first.
            present: team → who was in it when, without those below it.
            rest: who was in no team when.
        """
        self._parents = parents
        self._own: dict[UUID | None, set[Presence]] = {
            team: set(present.get(team, ())) for team in parents
        }
        self._own[None] = set(rest)
        #: Cell → the cells right below it, with all the people of each.
        self._kids: dict[UUID | None, dict[UUID, set[Presence]]] = {}
        self._shown: set[UUID] = set()
        self._peopled: set[UUID] = set()
        self._small: set[UUID] = set()
        for team in reversed(list(parents)):
            self._settle(team)
        self._grow(None)

    def is_shown(self, team: UUID) -> bool:
        """Say whether a team has figures of its own."""
        return team in self._shown

    def home(self, team: UUID) -> UUID | None:
        """Give the cell in which those of a team count; None where only the enterprise is told."""
        at: UUID | None = team
        while at is not None and at not in self._shown:
            at = self._parents[at]
        return at

    def people(self, team: UUID) -> set[UUID]:
        """Give those who count in a cell itself, and not in one below it."""
        return {who for _month, who in self._own[team]}

    def had_people(self, team: UUID) -> bool:
        """Say whether anybody was in a team, or in one below it."""
        return team in self._peopled

    def is_small(self, team: UUID) -> bool:
        """Say whether a team has too few people itself, with all that count in it."""
        return team in self._small

    def kids(self, team: UUID) -> list[UUID]:
        """Give the cells right below one."""
        return list(self._kids.get(team, {}))

    def _settle(self, team: UUID) -> None:
        above = self._parents[team]
        self._grow(team)
        everybody = self._own[team].union(*self._kids.get(team, {}).values())
        if not everybody:
            return
        self._peopled.add(team)
        if is_enough(everybody):
            self._shown.add(team)
            self._kids.setdefault(above, {})[team] = everybody
        else:
            self._small.add(team)
            self._own[above] |= everybody

    def _grow(self, cell: UUID | None) -> None:
        """Let a cell take in the smallest of those below it until none can be worked out."""
        kids = self._kids.get(cell, {})
        own = self._own[cell]
        while own and kids and not is_enough(own):
            smallest = min(kids, key=lambda team: (len(kids[team]), team.bytes))
            own |= kids.pop(smallest)
            self._fold(smallest)

    def _fold(self, team: UUID) -> None:
        self._shown.discard(team)
        for kid in self._kids.pop(team, {}):
            self._fold(kid)


def is_enough(people: Iterable[Presence]) -> bool:
    """Say whether there were enough people in every month in which there was anybody."""
    return all(count >= LEAST for count in Counter(month for month, _who in people).values())
