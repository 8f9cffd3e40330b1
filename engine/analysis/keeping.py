"""What was computed over many cases is kept: shown at once, with the moment it tells of."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.analysis.computing import Work, compute, finished, go_on
from engine.analysis.filters import Filters, Question, ask
from engine.analysis.reading import count
from engine.jobs import Job, handler
from engine.permissions import require
from engine.store import tables as t
from engine.store import upsert

#: A question about at most so many cases is answered in the request that asks it.
AT_ONCE: Final = 2_000
ANALYSIS: Final = "analysis"
_PART: Final = "analysis_part"
#: A kept result older than this is computed anew when it is asked for; it is shown meanwhile.
_STALE: Final = timedelta(hours=12)
#: A computation that has not moved for so long is begun anew when somebody asks.
_STUCK: Final = timedelta(minutes=10)
#: What nobody had computed anew for so long is thrown away.
_FORGOTTEN: Final = timedelta(days=60)


@dataclass(frozen=True)
class Analysis:
    """An answer, or how far it is.

    content: what `computing.finished` gave, None while the first computation is under way.
    computed_at: the moment the figures are as at. is_kept: it was computed by a job.
    done, of: cases read so far and in all, while a job computes; None when none does.
    """

    question: Question
    content: dict[str, Any] | None
    computed_at: datetime | None
    is_kept: bool = False
    done: int | None = None
    of: int | None = None
    is_stale: bool = False


def analyse(session: Session, filters: Filters, *, actor: Actor) -> Analysis:
    """Answer a question about cases: at once where they are few, else what is kept of it.

    Raises:
        NotAllowed: the actor may not analyse. Invalid, NotFound: as `filters.ask`.
    """
    require(actor, "analysis:read")
    question = ask(session, filters, actor=actor)
    kept = _kept(session, actor.organisation_id, ANALYSIS, question.digest)
    under_way = _under_way(session, question)
    if kept is None and under_way is None and _are_few(session, question):
        return Analysis(question, compute(session, question), clock.now())
    progress = orjson.loads(under_way.content) if under_way else {}
    content = orjson.loads(kept.content) if kept else None
    return Analysis(
        question,
        content,
        datetime.fromtimestamp(content["at"], UTC) if content else None,
        is_kept=True,
        done=progress.get("done"),
        of=progress.get("of"),
        is_stale=kept is None or clock.now() - kept.computed_at > _STALE,
    )


def progress(session: Session, filters: Filters, *, actor: Actor) -> tuple[int, int] | None:
    """Give (cases read, cases in all) of a computation, None when none is under way.

    Raises:
        NotAllowed, Invalid, NotFound: as `analyse`.
    """
    require(actor, "analysis:read")
    question = ask(session, filters, actor=actor)
    part = _kept(session, actor.organisation_id, _PART, question.digest)
    if part is None:
        return None
    told = orjson.loads(part.content)
    return told["done"], told["of"]


def order(session: Session, filters: Filters, *, actor: Actor) -> None:
    """Let a job compute the answer, unless one does; what was kept before stays until then.

    Raises:
        NotAllowed, Invalid, NotFound: as `analyse`.
    """
    require(actor, "analysis:read")
    question = ask(session, filters, actor=actor)
    owner, now = actor.organisation_id, clock.now()
    if _under_way(session, question) is not None:
        return
    job_id = UUID(bytes=sha256(f"{owner} {question.digest}".encode()).digest()[:16])
    work = Work.begin(session, question)
    _keep(session, owner, _PART, question.digest, work.dump(), 0)
    row = {
        "organisation_id": owner,
        "id": job_id,
        "kind": ANALYSIS,
        "state": "waiting",
        "due_at": now,
        "attempts": 0,
        "payload": {
            "filters": asdict(_settled(question)),
            "drawn_on": question.against.hex if question.against else None,
            "kind": actor.organisation_kind,
            "digest": question.digest,
        },
        "created_at": now,
    }
    statement = upsert(session)(t.Job).values(row)
    # One that was given up is taken up again; one that waits is left alone.
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "id"],
            set_={"state": "waiting", "attempts": 0, "due_at": now, "lease_until": None},
            where=t.Job.state == "failed",
        )
    )


def _settled(question: Question) -> Filters:
    """Give the filters with the months they mean today, for a job that may run tomorrow."""
    span = question.period.span
    return replace(
        question.filters,
        period="months",
        first=span.first,
        last=span.last,
        key=question.key,
    )


@dataclass(frozen=True)
class _Turn:
    question: Question
    work: Work
    content: dict[str, Any] | None


def _prepare(session: Session, job: Job) -> _Turn | None:
    """Read the next stretch; nobody waits for it, since nothing is written meanwhile."""
    part = _kept(session, job.organisation_id, _PART, job.payload["digest"])
    if part is None:
        return None
    actor = Actor(
        user_id=None,
        name="",
        organisation_id=job.organisation_id,
        organisation_kind=job.payload["kind"],
    )
    question = ask(session, Filters(**job.payload["filters"]), actor=actor)
    drawn_on = job.payload.get("drawn_on")
    question = replace(question, against=UUID(drawn_on) if drawn_on else None)
    work = Work.load(orjson.loads(part.content))
    if not work.is_done:
        go_on(session, question, work)
    return _Turn(question, work, finished(session, question, work) if work.is_done else None)


@handler(ANALYSIS, prepare=_prepare)
def work_on(session: Session, job: Job) -> bool:
    """Keep what the turn came to; say whether there is more to read."""
    turn: _Turn | None = job.prepared
    if turn is None:
        return False
    owner, digest = job.organisation_id, job.payload["digest"]
    if turn.content is None:
        _keep(session, owner, _PART, digest, turn.work.dump(), 0)
        return True
    took = int(clock.now().timestamp()) - turn.work.at
    _keep(session, owner, ANALYSIS, digest, turn.content, took * 1000)
    session.execute(
        delete(t.Rollup).where(
            t.Rollup.organisation_id == owner,
            t.Rollup.kind.in_((_PART, ANALYSIS)),
            or_(
                and_(t.Rollup.kind == _PART, t.Rollup.key == digest),
                t.Rollup.computed_at < clock.now() - _FORGOTTEN,
            ),
        )
    )
    return False


def _are_few(session: Session, question: Question) -> bool:
    """Say whether there are few enough cases to answer at once, in the period and before it."""
    spans = (question.period.span, question.period.before)
    return all(count(session, question, span, most=AT_ONCE) <= AT_ONCE for span in spans)


def _under_way(session: Session, question: Question) -> Any:
    """Give how far the computation of a question is; None for one that has not moved for long."""
    found = _kept(session, question.actor.organisation_id, _PART, question.digest)
    return found if found is not None and clock.now() - found.computed_at < _STUCK else None


def _kept(session: Session, owner: UUID | None, kind: str, key: str) -> Any:
    """Give (content, computed_at) of what is kept, None when nothing is."""
    return session.execute(
        select(t.Rollup.content, t.Rollup.computed_at).where(
            t.Rollup.organisation_id == owner, t.Rollup.kind == kind, t.Rollup.key == key
        )
    ).one_or_none()


def _keep(
    session: Session, owner: UUID | None, kind: str, key: str, content: Any, took: int
) -> None:
    row = {
        "organisation_id": owner,
        "kind": kind,
        "key": key,
        "content": orjson.dumps(content).decode(),
        "computed_at": clock.now(),
        "took_ms": took,
    }
    statement = upsert(session)(t.Rollup).values(row)
    changed = {name: statement.excluded[name] for name in ("content", "computed_at", "took_ms")}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "kind", "key"], set_=changed
        )
    )
