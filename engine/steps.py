"""One step of one instance: load the state, act, save everything derived, in one transaction.

A step owns the instance row (locked, compared and set), the running workflow, and the open end
of its history. Whatever a step changes is written by `save`: state, task rows, job rows, events,
ledger. After an exception nothing is saved; the caller's transaction is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from engine import (
    clock,
    definitions,
    delegates,
    derived,
    history,
    instance_rows,
    ledger,
    notifications,
    spiff,
    voting,
)
from engine.actors import Actor
from engine.cases import Case, case_of, require_active, select_case
from engine.complaints import asking
from engine.complaints import record as complaints
from engine.errors import NotFound
from engine.guidance import record as visits
from engine.hazards import deadlines
from engine.store import next_number
from engine.store import tables as t
from engine.voting import voters


@dataclass
class Step:
    """What an operation and its delegates work with. Also the workflow's environment."""

    session: Session
    case: Case
    loaded: definitions.Loaded
    chain: history.Chain
    actor: Actor
    at: datetime
    #: The running process; set once it is loaded or started.
    workflow: spiff.Workflow = field(init=False)
    #: Tasks that were open before the step.
    open_before: set[UUID] = field(default_factory=set)
    #: Tasks that are open after it; known once it is saved.
    open_now: list[spiff.OpenTask] = field(default_factory=list)
    #: Service tasks that were waiting to be run again before the step.
    deferred_before: set[UUID] = field(default_factory=set)
    #: Task a person just completed, and its key; its row is written with who and when.
    completed: UUID | None = None
    completed_key: str = ""
    #: Rows of votes to write with the step.
    votes: list[dict[str, Any]] = field(default_factory=list)
    #: Jobs to write with the step: kind and payload.
    queued: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Write the timer's row even if its moment is the same: its lease has to end.
    rewrite_timer: bool = False

    # -- for operations and delegates ------------------------------------------------------

    @property
    def data(self) -> dict[str, Any]:
        """The instance's data as a reader would see it now."""
        return self.workflow.data

    def record(self, tag: str, *, by_system: bool = False, **data: Any) -> history.Event:
        """Put an event into the history."""
        return self.chain.record(history.Event(tag=tag, data=data, by_system=by_system))

    def record_task(self, tag: str, row: Any, **data: Any) -> history.Event:
        """Put an event about a task into the history; `row` as `engine.tasks` selects it."""
        return self.chain.record(
            history.Event(tag=tag, data=data, task_id=row.task_id, element=row.element)
        )

    def queue(self, kind: str, /, **payload: Any) -> None:
        """Leave work to a job that is written with the step and runs after it."""
        self.queued.append((kind, payload))

    def next_number(self, series: str) -> int:
        """Give the next number of one of the organisation's series."""
        return next_number(self.session, self.case.organisation_id, series)

    def tell_reporter(self, key: str, facts: Mapping[str, Any]) -> None:
        """Leave the reporter of the case the words of `key`."""
        notifications.tell_reporter(
            self.session, self.case.organisation_id, self.case.id, key, facts=facts
        )

    def notify(self, roles: Sequence[str], key: str) -> None:
        """Tell the members who hold one of the roles the words of `key`."""
        notifications.notify(
            self.session,
            organisation_id=self.case.organisation_id,
            department_id=self.case.department_id,
            instance_id=self.case.id,
            roles=roles,
            key=key,
            facts={"number": self.case.number},
        )

    def due(self, text: str) -> datetime:
        """Give the moment `text` ("3wd", "24h") from now by the enterprise's calendar."""
        return deadlines.due(self.at, text, self.case.organisation.calendar)

    # -- the workflow's environment ----------------------------------------------------------

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Helper functions a diagram may call beside those of the expression language."""
        return {"due_in": lambda text: self.due(text).isoformat()}

    def call(
        self, element: spiff.Element, operator: str, params: dict[str, Any], data: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Run a delegate; what it recorded is taken back when it fails."""
        self._note_votes()
        mark, queued = self.chain.mark(), len(self.queued)
        try:
            return delegates.run(self, operator, params, data)
        except Exception as error:
            self.chain.take_back(mark)
            del self.queued[queued:]
            self.record(
                "delegate:failed", by_system=True, operator=operator, error=derived.describe(error)
            )
            raise

    def decide(
        self, element: spiff.Element, decision_id: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        """Evaluate a pinned decision and note which rules hit."""
        self._note_votes()
        made = definitions.without_reward(definitions.decide(self.loaded, decision_id, data), data)
        self.record("decision:made", by_system=True, **made.facts)
        return made.fields

    def voters(self, element: spiff.Element, data: dict[str, Any]) -> spiff.Voters:
        """Find who votes on a task, as a round of it begins."""
        return voters.found(self, element, data)

    def may_still_vote(self, element: spiff.Element, voter: str) -> bool:
        """Say whether a voter whose turn comes is still a member."""
        return voters.is_member(self.session, self.case.organisation_id, voter)

    def _note_votes(self) -> None:
        """Note what was decided before what follows from it."""
        if hasattr(self, "workflow"):
            voting.note(self)


@contextmanager
def step(
    session: Session, organisation_id: UUID, instance_id: UUID, *, actor: Actor, role: str = ""
) -> Iterator[Step]:
    """Open a step on a running instance and save it when the block ends well.

    Raises:
        NotFound: there is no such instance in the organisation.
        Conflict: it is suspended or has ended.
        Stale: somebody else's step came in between.
    """
    row = session.execute(
        select_case()
        .where(t.Instance.organisation_id == organisation_id, t.Instance.id == instance_id)
        .with_for_update(of=t.Instance)
    ).one_or_none()
    if row is None:
        raise NotFound()
    with open_step(session, row, actor=actor, role=role) as opened:
        yield opened


@contextmanager
def open_step(session: Session, row: Row[Any], *, actor: Actor, role: str = "") -> Iterator[Step]:
    """As `step`, for a row that was already selected with `select_case` and locked."""
    case = case_of(row)
    require_active(case)
    opened = new_step(session, case, actor=actor, role=role)
    opened.workflow = spiff.Workflow.load(opened.loaded.model, case.blob, opened)
    opened.open_before = {task.id for task in opened.workflow.open_tasks()}
    opened.deferred_before = {deferred.task_id for deferred in opened.workflow.deferred()}
    with history.open_chain(session, opened.chain):
        yield opened
        save(opened)


def new_step(session: Session, case: Case, *, actor: Actor, role: str) -> Step:
    """Give a step without a workflow yet."""
    at = clock.now()
    chain = history.Chain(
        organisation_id=case.organisation_id,
        instance_id=case.id,
        count=case.event_count,
        head=case.head_hash,
        actor=actor,
        role=history.acting_role(actor, role),
        at=at,
    )
    loaded = definitions.load(session, case.definition_id)
    return Step(session, case, loaded, chain, actor, at)


def save(step: Step) -> None:
    """Write the state and everything that derives from it.

    Raises:
        Stale: the instance moved on since it was read.
    """
    case = step.case
    voting.note(step)
    note_end(step)
    tasks = derived.task_changes(step)
    case.due_at, due_before = derived.next_due(step), case.due_at
    step.chain.seal()
    instance_rows.move_on(step)
    derived.write_tasks(step, tasks)
    voting.write(step)
    derived.write_jobs(step, due_before)
    history.write(step.session, step.chain)
    ledger.apply(step.session, case, step.chain.rows)
    if case.key == complaints.KEY:
        complaints.apply(step.session, step.chain.rows)
    else:
        visits.apply(step.session, step.chain.rows)
        asking.apply(step.session, case, step.chain.rows)


def set_state(session: Session, row: Any, state: str) -> None:
    """Suspend or resume an instance, and hold or free its jobs; who runs one loses its lease.

    Args:
        row: the instance's columns as read; Stale when it has moved on since.
        state: active or suspended.
    """
    changed = session.connection().execute(
        update(t.Instance.__table__)  # type: ignore[arg-type]
        .where(
            t.Instance.organisation_id == row.organisation_id,
            t.Instance.id == row.id,
            t.Instance.revision == row.revision,
        )
        .values(state=state, revision=row.revision + 1)
    )
    instance_rows.require_one(changed.rowcount, row.id)
    job_before, job_after = ("waiting", "held") if state == "suspended" else ("held", "waiting")
    session.connection().execute(
        update(t.Job.__table__)  # type: ignore[arg-type]
        .where(
            t.Job.organisation_id == row.organisation_id,
            t.Job.instance_id == row.id,
            t.Job.state == job_before,
        )
        .values(state=job_after, lease_until=None, leased_by=None)
    )


def note_end(step: Step) -> None:
    """Note that the process came to its end, once."""
    if step.workflow.completed and step.case.state == "active":
        step.case.state = "completed"
        step.case.ended_at = step.at
        step.record("instance:completed", by_system=True)
