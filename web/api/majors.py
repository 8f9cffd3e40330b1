"""The register of majors over the API: its list and figures, one major, what is entered there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import majors
from engine.actors import Actor
from engine.hazards.codes import SECTORS
from engine.hazards.reports import ADDRESSEES, METHODS
from engine.majors import MajorFilters
from web import db
from web.access import current_actor, requires
from web.api import major_shapes as told
from web.api.contract import (
    PAGING,
    Operation,
    Parameter,
    after,
    answer,
    body,
    flag,
    limit,
    operation,
    paged,
)
from web.api.doing import day, once
from web.api.parts import closed, page_with, text
from web.api.schemas import DAY, FLAG, ID, MONTH
from web.majors.file import MajorFile

blueprint = Blueprint("majors", __name__, url_prefix="/majors")

_METHODS: Final = tuple(dict.fromkeys(key for keys in METHODS.values() for key in keys))
_FILES: Final = {"type": "array", "items": ID, "maxItems": 9}
_TEXTS: Final = (
    Parameter("standing", "Which part; without it what is open or closed inside only.",
              {"enum": list(majors.STANDINGS)}),
    Parameter("missing", "Only those that miss this, or anything.",
              {"enum": [*majors.MISSING, "any"]}),
    Parameter("age", "Only those open for so long: a week, a month, a quarter or longer.",
              {"enum": list(majors.AGES)}),
    Parameter("sector", "Only those of this sector.", {"enum": list(SECTORS)}),
    Parameter("month", "Only those registered in this month, counted in China.", MONTH),
    Parameter("dated", "`closed`: `month` is that of the closure.", {"enum": ["closed"]}),
    Parameter("text", "A number, or words of description or place.", text(100)),
    Parameter("unit", "Part of the enterprise's name.", text(100)),
)  # fmt: skip
_MADE: Final = {201: ("Entered; the whole major.", told.DOSSIER)}


@blueprint.get("")
@requires("major:read")
@operation(
    Operation(
        summary="The register of majors, the latest registered first",
        query=(
            *_TEXTS,
            Parameter("supervised", "Only those that an authority supervises.", FLAG),
            *PAGING,
        ),
        answers={200: ("One page.", page_with(told.MAJOR))},
    )
)
def index() -> Response:
    """List majors."""
    filters = MajorFilters(
        **{one.name: request.args.get(one.name, "").strip() for one in _TEXTS},
        supervised=flag("supervised"),
    )
    found = majors.register(
        db.session(), actor=current_actor(), filters=filters, after=after(), limit=limit()
    )
    return paged(found, told.major)


@blueprint.get("/overview")
@requires("major:read")
@operation(
    Operation(
        summary="The register in figures: open majors by age, what is missing",
        answers={200: ("As at this moment.", told.OVERVIEW)},
    )
)
def overview() -> Response:
    """Give the figures of the register."""
    return answer(told.overview(majors.overview(db.session(), actor=current_actor())))


@blueprint.get("/<uuid:instance_id>")
@requires("major:read")
@operation(
    Operation(
        summary="One major: determination, plan, measures, reports, supervision",
        answers={200: ("All that the register holds of it.", told.DOSSIER)},
    )
)
def show(instance_id: UUID) -> Response:
    """Show one major."""
    return answer(told.dossier(MajorFile.open(instance_id)))


@blueprint.post("/<uuid:instance_id>/reports")
@requires("major:report")
@operation(
    Operation(
        summary="Enter a report to the authority or the workers' congress that no step asked for",
        body=closed(
            {
                "addressee": {"enum": list(ADDRESSEES)},
                "name": text(200),
                "method": {"enum": list(_METHODS)},
                "reported_on": DAY,
            },
            {"note": text(500), "files": _FILES, "certificate_number": text(60)},
        ),
        answers=_MADE,
        creates=True,
    )
)
def report(instance_id: UUID) -> Response:
    """Enter a report."""
    given = body()
    return _entered(
        "report_major",
        instance_id,
        given,
        partial(majors.report, **{**given, "reported_on": day(given, "reported_on")}),
    )


@blueprint.post("/<uuid:instance_id>/measures")
@requires("major:guard")
@operation(
    Operation(
        summary="Enter measures that keep people safe until it is fixed",
        body=closed({"text": text(1000)}),
        answers=_MADE,
        creates=True,
    )
)
def guard(instance_id: UUID) -> Response:
    """Enter measures."""
    given = body()
    return _entered("guard_major", instance_id, given, partial(majors.guard, **given))


@blueprint.post("/<uuid:instance_id>/supervisions")
@requires("major:supervise")
@operation(
    Operation(
        summary="Enter that an authority supervises it; an enterprise shows the notice",
        body=closed(
            {"authority": text(200), "case_number": text(60), "listed_on": DAY},
            {"due_on": DAY, "note": text(500), "files": _FILES},
        ),
        answers=_MADE,
        creates=True,
    )
)
def supervise(instance_id: UUID) -> Response:
    """Enter a supervision."""
    given = body()
    days = {name: day(given, name) for name in ("listed_on", "due_on")}
    run = partial(majors.put_under_supervision, **{**given, **days})
    return _entered("supervise_major", instance_id, given, run)


@blueprint.post("/<uuid:instance_id>/supervisions/<uuid:supervision_id>/apply")
@requires("major:supervise")
@operation(
    Operation(
        summary="Enter that the enterprise asked the authority for its check",
        body=closed({"applied_on": DAY}, {"files": _FILES}),
        answers=_MADE,
        creates=True,
    )
)
def apply(instance_id: UUID, supervision_id: UUID) -> Response:
    """Enter that the check was asked for."""
    given = body()
    said = {**given, "supervision_id": supervision_id, "applied_on": day(given, "applied_on")}
    run = partial(majors.apply_for_check, **said)
    return _entered("apply_for_check", instance_id, given, run)


@blueprint.post("/<uuid:instance_id>/supervisions/<uuid:supervision_id>/strike-off")
@requires("major:supervise")
@operation(
    Operation(
        summary="Enter that the authority struck it off; this closes nothing",
        body=closed({"cancelled_on": DAY, "cancelled_by": text(100)}, {"files": _FILES}),
        answers=_MADE,
        creates=True,
    )
)
def strike_off(instance_id: UUID, supervision_id: UUID) -> Response:
    """Enter that a supervision ended."""
    given = body()
    said = {**given, "supervision_id": supervision_id, "cancelled_on": day(given, "cancelled_on")}
    run = partial(majors.strike_off, **said)
    return _entered("strike_off_major", instance_id, given, run)


def _entered(
    name: str, instance_id: UUID, given: dict[str, Any], run: Callable[..., Any]
) -> Response:
    """Enter something, and give the major as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, instance_id, actor=actor)
        return told.dossier(MajorFile.open(instance_id))

    return answer(once(name, given, make), 201)
