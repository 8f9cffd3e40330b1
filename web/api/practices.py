"""Typical cases over the API: found, read, learned from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.attachments import PDF
from engine.errors import NotFound
from engine.hazards.codes import SECTORS
from engine.permissions import allows
from engine.pictures import MEDIA_TYPE
from engine.practices import finding, rules, using
from engine.statistics import Page
from web import db
from web.access import current_actor, requires
from web.api import contract
from web.api import practice_shapes as told
from web.api.contract import Operation, Parameter, answer, body, operation
from web.api.doing import once
from web.api.parts import page_with, text
from web.api.schemas import ID, TEXT, shape
from web.practices.book import book_of
from web.practices.reading import photo_of

blueprint = Blueprint("practices", __name__, url_prefix="/practices")

_LOOK: Final = (
    Parameter("words", "Words in its title or story.", text(100)),
    Parameter("dimension", "Only those of this dimension.", {"enum": list(rules.DIMENSIONS)}),
    Parameter("sector", "Only those of this sector.", {"enum": list(SECTORS)}),
    Parameter("size", "Only those of enterprises of this size.", {"enum": list(rules.SIZES)}),
)
_STATE: Final = Parameter("state", "Only those in this state.", {"enum": list(finding.STATES)})
_PAGE: Final = {200: ("One page.", page_with(told.PRACTICE))}
NOW: Final = {200: ("The case as it is now.", told.WHOLE)}


@blueprint.get("")
@requires("practice:read")
@operation(
    Operation(
        summary="Published cases, the newest first; everybody may read them",
        query=(*_LOOK, *contract.WIDE_PAGING),
        answers=_PAGE,
    )
)
def index() -> Response:
    """List published cases."""
    found = finding.published(
        db.session(), filters=_filters(), after=contract.after(), limit=contract.limit()
    )
    return _listed(found)


@blueprint.get("/work")
@requires("practice:nominate")
@operation(
    Operation(
        summary="Cases of organisations one sees, in any state, the newest first",
        query=(*_LOOK, _STATE, *contract.WIDE_PAGING),
        answers=_PAGE,
    )
)
def work() -> Response:
    """List cases that are worked on."""
    found = finding.at_work(
        db.session(),
        actor=current_actor(),
        filters=_filters(),
        after=contract.after(),
        limit=contract.limit(),
    )
    return _listed(found)


@blueprint.get("/<uuid:practice_id>")
@requires("practice:read")
@operation(Operation(summary="One case, with what one may do about it", answers=NOW))
def show(practice_id: UUID) -> Response:
    """Show a case."""
    return answer(whole(db.session(), practice_id, current_actor()))


@blueprint.get("/<uuid:practice_id>/photos/<int:number>")
@requires("practice:read")
@operation(
    Operation(
        summary="A photo that may be shown; of an unpublished case to those who vet it",
        answers={200: ("The photo.", (MEDIA_TYPE,))},
    )
)
def photo(practice_id: UUID, number: int) -> Response:
    """Give a photo."""
    session, actor = db.session(), current_actor()
    row = finding.get(session, practice_id, actor=actor)
    vets = allows(actor, "practice:vet") and finding.oversees(session, row, actor=actor)
    if row.state != "published" and not vets:
        raise NotFound()
    return photo_of(row, number)


@blueprint.get("/book.pdf")
@requires("practice:read")
@operation(
    Operation(summary="Published cases as a book", query=_LOOK, answers={200: ("The PDF.", (PDF,))})
)
def book() -> Response:
    """Give the book."""
    return book_of(_filters())


@blueprint.post("/<uuid:practice_id>/study")
@requires("practice:read")
@operation(
    Operation(
        summary="Note that one studied a published case; once is enough",
        answers=NOW,
        creates=True,
    )
)
def study(practice_id: UUID) -> Response:
    """Note that it was studied."""
    return step(practice_id, "study_practice", using.study)


@blueprint.post("/<uuid:practice_id>/checklist")
@requires("practice:apply")
@operation(
    Operation(
        summary="Copy what a case teaches into the own checklist",
        answers={201: ("The code of the item.", shape({"code": TEXT}))},
        creates=True,
    )
)
def take_item(practice_id: UUID) -> Response:
    """Take its item over."""

    def make(session: Session, actor: Actor) -> Any:
        return {"code": using.apply_checklist(session, practice_id, actor=actor)}

    return answer(once("learn_item", None, make), 201)


@blueprint.post("/<uuid:practice_id>/process")
@requires("practice:apply", "definition:deploy")
@operation(
    Operation(
        summary="Open a draft in the own studio from the process the case ran by",
        answers={201: ("The draft.", shape({"draft_id": ID}))},
        creates=True,
    )
)
def take_process(practice_id: UUID) -> Response:
    """Draw on its process."""

    def make(session: Session, actor: Actor) -> Any:
        return {"draft_id": using.apply_process(session, practice_id, actor=actor)}

    return answer(once("learn_process", None, make), 201)


def step(practice_id: UUID, name: str, run: Callable[..., Any]) -> Response:
    """Do something about a case, and give it as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, practice_id, actor=actor)
        return whole(session, practice_id, actor)

    given = body() if request.get_data(cache=True) else None
    return answer(once(name, given, make))


def whole(session: Session, practice_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give a case, as far as the reader may know it."""
    return told.whole(finding.get(session, practice_id, actor=actor), actor)


def _filters() -> finding.Filters:
    names = ("words", "dimension", "sector", "size", "state")
    return finding.Filters(**{name: request.args.get(name, "") for name in names})


def _listed(found: Page[Any]) -> Response:
    return answer({"items": told.all_of(found.items), "next": found.next})
