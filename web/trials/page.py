"""The page on which a draft is tried: the diagram, what waits, the form of the chosen task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from engine import forms, trying
from engine.definitions import Loaded
from engine.definitions.scenarios.expecting import proposed
from engine.definitions.trials import OpenStep, Played, play
from engine.definitions.trials.samples import sample_answers
from engine.definitions.trials.steps import Given, Step
from engine.definitions.trials.world import SAMPLE_FILE, World
from engine.errors import EngineError, InvalidAnswers, Message
from engine.spiff.dry_run import compared
from web import db, form_fields
from web.access import current_actor
from web.language import say
from web.trials import words as trial_words
from web.trials.state import State


@dataclass(frozen=True)
class Sheet:
    """One form on the page: of the start, or of a task."""

    form: forms.Form | None
    rights: forms.Rights
    choices: Mapping[str, Sequence[forms.Choice]]
    values: Mapping[str, Any]
    data: Mapping[str, Any]

    @property
    def shown(self) -> forms.Form | None:
        """The form as it is drawn: a trial keeps no files, so a tick stands for one."""
        if self.form is None:
            return None
        return replace(self.form, fields=tuple(map(_without_files, self.form.fields)))

    def answers(self, posted: MultiDict[str, str]) -> dict[str, Any]:
        """Give what was posted as raw answers."""
        if self.form is None or self.shown is None:
            return {}
        raw = form_fields.answers(self.shown, posted, rights=self.rights)
        files = {one.key for one in self.form.fields if one.type == "filepicker"}
        return {key: _files(value) if key in files else value for key, value in raw.items()}

    def build(
        self, values: Mapping[str, Any], posted: MultiDict[str, str] | None
    ) -> form_fields.AnswerForm | None:
        """Give the form to draw."""
        if self.form is None or self.shown is None:
            return None
        files = {one.key for one in self.form.fields if one.type == "filepicker"}
        ticked = {key: bool(value) if key in files else value for key, value in values.items()}
        return form_fields.build(
            self.shown,
            values=ticked,
            choices=self.choices,
            rights=self.rights,
            formdata=posted,
            known=self.data,
        )


@dataclass
class Desk:
    """A draft being tried, as one request sees it."""

    bench: trying.Bench
    loaded: Loaded
    state: State
    #: Which of the open tasks is on the page, and which process is drawn.
    place: int = 0
    flow: str = ""

    @cached_property
    def given(self) -> Given:
        """What the trial finds in the organisation."""
        return trying.given(
            db.session(),
            at=self.state.at,
            reward_limit_fen=self.state.limit_fen,
            actor=current_actor(),
        )

    @cached_property
    def played(self) -> Played:
        """The trial as far as it came."""
        return play(self.loaded, self.given, self.state.steps)

    @property
    def chosen(self) -> OpenStep | None:
        """The open task whose form is on the page."""
        waiting = self.played.open
        return waiting[min(self.place, len(waiting) - 1)] if waiting else None

    @property
    def sheet(self) -> Sheet | None:
        """The form on the page; None when nobody is asked anything."""
        if not self.played.started:
            return self._start_sheet()
        one = self.chosen
        if one is None:
            return None
        return Sheet(one.form, one.rights, one.choices, one.values, one.data)

    def step(self, posted: MultiDict[str, str]) -> Step:
        """Give the step that answering the form on the page is."""
        sheet, one = self.sheet, self.chosen
        raw = sheet.answers(posted) if sheet is not None else {}
        if one is None:
            return Step(do="start", answers=raw)
        return Step(do="complete", task=one.element.key, item=one.task.item, answers=raw)

    def moved(self, state: State) -> Desk:
        """Give the desk with the trial in another state."""
        return Desk(self.bench, self.loaded, state)

    def page(
        self,
        *,
        posted: MultiDict[str, str] | None = None,
        problem: EngineError | None = None,
        with_sample: bool = False,
    ) -> str:
        """Show the page.

        Args:
            posted: what was typed and refused. problem: why.
            with_sample: fill in the form by samples.
        """
        return render_template(
            "trials/show.html",
            draft=self.bench.draft,
            here=url_for("trials.show", draft_id=self.bench.draft.id),
            state=self.state,
            played=self.played,
            words=trial_words,
            waiting=trial_words.waiting(self.played),
            chosen=min(self.place, max(len(self.played.open) - 1, 0)),
            form=self._form(posted, problem, with_sample=with_sample),
            is_sample=with_sample,
            problem=_sentence(problem),
            flow=self._flow(),
            expected=proposed(self.played) if self.played.started else None,
            limit=self.given.reward_limit_fen,
        )

    def _form(
        self, posted: MultiDict[str, str] | None, problem: EngineError | None, *, with_sample: bool
    ) -> form_fields.AnswerForm | None:
        sheet = self.sheet
        if sheet is None:
            return None
        values = {**sheet.values, **(self._sample(sheet) if with_sample else {})}
        form = sheet.build(values, posted)
        if form is not None and isinstance(problem, InvalidAnswers):
            form_fields.put_errors(form, problem)
        return form

    def _sample(self, sheet: Sheet) -> dict[str, Any]:
        if sheet.form is None:
            return {}
        return sample_answers(
            sheet.form,
            values={**sheet.data, **sheet.values},
            at=self.played.at,
            choices=sheet.choices,
            rights=sheet.rights,
            compared=compared(self.loaded.model),
        )

    def _start_sheet(self) -> Sheet | None:
        key = self.loaded.model.start_form
        form = self.loaded.forms.get(key or "")
        if form is None:
            return None
        choices = World(self.loaded, self.given).choices(form, {})
        form = forms.expand(form, choices)
        return Sheet(form, forms.Rights(), choices, forms.prefilled(form, {}), {})

    def _flow(self) -> dict[str, Any]:
        """Say which diagrams there are, which is drawn, and what is marked on it."""
        names = self.loaded.model.names()
        chosen = self.flow if self.flow in names else self._where()
        address = url_for("trials.diagram", draft_id=self.bench.draft.id, process=chosen)
        return {"names": names, "chosen": chosen, "url": address, "state": self._marks(chosen)}

    def _where(self) -> str:
        """Give the process in which the chosen task waits, else the main one."""
        one = self.chosen
        return self.loaded.model.process_key if one is None else one.element.process

    def _marks(self, process: str) -> dict[str, Any]:
        elements = self.loaded.model.elements
        passed = Counter(
            one.element.id for one in self.played.passed if one.element.process == process
        )
        at = [elements[key] for key in sorted(self.played.waits_at)]
        current = [one.id for one in at if one.process == process]
        chosen = self.chosen
        if chosen is not None and chosen.element.id in current:
            current.remove(chosen.element.id)
            current.insert(0, chosen.element.id)
        return {"passed": dict(passed), "current": current}


def _sentence(problem: EngineError | None) -> str:
    if problem is None or isinstance(problem, InvalidAnswers):
        return ""
    return say(problem.message)


def _without_files(one: forms.Field) -> forms.Field:
    if one.type != "filepicker":
        return one
    note = gettext("试运行不上传文件，勾上就当作交了一份样例。")
    return replace(
        one,
        type="checkbox",
        help=Message(note, note),
        photo=False,
        multiple=False,
        accept="",
        default=None,
        max_length=None,
    )


def _files(value: Any) -> list[str]:
    return [SAMPLE_FILE] if value is True else []
