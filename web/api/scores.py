"""Scores over the API: schemes of a year, sheets with what stands behind them, bonus, signature."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.attachments import PDF
from engine.errors import NotFound
from engine.scoring import behind, rules, schemes, sheets
from web import db
from web.access import current_actor, requires
from web.api import contract
from web.api import score_shapes as told
from web.api.contract import Operation, answer, body, operation, paged
from web.api.doing import once
from web.api.parts import closed, ids, number, page_with, text
from web.api.schemas import DAY, FLAG, ID, NUMBER, TEXT, maybe, shape
from web.scoring.behind import bundle, paper

blueprint = Blueprint("scores", __name__, url_prefix="/scoring")

_ZIP: Final = "application/zip"
_ONE: Final = "/schemes/<uuid:scheme_id>"
_SHEETS: Final = f"{_ONE}/sheets"
_SHEET: Final = f"{_SHEETS}/<uuid:scored_id>"
_PIECE: Final = shape(
    {"id": ID, "name": TEXT, "about": TEXT, "on": maybe(DAY), "state": TEXT, "counts": FLAG}
)
_NOW: Final = {200: ("The sheet as it is now.", told.FULL)}


@blueprint.get("/shipped")
@requires("score:work")
@operation(
    Operation(
        summary="Schemes that come with the program, for kinds that one's own unit may score",
        answers={200: ("All on one page.", page_with(told.SHIPPED))},
    )
)
def shipped() -> Response:
    """List the shipped schemes."""
    kinds = schemes.may_score(current_actor())
    found = [
        {"key": one.key, "name": one.name.zh, "kinds": [k for k in one.kinds if k in kinds]}
        for one in schemes.shipped()
        if set(one.kinds) & set(kinds)
    ]
    return answer({"items": found, "next": None})


@blueprint.get("/schemes")
@requires("score:work")
@operation(
    Operation(
        summary="The latest version of each of one's own schemes, the latest year first",
        answers={200: ("All on one page.", page_with(told.SCHEME))},
    )
)
def list_schemes() -> Response:
    """List the own schemes."""
    rows = schemes.listed(db.session(), actor=current_actor())
    return answer({"items": [told.scheme(row) for row in rows], "next": None})


@blueprint.post("/schemes")
@requires("score:sign")
@operation(
    Operation(
        summary="Take a shipped scheme for a year, as version 1",
        body=closed(
            {"key": text(64), "kind": {"enum": list(rules.KINDS)}, "year": number(1, 9999)}
        ),
        answers={201: ("The scheme.", told.WHOLE)},
        creates=True,
    )
)
def adopt() -> Response:
    """Take a scheme."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        return told.whole(schemes.adopt(session, **given, actor=actor))

    return answer(once("adopt_scheme", given, make), 201)


@blueprint.get(_ONE)
@requires("score:work")
@operation(
    Operation(summary="One scheme, as text to be changed", answers={200: ("It.", told.WHOLE)})
)
def show_scheme(scheme_id: UUID) -> Response:
    """Show a scheme."""
    return answer(told.whole(schemes.get(db.session(), scheme_id, actor=current_actor())))


