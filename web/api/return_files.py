"""Returns as files over the API: the formats there are, a locked month in one of them, evidence."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import returns
from engine.actors import Actor
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, answer, asked_id, operation
from web.api.doing import once
from web.api.parts import page_with
from web.api.returns import UNIT, shown_month
from web.api.schemas import FLAG, MOMENT, NUMBER, TEXT, listed, maybe, shape
from web.returns.files import XLSX, bundled, exported, printed

_BUNDLE: Final = shape(
    {
        "state": {
            "description": "`at_once`: it is written while it is fetched.",
            "enum": ["at_once", "none", "waiting", "failed", "ready"],
        },
        "asked_at": maybe(MOMENT),
        "size": NUMBER,
        "made_at": maybe(MOMENT),
        "expires_at": maybe(MOMENT),
    }
)
_PROFILE: Final = shape(
    {
        "key": TEXT,
        "name": TEXT,
        "target": TEXT,
        "version": {"description": "0 for one that is shipped.", **NUMBER},
        "rows": {"enum": ["unit", "enterprise"]},
        "is_unofficial": FLAG,
        "columns": listed(TEXT),
    }
)

blueprint = Blueprint("return_files", __name__, url_prefix="/returns")


@blueprint.get("/formats")
@requires("returns:export")
@operation(
    Operation(
        summary="The formats in which one's own unit can export a month",
        answers={200: ("All on one page.", page_with(_PROFILE))},
    )
)
def formats() -> Response:
    """List the formats."""
    session = db.session()
    found = returns.profiles(session, returns.own_unit(session, current_actor()))
    return answer({"items": [_profile(one) for one in found], "next": None})


@blueprint.get("/<month>/export/<key>.<any(csv,xlsx):kind>")
@requires("returns:export")
@operation(
    Operation(
        summary="A locked month in another system's shape",
        query=(UNIT,),
        answers={200: ("The file.", ("text/csv", XLSX))},
    )
)
def export(month: str, key: str, kind: str) -> Response:
    """Give a month in a format."""
    return exported(shown_month(month), key, kind)


@blueprint.get("/<month>/evidence.zip")
@requires("returns:export")
@operation(
    Operation(
        summary="What a locked month stands on: its lines, every case that is counted, digests",
        query=(UNIT,),
        answers={200: ("The file.", ("application/zip",))},
    )
)
def evidence(month: str) -> Any:
    """Give the evidence of a month."""
    return bundled(shown_month(month))


@blueprint.post("/<month>/evidence")
@requires("returns:export")
@operation(
    Operation(
        summary="Let the evidence of a long month be made, to be fetched when it is ready",
        query=(UNIT,),
        answers={200: ("How it stands with it; a short month needs no asking.", _BUNDLE)},
        creates=True,
    )
)
def ask(month: str) -> Response:
    """Have the evidence of a month made."""
    unit_id = asked_id("unit_id")

    def make(session: Session, actor: Actor) -> Any:
        found = returns.ask(session, month, unit_id=unit_id, actor=actor)
        return {name: getattr(found, name) for name in _BUNDLE["properties"]}

    return answer(once("ask_evidence", {"unit_id": request.args.get("unit_id")}, make))


@blueprint.get("/<month>/report.pdf")
@requires("returns:read")
@operation(
    Operation(
        summary="A month to print and sign; one that is not locked says so across the page",
        query=(UNIT,),
        answers={200: ("The PDF.", ("application/pdf",))},
    )
)
def report(month: str) -> Response:
    """Give a month on paper."""
    return printed(shown_month(month))


def _profile(one: returns.Profile) -> dict[str, Any]:
    """Give a format of export."""
    return {
        "key": one.key,
        "name": one.name,
        "target": one.target,
        "version": one.version,
        "rows": one.rows,
        "is_unofficial": one.is_unofficial,
        "columns": [column.heading for column in one.columns],
    }
