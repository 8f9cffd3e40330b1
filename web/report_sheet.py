"""A report as far as it is filled in: what each page of it asks, carries and may go on to.

All answers travel in the pages themselves. Neither the session nor an address holds any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from werkzeug.datastructures import MultiDict

from engine import answers as answering
from engine import definitions, forms, reporters
from engine.actors import Actor
from engine.errors import InvalidAnswers, Message
from engine.hazards.origins import Origin
from engine.relations import concerning
from web import db, files, form_fields
from web.language import say
from web.report_steps import (
    CHECK,
    CONCERNS,
    SECRET,
    WHAT,
    WHO,
    Step,
    modes_of,
    split,
    usual_mode,
    who,
)

#: What each way to sign means, in plain words.
_MEANINGS: Final = {
    "named": Message(
        "姓名印在您的奖励证书上，办理奖励的同事看得到；工会和主要负责人写明理由也能查看，"
        "每次都有记录。",
        "Your name goes on your reward certificate, which those who handle the reward see. The "
        "union and the principal may look it up, stating why; each look is recorded.",
    ),
    "confidential": Message(
        "证书上不印姓名。只有工会和主要负责人写明理由才能查看，每次查看都有记录。",
        "No certificate says your name. Only the union and the principal may look it up, stating "
        "why; each look is recorded.",
    ),
    "anonymous": Message(
        "系统不保存您是谁，谁也查不到。以后只凭凭证码查进度、领奖励，丢了找不回来。",
        "Who you are is not kept, and nobody can find out. Only the receipt code leads back to "
        "the report and to the reward; it cannot be replaced.",
    ),
}
Errors = Mapping[str, Sequence[Message]]


@dataclass(frozen=True)
class Desk:
    """Who reports, where, by which process."""

    actor: Actor
    #: The enterprise reported to.
    owner_id: UUID
    loaded: definitions.Loaded
    #: What the poster says of the place: answers for the form.
    place: Mapping[str, str]

    @property
    def form(self) -> forms.Form:
        """Give the form the process starts with."""
        return self.loaded.form(self.loaded.model.start_form or "")

    @property
    def is_guest(self) -> bool:
        """Say whether nobody is signed in."""
        return self.actor.user_id is None

    @property
    def is_entry(self) -> bool:
        """Say whether somebody types in what another person reported."""
        return False

    @property
    def business_key(self) -> str | None:
        """Give the name under which the case is begun, and begun once."""
        return None

    def sheet(self, sent: MultiDict[str, str], seen: Iterable[str]) -> Sheet:
        """Give the report as far as it is filled in."""
        return Sheet(self, sent, seen)

    @property
    def quick_mode(self) -> str | None:
        """Give how a report is signed that is sent without asking; None when it has to be asked."""
        if not self.is_guest:
            return usual_mode(self.form)
        return "anonymous" if "anonymous" in modes_of(self.form) else None


class Sheet:
    """The answers that came with a request, read by the pages of the form.

    Args:
        sent: what was posted, this page's answers and those it carried.
        seen: the keys of the pages that were answered; the others stand at their defaults.
    """

    #: What each way to sign means.
    meanings: Mapping[str, Message] = _MEANINGS

    def __init__(self, desk: Desk, sent: MultiDict[str, str], seen: Iterable[str]) -> None:
        self.desk = desk
        self.sent = _without_secrets(sent) if sent.get("identity_mode") == "anonymous" else sent
        self.steps = self.make_steps()
        self.seen = [step.key for step in self.steps if step.key in set(seen)]

    def make_steps(self) -> Sequence[Step]:
        """Give the pages to be asked."""
        desk = self.desk
        return split(desk.form, signed_in=not desk.is_guest, place=desk.place, parties=self.parties)

    @cached_property
    def parties(self) -> Sequence[concerning.Party]:
        """Give who works for the enterprise and may be chosen; a suggestion concerns nobody."""
        if self.desk.loaded.key == "suggestion":
            return ()
        return concerning.offered(db.session(), self.desk.owner_id)

    @property
    def concerns(self) -> UUID | None:
        """Give the relation of whom it concerns, if one was chosen."""
        chosen = self.sent.get(CONCERNS) if WHAT in self.seen else None
        return next((one.id for one in self.parties if str(one.id) == chosen), None)

    @cached_property
    def choices(self) -> Mapping[str, Sequence[forms.Choice]]:
        """Give what the enterprise offers to choose from."""
        return answering.choices_for(db.session(), self.desk.form, self.desk.owner_id, {})

    @property
    def raw(self) -> dict[str, Any]:
        """Give the answers for the case, as the engine judges them."""
        keys = self._answered() - set(SECRET)
        found = form_fields.answers(self.desk.form, self.sent)
        given = {key: value for key, value in found.items() if key in keys}
        return {**self.desk.place, **given}

    def sign(self, mode: str) -> None:
        """Answer how it is signed without asking."""
        self.sent = MultiDict([*_pairs(self.sent), ("identity_mode", mode)])
        self.seen.append(WHO)

    def errors(self) -> dict[str, list[Message]]:
        """Give what is wrong with all that was answered, by field."""
        found: dict[str, list[Message]] = {}
        for judge in (self._judge_case, self.identity):
            try:
                judge()
            except InvalidAnswers as error:
                found |= error.errors
        return found

    def origin(self) -> Origin:
        """Give by which way it comes in: who has no account has read the code on a poster."""
        return Origin(channel="qr" if self.desk.place or self.desk.is_guest else "web")

    def identity(self) -> reporters.Identity | None:
        """Give who reports, for the vault.

        Raises:
            InvalidAnswers: field by field.
        """
        asked = who(self.desk.form, signed_in=not self.desk.is_guest, parties=self.parties)
        raw = form_fields.answers(asked, self.sent) if WHO in self.seen else {}
        known = forms.clean(asked, raw)
        return reporters.identity_of(
            self.desk.actor,
            mode=known["identity_mode"],
            reporter_type=known["reporter_type"],
            name=known.get("reporter_name") or "",
            contact=known.get("reporter_contact") or "",
            works_for=known.get("reporter_works_for") or "",
        )

    def wrong_step(self, errors: Errors) -> Step | None:
        """Give the first page with something wrong on it; an error of no page is the first's."""
        if not errors:
            return None
        found = (step for step in self.steps if not errors.keys().isdisjoint(step.keys))
        return next(found, self.steps[0])

    def find(self, key: str) -> Step | None:
        """Give a page by its key, or None."""
        return next((step for step in self.steps if step.key == key), None)

    def after(self, key: str) -> Step | None:
        """Give the next page that has something to ask; None when all is to be checked."""
        rest = self._beyond(self.steps, key)
        return next((step for step in rest if self.shown_keys(step)), None)

    def before(self, key: str) -> Step | None:
        """Give the page before, or None."""
        rest = self._beyond([*self.steps][::-1], key)
        return next((step for step in rest if self.shown_keys(step)), None)

    def place_in(self, key: str) -> tuple[int, int]:
        """Give which page of how many `key` is, the check at the end counted."""
        asked = [step.key for step in self.steps if self.shown_keys(step) or step.key == key]
        keys = [*asked, CHECK]
        return keys.index(key) + 1, len(keys)

    def shown_keys(self, step: Step) -> set[str]:
        """Give the keys of a page's questions that the answers so far lead to."""
        known = {**forms.prefilled(self.desk.form, {}), **self.raw, **self.signed()}
        return {one.key for one in forms.visible(step.form, known) if not one.is_static}

    def signed(self) -> Mapping[str, Any]:
        """Give the answers about signing that other questions about it depend on."""
        kind = self.sent.get("reporter_type")
        mode = self.sent.get("identity_mode") or usual_mode(self.desk.form)
        return {"identity_mode": mode, **({"reporter_type": kind} if kind else {})}

    def build(self, step: Step, errors: Errors) -> form_fields.AnswerForm:
        """Give a page's questions with what was answered, and what is wrong with it."""
        made = form_fields.build(
            step.form,
            values=forms.prefilled(step.form, {}),
            choices=self.choices,
            formdata=self.sent if step.key in self.seen else None,
            files=files.shown,
            known={**forms.prefilled(self.desk.form, {}), **self.raw},
        )
        if "identity_mode" in made:
            notes = {key: say(words) for key, words in self.meanings.items()}
            made["identity_mode"].render_kw["notes"] = notes
        wrong = self._errors_of(step, errors)
        if wrong:
            form_fields.put_errors(made, InvalidAnswers(wrong))
        return made

    def carried(self, shown: form_fields.AnswerForm | None = None) -> list[tuple[str, str]]:
        """Give the answers that the page itself does not ask, to travel in it unseen."""
        asked = set(shown._fields) if shown is not None else set()
        keys = self._answered() - asked
        return [(name, value) for name, value in _pairs(self.sent) if name in keys]

    def _errors_of(self, step: Step, errors: Errors) -> Errors:
        """Give what is wrong on a page, or on none of them."""
        elsewhere = {key for one in self.steps if one.key != step.key for key in one.keys}
        return {key: messages for key, messages in errors.items() if key not in elsewhere}

    def _answered(self) -> set[str]:
        return {key for step in self.steps if step.key in self.seen for key in step.keys}

    def _judge_case(self) -> None:
        forms.clean(self.desk.form, self.raw, choices=self.choices)

    @staticmethod
    def _beyond(steps: Sequence[Step], key: str) -> Sequence[Step]:
        keys = [step.key for step in steps]
        return steps[keys.index(key) + 1 :] if key in keys else steps


def _without_secrets(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Whoever became anonymous carries no name along."""
    return MultiDict([pair for pair in _pairs(sent) if pair[0] not in SECRET])


def _pairs(sent: MultiDict[str, str]) -> Iterable[tuple[str, str]]:
    return sent.items(multi=True)
