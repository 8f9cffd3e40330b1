"""Computes an analysis: few cases in the request that asks, many by a job that keeps the result.

The job reads one stretch of cases a turn and keeps how far it is, so that nothing is lost when it
stops, whoever waits sees it go on, and no transaction is long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock, definitions
from engine.analysis import hazards
from engine.analysis.filters import Question
from engine.analysis.judging import Judge
from engine.analysis.order import Ordering
from engine.analysis.periods import months_of
from engine.analysis.reading import Place, count, traces
from engine.analysis.tally import Tally
from engine.spiff import Model
from engine.spiff.replaying import independent, net_of
from engine.statistics.span import Span
from engine.values.batches import batches

#: The parts of a computation in order: the period, the one before it, then what they come to.
_PARTS: Final = ("now", "before")
#: So many cases are read in one turn of a job, and the diagrams of so many looked up at once.
STRETCH: Final = 20_000
_BATCH: Final = 500


@dataclass
class Work:
    """How far a computation is. `sums` are those of each part so far.

    at: the moment as of which everything is told, in seconds since 1970.
    """

    at: int
    of: int
    done: int
    sums: dict[str, Any]
    part: int = 0
    after: Place | None = None

    @classmethod
    def begin(cls, session: Session, question: Question) -> Work:
        """Begin at nothing."""
        of = sum(count(session, question, span) for span in _spans(question))
        return cls(at=int(clock.now().timestamp()), of=of, done=0, sums={})

    @property
    def is_done(self) -> bool:
        """Say whether all cases were read."""
        return self.part >= len(_PARTS)

    def dump(self) -> dict[str, Any]:
        """Give it as plain data; `load` goes on from there."""
        after = [one.hex for one in self.after] if self.after else None
        return {**vars(self), "after": after}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Work:
        """Go on from what `dump` gave."""
        after = data["after"]
        place = (UUID(after[0]), UUID(after[1])) if after else None
        return cls(**{**data, "after": place})


def go_on(session: Session, question: Question, work: Work) -> None:
    """Read the next stretch of cases."""
    span, name = _spans(question)[work.part], _PARTS[work.part]
    judge = Judge(session, question, work.at) if name == "now" else None
    tally = Tally(months_of(span), ordering_of(session, question), work.at, judge)
    if name in work.sums:
        tally.load(work.sums[name])
    before = tally.cases
    cases = traces(session, question, at=work.at, span=span, after=work.after, most=STRETCH)
    for some in batches(cases, _BATCH):
        if judge is not None:
            judge.meet(case.place[0] for case in some)
        for case in some:
            tally.add(case)
        work.after = some[-1].place
    work.done += tally.cases - before
    work.sums[name] = tally.dump()
    if tally.cases - before < STRETCH:
        work.part, work.after = work.part + 1, None


def finished(session: Session, question: Question, work: Work) -> dict[str, Any]:
    """Give what a computation comes to, once all cases were read."""
    return {**work.sums, "at": work.at, "hazards": hazards.found(session, question)}


def compute(session: Session, question: Question) -> dict[str, Any]:
    """Compute everything at once."""
    work = Work(at=int(clock.now().timestamp()), of=0, done=0, sums={})
    while not work.is_done:
        go_on(session, question, work)
    return finished(session, question, work)


def ordering_of(session: Session, question: Question) -> Ordering:
    """Give the standing form of orders under the version that ways are drawn on."""
    model = model_of(session, question)
    if model is None:
        return Ordering(())
    net = net_of(model)
    return Ordering(independent(net), net.labels)


def model_of(session: Session, question: Question) -> Model | None:
    """Give the model that ways and heat are drawn on."""
    if question.against is None:
        return None
    return definitions.load(session, question.against).model


def _spans(question: Question) -> list[Span]:
    return [question.period.span, question.period.before]
