"""Trying a definition 试运行: its forms, tables, deadlines and services, and nothing kept.

A trial is a list of steps played anew each time, so nothing of it has to be stored: the same
definition and the same steps always give the same trial.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine import derived, forms, voting
from engine.definitions.load import Loaded
from engine.definitions.trials.steps import Given, Step
from engine.definitions.trials.world import Happening, World
from engine.errors import Conflict, EngineError
from engine.hazards import duties
from engine.hazards.origins import Origin
from engine.spiff import Element, OpenTask
from engine.spiff.trial import LONGEST_SECONDS, Passed, Trial


@dataclass(frozen=True)
class Stopped:
    """Why a step could not be taken. `place` counts from 0."""

    place: int
    step: Step
    error: EngineError


@dataclass(frozen=True, kw_only=True)
class OpenStep:
    """A task that waits in a trial for a person."""

    task: OpenTask
    #: The role that does it.
    role: str
    due_at: datetime | None
    opened_at: datetime
    #: Tasks whose doer may not do it; "report" stands for the reporter.
    not_by: frozenset[str]
    form: forms.Form | None
    rights: forms.Rights
    choices: Mapping[str, Sequence[forms.Choice]]
    #: What stands in the form before anything is typed.
    values: Mapping[str, Any]
    #: The data that conditions refer to.
    data: Mapping[str, Any]

    @property
    def element(self) -> Element:
        """The element that waits."""
        return self.task.element


@dataclass(frozen=True, kw_only=True)
class Played:
    """A trial as far as it came."""

    loaded: Loaded
    given: Given
    #: The steps that were taken; those after `stopped` were not.
    steps: Sequence[Step]
    at: datetime
    completed: bool
    data: Mapping[str, Any]
    passed: Sequence[Passed]
    #: Keys of the elements it is at.
    waits_at: frozenset[str]
    open: Sequence[OpenStep]
    next_due: datetime | None
    happened: Sequence[Happening]
    #: Services that failed: in a real case they would wait, and in the end be an incident.
    failed: Sequence[Element]
    stopped: Stopped | None

    @property
    def started(self) -> bool:
        """Whether it has begun."""
        return bool(self.steps)

    @property
    def ends(self) -> list[Element]:
        """The end events of the process itself that were reached, in order."""
        main = self.loaded.model.process_key
        return [
            one.element
            for one in self.passed
            if one.element.kind == "endEvent" and one.element.process == main
        ]


def play(
    loaded: Loaded, given: Given, steps: Sequence[Step], *, ends_by: float | None = None
) -> Played:
    """Play `steps` from the beginning; at one that cannot be taken it stops before it.

    Args:
        ends_by: when, by the thread's processor time, it has taken too long.
    """
    game = _Game(loaded, given, ends_by or time.thread_time() + LONGEST_SECONDS)
    for place, step in enumerate(steps):
        try:
            game.take(step)
        except EngineError as error:
            last = ends_by or game.ends_by + LONGEST_SECONDS
            kept = play(loaded, given, steps[:place], ends_by=last)
            return kept if kept.stopped else replace(kept, stopped=Stopped(place, step, error))
    return game.played(steps)


@dataclass
class _Game:
    """A trial being played."""

    loaded: Loaded
    given: Given
    ends_by: float
    world: World = field(init=False)
    trial: Trial = field(init=False)

    def __post_init__(self) -> None:
        self.world = World(self.loaded, self.given)
        self.trial = Trial(
            self.loaded.model,
            self.world,
            self.given.at,
            on_timer=lambda element: self.world.note("timer:fired", element),
            ends_by=self.ends_by,
        )

    def take(self, step: Step) -> None:
        """Take one step.

        Raises:
            InvalidAnswers: the answers do not fit the form. Conflict: the task is not open.
            ModelError: something in the diagram cannot be calculated, or goes round for ever.
        """
        if step.do == "start":
            self._start(step)
        elif step.do == "complete":
            self._complete(step)
        elif step.do == "timer":
            self.trial.fire_next()
        else:
            self.trial.travel(step.to or self.trial.at + step.span)
        self._note_votes()
        if self.trial.completed and self.world.happened[-1].tag != "instance:completed":
            self._note("instance:completed", None, {})

    def _start(self, step: Step) -> None:
        if self.loaded.model.start_form is None:
            raise Conflict(
                "这个流程没有开始表单，只能由别的流程调用，不能单独试运行。",
                "This process has no start form: it is only called by others and cannot be tried "
                "alone.",
            )
        form = self.loaded.start_form
        choices = self.world.choices(form, step.answers)
        cleaned = forms.clean(form, step.answers, choices=choices)
        self._note("instance:started", None, {"answers": cleaned})
        cited = self.world.cited(cleaned)
        # A trial is a member's own report, like most.
        given = {**self.world.case.start_data, **Origin().data}
        self.trial.start({**given, **cited, **cleaned})

    def _complete(self, step: Step) -> None:
        task = self._open(step)
        cleaned = self._clean(task, step.answers)
        noted = {key: value for key, value in cleaned.items() if task.data.get(key) != value}
        self._note("task:completed", task.element, {"answers": noted})
        self.trial.complete(task, {**cleaned, **self.world.cited(cleaned)})

    def _open(self, step: Step) -> OpenTask:
        for task in self.trial.open_tasks():
            if task.element.key == step.task and step.item in (None, task.item):
                return task
        known = self.loaded.model.elements.get(step.task)
        name = known.name if known is not None and known.name else step.task
        raise Conflict(
            f"“{name[:60]}”这时不在待办里，这一步走不了。",
            f"'{name[:60]}' is not open at this point, so the step cannot be taken.",
        )

    def _clean(self, task: OpenTask, answers: Mapping[str, Any]) -> dict[str, Any]:
        form = self._form(task)
        if form is None:
            return {}
        return forms.clean(
            form,
            answers,
            rights=forms.Rights.of(task.element.properties),
            choices=self.world.choices(form, {**task.data, **answers}),
            current=voting.before_vote(task.element, task.data),
        )

    def _note_votes(self) -> None:
        """Note what happened to votes: how many, never who."""
        for news in self.trial.workflow.take_polled():
            facts = {name: fact for name, fact in news.facts.items() if name != "spared"}
            self._note(f"vote:{news.what}", news.element, facts)

    def _form(self, task: OpenTask) -> forms.Form | None:
        key = task.element.properties.get("formKey")
        return self.loaded.form(key) if key else None

    def _note(self, tag: str, element: Element | None, data: Mapping[str, Any]) -> None:
        self.world.happened.append(
            Happening(at=self.trial.at, tag=tag, element=element, data=dict(data))
        )

    def played(self, steps: Sequence[Step]) -> Played:
        """Give what came of it."""
        trial = self.trial
        started = bool(steps)
        return Played(
            loaded=self.loaded,
            given=self.given,
            steps=tuple(steps),
            at=trial.at,
            completed=trial.completed,
            data=trial.data,
            passed=trial.passed,
            waits_at=frozenset(trial.waits_at()),
            open=[self._open_step(task) for task in trial.open_tasks()],
            next_due=trial.next_due(),
            happened=self.world.happened,
            failed=[each.element for each in trial.workflow.deferred()] if started else [],
            stopped=None,
        )

    def _open_step(self, task: OpenTask) -> OpenStep:
        # A form that is missing is told when the task is completed.
        form = self.loaded.forms.get(task.element.properties.get("formKey", ""))
        data, opened_at = task.data, self.trial.opened[task.id]
        choices = self.world.choices(form, data) if form else {}
        form = forms.expand(form, choices) if form else None
        return OpenStep(
            task=task,
            role=derived.candidate_group(task),
            due_at=derived.due_at(task, opened_at, self.given.calendar),
            opened_at=opened_at,
            not_by=duties.forbidden(task.element.id, task.element.properties),
            form=form,
            rights=forms.Rights.of(task.element.properties),
            choices=choices,
            values=forms.prefilled(form, voting.before_vote(task.element, data)) if form else {},
            data=data,
        )
