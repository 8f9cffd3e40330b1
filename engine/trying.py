"""Trying a draft, and the scenarios that are kept with it.

Nothing of a trial is stored: whoever tries sends the steps so far, and they are played anew. A
scenario is such a list, kept as a file of the draft.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import answers, checklists, clock
from engine.actors import Actor
from engine.cases import Organisation
from engine.definitions import Bundle, Loaded, drafts, filled_up, loaded_from
from engine.definitions.scenarios import Result, Scenario, read, run_all
from engine.definitions.trials.steps import MOST_DAYS, MOST_ITEMS, Given, Step
from engine.errors import Conflict, Invalid, Message, ModelError, NotFound
from engine.permissions import require
from engine.store import tables as t

_REMEMBERED: Final = 16
_LONGEST_TITLE: Final = 120
_MOST_SCENARIOS: Final = 50


@dataclass(frozen=True)
class Bench:
    """A draft on the bench: with what is in force where it lacks something."""

    draft: t.DefinitionDraft
    #: Its own files alone.
    own: Bundle
    #: With what it borrows.
    whole: Bundle

    def loaded(self) -> Loaded:
        """Give the draft's process ready to be tried, with all it calls.

        Raises:
            ModelError: it would not run; DefinitionRefused carries the problems.
        """
        return _remembered(self.whole, self.draft.key)


def bench(session: Session, draft_id: UUID, *, actor: Actor) -> Bench:
    """Put a draft on the bench.

    Raises:
        NotFound: there is none, or it is another organisation's.
    """
    draft = drafts.get(session, draft_id, actor=actor)
    own = drafts.bundle_of(session, draft)
    organisation = session.get_one(t.Organisation, draft.organisation_id)
    return Bench(draft, own, filled_up(session, organisation, own))


def given(
    session: Session, *, at: datetime, reward_limit_fen: int | None = None, actor: Actor
) -> Given:
    """Give what a trial finds in the actor's organisation: its calendar, limit and checklists.

    Args:
        reward_limit_fen: another limit to try with.
    """
    require(actor, "definition:deploy")
    row = session.get(t.Organisation, actor.organisation_id)
    if row is None:
        raise NotFound()
    own = Organisation(row.id, row.code, row.name, row.sector, row.settings)
    limit = own.reward_limit_fen if reward_limit_fen is None else reward_limit_fen
    return Given(
        at=at,
        sector=own.sector or "general",
        reward_limit_fen=limit,
        calendar=own.calendar,
        items=answers.items_in_force(session, own.id),
    )


def needed(found: Given, steps: Sequence[Step]) -> Given:
    """Give what these steps need of what they were given: the items they cite, the days to come."""
    cited = {step.answers.get("checklist_item") for step in steps}
    items = {code: _slim(item) for code, item in found.items.items() if code in cited}
    began_on = clock.local_date(found.at)
    days = sorted(day for day in found.calendar if day >= began_on)[:MOST_DAYS]
    return replace(
        found,
        items=dict(list(items.items())[:MOST_ITEMS]),
        calendar={day: found.calendar[day] for day in days},
    )


def results(found: Bench) -> list[tuple[str, Result | ModelError]]:
    """Run the scenarios of a draft; what cannot be read stands there with what is wrong."""
    kept: list[tuple[str, Any]] = []
    for key, content in found.own.of("scenario").items():
        try:
            kept.append((key, read(content)))
        except ModelError as error:
            kept.append((key, error))
    readable = [one for _key, one in kept if isinstance(one, Scenario)][:_MOST_SCENARIOS]
    played = iter(run_all(found.whole, readable))
    told = [(key, next(played, one) if isinstance(one, Scenario) else one) for key, one in kept]
    return [(key, one) for key, one in told if not isinstance(one, Scenario)]


def kept_with(session: Session, definition: t.Definition) -> list[tuple[str, Scenario]]:
    """Give the scenarios that a version has passed, by key; for those who may read it."""
    pinned = [UUID(found) for found in definition.resources.get("scenario", {}).values()]
    rows = session.execute(
        select(t.Resource.key, t.Resource.content)
        .where(t.Resource.id.in_(pinned))
        .order_by(t.Resource.key)
    )
    return [(row.key, read(row.content)) for row in rows] if pinned else []


def find_scenario(found: Bench, key: str) -> Scenario:
    """Give one of a draft's scenarios.

    Raises:
        NotFound: there is none. ModelError: it cannot be read.
    """
    content = found.own.of("scenario").get(key)
    if content is None:
        raise NotFound()
    return read(content)


def keep(session: Session, draft_id: UUID, scenario: Scenario, *, actor: Actor) -> None:
    """Keep a scenario with a draft, in place of one under the same id.

    Raises:
        Conflict: the draft is not being edited, or somebody saved it this very moment.
        Invalid: there are too many, or the title is empty or too long.
    """
    clean_title(scenario.title.zh)
    own = drafts.bundle_of(session, drafts.get(session, draft_id, actor=actor)).of("scenario")
    if len(own.keys() | {scenario.id}) > _MOST_SCENARIOS:
        raise Invalid(
            f"一份草稿最多 {_MOST_SCENARIOS} 个场景，请先删去一些。",
            f"A draft holds at most {_MOST_SCENARIOS} scenarios; remove some first.",
        )
    _save(session, draft_id, {**own, scenario.id: scenario.content()}, actor)


def rename(session: Session, draft_id: UUID, key: str, title: str, *, actor: Actor) -> None:
    """Give a scenario another title; errors as `keep`."""
    found = bench(session, draft_id, actor=actor)
    named = clean_title(title)
    scenario = replace(find_scenario(found, key), title=Message(named, named))
    _save(session, draft_id, {**found.own.of("scenario"), key: scenario.content()}, actor)


def remove(session: Session, draft_id: UUID, key: str, *, actor: Actor) -> None:
    """Take a scenario out of a draft.

    Raises:
        NotFound: there is none. Conflict: the draft is not being edited.
    """
    found = bench(session, draft_id, actor=actor)
    kept = dict(found.own.of("scenario"))
    if key not in kept:
        raise NotFound()
    del kept[key]
    _save(session, draft_id, kept, actor)


def clean_title(title: str) -> str:
    """Give the title of a scenario as it is kept; Invalid when it is empty or too long."""
    found = " ".join(title.split())
    if not found or len(found) > _LONGEST_TITLE or not found.isprintable():
        raise Invalid(
            f"请给场景起个名字，最多 {_LONGEST_TITLE} 个字。",
            f"Give the scenario a title of at most {_LONGEST_TITLE} characters.",
        )
    return found


def new_key(found: Bench) -> str:
    """Give an id that no scenario of the draft has."""
    taken = found.own.of("scenario").keys()
    numbers = (f"scenario_{number}" for number in range(1, len(taken) + 2))
    return next(key for key in numbers if key not in taken)


def _save(session: Session, draft_id: UUID, scenarios: Mapping[str, bytes], actor: Actor) -> None:
    """Save a draft with other scenarios; what others draw in it meanwhile stays theirs."""
    draft = drafts.get(session, draft_id, actor=actor)
    if draft.state != "editing":
        raise Conflict(
            "草稿现在不能改：它正等第二个人同意，或已经发布。",
            "The draft cannot be changed now: it waits for a second person, or was published.",
        )
    contents = {**drafts.bundle_of(session, draft).contents, "scenario": scenarios}
    drafts.save(
        session,
        draft_id,
        revision=draft.revision,
        bundle=Bundle(contents),
        overrides=draft.overrides,
        title=draft.title,
        actor=actor,
    )


def _slim(item: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a trial reads of a checklist item."""
    return {
        "hazard": item.get("hazard"),
        "level": item["level"],
        "version": item["version"],
        "conditions": [text for _number, text in checklists.conditions_of(item)],
    }


_loaded: OrderedDict[bytes, Loaded] = OrderedDict()
_lock = threading.Lock()


def _remembered(bundle: Bundle, key: str) -> Loaded:
    """Build a definition, unless the very same was built a moment ago."""
    digest = _digest(bundle, key)
    with _lock:
        found = _loaded.get(digest)
        if found is not None:
            _loaded.move_to_end(digest)
            return found
    found = loaded_from(bundle, key)
    with _lock:
        _loaded[digest] = found
        while len(_loaded) > _REMEMBERED:
            _loaded.popitem(last=False)
    return found


def _digest(bundle: Bundle, key: str) -> bytes:
    made = hashlib.sha256(key.encode())
    for kind in ("bpmn", "dmn", "form"):
        for name, content in sorted(bundle.of(kind).items()):
            made.update(hashlib.sha256(f"{kind}/{name}".encode() + b"\0" + content).digest())
    return made.digest()
