"""Starting an instance: a report becomes a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import answers as answering
from engine import (
    attachments,
    clock,
    definitions,
    history,
    idempotency,
    reporters,
    secrets,
    selfcheck,
    spiff,
    steps,
)
from engine.actors import Actor
from engine.cases import Case
from engine.cases import Organisation as CaseOrganisation
from engine.errors import Conflict, NotFound
from engine.hazards import numbers
from engine.hazards.origins import NOBODY, Origin
from engine.permissions import require, role_for
from engine.relations import concerning
from engine.store import Write, new_id, next_number
from engine.store import tables as t

_TITLE_LENGTH = 60
#: What a new instance's row takes from its case.
_COPIED: Final = (
    "organisation_id",
    "id",
    "definition_id",
    "key",
    "number",
    "title",
    "state",
    "revision",
    "blob",
    "identity_mode",
    "started_at",
    "event_count",
    "head_hash",
    "department_id",
    "town_id",
    "group_id",
)
_SIGNED: Final = ("identity_mode", "reporter_type")
#: A member's own report on a page.
OWN: Final = Origin()
_INSERT: Final = Write(insert(t.Instance), (*_COPIED, "business_key"))


@dataclass(frozen=True)
class Started:
    """What the starter is told; the receipt code is shown this once."""

    instance_id: UUID
    number: str
    receipt_code: str | None


def start(
    session: Session,
    *,
    definition_key: str,
    answers: Mapping[str, Any],
    actor: Actor,
    identity: reporters.Identity | None,
    origin: Origin = OWN,
    business_key: str | None = None,
    concerns: UUID | None = None,
    idempotency_key: str | None = None,
) -> Started:
    """Start an instance with the answers to its start form.

    Args:
        definition_key: which process; the version is the latest the organisation runs.
        answers: raw answers to the start form; checked here.
        identity: who reports and how openly; goes to the vault and nowhere else. None where
            nobody of the firm stands behind it.
        origin: where it is from, how it came in and who typed it.
        business_key: the client's own name for the case, unique in the organisation per key.
        concerns: the relation of the one whose work or place it is about; one that is not in force
            any more is passed over.
        idempotency_key: the same key with the same answers starts only once.

    Raises:
        NotAllowed: the actor may not report, or not say this of where it is from.
        NotFound: no such definition.
        InvalidAnswers: field by field. Conflict: the business key is taken.
    """
    require(actor, "report:create" if origin.is_plain else _permission(origin))
    organisation = _organisation(session, actor)
    if definition_key in definitions.FOR_OVERSIGHT:
        raise NotFound(
            "这个流程由监管单位使用，企业不能启动。",
            "This process is for those above enterprises; an enterprise cannot start it.",
        )
    request = {"key": definition_key, "answers": dict(answers), "business_key": business_key}
    if not origin.is_plain:
        request["origin"] = origin.facts
    if concerns is not None:
        request["concerns"] = str(concerns)
    if identity is not None and not identity.is_anonymous:
        # Whoever corrects the reporter asks for something else, and is told so.
        who = f"{identity.mode} {identity.user_id} {identity.name} {identity.contact}"
        request["reporter"] = secrets.of(session).digest("request", who).hex()
    known = idempotency.find_answer(session, actor, "start", idempotency_key, request)
    if known is not None:
        instance_id = UUID(known["instance_id"])
        return Started(instance_id, known["number"], _code(session, instance_id, identity))
    definition = definitions.get_latest(session, organisation, definition_key)
    today = clock.local_date()
    count = next_number(session, organisation.id, f"report-{today:%Y%m%d}")
    number = numbers.report_number(organisation.code, today, count)
    case = new_case(organisation, definition, number, identity.mode if identity else NOBODY)
    # Of who reports nothing is noted; of who typed it in for somebody else, or of a machine, it is.
    role = _role(actor, origin)
    step = steps.new_step(session, case, actor=actor, role=role)
    cleaned = answering.clean_start(session, step.loaded, answers, organisation.id)
    if identity is None:
        # Nobody of the firm signed it, whatever the form takes when it is not asked.
        cleaned = {key: value for key, value in cleaned.items() if key not in _SIGNED}
    case.title = title_of(cleaned)
    _require_free(session, case, business_key)
    selfcheck.hold_open(session, business_key, actor=actor)
    party = concerning.find(session, organisation.id, concerns)
    begin(
        step,
        cleaned,
        origin.data,
        identity=identity,
        business_key=business_key,
        noted={**origin.facts, **({"concerns": party.noted} if party else {})},
    )
    if party is not None:
        concerning.keep(session, organisation.id, case.id, party)
    response = {"instance_id": str(case.id), "number": case.number}
    idempotency.keep_answer(session, actor, "start", idempotency_key, request, response)
    return Started(case.id, case.number, _code(session, case.id, identity))


def _role(actor: Actor, origin: Origin) -> str:
    if origin.is_signal:
        return "system"
    return "reporter" if origin.entered_by is None else role_for(actor, _permission(origin))


def _permission(origin: Origin) -> str:
    return "signal:send" if origin.is_signal else "report:enter"


def _code(session: Session, instance_id: UUID, identity: reporters.Identity | None) -> str | None:
    return None if identity is None else reporters.receipt_code(session, instance_id)


def begin(
    step: steps.Step,
    cleaned: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    identity: reporters.Identity | None = None,
    business_key: str | None = None,
    kind: str | None = None,
    noted: Mapping[str, Any] | None = None,
) -> None:
    """Run a new case to its first wait states and write everything.

    Args:
        step: a new step of a case from `new_case`. cleaned: the answers to the start form.
        given: what the case's data holds besides.
        identity: who reported; None for a case that is no report.
        kind: what the case is; by default what the answers say.
        noted: what the first event says of where the case is from.
    """
    session, case, model = step.session, step.case, step.loaded.model
    form_key = model.start_form or ""
    _insert_instance(session, case, business_key)
    if identity is not None:
        reporters.keep(session, case.organisation_id, case.id, identity)
    files = answering.files_in(step.loaded.form(form_key), cleaned)
    attachments.cite(session, case.organisation_id, case.id, files)
    with history.open_chain(session, step.chain):
        event = step.record(
            "instance:started",
            answers=dict(cleaned),
            form=str(step.loaded.pinned["form", form_key].id),
            definition=str(step.loaded.id),
            number=case.number,
            kind=kind or cleaned.get("kind") or _kind(case),
            identity_mode=case.identity_mode,
            sector=case.organisation.sector,
            **(noted or {}),
        )
        cited = answering.cite_checklist(step, cleaned)
        data = {**case.start_data, **given, **cited, **cleaned}
        step.workflow = spiff.Workflow.start(model, data, step)
        event.data["path"] = step.workflow.path
        steps.save(step)


def _kind(case: Case) -> str:
    """Give what a report is when its form does not ask: a suggestion has its own process."""
    return "suggestion" if case.key == "suggestion" else "hazard"


def title_of(answers: Mapping[str, Any]) -> str:
    """Give the line by which lists show a case: where, and the beginning of what."""
    text = " ".join(
        str(answers[key]) for key in ("place", "description", "content") if answers.get(key)
    )
    return text if len(text) <= _TITLE_LENGTH else text[: _TITLE_LENGTH - 1] + "…"


def _organisation(session: Session, actor: Actor) -> t.Organisation:
    found = session.get(t.Organisation, actor.organisation_id)
    if found is None or found.kind != "enterprise" or found.status != "active":
        raise NotFound(
            "这里不能提交报告：单位不存在或已停用。",
            "Nothing can be reported here: the organisation does not exist or is closed.",
        )
    return found


def new_case(
    organisation: t.Organisation, definition: t.Definition, number: str, mode: str = "named"
) -> Case:
    """Give a case that is about to begin.

    Args:
        number: what people cite it by. mode: how openly it was reported.
    """
    return Case(
        organisation=CaseOrganisation(
            id=organisation.id,
            code=organisation.code,
            name=organisation.name,
            sector=organisation.sector,
            settings=organisation.settings,
        ),
        organisation_id=organisation.id,
        id=new_id(),
        definition_id=definition.id,
        key=definition.key,
        number=number,
        title="",
        state="active",
        revision=0,
        blob=b"",
        identity_mode=mode,
        started_at=clock.now(),
        due_at=None,
        event_count=0,
        head_hash=history.GENESIS,
        department_id=organisation.department_id,
        town_id=organisation.town_id,
        group_id=organisation.group_id,
    )


def _insert_instance(session: Session, case: Case, business_key: str | None) -> None:
    """Insert the row that everything else of the instance refers to; `save` completes it."""
    row = {name: getattr(case, name) for name in _COPIED}
    _INSERT.run(session, [{**row, "business_key": business_key}])


def _require_free(session: Session, case: Case, business_key: str | None) -> None:
    if business_key is None:
        return
    taken = session.execute(
        select(t.Instance.id, t.Instance.number).where(
            t.Instance.organisation_id == case.organisation_id,
            t.Instance.key == case.key,
            t.Instance.business_key == business_key,
        )
    ).one_or_none()
    if taken is not None:
        raise Conflict(
            f"业务编号“{business_key}”已经启动过，见 {taken.number}。",
            f"Business key '{business_key}' was started before: {taken.number}.",
            instance_id=str(taken.id),
        )
