"""What surrounds a process that is only tried: real rules, and effects that are noted, not done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import checklists, clock, delegates, derived, forms, history
from engine.actors import SYSTEM, TASK_ROLES, Actor
from engine.cases import Case, Organisation
from engine.definitions.deciding import decide
from engine.definitions.load import Loaded
from engine.definitions.trials.steps import Given
from engine.errors import Message
from engine.hazards import deadlines, numbers
from engine.notices import MEMBER_WORDS, REPORTER_WORDS
from engine.notifications import fill
from engine.spiff import Element
from engine.spiff.views import Voters

#: What stands in the numbers of a trial for the organisation's code.
CODE: Final = "试"
#: Stands for a file that is asked for: a trial keeps none.
SAMPLE_FILE: Final = "00000000-0000-7000-8000-000000000001"
#: Tags a document that would be issued.
DOCUMENT: Final = "document"
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened in a trial, or would have."""

    at: datetime
    #: As the history tags it, or `DOCUMENT`.
    tag: str
    element: Element | None
    data: dict[str, Any] = field(default_factory=dict)
    #: What would be said, and to whom.
    words: Message | None = None
    to: tuple[str, ...] = ()


class World:
    """The environment of a tried process, and the step its delegates work with."""

    actor: Actor = SYSTEM

    def __init__(self, loaded: Loaded, given: Given) -> None:
        self.loaded = loaded
        self.given = given
        self.case = _case(loaded, given)
        self.happened: list[Happening] = []
        self._numbers: Counter[str] = Counter()
        self._element: Element | None = None
        self._said: tuple[tuple[str, ...], Message] | None = None

    # -- the step a delegate works with ---------------------------------------------------------

    @property
    def at(self) -> datetime:
        """The moment the trial's clock shows."""
        return clock.now()

    def record(self, tag: str, *, by_system: bool = False, **data: Any) -> history.Event:
        """Note what would stand in the history, with what was just said."""
        to, words = self._said or ((), None)
        self._said = None
        self.note(tag, self._element, data, to=to, words=words)
        return history.Event(tag=tag, data=data, by_system=by_system)

    def queue(self, kind: str, /, **payload: Any) -> None:
        """Note the work that would be left to a job: documents to issue."""
        tag = DOCUMENT if kind == "issue_certificate" else kind
        self.note(tag, self._element, payload)

    def next_number(self, series: str) -> int:
        """Count for this trial alone."""
        self._numbers[series] += 1
        return self._numbers[series]

    def tell_reporter(self, key: str, facts: Mapping[str, Any]) -> None:
        """Keep the words for the record that follows."""
        self._said = ("reporter",), fill(REPORTER_WORDS, key, facts)

    def notify(self, roles: Sequence[str], key: str) -> None:
        """Keep the words for the record that follows."""
        self._said = tuple(roles), fill(MEMBER_WORDS, key, {"number": self.case.number})

    # -- the environment of the process ---------------------------------------------------------

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """What a diagram may call; deadlines are real."""
        calendar = self.given.calendar
        return {"due_in": lambda text: deadlines.due(self.at, text, calendar).isoformat()}

    def call(
        self, element: Element, operator: str, params: dict[str, Any], data: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Run the real delegate; what it noted is taken back when it fails."""
        mark = len(self.happened)
        self._element, self._said = element, None
        try:
            return delegates.run(self, operator, params, data)
        except Exception as error:
            del self.happened[mark:]
            self.note(
                "delegate:failed", element, {"operator": operator, "error": derived.describe(error)}
            )
            raise
        finally:
            self._element = None

    def decide(self, element: Element, decision_id: str, data: dict[str, Any]) -> dict[str, Any]:
        """Make the real decision and note which rules hit."""
        made = decide(self.loaded, decision_id, data)
        self.note("decision:made", element, {**made.facts, "notes": made.notes})
        return made.fields

    def voters(self, element: Element, data: dict[str, Any]) -> Voters:
        """Give made-up voters: some of the one role that votes, else one of each role or person."""
        ballot = element.ballot
        said = (ballot.voters if ballot else "") or _role(element)
        names = [name.strip() for name in said.split(",") if name.strip()]
        if len(names) == 1 and names[0] in TASK_ROLES:
            return Voters([(f"@{names[0]}-{number}", names[0]) for number in (1, 2, 3)])
        if len(names) == 1:
            held = data.get(names[0])
            people = held if isinstance(held, list) else [held] if held else []
            return Voters([(str(person), "") for person in people])
        return Voters([(f"@{name}", name) for name in names])

    def may_still_vote(self, element: Element, voter: str) -> bool:
        """Say that nobody leaves during a trial."""
        return True

    # -- the trial ------------------------------------------------------------------------------

    def note(
        self,
        tag: str,
        element: Element | None,
        data: Mapping[str, Any] | None = None,
        *,
        to: tuple[str, ...] = (),
        words: Message | None = None,
    ) -> None:
        """Note one thing at the moment the trial's clock shows."""
        self.happened.append(
            Happening(
                at=self.at, tag=tag, element=element, data=dict(data or {}), to=to, words=words
            )
        )

    def choices(self, form: forms.Form, data: Mapping[str, Any]) -> dict[str, list[forms.Choice]]:
        """Give what a form's fields may choose: a made-up person a role, the items given."""
        found: dict[str, list[forms.Choice]] = {}
        for source in form.sources:
            if source in TASK_ROLES:
                found[source] = [stand_in(source)]
            elif source == "checklist":
                found[source] = [_item_choice(*item) for item in self.given.items.items()]
            elif source == "conditions":
                item = self._item(data) or {}
                found[source] = [
                    forms.Choice(number, Message(text, text))
                    for number, text in checklists.conditions_of(item)
                ]
        return found

    def cited(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Give what the case's data says of the checklist item that answers cite."""
        item = self._item(answers)
        return {} if item is None else checklists.cited(item["level"], item["version"])

    def _item(self, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
        code = data.get("checklist_item")
        return self.given.items.get(code) if isinstance(code, str) else None


def _role(element: Element) -> str:
    return element.properties.get("candidateGroups") or element.lane_id or ""


def stand_in(role: str) -> forms.Choice:
    """Give the made-up person who does in a trial what the members of a role do."""
    name = TASK_ROLES[role]
    return forms.Choice(f"@{role}", Message(f"{name.zh}（样例）", f"{name.en} (sample)"))


def _item_choice(code: str, item: Mapping[str, Any]) -> forms.Choice:
    text = f"{code} {item.get('hazard') or ''}".strip()
    return forms.Choice(code, Message(text, text))


def _case(loaded: Loaded, given: Given) -> Case:
    return Case(
        organisation=Organisation(
            id=_NOBODY,
            code=CODE,
            name="试运行",
            sector=given.sector,
            settings={"reward_limit_fen": given.reward_limit_fen},
        ),
        organisation_id=_NOBODY,
        id=_NOBODY,
        definition_id=_NOBODY,
        key=loaded.key,
        number=numbers.report_number(CODE, clock.local_date(given.at), 1),
        title="",
        state="active",
        revision=0,
        blob=b"",
        identity_mode="confidential",
        started_at=given.at,
        due_at=None,
        event_count=0,
        head_hash=history.GENESIS,
        department_id=None,
        town_id=None,
        group_id=None,
    )
