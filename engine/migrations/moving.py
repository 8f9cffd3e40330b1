"""Moving one case: its state, its rows and one event of its history, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import history, steps
from engine.actors import Actor
from engine.cases import Case, case_of, select_case
from engine.definitions import Loaded
from engine.errors import EngineError, Message
from engine.migrations import rows, votes
from engine.migrations.gaps import Gaps
from engine.spiff import Workflow, migration
from engine.steps import Step
from engine.store import tables as t

RUNNING: Final = ("active", "suspended")
_MOST_KNOWN: Final = 20
_known: dict[tuple[UUID, UUID], Gaps] = {}


@dataclass(frozen=True)
class Route:
    """From where to where, and what a person said of tasks that go by another name."""

    old: Loaded
    new: Loaded
    mapping: Mapping[str, str]
    gaps: Gaps

    @classmethod
    def between(cls, old: Loaded, new: Loaded, mapping: Mapping[str, str]) -> Route:
        """Give the way between two versions."""
        return cls(old, new, mapping, _gaps(old, new))


def _gaps(old: Loaded, new: Loaded) -> Gaps:
    """Compare two versions once for all cases of a batch."""
    key = old.id, new.id
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known.setdefault(key, Gaps.between(old, new))
    return found


@dataclass(frozen=True)
class Outcome:
    """What became, or would become, of a case.

    state: moved, there (it was already), refused, or failed (what is stored is damaged).
    """

    state: str
    words: Message | None = None
    workflow: Workflow | None = None


def look(session: Session, row: Any, route: Route, *, actor: Actor) -> Outcome:
    """Say what would become of a case; nothing is written.

    Args:
        row: as `select_case` gives it.
    """
    case = case_of(row)
    return _standing(case, route) or _carried(_step(session, case, route, actor, ""), route)


def move(
    session: Session,
    instance_id: UUID,
    route: Route,
    *,
    facts: Mapping[str, Any],
    actor: Actor,
    role: str,
) -> Outcome:
    """Move a case of the actor's organisation; a second time it is there already.

    Args:
        facts: for the event: why, and in which batch.
    """
    row = session.execute(
        select_case()
        .where(t.Instance.organisation_id == actor.organisation_id, t.Instance.id == instance_id)
        .with_for_update(of=t.Instance)
    ).one()
    case = case_of(row)
    standing = _standing(case, route)
    if standing is not None:
        return standing
    step = _step(session, case, route, actor, role)
    outcome = _carried(step, route)
    if outcome.workflow is None:
        return outcome
    step.workflow = outcome.workflow
    with history.open_chain(session, step.chain):
        said = {"from": _named(route.old), "to": _named(route.new), **facts}
        if route.mapping:
            said["mapping"] = dict(route.mapping)
        step.chain.record(history.Event(tag="instance:migrated", data=said))
        rows.write(step, route.old, route.new)
    return outcome


def _standing(case: Case, route: Route) -> Outcome | None:
    """Say why there is nothing to move, if there is not."""
    if case.state not in RUNNING:
        return Outcome("refused", Message("已经结束，不再迁移。", "It has ended; nothing to move."))
    if case.definition_id == route.new.id:
        return Outcome("there", Message("已经在这一版。", "It is on that version already."))
    if case.definition_id != route.old.id:
        return Outcome(
            "refused",
            Message("已经换到别的版本。", "It was moved to another version meanwhile."),
        )
    return None


def _step(session: Session, case: Case, route: Route, actor: Actor, role: str) -> Step:
    step = steps.new_step(session, case, actor=actor, role=role)
    step.loaded = route.new
    return step


def _carried(step: Step, route: Route) -> Outcome:
    """Carry the state over, in memory."""
    try:
        found = migration.move(
            step.case.blob, route.old.model, route.new.model, route.mapping, step
        )
    except EngineError as error:
        return Outcome("failed", error.message)
    reasons = found.reasons
    if found.workflow is not None:
        reasons = route.gaps.of(found.workflow)
        reasons += votes.lost(step.session, step.case, route.old, route.new)
    if reasons:
        return Outcome("refused", _joined(reasons))
    return Outcome("moved", None, found.workflow)


def _joined(reasons: list[Message]) -> Message:
    return Message(
        "".join(reason.zh for reason in reasons), " ".join(reason.en for reason in reasons)
    )


def _named(loaded: Loaded) -> dict[str, Any]:
    return {
        "definition": str(loaded.id),
        "version": loaded.version,
        "organisation": str(loaded.organisation_id),
    }
