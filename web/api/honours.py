"""Honours over the API: read by all who work there, proposed, decided, agreed to by whose they are.

Who might be honoured is counted on the pages alone: a list of who reported how much is no data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.attachments import PDF
from engine.errors import InvalidAnswers
from engine.honours import candidates, deciding, finding, proposing, rules
from web import db
from web.access import current_actor, requires
from web.api import contract
from web.api.contract import Operation, Parameter, answer, body, operation, paged
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape
from web.honours import papers
from web.honours.deciding import steps_for

blueprint = Blueprint("honours", __name__, url_prefix="/honours")

_ONE: Final = "/<uuid:honour_id>"
_HONOUR: Final = shape(
    {
        "id": ID,
        "kind": {"enum": list(rules.KINDS)},
        "name": {"description": "Of the person, or the team.", **TEXT},
        "period": {"description": "`2026-11`, `2026-Q4` or `2026`.", **TEXT},
        "title": TEXT,
        "reason": TEXT,
        "reward": maybe(TEXT),
        "basis": {"type": "object", "additionalProperties": NUMBER},
        "state": {"enum": list(rules.STATES)},
        "is_hidden": FLAG,
        "number": {"description": "Of its certificate.", **maybe(TEXT)},
        "proposed_at": MOMENT,
        "awarded_at": maybe(MOMENT),
        "ended_reason": maybe(TEXT),
    }
)
_WHOLE: Final = shape(
    {
        **_HONOUR["properties"],
        "may": {"description": "Calls that one may send now.", **listed(TEXT)},
    }
)
_PAGE: Final = {200: ("One page.", page_with(_HONOUR))}
_NOW: Final = {200: ("The honour as it is now.", _WHOLE)}
_REASON: Final = closed({"reason": text(rules.LONGEST_REASON, 1)})
_ENDINGS: Final = {"decline": deciding.decline, "revoke": deciding.revoke}
_OWN: Final = {"agree": deciding.agree, "hide": deciding.hide}


@blueprint.get("")
@requires("honour:read")
@operation(
    Operation(
        summary="The honours of one's enterprise that are shown, the newest first",
        query=(Parameter("period", "Only those of it.", text(7)), *contract.WIDE_PAGING),
        answers=_PAGE,
    )
)
def index() -> Response:
    """List honours."""
    found = finding.shown(
        db.session(),
        actor=current_actor(),
        period=request.args.get("period", ""),
        after=contract.after(),
        limit=contract.limit(),
    )
    return paged(found, _honour)


@blueprint.get("/work")
@requires("honour:read")
@operation(
    Operation(
        summary="All proposals and what became of them, for those who propose and decide",
        query=(
            Parameter("state", "Only those in this state.", {"enum": list(rules.STATES)}),
            *contract.WIDE_PAGING,
        ),
        answers=_PAGE,
    )
)
def work() -> Response:
    """List proposals."""
    found = finding.at_work(
        db.session(),
        actor=current_actor(),
        state=request.args.get("state", ""),
        after=contract.after(),
        limit=contract.limit(),
    )
    return paged(found, _honour)


@blueprint.get("/own")
@requires("naming:own")
@operation(
    Operation(
        summary="One's own honours, also those that wait for one's word",
        answers={200: ("All on one page.", page_with(_HONOUR))},
    )
)
def own() -> Response:
    """List the own honours."""
    rows = finding.own(db.session(), actor=current_actor())
    return answer({"items": [_honour(row) for row in rows], "next": None})


@blueprint.get("/people")
@requires("honour:propose")
@operation(
    Operation(
        summary="People of one's enterprise by a part of their name, to be proposed",
        query=(Parameter("name", "A part of the name.", text(100, 1), required=True),),
        answers={200: ("At most thirty.", page_with(shape({"id": ID, "name": TEXT})))},
    )
)
def find() -> Response:
    """Find people."""
    rows = candidates.find_people(db.session(), request.args["name"], actor=current_actor())
    items = [{"id": row.id, "name": row.name} for row in rows]
    return answer({"items": items, "next": None})


@blueprint.post("")
@requires("honour:propose")
@operation(
    Operation(
        summary="Propose a person or a team; what it is based on is counted, never typed",
        body=closed(
            {
                "period": text(7, 4),
                "title": text(rules.LONGEST["title"]),
                "reason": text(rules.LONGEST["reason"]),
            },
            {
                "reward": text(rules.LONGEST["reward"]),
                "user_id": {"description": "Or `team`.", **ID},
                "team": text(rules.LONGEST["team"]),
            },
        ),
        answers={201: ("Proposed.", _WHOLE)},
        creates=True,
    )
)
def propose() -> Response:
    """Propose an honour."""
    given = body()
    if "user_id" in given and "team" in given:
        raise InvalidAnswers.at(
            "team", "user_id 和 team 只能写一个。", "Give a user_id or a team, not both."
        )
    words = {key: given.get(key, "") for key in ("title", "reason", "reward")}
    user_id = UUID(given["user_id"]) if "user_id" in given else None

    def make(session: Session, actor: Actor) -> Any:
        row = proposing.propose(
            session, period=given["period"], given=words, user_id=user_id,
            team=given.get("team", ""), actor=actor,
        )  # fmt: skip
        return _whole(session, row.id, actor)

    return answer(once("propose_honour", given, make), 201)


@blueprint.get(_ONE)
@requires("honour:read")
@operation(Operation(summary="One honour, with what one may do about it", answers=_NOW))
def show(honour_id: UUID) -> Response:
    """Show an honour."""
    return answer(_whole(db.session(), honour_id, current_actor()))


@blueprint.get(f"{_ONE}/certificate.pdf")
@requires("honour:read")
@operation(
    Operation(
        summary="Its certificate, for whose it is and those who hand it out",
        answers={200: ("The PDF.", (PDF,))},
    )
)
def certificate(honour_id: UUID) -> Response:
    """Give the certificate."""
    return papers.certificate(honour_id)


@blueprint.post(f"{_ONE}/decide")
@requires("honour:decide")
@operation(
    Operation(
        summary="Give it: a team has it at once, a person is asked first",
        answers=_NOW,
        creates=True,
    )
)
def decide(honour_id: UUID) -> Response:
    """Decide on an honour."""
    return _step(honour_id, "decide_honour", deciding.decide)


@blueprint.post(f"{_ONE}/decline", endpoint="decline", defaults={"action": "decline"})
@blueprint.post(f"{_ONE}/revoke", endpoint="revoke", defaults={"action": "revoke"})
@requires("honour:decide")
@operation(
    Operation(
        summary="Say no to a proposal, or take an honour back, with a reason",
        body=_REASON,
        answers=_NOW,
        creates=True,
    )
)
def end(honour_id: UUID, action: str) -> Response:
    """Decline a proposal, or revoke an honour."""
    return _step(honour_id, f"{action}_honour", partial(_ENDINGS[action], **body()))


@blueprint.post(f"{_ONE}/drop")
@requires("honour:propose")
@operation(
    Operation(summary="Take a proposal back before it is decided", answers=_NOW, creates=True)
)
def drop(honour_id: UUID) -> Response:
    """Take a proposal back."""
    return _step(honour_id, "drop_honour", proposing.drop)


@blueprint.post(f"{_ONE}/<any({','.join(_OWN)}):action>")
@requires("naming:own")
@operation(
    Operation(
        summary="Agree, as whose it is, that it is shown, or let it no longer be shown",
        answers=_NOW,
        creates=True,
    )
)
def say(honour_id: UUID, action: str) -> Response:
    """Agree to an honour, or hide it."""
    return _step(honour_id, f"{action}_honour", _OWN[action])


@blueprint.post(f"{_ONE}/refuse")
@requires("naming:own")
@operation(
    Operation(
        summary="Say, as whose it is, that one does not want it; nobody is told why",
        answers={200: ("Refused.", shape({"id": ID, "state": TEXT}))},
        creates=True,
    )
)
def refuse(honour_id: UUID) -> Response:
    """Refuse an honour."""

    def make(session: Session, actor: Actor) -> Any:
        deciding.refuse(session, honour_id, actor=actor)
        return {"id": honour_id, "state": "refused"}

    return answer(once("refuse_honour", None, make))


def _step(honour_id: UUID, name: str, run: Callable[..., Any]) -> Response:
    """Do something about an honour, and give it as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, honour_id, actor=actor)
        session.flush()
        return _whole(session, honour_id, actor)

    given = body() if request.get_data(cache=True) else None
    return answer(once(name, given, make))


def _whole(session: Session, honour_id: UUID, actor: Actor) -> dict[str, Any]:
    row = finding.get(session, honour_id, actor=actor)
    steps = {"agree" if one == "show_again" else one for one in steps_for(row, actor)}
    return {**_honour(row), "may": sorted(steps)}


def _honour(row: Any) -> dict[str, Any]:
    made = {
        "name": row.name if row.kind == "person" else row.team,
        "is_hidden": row.state == "awarded" and row.hidden_at is not None,
    }
    plain = [name for name in _HONOUR["properties"] if name not in made]
    return {**{name: getattr(row, name) for name in plain}, **made}