@blueprint.post(f"{_ONE}/change")
@requires("score:sign")
@operation(
    Operation(
        summary="Store a changed scheme as its next version; sheets of earlier ones stay",
        body=closed({"content": text(50_000, 1)}),
        answers={201: ("The next version.", told.WHOLE)},
        creates=True,
    )
)
def change(scheme_id: UUID) -> Response:
    """Change a scheme."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        return told.whole(schemes.change(session, scheme_id, given["content"], actor=actor))

    return answer(once("change_scheme", given, make), 201)


@blueprint.post(f"{_ONE}/compute")
@requires("score:work")
@operation(
    Operation(
        summary="Compute the sheets anew, but those that are signed; enterprises are named",
        body=closed({}, {"organisation_ids": ids(20, 1)}),
        answers={200: ("How many.", shape({"count": NUMBER}))},
        creates=True,
    )
)
def compute(scheme_id: UUID) -> Response:
    """Compute sheets."""
    given = body()
    named = given.get("organisation_ids")
    chosen = None if named is None else [UUID(one) for one in named]

    def make(session: Session, actor: Actor) -> Any:
        return {"count": sheets.compute(session, scheme_id, actor=actor, scored_ids=chosen)}

    return answer(once("compute_scores", given, make))


@blueprint.get(_SHEETS)
@requires("score:work")
@operation(
    Operation(
        summary="The sheets of a scheme, the most points first",
        answers={200: ("The first 300, on one page.", page_with(told.RANKED))},
    )
)
def ranking(scheme_id: UUID) -> Response:
    """List the sheets of a scheme."""
    rows = sheets.ranking(db.session(), scheme_id, actor=current_actor())
    return answer({"items": [told.ranked(row) for row in rows], "next": None})


@blueprint.get("/sheets")
@requires("score:read")
@operation(
    Operation(
        summary="The signed sheets about one's own organisation, the latest first",
        answers={200: ("The latest 50.", page_with(told.RANKED))},
    )
)
def own_sheets() -> Response:
    """List the own sheets."""
    rows = sheets.of_own(db.session(), actor=current_actor())
    return answer({"items": [told.ranked(row) for row in rows], "next": None})


@blueprint.get(_SHEET)
@requires("score:read")
@operation(Operation(summary="A sheet; to the one it scores once it is signed", answers=_NOW))
def show(scheme_id: UUID, scored_id: UUID) -> Response:
    """Show a sheet."""
    return answer(told.full(db.session(), scheme_id, scored_id, current_actor()))


@blueprint.get(f"{_SHEET}/values/<any({','.join(sorted(behind.VALUES))}):value>")
@requires("score:read")
@operation(
    Operation(
        summary="What a value counts today, by name; behind the others stand figures of the month",
        query=contract.WIDE_PAGING,
        answers={200: ("One page.", page_with(_PIECE))},
    )
)
def pieces(scheme_id: UUID, scored_id: UUID, value: str) -> Response:
    """List what a value counts."""
    session = db.session()
    row = sheets.get(session, scheme_id, scored_id, actor=current_actor())
    found = behind.pieces(session, row, value, after=contract.after(), limit=contract.limit())
    return paged(found, vars)


@blueprint.get(f"{_SHEET}/sheet.pdf")
@requires("score:read")
@operation(Operation(summary="The sheet on paper", answers={200: ("The PDF.", (PDF,))}))
def printed(scheme_id: UUID, scored_id: UUID) -> Response:
    """Give the sheet on paper."""
    return paper(scheme_id, scored_id)


@blueprint.get(f"{_SHEET}/evidence.zip")
@requires("score:read")
@operation(
    Operation(
        summary="The sheet, the list behind each value, and an index with digests",
        answers={200: ("The ZIP.", (_ZIP,))},
    )
)
def evidence(scheme_id: UUID, scored_id: UUID) -> Response:
    """Give all of it."""
    return bundle(scheme_id, scored_id)


@blueprint.post(f"{_SHEET}/bonus")
@requires("score:work")
@operation(
    Operation(
        summary="Add points by hand, with the reason, to a sheet that is not signed",
        body=closed({"points": {"type": "number", "minimum": 0, "maximum": 1000},
                     "reason": text(300, 4)}),
        answers=_NOW,
        creates=True,
    )
)  # fmt: skip
def add_bonus(scheme_id: UUID, scored_id: UUID) -> Response:
    """Add a bonus."""
    given = body()
    said = {"points": str(given["points"]), "reason": given["reason"]}

    def make(session: Session, actor: Actor) -> Any:
        sheets.add_bonus(session, scheme_id, scored_id, **said, actor=actor)
        return told.full(session, scheme_id, scored_id, actor)

    return answer(once("add_bonus", given, make))


@blueprint.post(f"{_SHEET}/bonus/take-back")
@requires("score:work")
@operation(
    Operation(
        summary="Take a bonus back: the one that was added `at` that moment",
        body=closed({"at": text(40, 1)}),
        answers=_NOW,
        creates=True,
    )
)
def take_bonus(scheme_id: UUID, scored_id: UUID) -> Response:
    """Take a bonus back."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        schemes.get(session, scheme_id, actor=actor)
        row = sheets.get(session, scheme_id, scored_id, actor=actor)
        moments = [one["at"] for one in row.items.get("bonus", ())]
        place = moments.index(given["at"]) if given["at"] in moments else -1
        sheets.take_bonus(session, scheme_id, scored_id, place, actor=actor)
        if place < 0:
            raise NotFound()
        return told.full(session, scheme_id, scored_id, actor)

    return answer(once("take_bonus", given, make))


@blueprint.post(f"{_SHEET}/sign")
@requires("score:sign")
@operation(
    Operation(
        summary="Sign a sheet: it stays as it is, and its organisation may read it",
        answers=_NOW,
        creates=True,
    )
)
def sign(scheme_id: UUID, scored_id: UUID) -> Response:
    """Sign a sheet."""

    def make(session: Session, actor: Actor) -> Any:
        sheets.sign(session, scheme_id, scored_id, actor=actor)
        session.flush()
        return told.full(session, scheme_id, scored_id, actor)

    return answer(once("sign_sheet", None, make))
