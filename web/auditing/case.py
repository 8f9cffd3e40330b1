"""One case as an auditor reads it: everything that happened, on its own diagram, with proofs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

import orjson
from flask import render_template, request
from werkzeug.exceptions import BadRequest

from engine import certificates, clock, people
from engine.auditing import course, grounds, looks, record
from engine.auditing.course import Course, Step
from engine.definitions import Loaded
from engine.hazards.codes import CATEGORIES
from web import db, labels, papers
from web.access import requires
from web.answer_words import Change, as_id
from web.auditing import blueprint
from web.auditing.drawing import Picture, pictures, process_of
from web.auditing.words import span, until
from web.case_file import CaseFile
from web.cases import chain_of, role_name
from web.certificates import NAMES, permission_for
from web.labels import name_of
from web.language import drawn, say
from web.timeline import Entry

#: So many events one page holds; a longer history is walked through in the replay.
_PAGE: Final = 1000
_DENIED: Final = "command:denied"


@dataclass(frozen=True)
class Timed:
    """One time that a step was open, in words."""

    step: Step
    name: str
    role: str
    who: str
    behalf: str
    waited: str
    worked: str


@blueprint.get("/cases/<uuid:instance_id>/audit")
@requires("case:read", "audit:read")
def case(instance_id: UUID) -> str:
    """Show one case whole: diagrams, times, versions, refusals, votes, events, proofs, papers."""
    return told_whole(CaseFile.open(instance_id))


def told_whole(
    file: CaseFile, *, grant: Any = None, bare: Callable[[Sequence[Entry]], Any] = list
) -> str:
    """Show a case whole.

    Args:
        grant: under which it was granted by name; then nothing leads into the enterprise's house.
        bare: takes out of its events what their reader is not told.
    """
    found = course.read(db.session(), file.row)
    events = found.events[:_PAGE]
    entries: list[Entry] = bare(file.told(events))
    return render_template(
        "auditing/case.html",
        file=file,
        labels=labels,
        grant=grant,
        ground=None if grant else _ground(file),
        pictures=_used(found, found.last),
        earlier=[
            {"version": loaded.version, "pictures": _used(found, until - 1)}
            for (_since, loaded), (until, _next) in pairwise(found.versions)
        ],
        steps=timed(file, found),
        versions=_versions(file, found),
        entries=entries,
        is_cut=file.row.event_count > len(entries),
        denied=[entry for entry in entries if entry.proof.tag == _DENIED],
        chain=chain_of(file),
        until=until,
        certificates=() if grant else _certificates(file),
        looks=() if grant else record.of_case(db.session(), file.row),
        way_name=lambda key: say(name_of(looks.WAYS, key)),
        kind_name=lambda key: say(name_of(grounds.KINDS, key)),
        category_name=lambda key: say(name_of(CATEGORIES, key)),
        printed_at=clock.now(),
    )


@blueprint.get("/cases/<uuid:instance_id>/audit/replay")
@requires("case:read", "audit:read")
def replay(instance_id: UUID) -> str:
    """Show a case as it stood after one event: `?at=` its number, by default the first one.

    Every moment is a page of its own; a script only leafs through them.
    """
    return told_at(CaseFile.open(instance_id, "replay"))


def told_at(
    file: CaseFile, *, grant: Any = None, bare: Callable[[Sequence[Entry]], Any] = list
) -> str:
    """Show a case as it stood after the event that the address names; see `told_whole`."""
    found = course.read(db.session(), file.row)
    at = min(max(_at(), 1), max(found.last, 1))
    events = [event for event in found.events if event.sequence <= at]
    loaded, standing = found.version_at(at), found.at(at)
    entries: list[Entry] = bare(file.told(events, loaded))
    flow = _flow(loaded, found, at)
    return render_template(
        "auditing/replay.html",
        file=file,
        grant=grant,
        at=at,
        last=found.last,
        is_cut=file.row.event_count > found.last,
        entry=entries[-1] if entries else None,
        state=standing.state,
        version=loaded.version if len(found.versions) > 1 else None,
        open=_names(loaded, standing.open),
        answers=_answers(events, entries),
        picture=pictures(loaded, standing, flow)[0],
        flow=flow,
        chosen=request.args.get("flow", ""),
        names=loaded.model.names(),
        here={process_of(key, file.row.key) for key in standing.open},
    )


def timed(file: CaseFile, found: Course) -> list[Timed]:
    """Say of each time that a step was open who did it and how long it took."""
    done = [step.done for step in found.steps if step.done is not None]
    ids = {one.actor_id for one in done} | {one.on_behalf_of for one in done}
    names = people.names(db.session(), ids - {None})
    return [_timed(step, names, file.secrets.nameless) for step in found.steps]


def _timed(step: Step, names: Mapping[UUID, str], nameless: Collection[str]) -> Timed:
    done = step.done if step.element not in nameless else None
    return Timed(
        step=step,
        name=drawn(step.name),
        role=role_name(step.group),
        who=names.get(done.actor_id, "") if done is not None else "",
        behalf=names.get(done.on_behalf_of, "") if done is not None else "",
        waited=span(step.waited),
        worked=span(step.worked),
    )


def _at() -> int:
    text = request.args.get("at", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest()
    return int(text)


def _ground(file: CaseFile) -> Any:
    """Give the ground on which somebody from above reads this, or None."""
    if not grounds.looks_from_above(file.actor, file.row.organisation_id):
        return None
    return grounds.find_in_force(db.session(), file.row.organisation_id, actor=file.actor)


def _used(found: Course, sequence: int) -> list[Picture]:
    """Draw what a case had passed after an event, on the version it ran by then."""
    drawn_on = pictures(found.version_at(sequence), found.at(sequence))
    return [one for one in drawn_on if one.was_used]


def _flow(loaded: Loaded, found: Course, at: int) -> str:
    """Give the process to show: the one that was chosen, else where the case last moved."""
    names = loaded.model.names()
    chosen = request.args.get("flow", "")
    if chosen in names:
        return chosen
    place = found.place(at)
    process = process_of(place, loaded.key) if place else loaded.key
    return process if process in names else loaded.key


def _names(loaded: Loaded, keys: Any) -> list[str]:
    """Say which steps these are; a call is said by what is open in it."""
    elements = loaded.model.elements
    found = [elements[key] for key in sorted(keys) if key in elements]
    return [drawn(one.name or one.id) for one in found if one.kind != "callActivity"]


def _answers(events: Sequence[Any], entries: list[Entry]) -> list[tuple[Change, str, bool]]:
    """Give what was answered up to the last of these events, what that one answered first.

    Each with the step where it was answered, and whether it is new. What one of several voters
    said stands beside what the others did; it is no answer of the case.
    """
    found: dict[tuple[str, int], tuple[Change, str, bool]] = {}
    for event, entry in zip(events, entries, strict=True):
        is_vote = event.tag == "task:completed" and "vote" in orjson.loads(event.data)
        where = " · ".join(filter(None, (entry.what, entry.who))) if is_vote else entry.what
        for change in entry.changes:
            key = (change.key, event.sequence if is_vote else 0)
            found[key] = (change, where, entry is entries[-1])
    return sorted(found.values(), key=lambda one: not one[2])


def _versions(file: CaseFile, found: Course) -> list[dict[str, Any]]:
    """Give the versions of process, forms and tables that the case was handled by."""
    cited: dict[UUID, None] = {}
    tables: dict[tuple[str, Any], None] = {}
    for event in found.events:
        if '"form"' in event.data or event.tag == "decision:made":
            data = orjson.loads(event.data)
            form = as_id(data.get("form"))
            if form is not None:
                cited[form] = None
            if event.tag == "decision:made":
                tables[str(data.get("decision")), data.get("version")] = None
    forms = course.resources(db.session(), list(cited))
    decisions = file.loaded.decisions
    processes = [course.definition(db.session(), loaded.id) for _since, loaded in found.versions]
    return [
        *({"kind": "process", "name": drawn(one.name), "version": one.version,
           "digest": one.digest.hex()} for one in processes),
        *({"kind": "form", "name": one.key, "version": one.version, "digest": one.digest.hex()}
          for one in (forms[id_] for id_ in cited if id_ in forms)),
        *({"kind": "table", "name": drawn(decisions[key].name) if key in decisions else key,
           "version": version, "digest": ""} for key, version in tables),
    ]  # fmt: skip


def _certificates(file: CaseFile) -> list[dict[str, Any]]:
    """Give the certificates the reader may open, each checked anew."""
    session, row = db.session(), file.row
    return [
        {
            "row": paper,
            "name": NAMES[paper.kind],
            "progress": "revoked"
            if paper.state == "revoked"
            else certificates.progress(session, paper),
            "sound": certificates.check(session, paper, papers.stored(session, paper)),
        }
        for paper in certificates.of_instance(session, row.organisation_id, row.id)
        if file.may(permission_for(paper.kind))
    ]
