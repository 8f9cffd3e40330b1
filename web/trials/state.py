"""What a browser sends along while a draft is tried: everything, for nothing of it is kept here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson
from werkzeug.exceptions import BadRequest

from engine import clock
from engine.definitions.scenarios import Scenario
from engine.definitions.trials.steps import MOST_STEPS, Step, read_given, read_steps
from engine.errors import Invalid

#: Characters of a whole trial: 200 steps with long answers.
_LONGEST: Final = 400_000


@dataclass(frozen=True)
class State:
    """A trial so far, as its page carries it from one request to the next."""

    #: The moment at which it began.
    at: datetime
    #: The limit up to which rewards need no approval, in fen; None for the organisation's own.
    limit_fen: int | None = None
    steps: Sequence[Step] = ()
    #: The scenario it was opened from.
    scenario: str = ""

    @classmethod
    def fresh(cls) -> State:
        """Give a trial that begins now."""
        return cls(clock.now().replace(second=0, microsecond=0))

    @classmethod
    def of(cls, scenario: Scenario, key: str) -> State:
        """Give the trial that a scenario is."""
        given = scenario.given
        return cls(given.at, given.reward_limit_fen, tuple(scenario.steps), key)

    @classmethod
    def read(cls, text: str) -> State:
        """Read what `text` wrote.

        Raises:
            BadRequest: it is not what a page sends. Invalid: it is, but cannot be tried.
        """
        if len(text) > _LONGEST:
            raise Invalid("这次试运行太长了，请重新开始。", "This trial is too long; start again.")
        try:
            said = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BadRequest() from error
        if not isinstance(said, dict):
            raise BadRequest()
        return cls.of_plain(said)

    @classmethod
    def of_plain(cls, said: dict[str, Any]) -> State:
        """Read a trial from plain data; Invalid in words."""
        limit, key = said.get("reward_limit_fen"), said.get("scenario", "")
        given = read_given(
            {"at": said.get("at"), "reward_limit_fen": 0 if limit is None else limit}
        )
        return cls(
            at=given.at,
            limit_fen=None if limit is None else given.reward_limit_fen,
            steps=tuple(read_steps(said.get("steps", []))),
            scenario=key[:64] if isinstance(key, str) else "",
        )

    @property
    def text(self) -> str:
        """Write it for a hidden field."""
        plain: dict[str, Any] = {
            "at": self.at.isoformat(),
            "steps": [step.plain() for step in self.steps],
        }
        if self.limit_fen is not None:
            plain["reward_limit_fen"] = self.limit_fen
        if self.scenario:
            plain["scenario"] = self.scenario
        return orjson.dumps(plain).decode()

    def and_then(self, step: Step) -> State:
        """Give it with one more step.

        Raises:
            Invalid: it has as many as it may have.
        """
        if len(self.steps) >= MOST_STEPS:
            raise Invalid(
                f"一次试运行最多 {MOST_STEPS} 步。请退回一步，或重新开始。",
                f"A trial has at most {MOST_STEPS} steps. Go back one, or start again.",
            )
        return replace(self, steps=(*self.steps, step))

    def back(self) -> State:
        """Give it without its last step."""
        return replace(self, steps=tuple(self.steps[:-1]))

    def again(self) -> State:
        """Give it from its beginning."""
        return replace(self, steps=())
